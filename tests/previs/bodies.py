"""Bodies and motions to dress and to bend in tests."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import get_args

import numpy as np

from mstation.stage.performance import JOINTS, Body, Garment, HairStyle, Motion, Shape
from mstation.stage.skeleton import rest_offsets

_PLAIN = Body(
    "ch-a", "A", 1.75, 1.0, "male", 35, (0.55, 0.33, 0.22), (0.04, 0.025, 0.015), "short",
    (0.12, 0.2, 0.32), (0.05, 0.05, 0.07), (0.04, 0.025, 0.015), "shirt",
)  # fmt: skip


def a_body(**changes: object) -> Body:
    """Return a body with some of its features changed."""
    return replace(_PLAIN, **changes)  # type: ignore[arg-type]


def many_bodies() -> list[Body]:
    """Return bodies of every garment, hair style, sex, age and build, in some combination."""
    sexes, ages, builds = ("female", "male", "unknown"), (4, 9, 16, 35, 80), (0.8, 1.0, 1.2)
    styles, garments = get_args(HairStyle), get_args(Garment)
    return [
        a_body(
            character_id=f"ch-{index}",
            hair_style=style,
            garment=garment,
            sex=sexes[index % 3],
            age=ages[index % 5],
            build=builds[index % 3],
            stature_m={4: 1.03, 9: 1.33}.get(ages[index % 5], 1.7),
        )
        for index, (style, garment) in enumerate(product(styles, garments))
        if index % 4 == 0 or style == "short" or garment == "shirt"
    ]


def still_motion(body: Body, *, frames: int) -> Motion:
    """Return a body that stands at rest."""
    offsets = rest_offsets(body)
    rotations = np.zeros((frames, len(JOINTS), 4), np.float32)
    rotations[..., 0] = 1
    return Motion(
        body.character_id,
        np.tile(np.array([[0.0, offsets[0, 1], 0.0]], np.float32), (frames, 1)),
        rotations,
        offsets,
        np.zeros((frames, len(Shape)), np.float32),
        np.ones(frames, np.bool_),
    )

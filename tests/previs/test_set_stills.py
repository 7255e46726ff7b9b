"""Every kind of set as it looks: golden pictures, budgets, the same whenever the film returns.

Renew the pictures after a change that was meant:
`MSTATION_RENEW_GOLDEN=1 pytest tests/previs/test_set_stills.py`, then look at every one.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mstation.breakdown.scene import Interior, Mood, TimeOfDay
from mstation.previs.sets import set_mesh
from mstation.previs.stills import pictures
from mstation.previs.vantage import wide_views
from mstation.stage.layout import Layout, Lighting
from mstation.stage.set_plans import set_plans
from mstation.stage.sets import design_set
from tests.previs.golden_images import Likeness, assert_golden
from tests.previs.mesh_checks import assert_sound

PLANS = set_plans()
WIDTH, HEIGHT = 160, 90
MOST_TRIANGLES = 25_000
BY_NIGHT = ("kitchen", "city_street", "courtyard")
CHINESE = ("temple", "palace_hall", "courtyard", "teahouse", "alley")
# Light of the tests' own, so that the pictures tell of sets and not of how they are lit.
DAY = Lighting(
    (-0.5, 0.68, 0.53), (0.9, 0.85, 0.75), (0.48, 0.5, 0.54), (0.32, 0.29, 0.26),
    (0.25, 0.45, 0.75), (0.66, 0.76, 0.86),
)  # fmt: skip
NIGHT = replace(
    DAY, sun_colour=(0.16, 0.2, 0.3), sky_colour=(0.14, 0.16, 0.22),
    ground_colour=(0.08, 0.08, 0.1),
    backdrop_top=(0.01, 0.015, 0.04), backdrop_horizon=(0.04, 0.06, 0.11), exposure=1.6,
)  # fmt: skip
ALIKE = Likeness(far=40, far_share=0.06, mean=4.0, colours=0)


@cache
def _set(kind: str, time: TimeOfDay = TimeOfDay.DAY) -> Layout:
    plan = PLANS[kind]
    word = (plan.en + plan.zh + plan.en_general + plan.zh_general)[0]
    interior = Interior.INT if plan.is_interior else Interior.EXT
    key = f"{plan.zh[0] if kind in CHINESE else kind} golden"
    layout = design_set(key, word, interior, time, people=2, mood=Mood.CALM)
    return replace(layout, lighting=NIGHT if time is TimeOfDay.NIGHT else DAY)


@cache
def _seen(kind: str) -> NDArray[np.uint8]:
    layout = _set(kind, TimeOfDay.NIGHT if kind in BY_NIGHT else TimeOfDay.DAY)
    return next(pictures(layout, wide_views(layout)[:1], width=WIDTH, height=HEIGHT))


@pytest.mark.parametrize("kind", PLANS)
def test_a_set_looks_as_it_did(kind: str, tmp_path: Path) -> None:
    assert_golden(f"sets/{kind}", _seen(kind), tmp_path, ALIKE)


@pytest.mark.parametrize("kind", PLANS)
def test_a_set_is_no_empty_picture(kind: str) -> None:
    luma = _seen(kind).astype(float).mean(axis=2)
    assert luma.std() > 8
    edges = np.abs(np.diff(luma, axis=1)) > 10
    assert edges.mean() > 0.02, "bare walls, bare ground"


@pytest.mark.parametrize("kind", PLANS)
def test_a_set_is_sound_and_within_its_budget(kind: str) -> None:
    for time in (TimeOfDay.DAY, TimeOfDay.NIGHT):
        mesh = set_mesh(_set(kind, time))
        assert_sound(mesh)
        assert len(mesh.triangles) <= MOST_TRIANGLES


@pytest.mark.parametrize("kind", PLANS)
def test_a_place_is_the_same_by_night(kind: str) -> None:
    spans = []
    for time in (TimeOfDay.DAY, TimeOfDay.NIGHT):
        layout = _set(kind, time)
        points = set_mesh(layout).points
        (x0, z0), (x1, z1) = layout.floor_min, layout.floor_max
        inside = (points[:, 0] >= x0) & (points[:, 0] <= x1)
        inside &= (points[:, 2] >= z0) & (points[:, 2] <= z1) & (points[:, 1] < 9)
        spans.append({tuple(point) for point in np.round(points[inside], 3).tolist()})
    assert spans[0] == spans[1]


def test_the_two_wide_views_look_from_two_sides() -> None:
    for kind in ("kitchen", "city_street", "forest"):
        first, second = (np.array(view.eye)[[0, 2]] for view in wide_views(_set(kind)))
        assert np.linalg.norm(first - second) > 2

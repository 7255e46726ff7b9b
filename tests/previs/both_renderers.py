"""A picture ready to be drawn in, what either renderer shows of it out, and how alike they are."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from mstation.previs.mesh import Mesh
from mstation.previs.picture import Picture, Player
from mstation.previs.render import paint_frames, video_of
from mstation.shots.shot import Take
from mstation.stage.layout import Lighting
from tests.previs.picture_set import HEIGHT, picture

WHITE = (0.9, 0.9, 0.9)
DARK = Lighting(
    towards_sun=(0.0, 1.0, 0.0),
    sun_colour=(0.0, 0.0, 0.0),
    sky_colour=(0.0, 0.0, 0.0),
    ground_colour=(0.0, 0.0, 0.0),
    backdrop_top=(0.0, 0.0, 0.0),
    backdrop_horizon=(0.0, 0.0, 0.0),
)
Draw = Callable[[Picture, Take], list[np.ndarray]]


def by_numba(picture: Picture, shown: Take) -> list[np.ndarray]:
    return [video_of(picture, shown, frame) for frame in paint_frames(picture, shown)]


def pictures(
    draw: Draw,
    mesh: Mesh,
    lighting: Lighting,
    players: tuple[Player, ...],
    shown: Take,
    **shadows: Mesh,
) -> list[np.ndarray]:
    """The frames, as planes."""
    return draw(picture(mesh, lighting, players, shown, **shadows), shown)


def lumas(
    draw: Draw,
    mesh: Mesh,
    lighting: Lighting,
    players: tuple[Player, ...],
    shown: Take,
    **shadows: Mesh,
) -> list[np.ndarray]:
    frames = pictures(draw, mesh, lighting, players, shown, **shadows)
    return [each[:HEIGHT].astype(int) for each in frames]


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    error = np.mean((one.astype(float) - other) ** 2)
    return 10 * math.log10(255**2 / max(error, 1e-9))


def glowing(mesh: Mesh) -> Mesh:
    return replace(mesh, glow=np.ones(len(mesh.triangles), np.float32))


def inside_out(mesh: Mesh) -> Mesh:
    """The same seen from within."""
    return replace(mesh, triangles=np.ascontiguousarray(mesh.triangles[:, ::-1]))

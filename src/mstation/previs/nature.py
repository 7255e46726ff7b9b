"""Trees, stones and what stands among them: size and finish in, solids out."""

from __future__ import annotations

import math

import numpy as np

from mstation.previs.finish import (
    BARK,
    CLAY,
    LEAF,
    STONE,
    WOOD,
    Builder,
    Finish,
    lengthwise,
)  # fmt: skip
from mstation.previs.mesh import Mesh
from mstation.previs.primitives import (
    ball,
    box,
    cylinder,
    mixed,
    panel,
    pigments,
    placed,
    prism,
    solid,
    tone,
    tube,
    turned,
)  # fmt: skip
from mstation.stage.layout import Rgb

_TURNING: tuple[Rgb, ...] = (
    (0.2, 0.26, 0.05),
    (0.05, 0.2, 0.1),
    (0.3, 0.22, 0.04),
    (0.12, 0.24, 0.04),
)
_CROWN = (  # x, y, z and size of each clump of leaves, shares of the tree
    (0.0, 0.6, 0.0, 0.36), (0.27, 0.55, 0.1, 0.29), (-0.28, 0.53, -0.07, 0.28),
    (0.05, 0.53, -0.29, 0.28), (-0.04, 0.52, 0.28, 0.28), (0.18, 0.71, -0.12, 0.27),
    (-0.17, 0.72, 0.1, 0.26), (0.03, 0.84, 0.02, 0.22),
)  # fmt: skip


def _tree(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    green = finish.or_natural(LEAF)
    trunk, stem = h * 0.42, max(0.07, 0.055 * min(w, d))
    meshes = [
        turned(
            (0, 0, 0),
            [(stem * 1.6, 0), (stem, h * 0.08), (stem * 0.75, trunk), (stem * 0.3, h * 0.7)],
            BARK,
            sides=7,
        )
    ]
    green = mixed(green, _TURNING[int(finish.dice.integers(len(_TURNING)))], 0.22)
    for x, y, z, size in _CROWN:
        shift = finish.dice.uniform(-0.035, 0.035, 3)
        swell = float(finish.dice.uniform(0.88, 1.12)) * size
        radius_x, radius_y = swell * w * 0.72, min(swell * h * 0.44, h * (0.985 - y))
        centre = (
            (x + float(shift[0])) * w,
            (y + 0.4 * float(shift[1])) * h,
            (z + float(shift[2])) * d,
        )
        # Leaves above catch the light, those below lie in their shade.
        colour = tone(
            green, 0.5 + 0.95 * (y - 0.45) / 0.45 + float(finish.dice.uniform(-0.06, 0.06))
        )
        radii = (radius_x, radius_y, swell * d * 0.72)
        meshes.append(_lump(centre, radii, colour, finish, 0.2, sides=7, rings=4))
    for angle in (0.6, 2.7, 4.4):
        x, z = math.cos(angle), math.sin(angle)
        meshes.append(
            tube(
                [(0, trunk * 0.85, 0), (x * w * 0.16, h * 0.55, z * d * 0.16)],
                stem * 0.35,
                BARK,
                sides=5,
            )
        )
    return meshes


def _lump(
    centre: tuple[float, float, float],
    radii: tuple[float, float, float],
    colour: Rgb,
    finish: Finish,
    rough: float,
    *,
    sides: int = 8,
    rings: int = 5,
) -> Mesh:
    """Return an uneven ellipsoid: a crown of leaves, a stone."""
    unit = ball((0, 0, 0), (1, 1, 1), colour, sides=sides, rings=rings)
    turns = unit.points @ finish.dice.uniform(-3.5, 3.5, (3, 3))
    swell = 1 - rough * (0.5 + 0.5 * np.sin(turns.sum(axis=1) + np.sin(turns[:, 0]) * 2))
    points = unit.points * swell[:, None] * np.array(radii) + np.array(centre)
    return solid(points, unit.triangles, colour, normals=unit.normals, smooth=True)


def _pine(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    green = finish.or_natural((0.04, 0.12, 0.06))
    radius = min(w, d) / 2
    meshes = [turned((0, 0, 0), [(radius * 0.13, 0), (radius * 0.08, h * 0.4)], BARK, sides=7)]
    tiers = 4
    for index in range(tiers):
        share = index / tiers
        wide = radius * (1 - 0.78 * share)
        foot = h * (0.14 + 0.62 * share)
        tall = min(h * 0.38, h - foot)
        meshes.append(
            turned(
                (0, foot, 0),
                [(wide * 0.55, tall * 0.1), (wide, 0), (wide * 0.45, tall * 0.45), (0.01, tall)],
                tone(green, 0.8 + 0.12 * index),
                sides=9,
                start_rad=0.6 * index,
            )
        )
    return meshes


def _bush(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    green = finish.or_natural(LEAF)
    meshes = []
    for index, (x, z, size) in enumerate(
        ((0, 0, 1.0), (0.24, 0.1, 0.74), (-0.25, 0.06, 0.7), (0.05, -0.24, 0.66))
    ):
        radii = (w * 0.3 * size**0.5, h * 0.5 * size, d * 0.3 * size**0.5)
        meshes.append(
            _lump(
                (x * w * 0.8, radii[1] * 0.98, z * d * 0.8),
                radii,
                tone(green, 0.8 + 0.14 * index),
                finish,
                0.18,
                sides=7,
                rings=4,
            )
        )
    return meshes


def _rock(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    grey = finish.or_natural(STONE)
    unit = _lump((0, 0, 0), (1, 1, 1), grey, finish, 0.28, sides=8, rings=5)
    points = unit.points.copy()
    points[:, 1] = np.maximum(points[:, 1], -0.35)
    low, high = points.min(axis=0), points.max(axis=0)
    points = (points - low) / (high - low) * [w, h, d] - [w / 2, 0, d / 2]
    shades = finish.dice.uniform(0.8, 1.2, (len(unit.triangles), 1)).astype(np.float32)
    return [
        solid(
            points,
            unit.triangles,
            np.minimum(pigments(grey, len(shades)) * shades, 1),
            smooth=False,
        )
    ]


def _well(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius, rim = min(w, d) / 2, (min(0.75, 0.4 * h) if h > 1.4 else h)
    stone = finish.or_natural(STONE)
    meshes = []
    courses, around = 3, 10
    for course in range(courses):
        for index in range(around):
            turn = 2 * math.pi * (index + 0.5 * (course % 2)) / around
            shade = tone(stone, float(finish.dice.uniform(0.75, 1.25)))
            block = box(
                (0, rim * course / courses, -radius * 0.86),
                (radius * 0.62, rim / courses - 0.012, radius * 0.24),
                shade,
            )
            meshes.append(placed(block, yaw_rad=turn))
    meshes.append(cylinder((0, rim * 0.6, 0), radius * 0.8, 0.02, (0.015, 0.025, 0.03), sides=14))
    if h > 1.4:
        for side in (-1, 1):
            meshes.append(box((side * radius * 0.84, rim, 0), (0.09, h - rim - 0.3, 0.09), WOOD))
        meshes.append(
            lengthwise(
                prism(
                    [(-d / 2, h - 0.42), (0, h - 0.08), (d / 2, h - 0.42), (0, h)],
                    w / 2,
                    -w / 2,
                    CLAY,
                )
            )
        )
        meshes.append(
            tube([(-radius * 0.8, rim + 0.5, 0), (radius * 0.8, rim + 0.5, 0)], 0.05, WOOD)
        )
    return meshes


def _tent(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    front = -d / 2
    meshes = [prism([(-w / 2, 0), (w / 2, 0), (0, h)], d / 2, front + 0.02, finish.base)]
    opening = w * 0.2
    for side in (-1, 1):
        flap = [(0.0, h * 0.93, front), (side * w * 0.46, 0.0, front), (side * opening, 0.0, front)]
        meshes.append(panel(flap if side > 0 else flap[::-1], finish.light))
    meshes.append(
        panel(
            [(0, h * 0.9, front + 0.01), (opening, 0, front + 0.01), (-opening, 0, front + 0.01)],
            (0.02, 0.02, 0.022),
        )
    )
    meshes.append(tube([(0, 0, front), (0, h, front)], 0.02, WOOD, sides=5))
    return meshes


def _campfire(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius = min(w, d) / 2
    meshes = []
    for index in range(9):
        angle = 2 * math.pi * index / 9
        size = radius * float(finish.dice.uniform(0.13, 0.17))
        meshes.append(
            _lump(
                (math.cos(angle) * radius * 0.82, size * 0.5, math.sin(angle) * radius * 0.82),
                (size, size * 0.8, size),
                STONE,
                finish,
                0.2,
                sides=6,
                rings=4,
            )
        )
    for index in range(4):
        angle = index * math.pi / 4
        x, z = math.cos(angle) * radius * 0.55, math.sin(angle) * radius * 0.55
        meshes.append(tube([(-x, 0.05, -z), (x, 0.05 + h * 0.18, z)], 0.045, BARK))
    flames = (
        (0, 0, 1.0, (1.0, 0.45, 0.08)),
        (0.16, 0.1, 0.7, (1.0, 0.28, 0.04)),
        (-0.15, 0.05, 0.64, (1.0, 0.32, 0.05)),
        (0.02, -0.16, 0.55, (1.0, 0.75, 0.25)),
    )
    for x, z, share, colour in flames:
        meshes.append(
            turned(
                (x * radius, 0.06, z * radius),
                [
                    (radius * 0.14, 0),
                    (radius * 0.24, h * 0.2 * share),
                    (radius * 0.12, h * 0.55 * share),
                    (0.0, (h - 0.06) * share),
                ],
                colour,
                sides=7,
                glow=1.0,
            )
        )
    return meshes


BUILDERS: dict[str, Builder] = {
    "tree": _tree,
    "pine": _pine,
    "bush": _bush,
    "rock": _rock,
    "well": _well,
    "tent": _tent,
    "campfire": _campfire,
}

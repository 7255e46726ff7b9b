"""Gates, boats, stalls and steps: size and finish in, solids out."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mstation.previs.finish import (
    BLACK,
    DARK_WOOD,
    IRON,
    PAPER,
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
    lofted,
    pigments,
    placed,
    prism,
    solid,
    tone,
    tube,
    turned,
)  # fmt: skip


def _fence(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    pickets = max(2, round(w / 0.16))
    each = w / pickets
    thick = min(0.025, d / 3)
    meshes = [box((0, h * y, thick), (w, 0.07, thick), finish.dark) for y in (0.22, 0.68)]
    for index in range(pickets):
        x = -w / 2 + (index + 0.5) * each
        half = each * 0.33
        shade = tone(finish.base, float(finish.dice.uniform(0.85, 1.2)))
        meshes.append(
            prism(
                [(x - half, 0), (x + half, 0), (x + half, h - half), (x, h), (x - half, h - half)],
                thick / 2,
                -thick / 2,
                shade,
            )
        )
    return meshes


def _gate(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    post = min(0.22, 0.12 * w)
    meshes = []
    for side in (-1, 1):
        x = side * (w / 2 - post / 2)
        meshes.append(box((x, 0, 0), (post, h * 0.94, max(d, post * 0.6)), STONE))
        meshes.append(box((x, h * 0.94, 0), (post, h * 0.06, max(d, post * 0.6)), tone(STONE, 1.3)))
        leaf = w / 2 - post
        bars = max(3, round(leaf / 0.14))
        for index in range(bars + 1):
            bx = side * (0.02 + (leaf - 0.04) * index / bars)
            meshes.append(cylinder((bx, 0.08, 0), 0.014, h * 0.78, finish.dark, sides=5))
        for y in (0.12, 0.6, h * 0.78):
            meshes.append(box((side * leaf / 2, y, 0), (leaf, 0.045, 0.03), finish.dark))
    return meshes


def _boat(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    stations = 9
    rings = []
    for index in range(stations):
        along = -d / 2 + d * index / (stations - 1)
        share = (index / (stations - 1) - 0.55) / 0.55
        half = w / 2 * max(0.04, 1 - abs(share) ** 2.2)
        keel = h * 0.32 * abs(share) ** 2
        rim = h * (0.78 + 0.22 * share * share)
        arc = [
            (half, rim),
            (half * 0.92, (rim + keel) / 2),
            (half * 0.55, keel + 0.03),
            (-half * 0.55, keel + 0.03),
            (-half * 0.92, (rim + keel) / 2),
            (-half, rim),
            (-half * 0.86, rim),
            (-half * 0.5, keel + h * 0.2),
            (half * 0.5, keel + h * 0.2),
            (half * 0.86, rim),
        ]
        rings.append([(x, y, along) for x, y in arc])
    from_bow = np.array(rings)[:, ::-1]
    faces = 2 * (len(from_bow) - 1) * 10
    hull = _hull(from_bow, finish, faces)
    meshes = [hull]
    for z in (-0.12, 0.2):
        meshes.append(box((0, h * 0.62, z * d), (w * 0.78, 0.04, 0.24), WOOD))
    for side in (-1, 1):
        meshes.append(
            tube(
                [(side * w * 0.18, h * 0.7, -d * 0.2), (side * w * 0.32, h * 0.72, d * 0.3)],
                0.02,
                WOOD,
            )
        )
    return meshes


def _hull(rings: NDArray[np.float64], finish: Finish, faces: int) -> Mesh:
    """Return the skin of a boat: rings across it, painted outside, wood within."""
    points, triangles = lofted(rings[::-1][:, ::-1])
    colours = pigments(finish.base, len(triangles))
    columns = np.tile(np.repeat(np.arange(10), 2), faces // 20)
    inner = (columns >= 5) & (columns <= 9)
    colours[: len(inner)][inner] = tone(WOOD, 1.2)
    return solid(points, triangles, colours, smooth=False)


def _lighthouse(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius = min(w, d) / 2
    bands = 5
    tower = h * 0.78
    meshes = []
    for index in range(bands):
        low, high = index / bands, (index + 1) / bands
        colour = (0.75, 0.74, 0.7) if index % 2 == 0 else (0.45, 0.06, 0.04)
        meshes.append(
            turned(
                (0, tower * low, 0),
                [(radius * (0.85 - 0.35 * low), 0), (radius * (0.85 - 0.35 * high), tower / bands)],
                colour,
                sides=18,
            )
        )
    meshes += [
        turned((0, 0, 0), [(radius, 0), (radius * 0.9, 0.5)], STONE, sides=18),
        cylinder((0, tower, 0), radius * 0.72, 0.18, IRON, sides=18),
        cylinder(
            (0, tower + 0.18, 0),
            radius * 0.36,
            h * 0.11,
            (0.95, 0.85, 0.55),
            sides=12,
            glow=1.0 if finish.is_lit else 0.25,
        ),
        turned(
            (0, tower + 0.18 + h * 0.11, 0),
            [(radius * 0.48, 0), (0.04, h * 0.085)],
            (0.4, 0.05, 0.035),
            sides=14,
        ),
        box((0, 0, -radius * 0.84), (0.9, 2.0, 0.2), DARK_WOOD),
    ]
    rail = [
        (
            radius * 0.7 * math.cos(a * math.pi / 8),
            tower + 1.0,
            radius * 0.7 * math.sin(a * math.pi / 8),
        )
        for a in range(17)
    ]
    return [*meshes, tube(rail, 0.03, IRON, sides=4)]


def _moon_gate(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius = min(w * 0.38, h * 0.42)
    middle = radius + 0.04
    around = [
        (radius * math.cos(a * math.pi / 14), middle + radius * math.sin(a * math.pi / 14))
        for a in range(28)
    ]
    rim = [
        (
            radius * 1.07 * math.cos(a * math.pi / 14),
            middle + 0.02 + radius * 1.07 * math.sin(a * math.pi / 14),
        )
        for a in range(28)
    ]
    rim = [(x, max(0.0, y)) for x, y in rim]
    top = h - 0.25
    wall = prism(
        [(-w / 2, 0), (w / 2, 0), (w / 2, top), (-w / 2, top)],
        d * 0.4,
        -d * 0.4,
        finish.base,
        holes=[[(x * 1.03, middle + (y - middle) * 1.03 + 0.01) for x, y in around]],
    )
    ring = prism(rim, d * 0.46, -d * 0.46, STONE, holes=[around])
    tiles = [
        box((0, top, 0), (w, 0.09, d), (0.06, 0.065, 0.07)),
        box((0, top + 0.09, 0), (w, 0.09, d * 0.6), (0.08, 0.085, 0.09)),
        box((0, top + 0.18, 0), (w, 0.07, d * 0.25), (0.05, 0.055, 0.06)),
    ]
    return [wall, ring, *tiles]


# A lion that sits: x, y, z of each lump and its half sizes, as shares of the box above the plinth;
# tone; which sides it is on.
_LION = (
    (0.0, 0.26, 0.16, 0.30, 0.28, 0.26, 1.0, (1,)),
    (0.0, 0.45, -0.04, 0.27, 0.30, 0.20, 1.0, (1,)),
    (0.0, 0.76, -0.13, 0.30, 0.235, 0.20, 0.7, (1,)),
    (0.0, 0.75, -0.24, 0.20, 0.16, 0.14, 1.25, (1,)),
    (0.0, 0.68, -0.36, 0.14, 0.08, 0.10, 1.25, (1,)),
    (0.22, 0.10, -0.30, 0.14, 0.10, 0.12, 1.25, (-1,)),
    (0.0, 0.50, 0.36, 0.10, 0.22, 0.10, 0.7, (1,)),
    (0.20, 0.04, -0.28, 0.11, 0.05, 0.10, 1.25, (-1, 1)),
    (0.20, 0.90, -0.14, 0.06, 0.07, 0.05, 1.25, (-1, 1)),
    (0.09, 0.79, -0.36, 0.045, 0.035, 0.04, 0.05, (-1, 1)),
)  # fmt: skip


def _stone_lion(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    stone = finish.or_natural(STONE)
    plinth = h * 0.3
    tall = h - plinth
    meshes = [
        box((0, 0, 0), (w, plinth * 0.8, d), tone(stone, 0.7)),
        box((0, plinth * 0.8, 0), (w * 0.9, plinth * 0.2, d * 0.92), stone),
        box((0, plinth + tall * 0.64, -d * 0.4), (w * 0.16, 0.02, d * 0.08), BLACK),
    ]
    for x, y, z, wide, high, deep, shade, sides in _LION:
        for side in sides:
            centre = (side * x * w, plinth + y * tall, z * d)
            radii = (wide * w, high * tall, deep * d)
            meshes.append(ball(centre, radii, tone(stone, shade), sides=8, rings=5))
    for side in (-1, 1):
        paw = (side * w * 0.2, plinth, -d * 0.22)
        meshes.append(cylinder(paw, w * 0.1, tall * 0.45, stone, top_radius=w * 0.08, sides=7))
    return meshes


def _market_stall(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    table = min(0.85, h * 0.4)
    meshes = [
        box((0, table - 0.05, -d * 0.1), (w * 0.94, 0.05, d * 0.7), WOOD),
        box((0, 0.05, -d * 0.1), (w * 0.9, table - 0.1, d * 0.62), DARK_WOOD),
    ]
    for sx in (-1, 1):
        for sz in (-1, 1):
            meshes.append(
                box(
                    (sx * (w / 2 - 0.06), 0, sz * (d / 2 - 0.06)),
                    (0.05, h * (0.8 if sz < 0 else 0.97), 0.05),
                    WOOD,
                )
            )
    stripes = max(4, round(w / 0.35))
    each = w / stripes
    for index in range(stripes):
        x = -w / 2 + (index + 0.5) * each
        colour = finish.base if index % 2 else PAPER
        roof = [(-d / 2, h * 0.98), (d / 2, h * 0.8), (d / 2, h * 0.82), (-d / 2, h)]
        meshes.append(placed(lengthwise(prism(roof, each / 2, -each / 2, colour)), at=(x, 0, 0)))
        meshes.append(box((x, h * 0.72, -d / 2), (each, h * 0.09, 0.012), colour))
    fruits = ((0.5, 0.06, 0.03), (0.55, 0.32, 0.04), (0.12, 0.3, 0.06), (0.5, 0.42, 0.08))
    bins = max(2, round(w / 0.6))
    for index in range(bins):
        x = -w * 0.45 + (index + 0.5) * w * 0.9 / bins
        meshes.append(box((x, table, -d * 0.2), (w * 0.9 / bins - 0.06, 0.1, d * 0.4), WOOD))
        meshes.append(
            ball(
                (x, table + 0.09, -d * 0.2),
                (w * 0.36 / bins, 0.09, d * 0.17),
                fruits[index % 4],
                sides=9,
                rings=5,
            )
        )
    return meshes


def _steps(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    count = max(1, round(h / 0.17))
    tread, rise = d / count, h / count
    return [
        box(
            (0, index * rise, (index * tread) / 2),
            (w, rise, d - index * tread),
            finish.light if index % 2 else finish.base,
        )
        for index in range(count)
    ]


def _railing(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    bars = max(2, round(w / 0.15))
    thick = min(0.05, d)
    meshes = [
        box((0, h - 0.05, 0), (w, 0.05, thick), finish.base),
        box((0, 0.1, 0), (w, 0.03, thick * 0.6), finish.dark),
    ]
    for index in range(bars + 1):
        x = -w / 2 + 0.02 + (w - 0.04) * index / bars
        is_post = index % max(1, bars // 2) == 0
        meshes.append(
            box(
                (x, 0, 0),
                (0.04 if is_post else 0.014, h - 0.05, thick * (0.9 if is_post else 0.3)),
                finish.dark,
            )
        )
    return meshes


def _pier(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    wood = finish.or_natural(WOOD)
    planks = max(3, min(48, round(d / 0.22)))
    each = d / planks
    meshes = []
    for index in range(planks):
        z = -d / 2 + (index + 0.5) * each
        meshes.append(
            box(
                (0, h - 0.06, z),
                (w, 0.06, each - 0.015),
                tone(wood, float(finish.dice.uniform(0.85, 1.2))),
            )
        )
    posts = max(2, round(d / 2.2))
    for index in range(posts):
        z = -d / 2 + 0.2 + (d - 0.4) * index / (posts - 1)
        for side in (-1, 1):
            meshes.append(
                cylinder((side * (w / 2 - 0.1), 0, z), 0.09, h - 0.06, tone(wood, 0.6), sides=7)
            )
    return meshes


BUILDERS: dict[str, Builder] = {
    "fence": _fence,
    "gate": _gate,
    "boat": _boat,
    "lighthouse": _lighthouse,
    "moon_gate": _moon_gate,
    "stone_lion": _stone_lion,
    "market_stall": _market_stall,
    "steps": _steps,
    "railing": _railing,
    "pier": _pier,
}

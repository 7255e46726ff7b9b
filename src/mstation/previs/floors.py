"""The ground of a set: its pattern where people walk, plain earth as far as one can see."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mstation.previs.mesh import Mesh, join
from mstation.previs.primitives import panels, pigments, tone
from mstation.stage.layout import Layout, Rgb

GROUND_REACH_M = 260.0  # how far open ground goes on beyond the set
_BOARD_M, _TILE_M, _SLAB_M = 0.17, 0.5, 2.4
_MOST_TILES = 2400
_SINK_M = 0.012  # the ground around lies a little lower, so that the pattern never flickers

Quads = tuple[NDArray[np.float64], NDArray[np.float32]]  # (k, 4, 3) metres, (k, 3) colours
Pattern = Callable[[float, float, float, float, Rgb, np.random.Generator], Quads]


def floor_meshes(layout: Layout, dice: np.random.Generator) -> list[Mesh]:
    """Return the floor with the ground around it as one ink part, and tufts of grass."""
    x0, z0, x1, z1 = _extent(layout)
    pattern = _PATTERNS[layout.floor_pattern]
    floor = panels(*pattern(x0, z0, x1, z1, layout.floor_colour, dice))
    if not layout.is_interior:
        floor = join([floor, _ground(x0, z0, x1, z1, layout)])
    if layout.floor_pattern != "grass":
        return [floor]
    return [join([floor, _tufts(x0, z0, x1, z1, layout.floor_colour, dice)])]


def _extent(layout: Layout) -> tuple[float, float, float, float]:
    """Return the patterned rectangle: the floor, and indoors all that the walls enclose."""
    (x0, z0), (x1, z1) = layout.floor_min, layout.floor_max
    if layout.is_interior:
        ends = [end for wall in layout.walls for end in (wall.start, wall.end)]
        x0, x1 = min([x0, *(x for x, _ in ends)]), max([x1, *(x for x, _ in ends)])
        z0, z1 = min([z0, *(z for _, z in ends)]), max([z1, *(z for _, z in ends)])
    return x0, z0, x1, z1


def rectangles(
    x0: NDArray[np.float64],
    z0: NDArray[np.float64],
    x1: NDArray[np.float64],
    z1: NDArray[np.float64],
    y: float = 0.0,
) -> NDArray[np.float64]:
    """Return (k, 4, 3): level rectangles that are seen from above."""
    level = np.full(len(x0), y)
    corners = [(x0, z1), (x1, z1), (x1, z0), (x0, z0)]
    return np.stack([np.stack([x, level, z], axis=-1) for x, z in corners], axis=1)


def _shaded(
    colour: Rgb, count: int, spread: float, dice: np.random.Generator
) -> NDArray[np.float32]:
    shades = 1 + dice.uniform(-spread, spread, (count, 1))
    return np.minimum(1.0, np.asarray(colour) * shades).astype(np.float32)


def _plain(
    x0: float, z0: float, x1: float, z1: float, colour: Rgb, dice: np.random.Generator
) -> Quads:
    del dice
    quad = rectangles(np.array([x0]), np.array([z0]), np.array([x1]), np.array([z1]))
    return quad, pigments(colour, 1)


def _boards(
    x0: float, z0: float, x1: float, z1: float, colour: Rgb, dice: np.random.Generator
) -> Quads:
    """Return planks along the longer side, each row cut at its own places."""
    is_along_x = x1 - x0 >= z1 - z0
    low, high, near, far = (x0, x1, z0, z1) if is_along_x else (z0, z1, x0, x1)
    rows = max(1, min(160, round((far - near) / _BOARD_M)))
    step = (far - near) / rows
    spans = []
    for row in range(rows):
        cut = low
        first = float(dice.uniform(0.4, 2.2))
        while cut < high - 1e-6:
            end = min(high, cut + (first if cut == low else 2.2))
            if high - end < 0.3:
                end = high
            spans.append((cut, near + row * step, end, near + (row + 1) * step))
            cut = end
    a, b, c, d = np.array(spans, np.float64).T
    quads = rectangles(a, b, c, d) if is_along_x else rectangles(b, a, d, c)
    return quads, _shaded(colour, len(spans), 0.13, dice)


def _grid(
    x0: float, z0: float, x1: float, z1: float, side: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return level squares that fill a rectangle, and which of two colours each has."""
    area = (x1 - x0) * (z1 - z0)
    side = max(side, math.sqrt(area / _MOST_TILES))
    columns, rows = max(1, round((x1 - x0) / side)), max(1, round((z1 - z0) / side))
    index = np.arange(columns * rows)
    column, row = index % columns, index // columns
    x, z = np.linspace(x0, x1, columns + 1), np.linspace(z0, z1, rows + 1)
    quads = rectangles(x[column], z[row], x[column + 1], z[row + 1])
    return quads, (column + row) % 2


def _tiles(
    x0: float, z0: float, x1: float, z1: float, colour: Rgb, dice: np.random.Generator
) -> Quads:
    quads, parity = _grid(x0, z0, x1, z1, _TILE_M)
    colours = _shaded(colour, len(quads), 0.025, dice)
    return quads, (colours * np.where(parity[:, None] == 0, 1.0, 0.84)).astype(np.float32)


def _patches(spread: float, side: float) -> Pattern:
    """Return a pattern of large patches that differ a little: grass, snow, sand, tar."""

    def pattern(
        x0: float, z0: float, x1: float, z1: float, colour: Rgb, dice: np.random.Generator
    ) -> Quads:
        quads, _ = _grid(x0, z0, x1, z1, side)
        return quads, _shaded(colour, len(quads), spread, dice)

    return pattern


def _asphalt(
    x0: float, z0: float, x1: float, z1: float, colour: Rgb, dice: np.random.Generator
) -> Quads:
    """Return tar in slabs with a broken white line along its middle."""
    quads, _ = _grid(x0, z0, x1, z1, _SLAB_M)
    colours = _shaded(colour, len(quads), 0.03, dice)
    is_along_x = x1 - x0 >= z1 - z0
    low, high, middle = (x0, x1, (z0 + z1) / 2) if is_along_x else (z0, z1, (x0 + x1) / 2)
    dashes = np.arange(low + 0.6, high - 1.6, 3.2)
    if not len(dashes):
        return quads, colours
    side = np.full_like(dashes, middle)
    ends = (dashes, side - 0.06, dashes + 1.4, side + 0.06)
    lines = (
        rectangles(*ends, 0.006)
        if is_along_x
        else rectangles(side - 0.06, dashes, side + 0.06, dashes + 1.4, 0.006)
    )
    white = pigments((0.5, 0.5, 0.47), len(dashes))
    return np.concatenate([quads, lines]), np.concatenate([colours, white])


_PATTERNS: dict[str, Pattern] = {
    "plain": _plain,
    "boards": _boards,
    "tiles": _tiles,
    "grass": _patches(0.07, 1.6),
    "asphalt": _asphalt,
    "snow": _patches(0.02, 2.5),
    "sand": _patches(0.04, 2.0),
}


def _tufts(
    x0: float, z0: float, x1: float, z1: float, colour: Rgb, dice: np.random.Generator
) -> Mesh:
    """Return blades of grass in threes, seen from both sides."""
    count = int(min(420, (x1 - x0) * (z1 - z0) * 1.4))
    middle = np.column_stack([dice.uniform(x0, x1, count), dice.uniform(z0, z1, count)])
    turn, height = dice.uniform(0, math.pi, count), dice.uniform(0.05, 0.14, count)
    quads, colours = [], []
    shades = dice.uniform(0.75, 1.35, count)
    for blade in (-1, 0, 1):
        across = np.column_stack([np.cos(turn + blade), np.sin(turn + blade)]) * 0.022
        lean = np.column_stack([np.sin(turn), np.cos(turn)]) * 0.045 * blade
        tip = np.column_stack(
            [middle[:, 0] + lean[:, 0], height * (1 - 0.2 * abs(blade)), middle[:, 1] + lean[:, 1]]
        )
        left = np.column_stack(
            [middle[:, 0] - across[:, 0], np.zeros(count), middle[:, 1] - across[:, 1]]
        )
        right = np.column_stack(
            [middle[:, 0] + across[:, 0], np.zeros(count), middle[:, 1] + across[:, 1]]
        )
        quads += [
            np.stack([left, right, tip, tip], axis=1),
            np.stack([right, left, tip, tip], axis=1),
        ]
        colours += [np.asarray(colour) * shades[:, None]] * 2
    return panels(
        np.concatenate(quads)[:, :4], np.minimum(1, np.concatenate(colours)).astype(np.float32)
    )


def _ground(x0: float, z0: float, x1: float, z1: float, layout: Layout) -> Mesh:
    """Return the earth around the set as rings of rectangles that grow with the distance."""
    reaches = [0.0, 12.0, 45.0, 120.0, GROUND_REACH_M]
    middle_x, middle_z = (x0 + x1) / 2, (z0 + z1) / 2
    half_x, half_z = (x1 - x0) / 2, (z1 - z0) / 2
    spans = []
    for inner, outer in pairwise(reaches):
        ix, iz, ox, oz = half_x + inner, half_z + inner, half_x + outer, half_z + outer
        if inner == 0.0:
            ix, iz = max(0.0, ix - 0.3), max(0.0, iz - 0.3)
        spans += [(-ox, -oz, ox, -iz), (-ox, iz, ox, oz), (-ox, -iz, -ix, iz), (ix, -iz, ox, iz)]
    a, b, c, d = (np.array(spans) + np.array([middle_x, middle_z] * 2)).T
    quads = rectangles(a, b, c, d, -_SINK_M)
    return panels(quads, pigments(tone(layout.floor_colour, 0.94), len(quads)))

"""What covers a wall: paper, panels, tiles, boards, stone. A wall's free rectangles in, quads out.

A wall lies along +X from 0, its room at −Z. A finish colours the whole wall as cells; what lies in
a door or a window is cut away. Rails and cornices stand out from it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.previs.decor import RoomLook, WallFinish
from mstation.previs.mesh import Mesh
from mstation.previs.primitives import box, mixed, panels, pigments, tone
from mstation.stage.layout import Opening, Rgb

Rect = tuple[float, float, float, float]  # x0, x1, y0, y1 on the wall, metres
Cells = NDArray[np.float64]  # (n, 5) rectangles and how far each stands out into the room
Colours = NDArray[np.float32]  # (n, 3)
Finished = tuple[Cells, Colours]

SKIRTING_M = 0.11
_CORNICE_M = 0.09
_TILE_M, _STRIPE_M, _PANEL_M, _BOARD_M = 0.24, 0.32, 0.86, 0.19
_BLOCK_M, _COURSE_M = 0.62, 0.3
_BRICK_LONG_M, _BRICK_HIGH_M = 0.46, 0.16
_RIB_M = 0.34
_RAISED_M = 0.004
_LEAST_M = 1e-4


@dataclass(frozen=True, slots=True)
class Face:
    """The inside of one wall: its length and height, colours, and the dice of the set."""

    length_m: float
    height_m: float
    colour: Rgb
    look: RoomLook
    dice: np.random.Generator

    @property
    def lower_m(self) -> float:
        """How high the lower band reaches."""
        return min(self.look.lower_m, self.height_m - 0.3)

    @property
    def lower(self) -> Rgb:
        """The colour of the lower band."""
        return self.look.lower or mixed(tone(self.colour, 0.72), self.look.trim, 0.25)


def free_rectangles(length: float, height: float, openings: Sequence[Opening]) -> list[Rect]:
    """Return what is left of a wall around its openings, which are in order and apart."""
    rects: list[Rect] = []
    cursor = 0.0
    for opening in openings:
        start, end = opening.start_m, opening.start_m + opening.width_m
        top = opening.sill_m + opening.height_m
        rects.append((cursor, start, 0.0, height))
        rects.append((start, end, 0.0, opening.sill_m))
        rects.append((start, end, top, height))
        cursor = end
    rects.append((cursor, length, 0.0, height))
    return [r for r in rects if r[1] - r[0] > _LEAST_M and r[3] - r[2] > _LEAST_M]


def finished_wall(face: Face, free: list[Rect]) -> Mesh:
    """Return the covering of a wall where it is free, as one ink part."""
    cells, colours = _FINISHES[face.look.wall](face)
    return upright_cells(cells, colours, free)


def upright_cells(cells: Cells, colours: Colours, free: list[Rect]) -> Mesh:
    """Return rectangles that face −Z, each cut to the free ones."""
    quads, paints = [], []
    for x0, x1, y0, y1 in free:
        low = np.maximum(cells[:, [0, 2]], (x0, y0))
        high = np.minimum(cells[:, [1, 3]], (x1, y1))
        keeps = ((high - low) > _LEAST_M).all(axis=1)
        (a, c), (b, d) = low[keeps].T, high[keeps].T
        level = -cells[keeps, 4]
        corners = [(b, c), (a, c), (a, d), (b, d)]
        quads.append(np.stack([np.stack([x, y, level], axis=-1) for x, y in corners], axis=1))
        paints.append(colours[keeps])
    if not quads:
        return panels(np.zeros((0, 4, 3)), np.zeros((0, 3), np.float32))
    return panels(np.concatenate(quads), np.concatenate(paints).astype(np.float32))


def rails(face: Face, openings: Sequence[Opening]) -> list[Mesh]:
    """Return skirting, the rail of the lower band and the cornice, broken by openings."""
    look = face.look
    if look.wall in ("rock", "cloth"):
        return []
    dark = tone(mixed(look.trim, face.colour, 0.25), 0.8)
    meshes = _rail(face, openings, 0.0, SKIRTING_M, 0.022, dark)
    if look.wall in ("two_tone", "panels", "paper", "tiles") and look.lower_m < face.height_m:
        meshes += _rail(face, openings, face.lower_m - 0.03, 0.05, 0.026, look.trim)
    if look.wall not in ("boards", "metal", "brick", "blocks"):
        pale = mixed(tone(face.colour, 1.15), look.trim, 0.3)
        meshes += _rail(face, openings, face.height_m - _CORNICE_M, _CORNICE_M, 0.06, pale)
    return meshes


def _rail(
    face: Face, openings: Sequence[Opening], y: float, high: float, deep: float, colour: Rgb
) -> list[Mesh]:
    meshes, cursor = [], 0.0
    ends = [
        (opening.start_m - 0.02, opening.start_m + opening.width_m + 0.02)
        for opening in openings
        if opening.sill_m < y + high and opening.sill_m + opening.height_m > y
    ]
    for start, end in (*ends, (face.length_m, face.length_m)):
        if start - cursor > 0.03:
            middle = ((cursor + start) / 2, y, -deep / 2)
            meshes.append(box(middle, (start - cursor, high, deep), colour))
        cursor = end
    return meshes


def _grid(
    xs: NDArray[np.float64], ys: NDArray[np.float64]
) -> tuple[Cells, NDArray[np.int64], NDArray[np.int64]]:
    """Return the cells between lines, row by row, with each one's column and row."""
    columns, rows = len(xs) - 1, len(ys) - 1
    index = np.arange(columns * rows)
    column, row = index % columns, index // columns
    flush = np.zeros(len(index))
    cells = np.stack([xs[column], xs[column + 1], ys[row], ys[row + 1], flush], axis=-1)
    return cells, column, row


def _lines(low: float, high: float, step: float) -> NDArray[np.float64]:
    count = max(1, round((high - low) / step))
    return np.linspace(low, high, count + 1)


def _painted(colour: Rgb, shades: NDArray[np.float64]) -> Colours:
    return np.minimum(1.0, np.asarray(colour) * shades[:, None]).astype(np.float32)


def _whole(face: Face, low: float, high: float, colour: Rgb) -> Finished:
    return np.array([[0.0, face.length_m, low, high, 0.0]]), pigments(colour, 1)


def _stacked(*bands: Finished) -> Finished:
    return np.concatenate([b[0] for b in bands]), np.concatenate([b[1] for b in bands])


def _paper(face: Face) -> Finished:
    """Return striped wallpaper over a painted dado."""
    cells, column, _ = _grid(
        _lines(0, face.length_m, _STRIPE_M), np.array([face.lower_m, face.height_m])
    )
    shades = np.where(column % 2 == 0, 1.0, 0.9)
    lower = _whole(face, 0.0, face.lower_m, face.lower)
    return _stacked(lower, (cells, _painted(face.colour, shades)))


def _two_tone(face: Face) -> Finished:
    """Return oil paint below and distemper above, a little uneven."""
    cells, _, _ = _grid(_lines(0, face.length_m, 2.1), np.array([face.lower_m, face.height_m]))
    shades = face.dice.uniform(0.975, 1.02, len(cells))
    lower = _whole(face, 0.0, face.lower_m, face.lower)
    return _stacked(lower, (cells, _painted(face.colour, shades)))


def _panels(face: Face) -> Finished:
    """Return a wooden dado of framed fields under plain plaster."""
    xs = _lines(0, face.length_m, _PANEL_M)
    wood = face.look.lower or mixed(face.look.trim, face.colour, 0.15)
    frame = _whole(face, 0.0, face.lower_m, wood)
    bevel, field = [], []
    low, high = SKIRTING_M + 0.08, face.lower_m - 0.11
    for x0, x1 in itertools.pairwise(xs):
        bevel.append((x0 + 0.09, x1 - 0.09, low, high, _RAISED_M))
        field.append((x0 + 0.12, x1 - 0.12, low + 0.03, high - 0.03, 2 * _RAISED_M))
    upper = _whole(face, face.lower_m, face.height_m, face.colour)
    return _stacked(
        frame,
        upper,
        (np.array(bevel), pigments(tone(wood, 0.6), len(bevel))),
        (np.array(field), pigments(tone(wood, 1.12), len(field))),
    )


def _tiles(face: Face) -> Finished:
    """Return glazed tiles below, with a band of colour on top, paint above."""
    white: Rgb = mixed((0.58, 0.6, 0.58), face.colour, 0.25)
    top = face.lower_m - 0.12
    cells, column, row = _grid(_lines(0, face.length_m, _TILE_M), _lines(0, top, _TILE_M))
    shades = np.where((column + row) % 2 == 0, 1.0, 0.945) * face.dice.uniform(0.98, 1.02, len(row))
    band = _whole(face, top, face.lower_m, (0.12, 0.26, 0.27))
    upper = _whole(face, face.lower_m, face.height_m, face.colour)
    return _stacked((cells, _painted(white, shades)), band, upper)


def _boards(face: Face) -> Finished:
    cells, _, _ = _grid(_lines(0, face.length_m, _BOARD_M), np.array([0.0, face.height_m]))
    wood = mixed(face.colour, (0.24, 0.15, 0.085), 0.6)
    return cells, _painted(wood, face.dice.uniform(0.84, 1.12, len(cells)))


def _courses(face: Face, long: float, high: float, top: float) -> Cells:
    """Return stones in courses, every other one shifted by half a stone."""
    cells = []
    ys = _lines(0, top, high)
    for row, (y0, y1) in enumerate(itertools.pairwise(ys)):
        shift = long / 2 if row % 2 else 0.0
        xs = np.arange(-shift, face.length_m, long)
        low, high_y, flush = (np.full_like(xs, value) for value in (y0, y1, 0.0))
        cells.append(np.stack([xs, xs + long, low, high_y, flush], axis=-1))
    whole = np.concatenate(cells)
    whole[:, :2] = np.clip(whole[:, :2], 0, face.length_m)
    return whole


def _blocks(face: Face) -> Finished:
    cells = _courses(face, _BLOCK_M, _COURSE_M, face.height_m)
    stone = mixed(face.colour, (0.27, 0.25, 0.23), 0.45)
    return cells, _painted(stone, face.dice.uniform(0.84, 1.1, len(cells)))


def _brick(face: Face) -> Finished:
    """Return bricks up to the lower band's height, plaster above."""
    top = min(face.look.lower_m, face.height_m)
    cells = _courses(face, _BRICK_LONG_M, _BRICK_HIGH_M, top)
    red = mixed((0.24, 0.11, 0.08), face.colour, 0.5)
    bricks = (cells, _painted(red, face.dice.uniform(0.78, 1.15, len(cells))))
    if top >= face.height_m - _LEAST_M:
        return bricks
    return _stacked(bricks, _whole(face, top, face.height_m, face.colour))


def _metal(face: Face) -> Finished:
    """Return ribbed sheet, the lower band darker."""
    cells, column, row = _grid(
        _lines(0, face.length_m, _RIB_M), np.array([0.0, face.lower_m, face.height_m])
    )
    shades = np.where(column % 2 == 0, 1.0, 0.86) * np.where(row == 0, 0.72, 1.0)
    return cells, _painted(mixed(face.colour, (0.36, 0.38, 0.4), 0.5), shades)


def _cloth(face: Face) -> Finished:
    cells, column, _ = _grid(_lines(0, face.length_m, 0.62), np.array([0.0, face.height_m]))
    return cells, _painted(face.colour, np.where(column % 2 == 0, 1.05, 0.8))


def _rock(face: Face) -> Finished:
    cells = _courses(face, 0.9, 0.62, face.height_m)
    stone = mixed(face.colour, (0.2, 0.17, 0.14), 0.6)
    high = cells[:, 2] / max(face.height_m, 0.1)
    shades = face.dice.uniform(0.78, 1.12, len(cells)) * (1.0 - 0.35 * high)
    return cells, _painted(stone, shades)


_FINISHES: dict[WallFinish, Callable[[Face], Finished]] = {
    "paper": _paper,
    "two_tone": _two_tone,
    "panels": _panels,
    "tiles": _tiles,
    "boards": _boards,
    "blocks": _blocks,
    "brick": _brick,
    "metal": _metal,
    "cloth": _cloth,
    "rock": _rock,
}

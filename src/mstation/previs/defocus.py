"""A shaded picture and a lens in, the same with what is out of focus blurred out.

What lies behind the focus and what stands before it are averaged apart, each at coarser and
coarser scales, so nothing sharp bleeds into the blur. It is done before edges are smoothed: the
outline of who is in focus stays clean.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from mstation.previs.canvas import TILE_ROWS, TILE_WIDTH, Bools, Bytes, Canvas, Floats
from mstation.previs.circles import (
    CIRCLES,
    LEVELS,
    SHARP,
    SHARP_PX,
    Lens,
    blend,
    coarser,
    gather,
    soften,
)
from mstation.previs.kernel import kernel

__all__ = ["SHARP", "Lens", "Soft", "blur", "soft_room"]

_REACHES = (8, 18, 36, 72)  # pixels: how far each level spreads a pixel, and an edge beyond
_MARGIN = 4 << LEVELS  # columns by which what a coarse level covers may exceed the picture


class Soft(NamedTuple):
    """Where blurred pictures are worked on; half is a picture of half the rows and columns."""

    raw: Bytes  # (3, rows, columns) what `Canvas.raw` becomes
    back: tuple[Floats, ...]  # a level: (4, …) colour × weight, weight; the finest is half size
    front: tuple[Floats, ...]  # a level: (5, …) the same, and circle × weight
    circles: Floats  # (half rows, half columns) the widest circle of each two pixels by two
    tops: Floats  # (rows of tiles, columns of tiles, 2) the widest of all, and before the focus
    half: Floats  # (7, half rows, half columns) what is behind; what is before × its share, share
    reached: Floats  # (1,) the widest circle of the frame before
    room: Floats  # (15, columns and a margin) where a row is worked on


def soft_room(width: int, height: int) -> Soft:
    """Room to blur a picture of even sides."""
    back, front = [], []
    rows, columns = height, width
    for _ in range(LEVELS):
        rows, columns = -(-rows // 2), -(-columns // 2)
        back.append(np.zeros((4, rows, columns), np.float32))
        front.append(np.zeros((5, rows, columns), np.float32))
    return Soft(
        np.zeros((3, height, width), np.uint8),
        tuple(back),
        tuple(front),
        np.zeros((height // 2, width // 2), np.float32),
        np.zeros((-(-height // TILE_ROWS), -(-width // TILE_WIDTH), 2), np.float32),
        np.zeros((7, height // 2, width // 2), np.float32),
        np.zeros(1, np.float32),
        np.zeros((15, width + _MARGIN), np.float32),
    )


@kernel
def _spread_ways(tiles: Bools, down: int, across: int, between: Bools, reached: Bools) -> None:
    """Mark what lies within so many rows and columns of the marked tiles."""
    rows, columns = tiles.shape
    between[:] = reached[:] = False
    for i in range(rows):
        for j in range(columns):
            if tiles[i, j]:
                between[i, max(0, j - across) : j + across + 1] = True
    for i in range(rows):
        for k in range(max(0, i - down), min(rows, i + down + 1)):
            for j in range(columns):
                reached[k, j] |= between[i, j]


def _spread(tiles: Bools, reach_px: int) -> Bools:
    """The tiles that lie, even in part, within some pixels of the marked ones."""
    down, across = -(-reach_px // TILE_ROWS), -(-reach_px // TILE_WIDTH)
    reached = np.empty_like(tiles)
    _spread_ways(tiles, down, across, np.empty_like(tiles), reached)
    return reached


def blur(canvas: Canvas, lens: Lens, soft: Soft, changed: Bools) -> Bools:
    """Write `soft.raw` wherever the changed tiles can reach; returns which tiles that is."""
    back, front = soft.back, soft.front
    gather(canvas, lens, changed, back[0], front[0], soft.circles, soft.tops, soft.room)
    widest = np.float32(soft.tops.max(initial=0))
    reach_px = _reach_px(float(max(widest, soft.reached[0])))
    soft.reached[0] = widest
    shown = _spread(changed, reach_px)
    for fine, coarse in pairwise(back):
        coarser(fine, coarse, soft.room)
    before = soft.tops[..., 1] > 0
    fronts = _spread(before, reach_px)
    if before.any():
        for fine, coarse in pairwise(front):
            coarser(fine, coarse, soft.room)
    blurred = (soft.tops[..., 0] > SHARP_PX) | fronts
    near = _spread(blurred, 2) & shown
    soften(near, back, front, soft.circles, soft.tops, fronts, soft.half, soft.room)
    blend(canvas, lens, soft.half, shown, blurred, fronts, soft.room, soft.raw)
    return shown


def _reach_px(widest_px: float) -> int:
    """How far from a pixel its averages are read where no circle is wider than this."""
    for circle, reach in zip(CIRCLES, _REACHES, strict=True):
        if widest_px <= circle:
            return reach
    return _REACHES[-1]

"""A shaded picture and a lens in, the same with what is out of focus blurred out.

What lies behind the focus and what stands before it are averaged apart, each at coarser and
coarser scales, so nothing sharp bleeds into the blur. It is done before edges are smoothed: the
outline of who is in focus stays clean.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from mstation.previs.canvas import TILE_COLUMNS, TILE_ROWS, Bools, Bytes, Canvas, Floats
from mstation.previs.kernel import kernel

_LEVELS = 4
# How wide a circle, in pixels, each level of averages stands for: four times the standard
# deviation of its boxes, tents and the way it is read.
_CIRCLES = (np.float32(4.0), np.float32(14.0), np.float32(30.0), np.float32(61.0))
_REACHES = (8, 18, 36, 72)  # pixels: how far each level spreads a pixel, and an edge beyond
_SHARP_PX = np.float32(1.2)  # circles narrower than this are not seen
_LEAST = np.float32(0.02)  # weight of what is sharp where nothing else fills a gap
_HALF = np.float32(0.5)
_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)


class Lens(NamedTuple):
    """How a frame's lens blurs."""

    circle_px: np.float32  # of a point infinitely far; 0: all is sharp
    focus_m: np.float32
    margin: np.float32  # of |1 − focus / distance|, within which all is sharp
    widest_px: np.float32


SHARP = Lens(np.float32(0), np.float32(1), np.float32(0), np.float32(1))


class Soft(NamedTuple):
    """Where blurred pictures are worked on; half is a picture of half the rows and columns."""

    raw: Bytes  # (3, rows, columns) what `Canvas.raw` becomes
    back: tuple[Floats, ...]  # a level: (4, …) colour × weight, weight; the finest is half size
    front: tuple[Floats, ...]  # a level: (5, …) the same, and circle × weight
    circles: Floats  # (half rows, half columns) the widest circle of each two pixels by two
    tops: Floats  # (rows of tiles, columns of tiles, 2) the widest of all, and before the focus
    half: Floats  # (7, half rows, half columns) what is behind; what is before × its share, share
    reached: Floats  # (1,) the widest circle of the frame before
    room: Floats  # (11, columns) where a row is worked on


def soft_room(width: int, height: int) -> Soft:
    """Room to blur a picture of even sides."""
    back, front = [], []
    rows, columns = height, width
    for _ in range(_LEVELS):
        rows, columns = -(-rows // 2), -(-columns // 2)
        back.append(np.zeros((4, rows, columns), np.float32))
        front.append(np.zeros((5, rows, columns), np.float32))
    return Soft(
        np.zeros((3, height, width), np.uint8),
        tuple(back),
        tuple(front),
        np.zeros((height // 2, width // 2), np.float32),
        np.zeros((-(-height // TILE_ROWS), -(-width // TILE_COLUMNS), 2), np.float32),
        np.zeros((7, height // 2, width // 2), np.float32),
        np.zeros(1, np.float32),
        np.zeros((11, width), np.float32),
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
    down, across = -(-reach_px // TILE_ROWS), -(-reach_px // TILE_COLUMNS)
    reached = np.empty_like(tiles)
    _spread_ways(tiles, down, across, np.empty_like(tiles), reached)
    return reached


@kernel
def _circles(near: Floats, lens: Lens, out: Floats) -> None:
    """Write how wide points of some nearness are in the picture, in pixels."""
    for x in range(near.shape[0]):
        off = abs(_ONE - lens.focus_m * near[x]) - lens.margin
        out[x] = min(max(off, _ZERO) * lens.circle_px, lens.widest_px)


@kernel
def _weigh(  # noqa: C901 - one loop over a row, written out for speed  # noqa: C901 - short loops over a row, written out for speed
    near: Floats,
    raw: Bytes,
    y: int,
    first: int,
    lens: Lens,
    had_front: np.int32,
    sums: Floats,
    shares: Floats,
) -> np.int32:
    """Add part of a row, from the pixel `first` on, to its sums.

    sums    # (9, pixels): behind r g b weight; before r g b weight, circle, which mean something
            # only once anything is before the focus
    shares  # (2, pixels) the pixels' circles, and room; written over
    Returns not nought if anything is before the focus, or was in the rows added already.
    """
    behind, before = shares[0], shares[1]
    has_front = np.int32(0)
    for x in range(near.shape[0]):
        wide = behind[x]
        fore = wide if lens.focus_m * near[x] > _ONE and wide > _SHARP_PX else _ZERO
        share = min(max(wide - _HALF, _LEAST), _ONE)
        behind[x] = share if fore == _ZERO else _ZERO
        before[x] = fore
        has_front |= np.int32(fore > _ZERO)
    for c in range(4):
        total = sums[c]
        if c == 3:
            for x in range(near.shape[0]):
                total[x] += behind[x]
            continue
        row = raw[c, y, first : first + near.shape[0]]
        for x in range(near.shape[0]):
            total[x] += np.float32(row[x]) * behind[x]
    if has_front != 0:
        if had_front == 0:
            sums[4:9] = _ZERO
        for x in range(near.shape[0]):
            sums[8, x] += before[x]
            before[x] = _ONE if before[x] > _ZERO else _ZERO
            sums[7, x] += before[x]
        for c in range(3):
            row, total = raw[c, y, first : first + near.shape[0]], sums[4 + c]
            for x in range(near.shape[0]):
                total[x] += np.float32(row[x]) * before[x]
    return has_front | had_front


@kernel
def _gather_row(
    canvas: Canvas,
    lens: Lens,
    j: int,
    first: int,
    end: int,
    back: Floats,
    front: Floats,
    circles: Floats,
    tops: Floats,
    room: Floats,
) -> None:
    """Write the finest averages, of two pixels by two, of part of a row of them."""
    size, quarter = end - first, np.float32(0.25)
    sums, shares = room[:9, :size], room[9:11, :size]
    row = circles[j, first // 2 : end // 2]
    sums[:4] = _ZERO
    has_front = np.int32(0)
    for i in range(row.shape[0]):
        row[i] = _ZERO
    for y in range(2 * j, 2 * j + 2):
        near = canvas.depth[y, first:end]
        _circles(near, lens, shares[0])
        for i in range(row.shape[0]):
            row[i] = max(row[i], max(shares[0, 2 * i], shares[0, 2 * i + 1]))
        has_front = _weigh(near, canvas.raw, y, first, lens, has_front, sums, shares)
    if has_front == 0:
        front[:, j, first // 2 : end // 2] = _ZERO
    for c in range(9 if has_front != 0 else 4):
        level = back[c] if c < 4 else front[c - 4]
        out, total = level[j, first // 2 : end // 2], sums[c]
        for i in range(out.shape[0]):
            out[i] = (total[2 * i] + total[2 * i + 1]) * quarter
    half = TILE_COLUMNS // 2
    for start in range(first // 2, end // 2, half):
        stop = min(start + half, end // 2)
        wide, fore = circles[j, start:stop], front[4, j, start:stop]
        most, foremost = _ZERO, _ZERO
        for i in range(wide.shape[0]):
            most, foremost = max(most, wide[i]), max(foremost, fore[i])
        top = tops[start // half]
        top[0], top[1] = max(top[0], most), max(top[1], foremost)


@kernel
def gather(
    canvas: Canvas,
    lens: Lens,
    tiles: Bools,
    back: Floats,
    front: Floats,
    circles: Floats,
    tops: Floats,
    room: Floats,
) -> None:
    """Write the finest averages, of two pixels by two, of the marked tiles."""
    height, width = canvas.ids.shape
    for i in range(tiles.shape[0]):
        j = 0
        while j < tiles.shape[1]:
            if not tiles[i, j]:
                j += 1
                continue
            first = j * TILE_COLUMNS
            while j < tiles.shape[1] and tiles[i, j]:
                tops[i, j, 0] = tops[i, j, 1] = _ZERO
                j += 1
            end = min(width, j * TILE_COLUMNS)
            for row in range(i * TILE_ROWS // 2, min(height, (i + 1) * TILE_ROWS) // 2):
                _gather_row(canvas, lens, row, first, end, back, front, circles, tops[i], room)


@kernel
def coarser(fine: Floats, coarse: Floats, room: Floats) -> None:
    """Write averages at twice the size: boxes of two by two, then a tent of three by three."""
    planes, rows, columns = coarse.shape
    fine_rows, fine_columns = fine.shape[1:]
    quarter = np.float32(0.25)
    for c in range(planes):
        for j in range(rows):
            one = fine[c, min(2 * j, fine_rows - 1)]
            other = fine[c, min(2 * j + 1, fine_rows - 1)]
            out, row = coarse[c, j], room[0, :columns]
            for i in range(columns):
                left, right = 2 * i, min(2 * i + 1, fine_columns - 1)
                row[i] = (one[left] + one[right] + other[left] + other[right]) * quarter
            for i in range(columns):
                before, after = row[max(i - 1, 0)], row[min(i + 1, columns - 1)]
                out[i] = (before + row[i] + row[i] + after) * quarter
        # Down: the row above is kept as it was before it was averaged.
        above = room[0, :columns]
        here = room[1, :columns]
        for i in range(columns):
            above[i] = coarse[c, 0, i]
        for j in range(rows):
            out, below = coarse[c, j], coarse[c, min(j + 1, rows - 1)]
            for i in range(columns):
                here[i] = out[i]
            for i in range(columns):
                out[i] = (above[i] + here[i] + here[i] + below[i]) * quarter
            for i in range(columns):
                above[i] = here[i]


@kernel
def _read(
    level: Floats, size: np.float32, px: np.float32, py: np.float32
) -> tuple[np.float32, np.float32, np.float32, np.float32, np.float32]:
    """The averages of a level at a place of the picture, between its cells."""
    planes, rows, columns = level.shape
    x = min(max(px / size - _HALF, _ZERO), np.float32(columns - 1))
    y = min(max(py / size - _HALF, _ZERO), np.float32(rows - 1))
    i, j = int(x), int(y)
    u, v = x - np.float32(i), y - np.float32(j)
    ii, jj = min(i + 1, columns - 1), min(j + 1, rows - 1)
    a, b = (_ONE - u) * (_ONE - v), u * (_ONE - v)
    c, d = (_ONE - u) * v, u * v
    last = _ZERO
    if planes > 4:
        last = a * level[4, j, i] + b * level[4, j, ii] + c * level[4, jj, i] + d * level[4, jj, ii]
    return (
        a * level[0, j, i] + b * level[0, j, ii] + c * level[0, jj, i] + d * level[0, jj, ii],
        a * level[1, j, i] + b * level[1, j, ii] + c * level[1, jj, i] + d * level[1, jj, ii],
        a * level[2, j, i] + b * level[2, j, ii] + c * level[2, jj, i] + d * level[2, jj, ii],
        a * level[3, j, i] + b * level[3, j, ii] + c * level[3, jj, i] + d * level[3, jj, ii],
        last,
    )


@kernel
def _averaged(
    levels: tuple[Floats, ...],
    wide: np.float32,
    px: np.float32,
    py: np.float32,
) -> tuple[np.float32, np.float32, np.float32, np.float32]:
    """What lies under a circle of some width: colour × weight, and weight."""
    k = 0
    while k < 2 and wide > _CIRCLES[k + 1]:
        k += 1
    t = min(max((wide - _CIRCLES[k]) / (_CIRCLES[k + 1] - _CIRCLES[k]), _ZERO), _ONE)
    r, g, b, w, _ = _read(levels[k], np.float32(2 << k), px, py)
    if t > _ZERO:
        r1, g1, b1, w1, _ = _read(levels[k + 1], np.float32(4 << k), px, py)
        r, g, b, w = r + (r1 - r) * t, g + (g1 - g) * t, b + (b1 - b) * t, w + (w1 - w) * t
    return r, g, b, w


@kernel
def soften(
    tiles: Bools,
    back: tuple[Floats, ...],
    front: tuple[Floats, ...],
    circles: Floats,
    fronts: Bools,
    half: Floats,
) -> None:
    """Write what lies behind and before the focus, at half the size, in the marked tiles.

    fronts  # tiles that anything before the focus can reach
    """
    rows, columns = circles.shape
    for j in range(rows):
        for i in range(columns):
            row, column = 2 * j // TILE_ROWS, 2 * i // TILE_COLUMNS
            if not tiles[row, column]:
                continue
            px, py = np.float32(2 * i + 1), np.float32(2 * j + 1)
            r, g, b, w = _averaged(back, circles[j, i], px, py)
            per = _ONE / max(w, np.float32(1e-6))
            half[0, j, i], half[1, j, i], half[2, j, i] = r * per, g * per, b * per
            r = g = b = w = _ZERO
            if fronts[row, column]:
                _, _, _, over, wide = _read(front[2], np.float32(8.0), px, py)
                if over > np.float32(1e-4):
                    r, g, b, w = _averaged(front, wide / over, px, py)
            half[3, j, i], half[4, j, i], half[5, j, i], half[6, j, i] = r, g, b, w


@kernel
def _doubled(plane: Floats, y: int, first: int, end: int, between: Floats, out: Floats) -> None:
    """Write part of a row of a plane of half the size as it is at full size."""
    rows, columns = plane.shape
    j = y // 2
    one, other = plane[j], plane[min(max(j - 1 + 2 * (y & 1), 0), rows - 1)]
    most, rest = np.float32(0.75), np.float32(0.25)
    left, right = first // 2, end // 2
    for i in range(max(left - 1, 0), min(right + 1, columns)):
        between[i] = one[i] * most + other[i] * rest
    for i in range(left, right):
        here = between[i] * most
        out[2 * i - first] = here + between[max(i - 1, 0)] * rest
        out[2 * i + 1 - first] = here + between[min(i + 1, columns - 1)] * rest


@kernel
def _blend_row(
    canvas: Canvas,
    lens: Lens,
    half: Floats,
    y: int,
    first: int,
    end: int,
    has_front: bool,
    room: Floats,
    out: Bytes,
) -> None:
    """Write part of a row of the picture as the lens shows it."""
    size = end - first
    share, cover, under = room[0, :size], room[1, :size], room[2, :size]
    over, between = room[3, :size], room[4]
    per = _ONE / (_CIRCLES[0] - _SHARP_PX)
    _circles(canvas.depth[y, first:end], lens, share)
    for x in range(size):
        share[x] = min(max((share[x] - _SHARP_PX) * per, _ZERO), _ONE)
    if has_front:
        _doubled(half[6], y, first, end, between, cover)
    for c in range(3):
        _doubled(half[c], y, first, end, between, under)
        raw, shown = canvas.raw[c, y, first:end], out[c, y, first:end]
        for x in range(size):
            value = np.float32(raw[x])
            under[x] = value + (under[x] - value) * share[x]
        if has_front:
            _doubled(half[3 + c], y, first, end, between, over)
            for x in range(size):
                under[x] = under[x] * (_ONE - cover[x]) + over[x]
        for x in range(size):
            shown[x] = np.uint8(min(max(under[x] + _HALF, _ZERO), np.float32(255.0)))


@kernel
def blend(
    canvas: Canvas,
    lens: Lens,
    half: Floats,
    shown: Bools,
    blurred: Bools,
    fronts: Bools,
    room: Floats,
    out: Bytes,
) -> None:
    """Write the picture as the lens shows it, in the tiles shown; sharp ones are copied."""
    height, width = canvas.ids.shape
    for y in range(height):
        row = y // TILE_ROWS
        for tile in range(shown.shape[1]):
            if not shown[row, tile]:
                continue
            first, end = tile * TILE_COLUMNS, min(width, (tile + 1) * TILE_COLUMNS)
            if blurred[row, tile]:
                _blend_row(canvas, lens, half, y, first, end, fronts[row, tile], room, out)
                continue
            for c in range(3):
                raw, copy = canvas.raw[c, y, first:end], out[c, y, first:end]
                for x in range(raw.shape[0]):
                    copy[x] = raw[x]


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
    blurred = (soft.tops[..., 0] > _SHARP_PX) | fronts
    soften(_spread(blurred, 2) & shown, back, front, soft.circles, fronts, soft.half)
    blend(canvas, lens, soft.half, shown, blurred, fronts, soft.room, soft.raw)
    return shown


def _reach_px(widest_px: float) -> int:
    """How far from a pixel its averages are read where no circle is wider than this."""
    for circle, reach in zip(_CIRCLES, _REACHES, strict=True):
        if widest_px <= circle:
            return reach
    return _REACHES[-1]

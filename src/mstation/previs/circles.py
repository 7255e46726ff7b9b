"""A shaded picture in, what lies under each of its circles out: the loops of `defocus`.

A circle is what a lens makes of a point that is out of focus. Pixels are averaged two by two, and
those averages again, in levels; what lies under a circle is drawn out between two of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mstation.previs.canvas import TILE_ROWS, TILE_WIDTH, Bools, Bytes, Canvas, Floats
from mstation.previs.kernel import inlined, kernel

LEVELS = 4
# How wide a circle, in pixels, each level of averages stands for: four times the standard
# deviation of its boxes, tents and the way it is read.
CIRCLES = (np.float32(4.0), np.float32(14.0), np.float32(30.0), np.float32(61.0))
SHARP_PX = np.float32(1.2)  # circles narrower than this are not seen
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


@kernel
def _circles(near: Floats, lens: Lens, out: Floats) -> None:
    """Write how wide points of some nearness are in the picture, in pixels."""
    for x in range(near.shape[0]):
        off = abs(_ONE - lens.focus_m * near[x]) - lens.margin
        out[x] = min(max(off, _ZERO) * lens.circle_px, lens.widest_px)


@kernel
def _weigh(  # noqa: C901 - short loops over a row, written out for speed
    near: Floats,
    raw: Bytes,
    y: int,
    first: int,
    lens: Lens,
    had_front: np.int32,
    room: Floats,
) -> np.int32:
    """Add part of a row, from the pixel `first` on, to its sums.

    room    # rows 0 … 8 the sums: behind r g b weight; before r g b weight, circle, which mean
            # something only once anything is before the focus; 9 the pixels' circles; 10 room
    Returns not nought if anything is before the focus, or was in the rows added already.
    """
    size = near.shape[0]
    behind, before = room[9, :size], room[10, :size]
    has_front = np.int32(0)
    for x in range(size):
        wide = behind[x]
        fore = wide if (lens.focus_m * near[x] > _ONE) & (wide > SHARP_PX) else _ZERO
        share = min(max(wide - _HALF, _LEAST), _ONE)
        behind[x] = share if fore == _ZERO else _ZERO
        before[x] = fore
        has_front |= np.int32(fore > _ZERO)
    total = room[3, :size]
    for x in range(size):
        total[x] += behind[x]
    for c in range(3):
        row, total = raw[c, y, first : first + size], room[c, :size]
        for x in range(size):
            total[x] += np.float32(row[x]) * behind[x]
    if has_front != 0:
        if had_front == 0:
            room[4:9, :size] = _ZERO
        total = room[8, :size]
        for x in range(size):
            total[x] += before[x]
        total = room[7, :size]
        for x in range(size):
            before[x] = _ONE if before[x] > _ZERO else _ZERO
            total[x] += before[x]
        for c in range(3):
            row, total = raw[c, y, first : first + size], room[4 + c, :size]
            for x in range(size):
                total[x] += np.float32(row[x]) * before[x]
    return has_front | had_front


@inlined
def _most(values: Floats) -> np.float32:
    most = _ZERO
    for i in range(values.shape[0]):
        most = max(most, values[i])
    return most


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
    row, wide = circles[j, first // 2 : end // 2], room[9, :size]
    room[:4, :size] = _ZERO
    has_front = np.int32(0)
    for i in range(row.shape[0]):
        row[i] = _ZERO
    for y in range(2 * j, 2 * j + 2):
        near = canvas.depth[y, first:end]
        _circles(near, lens, wide)
        for i in range(row.shape[0]):
            row[i] = max(row[i], max(wide[2 * i], wide[2 * i + 1]))
        has_front = _weigh(near, canvas.raw, y, first, lens, has_front, room)
    if has_front == 0:
        front[:, j, first // 2 : end // 2] = _ZERO
    for c in range(9 if has_front != 0 else 4):
        total = room[c, :size]
        out = back[min(c, 3), j, first // 2 : end // 2]
        if c >= 4:
            out = front[c - 4, j, first // 2 : end // 2]
        for i in range(out.shape[0]):
            out[i] = (total[2 * i] + total[2 * i + 1]) * quarter
    half = TILE_WIDTH // 2
    for start in range(first // 2, end // 2, half):
        stop = min(start + half, end // 2)
        top = tops[start // half]
        top[0] = max(top[0], _most(circles[j, start:stop]))
        if has_front != 0:
            top[1] = max(top[1], _most(front[4, j, start:stop]))


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
            first = j * TILE_WIDTH
            while j < tiles.shape[1] and tiles[i, j]:
                tops[i, j, 0] = tops[i, j, 1] = _ZERO
                j += 1
            end = min(width, j * TILE_WIDTH)
            for row in range(i * TILE_ROWS // 2, min(height, (i + 1) * TILE_ROWS) // 2):
                _gather_row(canvas, lens, row, first, end, back, front, circles, tops[i], room)


@kernel
def _tent_down(plane: Floats, above: Floats, here: Floats) -> None:
    """Average each row with those beside it; `above` keeps a row as it was before."""
    rows, columns = plane.shape
    top, quarter = plane[0], np.float32(0.25)
    for i in range(columns):
        above[i] = top[i]
    for j in range(rows):
        out, below = plane[j], plane[min(j + 1, rows - 1)]
        for i in range(columns):
            here[i] = out[i]
        for i in range(columns):
            out[i] = (above[i] + here[i] + here[i] + below[i]) * quarter
        for i in range(columns):
            above[i] = here[i]


@kernel
def coarser(fine: Floats, coarse: Floats, room: Floats) -> None:
    """Write averages at twice the size: boxes of two by two, then a tent of three by three."""
    planes, rows, columns = coarse.shape
    fine_rows, fine_columns = fine.shape[1:]
    quarter, whole = np.float32(0.25), fine_columns // 2
    row = room[0, : columns + 2]
    for c in range(planes):
        for j in range(rows):
            one = fine[c, min(2 * j, fine_rows - 1)]
            other = fine[c, min(2 * j + 1, fine_rows - 1)]
            out, boxes = coarse[c, j], row[1 : columns + 1]
            for i in range(whole):
                boxes[i] = (one[2 * i] + one[2 * i + 1] + other[2 * i] + other[2 * i + 1]) * quarter
            if whole < columns:
                boxes[whole] = (one[2 * whole] + other[2 * whole]) * _HALF
            row[0], row[columns + 1] = row[1], row[columns]
            for i in range(columns):
                out[i] = (row[i] + row[i + 1] + row[i + 1] + row[i + 2]) * quarter
        _tent_down(coarse[c], room[1, :columns], room[2, :columns])


@kernel
def _between_rows(
    plane: Floats, one: int, other: int, share: np.float32, first: int, end: int, out: Floats
) -> None:
    """Write a stretch of a row that lies between two, from the cell before it to that after it.

    share  # of the other row
    out    # the cells first − 1 … end; beyond the picture its outermost cells go on
    """
    columns = plane.shape[1]
    start, stop = max(first - 1, 0), min(end + 1, columns)
    mine, theirs = plane[one, start:stop], plane[other, start:stop]
    into, rest = out[start - first + 1 : stop - first + 1], _ONE - share
    for i in range(mine.shape[0]):
        into[i] = mine[i] * rest + theirs[i] * share
    if first == 0:
        out[0] = out[1]
    for i in range(stop - first + 1, end - first + 2):
        out[i] = into[stop - start - 1]


@kernel
def _doubled(cells: Floats, count: int, out: Floats) -> None:
    """Write a stretch of a row at twice as many cells, drawn out between them.

    cells  # one before the stretch, its own `count`, and one after it; so has `out`
    """
    most, rest = np.float32(0.75), np.float32(0.25)
    before, after = cells[: count + 1], cells[1 : count + 2]
    for i in range(count + 1):
        out[2 * i] = before[i] * most + after[i] * rest
        out[2 * i + 1] = before[i] * rest + after[i] * most


@kernel
def _finest(
    plane: Floats, k: int, j: int, first: int, end: int, one: Floats, other: Floats
) -> None:
    """Write into `one` a stretch of a row of half size as a plane of the kth level has it.

    first, end  # cells of the finest level; one, other  # begin a cell before them
    """
    place = max((np.float32(j) + _HALF) / np.float32(1 << k) - _HALF, _ZERO)
    top = min(int(place), plane.shape[0] - 1)
    below = min(top + 1, plane.shape[0] - 1)
    size = 1 << k
    left, right = first // size, -(-end // size)
    share = place - np.float32(top)
    # What is drawn out last has to come to lie in `one`.
    _between_rows(plane, top, below, share, left, right, one if k & 1 == 0 else other)
    count = right - left
    for step in range(k):
        if (k - step) & 1 == 0:
            _doubled(one, count, other)
        else:
            _doubled(other, count, one)
        count *= 2


@kernel
def _share_of(wide: Floats, k: int, out: Floats) -> None:
    """Write how much of what lies under circles of some widths is to come from the kth level."""
    rising = CIRCLES[max(k, 1) - 1]
    up = _ONE / (CIRCLES[max(k, 1)] - rising)
    falling = CIRCLES[min(k, LEVELS - 2)]
    down = _ONE / (CIRCLES[min(k, LEVELS - 2) + 1] - falling)
    has_finer = _ONE if k > 0 else _ZERO
    has_coarser = _ONE if k < LEVELS - 1 else _ZERO
    for i in range(wide.shape[0]):
        gained = min(max((wide[i] - rising) * up, _ZERO), _ONE)
        lost = min(max((wide[i] - falling) * down, _ZERO), _ONE)
        out[i] = _ONE + (gained - _ONE) * has_finer - lost * has_coarser


@kernel
def _average(
    levels: tuple[Floats, ...], wide: Floats, most: np.float32, j: int, first: int, room: Floats
) -> None:
    """Write what lies under the circles of a stretch: colour × weight, and weight.

    wide  # how wide the circles are, no wider than `most`
    room  # rows 0 … 3 what is written; 4 … 7 room
    """
    size = wide.shape[0]
    share, cells = room[4, :size], room[5, 1 : size + 1]
    for k in range(LEVELS):
        if k > 0 and most <= CIRCLES[k - 1]:
            break
        _share_of(wide, k, share)
        for c in range(4):
            _finest(levels[k][c], k, j, first, first + size, room[5], room[6])
            out = room[c, :size]
            if k == 0:
                for i in range(size):
                    out[i] = cells[i] * share[i]
            else:
                for i in range(size):
                    out[i] += cells[i] * share[i]


@kernel
def _soften_back(
    back: tuple[Floats, ...],
    circles: Floats,
    most: np.float32,
    j: int,
    first: int,
    end: int,
    half: Floats,
    room: Floats,
) -> None:
    """Write what is behind the focus in a stretch of a row."""
    size = end - first
    _average(back, circles[j, first:end], most, j, first, room)
    per = room[3, :size]
    for i in range(size):
        per[i] = _ONE / max(per[i], np.float32(1e-6))
    for c in range(3):
        out, colour = half[c, j, first:end], room[c, :size]
        for i in range(size):
            out[i] = colour[i] * per[i]


@kernel
def _soften_front(
    front: tuple[Floats, ...], j: int, first: int, end: int, half: Floats, room: Floats
) -> None:
    """Write what is before the focus in a stretch of a row, and its share."""
    size, least = end - first, np.float32(1e-4)
    seen, wide = room[7, :size], room[8, :size]
    cells = room[5, 1 : size + 1]
    _finest(front[2][3], 2, j, first, end, room[5], room[6])
    for i in range(size):
        seen[i] = cells[i]
    _finest(front[2][4], 2, j, first, end, room[5], room[6])
    for i in range(size):
        wide[i] = cells[i] / max(seen[i], least)
        seen[i] = _ONE if seen[i] > least else _ZERO
    _average(front, wide, CIRCLES[LEVELS - 1], j, first, room)
    for c in range(4):
        out, mine = half[3 + c, j, first:end], room[c, :size]
        for i in range(size):
            out[i] = mine[i] * seen[i]


@kernel
def soften(
    tiles: Bools,
    back: tuple[Floats, ...],
    front: tuple[Floats, ...],
    circles: Floats,
    tops: Floats,
    fronts: Bools,
    half: Floats,
    room: Floats,
) -> None:
    """Write what lies behind and before the focus, at half the size, in the marked tiles.

    fronts  # tiles that anything before the focus can reach
    """
    rows, columns = circles.shape
    tall, wide = TILE_ROWS // 2, TILE_WIDTH // 2
    for row in range(tiles.shape[0]):
        start = 0
        while start < tiles.shape[1]:
            if not tiles[row, start]:
                start += 1
                continue
            stop, has_front, most = start, fronts[row, start], _ZERO
            while stop < tiles.shape[1] and tiles[row, stop] and fronts[row, stop] == has_front:
                most = max(most, tops[row, stop, 0])
                stop += 1
            first, end = start * wide, min(stop * wide, columns)
            for j in range(row * tall, min((row + 1) * tall, rows)):
                _soften_back(back, circles, most, j, first, end, half, room)
                if has_front:
                    _soften_front(front, j, first, end, half, room)
                else:
                    half[3:, j, first:end] = _ZERO
            start = stop


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
    size, left, right = end - first, first // 2, end // 2
    share, under = room[0, :size], room[1, 1 : size + 1]
    cover, over = room[2, 1 : size + 1], room[3, 1 : size + 1]
    one = y // 2
    other = min(max(one - 1 + 2 * (y & 1), 0), half.shape[1] - 1)
    beside = np.float32(0.25)
    per = _ONE / (CIRCLES[0] - SHARP_PX)
    _circles(canvas.depth[y, first:end], lens, share)
    for x in range(size):
        share[x] = min(max((share[x] - SHARP_PX) * per, _ZERO), _ONE)
    if has_front:
        _between_rows(half[6], one, other, beside, left, right, room[4])
        _doubled(room[4], right - left, room[2])
    for c in range(3):
        _between_rows(half[c], one, other, beside, left, right, room[4])
        _doubled(room[4], right - left, room[1])
        raw, shown = canvas.raw[c, y, first:end], out[c, y, first:end]
        for x in range(size):
            value = np.float32(raw[x])
            under[x] = value + (under[x] - value) * share[x]
        if has_front:
            _between_rows(half[3 + c], one, other, beside, left, right, room[4])
            _doubled(room[4], right - left, room[3])
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
        row, tile = y // TILE_ROWS, 0
        while tile < shown.shape[1]:
            start, is_soft, has_front = tile, blurred[row, tile], fronts[row, tile]
            tile += 1
            if not shown[row, start]:
                continue
            while (
                tile < shown.shape[1]
                and shown[row, tile]
                and blurred[row, tile] == is_soft
                and fronts[row, tile] == has_front
            ):
                tile += 1
            first, end = start * TILE_WIDTH, min(width, tile * TILE_WIDTH)
            if is_soft:
                _blend_row(canvas, lens, half, y, first, end, has_front, room, out)
                continue
            for c in range(3):
                raw, copy = canvas.raw[c, y, first:end], out[c, y, first:end]
                for x in range(raw.shape[0]):
                    copy[x] = raw[x]

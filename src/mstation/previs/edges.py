"""Raw colours in, edges smoothed and inked out.

Where two surfaces meet between two pixels, the place of the edge is computed from the
triangle that ends there. It gives both how much of the pixel each surface covers and how
far the pixel is from the ink line, so lines are thin, even and do not crawl.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import (
    TILE_ROWS,
    TILE_WIDTH,
    Bools,
    Bytes,
    Canvas,
    Floats,
    Ints,
    Surfaces,
)
from mstation.previs.kernel import inlined, kernel
from mstation.previs.outlines import Edges
from mstation.previs.pen import (
    AROUND,
    BEFORE,
    BENT,
    CLEAR_PX,
    FACES_PX,
    FOLD,
    FULL_PX,
    LINE_WIDEST,
    OWNER,
    RING,
    STEPS,
    THIN,
    EdgeRoom,
    Pen,
)

_HALF = np.float32(0.5)
_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)


@inlined
def _at(plane: NDArray[Any], x: int, y: int) -> Any:
    """What a pixel of a plane holds; unsigned, so that nothing is looked at from the end."""
    return plane[np.uint32(y), np.uint32(x)]


@inlined
def _leave(
    surfaces: Surfaces, face: int, x: int, y: int, dx: int, dy: int
) -> tuple[np.float32, np.float32, int]:
    """Where a walk from a pixel to its neighbour leaves a face, how slanted, by which side.

    Returns the fraction of the step (2 when the face turns away from the lens), the part of
    a step that is straight across the side, and the side.
    """
    corners, h = surfaces.triangles[np.uint32(face)], surfaces.homogeneous
    a, b, c = np.uint32(corners[0]), np.uint32(corners[1]), np.uint32(corners[2])
    px, py = np.float32(x) + _HALF, np.float32(y) + _HALF
    aw, bw, cw = h[a, 2], h[b, 2], h[c, 2]
    ax, ay = h[a, 0] - px * aw, h[a, 1] - py * aw
    bx, by = h[b, 0] - px * bw, h[b, 1] - py * bw
    cx, cy = h[c, 0] - px * cw, h[c, 1] - py * cw
    here = (ax * by - ay * bx, bx * cy - by * cx, cx * ay - cy * ax)
    best, across, side = np.float32(2.0), _ONE, -1
    # Seen from outside, the inside of a side is negative: y runs down the picture.
    if here[0] * cw + here[1] * aw + here[2] * bw >= _ZERO:
        return best, across, side
    normal_x = (ay * bw - aw * by, by * cw - bw * cy, cy * aw - cw * ay)
    normal_y = (aw * bx - ax * bw, bw * cx - bx * cw, cw * ax - cx * aw)
    sx, sy = np.float32(dx), np.float32(dy)
    in_x, in_y = _ONE, _ONE
    for k in range(3):
        change = normal_x[k] * sx + normal_y[k] * sy
        if change > _ZERO and max(-here[k] / change, _ZERO) < best:
            best, side = max(-here[k] / change, _ZERO), k
            in_x, in_y, across = normal_x[k], normal_y[k], change
    if side >= 0:
        across /= np.sqrt(in_x * in_x + in_y * in_y)
    return best, across, side


@inlined
def _outline(
    surfaces: Surfaces, edges: Edges, first: int, x: int, y: int, dx: int, dy: int
) -> tuple[np.float32, np.float32]:
    """Where a walk from a pixel to its neighbour leaves the surface that the face is part of."""
    face, at, across = first, np.float32(2.0), _ONE
    for _ in range(STEPS):
        here, slant, side = _leave(surfaces, face, x, y, dx, dy)
        if here > _ONE:
            # The face before was the last that shows; this one turns away or goes on.
            return at, across
        at, across = here, slant
        face = edges.beside[np.uint32(face), np.uint32(side)]
        if face < 0 or edges.surfaces[np.uint32(face)] != edges.surfaces[np.uint32(first)]:
            return at, across
    return at, across


@inlined
def _edge(
    canvas: Canvas, surfaces: Surfaces, edges: Edges, x: int, y: int, axis: int
) -> tuple[np.float32, np.float32]:
    """Where the edge lies between a pixel and the next, 0 here … 1 there, and how slanted.

    axis  # 0: the next to the right, 1: the next below
    """
    dx, dy = 1 - axis, axis
    here, there = _at(canvas.ids, x, y), _at(canvas.ids, x + dx, y + dy)
    is_mine = _at(canvas.depth, x, y) >= _at(canvas.depth, x + dx, y + dy)
    for _ in range(2):
        # The nearer one ends at the edge; if it does not, the one behind it begins there.
        face = here if is_mine else there
        if face >= 0:
            far = 0 if is_mine else 1
            way = 1 - 2 * far
            at, across = _outline(
                surfaces, edges, face, x + dx * far, y + dy * far, dx * way, dy * way
            )
            if at <= _ONE:
                return (at if is_mine else _ONE - at), across
        is_mine = not is_mine
    if here < 0 or there < 0:
        return _HALF, _ONE
    # Neither ends here: they run through each other where they are equally near.
    before = _at(canvas.depth, x, y) - _nearness(surfaces, there, x, y)
    after = _at(canvas.depth, x + dx, y + dy)
    after -= _nearness(surfaces, here, x + dx, y + dy)
    if before >= _ZERO and after >= _ZERO and before + after > _ZERO:
        return before / (before + after), np.float32(0.8)
    return _HALF, _ONE


@inlined
def _crossing(
    canvas: Canvas,
    surfaces: Surfaces,
    edges: Edges,
    x: int,
    y: int,
    dx: int,
    dy: int,
    room: EdgeRoom,
) -> tuple[np.float32, np.float32]:
    """Where the edge lies between a pixel and a neighbour: as it was found, or found now."""
    axis = 0 if dy == 0 else 1
    left, top = min(x, x + dx), min(y, y + dy)
    way, row, column = np.uint32(axis), np.uint32(top & 3), np.uint32(left)
    if room.found[way, row, column] != top:
        at, across = _edge(canvas, surfaces, edges, left, top, axis)
        room.at[way, row, column], room.across[way, row, column] = at, across
        room.found[way, row, column] = top
    at = room.at[way, row, column]
    return (at if dx + dy > 0 else _ONE - at), room.across[way, row, column]


@inlined
def _nearness(surfaces: Surfaces, face: int, x: int, y: int) -> np.float32:
    """How near the plane of a face is at a pixel."""
    px, py = np.float32(x) + _HALF, np.float32(y) + _HALF
    total, whole, corners = _ZERO, _ZERO, surfaces.triangles[np.uint32(face)]
    for k in range(3):
        i, j = np.uint32(corners[k]), np.uint32(corners[(k + 1) % 3])
        iw, jw = surfaces.homogeneous[i, 2], surfaces.homogeneous[j, 2]
        here = (surfaces.homogeneous[i, 0] - px * iw) * (surfaces.homogeneous[j, 1] - py * jw)
        here -= (surfaces.homogeneous[i, 1] - py * iw) * (surfaces.homogeneous[j, 0] - px * jw)
        total += here
        whole += here * surfaces.homogeneous[np.uint32(corners[(k + 2) % 3]), 2]
    return total / whole if whole != _ZERO else _ZERO


@inlined
def _ink(
    canvas: Canvas, surfaces: Surfaces, edges: Edges, x: int, y: int, dx: int, dy: int
) -> tuple[np.float32, np.float32]:
    """How strongly the edge between two neighbours is inked, −1 no edge, and how widely.

    Different parts are parted by a line where they bend or where one stands proud of the
    other, not where they lie flush; round bodies also where they hide themselves.
    """
    here, there = _at(canvas.ids, x, y), _at(canvas.ids, x + dx, y + dy)
    if here < 0 or there < 0:
        kept = edges.surfaces[np.uint32(max(here, there))]
        return _ONE, AROUND if (kept & OWNER) != np.int32(0) else BEFORE
    mine, theirs = _at(canvas.depth, x, y), _at(canvas.depth, x + dx, y + dy)
    step = abs(mine - theirs) / max(mine, theirs)
    one, other = edges.surfaces[np.uint32(here)], edges.surfaces[np.uint32(there)]
    if one == other:
        return (_ONE if (one & 1) == 1 and step > FOLD else -_ONE), BENT
    if edges.parts[np.uint32(here)] == edges.parts[np.uint32(there)]:
        return (_ONE if step > FOLD else _ZERO), BENT
    if ((one ^ other) & OWNER) != np.int32(0):
        return _ONE, AROUND
    cosine = (
        surfaces.normals[np.uint32(here), 0] * surfaces.normals[np.uint32(there), 0]
        + surfaces.normals[np.uint32(here), 1] * surfaces.normals[np.uint32(there), 1]
        + surfaces.normals[np.uint32(here), 2] * surfaces.normals[np.uint32(there), 2]
    )
    if step > FOLD:
        return _ONE, BEFORE
    bend = (np.float32(0.97) - cosine) * np.float32(4.0)
    reached = max(_nearness(surfaces, here, x + dx, y + dy), np.float32(1e-3))
    proud = abs(_ONE / reached - _ONE / theirs) * np.float32(150.0) - _HALF
    return min(max(max(bend, proud), _ZERO), _ONE), BENT


@inlined
def _stroke(
    canvas: Canvas, edges: Edges, pen: Pen, x: int, y: int, dx: int, dy: int, wide: np.float32
) -> tuple[np.float32, np.float32]:
    """Half the width of the line between two neighbours, in pixels, and how dark it is.

    What is far has thinner and lighter lines, a small face none but its outline, and what is
    out of focus none at all.
    """
    near = max(_at(canvas.depth, x, y), _at(canvas.depth, x + dx, y + dy))
    px_in_m = pen.per_m * near / pen.scale
    width = wide * pen.scale * min(np.sqrt(px_in_m / FULL_PX), _ONE)
    dark = np.float32(0.2) + np.float32(0.8) * min(_ONE, px_in_m / CLEAR_PX)
    here, there = _at(canvas.ids, x, y), _at(canvas.ids, x + dx, y + dy)
    if here >= 0 and there >= 0:
        code = edges.surfaces[np.uint32(here)] & OWNER
        if code != np.int32(0) and code == edges.surfaces[np.uint32(there)] & OWNER:
            few, all_of_them = FACES_PX
            dark *= min(max((px_in_m - few) / (all_of_them - few), _ZERO), _ONE)
    blur = pen.blur_px * max(abs(_ONE - pen.focus_m * near) - pen.margin, _ZERO)
    dark *= min(max(np.float32(1.6) - np.float32(0.6) * blur, _ZERO), _ONE)
    return min(max(width, np.float32(0.3)), LINE_WIDEST), dark


@inlined
def _covered(at: np.float32, across: np.float32) -> np.float32:
    """How much of a pixel lies beyond a straight edge.

    at      # where a step along an axis from its centre meets the edge
    across  # the cosine between that axis and the edge's normal
    Source: the area of a unit square cut by a line.
    """
    other = np.sqrt(max(_ONE - across * across, _ZERO))
    steep = across / (across + other)
    left = _HALF - at * steep
    if left <= _ZERO:
        return _ZERO
    flat = min(steep, _ONE - steep)
    if left < flat:
        return np.float32(left * left / (np.float32(2.0) * flat * (_ONE - flat)))
    return np.float32((left - _HALF * flat) / (_ONE - flat))


@inlined
def _look_alike(raw: Bytes, x: int, y: int, dx: int, dy: int) -> bool:
    """Whether two neighbours differ too little for the edge between them to be seen."""
    most = 0
    for c in range(3):
        most = max(most, abs(int(_at(raw[c], x, y)) - int(_at(raw[c], x + dx, y + dy))))
    return most <= 4


@inlined
def _laid(
    canvas: Canvas, surfaces: Surfaces, edges: Edges, x: int, y: int, pen: Pen, room: EdgeRoom
) -> np.float32:
    """The ink that a pixel gets from the outline of a player one pixel further on."""
    height, width = canvas.ids.shape
    ink = _ZERO
    for k in range(4):
        dx, dy = (1 - 2 * k, 0) if k < 2 else (0, 5 - 2 * k)
        nx, ny = x + dx, y + dy
        if nx + dx < 0 or nx + dx >= width or ny + dy < 0 or ny + dy >= height:
            continue
        here, there = _at(canvas.ids, nx, ny), _at(canvas.ids, nx + dx, ny + dy)
        one = edges.surfaces[np.uint32(here)] if here >= 0 else np.int32(0)
        other = edges.surfaces[np.uint32(there)] if there >= 0 else np.int32(0)
        if ((one ^ other) & OWNER) == np.int32(0):
            continue
        half, dark = _stroke(canvas, edges, pen, nx, ny, dx, dy, AROUND)
        if half > _HALF:
            at, across = _crossing(canvas, surfaces, edges, nx, ny, dx, dy, room)
            ink = max(ink, min(max(half + _HALF - (_ONE + at) * across, _ZERO), _ONE) * dark)
    return ink


@inlined
def _mix(  # noqa: C901 - one loop over a row's edges, written out for speed
    canvas: Canvas, surfaces: Surfaces, edges: Edges, x: int, y: int, pen: Pen, room: EdgeRoom
) -> tuple[np.float32, np.float32, np.float32, np.float32, np.float32]:
    """How much of its four neighbours a pixel shows, and how much ink is on it."""
    height, width = canvas.ids.shape
    here = _at(canvas.ids, x, y)
    ink, thin = _ZERO, _ONE
    right, left, below, above = _ZERO, _ZERO, _ZERO, _ZERO
    before = False
    for k in range(4):
        dx, dy = (1 - 2 * k, 0) if k < 2 else (0, 5 - 2 * k)
        if k == 2:
            before = False
        if x + dx < 0 or x + dx >= width or y + dy < 0 or y + dy >= height:
            continue
        there = _at(canvas.ids, x + dx, y + dy)
        if there == here:
            continue
        strength, wide = _ink(canvas, surfaces, edges, x, y, dx, dy)
        if strength < _ZERO:
            continue
        if strength == _ZERO:
            if _look_alike(canvas.raw, x, y, dx, dy):
                continue
            if (
                edges.parts[np.uint32(here)] != edges.parts[np.uint32(there)]
                and edges.surfaces[np.uint32(here)] & OWNER
            ):
                strength = pen.flush
        at, across = _crossing(canvas, surfaces, edges, x, y, dx, dy, room)
        share = _covered(at, across)
        if k == 0:
            right = share
        elif k == 1:
            left = share
        elif k == 2:
            below = share
        else:
            above = share
        if strength > _ZERO and pen.strength > _ZERO:
            half, dark = _stroke(canvas, edges, pen, x, y, dx, dy, wide)
            ink = max(ink, min(max(half + _HALF - at * across, _ZERO), _ONE) * dark * strength)
            if before:
                thin = THIN
            before = True
    ink *= thin
    # An edge is followed along the axis it crosses more steeply; both would count it twice.
    if right + left >= below + above:
        return ink, right, left, _ZERO, _ZERO
    return ink, _ZERO, _ZERO, below, above


@kernel
def _number_row(canvas: Canvas, edges: Edges, y: int, first: int, end: int, room: EdgeRoom) -> None:
    """Write which surface each pixel of a part of a row shows, unless it is written."""
    kept = room.numbered[y % RING]
    if kept[0] == y and kept[1] <= first and kept[2] >= end:
        return
    kept[0], kept[1], kept[2] = y, first, end
    row, ids = room.surfaces[y % RING, first:end], canvas.ids[y, first:end]
    for x in range(row.shape[0]):
        face = ids[x]
        row[x] = edges.surfaces[max(face, 0)] if face >= 0 else np.int32(-8)


@kernel
def _flag_surfaces(
    here: Ints, left: Ints, right: Ints, above: Ints, below: Ints, flags: Bytes
) -> None:
    """Mark where another surface begins beside a pixel."""
    for x in range(flags.shape[0]):
        one = here[x]
        flags[x] = np.uint8(
            (one != left[x]) | (one != right[x]) | (one != above[x]) | (one != below[x])
        )


@kernel
def _flag_owners(
    here: Ints, left: Ints, right: Ints, above: Ints, below: Ints, flags: Bytes
) -> None:
    """Mark where another owner's things begin two pixels on."""
    for x in range(flags.shape[0]):
        one = here[x]
        other = (one ^ left[x]) | (one ^ right[x]) | (one ^ above[x]) | (one ^ below[x])
        flags[x] |= np.uint8(other & OWNER)


@kernel
def _flag_folds(
    surfaces: Ints,
    near: Floats,
    left: Floats,
    right: Floats,
    above: Floats,
    below: Floats,
    flags: Bytes,
) -> None:
    """Mark where a round body hides a part of itself."""
    for x in range(flags.shape[0]):
        at = near[x]
        step = max(
            max(abs(at - left[x]), abs(at - right[x])), max(abs(at - above[x]), abs(at - below[x]))
        )
        fold = (step > FOLD * at) & ((surfaces[x] & np.int32(1)) != np.int32(0))
        flags[x] |= np.uint8(fold)


@kernel
def _flag_row(canvas: Canvas, y: int, first: int, end: int, room: EdgeRoom) -> None:
    """Mark the pixels of part of a row beside which another surface begins."""
    height, width = canvas.ids.shape
    up, down = max(y - 1, 0), min(y + 1, height - 1)
    a, b = max(first, 2), min(end, width - 2)
    row, near = room.surfaces[y % RING], canvas.depth[y]
    here, flags = row[a:b], room.flags[a:b]
    one_up, one_down = room.surfaces[up % RING], room.surfaces[down % RING]
    _flag_surfaces(here, row[a - 1 : b - 1], row[a + 1 : b + 1], one_up[a:b], one_down[a:b], flags)
    two_up = room.surfaces[max(y - 2, 0) % RING]
    two_down = room.surfaces[min(y + 2, height - 1) % RING]
    _flag_owners(here, row[a - 2 : b - 2], row[a + 2 : b + 2], two_up[a:b], two_down[a:b], flags)
    _flag_folds(
        here,
        near[a:b],
        near[a - 1 : b - 1],
        near[a + 1 : b + 1],
        canvas.depth[up, a:b],
        canvas.depth[down, a:b],
        flags,
    )
    # The outermost two columns are always looked at.
    for x in range(2):
        room.flags[x] = room.flags[width - 1 - x] = np.uint8(1)


@inlined
def _mix_pixel(
    canvas: Canvas, surfaces: Surfaces, edges: Edges, x: int, y: int, pen: Pen, room: EdgeRoom
) -> None:
    """Write the final colour of a pixel at an edge."""
    height, width = canvas.ids.shape
    raw, final = canvas.raw, canvas.final
    right, left, below, above = _ZERO, _ZERO, _ZERO, _ZERO
    if room.flags[np.uint32(x)] & np.uint8(1):
        ink, right, left, below, above = _mix(canvas, surfaces, edges, x, y, pen, room)
    elif pen.strength > _ZERO:
        ink = _laid(canvas, surfaces, edges, x, y, pen, room)
    else:
        return
    own = max(_ONE - right - left - below - above, _ZERO)
    keep = _ONE - ink * pen.strength
    if canvas.ink.shape[0] > 0:
        canvas.ink[np.uint32(y), np.uint32(x)] = np.uint8((_ONE - keep) * np.float32(255.0) + _HALF)
        keep = _ONE
    for c in range(3):
        colour = (
            own * np.float32(_at(raw[c], x, y))
            + right * np.float32(_at(raw[c], min(x + 1, width - 1), y))
            + left * np.float32(_at(raw[c], max(x - 1, 0), y))
            + below * np.float32(_at(raw[c], x, min(y + 1, height - 1)))
            + above * np.float32(_at(raw[c], x, max(y - 1, 0)))
        )
        final[c, np.uint32(y), np.uint32(x)] = np.uint8(
            min(colour * keep + _HALF, np.float32(255.0))
        )


@kernel
def _finish_row(
    canvas: Canvas,
    surfaces: Surfaces,
    edges: Edges,
    y: int,
    first: int,
    end: int,
    pen: Pen,
    room: EdgeRoom,
) -> None:
    """Write the final colours of part of a row, from a column that begins a tile."""
    if canvas.ink.shape[0] > 0:
        graphite = canvas.ink[y, first:end]
        for x in range(graphite.shape[0]):
            graphite[x] = np.uint8(0)
    for c in range(3):
        before, after = canvas.raw[c, y, first:end], canvas.final[c, y, first:end]
        for x in range(after.shape[0]):
            after[x] = before[x]
    for eight in range(first // 8, (end + 7) // 8):
        if room.eights[eight] == np.uint64(0):
            continue
        for x in range(8 * eight, min(8 * eight + 8, end)):
            if room.flags[x] != 0:
                _mix_pixel(canvas, surfaces, edges, x, y, pen, room)


@kernel
def finish(
    canvas: Canvas, surfaces: Surfaces, edges: Edges, tiles: Bools, pen: Pen, room: EdgeRoom
) -> None:
    """Write the final colours of the marked tiles: edges smoothed, outlines inked."""
    height, width = canvas.ids.shape
    room.numbered[:, 0] = -1
    room.found[:] = -1
    for i in range(tiles.shape[0]):
        j = 0
        while j < tiles.shape[1]:
            if not tiles[i, j]:
                j += 1
                continue
            first = j * TILE_WIDTH
            while j < tiles.shape[1] and tiles[i, j]:
                j += 1
            end = min(width, j * TILE_WIDTH)
            for y in range(i * TILE_ROWS, min(height, (i + 1) * TILE_ROWS)):
                for other in range(max(0, y - 2), min(y + 3, height)):
                    _number_row(canvas, edges, other, max(first - 2, 0), min(end + 2, width), room)
                _flag_row(canvas, y, first, end, room)
                _finish_row(canvas, surfaces, edges, y, first, end, pen, room)

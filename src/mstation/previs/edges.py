"""Raw colours in, edges smoothed and inked, planes out.

Where two surfaces meet between two pixels, the place of the edge is computed from the
triangle that ends there. It gives both how much of the pixel each surface covers and how
far the pixel is from the ink line, so lines are thin, even and do not crawl.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mstation.previs.canvas import TILE_COLUMNS, TILE_ROWS, Bools, Bytes, Canvas, Floats, Ints
from mstation.previs.kernel import inlined, kernel
from mstation.previs.mesh import Mesh

_HALF = np.float32(0.5)
_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)
FOLD = np.float32(0.04)  # change of nearness between pixels that is an edge on a round body
_STEPS = 6  # triangles that a search for an outline crosses


class Edges(NamedTuple):
    """What is known beforehand about where outlines can be."""

    parts: Ints  # (m,)
    surfaces: Ints  # (m,) faces alike in plane (or roundness), part and paint; round ones: odd
    beside: Ints  # (m, 3) the face across each side, −1 none


class EdgeRoom(NamedTuple):
    """Where rows are compared."""

    surfaces: Ints  # (3, columns)
    flags: Bytes  # (columns,)


def edge_room(width: int) -> EdgeRoom:
    """Room to compare three rows of a picture."""
    return EdgeRoom(np.zeros((3, width), np.int32), np.zeros(width, np.uint8))


def edges_of(mesh: Mesh) -> Edges:
    """Which faces make one surface and which lie side by side."""
    return Edges(np.ascontiguousarray(mesh.parts), _surfaces(mesh), _beside(mesh.triangles))


def _surfaces(mesh: Mesh) -> Ints:
    corners = mesh.points[mesh.triangles].astype(float)
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    offset = np.einsum("ij,ij->i", normals, corners[:, 0])
    planes = np.round(np.concatenate([normals * 200, offset[:, None] * 200], axis=1))
    planes[mesh.smooth] = 0
    paint = np.round(mesh.colours * 1000)
    keys = np.concatenate([planes, paint, mesh.parts[:, None], mesh.smooth[:, None]], axis=1)
    _, numbers = np.unique(keys.astype(np.int64), axis=0, return_inverse=True)
    return (numbers.reshape(-1) * 2 + mesh.smooth).astype(np.int32)


def _beside(triangles: Ints) -> Ints:
    count = len(triangles)
    beside = np.full(3 * count, -1, np.int32)
    starts, ends = triangles.reshape(-1), triangles[:, [1, 2, 0]].reshape(-1)
    size = int(triangles.max(initial=0)) + 1
    ways = starts.astype(np.int64) * size + ends
    order = np.argsort(ways, kind="stable")
    if count:
        back = ends.astype(np.int64) * size + starts
        found = np.minimum(np.searchsorted(ways[order], back), 3 * count - 1)
        match = ways[order][found] == back
        beside[match] = (order[found][match] // 3).astype(np.int32)
    return beside.reshape(count, 3)


@inlined
def _leave(
    triangles: Ints, homogeneous: Floats, face: int, x: int, y: int, dx: int, dy: int
) -> tuple[np.float32, np.float32, int]:
    """Where a walk from a pixel to its neighbour leaves a face, how slanted, by which side.

    Returns the fraction of the step (2 when the face turns away from the lens), the part of
    a step that is straight across the side, and the side.
    """
    px, py = np.float32(x) + _HALF, np.float32(y) + _HALF
    sx, sy = np.float32(dx), np.float32(dy)
    best, across, side = np.float32(2.0), _ONE, -1
    whole = _ZERO
    for k in range(3):
        i, j = triangles[face, k], triangles[face, (k + 1) % 3]
        iw, jw = homogeneous[i, 2], homogeneous[j, 2]
        ix, iy = homogeneous[i, 0] - px * iw, homogeneous[i, 1] - py * iw
        jx, jy = homogeneous[j, 0] - px * jw, homogeneous[j, 1] - py * jw
        here = ix * jy - iy * jx
        whole += here * homogeneous[triangles[face, (k + 2) % 3], 2]
        in_x, in_y = iy * jw - iw * jy, iw * jx - ix * jw
        change = in_x * sx + in_y * sy
        # Seen from outside, the inside of a side is negative: y runs down the picture.
        if change <= _ZERO:
            continue
        at = max(-here / change, _ZERO)
        if at < best:
            best, side = at, k
            across = change / np.sqrt(in_x * in_x + in_y * in_y)
    return (best if whole < _ZERO else np.float32(2.0)), across, side


@inlined
def _outline(
    triangles: Ints,
    homogeneous: Floats,
    edges: Edges,
    first: int,
    x: int,
    y: int,
    dx: int,
    dy: int,
) -> tuple[np.float32, np.float32]:
    """Where a walk from a pixel to its neighbour leaves the surface that the face is part of."""
    face, at, across = first, np.float32(2.0), _ONE
    for _ in range(_STEPS):
        here, slant, side = _leave(triangles, homogeneous, face, x, y, dx, dy)
        if here > _ONE:
            # The face before was the last that shows; this one turns away or goes on.
            return at, across
        at, across = here, slant
        face = edges.beside[face, side]
        if face < 0 or edges.surfaces[face] != edges.surfaces[first]:
            return at, across
    return at, across


@inlined
def _edge(
    canvas: Canvas,
    triangles: Ints,
    homogeneous: Floats,
    edges: Edges,
    x: int,
    y: int,
    dx: int,
    dy: int,
) -> tuple[np.float32, np.float32]:
    """Where the edge between a pixel and its neighbour lies, 0 here … 1 there."""
    here, there = canvas.ids[y, x], canvas.ids[y + dy, x + dx]
    mine = canvas.depth[y, x] >= canvas.depth[y + dy, x + dx]
    for turn in range(2):
        if (turn == 0) == mine:
            if here >= 0:
                at, across = _outline(triangles, homogeneous, edges, here, x, y, dx, dy)
                if at <= _ONE:
                    return at, across
        elif there >= 0:
            at, across = _outline(triangles, homogeneous, edges, there, x + dx, y + dy, -dx, -dy)
            if at <= _ONE:
                return _ONE - at, across
    if here < 0 or there < 0:
        return _HALF, _ONE
    # Neither ends here: they run through each other where they are equally near.
    before = canvas.depth[y, x] - _nearness(triangles, homogeneous, there, x, y)
    after = canvas.depth[y + dy, x + dx]
    after -= _nearness(triangles, homogeneous, here, x + dx, y + dy)
    if before >= _ZERO and after >= _ZERO and before + after > _ZERO:
        return before / (before + after), np.float32(0.8)
    return _HALF, _ONE


@inlined
def _nearness(triangles: Ints, homogeneous: Floats, face: int, x: int, y: int) -> np.float32:
    """How near the plane of a face is at a pixel."""
    px, py = np.float32(x) + _HALF, np.float32(y) + _HALF
    total, whole = _ZERO, _ZERO
    for k in range(3):
        i, j = triangles[face, k], triangles[face, (k + 1) % 3]
        iw, jw = homogeneous[i, 2], homogeneous[j, 2]
        here = (homogeneous[i, 0] - px * iw) * (homogeneous[j, 1] - py * jw)
        here -= (homogeneous[i, 1] - py * iw) * (homogeneous[j, 0] - px * jw)
        total += here
        whole += here * homogeneous[triangles[face, (k + 2) % 3], 2]
    return total / whole if whole != _ZERO else _ZERO


@inlined
def _ink(
    canvas: Canvas,
    triangles: Ints,
    homogeneous: Floats,
    normals: Floats,
    edges: Edges,
    x: int,
    y: int,
    dx: int,
    dy: int,
) -> np.float32:
    """How strongly the edge between two neighbours is inked, −1 when there is no edge.

    Different parts are parted by a line where they bend or where one stands proud of the
    other, not where they lie flush; round bodies also where they hide themselves.
    """
    here, there = canvas.ids[y, x], canvas.ids[y + dy, x + dx]
    if here < 0 or there < 0:
        return _ONE
    mine, theirs = canvas.depth[y, x], canvas.depth[y + dy, x + dx]
    step = abs(mine - theirs) / max(mine, theirs)
    if edges.surfaces[here] == edges.surfaces[there]:
        return _ONE if (edges.surfaces[here] & 1) == 1 and step > FOLD else -_ONE
    if edges.parts[here] == edges.parts[there]:
        return _ONE if step > FOLD else _ZERO
    cosine = (
        normals[here, 0] * normals[there, 0]
        + normals[here, 1] * normals[there, 1]
        + normals[here, 2] * normals[there, 2]
    )
    bend = (np.float32(0.97) - cosine) * np.float32(4.0)
    if bend >= _ONE or step > FOLD:
        return _ONE
    reached = max(_nearness(triangles, homogeneous, here, x + dx, y + dy), np.float32(1e-3))
    proud = abs(_ONE / reached - _ONE / theirs) * np.float32(150.0) - _HALF
    return min(max(max(bend, proud), _ZERO), _ONE)


@inlined
def _look_alike(raw: Bytes, x: int, y: int, dx: int, dy: int) -> bool:
    """Whether two neighbours differ too little for the edge between them to be seen."""
    most = 0
    for c in range(3):
        most = max(most, abs(int(raw[c, y, x]) - int(raw[c, y + dy, x + dx])))
    return most <= 4


@kernel
def _mix(
    canvas: Canvas,
    triangles: Ints,
    homogeneous: Floats,
    normals: Floats,
    edges: Edges,
    x: int,
    y: int,
    reach: np.float32,
    fade_m: np.float32,
) -> tuple[np.float32, np.float32, np.float32, np.float32, np.float32]:
    """How much of its four neighbours a pixel shows, and how much ink is on it."""
    height, width = canvas.ids.shape
    here, mine = canvas.ids[y, x], canvas.depth[y, x]
    ink, right, left, below, above = _ZERO, _ZERO, _ZERO, _ZERO, _ZERO
    for k in range(4):
        dx, dy = (1 - 2 * k, 0) if k < 2 else (0, 5 - 2 * k)
        if x + dx < 0 or x + dx >= width or y + dy < 0 or y + dy >= height:
            continue
        there = canvas.ids[y + dy, x + dx]
        if there == here:
            continue
        theirs = canvas.depth[y + dy, x + dx]
        strength = _ink(canvas, triangles, homogeneous, normals, edges, x, y, dx, dy)
        if strength < _ZERO:
            continue
        if strength == _ZERO and _look_alike(canvas.raw, x, y, dx, dy):
            continue
        at, across = _edge(canvas, triangles, homogeneous, edges, x, y, dx, dy)
        share = max(_HALF - at, _ZERO)
        if k == 0:
            right = share
        elif k == 1:
            left = share
        elif k == 2:
            below = share
        else:
            above = share
        near = _ONE - np.float32(0.75) * min(_ONE, _ONE / (max(mine, theirs) * fade_m))
        ink = max(ink, min(max(reach + _HALF - at * across, _ZERO), _ONE) * near * strength)
    # An edge is followed along the axis it crosses more steeply; both would count it twice.
    if right + left >= below + above:
        return ink, right, left, _ZERO, _ZERO
    return ink, _ZERO, _ZERO, below, above


@kernel
def _number_row(canvas: Canvas, edges: Edges, y: int, room: EdgeRoom) -> None:
    """Write which surface each pixel of a row shows."""
    row = room.surfaces[y % 3]
    for x in range(canvas.ids.shape[1]):
        face = canvas.ids[y, x]
        row[x] = edges.surfaces[max(face, 0)] if face >= 0 else np.int32(-2)


@kernel
def _compare(one: Ints, other: Ints, near_one: Floats, near_other: Floats, flags: Bytes) -> None:
    """Mark where two rows, or a row and itself one pixel on, show different surfaces."""
    for x in range(flags.shape[0]):
        step = abs(near_one[x] - near_other[x])
        fold = step > FOLD * max(near_one[x], near_other[x])
        is_round = (one[x] & np.int32(1)) != np.int32(0)
        flags[x] |= np.uint8((fold & is_round) | (one[x] != other[x]))


@kernel
def _flag_row(canvas: Canvas, y: int, room: EdgeRoom) -> None:
    """Mark the pixels of a row beside which another surface begins."""
    height, width = canvas.ids.shape
    flags, row, near = room.flags, room.surfaces[y % 3], canvas.depth[y]
    for x in range(width):
        flags[x] = np.uint8(0)
    for other in (max(y - 1, 0), min(y + 1, height - 1)):
        _compare(row, room.surfaces[other % 3], near, canvas.depth[other], flags)
    _compare(row[:-1], row[1:], near[:-1], near[1:], flags[:-1])
    _compare(row[1:], row[:-1], near[1:], near[:-1], flags[1:])


@kernel
def _finish_row(
    canvas: Canvas,
    triangles: Ints,
    homogeneous: Floats,
    normals: Floats,
    edges: Edges,
    y: int,
    first: int,
    end: int,
    reach: np.float32,
    strength: np.float32,
    fade_m: np.float32,
    flags: Bytes,
) -> None:
    height, width = canvas.ids.shape
    raw, final = canvas.raw, canvas.final
    for c in range(3):
        before, after = raw[c, y, first:end], final[c, y, first:end]
        for x in range(after.shape[0]):
            after[x] = before[x]
    for x in range(first, end):
        if flags[x] == 0:
            continue
        ink, right, left, below, above = _mix(
            canvas, triangles, homogeneous, normals, edges, x, y, reach, fade_m
        )
        own = max(_ONE - right - left - below - above, _ZERO)
        keep = _ONE - ink * strength
        for c in range(3):
            colour = (
                own * np.float32(raw[c, y, x])
                + right * np.float32(raw[c, y, min(x + 1, width - 1)])
                + left * np.float32(raw[c, y, max(x - 1, 0)])
                + below * np.float32(raw[c, min(y + 1, height - 1), x])
                + above * np.float32(raw[c, max(y - 1, 0), x])
            )
            final[c, y, x] = np.uint8(min(colour * keep + _HALF, np.float32(255.0)))


@kernel
def finish(
    canvas: Canvas,
    triangles: Ints,
    homogeneous: Floats,
    normals: Floats,
    edges: Edges,
    tiles: Bools,
    reach: np.float32,
    strength: np.float32,
    fade_m: np.float32,
    room: EdgeRoom,
) -> None:
    """Write the final colours of the marked tiles: edges smoothed, outlines inked.

    reach  # half the width of a line, pixels
    """
    height, width = canvas.ids.shape
    numbered = -1
    for y in range(height):
        marked = tiles[y // TILE_ROWS]
        any_marked = False
        for tile in range(marked.shape[0]):
            any_marked |= marked[tile]
        if not any_marked:
            continue
        for other in range(max(numbered + 1, y - 1), min(y + 2, height)):
            _number_row(canvas, edges, other, room)
            numbered = other
        _flag_row(canvas, y, room)
        for tile in range(marked.shape[0]):
            if marked[tile]:
                _finish_row(
                    canvas,
                    triangles,
                    homogeneous,
                    normals,
                    edges,
                    y,
                    tile * TILE_COLUMNS,
                    min(width, (tile + 1) * TILE_COLUMNS),
                    reach,
                    strength,
                    fade_m,
                    room.flags,
                )


@kernel
def to_video(final: Bytes, fade: int, luma: Bytes, blue: Bytes, red: Bytes) -> None:
    """Write the planes of limited-range BT.709; `fade` runs 0 (black) … 256.

    Source: ITU-R BT.709, Kr 0.2126, Kb 0.0722, eight-bit limited range.
    """
    _, height, width = final.shape
    for y in range(height):
        for x in range(width):
            r, g, b = np.int32(final[0, y, x]), np.int32(final[1, y, x]), np.int32(final[2, y, x])
            value = np.int32(11966) * r + np.int32(40254) * g + np.int32(4064) * b
            scaled = (value >> np.int32(8)) * np.int32(fade)
            luma[y, x] = np.uint8((scaled + np.int32(32768) + np.int32(16 << 16)) >> np.int32(16))
    for y in range(height // 2):
        for x in range(width // 2):
            r = g = b = np.int32(0)
            for dy in range(2):
                for dx in range(2):
                    r += np.int32(final[0, 2 * y + dy, 2 * x + dx])
                    g += np.int32(final[1, 2 * y + dy, 2 * x + dx])
                    b += np.int32(final[2, 2 * y + dy, 2 * x + dx])
            u = np.int32(-1649) * r - np.int32(5547) * g + np.int32(7196) * b
            v = np.int32(7196) * r - np.int32(6536) * g - np.int32(660) * b
            # 2^16 of a code value and four pixels, with eight bits given to the fade.
            u, v = (u >> np.int32(8)) * np.int32(fade), (v >> np.int32(8)) * np.int32(fade)
            blue[y, x] = np.uint8((u + np.int32(32768) + np.int32(128 << 16)) >> np.int32(16))
            red[y, x] = np.uint8((v + np.int32(32768) + np.int32(128 << 16)) >> np.int32(16))

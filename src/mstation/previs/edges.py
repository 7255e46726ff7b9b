"""Raw colours in, edges smoothed and inked, planes out.

Where two surfaces meet between two pixels, the place of the edge is computed from the
triangle that ends there. It gives both how much of the pixel each surface covers and how
far the pixel is from the ink line, so lines are thin, even and do not crawl.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import TILE_COLUMNS, TILE_ROWS, Bools, Bytes, Canvas, Floats, Ints
from mstation.previs.kernel import inlined, kernel
from mstation.previs.mesh import Mesh

_HALF = np.float32(0.5)
_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)
FOLD = np.float32(0.04)  # change of nearness between pixels that is an edge on a round body
_OWNER = np.int32(6)  # the bits of a surface's number that tell whose it is
_OWNERS = 3  # players that are told apart by those bits; 0 is the set
# Half a line's width in pixels of a picture 720 rows high: around players, where one thing
# stands before another, and where a thing bends.
_AROUND, _BEFORE, _BENT = np.float32(0.95), np.float32(0.62), np.float32(0.5)
_WIDEST = np.float32(0.95)  # two pixels beside an edge are looked at, no more
_FULL_PX = np.float32(420.0)  # pixels a metre at which a line is as wide as said
_CLEAR_PX = np.float32(130.0)  # and from which on it is as dark as said
_FACES_PX = (np.float32(60.0), np.float32(150.0))  # between which features get their lines
_THIN = np.float32(0.5)  # what is left of the ink on a thing as thin as its lines
_REMEMBERED = 32  # meshes: those of the takes of a few scenes
_STEPS = 6  # triangles that a search for an outline crosses


class Edges(NamedTuple):
    """What is known beforehand about where outlines can be."""

    parts: Ints  # (m,)
    surfaces: Ints  # (m,) faces alike in plane, part and paint: number · 8 + owner · 2 + is round
    beside: Ints  # (m, 3) the face across each side, −1 none


class Pen(NamedTuple):
    """How lines are drawn."""

    strength: np.float32  # 0 none … 1 black
    scale: np.float32  # the picture's height over 720 rows
    per_m: np.float32  # pixels in a metre one metre from the lens
    blur_px: np.float32  # how wide a point infinitely far away is; 0: all is sharp
    focus_m: np.float32
    margin: np.float32  # of |1 − focus / distance|, within which all is sharp
    flush: np.float32  # of a line between features that lie flush on a face: 0 none … 1


class EdgeRoom(NamedTuple):
    """Where rows are compared."""

    surfaces: Ints  # (5, columns)
    flags: Bytes  # (columns,)


def edge_room(width: int) -> EdgeRoom:
    """Room to compare five rows of a picture."""
    return EdgeRoom(np.zeros((5, width), np.int32), np.zeros(width, np.uint8))


def edges_of(meshes: Sequence[Mesh], parts: Ints) -> Edges:
    """Which faces make one surface and which lie side by side: of the set, then of each player.

    parts  # (m,) the ink ids of all their faces, no two meshes having the same
    """
    each = [_outlines(mesh) for mesh in meshes]
    surfaces, beside = [], []
    number, first = 0, 0
    for owner, (own, sides) in enumerate(each):
        code = (owner - 1) % _OWNERS + 1 if owner else 0
        surfaces.append(own + np.int32(number * 8 + code * 2))
        beside.append(np.where(sides >= 0, sides + np.int32(first), np.int32(-1)))
        number += int(own.max(initial=-8)) // 8 + 1
        first += len(own)
    return Edges(np.ascontiguousarray(parts), np.concatenate(surfaces), np.concatenate(beside))


@lru_cache(maxsize=_REMEMBERED)
def _outlines(mesh: Mesh) -> tuple[Ints, Ints]:
    """Return a mesh's surfaces, (m,) number · 8 + is round, and (m, 3) what lies beside each face.

    It is remembered with its mesh, which is never written into: sets and figures are the same
    in one take after the other.
    """
    return _surfaces(mesh), _beside(mesh.triangles)


def _surfaces(mesh: Mesh) -> Ints:
    corners = mesh.points[mesh.triangles].astype(float)
    one, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    normals = np.cross(one, other)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    offset = np.einsum("ij,ij->i", normals, corners[:, 0])
    planes = np.round(np.concatenate([normals * 200, offset[:, None] * 200], axis=1))
    planes[mesh.smooth] = 0
    paint = np.round(mesh.colours * 1000)
    keys = np.concatenate([planes, paint, mesh.parts[:, None], mesh.smooth[:, None]], axis=1)
    _, numbers = np.unique(_hashed(keys.astype(np.int64)), return_inverse=True)
    kept: Ints = (numbers * 8 + mesh.smooth).astype(np.int32)
    return kept


def _hashed(rows: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return (n,) one number a row, alike for rows that are alike and, in 2^64, only for those.

    Source: the finalizer of MurmurHash3 (A. Appleby, public domain), chained over the columns.
    """
    mixed = np.zeros(len(rows), np.uint64)
    for column in rows.T.view(np.uint64):
        mixed = (mixed ^ column) * np.uint64(0xFF51AFD7ED558CCD)
        mixed = (mixed ^ (mixed >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
        mixed ^= mixed >> np.uint64(33)
    return mixed


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
) -> tuple[np.float32, np.float32]:
    """How strongly the edge between two neighbours is inked, −1 no edge, and how widely.

    Different parts are parted by a line where they bend or where one stands proud of the
    other, not where they lie flush; round bodies also where they hide themselves.
    """
    here, there = canvas.ids[y, x], canvas.ids[y + dy, x + dx]
    if here < 0 or there < 0:
        kept = edges.surfaces[max(here, there)]
        return _ONE, _AROUND if (kept & _OWNER) != np.int32(0) else _BEFORE
    mine, theirs = canvas.depth[y, x], canvas.depth[y + dy, x + dx]
    step = abs(mine - theirs) / max(mine, theirs)
    one, other = edges.surfaces[here], edges.surfaces[there]
    if one == other:
        return (_ONE if (one & 1) == 1 and step > FOLD else -_ONE), _BENT
    if edges.parts[here] == edges.parts[there]:
        return (_ONE if step > FOLD else _ZERO), _BENT
    if ((one ^ other) & _OWNER) != np.int32(0):
        return _ONE, _AROUND
    cosine = (
        normals[here, 0] * normals[there, 0]
        + normals[here, 1] * normals[there, 1]
        + normals[here, 2] * normals[there, 2]
    )
    if step > FOLD:
        return _ONE, _BEFORE
    bend = (np.float32(0.97) - cosine) * np.float32(4.0)
    reached = max(_nearness(triangles, homogeneous, here, x + dx, y + dy), np.float32(1e-3))
    proud = abs(_ONE / reached - _ONE / theirs) * np.float32(150.0) - _HALF
    return min(max(max(bend, proud), _ZERO), _ONE), _BENT


@inlined
def _stroke(
    canvas: Canvas, edges: Edges, pen: Pen, x: int, y: int, dx: int, dy: int, wide: np.float32
) -> tuple[np.float32, np.float32]:
    """Half the width of the line between two neighbours, in pixels, and how dark it is.

    What is far has thinner and lighter lines, a small face none but its outline, and what is
    out of focus none at all.
    """
    near = max(canvas.depth[y, x], canvas.depth[y + dy, x + dx])
    px_in_m = pen.per_m * near / pen.scale
    width = wide * pen.scale * min(np.sqrt(px_in_m / _FULL_PX), _ONE)
    dark = np.float32(0.2) + np.float32(0.8) * min(_ONE, px_in_m / _CLEAR_PX)
    here, there = canvas.ids[y, x], canvas.ids[y + dy, x + dx]
    if here >= 0 and there >= 0:
        code = edges.surfaces[here] & _OWNER
        if code != np.int32(0) and code == edges.surfaces[there] & _OWNER:
            few, all_of_them = _FACES_PX
            dark *= min(max((px_in_m - few) / (all_of_them - few), _ZERO), _ONE)
    blur = pen.blur_px * max(abs(_ONE - pen.focus_m * near) - pen.margin, _ZERO)
    dark *= min(max(np.float32(1.6) - np.float32(0.6) * blur, _ZERO), _ONE)
    return min(max(width, np.float32(0.3)), _WIDEST), dark


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
        most = max(most, abs(int(raw[c, y, x]) - int(raw[c, y + dy, x + dx])))
    return most <= 4


@kernel
def _laid(
    canvas: Canvas, triangles: Ints, homogeneous: Floats, edges: Edges, x: int, y: int, pen: Pen
) -> np.float32:
    """The ink that a pixel gets from the outline of a player one pixel further on."""
    height, width = canvas.ids.shape
    ink = _ZERO
    for k in range(4):
        dx, dy = (1 - 2 * k, 0) if k < 2 else (0, 5 - 2 * k)
        nx, ny = x + dx, y + dy
        if nx + dx < 0 or nx + dx >= width or ny + dy < 0 or ny + dy >= height:
            continue
        here, there = canvas.ids[ny, nx], canvas.ids[ny + dy, nx + dx]
        one = edges.surfaces[here] if here >= 0 else np.int32(0)
        other = edges.surfaces[there] if there >= 0 else np.int32(0)
        if ((one ^ other) & _OWNER) == np.int32(0):
            continue
        half, dark = _stroke(canvas, edges, pen, nx, ny, dx, dy, _AROUND)
        if half > _HALF:
            at, across = _edge(canvas, triangles, homogeneous, edges, nx, ny, dx, dy)
            ink = max(ink, min(max(half + _HALF - (_ONE + at) * across, _ZERO), _ONE) * dark)
    return ink


@kernel
def _mix(  # noqa: C901 - one loop over a row's edges, written out for speed
    canvas: Canvas,
    triangles: Ints,
    homogeneous: Floats,
    normals: Floats,
    edges: Edges,
    x: int,
    y: int,
    pen: Pen,
) -> tuple[np.float32, np.float32, np.float32, np.float32, np.float32]:
    """How much of its four neighbours a pixel shows, and how much ink is on it."""
    height, width = canvas.ids.shape
    here = canvas.ids[y, x]
    ink, thin = _ZERO, _ONE
    right, left, below, above = _ZERO, _ZERO, _ZERO, _ZERO
    before = False
    for k in range(4):
        dx, dy = (1 - 2 * k, 0) if k < 2 else (0, 5 - 2 * k)
        if k == 2:
            before = False
        if x + dx < 0 or x + dx >= width or y + dy < 0 or y + dy >= height:
            continue
        there = canvas.ids[y + dy, x + dx]
        if there == here:
            continue
        strength, wide = _ink(canvas, triangles, homogeneous, normals, edges, x, y, dx, dy)
        if strength < _ZERO:
            continue
        if strength == _ZERO:
            if _look_alike(canvas.raw, x, y, dx, dy):
                continue
            if edges.parts[here] != edges.parts[there] and edges.surfaces[here] & _OWNER:
                strength = pen.flush
        at, across = _edge(canvas, triangles, homogeneous, edges, x, y, dx, dy)
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
                thin = _THIN
            before = True
    ink *= thin
    # An edge is followed along the axis it crosses more steeply; both would count it twice.
    if right + left >= below + above:
        return ink, right, left, _ZERO, _ZERO
    return ink, _ZERO, _ZERO, below, above


@kernel
def _number_row(canvas: Canvas, edges: Edges, y: int, first: int, end: int, room: EdgeRoom) -> None:
    """Write which surface each pixel of a part of a row shows."""
    row, ids = room.surfaces[y % 5, first:end], canvas.ids[y, first:end]
    for x in range(row.shape[0]):
        face = ids[x]
        row[x] = edges.surfaces[max(face, 0)] if face >= 0 else np.int32(-8)


@kernel
def _flag(
    rows: tuple[Ints, Ints, Ints, Ints, Ints],
    nears: tuple[Floats, Floats, Floats],
    first: int,
    end: int,
    flags: Bytes,
) -> None:
    """Mark where another surface begins beside a pixel, or a player two pixels on.

    rows   # two above, one above, the row itself, one below, two below
    nears  # one above, the row itself, one below
    """
    row, near, flags = rows[2], nears[1], flags[first:end]
    here, mine = row[first:end], near[first:end]
    left, right = row[first - 1 : end - 1], row[first + 1 : end + 1]
    above, below = rows[1][first:end], rows[3][first:end]
    left_2, right_2 = row[first - 2 : end - 2], row[first + 2 : end + 2]
    above_2, below_2 = rows[0][first:end], rows[4][first:end]
    near_l, near_r = near[first - 1 : end - 1], near[first + 1 : end + 1]
    near_a, near_b = nears[0][first:end], nears[2][first:end]
    for x in range(flags.shape[0]):
        one, at = here[x], mine[x]
        other = (one != left[x]) | (one != right[x]) | (one != above[x]) | (one != below[x])
        step = max(
            max(abs(at - near_l[x]), abs(at - near_r[x])),
            max(abs(at - near_a[x]), abs(at - near_b[x])),
        )
        fold = (step > FOLD * at) & ((one & np.int32(1)) != np.int32(0))
        owner = (one ^ left_2[x]) | (one ^ right_2[x]) | (one ^ above_2[x]) | (one ^ below_2[x])
        flags[x] = np.uint8(other | fold) | np.uint8(owner & _OWNER)


@kernel
def _flag_row(canvas: Canvas, y: int, first: int, end: int, room: EdgeRoom) -> None:
    """Mark the pixels of part of a row beside which another surface begins."""
    height, width = canvas.ids.shape
    up, down = max(y - 1, 0), min(y + 1, height - 1)
    rows = (
        room.surfaces[max(y - 2, 0) % 5],
        room.surfaces[up % 5],
        room.surfaces[y % 5],
        room.surfaces[down % 5],
        room.surfaces[min(y + 2, height - 1) % 5],
    )
    nears = (canvas.depth[up], canvas.depth[y], canvas.depth[down])
    _flag(rows, nears, max(first, 2), min(end, width - 2), room.flags)
    # The outermost two columns are always looked at.
    for x in range(2):
        room.flags[x] = room.flags[width - 1 - x] = np.uint8(1)


@kernel
def _finish_row(  # noqa: C901 - one loop over a row, written out for speed
    canvas: Canvas,
    triangles: Ints,
    homogeneous: Floats,
    normals: Floats,
    edges: Edges,
    y: int,
    first: int,
    end: int,
    pen: Pen,
    flags: Bytes,
) -> None:
    height, width = canvas.ids.shape
    raw, final = canvas.raw, canvas.final
    is_apart = canvas.ink.shape[0] > 0
    if is_apart:
        graphite = canvas.ink[y, first:end]
        for x in range(graphite.shape[0]):
            graphite[x] = np.uint8(0)
    for c in range(3):
        before, after = raw[c, y, first:end], final[c, y, first:end]
        for x in range(after.shape[0]):
            after[x] = before[x]
    for x in range(first, end):
        if flags[x] == 0:
            continue
        if flags[x] & np.uint8(1):
            ink, right, left, below, above = _mix(
                canvas, triangles, homogeneous, normals, edges, x, y, pen
            )
        elif pen.strength > _ZERO:
            ink = _laid(canvas, triangles, homogeneous, edges, x, y, pen)
            right, left, below, above = _ZERO, _ZERO, _ZERO, _ZERO
        else:
            continue
        own = max(_ONE - right - left - below - above, _ZERO)
        keep = _ONE - ink * pen.strength
        if is_apart:
            canvas.ink[y, x] = np.uint8((_ONE - keep) * np.float32(255.0) + _HALF)
            keep = _ONE
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
    pen: Pen,
    room: EdgeRoom,
) -> None:
    """Write the final colours of the marked tiles: edges smoothed, outlines inked."""
    height, width = canvas.ids.shape
    numbered = -1
    for y in range(height):
        marked = tiles[y // TILE_ROWS]
        first, end = width, 0
        for tile in range(marked.shape[0]):
            if marked[tile]:
                first = min(first, tile * TILE_COLUMNS)
                end = min(width, (tile + 1) * TILE_COLUMNS)
        if end == 0:
            continue
        if y % TILE_ROWS == 0:
            numbered = -1
        for other in range(max(numbered + 1, y - 2), min(y + 3, height)):
            _number_row(canvas, edges, other, max(first - 2, 0), min(end + 2, width), room)
            numbered = other
        _flag_row(canvas, y, first, end, room)
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
                    pen,
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

"""Triangles in, visible triangle of every pixel out.

Depth is kept as nearness (one over metres for a lens, metres towards the sun for a
shadow): it is linear across the picture, and larger is nearer.
"""

from __future__ import annotations

import numpy as np

from mstation.previs.canvas import Floats, Ints
from mstation.previs.kernel import inlined, kernel

NEAR_M = 0.08
_HALF = np.float32(0.5)
_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)
_NEAR = np.float32(NEAR_M)
_EVERYWHERE = np.float32(3.0e7)


@kernel
def to_picture(
    points: Floats, project: Floats, homogeneous: Floats, screen: Floats, extent: Floats
) -> None:
    """Write where points stand in the picture.

    project      # (3, 4): homogeneous pixel coordinates (x·w, y·w, w) of a world point
    homogeneous  # (n, 3)
    screen       # (n, 3): x, y in pixels, nearness; meaningless behind the near plane
    extent       # (6,) least x, y, metres ahead of the lens; most x, y, metres
    """
    extent[:3], extent[3:] = _EVERYWHERE, -_EVERYWHERE
    for i in range(points.shape[0]):
        x, y, z = points[i, 0], points[i, 1], points[i, 2]
        px = project[0, 0] * x + project[0, 1] * y + project[0, 2] * z + project[0, 3]
        py = project[1, 0] * x + project[1, 1] * y + project[1, 2] * z + project[1, 3]
        w = project[2, 0] * x + project[2, 1] * y + project[2, 2] * z + project[2, 3]
        near = _ONE / max(w, _NEAR)
        homogeneous[i, 0], homogeneous[i, 1], homogeneous[i, 2] = px, py, w
        px, py = px * near, py * near
        screen[i, 0], screen[i, 1], screen[i, 2] = px, py, near
        extent[0], extent[3] = min(extent[0], px), max(extent[3], px)
        extent[1], extent[4] = min(extent[1], py), max(extent[4], py)
        extent[2], extent[5] = min(extent[2], w), max(extent[5], w)


@kernel
def to_light(points: Floats, light_from_world: Floats, screen: Floats, extent: Floats) -> None:
    """Write where points fall in a shadow map: texel x, texel y, metres towards the sun.

    extent  # (4,) least x, y; most x, y
    """
    m = light_from_world
    extent[:2], extent[2:] = _EVERYWHERE, -_EVERYWHERE
    for i in range(points.shape[0]):
        x, y, z = points[i, 0], points[i, 1], points[i, 2]
        screen[i, 0] = m[0, 0] * x + m[0, 1] * y + m[0, 2] * z + m[0, 3]
        screen[i, 1] = m[1, 0] * x + m[1, 1] * y + m[1, 2] * z + m[1, 3]
        screen[i, 2] = m[2, 0] * x + m[2, 1] * y + m[2, 2] * z + m[2, 3]
        extent[0], extent[2] = min(extent[0], screen[i, 0]), max(extent[2], screen[i, 0])
        extent[1], extent[3] = min(extent[1], screen[i, 1]), max(extent[3], screen[i, 1])


@kernel
def face_normals(points: Floats, triangles: Ints, first: int, end: int, normals: Floats) -> None:
    """Write the unit normals of some triangles; zero where a triangle has no area."""
    for t in range(first, end):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ux, uy, uz = (
            points[b, 0] - points[a, 0],
            points[b, 1] - points[a, 1],
            points[b, 2] - points[a, 2],
        )
        vx, vy, vz = (
            points[c, 0] - points[a, 0],
            points[c, 1] - points[a, 1],
            points[c, 2] - points[a, 2],
        )
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        scale = _ONE / max(np.sqrt(nx * nx + ny * ny + nz * nz), np.float32(1e-20))
        normals[t, 0], normals[t, 1], normals[t, 2] = nx * scale, ny * scale, nz * scale


@kernel
def _half(
    y_from: np.float32,
    y_to: np.float32,
    long_edge: tuple[np.float32, np.float32, np.float32],
    short_edge: tuple[np.float32, np.float32, np.float32],
    plane: tuple[np.float32, np.float32, np.float32],
    limits: tuple[np.float32, np.float32],
    number: np.int32,
    depth: Floats,
    ids: Ints,
) -> None:
    """Fill the rows between two of a triangle's corners.

    An edge is (x, y, slope) of its upper corner: both triangles that share it compute
    the very same spans, so no background shines through the seam.
    """
    rows, columns = depth.shape
    top = max(0, int(np.ceil(max(y_from, -_ONE) - _HALF)))
    bottom = min(rows, int(np.ceil(min(y_to, _EVERYWHERE) - _HALF)))
    wide = np.float32(columns + 1)
    for y in range(top, bottom):
        py = np.float32(y) + _HALF
        one = long_edge[0] + (py - long_edge[1]) * long_edge[2]
        other = short_edge[0] + (py - short_edge[1]) * short_edge[2]
        left = max(0, int(np.ceil(max(min(one, other), -_ONE) - _HALF)))
        right = min(columns, int(np.ceil(min(max(one, other), wide) - _HALF)))
        start = plane[0] + plane[2] * py + plane[1] * _HALF
        if left >= right:
            continue
        # Unsigned and without slices: no index is looked at from the end, no end is sought.
        nears, numbers = depth[np.uint32(y)], ids[np.uint32(y)]
        for x in range(np.uint32(left), np.uint32(right)):
            # Four bytes: there is no vector instruction that makes floats of eight.
            column = np.float32(np.int32(x))
            near = min(max(start + plane[1] * column, limits[0]), limits[1])
            is_nearer = near > nears[x]
            nears[x] = near if is_nearer else nears[x]
            numbers[x] = number if is_nearer else numbers[x]


@inlined
def _slope(
    x0: np.float32, y0: np.float32, x1: np.float32, y1: np.float32
) -> tuple[np.float32, np.float32, np.float32]:
    return x0, y0, (x1 - x0) / (y1 - y0) if y1 > y0 else _ZERO


@kernel
def _fill(
    a: tuple[np.float32, np.float32, np.float32],
    b: tuple[np.float32, np.float32, np.float32],
    c: tuple[np.float32, np.float32, np.float32],
    number: np.int32,
    depth: Floats,
    ids: Ints,
) -> None:
    """Draw one triangle whose corners are (x, y, nearness)."""
    if b[1] < a[1]:
        a, b = b, a
    if c[1] < a[1]:
        a, c = c, a
    if c[1] < b[1]:
        b, c = c, b
    rows, columns = depth.shape
    if c[1] <= _HALF or a[1] >= np.float32(rows) - _HALF:
        return
    if max(a[0], b[0], c[0]) <= _HALF or min(a[0], b[0], c[0]) >= np.float32(columns) - _HALF:
        return
    if np.ceil(a[1] - _HALF) == np.ceil(c[1] - _HALF):
        return
    ux, uy, uw = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vw = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    area = ux * vy - uy * vx
    if area == _ZERO:
        return
    per_area = _ONE / area
    in_x = (uw * vy - vw * uy) * per_area
    in_y = (vw * ux - uw * vx) * per_area
    plane = (a[2] - in_x * a[0] - in_y * a[1], in_x, in_y)
    limits = (min(a[2], b[2], c[2]), max(a[2], b[2], c[2]))
    long_edge = _slope(a[0], a[1], c[0], c[1])
    _half(a[1], b[1], long_edge, _slope(a[0], a[1], b[0], b[1]), plane, limits, number, depth, ids)
    _half(b[1], c[1], long_edge, _slope(b[0], b[1], c[0], c[1]), plane, limits, number, depth, ids)


@kernel
def _cut(
    homogeneous: Floats, inside: int, outside: int
) -> tuple[np.float32, np.float32, np.float32]:
    """Where an edge that runs behind the camera meets the near plane, in the picture."""
    w0, w1 = homogeneous[inside, 2], homogeneous[outside, 2]
    t = (w0 - _NEAR) / (w0 - w1)
    x = homogeneous[inside, 0] + t * (homogeneous[outside, 0] - homogeneous[inside, 0])
    y = homogeneous[inside, 1] + t * (homogeneous[outside, 1] - homogeneous[inside, 1])
    near = _ONE / _NEAR
    return x * near, y * near, near


@inlined
def _corner(screen: Floats, point: int) -> tuple[np.float32, np.float32, np.float32]:
    return screen[point, 0], screen[point, 1], screen[point, 2]


@kernel
def _fill_clipped(
    homogeneous: Floats,
    screen: Floats,
    corners: tuple[int, int, int],
    number: np.int32,
    depth: Floats,
    ids: Ints,
) -> None:
    """Draw the part of a triangle that lies in front of the near plane."""
    a, b, c = corners
    for _ in range(3):
        a_in, b_in = homogeneous[a, 2] > _NEAR, homogeneous[b, 2] > _NEAR
        c_in = homogeneous[c, 2] > _NEAR
        if a_in and not c_in:
            start, across = _corner(screen, a), _cut(homogeneous, a, c)
            if b_in:
                middle, to = _corner(screen, b), _cut(homogeneous, b, c)
                _fill(start, middle, to, number, depth, ids)
                _fill(start, to, across, number, depth, ids)
                return
            _fill(start, _cut(homogeneous, a, b), across, number, depth, ids)
            return
        a, b, c = b, c, a


@kernel
def draw(
    points: Floats,
    homogeneous: Floats,
    screen: Floats,
    triangles: Ints,
    normals: Floats,
    eye: Floats,
    first: int,
    end: int,
    depth: Floats,
    ids: Ints,
) -> None:
    """Draw the triangles `first`…`end` that face the eye into depth and ids."""
    for t in range(first, end):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        facing = (
            (eye[0] - points[a, 0]) * normals[t, 0]
            + (eye[1] - points[a, 1]) * normals[t, 1]
            + (eye[2] - points[a, 2]) * normals[t, 2]
        )
        if facing <= _ZERO:
            continue
        behind = (
            int(homogeneous[a, 2] <= _NEAR)
            + int(homogeneous[b, 2] <= _NEAR)
            + int(homogeneous[c, 2] <= _NEAR)
        )
        if behind == 0:
            _fill(
                _corner(screen, a), _corner(screen, b), _corner(screen, c), np.int32(t), depth, ids
            )
        elif behind < 3:
            _fill_clipped(homogeneous, screen, (a, b, c), np.int32(t), depth, ids)


@kernel
def draw_shadow(
    screen: Floats,
    triangles: Ints,
    normals: Floats,
    towards_sun: Floats,
    first: int,
    end: int,
    depth: Floats,
    ids: Ints,
) -> None:
    """Draw what turns its back to the sun into a shadow map.

    Far sides only: a lit side then never shadows itself, and a wall seen from
    outside still keeps the sun out.
    """
    for t in range(first, end):
        facing = (
            normals[t, 0] * towards_sun[0]
            + normals[t, 1] * towards_sun[1]
            + normals[t, 2] * towards_sun[2]
        )
        if facing >= np.float32(-1e-4):
            continue
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        _fill(_corner(screen, a), _corner(screen, b), _corner(screen, c), np.int32(t), depth, ids)


@kernel
def blocks(depth: Floats, lowest: Floats, highest: Floats, window: Ints) -> None:
    """Write the least and most nearness that a soft look-up starting in a block can meet.

    lowest, highest  # (rows // 8, columns // 8): of two by two blocks from each on
    window           # first block row, end, first block column, end: where anything was drawn
    """
    rows, columns = lowest.shape
    for i in range(window[0], window[1]):
        for j in range(window[2], window[3]):
            least, most = depth[8 * i, 8 * j], depth[8 * i, 8 * j]
            for y in range(8 * i, 8 * i + 8):
                row = depth[y, 8 * j : 8 * j + 8]
                for x in range(8):
                    least, most = min(least, row[x]), max(most, row[x])
            lowest[i, j], highest[i, j] = least, most
    # Each block takes in those right of and below it, which are not yet taken in: in place.
    for i in range(window[0], window[1]):
        below = min(i + 1, rows - 1)
        for j in range(window[2], window[3]):
            right = min(j + 1, columns - 1)
            least = min(min(lowest[i, j], lowest[i, right]), lowest[below, j])
            lowest[i, j] = min(least, lowest[below, right])
            most = max(max(highest[i, j], highest[i, right]), highest[below, j])
            highest[i, j] = max(most, highest[below, right])


@kernel
def skin(
    points: Floats,
    normals: Floats,
    joints: Ints,
    weights: Floats,
    morphs: Floats,
    spans: Ints,
    face: Floats,
    world_from_rest: Floats,
    out_points: Floats,
    out_normals: Floats,
) -> None:
    """Write a figure's points and normals as its joints and face stand.

    world_from_rest  # (22, 3, 4) of each joint
    face             # (shapes,) weights of the morphs
    spans            # (shapes, 2) of points that each morph moves, half-open
    """
    for i in range(points.shape[0]):
        out_points[i, 0], out_points[i, 1], out_points[i, 2] = (
            points[i, 0],
            points[i, 1],
            points[i, 2],
        )
    for k in range(morphs.shape[0]):
        if face[k] != _ZERO:
            for i in range(spans[k, 0], spans[k, 1]):
                out_points[i, 0] += face[k] * morphs[k, i, 0]
                out_points[i, 1] += face[k] * morphs[k, i, 1]
                out_points[i, 2] += face[k] * morphs[k, i, 2]
    for i in range(points.shape[0]):
        x, y, z = out_points[i, 0], out_points[i, 1], out_points[i, 2]
        nx, ny, nz = normals[i, 0], normals[i, 1], normals[i, 2]
        for row in range(3):
            place, turn = _ZERO, _ZERO
            for k in range(4):
                m, w = joints[i, k], weights[i, k]
                m0, m1 = world_from_rest[m, row, 0], world_from_rest[m, row, 1]
                m2, m3 = world_from_rest[m, row, 2], world_from_rest[m, row, 3]
                place += w * (m0 * x + m1 * y + m2 * z + m3)
                turn += w * (m0 * nx + m1 * ny + m2 * nz)
            out_points[i, row], out_normals[i, row] = place, turn
        scale = _ONE / np.sqrt(
            out_normals[i, 0] * out_normals[i, 0]
            + out_normals[i, 1] * out_normals[i, 1]
            + out_normals[i, 2] * out_normals[i, 2]
            + np.float32(1e-12)
        )
        for row in range(3):
            out_normals[i, row] *= scale

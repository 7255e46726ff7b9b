"""A drawn frame in, what its visible surfaces are like out: metres, which way, how they move.

All of it comes from the triangle behind the middle of each pixel.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import Bools, Floats, Ints
from mstation.previs.kernel import inlined, kernel
from mstation.previs.passes.geometry import Geometry, camera_of_frame

Doubles = NDArray[np.float64]

_STILL_PX = 1e-4  # the renderer's points are single floats: less is rounding, not motion
_BEHIND_M = 1e-3


@inlined
def _weights(
    homogeneous: Floats, triangles: Ints, t: int, x: float, y: float
) -> tuple[float, float, float, float]:
    """Return how much of each corner a place in the picture is of, and its metres ahead.

    Source: Olano and Greer, Triangle scan conversion using 2D homogeneous coordinates (1997):
    no corner need be in front of the lens.
    """
    a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
    ax, ay, aw = float(homogeneous[a, 0]), float(homogeneous[a, 1]), float(homogeneous[a, 2])
    bx, by, bw = float(homogeneous[b, 0]), float(homogeneous[b, 1]), float(homogeneous[b, 2])
    cx, cy, cw = float(homogeneous[c, 0]), float(homogeneous[c, 1]), float(homogeneous[c, 2])
    # Relative to the place itself, so that large numbers do not swallow small ones.
    ax, ay, bx, by = ax - x * aw, ay - y * aw, bx - x * bw, by - y * bw
    cx, cy = cx - x * cw, cy - y * cw
    u, v, w = bx * cy - by * cx, cx * ay - cy * ax, ax * by - ay * bx
    whole = u + v + w
    if whole == 0.0:
        return 1.0, 0.0, 0.0, aw
    # A middle of a pixel is inside; rounding at a side may say a little outside.
    u, v, w = max(u / whole, 0.0), max(v / whole, 0.0), max(w / whole, 0.0)
    whole = u + v + w
    u, v, w = u / whole, v / whole, w / whole
    return u, v, w, u * aw + v * bw + w * cw


@kernel
def _turned(
    ids: Ints,
    triangles: Ints,
    homogeneous: Floats,
    flat: Floats,
    round_ones: Floats,
    smooth: Bools,
    camera_from_world: Doubles,
    out: Floats,
) -> None:
    rows, columns = ids.shape
    for y in range(rows):
        for x in range(columns):
            t = ids[y, x]
            if t < 0:
                out[y, x, 0] = out[y, x, 1] = out[y, x, 2] = np.float32(0.0)
                continue
            nx, ny, nz = float(flat[t, 0]), float(flat[t, 1]), float(flat[t, 2])
            if smooth[t]:
                u, v, w, _ = _weights(homogeneous, triangles, t, x + 0.5, y + 0.5)
                a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
                nx = u * round_ones[a, 0] + v * round_ones[b, 0] + w * round_ones[c, 0]
                ny = u * round_ones[a, 1] + v * round_ones[b, 1] + w * round_ones[c, 1]
                nz = u * round_ones[a, 2] + v * round_ones[b, 2] + w * round_ones[c, 2]
            scale = 1.0 / np.sqrt(nx * nx + ny * ny + nz * nz + 1e-20)
            m = camera_from_world
            for k in range(3):
                out[y, x, k] = np.float32((m[k, 0] * nx + m[k, 1] * ny + m[k, 2] * nz) * scale)


@kernel
def _moved(
    ids: Ints,
    triangles: Ints,
    now: Floats,
    then: Floats,
    infinity: Doubles,
    out: Floats,
) -> None:
    rows, columns = ids.shape
    for y in range(rows):
        for x in range(columns):
            px, py = x + 0.5, y + 0.5
            t = ids[y, x]
            if t < 0:
                m = infinity
                tx = m[0, 0] * px + m[0, 1] * py + m[0, 2]
                ty = m[1, 0] * px + m[1, 1] * py + m[1, 2]
                tw = m[2, 0] * px + m[2, 1] * py + m[2, 2]
            else:
                u, v, w, _ = _weights(now, triangles, t, px, py)
                a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
                tx = u * then[a, 0] + v * then[b, 0] + w * then[c, 0]
                ty = u * then[a, 1] + v * then[b, 1] + w * then[c, 1]
                tw = u * then[a, 2] + v * then[b, 2] + w * then[c, 2]
            right = down = 0.0
            if tw > _BEHIND_M:
                right, down = tx / tw - px, ty / tw - py
            out[y, x, 0] = np.float32(right if abs(right) > _STILL_PX else 0.0)
            out[y, x, 1] = np.float32(down if abs(down) > _STILL_PX else 0.0)


@kernel
def _ahead(ids: Ints, triangles: Ints, homogeneous: Floats, nothing: float, out: Floats) -> None:
    rows, columns = ids.shape
    for y in range(rows):
        for x in range(columns):
            t = ids[y, x]
            if t < 0:
                out[y, x] = np.float32(nothing)
            else:
                out[y, x] = np.float32(_weights(homogeneous, triangles, t, x + 0.5, y + 0.5)[3])


def metres_ahead(geometry: Geometry, *, nothing: float) -> Floats:
    """Return (height, width): metres along the lens's axis of what was drawn; `nothing`: sky."""
    surfaces, ids = geometry.picture.surfaces, geometry.ids
    out = np.empty(ids.shape, np.float32)
    _ahead(ids, surfaces.triangles, surfaces.homogeneous, nothing, out)
    return out


def normals_to_camera(geometry: Geometry, frame: int) -> Floats:
    """Return (height, width, 3): unit normals of what was drawn in `frame`, as the lens has them.

    x runs right, y up, z towards the camera; nought where there is nothing.
    """
    surfaces, ids = geometry.picture.surfaces, geometry.ids
    camera_from_world = geometry.take.world_from_camera[frame][:3, :3].astype(float).T
    out = np.empty((*ids.shape, 3), np.float32)
    _turned(
        ids,
        surfaces.triangles,
        surfaces.homogeneous,
        surfaces.normals,
        geometry.picture.point_normals,
        geometry.smooth,
        np.ascontiguousarray(camera_from_world),
        out,
    )
    return out


def moves(geometry: Geometry, frame: int, then: Floats, other: int) -> Floats:
    """Return (height, width, 2): pixels right and down that what was drawn in `frame` has moved.

    `then` is where every point is seen in the frame `other` (`geometry.projected`). The backdrop
    is infinitely far: only the lens's turning moves it.
    """
    surfaces, ids = geometry.picture.surfaces, geometry.ids
    now, later = camera_of_frame(geometry, frame), camera_of_frame(geometry, other)
    rays = np.stack([now.ray_x, now.ray_y, now.ray], axis=1).astype(float)
    infinity = np.ascontiguousarray(later.project[:, :3].astype(float) @ rays)
    out = np.empty((*ids.shape, 2), np.float32)
    _moved(ids, surfaces.triangles, surfaces.homogeneous, then, infinity, out)
    return out

"""A set in, how open every place of it is out: corners get less of the ambient light."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import Floats, Ints, Volume
from mstation.previs.kernel import kernel
from mstation.previs.mesh import Mesh

Places = NDArray[np.float64]

_CELLS = 600_000
_LEAST_M = 0.1
_REACH = 2.5  # cells from a surface at which its openness is read
_DEPTH = 0.42  # share of the ambient light that a crowded corner loses at most
_HALF = np.float32(0.5)
_ONE = np.float32(1.0)


@kernel
def _scatter(
    points: Floats, triangles: Ints, origin: Floats, per_m: np.float32, cells: Floats
) -> None:
    """Add the area of every triangle to the cells it passes, in cell faces."""
    layers, rows, columns = cells.shape
    for t in range(triangles.shape[0]):
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
        area = _HALF * np.sqrt(nx * nx + ny * ny + nz * nz) * per_m * per_m
        longest = np.sqrt(max(ux * ux + uy * uy + uz * uz, vx * vx + vy * vy + vz * vz))
        steps = min(max(1, int(np.ceil(longest * per_m))), 600)
        share = area / np.float32(steps * steps)
        for i in range(steps):
            for j in range(steps):
                s, r = (
                    (np.float32(i) + _HALF) / np.float32(steps),
                    (np.float32(j) + _HALF) / np.float32(steps),
                )
                if s + r > _ONE:
                    s, r = _ONE - s, _ONE - r
                x = (points[a, 0] + ux * s + vx * r - origin[0]) * per_m
                y = (points[a, 1] + uy * s + vy * r - origin[1]) * per_m
                z = (points[a, 2] + uz * s + vz * r - origin[2]) * per_m
                m, n, o = int(x), int(y), int(z)
                if m < 0 or n < 0 or o < 0 or m >= columns - 1 or n >= rows - 1 or o >= layers - 1:
                    continue
                fx, fy, fz = x - np.float32(m), y - np.float32(n), z - np.float32(o)
                for corner in range(8):
                    dx, dy, dz = corner & 1, (corner >> 1) & 1, corner >> 2
                    weight = (
                        (fx if dx else _ONE - fx)
                        * (fy if dy else _ONE - fy)
                        * (fz if dz else _ONE - fz)
                    )
                    cells[o + dz, n + dy, m + dx] += share * weight


@kernel
def _blur(lines: Floats, passes: int) -> None:
    """Spread every line (rows of a 2-D array) by a box of three, some times over."""
    count, length = lines.shape
    for i in range(count):
        for _ in range(passes):
            before = lines[i, 0]
            for j in range(length):
                after = lines[i, min(j + 1, length - 1)]
                here = lines[i, j]
                lines[i, j] = (before + here + after) * np.float32(1.0 / 3.0)
                before = here


def open_places(mesh: Mesh, low: Places, high: Places) -> Volume:
    """How open every place of a set is between two corners of a box."""
    cell_m = max(_LEAST_M, math.cbrt(float(np.prod(high - low)) / _CELLS))
    shape = np.maximum(2, np.ceil((high - low) / cell_m).astype(int) + 1)
    cells = np.zeros((shape[2], shape[1], shape[0]), np.float32)
    per_m, origin = np.float32(1 / cell_m), low.astype(np.float32)
    _scatter(mesh.points, mesh.triangles, origin, per_m, cells)
    np.minimum(cells, np.float32(1.2), out=cells)
    for axis in range(3):
        turned = np.ascontiguousarray(np.moveaxis(cells, axis, 2))
        _blur(turned.reshape(-1, turned.shape[2]), 4)
        cells = np.ascontiguousarray(np.moveaxis(turned, 2, axis))
    # What a single wall leaves at the distance where it is read counts as fully open.
    alone = _single_wall()
    crowded = 1 - np.exp(-np.maximum(cells - alone, 0) / (2 * alone))
    return Volume(
        (1 - _DEPTH * crowded).astype(np.float32), origin, per_m, np.float32(_REACH * cell_m)
    )


def _single_wall() -> np.float32:
    line = np.zeros((1, 41), np.float32)
    line[0, 20] = 1.0
    _blur(line, 4)
    return np.float32(np.interp(20 + _REACH, np.arange(41), line[0]))

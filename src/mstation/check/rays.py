"""A set's triangles in, what a ray meets, how near a point is, what it is inside of, out.

Triangles are drawn from their front only (corners counter-clockwise): a wall seen from behind
hides nothing. They are looked at in small blocks, whole blocks at a time left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.check.film import Flags, Thing
from mstation.compiled import kernel
from mstation.space import Array

Numbers = NDArray[np.int64]

_BLOCK = 32  # triangles
_INSIDE = 0.6  # of a whole turn of solid angle: pieces often have no bottom
_LEAST_AREA = 1e-10
FAR_M = 1e9


@dataclass(frozen=True, slots=True, eq=False)
class Surfaces:
    """Triangles as a ray meets them.

    corners  # (n, 3, 3) metres
    normals  # (n, 3) unit
    thing    # (n,) which of `names` it belongs to
    blocks   # (blocks, 2): first triangle, end
    boxes    # (blocks, 2, 3): lowest and highest corner
    """

    names: tuple[str, ...]
    corners: Array
    normals: Array
    thing: Numbers
    blocks: Numbers
    boxes: Array

    def some(self, mask: Flags) -> Surfaces:
        """Return a part of the triangles; things keep their numbers."""
        return _surfaces(self.names, self.corners[mask], self.thing[mask])

    def name(self, thing: int) -> str:
        """Return what a thing is called among people; empty for none."""
        return self.names[thing] if thing >= 0 else ""


def surfaces(things: tuple[Thing, ...]) -> Surfaces:
    """Return the surfaces of things; triangles without area or with no place are left out."""
    corners = [np.asarray(thing.triangles, float).reshape(-1, 3, 3) for thing in things]
    thing = np.repeat(np.arange(len(things)), [len(three) for three in corners])
    return _surfaces(
        tuple(one.called for one in things),
        np.concatenate([*corners, np.zeros((0, 3, 3))]),
        thing.astype(np.int64),
    )


def _surfaces(names: tuple[str, ...], corners: Array, thing: Numbers) -> Surfaces:
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(cross, axis=1)
    real = np.isfinite(corners).all(axis=(1, 2)) & (area > _LEAST_AREA)
    corners, thing = np.ascontiguousarray(corners[real]), np.ascontiguousarray(thing[real])
    normals = np.ascontiguousarray(cross[real] / area[real, None])
    edges = np.flatnonzero(np.diff(thing)) + 1
    firsts: list[int] = []
    for first, end in zip([0, *edges], [*edges, len(thing)], strict=True):
        firsts += range(int(first), int(end), _BLOCK)
    ends = [*firsts, len(thing)][1:]
    blocks = np.array([[a, b] for a, b in zip(firsts, ends, strict=True)], np.int64).reshape(-1, 2)
    boxes = np.array(
        [[corners[a:b].min(axis=(0, 1)), corners[a:b].max(axis=(0, 1))] for a, b in blocks]
    ).reshape(-1, 2, 3)
    return Surfaces(names, corners, normals, thing, blocks, boxes)


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """What sight lines meet first.

    front, back  # (n,) share of the line, 0 to 1, at a face seen and at one seen from behind;
                 # FAR_M where there is none
    thing        # (n,) whose front it is, −1 for nobody's
    behind       # (n,) whose back it is, −1 for nobody's
    """

    front: Array
    back: Array
    thing: Numbers
    behind: Numbers


def hits(on: Surfaces, starts: Array, ends: Array) -> Hits:
    """Return what lines from starts (n, 3) to ends (n, 3) meet first."""
    count = len(starts)
    front, back = np.full(count, FAR_M), np.full(count, FAR_M)
    thing, behind = np.full(count, -1, np.int64), np.full(count, -1, np.int64)
    _cast(
        np.ascontiguousarray(starts, float), np.ascontiguousarray(ends, float),
        on.corners, on.normals, on.thing, on.blocks, on.boxes, front, back, thing, behind,
    )  # fmt: skip
    return Hits(front, back, thing, behind)


def nearest_m(on: Surfaces, points: Array) -> Array:
    """Return how far points (n, 3) are from the nearest triangle, either side of it."""
    found = np.full(len(points), FAR_M)
    _near(np.ascontiguousarray(points, float), on.corners, on.normals, on.blocks, on.boxes, found)
    return found


def inside_of(on: Surfaces, points: Array) -> list[str]:
    """Return what each of the points (n, 3) is inside of, by name, or nothing.

    A point is inside where the faces around it fill more than half of what it sees, backs
    turned; pieces made of overlapping boxes, and without a bottom, are pieces too.
    """
    turns = np.zeros((len(points), len(on.names)))
    _wind(np.ascontiguousarray(points, float), on.corners, on.thing, turns)
    if not len(on.names):
        return ["" for _ in points]
    most = turns.argmax(axis=1)
    shares = turns[np.arange(len(points)), most]
    return [
        on.name(int(thing)) if share > _INSIDE else ""
        for thing, share in zip(most, shares, strict=True)
    ]


@kernel
def _enters(starts: Array, ends: Array, line: int, boxes: Array, block: int) -> bool:
    """Return whether a line passes through a block's box."""
    enters, leaves = 0.0, 1.0
    for axis in range(3):
        origin, way = starts[line, axis], ends[line, axis] - starts[line, axis]
        low, high = boxes[block, 0, axis] - 1e-6, boxes[block, 1, axis] + 1e-6
        if abs(way) < 1e-12:
            leaves = leaves if low <= origin <= high else -1.0
            continue
        one, other = (low - origin) / way, (high - origin) / way
        enters = max(enters, min(one, other))
        leaves = min(leaves, max(one, other))
    return enters <= leaves


@kernel
def _met(starts: Array, ends: Array, line: int, corners: Array, t: int) -> float:
    """Return the share of a line at which it meets a triangle, or −1.

    Source: Möller and Trumbore (1997).
    """
    ox, oy, oz = starts[line, 0], starts[line, 1], starts[line, 2]
    dx, dy, dz = ends[line, 0] - ox, ends[line, 1] - oy, ends[line, 2] - oz
    ax, ay, az = corners[t, 0, 0], corners[t, 0, 1], corners[t, 0, 2]
    ux, uy, uz = corners[t, 1, 0] - ax, corners[t, 1, 1] - ay, corners[t, 1, 2] - az
    vx, vy, vz = corners[t, 2, 0] - ax, corners[t, 2, 1] - ay, corners[t, 2, 2] - az
    px, py, pz = dy * vz - dz * vy, dz * vx - dx * vz, dx * vy - dy * vx
    flat = ux * px + uy * py + uz * pz
    if abs(flat) < 1e-14:
        return -1.0
    tx, ty, tz = ox - ax, oy - ay, oz - az
    u = (tx * px + ty * py + tz * pz) / flat
    qx, qy, qz = ty * uz - tz * uy, tz * ux - tx * uz, tx * uy - ty * ux
    v = (dx * qx + dy * qy + dz * qz) / flat
    share = (vx * qx + vy * qy + vz * qz) / flat
    return share if u >= 0.0 and v >= 0.0 and u + v <= 1.0 and share < 1.0 else -1.0


@kernel
def _cast(
    starts: Array,
    ends: Array,
    corners: Array,
    normals: Array,
    things: Numbers,
    blocks: Numbers,
    boxes: Array,
    front: Array,
    back: Array,
    thing: Numbers,
    behind: Numbers,
) -> None:
    """Write the nearest front and the nearest back that every line meets."""
    for line in range(starts.shape[0]):
        for block in range(blocks.shape[0]):
            if not _enters(starts, ends, line, boxes, block):
                continue
            for t in range(blocks[block, 0], blocks[block, 1]):
                share = _met(starts, ends, line, corners, t)
                if share <= 0.0:
                    continue
                along = 0.0
                for axis in range(3):
                    along += normals[t, axis] * (ends[line, axis] - starts[line, axis])
                if along < 0.0 and share < front[line]:
                    front[line], thing[line] = share, things[t]
                elif along >= 0.0 and share < back[line]:
                    back[line], behind[line] = share, things[t]


@kernel
def _gap(points: Array, point: int, boxes: Array, block: int) -> float:
    """Return the squared distance of a point to a block's box."""
    gap = 0.0
    for axis in range(3):
        x = points[point, axis]
        out = max(boxes[block, 0, axis] - x, x - boxes[block, 1, axis], 0.0)
        gap += out * out
    return gap


@kernel
def _apart(points: Array, point: int, corners: Array, normals: Array, t: int) -> float:
    """Return the squared distance of a point to a triangle: to its face, or the nearest edge."""
    height = 0.0
    for axis in range(3):
        height += normals[t, axis] * (points[point, axis] - corners[t, 0, axis])
    within, best = True, 1e18
    for side in range(3):
        following = (side + 1) % 3
        along, squared, outside = 0.0, 0.0, 0.0
        for axis in range(3):
            a, b = (axis + 1) % 3, (axis + 2) % 3
            reach = points[point, axis] - corners[t, side, axis]
            edge = corners[t, following, axis] - corners[t, side, axis]
            edge_a = corners[t, following, a] - corners[t, side, a]
            edge_b = corners[t, following, b] - corners[t, side, b]
            along += edge * reach
            squared += edge * edge
            outside += (edge_a * normals[t, b] - edge_b * normals[t, a]) * reach
        within = within and outside <= 0.0
        share, apart = min(max(along / max(squared, 1e-18), 0.0), 1.0), 0.0
        for axis in range(3):
            edge = corners[t, following, axis] - corners[t, side, axis]
            apart += (points[point, axis] - corners[t, side, axis] - share * edge) ** 2
        best = min(best, apart)
    return height * height if within else best


@kernel
def _near(
    points: Array, corners: Array, normals: Array, blocks: Numbers, boxes: Array, found: Array
) -> None:
    """Write the distance to the nearest triangle of every point."""
    for point in range(points.shape[0]):
        best = found[point] * found[point]
        for block in range(blocks.shape[0]):
            if _gap(points, point, boxes, block) < best:
                for t in range(blocks[block, 0], blocks[block, 1]):
                    best = min(best, _apart(points, point, corners, normals, t))
        found[point] = np.sqrt(best)


@kernel
def _wind(points: Array, corners: Array, things: Numbers, turns: Array) -> None:
    """Add up, for every point and thing, the share of its sight that backs of faces fill.

    Source: van Oosterom and Strackee (1983), the solid angle of a triangle.
    """
    for point in range(points.shape[0]):
        for t in range(corners.shape[0]):
            ax, ay, az = (corners[t, 0, 0] - points[point, 0], corners[t, 0, 1] - points[point, 1],
                          corners[t, 0, 2] - points[point, 2])  # fmt: skip
            bx, by, bz = (corners[t, 1, 0] - points[point, 0], corners[t, 1, 1] - points[point, 1],
                          corners[t, 1, 2] - points[point, 2])  # fmt: skip
            cx, cy, cz = (corners[t, 2, 0] - points[point, 0], corners[t, 2, 1] - points[point, 1],
                          corners[t, 2, 2] - points[point, 2])  # fmt: skip
            a = np.sqrt(ax * ax + ay * ay + az * az)
            b = np.sqrt(bx * bx + by * by + bz * bz)
            c = np.sqrt(cx * cx + cy * cy + cz * cz)
            volume = ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)
            rest = (
                a * b * c
                + (ax * bx + ay * by + az * bz) * c
                + (bx * cx + by * cy + bz * cz) * a
                + (cx * ax + cy * ay + cz * az) * b
            )
            turns[point, things[t]] += 2.0 * np.arctan2(volume, rest) / (4.0 * math.pi)

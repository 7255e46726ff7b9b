"""A fine surface in, a coarse one out: edges collapse, and every point that stays is an old one.

Because only old points stay, whatever is known of them (weights, morph targets) stays true.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_RIM = 30.0  # how much dearer it is to leave a rim than to leave the surface
_LEAST_TURN = 0.25  # cosine up to which a triangle may turn when one of its corners moves


def collapsed(points: Floats, faces: Ints, wanted: int, dearness: Floats) -> Ints:
    """Return about `wanted` of the triangles, over a part of the same points.

    Args:
        points: (n, 3).
        faces: (m, 3) counter-clockwise.
        wanted: How many triangles to stop at.
        dearness: (n,) what it costs to lose a point, 1 is middling.

    Source: Garland and Heckbert, Surface simplification using quadric error metrics, 1997;
    here with half-edge collapses.
    """
    surface = _Surface(points, [tuple(int(i) for i in face) for face in faces], dearness)
    surface.price_all()
    while surface.count > wanted and surface.queue:
        surface.step()
    return np.array([face for face in surface.faces if face is not None], np.int64).reshape(-1, 3)


@dataclass(slots=True)
class _Surface:
    points: Floats
    faces: list[tuple[int, int, int] | None]
    dearness: Floats
    around: list[set[int]] = field(default_factory=list)
    quadrics: Floats = field(default_factory=lambda: np.zeros(0))
    stamps: list[int] = field(default_factory=list)
    queue: list[tuple[float, int, int, int, int]] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        self.around = [set() for _ in self.points]
        self.quadrics = np.zeros((len(self.points), 4, 4))
        self.stamps = [0] * len(self.points)
        self.count = len(self.faces)
        for number, face in enumerate(self.faces):
            assert face is not None
            a, b, c = self.points[list(face)]
            normal = np.cross(b - a, c - a)
            area = float(np.linalg.norm(normal))
            if area > 0:
                self._press(face, normal / area, a, area)
            for point in face:
                self.around[point].add(number)
        for one, other in sorted(self._edges()):
            shared = self.around[one] & self.around[other]
            if len(shared) == 1:
                self._hold_rim(one, other, self.faces[next(iter(shared))])

    def _press(self, face: tuple[int, ...], normal: Floats, at: Floats, weight: float) -> None:
        plane = np.append(normal, -normal @ at)
        for point in face:
            self.quadrics[point] += weight * np.outer(plane, plane)

    def _hold_rim(self, one: int, other: int, face: tuple[int, int, int] | None) -> None:
        assert face is not None
        a, b, c = self.points[list(face)]
        along = self.points[other] - self.points[one]
        across = np.cross(along, np.cross(b - a, c - a))
        size = float(np.linalg.norm(across))
        if size > 0:
            weight = _RIM * float(along @ along)
            self._press((one, other), across / size, self.points[one], weight)

    def _edges(self) -> set[tuple[int, int]]:
        return {
            (min(pair), max(pair))
            for face in self.faces
            if face is not None
            for pair in ((face[0], face[1]), (face[1], face[2]), (face[2], face[0]))
        }

    def price_all(self) -> None:
        """Queue every edge, both ways."""
        for one, other in sorted(self._edges()):
            self._price(one, other)
            self._price(other, one)

    def _price(self, gone: int, kept: int) -> None:
        at = np.append(self.points[kept], 1.0)
        error = float(at @ (self.quadrics[gone] + self.quadrics[kept]) @ at)
        step = self.points[gone] - self.points[kept]
        cost = (max(error, 0.0) + 1e-6 * float(step @ step)) * float(self.dearness[gone])
        stamp = self.stamps[gone], self.stamps[kept]
        heapq.heappush(self.queue, (cost, gone, kept, *stamp))

    def _neighbours(self, point: int) -> set[int]:
        found: set[int] = set()
        for number in self.around[point]:
            face = self.faces[number]
            if face is not None:
                found.update(face)
        return found - {point}

    def _is_rim(self, point: int) -> bool:
        return any(len(self.around[point] & self.around[n]) == 1 for n in self._neighbours(point))

    def _may_go(self, gone: int, kept: int) -> bool:
        shared = self.around[gone] & self.around[kept]
        if len(self._neighbours(gone) & self._neighbours(kept)) != len(shared):
            return False
        if self._is_rim(gone) and len(shared) != 1:
            return False
        for number in self.around[gone] - shared:
            face = self.faces[number]
            assert face is not None
            moved = [kept if point == gone else point for point in face]
            a, b, c = self.points[list(face)]
            p, q, r = self.points[moved]
            was, now = np.cross(b - a, c - a), np.cross(q - p, r - p)
            if was @ now < _LEAST_TURN * np.linalg.norm(was) * np.linalg.norm(now) or not now.any():
                return False
        return True

    def step(self) -> None:
        """Collapse the cheapest edge that may go."""
        _, gone, kept, stamp, other = heapq.heappop(self.queue)
        if (self.stamps[gone], self.stamps[kept]) != (stamp, other):
            return
        if not self._may_go(gone, kept):
            return
        for number in sorted(self.around[gone]):
            face = self.faces[number]
            assert face is not None
            if kept in face:
                self.faces[number] = None
                self.count -= 1
                for point in face:
                    self.around[point].discard(number)
            else:
                a, b, c = (kept if point == gone else point for point in face)
                self.faces[number] = (a, b, c)
                self.around[kept].add(number)
        self.around[gone] = set()
        self.quadrics[kept] += self.quadrics[gone]
        self.stamps[gone] += 1
        self.stamps[kept] += 1
        for neighbour in sorted(self._neighbours(kept)):
            self._price(kept, neighbour)
            self._price(neighbour, kept)

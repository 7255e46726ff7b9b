"""A set in, places to be out: which mark, which seat, which free spot near whom."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mstation.space import forward, wrap_angle, yaw_towards
from mstation.stage.collision import Obstacles, obstacles
from mstation.stage.layout import Entrance, Layout, Mark, Vec3
from mstation.stage.stances import Floor, Stance

BODY_RADIUS_M = 0.25
APART_M = 0.85  # between two who stand
_TALK_M = 1.25  # from someone one comes up to
_BESIDE_SEAT_M = 0.46
_PASS_M = 0.75  # between middles, when one walks past another
LONG_WAY_M = 9.0  # of an entrance's way that is worth watching
_FACE_M, _CAMERA_ROOM_M = 1.5, 0.4
_REACHES_M = (0.7, 1.1, 1.5, 1.9)  # from a face, where a camera may stand
_TURNS_DEG = (0, 30, 50, 70, 90, 110, 130, 150)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """A layout with its obstacles, ready to be asked."""

    layout: Layout
    obstacles: Obstacles

    @classmethod
    def of(cls, layout: Layout) -> Places:
        """Return the places of a set."""
        return cls(layout, obstacles(layout))

    def free_marks(self, posture: str, taken: Iterable[Stance]) -> list[Mark]:
        """Return the marks of a posture that nobody uses or stands too near, in order of use."""
        others = list(taken)
        names = {stance.mark for stance in others}
        return [
            mark
            for mark in self.layout.marks
            if mark.posture == posture
            and mark.name not in names
            and all(_gap(mark.position, stance) >= _room(posture, stance) for stance in others)
        ]

    def marks_at(self, thing: str, posture: str, taken: Iterable[Stance]) -> list[Mark]:
        """Return the free marks of a posture that belong to the thing named."""
        kinds = {piece.name: f"{piece.kind} {piece.name}" for piece in self.layout.pieces}
        return [
            mark
            for mark in self.free_marks(posture, taken)
            if thing in f"{mark.name} {kinds.get(mark.piece, '')}"
        ]

    def thing_point(self, thing: str, near: Floor | None = None) -> Vec3 | None:
        """Return where one would look at the thing named (the nearest); None if not there."""
        found = [p for p in self.layout.pieces if thing in f"{p.kind} {p.name}"]
        if found:
            origin = near if near is not None else found[0].position[::2]
            piece = min(found, key=lambda p: round(math.dist(p.position[::2], origin), 3))
            x, y, z = piece.position
            return (x, y + 0.7 * piece.size[1], z)
        for wall in self.layout.walls:
            for opening in wall.openings:
                if opening.kind == thing:
                    share = (opening.start_m + opening.width_m / 2) / math.dist(
                        wall.start, wall.end
                    )
                    x, z = (a + (b - a) * share for a, b in zip(wall.start, wall.end, strict=True))
                    return (x, opening.sill_m + 0.6 * opening.height_m, z)
        for entrance in self.layout.entrances:
            if thing == "door" or thing in entrance.name:
                x, _, z = entrance.inside
                return (x, 1.4, z)
        return None

    def open_yaw(self, stance: Stance) -> float:
        """Return the nearest yaw in which there is room for a camera before a standing face.

        Where there is none all round, it is the stance's own.
        """
        turns = [sign * math.radians(turn) for turn in _TURNS_DEG for sign in (1, -1)]
        yaws = [wrap_angle(stance.yaw_rad + turn) for turn in turns]
        ahead = np.array([[forward(yaw) * reach for reach in _REACHES_M] for yaw in yaws])
        points = ahead + np.array([stance.x, _FACE_M, stance.z])
        free = self.obstacles.points_free(points.reshape(-1, 3), _CAMERA_ROOM_M)
        is_open = np.asarray(free.reshape(len(yaws), -1).all(axis=1))
        return yaws[int(is_open.argmax())] if is_open.any() and not is_open[0] else stance.yaw_rad

    def entrance_near(self, stance: Stance, thing: str = "") -> Entrance | None:
        """Return the way out that is named, else the nearest."""
        ways = [way for way in self.layout.entrances if thing and thing in way.name]
        ways = ways or list(self.layout.entrances)
        return min(ways, key=lambda way: _gap(way.inside, stance), default=None)

    def spot_near(
        self, centre: Floor, comes_from: Floor, taken: Iterable[Stance], distance_m: float = _TALK_M
    ) -> Floor:
        """Return the free spot at about this distance from a point, soonest reached."""
        others = list(taken)
        best: tuple[float, Floor] | None = None
        for grow in (1.0, 1.25, 0.85, 1.6, 2.1, 2.8):
            for turn in range(16):
                angle = turn * math.tau / 16
                x = centre[0] + grow * distance_m * math.cos(angle)
                z = centre[1] + grow * distance_m * math.sin(angle)
                if not self.obstacles.is_free(x, z, BODY_RADIUS_M + 0.05):
                    continue
                if any(_gap((x, 0.0, z), stance) < APART_M for stance in others):
                    continue
                way = round(math.dist((x, z), comes_from), 4)
                if best is None or way < best[0]:
                    best = (way, (x, z))
            if best is not None:
                return best[1]
        return comes_from

    def foot_of_seat(self, seat: Mark | Stance, taken: Iterable[Stance] = ()) -> Floor:
        """Return where one stands before sitting down there: in front, else beside."""
        x, z, yaw = _pose_of(seat)
        others = list(taken)
        front = (-math.sin(yaw), -math.cos(yaw))
        side = (math.cos(yaw), -math.sin(yaw))
        offsets = [(_BESIDE_SEAT_M, 0.0)]
        offsets += [(ahead, out) for out in (0.5, -0.5, 0.62, -0.62, 0.8, -0.8, 1.0, -1.0)
                    for ahead in (0.1, 0.35)]  # fmt: skip
        offsets += [(0.7, 0.0), (-0.62, 0.0), (-0.8, 0.0)]
        for radius in (0.2, 0.12):
            for ahead, out in offsets:
                spot = (
                    x + ahead * front[0] + out * side[0],
                    z + ahead * front[1] + out * side[1],
                )
                if self.obstacles.is_free(*spot, radius) and all(
                    _gap((spot[0], 0.0, spot[1]), other) > 0.45 for other in others
                ):
                    return spot
        return (x + _BESIDE_SEAT_M * front[0], z + _BESIDE_SEAT_M * front[1])

    def way(self, start: Floor, end: Floor, others: Iterable[Stance] = ()) -> tuple[Floor, ...]:
        """Return the corners of a walk around furniture and people, both ends included."""
        if math.dist(start, end) < 0.12:
            return ()
        path = self.obstacles.path(start, end, BODY_RADIUS_M)
        for other in others:
            path = self._around(path, other)
        kept = [path[0]]
        for point in path[1:]:
            if math.dist(point, kept[-1]) > 0.05:
                kept.append(point)
        if len(kept) > 1:
            kept[-1] = path[-1]
        return tuple(kept) if len(kept) > 1 else ()

    def _around(self, path: tuple[Floor, ...], other: Stance) -> tuple[Floor, ...]:
        """Return the way with a bend around someone who stands on it."""
        kept = [path[0]]
        for start, end in pairwise(path):
            way = (end[0] - start[0], end[1] - start[1])
            length = max(math.hypot(*way), 1e-6)
            unit = (way[0] / length, way[1] / length)
            off = (other.x - start[0], other.z - start[1])
            along = off[0] * unit[0] + off[1] * unit[1]
            aside = off[0] * -unit[1] + off[1] * unit[0]
            if abs(aside) < _PASS_M - 0.05 and 0.2 < along < length - 0.2:
                for side in (-1.0, 1.0) if aside > 0 else (1.0, -1.0):
                    by = aside + side * _PASS_M
                    x = start[0] + unit[0] * along - unit[1] * by
                    z = start[1] + unit[1] * along + unit[0] * by
                    if self.obstacles.is_free(x, z, 0.2):
                        kept.append((x, z))
                        break
            kept.append(end)
        return tuple(kept)

    def way_in(
        self, entrance: Entrance, end: Floor, others: Iterable[Stance] = ()
    ) -> tuple[Floor, ...]:
        """Return the walk from out of sight to a spot."""
        outside, inside = _flat(entrance.outside), _flat(entrance.inside)
        return self._through(outside, inside, end, others)

    def way_out(
        self, start: Floor, entrance: Entrance, others: Iterable[Stance] = ()
    ) -> tuple[Floor, ...]:
        """Return the walk out of sight, ended early when it is long."""
        outside, inside = _flat(entrance.outside), _flat(entrance.inside)
        path = self._through(outside, inside, start, others)
        return last_part(path, LONG_WAY_M)[::-1]

    def _through(
        self, outside: Floor, inside: Floor, end: Floor, others: Iterable[Stance]
    ) -> tuple[Floor, ...]:
        people = list(others)
        first = self.way(outside, inside, people) or (outside, inside)
        return first + (self.way(inside, end, people)[1:] or (end,))


def last_part(path: tuple[Floor, ...], length_m: float) -> tuple[Floor, ...]:
    """Return the last metres of a way, all of it when it is no longer."""
    kept = [path[-1]]
    left = length_m
    for point in path[-2::-1]:
        step = math.dist(point, kept[-1])
        if step >= left:
            share = left / step
            x, z = kept[-1]
            kept.append((x + (point[0] - x) * share, z + (point[1] - z) * share))
            break
        kept.append(point)
        left -= step
    return tuple(kept[::-1])


def facing(origin: Floor, target: Floor) -> float:
    """Return the yaw in which someone at one spot faces another."""
    return yaw_towards(np.array([origin[0], 0, origin[1]]), np.array([target[0], 0, target[1]]))


def _flat(point: Vec3) -> Floor:
    return (point[0], point[2])


def _gap(point: Vec3, stance: Stance) -> float:
    return math.hypot(point[0] - stance.x, point[2] - stance.z)


def _room(posture: str, other: Stance) -> float:
    """Return how near a place may be to someone: on the bed of one who lies is allowed."""
    if posture == "sit":
        return {"sit": 0.45, "lie": 0.15}.get(other.posture, 0.75)
    return 0.75


def _pose_of(seat: Mark | Stance) -> tuple[float, float, float]:
    if isinstance(seat, Mark):
        return (seat.position[0], seat.position[2], seat.yaw_rad)
    return (seat.x, seat.z, seat.yaw_rad)

"""A way on the floor in, planted footfalls out: walking, running, turning on the spot."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from mstation.space import wrap_angle
from mstation.stage.channels import Array, Measures
from mstation.stage.stances import Floor, Tread

WALK_M_S, RUN_M_S = 1.25, 2.7
_BRISK_M_S, _LONG_S = 1.65, 5.0  # who has far to go walks faster, up to this
_CORNER_M = 0.35  # how far before a corner the way begins to bend
_TURN_STEP_S = 0.32
_TURN_ON_SPOT = math.radians(50)
_SHUFFLE_M, _SHUFFLE_TURN, _SHUFFLE_M_S = 0.75, math.radians(100), 0.8
_RISER_M, _TREAD_M, LEAST_RISE_M = 0.18, 0.29, 0.04  # of plain steps
_EDGE_M = 0.16  # of a tread: so far from its edge an ankle stands
_STAIR_S = 0.56  # for a step up or down
FLIGHT = 0.36  # of a running step: both feet are off the floor for so long
_NARROW = 0.85  # of the hips: a runner's feet fall almost on one line
_CLOSES = 0.85  # of vigour: a running step with less only closes the feet
_EASE_M = 0.6  # the last of a way, in which the body turns to where it will face


@dataclass(frozen=True, slots=True)
class Footfall:
    """One foot's flight from where it stood to where it stands next."""

    side: str
    start_s: float
    end_s: float
    x: float
    z: float
    yaw: float
    vigour: float  # 0 a shuffle … 1 a full walking step … more when running
    follows: bool  # whether the body was already under way before it
    y: float = 0.0  # how high the floor is where it lands


@dataclass(frozen=True, slots=True)
class Stride:
    """How a body goes along its way: footfalls, and where the body is at some times."""

    footfalls: tuple[Footfall, ...]
    times_s: Array  # (keys,)
    places: Array  # (keys, 2): x, z
    speeds: Array  # (keys, 2): metres a second there
    yaw_times_s: Array
    yaws: Array
    is_running: bool
    heights: Array  # (keys,): of the floor under the body

    @property
    def end_s(self) -> float:
        """When the last foot is down."""
        return float(self.times_s[-1])


def way_length(path: tuple[Floor, ...]) -> float:
    """Return the length of a way on the floor, metres."""
    return float(sum(math.dist(a, b) for a, b in itertools.pairwise(path)))


def stride(
    path: tuple[Floor, ...],
    yaw_before: float,
    yaw_after: float,
    measures: Measures,
    *,
    start_s: float = 0.0,
    is_running: bool = False,
    pace_m_s: float = 0.0,
    floor_m: float = 0.0,
    treads: tuple[Tread, ...] = (),
) -> Stride:
    """Return the footfalls that take a body along a way, turned as it must be at both ends.

    A step or two aside or back is taken as one stands, without turning into it.
    """
    plan = _Plan(path[0], yaw_before, measures, start_s, is_running, floor_m, treads)
    plan.pace_m_s = pace_m_s or own_pace(way_length(path), is_running=is_running)
    points = _rounded(path)
    if way_length(path) < _SHUFFLE_M and abs(wrap_angle(yaw_after - yaw_before)) < _SHUFFLE_TURN:
        plan.shuffle(points, yaw_after)
        return plan.done()
    heading_first = _heading(points[0], points[1])
    heading_last = _heading(points[-2], points[-1])
    if abs(wrap_angle(heading_first - plan.yaw)) > _TURN_ON_SPOT:
        plan.turn(heading_first)
    eases = abs(wrap_angle(yaw_after - heading_last)) <= _TURN_ON_SPOT
    plan.walk(points, yaw_after if eases else None)
    if not eases:
        plan.turn(yaw_after)
    return plan.done()


def own_pace(length_m: float, *, is_running: bool = False) -> float:
    """Return how fast someone goes who has this far to go, metres a second."""
    if is_running:
        return RUN_M_S
    return float(np.clip(length_m / _LONG_S, WALK_M_S, _BRISK_M_S))


def turn_on_spot(
    place: Floor,
    yaw_before: float,
    yaw_after: float,
    measures: Measures,
    *,
    start_s: float = 0.0,
    floor_m: float = 0.0,
) -> Stride:
    """Return the footfalls of a turn without leaving one's place."""
    plan = _Plan(place, yaw_before, measures, start_s, False, floor_m, ())
    plan.turn(yaw_after)
    return plan.done()


class _Plan:
    """A stride being laid out step by step."""

    def __init__(
        self,
        place: Floor,
        yaw: float,
        measures: Measures,
        start_s: float,
        is_running: bool,
        floor_m: float,
        treads: tuple[Tread, ...],
    ) -> None:
        self.place, self.yaw, self.now = np.array(place), yaw, start_s
        self.measures, self.is_running = measures, is_running
        self.falls: list[Footfall] = []
        self.floor_m, self.treads = floor_m, treads
        self.keys = [(start_s, self.place, np.zeros(2), floor_m)]
        self.yaw_keys = [(start_s, yaw)]
        self.pace_m_s = WALK_M_S

    def turn(self, yaw_after: float) -> None:
        by = wrap_angle(yaw_after - self.yaw)
        steps = 2 if abs(by) < math.radians(100) else 4
        first = "l" if by > 0 else "r"  # the inner foot opens the turn
        other = "r" if first == "l" else "l"
        for step in range(steps):
            share = min(1.0, (step + 1) / max(1, steps - 1))
            end = self.now + _TURN_STEP_S
            self._fall((first, other)[step % 2], end, self.place, self.yaw + by * share, 0.45)
            self.now = end
        self.yaw += by
        self.yaw_keys.append((self.now, self.yaw))
        self.keys.append((self.now, self.place, np.zeros(2), self.floor_m))

    def walk(self, points: Array, yaw_after: float | None) -> None:
        along = _along(points)
        self._go(points, along, _headings(points, along, self.yaw, yaw_after))

    def shuffle(self, points: Array, yaw_after: float) -> None:
        along = _along(points)
        by = wrap_angle(yaw_after - self.yaw)
        self.pace_m_s = _SHUFFLE_M_S
        self._go(points, along, self.yaw + by * smooth(along / along[-1]))

    def _go(self, points: Array, along: Array, headings: Array) -> None:
        length, speed = float(along[-1]), self.pace_m_s
        reach = self.measures.stride * (1.35 if self.is_running else speed / WALK_M_S) ** 0.5
        reach = reach * (1.16 if self.is_running else 1.0)
        steps = max(1, math.ceil(length / reach - 0.12))  # whole steps; one more closes the feet
        one_s = float(np.clip(length / steps / speed, 0.27 if self.is_running else 0.38, 0.7))
        vigour = length / steps / reach * (1.5 if self.is_running else 1.0)
        ends = [length * step / steps for step in range(1, steps + 1)]
        ends = _on_treads(ends, self.treads) if self.treads else ends
        started = self.now
        first = "r" if headings[0] <= self.yaw else "l"
        other = "l" if first == "r" else "r"
        times, bodies, floors, before, low = [started], [0.0], [self.floor_m], 0.0, self.floor_m
        for step, at in enumerate([*ends, length], start=1):
            spot, yaw = _at(points, along, headings, min(1.0, at / length))
            closing, floor = step > len(ends), self._floor_at(at)
            end = self.now + (max(one_s, _STAIR_S) if floor != low else one_s)
            self.floor_m = floor
            self._fall(
                first if step % 2 else other, end, spot, yaw, vigour * (0.5 if closing else 1)
            )
            self.now = end
            times.append(end)
            bodies.append(length if closing else 0.5 * (before + at))
            floors.append(floor if closing else 0.5 * (low + floor))
            before, low = at, floor
        self._pass(points, along, times, bodies, floors)
        fine = np.linspace(started, self.now, 4 * (len(ends) + 1) + 1)[1:]
        yaws = np.interp(np.interp(fine, times, bodies), along, headings)
        self.yaw_keys += zip(fine.tolist(), yaws.tolist(), strict=True)
        self.yaw, self.place = float(headings[-1]), points[-1]

    def _floor_at(self, at_m: float) -> float:
        """Return how high the floor is at so many metres of the way."""
        return next((height for start, height in self.treads[::-1] if at_m >= start), self.floor_m)

    def _pass(
        self,
        points: Array,
        along: Array,
        times: list[float],
        bodies: list[float],
        floors: list[float],
    ) -> None:
        """Let the body pass between its feet: halfway along each step when the step ends."""
        length, last = float(along[-1]), len(times) - 1
        for key in range(1, last + 1):
            share = bodies[key] / length
            spot, way = _at(points, along, along, share)[0], np.zeros(2)
            if key < last:
                near = min(1.0, share + 0.01), max(0.0, share - 0.01)
                ahead, back = (_at(points, along, along, at)[0] for at in near)
                way = (ahead - back) / max(float(np.hypot(*(ahead - back))), 1e-9)
                span_s = times[key + 1] - times[key - 1]
                pace = (bodies[key + 1] - bodies[key - 1]) / span_s if self.treads else 0.0
                rate = length / (last - 1) / (times[key] - times[key - 1])
                way = way * (pace or rate)
            self.keys.append((times[key], spot, way, floors[key]))

    def _fall(self, side: str, end: float, spot: Array, yaw: float, vigour: float) -> None:
        sign = 1.0 if side == "r" else -1.0
        runs = self.is_running and vigour > _CLOSES
        out = sign * (_NARROW if runs else 1.22) * self.measures.hip_half
        early = FLIGHT * (end - self.now) if runs and self.falls else 0.0
        toe_out = sign * math.radians(9.0)
        self.falls.append(
            Footfall(
                side,
                self.now - early,
                end,
                float(spot[0] + out * math.cos(yaw)),
                float(spot[1] - out * math.sin(yaw)),
                yaw - toe_out,
                vigour,
                len(self.falls) > 1 and vigour > 0.5,
                self.floor_m,
            )
        )

    def done(self) -> Stride:
        times, places, speeds, heights = zip(*self.keys, strict=True)
        yaw_times, yaws = zip(*self.yaw_keys, strict=True)
        return Stride(
            tuple(self.falls),
            np.array(times),
            np.array(places),
            np.array(speeds),
            np.array(yaw_times),
            np.array(yaws),
            self.is_running,
            np.array(heights),
        )


def _on_treads(ends: list[float], treads: tuple[Tread, ...]) -> list[float]:
    """Return where steps end when each tread takes one foot, and none stands on an edge."""
    first, last = treads[0][0], treads[-1][0]
    middles = [0.5 * (a[0] + b[0]) for a, b in itertools.pairwise(treads)]
    before = [at for at in ends if at < first - _EDGE_M]
    if not before or before[-1] < first - 2 * _EDGE_M:
        before.append(max(first - _EDGE_M, 0.05))
    after = [at for at in ends if at > last + 2.5 * _EDGE_M]
    return [*before, *middles, last + _EDGE_M, *(after or ends[-1:])]


def flight(before_m: float, after_m: float, length_m: float) -> tuple[Tread, ...]:
    """Return the treads of plain steps at the higher end of a way between two floors."""
    by = after_m - before_m
    if abs(by) < LEAST_RISE_M:
        return ()
    count = math.ceil(abs(by) / _RISER_M)
    deep = min(_TREAD_M, (length_m - 0.8) / count) if length_m > 1.0 else length_m / (count + 2)
    start = length_m - 0.4 - deep * count if by > 0 else 0.4
    start = max(start, 0.2 * length_m)
    return tuple((start + deep * k, before_m + by * (k + 1) / count) for k in range(count))


def _at(points: Array, along: Array, yaws: Array, share: float) -> tuple[Array, float]:
    """Return the spot and the yaw at a share of the way."""
    at = share * float(along[-1])
    spot = np.array([np.interp(at, along, points[:, k]) for k in (0, 1)])
    return spot, float(np.interp(at, along, yaws))


def _along(points: Array) -> Array:
    """Return how far along the way each point is, metres."""
    out: Array = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    return out


def _heading(start: Array, end: Array) -> float:
    return math.atan2(start[0] - end[0], start[1] - end[1])


def _rounded(path: tuple[Floor, ...]) -> Array:
    """Return the way with its corners rounded, a point every 5 cm."""
    points = [np.array(point, float) for point in path]
    bent = [points[0]]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        back, ahead = before - corner, after - corner
        cut = min(_CORNER_M, 0.45 * float(np.hypot(*back)), 0.45 * float(np.hypot(*ahead)))
        start = corner + cut * back / max(float(np.hypot(*back)), 1e-9)
        end = corner + cut * ahead / max(float(np.hypot(*ahead)), 1e-9)
        for share in np.linspace(0.0, 1.0, 7):
            bent.append(
                (1 - share) ** 2 * start + 2 * share * (1 - share) * corner + share**2 * end
            )
    bent.append(points[-1])
    line = np.array(bent)
    along = _along(line)
    count = max(3, int(along[-1] / 0.05) + 1)
    at = np.linspace(0.0, along[-1], count)
    return np.column_stack([np.interp(at, along, line[:, k]) for k in (0, 1)])


def _headings(points: Array, along: Array, yaw_before: float, yaw_after: float | None) -> Array:
    """Return the body's yaw at each point of the way: ahead, eased in and out at the ends."""
    steps = np.diff(points, axis=0)
    raw = np.arctan2(-steps[:, 0], -steps[:, 1])
    raw = np.unwrap(np.append(raw, raw[-1]))
    raw += 2 * np.pi * np.round((yaw_before - raw[0]) / (2 * np.pi))
    width = min(9, len(raw))
    padded = np.pad(raw, width // 2, mode="edge")
    heading: Array = np.convolve(padded, np.ones(width) / width, mode="valid")[: len(raw)]
    length = float(along[-1])
    ease = min(_EASE_M, 0.45 * length)
    begin = smooth(1.0 - along / ease)
    heading = heading + (yaw_before - heading[0]) * begin
    if yaw_after is not None:
        last = heading[-1] + wrap_angle(yaw_after - heading[-1])
        heading = heading + (last - heading[-1]) * smooth(1.0 - (length - along) / ease)
    return heading


def smooth(share: Array) -> Array:
    """Return shares eased at both ends; below 0 is 0 and above 1 is 1."""
    x = np.clip(share, 0.0, 1.0)
    out: Array = x * x * x * (x * (6 * x - 15) + 10)
    return out

"""A framing and a move's name in, the camera's way out, as keys: each by its definition.

Moves of the lens, of the head and of the dolly are apart: a zoom stays where it is, a pan and a
tilt turn on the spot, a truck and a pedestal keep their heading, an arc keeps its distance.

Source: reference sheet of cinematography, section 4: definitions, speeds, easing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from mstation.shots.grammar import grammar
from mstation.shots.shot import CameraKey, Move
from mstation.shots.takes import eased
from mstation.space import Array, Sensor
from mstation.stage.layout import Vec3
from mstation.timebase import FrameRate

_TOP = 0.8  # a move's mean speed against its greatest: it gains and loses speed at its ends
_KEY_EVERY = 8  # frames between the keys of a way that bends
_LEAST_M, _LEAST_RAD, _LEAST_ZOOM = 0.10, math.radians(0.5), 0.05
_ARC_LEAST_RAD, _ARC_MOST_RAD = math.radians(11.0), math.radians(24.0)
_PEDESTAL_RAD = math.radians(5.0)
_SLIDE = 0.14  # of the frame's width that people may slide through it
_SWEEP_RAD, _RISE_RAD = math.radians(18.0), math.radians(8.0)  # over a place without people
_STIR = 0.045  # of the frame that a head may turn with people in it
_CRANE_UP, _CRANE_BACK = 0.6, 0.8
_DOLLY_ZOOM = 0.22  # of the distance


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """The framing that a move is made of, and the time it has.

    anchor  # (3,) what it goes round: the eyes of its people, or what it aims at
    crown_y is how far the highest crown is below the upper edge, of the frame's height.
    """

    key: CameraKey
    anchor: Array
    crown_y: float
    frames: int
    rate: FrameRate
    sensor: Sensor
    has_people: bool

    @property
    def hold(self) -> int:
        """Return for how many frames the camera rests at either end."""
        return self.rate.frames_ceil(grammar().moves["still_s"])

    @property
    def seconds(self) -> float:
        """Return how long there is to move."""
        return max(self.rate.seconds(self.frames - 2 * self.hold), 0.0)

    @property
    def position(self) -> Array:
        """Where the camera is."""
        return np.array(self.key.position)

    @property
    def target(self) -> Array:
        """What it aims at."""
        return np.array(self.key.target)

    @property
    def ahead(self) -> Array:
        """Where it looks, laid on the floor; unit."""
        way = (self.target - self.position) * np.array([1.0, 0.0, 1.0])
        return np.asarray(way / max(float(np.linalg.norm(way)), 1e-6))

    @property
    def reach(self) -> float:
        """Return how far off it aims, on the floor."""
        return float(np.hypot(*(self.target - self.position)[[0, 2]]))

    @property
    def tall_m(self) -> float:
        """Return how tall the picture is where it aims."""
        return self.reach * self.sensor.height_mm / self.key.focal_length_mm


Travel = Callable[[Start, float], tuple[CameraKey, ...]]


def keys_of(move: Move, start: Start, share: float) -> tuple[CameraKey, ...]:
    """Return a move's keys, a share of its whole length; less than 0 goes the other way.

    There are none where it would be too small to be seen.
    """
    travel = _TRAVELS.get(move)
    return travel(start, share) if travel is not None and start.seconds > 0 else ()


def _straight(
    start: Start, one: CameraKey, other: CameraKey, seconds: float
) -> tuple[CameraKey, ...]:
    """Return two keys: the move ends as long before the shot does as it rests there."""
    stop = start.frames - start.hold
    begin = max(start.hold, stop - start.rate.frames_ceil(seconds))
    return replace(one, frame=begin), replace(other, frame=stop)


def _bent(start: Start, at: Callable[[float], CameraKey]) -> tuple[CameraKey, ...]:
    """Return keys along a way that bends, eased at both ends."""
    begin, stop = start.hold, start.frames - start.hold
    count = max(3, (stop - begin) // _KEY_EVERY)
    shares = eased(np.linspace(0.0, 1.0, count + 1))
    frames = [round(begin + (stop - begin) * k / count) for k in range(count + 1)]
    return tuple(
        replace(at(float(share)), frame=frame) for share, frame in zip(shares, frames, strict=True)
    )


def _dolly(start: Start, share: float) -> tuple[CameraKey, ...]:
    """Push in; pull out with a share below nought. The crown stays where it is."""
    rules = grammar().moves
    most = min(start.seconds * rules["push_m_s"], rules["push_most_share"] * start.reach)
    length = most * share
    if abs(length) < _LEAST_M:
        return ()
    moved = start.position + length * start.ahead
    aimed = start.target + _lift(start, length / start.reach)
    other = at(start.key, moved, aimed)
    return _straight(start, start.key, other, abs(length) / rules["push_m_s"])


def _lift(start: Start, nearer: float) -> Array:
    """Return how the aim rises when the picture becomes smaller by a share, the crown staying."""
    return np.array([0.0, (0.5 - start.crown_y) * start.tall_m * nearer, 0.0])


def _pull(start: Start, share: float) -> tuple[CameraKey, ...]:
    return _dolly(start, -share)


def _truck(start: Start, share: float) -> tuple[CameraKey, ...]:
    """Slide to the right, from as far left of the framing as it ends to the right of it."""
    wide = start.tall_m * start.sensor.width_mm / start.sensor.height_mm
    most = _TOP * grammar().moves["truck_m_s"] * start.seconds
    length = min(most, (_SLIDE if start.has_people else 4 * _SLIDE) * wide) * share
    if abs(length) < _LEAST_M:
        return ()
    right = np.array([-start.ahead[2], 0.0, start.ahead[0]])
    ends = [at(start.key, start.position + side * length / 2 * right,
               start.target + side * length / 2 * right) for side in (-1, 1)]  # fmt: skip
    return _straight(start, ends[0], ends[1], start.seconds)


def _pedestal(start: Start, share: float) -> tuple[CameraKey, ...]:
    """Rise upright, aimed at the same place."""
    most = _TOP * grammar().moves["pedestal_m_s"] * start.seconds
    length = min(most, start.reach * math.tan(_PEDESTAL_RAD)) * share
    if abs(length) < _LEAST_M:
        return ()
    up = np.array([0.0, length, 0.0])
    other = at(start.key, start.position + up, start.target)
    return _straight(start, start.key, other, start.seconds)


def _crane(start: Start, share: float) -> tuple[CameraKey, ...]:
    """Rise and draw back, or sink and come nearer, over a bend; the crown stays where it is."""
    most = _TOP * grammar().moves["crane_m_s"] * start.seconds
    length = min(most, grammar().moves["push_most_share"] * start.reach / _CRANE_BACK) * share
    if abs(length) < 2 * _LEAST_M:
        return ()

    def stand(part: float) -> CameraKey:
        back = math.sin(part * math.pi / 2) * _CRANE_BACK * length
        rise = (1.0 - math.cos(part * math.pi / 2)) * _CRANE_UP * length
        moved = start.position - back * start.ahead + np.array([0.0, rise, 0.0])
        return at(start.key, moved, start.target + _lift(start, -back / start.reach))

    return _bent(start, stand)


def _arc(start: Start, share: float) -> tuple[CameraKey, ...]:
    """Go round the people, as far off all the way and aimed alike."""
    most = _TOP * math.radians(grammar().moves["arc_deg_s"]) * start.seconds
    angle = min(most, _ARC_MOST_RAD) * share
    if abs(angle) < _ARC_LEAST_RAD:
        return ()

    def stand(part: float) -> CameraKey:
        turned = [_round(p, start.anchor, part * angle) for p in (start.position, start.target)]
        return at(start.key, turned[0], turned[1])

    return _bent(start, stand)


def _pan(start: Start, share: float) -> tuple[CameraKey, ...]:
    """Turn on the spot: over a place until it is framed, or a little about people."""
    wide = math.atan(start.sensor.width_mm / (2 * start.key.focal_length_mm)) * 2
    most = _TOP * math.radians(grammar().moves["pan_deg_s"]) * start.seconds
    angle = min(most, _STIR * wide if start.has_people else _SWEEP_RAD) * share
    if abs(angle) < _LEAST_RAD:
        return ()
    begin = -angle / 2 if start.has_people else -angle

    def look(part: float) -> CameraKey:
        aimed = _round(start.target, start.position, begin + part * angle)
        return at(start.key, start.position, aimed)

    return _bent(start, look)


def _tilt(start: Start, share: float) -> tuple[CameraKey, ...]:
    """Nod on the spot: over a place until it is framed, or a little about people."""
    tall = math.atan(start.sensor.height_mm / (2 * start.key.focal_length_mm)) * 2
    most = _TOP * math.radians(grammar().moves["tilt_deg_s"]) * start.seconds
    angle = min(most, _STIR * tall if start.has_people else _RISE_RAD) * share
    if abs(angle) < _LEAST_RAD:
        return ()
    offset = start.target - start.position
    level = float(np.hypot(offset[0], offset[2]))
    pitch = math.atan2(float(offset[1]), level)
    begin = angle / 2 if start.has_people else angle

    def nod(part: float) -> CameraKey:
        rise = level * math.tan(pitch + begin - part * angle)
        aimed = np.array([start.target[0], start.position[1] + rise, start.target[2]])
        return at(start.key, start.position, aimed)

    return _bent(start, nod)


def _zoom(start: Start, share: float) -> tuple[CameraKey, ...]:
    """Make the lens longer, or shorter, on the spot; the crown stays where it is."""
    change = min(grammar().moves["zoom_share_s"] * start.seconds, 0.28) * share
    if abs(change) < _LEAST_ZOOM:
        return ()
    factor = 1.0 + change
    other = replace(start.key, focal_length_mm=round(start.key.focal_length_mm * factor, 4))
    aimed = start.target + _lift(start, 1.0 - 1.0 / factor)
    return _straight(start, start.key, at(other, start.position, aimed), start.seconds)


def _dolly_zoom(start: Start, share: float) -> tuple[CameraKey, ...]:
    """Draw back as the lens gets longer: who is aimed at keeps his size, the rest does not."""
    most = _TOP * grammar().moves["dolly_zoom_m_s"] * start.seconds
    length = min(most, _DOLLY_ZOOM * start.reach) * share
    if abs(length) < _LEAST_M:
        return ()
    factor = (start.reach + length) / start.reach
    other = replace(start.key, focal_length_mm=round(start.key.focal_length_mm * factor, 4))
    moved = start.position - length * start.ahead
    return _straight(start, start.key, at(other, moved, start.target), start.seconds)


_TRAVELS: dict[Move, Travel] = {
    Move.PUSH_IN: _dolly,
    Move.PULL_OUT: _pull,
    Move.TRUCK: _truck,
    Move.PEDESTAL: _pedestal,
    Move.CRANE: _crane,
    Move.ARC: _arc,
    Move.PAN: _pan,
    Move.TILT: _tilt,
    Move.ZOOM: _zoom,
    Move.DOLLY_ZOOM: _dolly_zoom,
}


def _round(point: Array, centre: Array, angle: float) -> Array:
    """Return a point turned about an upright through a centre, counter-clockwise from above."""
    x, z = point[0] - centre[0], point[2] - centre[2]
    cos, sin = math.cos(angle), math.sin(angle)
    return np.array([centre[0] + cos * x + sin * z, point[1], centre[2] + cos * z - sin * x])


def at(key: CameraKey, position: Array, target: Array) -> CameraKey:
    """Return a key elsewhere, rounded to a hundredth of a millimetre."""
    return replace(key, position=_vec(position), target=_vec(target))


def _vec(point: Array) -> Vec3:
    x, y, z = (round(float(value), 5) for value in point)
    return (x, y, z)

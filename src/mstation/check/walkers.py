"""A scene in, walks that go on over a cut out: which way they go on the screen on both sides.

Source: reference sheet of cinematography, section 5 (screen direction) and check 10.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mstation.check.figure import pictured
from mstation.check.film import Flags, Index, Person, Scene, Shot
from mstation.check.geometry import camera_position, head_of, heads_seen
from mstation.space import Array
from mstation.timebase import FrameRate

_WALK_M_S = 0.5  # slower than this nobody is on the way anywhere
_REACH_S = 0.25  # the pace is a mean over this long before and after
_NEUTRAL = math.sin(math.radians(15.0))  # who walks nearer to the lens's line has no direction
_TURNED_RAD = math.radians(60.0)  # who has turned this far walks another way
_SAMPLE_S = 0.125

Way = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Passage:
    """One person's walk from one shot into a later one, and its ways on the screen."""

    name: str
    before: Shot
    after: Shot
    way: Way
    way_after: Way
    has_left: bool  # out of the frame before the cut


def passages_of(scene: Scene, rate: FrameRate) -> Iterator[Passage]:
    """Yield every walk of a scene that has a way on the screen before and after a cut."""
    for index, before in enumerate(scene.shots[:-1]):
        last = before.frames - 1
        seen = heads_seen(scene, before, last)
        for name, person in scene.people.items():
            frame = last if name in seen else _leaves_at(scene, before, name, rate)
            way = None if frame is None else _way(person, before, frame, rate)
            if frame is None or way is None:
                continue
            later = scene.shots[index + 1 : index + 2 if name in seen else None]
            met = _next_seen(scene, later, name, rate)
            if met is None:
                continue
            after, then = met
            start, end = before.first_frame + frame, after.first_frame + then
            way_after = _way(person, after, then, rate)
            if way_after and _walks_on(person, start, end, rate):
                yield Passage(name, before, after, way, way_after, name not in seen)


def passages_between(one: Scene, other: Scene, rate: FrameRate) -> Iterator[Passage]:
    """Yield who walks out of the last shot of a scene and is walking when the next one begins."""
    if not one.shots or not other.shots:
        return
    before, after = one.shots[-1], other.shots[0]
    for name in sorted(one.people.keys() & other.people.keys()):
        left = _in_frame(one.people[name], before)
        met = _in_frame(other.people[name], after)
        if not len(left) or not len(met):
            continue
        way = _way(one.people[name], before, int(left[-1]), rate)
        way_after = _way(other.people[name], after, int(met[0]), rate)
        if way and way_after:
            yield Passage(name, before, after, way, way_after, has_left=True)


def _in_frame(person: Person, shot: Shot) -> Index:
    """Return the frames of a shot at which somebody's head is seen in it."""
    frames = np.arange(shot.frames)
    _, inside = _heads(person, shot, frames)
    return np.flatnonzero(inside & person.present[shot.first_frame : shot.end_frame])


def _leaves_at(scene: Scene, shot: Shot, name: str, rate: FrameRate) -> int | None:
    """Return the last frame at which somebody is in a frame that they walk out of sideways."""
    person, frames = scene.people[name], np.arange(shot.frames)
    if not person.present[shot.first_frame : shot.end_frame].all():
        return None
    places, inside = _heads(person, shot, frames)
    within = np.flatnonzero(inside)
    if not len(within) or within[-1] == frames[-1]:
        return None
    last = int(within[-1])
    x = float(places[last + 1, 0])
    way = _way(person, shot, last, rate)
    return last if (way == "right" and x > 1) or (way == "left" and x < 0) else None


def _heads(person: Person, shot: Shot, frames: Index) -> tuple[Array, Flags]:
    """Return where somebody's head is in a shot, (n, 3), and whether it is within the frame."""
    now = shot.first_frame + frames
    eyes = (person.joint("LeftEye")[now] + person.joint("RightEye")[now]) / 2
    places = pictured(shot, frames, eyes)
    inside = (places[:, 2] > 0) & ((places[:, :2] >= 0) & (places[:, :2] <= 1)).all(axis=1)
    return places, inside


def _next_seen(
    scene: Scene, shots: tuple[Shot, ...], name: str, rate: FrameRate
) -> tuple[Shot, int] | None:
    """Return the next shot that shows somebody, and the first frame at which it does."""
    step = max(1, round(_SAMPLE_S * float(rate.fraction)))
    person = scene.people[name]
    for shot in shots:
        seen = [frame for frame in _in_frame(person, shot) if frame % step == 0]
        if seen:
            return shot, int(seen[0])
    return None


def pace(person: Person, frame: int, rate: FrameRate) -> Array:
    """Return how somebody's hips go over the floor at a frame of the scene, (3,) in m/s."""
    reach = max(1, round(_REACH_S * float(rate.fraction)))
    first, last = max(frame - reach, 0), min(frame + reach, len(person.present) - 1)
    hips = person.joint("Hips")
    moved = (hips[last] - hips[first]) / max(last - first, 1) * float(rate.fraction)
    return np.array([moved[0], 0.0, moved[2]])


def _way(person: Person, shot: Shot, frame: int, rate: FrameRate) -> Way | None:
    """Return which way somebody walks on the screen; None: they stand, come or go straight."""
    now = shot.first_frame + frame
    going = pace(person, now, rate)
    speed = float(np.linalg.norm(going))
    if speed < _WALK_M_S:
        return None
    sight = head_of(person, now) - camera_position(shot, frame)
    right = np.array([-sight[2], 0.0, sight[0]])
    across = float(going @ right) / (speed * max(float(np.linalg.norm(right)), 1e-9))
    if abs(across) < _NEUTRAL:
        return None
    return "right" if across > 0 else "left"


def _walks_on(person: Person, first: int, end: int, rate: FrameRate) -> bool:
    """Return whether somebody walks from one frame to another without a stop or a turn."""
    if not person.present[first : end + 1].all():
        return False
    step = max(1, round(_SAMPLE_S * float(rate.fraction)))
    begun = pace(person, first, rate)
    for frame in [*range(first, end, step), end]:
        now = pace(person, frame, rate)
        speeds = float(np.linalg.norm(begun)) * float(np.linalg.norm(now))
        if np.linalg.norm(now) < _WALK_M_S or begun @ now < math.cos(_TURNED_RAD) * speeds:
            return False
    return True

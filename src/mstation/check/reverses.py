"""A scene in, its reverses out: two shots, one of each of two people who look at each other.

A shot is somebody's when it is no wider than a medium long shot and theirs is the one face that
it shows; the partner's back may stand well in the foreground. Which way a face looks is read over
the first second of its shot.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mstation.check.film import Person, Scene, Shot
from mstation.check.geometry import (
    SIZES,
    angle_between,
    camera_position,
    faces_seen,
    head_of,
    heads_seen,
    is_any_in_frame,
    principal,
    prominence,
    step_of_size,
    whole_heads,
)
from mstation.check.lines import (
    TURNED_RAD,
    bearing,
    pair_of,
    side_of,
    someone_came_or_went,
)
from mstation.space import Array

_AT_PARTNER_RAD = math.radians(40.0)  # a face this near to the partner looks at them
_TIED_RAD = math.radians(4.0)  # a face this little nearer to another looks at either
_WIDEST_STEP = SIZES.index("MLS") - 0.5  # a wider view is of a place, not of a face
_BESIDE = 1 / 3  # of the principal's prominence: less is a face in the background
_FOREGROUND = 0.8  # of the principal's depth: a whole head further off than this is of the shot
_FRONTAL_RAD = math.radians(3.0)  # a face this near to the lens looks to no side
_SHOULDERS = ("HeadTop", "Head", "LeftShoulder", "RightShoulder")  # of whom a shot is over
_LEAST_LOOK = 0.2  # the level part of a mean look that still has a direction


@dataclass(frozen=True, slots=True)
class Gaze:
    """How a face looks past the lens: the angle in radians, and the way on the screen.

    The way is +1 to the right of the frame, −1 to the left, 0 into the lens. It is 0 too where
    face and partner lie on either side of the lens, for eyes go further than heads.
    """

    angle: float
    way: int


@dataclass(frozen=True, slots=True)
class Reverse:
    """Two shots of a scene, by their places in it, of two who look at each other.

    `look` and `answer` are how either looks.
    """

    first: int
    second: int
    one: str
    other: str
    look: Gaze
    answer: Gaze


def whose_single(scene: Scene, shot: Shot, frame: int) -> str:
    """Return the one person whose face a shot shows at a frame; empty for none or several."""
    drawn = prominence(scene, shot, frame)
    name = principal(scene, shot, frame)
    if not name or step_of_size(scene, shot, frame, name) < _WIDEST_STEP:
        return ""
    faces = {other: drawn[other] for other in faces_seen(scene, shot, frame)}
    if name not in faces:
        return ""
    others = [weight for other, weight in faces.items() if other != name]
    if max(others, default=0.0) >= _BESIDE * faces[name]:
        return ""
    depths = {other: seen[2] for other, seen in heads_seen(scene, shot, frame).items()}
    beside = whole_heads(scene, shot, frame) - {name}
    nearest = _FOREGROUND * depths[name]
    return "" if any(nearest < depths[other] <= depths[name] for other in beside) else name


def reverses_of(scene: Scene, second: int) -> tuple[Reverse, ...]:
    """Return the reverses of a scene, at most one shot apart; `second` is a second in frames."""
    singles = [whose_single(scene, shot, 0) for shot in scene.shots]
    found = []
    for first in range(len(singles)):
        for then in (first + 1, first + 2):
            if then >= len(singles):
                continue
            one, other = singles[first], singles[then]
            between = singles[first + 1 : then]
            if not one or not other or one == other or one in between or other in between:
                continue
            if not _is_one_epoch(scene, first, then, (one, other)):
                continue
            look = _gaze_at(scene, scene.shots[first], one, other, second)
            answer = _gaze_at(scene, scene.shots[then], other, one, second)
            if look is not None and answer is not None:
                found.append(Reverse(first, then, one, other, look, answer))
    return tuple(found)


def _is_one_epoch(scene: Scene, first: int, then: int, names: tuple[str, str]) -> bool:
    """Return whether nothing between the starts of two shots lets the looks turn about.

    The line stays, nobody comes or goes, no camera travels over it, and a shot between that
    shows either of the two is on the same side.
    """
    pair = pair_of(*names)
    starts = scene.shots[first].first_frame, scene.shots[then].first_frame
    people = [scene.people[name] for name in pair]
    if not all(person.present[frame] for person in people for frame in starts):
        return False
    lines = [bearing(head_of(people[0], frame), head_of(people[1], frame)) for frame in starts]
    if angle_between(lines[0], lines[1]) > TURNED_RAD or someone_came_or_went(scene, *starts):
        return False
    for index in range(first, then + 1):
        shot = scene.shots[index]
        if index > first and "axis" in shot.declared:
            return False
        sides = {_side(scene, shot, pair, frame) for frame in (0, shot.frames - 1)}
        shows = any(name in heads_seen(scene, shot, 0) for name in pair)
        if first < index < then and shows and 0 in sides:
            return False
        if len(sides - {0}) > 1:
            return False
    return True


def is_alike_over(scene: Scene, reverse: Reverse) -> bool:
    """Return whether both shots of a reverse are over a shoulder, or neither is.

    Over a shoulder, looks run nearer to the lens: such a shot mirrors another such.
    """
    before, after = scene.shots[reverse.first], scene.shots[reverse.second]
    return _is_over(scene, before, before.frames - 1, reverse.other) == _is_over(
        scene, after, 0, reverse.one
    )


def _is_over(scene: Scene, shot: Shot, frame: int, partner: str) -> bool:
    """Return whether a shot of somebody is over the partner's shoulder."""
    joints = np.array(
        [scene.people[partner].joint(name)[shot.first_frame + frame] for name in _SHOULDERS]
    )
    return is_any_in_frame(shot, frame, joints)


def _side(scene: Scene, shot: Shot, pair: tuple[str, str], frame: int) -> int:
    now = shot.first_frame + frame
    heads = [head_of(scene.people[name], now) for name in pair]
    return side_of(heads[0], heads[1], camera_position(shot, frame))


def _gaze_at(scene: Scene, shot: Shot, name: str, partner: str, second: int) -> Gaze | None:
    """Return how somebody looks off the lens; None where they look at nobody, or another."""
    person = scene.people[name]
    look = mean_look(person, shot.first_frame, min(shot.first_frame + second, shot.end_frame))
    if look is None:
        return None
    head = head_of(person, shot.first_frame)
    others = [other for other in scene.there(shot.first_frame) if other != name]
    off = {other: _off(look, head_of(scene.people[other], shot.first_frame) - head)
           for other in others}  # fmt: skip
    if off[partner] > _AT_PARTNER_RAD or off[partner] > min(off.values()) + _TIED_RAD:
        return None
    towards = head_of(scene.people[partner], shot.first_frame) - head
    to_camera = camera_position(shot, 0) - head
    gaze = gaze_off_lens(look, to_camera)
    if abs(gaze) < _FRONTAL_RAD or gaze * gaze_off_lens(towards, to_camera) < 0:
        return Gaze(abs(gaze), 0)
    return Gaze(abs(gaze), 1 if gaze > 0 else -1)


def _off(look: Array, towards: Array) -> float:
    """Return the level angle between a look and the way to somebody, 0 to π."""
    return angle_between(math.atan2(towards[0], towards[2]), math.atan2(look[0], look[2]))


def mean_look(person: Person, first: int, end: int) -> Array | None:
    """Return the mean direction of a face over some frames, (3,); None where it has none."""
    look = np.asarray(person.facing[first:end].mean(axis=0), float)
    return look if math.hypot(look[0], look[2]) > _LEAST_LOOK else None


def gaze_off_lens(look: Array, to_camera: Array) -> float:
    """Return the level angle between a look and the lens; more than nought: to frame right."""
    off = math.atan2(look[0], look[2]) - math.atan2(to_camera[0], to_camera[2])
    return math.remainder(off, 2 * math.pi)

"""A chosen shot in, its camera keys out: still, or moved for a reason and within bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from mstation.shots.axis import Epoch
from mstation.shots.choose import Choice
from mstation.shots.coverage import Setup
from mstation.shots.cutting import Segment
from mstation.shots.details import levelling_roll
from mstation.shots.following import cameras_at
from mstation.shots.grammar import STEP, grammar
from mstation.shots.rows import PAN, Rows
from mstation.shots.shot import CameraKey, Move, Role, Size
from mstation.shots.taken import Ground, Taken
from mstation.space import Array
from mstation.stage.layout import Vec3
from mstation.timebase import FrameRate

_KEY_EVERY = 12  # frames between the keys of a following camera
_LEAST_PUSH_S = 4.5
_LEAST_MOVE_M = 0.12
_TIGHT_PUSH = (STEP[Size.MS], STEP[Size.CU])
_PATH_SAMPLES = 6


@dataclass(frozen=True, slots=True)
class Moved:
    """What the camera does in a shot; the keys' frames count from the shot's start."""

    move: Move
    keys: tuple[CameraKey, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """What a move is made of beside the shot itself."""

    rows: Rows
    taken: Taken
    ground: Ground
    rate: FrameRate
    epochs: list[Epoch]


def move_of(
    setup: Setup, run: tuple[Segment, ...], choice: Choice, context: Context, *, is_last: bool
) -> Moved:
    """Return the shot's move: still, unless something in it asks for more."""
    first, end = run[0].first_frame, run[-1].end_frame
    if setup.follow:
        return _followed(setup, choice.row, first, end, context)
    cameras, row = context.taken.cameras, choice.row
    start = key_at(0, cameras.position[row], cameras.target[row], float(cameras.lens_mm[row]))
    if setup.prop >= 0:
        back = cameras.position[row] - cameras.target[row]
        back = back / np.linalg.norm(back)
        roll = levelling_roll(setup, context.epochs[setup.point], context.ground, back)
        return Moved(Move.STATIC, (replace(start, roll_rad=round(roll, 5)),))
    seconds = context.rate.seconds(end - first)
    crown = _crown_y(setup, row, context)
    is_quiet = not any(segment.movers for segment in run)
    if is_quiet and seconds >= _LEAST_PUSH_S:
        if is_last and (setup.family in ("group", "place") or setup.role is Role.SINGLE):
            return _dollied(start, first, end, context, Move.PULL_OUT, crown)
        if _deserves_push(setup, run, int(context.taken.step[row]), seconds):
            return _dollied(start, first, end, context, Move.PUSH_IN, crown)
    return Moved(Move.STATIC, (start,))


def _deserves_push(setup: Setup, run: tuple[Segment, ...], step: int, seconds: float) -> bool:
    """Return whether the moment asks to come nearer: a place opens, a long thought, a peak."""
    if setup.role is Role.ESTABLISHING:
        return True
    if setup.family != "single" or not _TIGHT_PUSH[0] <= step <= _TIGHT_PUSH[1]:
        return False
    beats = {segment.beat for segment in run}
    wanted = all(segment.wants[setup.principal] >= 0.99 for segment in run)
    return len(beats) == 1 and wanted and (seconds > _LEAST_PUSH_S + 0.5 or run[0].is_peak)


def _dollied(
    start: CameraKey, first: int, end: int, context: Context, move: Move, crown_y: float
) -> Moved:
    """Return a slow straight move in or out, as far as its speed and the set allow."""
    rules, rate = grammar().moves, context.rate
    hold = rate.frames_ceil(rules["still_s"])
    position, target = np.array(start.position), np.array(start.target)
    way = target - position
    reach = float(np.hypot(way[0], way[2]))
    level = np.array([way[0], 0.0, way[2]]) / max(reach, 1e-6)
    sign = 1.0 if move is Move.PUSH_IN else -1.0
    most = rate.seconds(end - first - 2 * hold) * rules["push_m_s"]
    for share in (1.0, 0.75, 0.5):
        length = min(most, rules["push_most_share"] * reach) * share
        moved = position + sign * length * level
        if length < _LEAST_MOVE_M:
            break
        if _is_free(position, moved, first, end, context):
            frames = rate.frames_ceil(length / rules["push_m_s"])
            stop = end - first - hold
            film = reach * context.ground.sensor.height_mm / start.focal_length_mm
            aimed = _retargeted(target, reach, sign * length, crown_y, film)
            keys = (
                key_at(max(hold, stop - frames), position, target, start.focal_length_mm),
                key_at(stop, moved, aimed, start.focal_length_mm),
            )
            return Moved(move, keys)
    return Moved(Move.STATIC, (start,))


def _crown_y(setup: Setup, row: int, context: Context) -> float:
    """Return how far below the upper edge the highest crown is; the middle where there is none."""
    members = list(setup.group) or ([setup.principal] if setup.principal >= 0 else [])
    if not members:
        return 0.5
    tops = context.ground.figures.tops[members, setup.frame]
    camera = context.taken.cameras.rows(np.array([row]))
    picture = camera.project(tops[None], context.ground.sensor)[0]
    return float(np.clip(picture[:, 1].min(), 0.0, 0.5))


def _retargeted(target: Array, reach: float, length: float, crown_y: float, film: float) -> Array:
    """Return the target after a dolly: tilted so that the crown stays where it was."""
    change = length / reach * film  # of the picture's height at the target, in metres
    return np.asarray(target + np.array([0.0, (0.5 - crown_y) * change, 0.0]))


def _is_free(one: Array, other: Array, first: int, end: int, context: Context) -> bool:
    shares = np.linspace(0.0, 1.0, _PATH_SAMPLES)[:, None]
    path = one + shares * (other - one)
    frames = np.linspace(first, end - 1, _PATH_SAMPLES).round().astype(np.intp)
    return bool(context.ground.around.has_room(path, frames).all())


def _followed(setup: Setup, row: int, first: int, end: int, context: Context) -> Moved:
    """Return keys that go with the walkers, at rest for a moment at both ends."""
    hold = context.rate.frames_ceil(grammar().moves["still_s"])
    begin, stop = first + hold, max(end - hold, first + hold)
    count = max(1, math.ceil((stop - begin) / _KEY_EVERY))
    frames = sorted({begin + (stop - begin) * k // count for k in range(count + 1)})
    index = np.array([row])
    keys = []
    for frame in frames:
        camera = cameras_at(index, frame, context.rows, context.taken, context.ground)
        lens = float(camera.lens_mm[0])
        keys.append(key_at(frame - first, camera.position[0], camera.target[0], lens))
    if len(keys) == 1:
        return Moved(Move.STATIC, (key_at(0, np.array(keys[0].position),
                                          np.array(keys[0].target), lens),))  # fmt: skip
    return Moved(Move.PAN if setup.follow == PAN else Move.TRACK, tuple(keys))


def key_at(frame: int, position: Array, target: Array, lens_mm: float) -> CameraKey:
    """Return a camera key, rounded to a hundredth of a millimetre."""
    return CameraKey(frame, _vec(position), _vec(target), lens_mm)


def _vec(point: Array) -> Vec3:
    x, y, z = (round(float(value), 5) for value in point)
    return (x, y, z)

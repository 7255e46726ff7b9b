"""A chosen shot in, its camera keys out: still, or moved for a reason and within bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from mstation.shots.choose import Choice
from mstation.shots.coverage import Setup
from mstation.shots.cutting import Segment
from mstation.shots.details import levelling_roll
from mstation.shots.faults import side_signs
from mstation.shots.film import Film
from mstation.shots.following import cameras_at
from mstation.shots.framing import Cameras
from mstation.shots.grammar import STEP, grammar
from mstation.shots.landmarks import J
from mstation.shots.rows import PAN
from mstation.shots.shot import Angle, CameraKey, Move, Role, Size
from mstation.shots.takes import camera_curve
from mstation.shots.travels import Start, at, keys_of
from mstation.space import Array

_KEY_EVERY = 8  # frames between the keys of a following camera
_SETTLE = 2  # frames in which a camera comes to rest
_CATCH_UP = 0.3  # how much faster than its people a camera may go that rested
_LEAST_KEYS, _STIRS_M = 3, 0.05  # less than this is no following
_LEAST_PUSH_S = 4.5
_TIGHT_PUSH = (STEP[Size.MS], STEP[Size.CU])
_PATH_SAMPLES = 9
_PARTS = (1.0, 0.7, 0.5, 0.35)  # of its whole length that a move may be cut down to
_ONE_WAY = (Move.PUSH_IN, Move.PULL_OUT, Move.ZOOM, Move.CRANE)
_OPENINGS = (Move.PUSH_IN, Move.TRUCK, Move.PAN)
_IN = 0.04  # of the frame: eyes are this far inside


@dataclass(frozen=True, slots=True)
class Moved:
    """What the camera does in a shot; the keys' frames count from the shot's start."""

    move: Move
    keys: tuple[CameraKey, ...]


def move_of(
    setup: Setup, run: tuple[Segment, ...], choice: Choice, film: Film, *, is_last: bool
) -> Moved:  # fmt: skip
    """Return the shot's move: what is wished, else still unless something in it asks for more."""
    first, end = run[0].first_frame, run[-1].end_frame
    if setup.follow:
        return _followed(setup, choice.row, first, end, film)
    cameras, row = film.taken.cameras, choice.row
    still = key_at(0, cameras.position[row], cameras.target[row], float(cameras.lens_mm[row]))
    if setup.prop >= 0 and setup.family == "insert":
        back = cameras.position[row] - cameras.target[row]
        back = back / np.linalg.norm(back)
        roll = levelling_roll(setup, film.epochs[setup.point], film.ground, back)
        return Moved(Move.STATIC, (replace(still, roll_rad=round(roll, 5)),))
    if setup.angle is Angle.DUTCH:
        roll = math.radians(grammar().level["dutch_roll_deg"]) * setup.world
        still = replace(still, roll_rad=round(roll, 5))
    if setup.move is not None:
        return _moved(still, (setup.move,), setup, first, end, film)
    wanted = _motivated(setup, run, int(film.taken.step[row]), film, is_last=is_last)
    return _moved(still, wanted, setup, first, end, film)


def stilled(moved: Moved) -> Moved:
    """Return the same camera without its move."""
    return Moved(Move.STATIC, (replace(moved.keys[0], frame=0),))


def _motivated(
    setup: Setup, run: tuple[Segment, ...], step: int, film: Film, *, is_last: bool
) -> tuple[Move, ...]:
    """Return the moves that the moment asks for, the likeliest first; none where nothing does.

    A place opens, a long thought comes nearer, a scene is left behind.
    """
    seconds = film.rate.seconds(run[-1].end_frame - run[0].first_frame)
    appetite = run[0].style.moves
    moved = any(segment.movers for segment in run)
    if seconds < _LEAST_PUSH_S or moved or appetite <= 0 or setup.family == "pov":
        return ()
    if is_last and (setup.family in ("group", "place") or setup.role is Role.SINGLE):
        is_open = not film.ground.is_interior and setup.family != "single"
        return (Move.CRANE, Move.PULL_OUT) if is_open else (Move.PULL_OUT,)
    if setup.role is Role.ESTABLISHING:
        turn = run[0].seed % len(_OPENINGS)
        return _OPENINGS[turn:] + _OPENINGS[:turn]
    return (Move.PUSH_IN,) if _deserves_push(setup, run, step, seconds) else ()


def _deserves_push(setup: Setup, run: tuple[Segment, ...], step: int, seconds: float) -> bool:
    """Return whether the moment asks to come nearer: a long thought, a peak."""
    if setup.family != "single" or not _TIGHT_PUSH[0] <= step <= _TIGHT_PUSH[1]:
        return False
    beats = {segment.beat for segment in run}
    wanted = all(segment.wants[setup.principal] >= 0.99 for segment in run)
    return len(beats) == 1 and wanted and (seconds > _LEAST_PUSH_S + 0.5 or run[0].is_peak)


def _moved(
    still: CameraKey, moves: tuple[Move, ...], setup: Setup, first: int, end: int,
    film: Film,
) -> Moved:  # fmt: skip
    """Return the first of some moves that the set allows, as long as it allows; else stillness."""
    start = _start(still, setup, first, end, film)
    for move in moves:
        signs = (1.0,) if move in _ONE_WAY else (1.0, -1.0)
        for share in (sign * part for part in _PARTS for sign in signs):
            keys = keys_of(move, start, share)
            if keys and _is_sound(keys, start, setup, first, film):
                return Moved(move, keys)
    return Moved(Move.STATIC, (still,))


def _start(still: CameraKey, setup: Setup, first: int, end: int, film: Film) -> Start:
    figures = film.ground.figures
    members = list(setup.group) or ([setup.principal] if setup.principal >= 0 else [])
    anchor, crown_y = np.array(still.target), 0.5
    if members:
        anchor = figures.eyes[members, first].mean(axis=0)
        crown_y = float(np.clip(_seen(still, figures.tops[members, first], film)[:, 1].min(),
                                0.0, 0.5))  # fmt: skip
    return Start(still, anchor, crown_y, end - first, film.rate, film.ground.sensor,
                 bool(members))  # fmt: skip


def _seen(key: CameraKey, points: Array, film: Film) -> Array:
    """Return where points (n, 3) are in the picture of a key."""
    camera = Cameras(np.array([key.position]), np.array([key.target]),
                     np.array([key.focal_length_mm]))  # fmt: skip
    return np.asarray(camera.project(points[None], film.ground.sensor)[0])


def _is_sound(
    keys: tuple[CameraKey, ...], start: Start, setup: Setup, first: int, film: Film
) -> bool:
    """Return whether a way is free, keeps its people in the picture, and does not cross a line."""
    matrices, _ = camera_curve(keys, start.frames)
    picked = np.linspace(0, start.frames - 1, _PATH_SAMPLES).round().astype(np.intp)
    path = matrices[picked, :3, 3]
    if not film.ground.around.has_room(path, first + picked).all():
        return False
    figures = film.ground.figures
    members = list(setup.group) or ([setup.principal] if setup.principal >= 0 else [])
    last = first + start.frames - 1
    for key, frame in ((keys[0], first), (keys[-1], last)):
        there = [person for person in members if figures.present[person, frame]]
        if there and not _holds(_seen(key, figures.eyes[there, frame], film)):
            return False
    pair = setup.lines[0] if setup.lines else (setup.principal, setup.partner)
    if min(pair) < 0:
        return True
    heads = figures.heads[list(pair)][:, [first, last]]
    ends = np.array([keys[0].position, keys[-1].position])
    sides = side_signs(heads[0], heads[1], ends)
    return bool(sides[0] * sides[1] >= 0)


def _holds(picture: Array) -> bool:
    """Return whether eyes are well inside the picture."""
    inside = (np.abs(picture[:, 0] - 0.5) < 0.5 - _IN) & (np.abs(picture[:, 1] - 0.5) < 0.5 - _IN)
    return bool((inside & (picture[:, 2] > 0.2)).all())


def _followed(setup: Setup, row: int, first: int, end: int, film: Film) -> Moved:
    """Return keys that go with the walkers: at rest where they rest, under way where they go."""
    hold = film.rate.frames_ceil(grammar().moves["still_s"]) + _SETTLE
    last = end - 1 - first
    blend = round(hold / _CATCH_UP)  # over which a camera that rested catches up
    rests = [_rests(setup, frame, film) for frame in (first, end - 1)]
    has_time = last >= sum(rests) * (hold + blend)
    starts = hold if has_time and rests[0] else 0
    stops = last - hold if has_time and rests[1] else last
    count = max(1, math.ceil((stops - starts) / _KEY_EVERY))
    frames = sorted({starts + (stops - starts) * k // count for k in range(count + 1)})
    index = np.array([row])
    keys = []
    for frame in frames:
        early = starts * max(0.0, 1.0 - (frame - starts) / blend)
        late = (last - stops) * max(0.0, 1.0 - (stops - frame) / blend)
        when = first + round(frame - early + late)
        camera = cameras_at(index, when, film.rows, film.taken, film.ground)
        lens = float(camera.lens_mm[0])
        keys.append(key_at(frame, camera.position[0], camera.target[0], lens))
    targets = np.array([key.target for key in keys])
    if len(keys) < _LEAST_KEYS or float(np.ptp(targets, axis=0).max()) < _STIRS_M:
        return Moved(Move.STATIC, (replace(keys[len(keys) // 2], frame=0),))
    return Moved(Move.PAN if setup.follow == PAN else Move.TRACK, tuple(keys))


def _rests(setup: Setup, frame: int, film: Film) -> bool:
    """Return whether a group stands still at a frame."""
    hips = film.ground.figures.joints[list(setup.group), :, J["Hips"]][..., [0, 2]]
    reach = film.rate.frames_ceil(0.25)
    early, late = max(frame - reach, 0), min(frame + reach, hips.shape[1] - 1)
    gone = (hips[:, late] - hips[:, early]).mean(axis=0)
    speed = float(np.linalg.norm(gone)) / film.rate.seconds(max(late - early, 1))
    return speed < grammar().moves["walk_m_s"]


def key_at(frame: int, position: Array, target: Array, lens_mm: float) -> CameraKey:
    """Return a camera key, rounded to a hundredth of a millimetre."""
    return at(CameraKey(frame, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), lens_mm), position, target)

"""A film in, the rows of its joins out: jump cuts, and reverses that do not match.

Source: reference sheet of cinematography, section 5 and checks 3 and 12.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mstation.check.faults import Mend, fault_at
from mstation.check.film import Film, Scene, Shot
from mstation.check.finding import Fault, Row
from mstation.check.geometry import (
    SIZES,
    angle_between,
    azimuth,
    camera_position,
    head_of,
    lens_direction,
    lower_cut,
    prominence,
    stature_share,
    step_of_share,
    step_of_size,
)
from mstation.check.noting import none_of, share_of
from mstation.check.reverses import is_alike_over, reverses_of

_JUMP, _REVERSE = "jump", "reverse"  # what shots declare that break these rules on purpose
_THIRTY_RAD = math.radians(30.0)
_STEPS = 2  # of size that make a cut on one axis
_ALIKE = 0.85  # of the principal's prominence: more is a shot of both
_SAME_PLACE_M = 0.10
_SAME_WAY_RAD = math.radians(3.0)
_SAME_LENS = 0.03
_MATCH = 0.10
_MATCH_SHARE = 0.95
_SAME_SIZE = 0.5  # steps: nearer sizes are meant to be one
_WRITTEN_DEG = 0.05  # what is written as 30.0°


def jumps(film: Film) -> Row:
    """Return row 3: cuts to the same person from nearly the same place in nearly the same size.

    A cut from a camera to the same camera is one too, whatever it shows.
    """
    faults: list[Fault] = []
    tested = 0
    for scene in film.scenes:
        for before, after in pairwise(scene.shots):
            tested += 1
            if _JUMP in after.declared:
                continue
            fault = _jump(scene, before, after) or _same_camera(scene, before, after)
            if fault is not None:
                faults.append(fault)
    return none_of("jumps", 3, tested, faults)


def principals(scene: Scene, shot: Shot, frame: int) -> set[str]:
    """Return whose shot it is at a frame: one person, or all that draw the eye alike."""
    drawn = prominence(scene, shot, frame)
    most = max(drawn.values(), default=0.0)
    return {name for name, weight in drawn.items() if weight >= _ALIKE * most}


def _jump(scene: Scene, before: Shot, after: Shot) -> Fault | None:
    last = before.frames - 1
    same = principals(scene, before, last) & principals(scene, after, 0)
    for name in sorted(same):
        person = scene.people[name]
        turn = angle_between(
            azimuth(before, last, head_of(person, after.first_frame - 1)),
            azimuth(after, 0, head_of(person, after.first_frame)),
        )
        step = size_step(scene, before, after, name)
        if turn < _THIRTY_RAD - math.radians(_WRITTEN_DEG) and round(step) < _STEPS:
            values = (
                ("name", person.written),
                ("before", before.label),
                ("deg", round(math.degrees(turn), 1)),
                ("steps", round(step, 1)),
            )
            return fault_at(
                scene, after, "jump", values, _ways_out(scene, before, after, name, turn)
            )
    return None


def size_step(scene: Scene, before: Shot, after: Shot, name: str) -> float:
    """Return by how many sizes a cut changes how close somebody is.

    Two witnesses, and the larger counts: where the lower edge cuts the body, and how much of
    the frame a stature fills.
    """
    last = before.frames - 1
    by_share = [
        step_of_share(stature_share(scene, shot, frame, name))
        for shot, frame in ((before, last), (after, 0))
    ]
    by_cut = [
        step_of_size(scene, shot, frame, name) for shot, frame in ((before, last), (after, 0))
    ]
    return max(abs(by_share[1] - by_share[0]), abs(by_cut[1] - by_cut[0]))


def _ways_out(scene: Scene, before: Shot, after: Shot, name: str, turn: float) -> tuple[Mend, ...]:
    """Return what makes a jump a cut: another size, or the camera further round."""
    head = head_of(scene.people[name], after.first_frame)
    place = camera_position(after, 0)
    reach_m = float(np.hypot(place[0] - head[0], place[2] - head[2]))
    short = _THIRTY_RAD - turn
    now = round(step_of_size(scene, before, before.frames - 1, name))
    last = len(SIZES) - 1
    sizes = [SIZES[step] for step in (now + _STEPS, now - _STEPS) if 0 <= step <= last]
    mends: list[Mend] = [("other_size", (("size", size),)) for size in sizes]
    mends.append(
        (
            "go_round",
            (
                ("deg", round(math.degrees(short), 1)),
                ("metres", round(2 * reach_m * math.sin(short / 2), 2)),
            ),
        )
    )
    return (*mends, ("cut_away", ()), ("one_shot", (("before", before.label),)))


def _same_camera(scene: Scene, before: Shot, after: Shot) -> Fault | None:
    last = before.frames - 1
    apart_m = float(np.linalg.norm(camera_position(before, last) - camera_position(after, 0)))
    turned = float(np.clip(lens_direction(before, last) @ lens_direction(after, 0), -1.0, 1.0))
    lenses = float(before.focal_mm[last]), float(after.focal_mm[0])
    if apart_m > _SAME_PLACE_M or math.acos(turned) > _SAME_WAY_RAD:
        return None
    if abs(lenses[0] - lenses[1]) > _SAME_LENS * max(lenses):
        return None
    mends: tuple[Mend, ...] = (("one_shot", (("before", before.label),)), ("cut_away", ()))
    return fault_at(scene, after, "same_camera", (("before", before.label),), mends)


@dataclass(frozen=True, slots=True)
class _Placing:
    """How a camera has its subject: lens, distance, height, and the eyes it looks at."""

    lens_mm: float
    distance_m: float
    height_m: float
    eyes_m: float
    stature_m: float


def reverses(film: Film) -> Row:
    """Return row 12: the two sides of a reverse of one size have one lens, distance and height.

    A shot over a shoulder is held against another such, a clean single against a clean one.
    Distances may follow the statures, so that a child is as large as a man; heights may be the
    same over the floor, over the eyes, or mirrored about them.
    """
    faults: list[Fault] = []
    tested = 0
    for scene in film.scenes:
        for reverse in reverses_of(scene, max(1, round(float(film.rate.fraction)))):
            if reverse.second - reverse.first != 1:
                continue
            before, after = scene.shots[reverse.first], scene.shots[reverse.second]
            if _REVERSE in after.declared:
                continue
            last = before.frames - 1
            views = (before, last, reverse.one), (after, 0, reverse.other)
            if not _is_one_size(scene, *views):
                continue
            if not is_alike_over(scene, reverse):
                continue
            tested += 1
            one = _placing(scene, before, last, reverse.one)
            other = _placing(scene, after, 0, reverse.other)
            fault = _mismatch(scene, before, after, one, other)
            if fault is not None:
                faults.append(fault)
    return share_of(
        "reverses", 12, tested, faults, "no_reverses", is_hard=False, least=_MATCH_SHARE
    )


def _is_one_size(scene: Scene, one: tuple[Shot, int, str], other: tuple[Shot, int, str]) -> bool:
    steps = [step_of_size(scene, *view) for view in (one, other)]
    if abs(steps[0] - steps[1]) >= _SAME_SIZE:
        return False
    cuts = [lower_cut(scene, *view) for view in (one, other)]
    return all(math.isfinite(cut) for cut in cuts) or not any(math.isfinite(cut) for cut in cuts)


def _placing(scene: Scene, shot: Shot, frame: int, name: str) -> _Placing:
    person, camera = scene.people[name], camera_position(shot, frame)
    head = head_of(person, shot.first_frame + frame)
    return _Placing(
        lens_mm=float(shot.focal_mm[frame]),
        distance_m=float(np.linalg.norm(camera - head)),
        height_m=float(camera[1]),
        eyes_m=float(head[1]),
        stature_m=person.stature_m,
    )


def _mismatch(
    scene: Scene, before: Shot, after: Shot, one: _Placing, other: _Placing
) -> Fault | None:
    """Return what does not match in a reverse, the lens first; None where all does."""
    mend: Mend
    if not _is_near(one.lens_mm, other.lens_mm, _SAME_LENS):
        kind, found, mend = "other_lens", (one.lens_mm, other.lens_mm), ("same_lens", ())
    elif not _is_near(one.distance_m, other.distance_m, _MATCH) and not _is_near(
        one.distance_m / one.stature_m, other.distance_m / other.stature_m, _MATCH
    ):
        kind, found = "other_distance", (one.distance_m, other.distance_m)
        mend = ("same_distance", (("metres", round(one.distance_m, 2)),))
    elif not _is_level(one, other):
        kind, found = "other_height", (one.height_m, other.height_m)
        mend = ("same_height", (("metres", round(one.height_m - one.eyes_m + other.eyes_m, 2)),))
    else:
        return None
    values = (("before", before.label), ("one", round(found[0], 2)), ("other", round(found[1], 2)))
    return fault_at(scene, after, kind, values, (mend,))


def _is_near(one: float, other: float, share: float) -> bool:
    return abs(one - other) <= share * max(one, other)


def _is_level(one: _Placing, other: _Placing) -> bool:
    over = one.height_m - one.eyes_m, other.height_m - other.eyes_m
    apart = min(abs(one.height_m - other.height_m), abs(over[0] - over[1]), abs(over[0] + over[1]))
    return apart <= _MATCH * max(one.height_m, other.height_m)

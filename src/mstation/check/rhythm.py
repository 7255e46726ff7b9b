"""A film in, the rows of its rhythm out: lengths, sizes, runs, setups, the time of a page.

Source: reference sheet of cinematography, sections 3, 6 and 8 and checks 15, 19, 20 and 21.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

import numpy as np

from mstation.check.faults import Values, fault_at
from mstation.check.film import Film, Scene, Shot
from mstation.check.finding import Fault, Row, Value
from mstation.check.geometry import (
    camera_position,
    is_wide,
    lens_direction,
    principal,
    size_of,
)
from mstation.check.lines import is_on_set
from mstation.check.lognormal import kolmogorov_smirnov, lawful_spread, spread_of
from mstation.check.noting import figures, mend, verdict

_LEAST_P = 0.05
_ASL_ERROR = 0.15
_SHORTEST_S, _SHORTEST_WIDE_S = 0.75, 1.8
_APART_FRAMES = 4
_INSERT = "INSERT"

_LEAST_BITS, _MANY_SHOTS = 1.5, 8
_LEAST_SIZES, _TALK_LINES, _TALK_SHOTS = 3, 4, 4
_LONGEST_RUN = 4
# From which pitch upwards, in degrees, a camera is called so. Source: section 3, gaps halved.
_PITCHES = ((30.0, "worm"), (7.5, "low"), (-7.5, "eye"), (-47.5, "high"), (-91.0, "top"))
_DUTCH_DEG = 5.0

_SETUP_M, _SETUP_DEG, _SETUP_MM = 0.30, 10.0, 0.5
_EIGHTHS, _PAGE_S = 8, 60.0
_PAGE_RATIO = (0.6, 1.7)


def lengths(film: Film) -> Row:
    """Return row 15: shots as long as the style says, spread lognormally, none too short.

    Its value is the p of the Kolmogorov-Smirnov test against the lognormal law with the style's
    mean. The law's spread, sigma, is the film's own, held within 0.6 to 0.944.
    """
    shots = [(scene, shot) for scene in film.scenes for shot in scene.shots if shot.frames > 0]
    if not shots:
        return Row("lengths", 15, "unmeasured", False, 0, 0.0, detail=(("missing", "no_shots"),))
    seconds = [film.rate.seconds(shot.frames) for _, shot in shots]
    mean_s, spread = float(np.mean(seconds)), spread_of(seconds)
    sigma = lawful_spread(spread)
    aim_s = film.asl_s if film.asl_s > 0 else mean_s
    p = kolmogorov_smirnov(seconds, aim_s, sigma)
    error = abs(mean_s - aim_s) / aim_s
    faults = [fault for scene, shot in shots if (fault := _too_short(film, scene, shot))]
    passes = p > _LEAST_P and error <= _ASL_ERROR and not faults
    if error > _ASL_ERROR:
        faults += _off_pace(film, aim_s)
    return Row(
        check="lengths",
        number=15,
        state="passed" if passes else "failed",
        is_hard=False,
        tested=len(shots),
        value=p,
        bar="p > 0.05, ASL ± 15 %, ≥ 0.75 s",
        faults=tuple(faults),
        detail=(
            ("asl_s", round(mean_s, 2)),
            ("aim_s", round(aim_s, 2)),
            ("asl_error", round(error, 3)),
            ("spread", round(spread, 3)),
            ("sigma", round(sigma, 3)),
            ("shortest_s", round(min(seconds), 2)),
        ),
    )


def _too_short(film: Film, scene: Scene, shot: Shot) -> Fault | None:
    seconds = film.rate.seconds(shot.frames)
    if shot.frames <= _APART_FRAMES:
        kind, least = "cuts_collide", _SHORTEST_S
    elif seconds < _SHORTEST_S:
        kind, least = "too_short", _SHORTEST_S
    elif seconds < _SHORTEST_WIDE_S and is_wide(scene, shot, shot.frames // 2):
        kind, least = "wide_too_short", _SHORTEST_WIDE_S
    else:
        return None
    values: Values = (("seconds", round(seconds, 2)), ("least", least))
    more = film.rate.frames_ceil(least) - shot.frames
    return fault_at(scene, shot, kind, values, (mend("hold", frames=more), mend("drop")))


def _off_pace(film: Film, aim_s: float) -> list[Fault]:
    """Return the scenes that are cut slower or faster than the style, beyond its bar."""
    found = []
    for scene in film.scenes:
        if not scene.shots:
            continue
        total_s = film.rate.seconds(sum(shot.frames for shot in scene.shots))
        mean_s = total_s / len(scene.shots)
        if abs(mean_s - aim_s) > _ASL_ERROR * aim_s:
            values: Values = (("mean", round(mean_s, 1)), ("aim", round(aim_s, 1)))
            wanted = max(1, round(total_s / aim_s))
            mends = (mend("shots_wanted", shots=wanted, now=len(scene.shots)),)
            found.append(fault_at(scene, scene.shots[0], "off_pace", values, mends))
    return found


def measured_size(scene: Scene, shot: Shot) -> str:
    """Return the size of a shot's principal, asked in its middle, then at its ends."""
    for frame in (shot.frames // 2, 0, shot.frames - 1):
        who = principal(scene, shot, frame)
        if who:
            return size_of(scene, shot, frame, who)
    return _INSERT


def measured_angle(shot: Shot) -> str:
    """Return what a camera's pitch and roll at the start of its shot are called."""
    matrix = shot.world_from_camera[0]
    roll = math.degrees(math.asin(float(np.clip(matrix[1, 0], -1.0, 1.0))))
    if abs(roll) > _DUTCH_DEG:
        return "dutch"
    pitch = math.degrees(math.asin(float(np.clip(lens_direction(shot, 0)[1], -1.0, 1.0))))
    return next(name for least, name in _PITCHES if pitch >= least)


def size_variety(film: Film) -> Row:
    """Return row 20: scenes whose sizes vary too little; its value is the least entropy, in bits.

    Scenes of more than 8 shots have 1.5 bits or more; scenes of talk, at least three sizes.
    """
    faults: list[Fault] = []
    least = math.inf
    tested = 0
    for scene in film.scenes:
        sizes = [measured_size(scene, shot) for shot in scene.shots]
        bits, kinds = entropy_bits(sizes), len(set(sizes) - {_INSERT})
        is_long, is_talk = len(sizes) > _MANY_SHOTS, _is_talk(scene)
        tested += is_long or is_talk
        if is_long:
            least = min(least, bits)
        rare = [size for size in ("WS", "FS", "MLS", "MS", "MCU", "CU") if size not in sizes]
        mends = (mend("use_sizes", sizes=", ".join(rare[:3])),) if rare else ()
        if is_long and bits < _LEAST_BITS:
            values: Values = (("bits", round(bits, 2)), ("shots", len(sizes)))
            faults.append(fault_at(scene, scene.shots[0], "one_size", values, mends))
        elif is_talk and kinds < _LEAST_SIZES:
            values = (("kinds", kinds), ("shots", len(sizes)))
            faults.append(fault_at(scene, scene.shots[0], "few_sizes", values, mends))
    return Row(
        check="size_variety",
        number=20,
        state=verdict(tested, passes=not faults),
        is_hard=False,
        tested=tested,
        value=least if math.isfinite(least) else 0.0,
        bar="≥ 1.5 bit, ≥ 3",
        faults=tuple(faults),
        detail=figures(tested, "no_long_scenes"),
    )


def _is_talk(scene: Scene) -> bool:
    """Return whether a scene is dialogue: four lines or more of two or more, in over 4 shots."""
    speakers = [line.speaker for line in scene.lines if is_on_set(scene, line)]
    return (
        len(speakers) >= _TALK_LINES and len(set(speakers)) >= 2 and len(scene.shots) > _TALK_SHOTS
    )


def entropy_bits(words: Sequence[str]) -> float:
    """Return how many bits each of some words carries: 0 where all are the same."""
    shares = [count / len(words) for count in Counter(words).values()]
    return abs(-sum(share * math.log2(share) for share in shares))


def monotony(film: Film) -> Row:
    """Return row 20: the longest run of shots of one size and one angle in a scene."""
    longest = 0
    faults: list[Fault] = []
    shots = 0
    for scene in film.scenes:
        kinds = [(measured_size(scene, shot), measured_angle(shot)) for shot in scene.shots]
        shots += len(kinds)
        for (size, angle), run in groupby(enumerate(kinds), key=lambda one: one[1]):
            places = [index for index, _ in run]
            longest = max(longest, len(places))
            if len(places) > _LONGEST_RUN:
                values: Values = (("shots", len(places)), ("size", size), ("angle", angle))
                mends = (mend("vary"),)
                shot = scene.shots[places[_LONGEST_RUN]]
                faults.append(fault_at(scene, shot, "monotone", values, mends))
    return Row(
        check="monotony",
        number=20,
        state=verdict(shots, passes=not faults),
        is_hard=False,
        tested=shots,
        value=longest,
        bar="≤ 4",
        faults=tuple(faults),
        detail=figures(shots, "no_shots"),
    )


def setups(film: Film) -> Row:
    """Return row 21: how many places the camera is set up in for a page of the script."""
    pages = sum(scene.eighths for scene in film.scenes) / _EIGHTHS
    places = sum(setups_of(scene) for scene in film.scenes)
    shots = sum(len(scene.shots) for scene in film.scenes)
    if not pages:
        detail: tuple[tuple[str, Value], ...] = (("setups", places), ("missing", "no_pages"))
        return Row("setups", 21, "unmeasured", False, shots, 0.0, "≤ 3", detail=detail)
    detail = (("setups", places), ("pages", round(pages, 2)))
    return Row("setups", 21, "reported", False, shots, places / pages, "≤ 3", detail=detail)


def setups_of(scene: Scene) -> int:
    """Return how many cameras a scene has that differ in place, direction or lens."""
    kept: list[Shot] = []
    for shot in scene.shots:
        if not any(_is_one_setup(shot, other) for other in kept):
            kept.append(shot)
    return len(kept)


def _is_one_setup(one: Shot, other: Shot) -> bool:
    apart_m = float(np.linalg.norm(camera_position(one, 0) - camera_position(other, 0)))
    along = float(lens_direction(one, 0) @ lens_direction(other, 0))
    return (
        apart_m <= _SETUP_M
        and along >= math.cos(math.radians(_SETUP_DEG))
        and abs(float(one.focal_mm[0]) - float(other.focal_mm[0])) <= _SETUP_MM
    )


def page_time(film: Film) -> Row:
    """Return row 19: how long a page plays, in minutes; the median over the scenes.

    Scenes that play less than 0.6 or more than 1.7 minutes a page are listed.
    """
    ratios: list[float] = []
    outliers: list[Fault] = []
    for scene in film.scenes:
        if not scene.eighths:
            continue
        ratio = film.rate.seconds(scene.frames) / (scene.eighths / _EIGHTHS * _PAGE_S)
        ratios.append(ratio)
        if not _PAGE_RATIO[0] <= ratio <= _PAGE_RATIO[1] and scene.shots:
            values: Values = (("ratio", round(ratio, 2)), ("eighths", scene.eighths))
            kind = "page_fast" if ratio < 1 else "page_slow"
            outliers.append(fault_at(scene, scene.shots[0], kind, values))
    return Row(
        check="page_time",
        number=19,
        state="reported" if ratios else "unmeasured",
        is_hard=False,
        tested=len(ratios),
        value=float(np.median(ratios)) if ratios else 0.0,
        bar="0.8-1.25",
        faults=tuple(outliers),
        detail=figures(len(ratios), "no_pages"),
    )

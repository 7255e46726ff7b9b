"""A film in, what its cameras do out: moves by their path, their pace, and what can be built.

Source: reference sheet of cinematography, section 4, and rows 17 and 22 of its table. The sheet
names no bound for jerk: here a move may not win or lose its whole speed in less than a fifth of
a second, which bounds jerk by sixty times its top speed, a second squared.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from mstation.check.camerawork import Company, company_of, moves_seen
from mstation.check.faults import Mend, Values, fault_at
from mstation.check.film import Film, Scene, Shot
from mstation.check.finding import Fault, Row
from mstation.check.geometry import camera_position, head_of, lens_direction, project
from mstation.check.noting import figures, in_order, mend, verdict
from mstation.check.path import Path, path_of
from mstation.check.rays import FAR_M
from mstation.check.setting import Setting, setting_of
from mstation.space import PRIME_KIT_MM, Array

# The most that a move may do in a second: metres, degrees, or percent of the focal length.
_MOST = {
    "pan": 15.0, "tilt": 12.0, "roll": 12.0, "push_in": 0.5, "pull_out": 0.5, "truck": 1.2,
    "pedestal": 0.8, "crane": 0.8, "arc": 25.0, "zoom": 35.0, "dolly_zoom": 0.8,
}  # fmt: skip
_UNITS = {"pan": "degrees", "tilt": "degrees", "roll": "degrees", "arc": "degrees",
          "zoom": "percent"}  # fmt: skip
_WHIP_DEG_S = 120.0
_WITH_THEM = 1.3  # times the people's own speed: what a camera after them may do
_SPARE = 1.1  # a speed is over its bound when it is a tenth over
_HOLD_S, _SHORT_S = 0.4, 2.0
_HOLD_M, _HOLD_DEG, _HOLD_ZOOM = 0.004, 0.06, 0.002
_WALK_M_S = 0.35
_JERK = 60.0  # of the top speed, a second squared
_JITTER_M_S2, _JITTER_DEG_S2, _FLIPS_S = 0.4, 8.0, 3.0
_SLOW_M_S, _SLOW_DEG_S = 0.03, 1.0
_DOLLY_M_S = 1.5
_FOCUS_M, _MACRO_M, _FOCUS_FAR_M = 0.45, 0.25, 50.0
_LENS_MM = 0.1
_FLAGS = ("feasibility", "lens")


def moves(film: Film) -> Row:
    """Return row 17: whether each move is what its label says, holds still, and is smooth."""
    faults: list[Fault] = []
    tested = told_right = moving = handheld = 0
    fastest = 0.0
    for scene, shot in _shots(film):
        path, company = path_of(shot, film.rate), company_of(scene, shot)
        seen = moves_seen(path, company)
        tested += 1
        told_right += shot.move in seen
        moving += seen[0] != "static"
        handheld += shot.shake_deg > 0
        fastest = max(fastest, _top(path.speed(path.at)))
        if shot.move not in seen:
            faults.append(_mislabelled(scene, shot, seen))
        named = shot.move if shot.move in seen else seen[0]
        faults += _paced(scene, shot, path, company, named)
    return Row(
        check="moves",
        number=17,
        state=verdict(tested, passes=not faults),
        is_hard=False,
        tested=tested,
        value=told_right / max(tested, 1),
        bar="100 %",
        faults=in_order(faults),
        detail=figures(
            tested,
            "no_shots",
            moving_shots=moving,
            handheld_shots=handheld,
            fastest_m_s=round(fastest, 3),
            jerk_bound=_JERK,
        ),
    )


def _shots(film: Film) -> Iterator[tuple[Scene, Shot]]:
    for scene in film.scenes:
        for shot in scene.shots:
            if shot.frames > 0:
                yield scene, shot


def _top(speeds: Array) -> float:
    return float(np.linalg.norm(speeds, axis=1).max())


def _mislabelled(scene: Scene, shot: Shot, seen: tuple[str, ...]) -> Fault:
    values: Values = (("move", shot.move), ("measured", seen[0]))
    return fault_at(scene, shot, "move_untrue", values, (mend("call_move", move=seen[0]),))


def _paced(scene: Scene, shot: Shot, path: Path, company: Company, name: str) -> Iterator[Fault]:
    """Yield what is wrong with how a move goes: too fast, no rest at its ends, not smooth."""
    if shot.shake_deg <= 0:
        raw = path_of(shot, path.rate)
        if _jitters(raw):
            yield fault_at(scene, shot, "jitter", (), (mend("smooth"),))
            return
    if name == "static":
        return
    speed, most = _speed(path, company, name), _allowed(path, company, name)
    if speed > _SPARE * most and not (name == "pan" and speed >= _WHIP_DEG_S):
        told = (("move", name), ("speed", round(speed, 2)), ("most", round(most, 2)),
                ("unit", _UNITS.get(name, "metres")))  # fmt: skip
        needs = path.rate.seconds(shot.frames) * speed / most
        yield fault_at(
            scene, shot, "too_fast", told, (mend("take_longer", seconds=round(needs, 1)),)
        )
    if shot.shake_deg > 0:
        return
    yield from _unheld(scene, shot, path, company, name)
    jerk, bound, unit = _jerk(path)
    if jerk > bound:
        jolt: Values = (("move", name), ("jerk", round(jerk, 1)), ("most", round(bound, 1)),
                        ("unit", unit))  # fmt: skip
        yield fault_at(scene, shot, "abrupt", jolt, (mend("ease"),))


def _speed(path: Path, company: Company, name: str) -> float:
    """Return the top speed of a move in its own unit, a second."""
    if name in ("pan", "tilt", "roll"):
        column = ("pan", "tilt", "roll").index(name)
        return math.degrees(float(np.abs(path.speed(path.turn[:, column])).max()))
    if name == "zoom":
        return 100 * float(np.abs(path.speed(path.zoom)).max())
    if name == "arc" and not company.is_empty:
        out = path.at - company.heads
        bearing = np.unwrap(np.arctan2(out[:, 0], out[:, 2]))
        return math.degrees(float(np.abs(path.speed(bearing)).max()))
    return _top(path.speed(path.at))


def _allowed(path: Path, company: Company, name: str) -> float:
    """Return the top speed that a move may have: a camera after people may be as fast as they."""
    most = _MOST.get(name, _DOLLY_M_S)
    if company.is_empty:
        return most
    if name in ("pan", "tilt"):
        way = company.heads - path.at
        angle = np.unwrap(np.arctan2(-way[:, 0], -way[:, 2]))
        if name == "tilt":
            angle = np.arctan2(way[:, 1], np.hypot(way[:, 0], way[:, 2]))
        return max(most, _WITH_THEM * math.degrees(float(np.abs(path.speed(angle)).max())))
    if name == "track":
        return max(_WALK_M_S, _WITH_THEM * _top(path.speed(company.hips)))
    return most


def _unheld(scene: Scene, shot: Shot, path: Path, company: Company, name: str) -> Iterator[Fault]:
    """Yield the ends at which a move does not hold still.

    Short shots need not; nor does a camera that is after people who walk by then.
    """
    if path.rate.seconds(shot.frames) < _SHORT_S:
        return
    follows = not company.is_empty and name in ("pan", "tilt", "track", "truck")
    reach = path.rate.frames_ceil(_HOLD_S)
    for end, frame in (("head", 0), ("tail", shot.frames - 1)):
        near = slice(0, reach) if frame == 0 else slice(-reach, None)
        if follows and _top(path.speed(company.hips)[near]) > _WALK_M_S:
            continue
        held = path.rate.seconds(_held(path, frame))
        if held < _HOLD_S:
            more = path.rate.frames_ceil(_HOLD_S - held)
            values: Values = (("end", end), ("seconds", round(held, 2)), ("least", _HOLD_S))
            mends: tuple[Mend, ...] = (mend("hold", end=end, frames=more),)
            yield fault_at(scene, shot, "no_hold", values, mends, frame=shot.first_frame + frame)


def _held(path: Path, frame: int) -> int:
    """Return for how many frames, from one end of the shot, the camera stays as it is there."""
    away = np.linalg.norm(path.at - path.at[frame], axis=1) / _HOLD_M
    turned = np.linalg.norm(path.turn - path.turn[frame], axis=1) / math.radians(_HOLD_DEG)
    zoomed = np.abs(path.zoom - path.zoom[frame]) / _HOLD_ZOOM
    moves_on = (away > 1) | (turned > 1) | (zoomed > 1)
    order = moves_on if frame == 0 else moves_on[::-1]
    return int(np.argmax(order)) if order.any() else len(order)


def _jerk(path: Path) -> tuple[float, float, str]:
    """Return the greatest jerk of a path and what its speed allows, of its way or its turn.

    Metres, or degrees, a second cubed: whichever is further over its bound.
    """
    found = [(0.0, 1.0, "metres")]
    for values, slow, unit in (
        (path.at, _SLOW_M_S, "metres"),
        (np.degrees(path.turn), _SLOW_DEG_S, "degrees"),
    ):
        speed = path.briefly(values)
        top = _top(speed)
        if top > slow:
            found.append((_top(path.briefly(path.briefly(speed))), _JERK * top, unit))
    return max(found, key=lambda one: one[0] / one[1])


def _jitters(path: Path) -> bool:
    """Return whether a camera trembles: it gains and loses speed by turns, frame by frame."""
    fps = float(path.rate.fraction)
    for values, least in ((path.at, _JITTER_M_S2), (path.turn, math.radians(_JITTER_DEG_S2))):
        gains = np.diff(values, n=2, axis=0) * fps**2
        strong = np.minimum(np.abs(gains[1:]), np.abs(gains[:-1])) > least
        flips = (gains[1:] * gains[:-1] < 0) & strong
        if len(flips) and flips.any(axis=1).sum() > max(_FLIPS_S * len(values) / fps, _FLIPS_S):
            return True
    return False


def feasibility(film: Film) -> Row:
    """Return row 22: whether the lenses, the focus and the dolly of every shot can be had."""
    tested = flagged = 0
    nearest_m, fastest = math.inf, 0.0
    faults: list[Fault] = []
    for scene in film.scenes:
        setting = setting_of(scene.things)
        for shot in scene.shots:
            if shot.frames < 1:
                continue
            tested += 1
            path, focus_m = path_of(shot, film.rate), _focus_m(scene, shot, setting)
            nearest_m, fastest = min(nearest_m, focus_m), max(fastest, _top(path.speed(path.at)))
            wrong = [*_glass(scene, shot, path), *_reach(scene, shot, path, focus_m)]
            is_flagged = bool(wrong) and any(flag in shot.declared for flag in _FLAGS)
            flagged += is_flagged
            faults += [] if is_flagged else wrong
    bad = len({fault.shot for fault in faults})
    return Row(
        check="feasibility",
        number=22,
        state=verdict(tested, passes=not faults),
        is_hard=False,
        tested=tested,
        value=1.0 - bad / max(tested, 1),
        bar="100 %",
        faults=in_order(faults),
        detail=figures(
            tested,
            "no_shots",
            flagged_shots=flagged,
            fastest_dolly_m_s=round(fastest, 3),
            nearest_focus_m=round(nearest_m, 2) if nearest_m < FAR_M else 0.0,
        ),
    )


def _glass(scene: Scene, shot: Shot, path: Path) -> Iterator[Fault]:
    """Yield a lens that is not what the label says, or not in the kit."""
    first, last = float(shot.focal_mm[0]), float(shot.focal_mm[-1])
    if min(abs(shot.lens_mm - first), abs(shot.lens_mm - last)) > _LENS_MM:
        values: Values = (("lens_mm", shot.lens_mm), ("focal_mm", round(first, 2)))
        yield fault_at(
            scene, shot, "lens_untrue", values, (mend("call_lens", lens_mm=round(first, 1)),)
        )
    near = min(PRIME_KIT_MM, key=lambda lens: abs(math.log(lens / first)))
    if not path.zooms and abs(near - first) > _LENS_MM:
        values = (("focal_mm", round(first, 2)),)
        yield fault_at(scene, shot, "no_such_lens", values, (mend("use_lens", lens_mm=near),))


def _reach(scene: Scene, shot: Shot, path: Path, focus_m: float) -> Iterator[Fault]:
    """Yield a dolly that is too fast, and a focus that is nearer than glass can be set."""
    speed = _top(path.speed(path.at))
    if speed > _DOLLY_M_S:
        values: Values = (("speed", round(speed, 2)), ("most", _DOLLY_M_S))
        needs = path.rate.seconds(shot.frames) * speed / _DOLLY_M_S
        mends: tuple[Mend, ...] = (mend("take_longer", seconds=round(needs, 1)),)
        yield fault_at(scene, shot, "dolly_too_fast", values, mends)
    least = _MACRO_M if is_insert(shot) else _FOCUS_M
    if focus_m < least:
        values = (("distance", round(focus_m, 2)), ("least", least))
        mends = (mend("step_back", metres=round(least - focus_m + 0.005, 2)),)
        yield fault_at(scene, shot, "focus_too_near", values, mends)


def is_insert(shot: Shot) -> bool:
    """Return whether a shot is of a thing."""
    return shot.size == "INSERT" or shot.role == "insert"


def _focus_m(scene: Scene, shot: Shot, setting: Setting) -> float:
    """Return the nearest that a shot's subject comes to the lens, at its two ends.

    A person is focused on the eyes; a thing on what the middle of the picture shows.
    """
    found = [FAR_M]
    for frame in (0, shot.frames - 1):
        now, eye = shot.first_frame + frame, camera_position(shot, frame)
        if is_insert(shot):
            far = eye + _FOCUS_FAR_M * lens_direction(shot, frame)
            share = float(setting.met(eye[None], far[None], np.array([now]))[0][0])
            found += [share * _FOCUS_FAR_M] if share < 1.0 else []
            continue
        there = [name for name in shot.subjects if name in scene.there(now)][:1]
        for name in there:
            points = project(shot, frame, head_of(scene.people[name], now)[None])
            found += [float(points[0, 2])] if points[0, 2] > 0 else []
    return min(found)

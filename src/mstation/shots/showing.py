"""A placed setup and the stretch it runs for in, what that costs out: faces, size, rhythm."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.cutting import Segment
from mstation.shots.following import cameras_at, drift_of
from mstation.shots.framing import Cameras
from mstation.shots.grammar import STEP, grammar
from mstation.shots.rows import TRACK, Rows
from mstation.shots.shot import Role, Size
from mstation.shots.taken import (
    CLEARANCE,
    INSERT_STEP,
    MINIMUM,
    PLACE,
    VISIBILITY,
    Ground,
    Taken,
    weight_of,
)
from mstation.space import Array
from mstation.timebase import FrameRate

_FACE, _SIZE, _SIZE_MOST = 1.0, 0.11, 1.6
_GROUP_FIRST, _GROUP_SECOND = 0.70, 0.28
_OVER_TURN, _OVER_SLOPE = (
    4.7,
    0.14,
)  # looser than this an over-the-shoulder is better, tighter worse
_UNSHOWN_INSERT, _STALE_INSERT = 5.0, 3.0
_NO_PLACE_FIRST, _NOT_WIDE_FIRST = 8.0, 2.2
_STALE_PLACE = 1.5
_SLOW, _SLOW_FROM_S = 0.12, 6.5
_OVERLONG = 2.5  # for each second over the longest shot
_HORIZON = 1.5  # shots may run this much over the longest, at a price
_EDGE = 0.03
_MOVED_M = 0.3
_WATCH_EVERY = 6  # frames between two looks at who comes near the camera
_MISSED, _MISSED_MOST = 1.6, 0.35  # a second without the principal; the share that may be
_STILL_FOLLOW, _FAST = 0.9, 1.2  # a following camera with nobody to follow; one that must hurry

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """Costs of shots that begin at one cut point: row k ends k + 1 segments later.

    cost    # (lengths, setups)
    broken  # (lengths, setups) bits
    """

    cost: Array
    broken: Index


def shown_from(
    point: int,
    index: Index,
    segments: tuple[Segment, ...],
    rows: Rows,
    taken: Taken,
    ground: Ground,
    rate: FrameRate,
    *,
    opens_place: bool,
) -> Shown:
    """Return what each setup of a cut point costs for each length it could run."""
    rhythm = grammar().rhythm
    running = taken.cost[index] + rhythm.cut_cost
    if point == 0:
        running = running + _first_cost(index, rows, opens_place=opens_place)
    broken = taken.broken[index].copy()
    if point == 0 and opens_place:
        broken |= np.where(rows.role_is(Role.ESTABLISHING)[index], 0, PLACE)
        broken |= np.where(rows.step[index] > STEP[Size.WS], PLACE, 0)
        running = running + 4.0 * np.clip(rows.step[index] - STEP[Size.WS], 0, 8)
    costs: list[Array] = []
    bits: list[Index] = []
    first = segments[point].first_frame
    missed = np.zeros(len(index))
    for segment in segments[point:]:
        seconds = rate.seconds(segment.end_frame - first)
        if costs and seconds > rhythm.max_s * _HORIZON:
            break
        length = rate.seconds(segment.end_frame - segment.first_frame)
        running = running + length * _content(segment, index, rows)
        running = running + _follow_cost(segment, index, rows, taken, ground, rate)
        lost = _lost(segment, index, rows, taken, ground)
        broken = broken | (lost & ~VISIBILITY)
        missed = missed + length * ((lost & VISIBILITY) > 0)
        short = np.where(seconds < _least_seconds(index, rows), MINIMUM, 0)
        unseen = np.where(missed > _MISSED_MOST * seconds, VISIBILITY, 0)
        bits.append(broken | short | unseen)
        running_with = running + _MISSED * missed + _rhythm_cost(seconds)
        costs.append(running_with + weight_of(bits[-1]))
    return Shown(np.array(costs), np.array(bits))


def _first_cost(index: Index, rows: Rows, *, opens_place: bool) -> Array:
    """Return the price of a first shot that does not say where we are."""
    if opens_place:
        return np.where(rows.role_is(Role.ESTABLISHING)[index], 0.0, _NO_PLACE_FIRST)
    return np.where(rows.step[index] <= STEP[Size.MLS], 0.0, _NOT_WIDE_FIRST)


def _least_seconds(index: Index, rows: Rows) -> Array:
    rhythm = grammar().rhythm
    return np.where(rows.step[index] <= STEP[Size.WS], rhythm.min_wide_s, rhythm.min_s)


def _rhythm_cost(seconds: float) -> float:
    """Return −log of the lognormal of shot lengths, without its constant."""
    rhythm = grammar().rhythm
    median = rhythm.asl_s * math.exp(-(rhythm.sigma**2) / 2)
    off = math.log(max(seconds, 0.05) / median) / rhythm.sigma
    slow = _SLOW * max(0.0, seconds - _SLOW_FROM_S) ** 2
    return rhythm.weight * off * off / 2 + slow + _OVERLONG * max(0.0, seconds - rhythm.max_s)


def _content(segment: Segment, index: Index, rows: Rows) -> Array:
    """Return the cost of each second: wanted faces not seen, a size that is not the moment's."""
    wants, step = segment.wants, rows.step[index]
    face = np.zeros(len(index))
    if len(wants):
        own = np.where(rows.principal[index] >= 0, wants[rows.principal[index]], 0.0)
        other = np.where(rows.partner[index] >= 0, wants[rows.partner[index]], 0.0)
        over = rows.role_is(Role.OTS)[index]
        single = np.where(over, 0.93 * own + 0.07 * other, own)
        members = np.sort(np.where(rows.members[index], wants[None], 0.0), axis=1)
        second = members[:, -2] if members.shape[1] > 1 else 0.0
        group = _GROUP_FIRST * members[:, -1] + _GROUP_SECOND * second
        face = np.where(rows.is_group[index], group, single)
        if wants.max() <= 0.0:
            face = np.ones(len(index))
    cost = _FACE * (1.0 - face)
    lean = np.clip(_OVER_SLOPE * (segment.target - _OVER_TURN), -_OVER_SLOPE, 2 * _OVER_SLOPE)
    cost = cost + np.where(rows.role_is(Role.OTS)[index], lean, 0.0)
    off = step - segment.target
    cost = cost + np.minimum(_SIZE * off * off, _SIZE_MOST)
    place = rows.role_is(Role.ESTABLISHING)[index]
    if len(wants) and wants.max() > 0:
        cost = np.where(place, 0.0 if segment.is_opening else _STALE_PLACE, cost)
    inserts = step == INSERT_STEP
    shows = inserts & (rows.prop[index] == segment.prop)
    if segment.prop >= 0:
        return np.where(shows, 0.0, cost + _UNSHOWN_INSERT)
    return np.where(inserts, _STALE_INSERT, cost)


def _follow_cost(
    segment: Segment, index: Index, rows: Rows, taken: Taken, ground: Ground, rate: FrameRate
) -> Array:
    """Return the price of following where nobody walks, or of turning or running too fast."""
    cost = np.zeros(len(index))
    moving = np.flatnonzero(rows.follow[index])
    if not len(moving) or not len(ground.figures.ids):
        return cost
    seconds = rate.seconds(segment.end_frame - segment.first_frame)
    rules = grammar().moves
    ends = [cameras_at(index[moving], frame, rows, taken, ground)
            for frame in (segment.first_frame, segment.end_frame - 1)]  # fmt: skip
    headings = [np.arctan2(*(c.target - c.position)[:, [0, 2]].T) for c in ends]
    swing = np.abs((headings[1] - headings[0] + math.pi) % (2 * math.pi) - math.pi)
    gone = drift_of(index[moving], segment.end_frame - 1, rows, ground)
    gone = gone - drift_of(index[moving], segment.first_frame, rows, ground)
    speed = np.hypot(gone[:, 0], gone[:, 2]) / seconds
    too_fast = np.degrees(swing) / seconds > rules["pan_deg_s"]
    too_fast |= (rows.follow[index[moving]] == TRACK) & (speed > rules["track_m_s"])
    idle = speed < rules["walk_m_s"] / 2
    cost[moving] = seconds * (np.where(idle, _STILL_FOLLOW, 0.0) + np.where(too_fast, _FAST, 0.0))
    return cost


def _lost(segment: Segment, index: Index, rows: Rows, taken: Taken, ground: Ground) -> Index:
    """Return bits: a principal out of the picture or hidden, a following camera without room."""
    figures = ground.figures
    bits = np.zeros(len(index), np.intp)
    if not len(figures.ids):
        return bits
    principal = rows.principal[index]
    single = ~rows.is_group[index] & (principal >= 0)
    own = np.maximum(principal, 0)
    grouped = rows.is_group[index] & rows.members[index].any(axis=1)
    moved = _has_moved(index, segment.end_frame - 1, rows, ground)
    for frame in ((segment.first_frame + segment.end_frame) // 2, segment.end_frame - 1):
        cameras = cameras_at(index, frame, rows, taken, ground)
        heads = np.repeat(figures.eyes[None, :, frame], len(index), axis=0)
        x, y, depth = np.moveaxis(cameras.project(heads, ground.sensor), -1, 0)
        inside = (x > _EDGE) & (x < 1 - _EDGE) & (y > 0.0) & (y < 1.0) & (depth > 0.1)
        inside &= figures.present[None, :, frame]
        seen = (inside & rows.members[index]).any(axis=1) | ~figures.present[:, frame].any()
        kept = np.take_along_axis(inside, own[:, None], 1)[:, 0]
        bits |= np.where((single & ~kept) | (grouped & ~seen), VISIBILITY, 0)
        bits |= _blocked(np.flatnonzero(moved & (principal >= 0)), own, frame, cameras, ground)
    return bits | _crowded(segment, index, rows, taken, ground)


def _crowded(segment: Segment, index: Index, rows: Rows, taken: Taken, ground: Ground) -> Index:
    """Return the bit of clearance where a tracking camera, or a walker, comes too near."""
    near = np.zeros(len(index), bool)
    tracks = np.flatnonzero(rows.follow[index] == TRACK)
    way = ground.figures.paths[:, segment.first_frame : segment.end_frame]
    if not len(tracks) and np.ptp(way, axis=1).max(initial=0.0) < _MOVED_M / 2:
        return np.zeros(len(index), np.intp)
    least = grammar().tolerance.body_m
    for frame in range(segment.first_frame, segment.end_frame, _WATCH_EVERY):
        cameras = cameras_at(index, frame, rows, taken, ground)
        frames = np.full(len(index), frame)
        near |= ground.around.nearest_body(cameras.position, frames) < least
        if len(tracks):
            near[tracks] |= ~ground.around.has_room(cameras.position[tracks], frames[tracks])
    return np.where(near & (rows.step[index] != INSERT_STEP), CLEARANCE, 0)


def _has_moved(index: Index, frame: int, rows: Rows, ground: Ground) -> Flags:
    """Return whose principals have gone so far that what hides them must be asked anew."""
    paths, own = ground.figures.paths, np.maximum(rows.principal[index], 0)
    gone = paths[own, frame] - paths[own, rows.frame[index]]
    return np.asarray(np.hypot(gone[:, 0], gone[:, 2]) > _MOVED_M)


def _blocked(moved: Index, own: Index, frame: int, cameras: Cameras, ground: Ground) -> Index:
    bits = np.zeros(len(own), np.intp)
    if not len(moved):
        return bits
    spare = np.ones((len(moved), len(ground.figures.ids)), bool)
    points = ground.figures.eyes[own[moved], frame]
    frames = np.full(len(moved), frame)
    seen = ground.around.sees(cameras.position[moved], points, frames, spare)
    bits[moved] = np.where(seen, 0, VISIBILITY)
    return bits

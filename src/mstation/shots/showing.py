"""Placed setups and the stretches they run for in, what that costs out: faces, size, faults.

All setups that may be running are asked together, stretch after stretch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.cutting import Segment
from mstation.shots.faults import cuts_joint
from mstation.shots.film import Film
from mstation.shots.following import cameras_at, drift_of
from mstation.shots.framing import Cameras
from mstation.shots.glimpses import MOST_WIDE_STEP, Glimpse, glimpse
from mstation.shots.grammar import STEP, grammar
from mstation.shots.losing import lost
from mstation.shots.rhythm import drawn_seconds, length_cost
from mstation.shots.rows import TRACK, Rows
from mstation.shots.shot import Role, Size
from mstation.shots.siding import Sides, crosses_first, is_off
from mstation.shots.taken import (
    AXIS,
    INSERT_STEP,
    MINIMUM,
    PLACE,
    SIZE,
    VISIBILITY,
)
from mstation.space import Array, wrap_angles

_FACE, _SIZE, _SIZE_MOST = 1.0, 0.11, 1.6
_GROUP_FIRST, _GROUP_SECOND = 0.70, 0.28
# Looser than this an over-the-shoulder is better, tighter worse.
_OVER_TURN, _OVER_SLOPE = 4.7, 0.14
_UNSHOWN_INSERT, _STALE_INSERT = 5.0, 3.0
_NO_PLACE_FIRST, _NOT_WIDE_FIRST = 8.0, 2.2
_STALE_PLACE, _EMPTY_PLACE = 1.5, 0.4  # a place that is known; one without its people
_UNACTED = 25.0
_MISSED, _MISSED_MOST = 1.6, 0.35  # a second without the principal; the share that may be
_STILL_FOLLOW, _FAST = 0.9, 1.2  # a following camera with nobody to follow; one that must hurry
_LEAST_REACTION_S = 0.8
# A face turned no further than 100 degrees from the lens is seen.
_FACE_COS, _FACE_SPARE = math.cos(math.radians(100.0)), 0.1
_MOSTLY = 0.53  # of a reaction is of the face that listens

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Shots from n setups; column k ends k + 1 stretches after its start.

    live      # for each stretch, the setups that may still be running in it, ascending
    last      # for each stretch, what those show in its last frame
    left      # for each stretch, (live, pairs) the sides of lines that those have shown last
    first     # for each stretch, what the setups that begin there show in its first frame
    cost      # (n, most) without faults; infinite where a shot may not run so long
    broken    # (n, most) bits
    reaction  # (n, most) bool: mostly somebody who listens
    face_s    # (n, most) seconds of speech in which the speaker's face is seen
    """

    live: list[Index]
    last: list[Glimpse]
    left: list[Index]
    first: list[Glimpse]
    cost: Array
    broken: Index
    reaction: Flags
    face_s: Array


def runs_of(film: Film, by_point: list[Index], horizon_s: tuple[float, ...]) -> Runs:
    """Return what each setup costs for each length it could run, up to a horizon by stretch.

    `by_point` has the setups that are thought of at each cut point.
    """
    rows = film.rows
    live = _live(film, by_point, horizon_s)
    most = 1 + max(int((s - rows.point[index]).max()) for s, index in enumerate(live))
    table, sides = _Table.of(len(rows.point), most), Sides(film)
    last, left, first = list[Glimpse](), list[Index](), list[Glimpse]()
    for s, (segment, index) in enumerate(zip(film.segments, live, strict=True)):
        starting = index[rows.point[index] == s]
        begins = glimpse(starting, segment.first_frame, rows, film.taken, film.ground)
        within = glimpse(index, _watched(film, segment), rows, film.taken, film.ground)
        ends = glimpse(index, segment.end_frame - 1, rows, film.taken, film.ground)
        leaving = sides.go_on(s, begins, within, ends)
        table.fill(film, s, (within, ends), leaving)
        table.lasting[begins.index, 0] |= crosses_first(begins, film, s)
        first.append(begins)
        last.append(ends)
        left.append(leaving)
    return _summed(film, table, live, last, left, first)


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """What each stretch adds to each shot that runs through it; row setups, columns stretches."""

    content: Array
    missed: Array  # seconds without the principal
    face: Array  # seconds of speech with the speaker's face
    listened: Array  # seconds of speech with the face of who listens
    lasting: Index  # bits of what is broken from here on
    at_end: Index  # bits of what is broken if the shot ends here
    reached: Flags

    @classmethod
    def of(cls, count: int, most: int) -> _Table:
        """Return room for so many setups and stretches."""
        real, bits = np.zeros((count, most)), np.zeros((count, most), np.intp)
        return cls(
            real, real.copy(), real.copy(), real.copy(), bits, bits.copy(), bits.astype(bool)
        )

    def fill(self, film: Film, s: int, glimpses: tuple[Glimpse, Glimpse], leaving: Index) -> None:
        """Set what one stretch adds to all shots that are seen in it."""
        segment, rows, ends = film.segments[s], film.rows, glimpses[-1]
        at = (ends.index, s - rows.point[ends.index])
        length = film.rate.seconds(segment.end_frame - segment.first_frame)
        self.content[at] = length * _content(segment, ends.index, rows)
        self.content[at] += _follow_cost(segment, ends.index, film)
        self.content[at] += _unacted(segment, glimpses, rows)
        bits = lost(segment, glimpses, film)
        self.lasting[at] = bits & ~VISIBILITY
        self.missed[at] = length * ((bits & VISIBILITY) > 0)
        off = is_off(film.all_pairs, leaving, ends, film, s + 1).any(axis=1)
        self.at_end[at] = np.where(off, AXIS, 0) | _ends_in_joint(ends, film)
        for speaker, heard_s in _heard(film, segment):
            seen = _sees_face(ends, speaker)
            self.face[at] += heard_s * seen
            self.listened[at] += heard_s * (_listens(ends, speaker, rows) & ~seen)
        self.reached[at] = True


def _summed(
    film: Film, table: _Table, live: list[Index], last: list[Glimpse], left: list[Index],
    first: list[Glimpse],
) -> Runs:  # fmt: skip
    """Return the runs that the stretches add up to."""
    rows = film.rows
    seconds = _seconds(film, table.content.shape[1])[rows.point]
    broken = np.bitwise_or.accumulate(table.lasting | film.taken.broken[:, None], axis=1)
    broken |= table.at_end
    gone = np.cumsum(table.missed, axis=1)
    broken |= np.where(gone > _MISSED_MOST * seconds, VISIBILITY, 0)
    reaction = np.cumsum(table.listened, axis=1) > _MOSTLY * seconds
    broken |= np.where(seconds < _least_seconds(film, reaction), MINIMUM, 0)
    cost = np.cumsum(table.content, axis=1) + film.taken.cost[:, None] + _MISSED * gone
    opens = np.flatnonzero(rows.point == 0)
    cost[opens] += _first_cost(opens, film)[:, None]
    if film.opens_place:
        broken[opens] |= _unplaced(opens, rows)[:, None]
        broken[first[0].index] |= np.where(_is_near(first[0]), PLACE, 0)[:, None]
    cost += _lengths(film, seconds)
    return Runs(live, last, left, first, np.where(table.reached, cost, np.inf), broken, reaction,
                np.cumsum(table.face, axis=1))  # fmt: skip


def _listens(seen: Glimpse, speaker: int, rows: Rows) -> Flags:
    """Return which pictures are of somebody who listens, face to us, without the speaker."""
    own = np.maximum(seen.principal, 0)
    faced = seen.to_lens[np.arange(len(own)), own] > _FACE_COS + _FACE_SPARE
    held = rows.is_group[seen.index] & rows.members[seen.index, speaker]
    return np.asarray((seen.principal >= 0) & (own != speaker) & faced & ~held)


def _ends_in_joint(ends: Glimpse, film: Film) -> Index:
    """Return the bit of size where the last frame of one person's shot cuts them at a joint."""
    rows, index = film.rows, ends.index
    alone = (rows.principal[index] >= 0) & (rows.members[index].sum(axis=1) <= 1)
    own = np.flatnonzero(alone & (rows.step[index] > STEP[Size.FS]))
    own = own[rows.step[index[own]] != INSERT_STEP]
    if not len(own):
        return np.zeros(len(index), np.intp)
    lens = film.taken.cameras.lens_mm[index[own]]
    cameras = Cameras(ends.position[own], ends.target[own], lens)
    frames = np.full(len(own), ends.frame)
    people = rows.principal[index[own]]
    bits = np.zeros(len(index), np.intp)
    cut = cuts_joint(cameras, people, frames, film.ground.figures, film.ground.sensor)
    bits[own] = np.where(cut, SIZE, 0)
    return bits


def _heard(film: Film, segment: Segment) -> list[tuple[int, float]]:
    """Return who is heard in a stretch who is on the set, and for how many seconds."""
    found = []
    for one in film.exchanges:
        frames = min(one.end_frame, segment.end_frame) - max(one.first_frame, segment.first_frame)
        if one.is_shown and frames > 0:
            found.append((one.speaker, film.rate.seconds(frames)))
    return found


def _sees_face(seen: Glimpse, who: int) -> Flags:
    return np.asarray(seen.inside[:, who] & (seen.to_lens[:, who] > _FACE_COS))


def _live(film: Film, by_point: list[Index], horizon_s: tuple[float, ...]) -> list[Index]:
    """Return the setups that may be running in each stretch."""
    starts = [segment.first_frame for segment in film.segments]
    found = []
    for s, segment in enumerate(film.segments):
        running = [p for p in range(s + 1) if p == s
                   or film.rate.seconds(segment.end_frame - starts[p]) <= horizon_s[p]]  # fmt: skip
        found.append(np.concatenate([by_point[p] for p in running]))
    return found


def _seconds(film: Film, most: int) -> Array:
    """Return (points, most): how long a shot is that ends so many stretches later."""
    starts = np.array([segment.first_frame for segment in film.segments])
    ends = np.array([segment.end_frame for segment in film.segments])
    until = np.minimum(np.arange(len(starts))[:, None] + np.arange(most), len(ends) - 1)
    return np.asarray(film.rate.seconds(1) * (ends[until] - starts[:, None]))


def _lengths(film: Film, seconds: Array) -> Array:
    """Return the price of each run's length, in the style that holds where it begins."""
    found = np.zeros_like(seconds)
    for point, segment in enumerate(film.segments):
        own = np.flatnonzero(film.rows.point == point)
        if len(own):
            drawn = drawn_seconds(segment.style, segment.seed)
            found[own] = [length_cost(float(s), drawn, segment.style) for s in seconds[own[0]]]
    return found


def _first_cost(index: Index, film: Film) -> Array:
    """Return the price of a first shot that does not say where we are."""
    rows = film.rows
    if film.opens_place:
        late = 4.0 * np.clip(rows.step[index] - STEP[Size.WS], 0, 8)
        unplaced = np.where(rows.role_is(Role.ESTABLISHING)[index], 0.0, _NO_PLACE_FIRST)
        return np.asarray(unplaced + late)
    return np.where(rows.step[index] <= STEP[Size.MLS], 0.0, _NOT_WIDE_FIRST)


def _unplaced(index: Index, rows: Rows) -> Index:
    placed = rows.role_is(Role.ESTABLISHING)[index] & (rows.step[index] <= STEP[Size.WS])
    return np.where(placed, 0, PLACE)


def _is_near(seen: Glimpse) -> Flags:
    """Return which pictures really have somebody larger than a wide view does."""
    return np.asarray((seen.inside & (seen.step > MOST_WIDE_STEP)).any(axis=1))


def _least_seconds(film: Film, reaction: Flags) -> Array:
    rhythm = grammar().rhythm
    wide = (film.rows.step <= STEP[Size.WS])[:, None]
    short = np.where(reaction, _LEAST_REACTION_S, rhythm.min_s)
    return np.where(wide, rhythm.min_wide_s, short)


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
        empty = _EMPTY_PLACE * ~rows.members[index].any(axis=1)
        cost = np.where(place, empty + (0.0 if segment.is_opening else _STALE_PLACE), cost)
    inserts = step == INSERT_STEP
    shows = inserts & (rows.prop[index] == segment.prop)
    if segment.prop >= 0:
        return np.where(shows, 0.0, cost + _UNSHOWN_INSERT)
    return np.where(inserts, _STALE_INSERT, cost)


def _unacted(segment: Segment, glimpses: tuple[Glimpse, Glimpse], rows: Rows) -> Array:
    """Return the price of the share of each action in which nobody whom it names is seen.

    A shoulder in the foreground does not act.
    """
    index = glimpses[0].index
    cost = np.zeros(len(index))
    fore = np.where(rows.role_is(Role.OTS)[index], rows.partner[index], -1)
    for acted in segment.acted:
        seen = np.zeros(len(cost), bool)
        inside = [g for g in glimpses if acted.first_frame <= g.frame < acted.end_frame]
        for each in inside or glimpses[:1]:
            for who in acted.named:
                seen |= each.inside[:, who] & (fore != who)
        cost += np.where(seen | (segment.prop >= 0), 0.0, _UNACTED * acted.share)
    return cost


def _follow_cost(segment: Segment, index: Index, film: Film) -> Array:
    """Return the price of following where nobody walks, or of turning or running too fast."""
    rows, ground = film.rows, film.ground
    cost = np.zeros(len(index))
    moving = np.flatnonzero(rows.follow[index])
    if not len(moving) or not len(ground.figures.ids):
        return cost
    seconds = film.rate.seconds(segment.end_frame - segment.first_frame)
    rules = grammar().moves
    ends = [cameras_at(index[moving], frame, rows, film.taken, ground)
            for frame in (segment.first_frame, segment.end_frame - 1)]  # fmt: skip
    headings = [np.arctan2(*(c.target - c.position)[:, [0, 2]].T) for c in ends]
    swing = np.abs(wrap_angles(headings[1] - headings[0]))
    gone = drift_of(index[moving], segment.end_frame - 1, rows, ground)
    gone = gone - drift_of(index[moving], segment.first_frame, rows, ground)
    speed = np.hypot(gone[:, 0], gone[:, 2]) / seconds
    too_fast = np.degrees(swing) / seconds > rules["pan_deg_s"]
    too_fast |= (rows.follow[index[moving]] == TRACK) & (speed > rules["track_m_s"])
    idle = speed < rules["walk_m_s"] / 2
    cost[moving] = seconds * (np.where(idle, _STILL_FOLLOW, 0.0) + np.where(too_fast, _FAST, 0.0))
    return cost


def _watched(film: Film, segment: Segment) -> int:
    """Return the frame within a stretch that is looked at.

    That is the middle of the most that it has of an action, else a line's edge, else its middle.
    """
    if segment.acted and not segment.is_spoken:
        most = max(segment.acted, key=lambda acted: acted.share)
        return (most.first_frame + most.end_frame) // 2
    edges = [frame for one in film.exchanges for frame in (one.first_frame, one.end_frame - 1)
             if segment.first_frame < frame < segment.end_frame - 1]  # fmt: skip
    return edges[-1] if edges else (segment.first_frame + segment.end_frame) // 2

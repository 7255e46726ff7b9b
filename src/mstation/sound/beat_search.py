"""Anchors in, the row of beat counts that meets the most of them musically out.

An anchor is a frame that a beat may fall on exactly. Between two anchors that are met lies a whole
number of beats, so the tempo is beats over length and nothing drifts; what is searched is which
anchors are met and how many beats lie between them.
Source: the "find tempo" of film sequencers; a Viterbi search over (anchor, beats, beat of the
bar), kept to the best few states an anchor.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from mstation.timebase import FrameRate

JUMP = 1.12  # neighbouring tempi lie no further apart: a larger step is heard as a new piece
_LOG_JUMP = math.log(JUMP)
_REACH = 1.06  # the tempo may leave the mood's range by so much to meet a hit
_NEAREST_BEATS = 2  # between anchors; a tempo that holds for one beat is a stumble
_STATES = 14  # kept an anchor
_AHEAD = 9  # anchors looked at past the nearest that can follow
_PACES = 6  # tempi tried over a long stretch, each with a bar's worth of counts

# Costs are in units of a hit of weight 1 that is passed over.
_AWAY = 1.5  # a log of tempo away from the ideal, over the whole cue
_TURN = 1.2  # a log of tempo between neighbours
_ODD_BAR = 0.10  # a 2/4 or 5/4 put in
_OFF_DOWNBEAT = 0.15  # a met hit that is no downbeat, times its weight
_LAST_ODD_BAR = 0.03


@dataclass(frozen=True, slots=True)
class Anchor:
    """A frame that a beat may fall on, and what it costs when none does."""

    frame: int
    weight: float
    is_turn: bool = False  # the music turns here: met, it is a downbeat


@dataclass(frozen=True, slots=True)
class Met:
    """An anchor that is met: the beats before it since the last, and whether it begins a bar."""

    frame: int
    beats: int
    is_downbeat: bool


@dataclass(frozen=True, slots=True)
class _State:
    cost: float
    log_bpm: float | None
    phase: int  # the beat of the bar that the anchor is, from 0
    met: Met | None = None
    before: _State | None = None


@dataclass(frozen=True, slots=True)
class _Wish:
    frames: int
    frames_a_minute: Fraction
    tempo: tuple[float, float]
    log_ideal: float
    meter: int

    def log_bpm(self, beats: int, length: int) -> float:
        return math.log(beats / length * float(self.frames_a_minute))

    def shortest(self) -> float:
        """Return the fewest frames that can lie between two anchors."""
        return _NEAREST_BEATS * float(self.frames_a_minute) / (self.tempo[1] * _REACH)


def meet(
    frames: int,
    rate: FrameRate,
    anchors: Sequence[Anchor],
    *,
    tempo: tuple[float, float],
    ideal: float,
    meter: int,
) -> tuple[Met, ...]:
    """Return the anchors that are met, in order; the last is the cue's end.

    `anchors` lie inside the cue, in order, no two on one frame; frame 0 is met by itself.
    """
    wish = _Wish(frames, 60 * rate.fraction, tempo, math.log(ideal), meter)
    points = [Anchor(0, 0.0), *anchors, Anchor(frames, 0.0, is_turn=True)]
    states: list[list[_State]] = [[] for _ in points]
    states[0] = [_State(0.0, None, 0)]
    for index in range(len(points) - 1):
        kept = _best(states[index])
        if not kept:
            continue
        for further in _following(index, points, wish):
            for beats, missed in _edges(index, further, points, wish):
                states[further].extend(_steps(kept, points, index, further, beats, missed, wish))
    return _path(min(states[-1], key=_cost))


def _path(state: _State) -> tuple[Met, ...]:
    path: list[Met] = []
    at: _State | None = state
    while at and at.met:
        path.append(at.met)
        at = at.before
    return tuple(reversed(path))


def _cost(state: _State) -> float:
    return round(state.cost, 9)


def _best(states: Iterable[_State]) -> list[_State]:
    """Return the cheapest states, one for each tempo and beat of the bar; the first of equals."""
    best: dict[tuple[float | None, int], _State] = {}
    for state in sorted(states, key=_cost):
        best.setdefault((state.log_bpm and round(state.log_bpm, 2), state.phase), state)
        if len(best) == _STATES:
            break
    return list(best.values())


def _following(index: int, points: Sequence[Anchor], wish: _Wish) -> Iterator[int]:
    """Yield the anchors that may be met next; the cue's end is always one."""
    last = len(points) - 1
    seen = 0
    for further in range(index + 1, last):
        if points[further].frame - points[index].frame >= wish.shortest():
            yield further
            seen += 1
        if seen == _AHEAD:
            break
    yield last


def _edges(
    index: int, further: int, points: Sequence[Anchor], wish: _Wish
) -> Iterator[tuple[int, float]]:
    """Yield how many beats may lie between two anchors, and the weight then passed over."""
    first, end = points[index].frame, points[further].frame
    between = points[index + 1 : further]
    for beats in counts(end - first, wish.frames_a_minute, wish.tempo, wish.meter):
        missed = sum(
            each.weight for each in between if not is_on_beat(first, end, beats, each.frame)
        )
        yield beats, missed


def counts(
    length: int, frames_a_minute: Fraction, tempo: tuple[float, float], meter: int
) -> list[int]:
    """Return beat counts of a stretch whose tempo is in reach; the nearest one when none is."""
    minutes = length / frames_a_minute
    low = max(_NEAREST_BEATS, math.ceil(minutes * Fraction(tempo[0] / _REACH)))
    high = math.floor(minutes * Fraction(tempo[1] * _REACH))
    if high < low:
        return [max(1, round(minutes * Fraction(tempo[0] + tempo[1]) / 2))]
    if high - low < _PACES * meter:
        return list(range(low, high + 1))
    starts = [low + (high - low - meter) * pace // (_PACES - 1) for pace in range(_PACES)]
    return sorted({start + beat for start in starts for beat in range(meter)})


def is_on_beat(first: int, end: int, beats: int, frame: int) -> bool:
    """Whether a frame lies within half a frame of a beat of a stretch."""
    length, at = end - first, (frame - first) * beats
    beat = (2 * at + length) // (2 * length)
    return 2 * abs(beat * length - at) <= beats


def _steps(
    kept: Sequence[_State],
    points: Sequence[Anchor],
    index: int,
    further: int,
    beats: int,
    missed: float,
    wish: _Wish,
) -> Iterator[_State]:
    anchor, length = points[further], points[further].frame - points[index].frame
    log_bpm = wish.log_bpm(beats, length)
    is_last = further == len(points) - 1
    own = missed + _AWAY * abs(log_bpm - wish.log_ideal) * length / wish.frames
    odd = _LAST_ODD_BAR if is_last else _ODD_BAR
    whole = Met(anchor.frame, beats, is_downbeat=True)
    inside = Met(anchor.frame, beats, is_downbeat=False)
    for state in kept:
        jump = 0.0 if state.log_bpm is None else abs(log_bpm - state.log_bpm)
        if jump > _LOG_JUMP:
            continue
        cost = state.cost + own + _TURN * jump
        phase = (state.phase + beats) % wish.meter
        if phase and not anchor.is_turn:
            off = _OFF_DOWNBEAT * anchor.weight
            yield _State(cost + off, log_bpm, phase, inside, state)
        yield _State(cost + odd * (phase > 0), log_bpm, 0, whole, state)

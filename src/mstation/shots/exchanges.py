"""A scene and its playing in, exchanges out: who speaks to whom, and whose line holds when."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mstation.breakdown.scene import Presence, Scene
from mstation.shots.landmarks import Figures
from mstation.stage.performance import Performance

_LOOKS_RAD = math.radians(35.0)  # a face this near to somebody looks at them
_ALIKE_RAD = math.radians(12.0)  # looks at two people that a face cannot tell apart
_SAMPLES = 12  # of a line at which its speaker's face is read

Flags = NDArray[np.bool_]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A line that is spoken, and to whom; −1 is a voice, or an ear, without a body.

    `is_shown` says that the speaker is on the set, so that a line of interest may run from
    head to head.
    """

    beat: int
    first_frame: int
    end_frame: int
    speaker: int
    listener: int
    is_shown: bool

    @property
    def pair(self) -> Pair | None:
        """The two between whom the line of interest runs, the lower index first."""
        if not self.is_shown or min(self.speaker, self.listener) < 0:
            return None
        return (min(self.speaker, self.listener), max(self.speaker, self.listener))


def exchanges_of(
    scene: Scene, performance: Performance, figures: Figures, called: Flags
) -> tuple[Exchange, ...]:
    """Return the scene's lines in order, each with whom it is spoken to.

    That is whom the speaker's face is turned to while the line is heard; where that tells
    nothing, who answers or spoke before, then whoever is nearest.
    """
    timings = {timing.line_id: timing for timing in performance.beats if timing.line_id}
    heard: list[Exchange] = []
    for index, beat in enumerate(scene.beats):
        if beat.line is None:
            continue
        timing = timings.get(beat.line.id)
        first, end = (timing.speech_first_frame, timing.speech_end_frame) if timing else (0, 0)
        speaker = figures.index(beat.line.character_id)
        there = speaker >= 0 and beat.line.presence is Presence.ON
        is_shown = there and bool(called[speaker, first:end].any())
        heard.append(Exchange(index, first, end, speaker, -1, is_shown))
    order = sorted(range(len(heard)), key=lambda place: (heard[place].first_frame, place))
    found = list(heard)
    for rank, place in enumerate(order):
        spoken = [heard[other] for other in order]
        listener = _listener(spoken, rank, figures, called)
        found[place] = replace(heard[place], listener=listener)
    return tuple(found)


def _listener(spoken: list[Exchange], rank: int, figures: Figures, called: Flags) -> int:
    """Return whom a line is spoken to, −1 for nobody who is on the set."""
    one = spoken[rank]
    near = _neighbours(spoken, rank)
    frames = called.shape[1]
    middle = min((one.first_frame + one.end_frame) // 2, frames - 1)
    others = [int(p) for p in np.flatnonzero(called[:, middle]) if p != one.speaker]
    if not one.is_shown or not others:
        return next((other for other in near if other in others), -1)
    turns = {other: _mean_turn(one, other, figures, called) for other in others}
    best = min(turns.values())
    looked_at = [other for other in others if turns[other] <= best + _ALIKE_RAD]
    if best > _LOOKS_RAD:
        looked_at = others
        if near and near[0] not in others:
            return -1  # the talk is with a voice that has no body: a telephone
    for other in near:
        if other in looked_at:
            return other
    heads = figures.eyes[:, middle]
    apart = {other: float(np.linalg.norm(heads[other] - heads[one.speaker])) for other in looked_at}
    return min(looked_at, key=lambda other: (apart[other], other))


def _neighbours(spoken: list[Exchange], rank: int) -> list[int]:
    """Return who spoke before and who speaks next, other than the speaker; −1: no body."""
    speaker, found = spoken[rank].speaker, []
    for near in (spoken[rank - 1 :: -1] if rank else [], spoken[rank + 1 :]):
        other = next((one for one in near if one.speaker != speaker or speaker < 0), None)
        if other is not None:
            found.append(other.speaker if other.is_shown else -1)
    return found


def _mean_turn(one: Exchange, other: int, figures: Figures, called: Flags) -> float:
    """Return how far the speaker's face is off somebody's head, a mean over the line."""
    last = min(one.end_frame, called.shape[1]) - 1
    frames = np.unique(np.linspace(one.first_frame, max(last, one.first_frame), _SAMPLES)
                       .astype(int))  # fmt: skip
    frames = frames[called[one.speaker, frames] & called[other, frames]]
    if not len(frames):
        return math.pi
    way = figures.eyes[other, frames] - figures.eyes[one.speaker, frames]
    way /= np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9)
    towards = (way * figures.looks[one.speaker, frames]).sum(axis=1)
    return float(np.arccos(np.clip(towards, -1.0, 1.0)).mean())


def pairs_at(
    exchanges: tuple[Exchange, ...], figures: Figures, called: Flags, frame: int, *, begins: bool
) -> tuple[Pair, ...]:
    """Return the pairs whose line may hold at a frame, the likeliest first.

    That is the exchange that is heard; in a pause the one to come where a shot `begins` there,
    then the one that was heard. Before anybody has spoken it may be any that is to come; where
    none of them is on the set it is whoever stands nearest.
    """
    now = [one.pair for one in exchanges if one.first_frame <= frame < one.end_frame]
    before = [one.pair for one in exchanges if one.end_frame <= frame and one.is_shown][-1:]
    after = [one.pair for one in exchanges if one.first_frame > frame and one.pair is not None]
    after = after if before_talk(exchanges, frame) else after[:1]
    found: list[Pair] = []
    for pair in (*now, *(after if begins else ()), *before, *after):
        if pair is not None and pair not in found:
            found.append(pair)
    if not any(called[list(pair), frame].all() for pair in found):
        found += [pair for pair in _nearest(figures, called, frame) if pair not in found]
    return tuple(found)


def before_talk(exchanges: tuple[Exchange, ...], frame: int) -> bool:
    """Return whether nobody has yet spoken to anybody at a frame."""
    return not any(one.first_frame <= frame for one in exchanges if one.pair)


def _nearest(figures: Figures, called: Flags, frame: int) -> list[Pair]:
    there = [int(person) for person in np.flatnonzero(called[:, frame])]
    heads = figures.eyes[:, frame]
    apart = {(a, b): float(np.linalg.norm(heads[a] - heads[b])) for a, b in combinations(there, 2)}
    return sorted(apart, key=lambda pair: (apart[pair], pair))

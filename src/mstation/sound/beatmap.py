"""Hits in, a cue's clock out: in which tempo each stretch goes, where the bars lie, what is met.

A stretch holds a whole number of beats between two frames, so its tempo is beats over length
exactly and the next begins on its frame; a chosen hit is where a stretch begins. What cannot be
met without a stumble is passed over, and the map says why.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from mstation.sound.beat_search import JUMP, Anchor, Met, meet
from mstation.sound.spots import HitPoint, Told
from mstation.timebase import FrameRate

LandingKind = Literal["downbeat", "beat", "passed"]

HALF_FRAME = Fraction(1, 2)

_LEAST_WEIGHT = 0.2  # a slighter hit is met by chance only: the music does not bend for it
_TURN_WEIGHT = 0.3  # of a turn of the music that no hit marks
_NEAREST_BEATS = Fraction(6, 5)  # two hits nearer than this cannot both be beats of a melody


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames of the cue in one tempo, half-open, and the whole beats in them."""

    first_frame: int
    end_frame: int
    beats: int
    meter: int  # quarters in its usual bar
    is_downbeat: bool  # whether a bar begins with it

    @property
    def frames_a_beat(self) -> Fraction:
        """How long a beat of it is."""
        return Fraction(self.end_frame - self.first_frame, self.beats)

    def bpm(self, rate: FrameRate) -> float:
        """Return its tempo in quarters a minute, for people."""
        return float(60 * rate.fraction / self.frames_a_beat)


@dataclass(frozen=True, slots=True)
class Landing:
    """How a hit meets the beats: its nearest beat comes so many frames late (+) or early (−)."""

    hit: HitPoint
    kind: LandingKind
    error_frames: float
    why: Told


@dataclass(frozen=True, slots=True)
class BeatMap:
    """A cue's clock; stretches tile the cue, bars hold all its beats."""

    stretches: tuple[Stretch, ...]
    bars: tuple[int, ...]  # quarters in each bar, in order
    landings: tuple[Landing, ...]  # one a hit, in order

    @property
    def beats(self) -> int:
        """How many beats the cue has."""
        return sum(stretch.beats for stretch in self.stretches)

    @property
    def downbeats(self) -> tuple[int, ...]:
        """The beats, from 0, that bars begin with."""
        return tuple(itertools.accumulate(self.bars[:-1], initial=0)) if self.bars else ()

    def frame_of_beat(self, beat: float | Fraction) -> Fraction:
        """Return where a beat of the cue lies, in frames, exactly."""
        left = Fraction(beat)
        for stretch in self.stretches:
            if left <= stretch.beats:
                return stretch.first_frame + left * stretch.frames_a_beat
            left -= stretch.beats
        return Fraction(self.stretches[-1].end_frame if self.stretches else 0)

    def beat_of_frame(self, frame: float | Fraction) -> Fraction:
        """Return which beat of the cue a frame begins at, exactly."""
        before = Fraction(0)
        for stretch in self.stretches:
            if frame < stretch.end_frame:
                return before + (Fraction(frame) - stretch.first_frame) / stretch.frames_a_beat
            before += stretch.beats
        return before


def beat_map(
    frames: int,
    rate: FrameRate,
    hits: Sequence[HitPoint],
    turns: Sequence[int],
    *,
    tempo: tuple[float, float],
    ideal: float,
    meter: int,
) -> BeatMap:
    """Return the cue's clock: every hit that can be met musically lies on a beat exactly.

    `turns` are frames where the music would like to begin a new bar (speech starts or stops);
    they give way to hits. `tempo` is the mood's range in quarters a minute, `ideal` the pace that
    the scene asks for. Hits outside the cue are passed over.
    """
    if frames <= 0:
        return BeatMap((), (), tuple(_outside(hit) for hit in hits))
    met = meet(frames, rate, _anchors(frames, hits, turns), tempo=tempo, ideal=ideal, meter=meter)
    stretches = _stretches(met, meter)
    whole = BeatMap(stretches, _bars(stretches, meter), ())
    chosen = {stretch.first_frame for stretch in stretches}
    landings = tuple(_landing(hit, frames, whole, chosen) for hit in hits)
    return BeatMap(whole.stretches, whole.bars, landings)


def _anchors(frames: int, hits: Iterable[HitPoint], turns: Iterable[int]) -> list[Anchor]:
    weights: dict[int, float] = {}
    for hit in hits:
        if 0 < hit.frame < frames and hit.weight >= _LEAST_WEIGHT:
            weights[hit.frame] = max(weights.get(hit.frame, 0.0), hit.weight)
    turning = {turn for turn in turns if 0 < turn < frames}
    return [
        Anchor(frame, weights.get(frame, 0.0) + _TURN_WEIGHT * (frame in turning), frame in turning)
        for frame in sorted({*weights, *turning})
    ]


def _stretches(met: Sequence[Met], meter: int) -> tuple[Stretch, ...]:
    first, is_downbeat = 0, True
    stretches = []
    for each in met:
        stretches.append(Stretch(first, each.frame, each.beats, meter, is_downbeat))
        first, is_downbeat = each.frame, each.is_downbeat
    return tuple(stretches)


def _bars(stretches: Sequence[Stretch], meter: int) -> tuple[int, ...]:
    """Return the bars: whole ones from downbeat to downbeat, what is left over in the last."""
    runs: list[int] = []
    for stretch in stretches:
        if stretch.is_downbeat:
            runs.append(0)
        runs[-1] += stretch.beats
    return tuple(bar for run in runs for bar in bars_of(run, meter))


def _landing(hit: HitPoint, frames: int, clock: BeatMap, chosen: set[int]) -> Landing:
    if not 0 <= hit.frame <= frames:
        return _outside(hit)
    beat = round(clock.beat_of_frame(hit.frame))
    error = clock.frame_of_beat(beat) - hit.frame
    if abs(error) > HALF_FRAME:
        return Landing(hit, "passed", round(float(error), 3), _passed(hit, frames, clock, chosen))
    if hit.frame == frames:
        why = Told("the music ends with it", "音乐与它同时收束")
        return Landing(hit, "downbeat", 0.0, why)
    if beat in clock.downbeats:
        why = Told("a bar begins with it", "小节由此起")
        return Landing(hit, "downbeat", round(float(error), 3), why)
    why = Told("it falls on a beat inside the bar", "落在小节内的一拍上")
    return Landing(hit, "beat", round(float(error), 3), why)


def _outside(hit: HitPoint) -> Landing:
    why = Told("it lies outside the cue", "不在这段音乐之内")
    return Landing(hit, "passed", 0.0, why)


def _passed(hit: HitPoint, frames: int, clock: BeatMap, chosen: set[int]) -> Told:
    """Return why a hit has no beat."""
    beat = clock.beat_of_frame(hit.frame)
    if beat < _NEAREST_BEATS:
        return Told("the music has only just begun", "音乐才刚起")
    if clock.beats - beat < _NEAREST_BEATS:
        return Told("the music is ending", "音乐正要收束")
    if hit.weight < _LEAST_WEIGHT:
        return Told("too slight for the music to bend to", "分量太轻，音乐不为它改拍")
    near = min(chosen, key=lambda frame: (abs(frame - hit.frame), frame))
    if abs(clock.beat_of_frame(near) - beat) < 2 * _NEAREST_BEATS:
        return Told(
            f"the music lands on frame {near}, too near for both",
            f"音乐落在第 {near} 帧，两处太近，不能兼顾",
        )
    percent = round(100 * (JUMP - 1))
    return Told(
        f"to meet it the tempo would have to leap by over {percent} %, or leave its mood",
        f"要落上它，速度须突变逾 {percent} %，或离开这一情绪的范围",
    )


def bars_of(beats: int, meter: int) -> tuple[int, ...]:
    """Return the lengths of a section's bars; a lone beat left over joins the last bar."""
    whole, rest = divmod(beats, meter)
    if rest == 0:
        return (meter,) * whole
    if rest == 1 and whole:
        return (*(meter,) * (whole - 1), meter + 1)
    return (*(meter,) * whole, rest)

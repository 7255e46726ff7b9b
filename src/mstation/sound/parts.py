"""A section and a role in, that part's notes out: bass, pad, figures, theme, pulse, drums, ring.

Every note begins and ends on a sixteenth, so that what is played can be written down.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from mstation.breakdown.scene import Mood
from mstation.sound.cue import CuePlan, Part, Role, Section, ThemeUse
from mstation.sound.harmony import lead, pitch_of_degree
from mstation.sound.palette import INSTRUMENTS, MODES, Instrument

UNDER_VOICE = 62  # D4, 294 Hz: the highest pitch that may sound while someone speaks
_PAD_LOW, _PAD_HIGH = 53, 77
_MELODY_CENTRE = 71
_LEAST_SAID = 0.6  # of the theme must fit into what is left of the section
_RING_BEATS = 0.5  # between the notes of the last rolled chord


@dataclass(frozen=True, slots=True)
class Played:
    """One note, in beats of the cue."""

    instrument: str
    start: float
    beats: float
    pitch: int
    velocity: int
    role: Role = "pad"

    @property
    def end(self) -> float:
        """The beat at which it stops."""
        return self.start + self.beats

    def held(self, beats: float) -> Played:
        """Return the same note held for so long."""
        return replace(self, beats=beats)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a section."""

    start: float
    beats: float
    chord: str
    tones: tuple[int, ...]  # of the chord, pitch classes, the root first
    is_spoken: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """What every part of a cue knows: the plan, and the hand that varies it."""

    plan: CuePlan
    hand: random.Random

    def velocity(self, weight: float) -> int:
        """Return how hard a note is struck: `weight` 1 is plain, a little uneven as hands are."""
        return max(20, min(118, round(78 * weight + self.hand.uniform(-4, 4))))


Voicings = dict[str, tuple[int, ...]]
Writer = Callable[[Instrument, Section, Sequence[Bar], Stage, Voicings], Iterable[Played]]


def play_part(
    part: Part, section: Section, bars: Sequence[Bar], stage: Stage, voicings: Voicings
) -> list[Played]:
    """Return the notes of one part in one section; `voicings` remembers where the hands were."""
    instrument = INSTRUMENTS[part.instrument]
    return [
        replace(note, role=part.role)
        for note in _WRITERS[part.role](instrument, section, bars, stage, voicings)
    ]


def _held(bars: Sequence[Bar]) -> list[Bar]:
    """Return bars joined while chord and speech stay the same."""
    held: list[Bar] = []
    for bar in bars:
        last = held[-1] if held else None
        if last and (last.tones, last.is_spoken) == (bar.tones, bar.is_spoken):
            held[-1] = replace(last, beats=last.beats + bar.beats)
        else:
            held.append(bar)
    return held


def _bass(
    instrument: Instrument, section: Section, bars: Sequence[Bar], stage: Stage, voicings: Voicings
) -> Iterable[Played]:
    for bar in _held(bars):
        root = bar.tones[0]
        before = voicings.get("bass") or ((instrument.low + 7),)
        choices = [
            pitch
            for pitch in range(instrument.low, min(instrument.high, instrument.low + 19))
            if pitch % 12 == root
        ]
        pitch = min(choices, key=lambda choice: (abs(choice - before[0]), choice))
        voicings["bass"] = (pitch,)
        weight = 0.75 if bar.is_spoken else 0.95
        yield Played(instrument.name, bar.start, bar.beats, pitch, stage.velocity(weight))


def _pad(
    instrument: Instrument, section: Section, bars: Sequence[Bar], stage: Stage, voicings: Voicings
) -> Iterable[Played]:
    for bar in _held(bars):
        if bar.is_spoken:
            voices, low, high = 2, max(instrument.low, 45), UNDER_VOICE
        else:
            voices, low, high = 3, max(instrument.low, _PAD_LOW), min(instrument.high, _PAD_HIGH)
        before = voicings.get(f"pad{voices}", ())
        voicing = lead(bar.tones, before, voices=voices, low=low, high=high)
        voicings[f"pad{voices}"] = voicing
        weight = 0.65 if bar.is_spoken else 0.85
        for pitch in voicing:
            yield Played(instrument.name, bar.start, bar.beats, pitch, stage.velocity(weight))


def _arp(
    instrument: Instrument, section: Section, bars: Sequence[Bar], stage: Stage, voicings: Voicings
) -> Iterable[Played]:
    """Return a broken chord a bar: flowing quavers, or a few slow notes with air around them."""
    step = 0.5 if section.texture == "flow" and section.bpm < 100 else 1.0
    for index, bar in enumerate(bars):
        tones = _tones(bar.tones, instrument, bar.is_spoken)
        if not tones or (bar.is_spoken and index % 2):
            continue
        spacing = 2.0 if bar.is_spoken else step
        count = int(bar.beats / spacing)
        if section.texture == "sparse":
            count = min(count, 2 if index % 2 else 3)
        for note in range(count):
            at = bar.start + note * spacing
            turn = note % (2 * len(tones) - 2) if len(tones) > 1 else 0
            pitch = tones[turn] if turn < len(tones) else tones[2 * len(tones) - 2 - turn]
            ring = min(bar.start + bar.beats - at, 3.0)
            weight = 0.8 if note == 0 else 0.62
            yield Played(instrument.name, at, ring, pitch, stage.velocity(weight))


def _tones(pitch_classes: Sequence[int], instrument: Instrument, is_spoken: bool) -> list[int]:
    """Return chord tones going up from the root; low ones alone while someone speaks."""
    low = max(instrument.low, 43 if is_spoken else 50)
    high = min(instrument.high, UNDER_VOICE if is_spoken else low + 26)
    root = next(pitch for pitch in range(low, low + 12) if pitch % 12 == pitch_classes[0])
    return [pitch for pitch in range(root, high + 1) if pitch % 12 in pitch_classes][:5]


def _melody(
    instrument: Instrument, section: Section, bars: Sequence[Bar], stage: Stage, voicings: Voicings
) -> Iterable[Played]:
    """Return the theme at the head of each phrase that has room for it, then left to breathe."""
    theme = section.theme
    if theme is None:
        return
    length = sum(note.beats for note in theme.notes)
    end = bars[-1].start + bars[-1].beats
    heads = set(itertools.accumulate((phrase.bars for phrase in section.phrases), initial=0))
    free_from = bars[0].start
    for index, bar in enumerate(bars):
        if bar.is_spoken or bar.start < free_from or end - bar.start < _LEAST_SAID * length:
            continue
        if index not in heads and index % 2 and free_from > bars[0].start:
            continue
        for note in _statement(theme, bar, bars, instrument, section, stage):
            if note.start < end:
                yield note.held(min(note.beats, end - note.start))
        free_from = bar.start + length + stage.plan.meter


def _statement(
    theme: ThemeUse,
    bar: Bar,
    bars: Sequence[Bar],
    instrument: Instrument,
    section: Section,
    stage: Stage,
) -> Iterable[Played]:
    """Return the theme said once, from the step of the chord that it is nearest to.

    It moves by whole octaves only, all of it together: a note folded back would bend the tune.
    """
    mode, tonic = MODES[section.mode], section.tonic
    opening = _nearest_degree(bar.tones, mode, tonic) - theme.notes[0].degree
    line: list[tuple[float, float, int]] = []
    at = bar.start
    for position, note in enumerate(theme.notes):
        pitch = pitch_of_degree(opening + note.degree, mode, tonic, octave=4)
        if note.beats >= 2 or position == len(theme.notes) - 1:
            pitch = _settled(pitch, _bar_at(bars, at).tones)
        line.append((at, note.beats, pitch))
        at += note.beats
    lift = _octaves([pitch for _, _, pitch in line], instrument)
    for index, (start, beats, pitch) in enumerate(line):
        weight = 0.95 if index == 0 else 0.85
        fitted = _fitted(pitch + lift, instrument)
        yield Played(instrument.name, start, beats, fitted, stage.velocity(weight))


def _octaves(pitches: Sequence[int], instrument: Instrument) -> int:
    """Return the octaves, in semitones, that put a line in range, nearest to where it sings."""
    centre = max(min(_MELODY_CENTRE, (instrument.low + instrument.high) // 2), instrument.low + 8)
    low, high = min(pitches), max(pitches)

    def away(lift: int) -> tuple[int, float]:
        outside = max(0, instrument.low - low - lift) + max(0, high + lift - instrument.high)
        return outside, abs((low + high) / 2 + lift - centre)

    return min(range(-48, 49, 12), key=away)


def _fitted(pitch: int, instrument: Instrument) -> int:
    while pitch > instrument.high:
        pitch -= 12
    while pitch < instrument.low:
        pitch += 12
    return pitch


def _nearest_degree(pitch_classes: Sequence[int], mode: Sequence[int], tonic: int) -> int:
    """Return the step of the mode, from the fourth below to the fourth above, in the chord."""
    reach = len(mode) // 2
    inside = [
        degree
        for degree in range(-reach, reach + 1)
        if (tonic + mode[degree % len(mode)]) % 12 in pitch_classes
    ]
    return min(inside, key=lambda degree: (abs(degree), degree), default=0)


def _settled(pitch: int, pitch_classes: Sequence[int]) -> int:
    """Return the chord's tone nearest to a pitch: long notes rest in the harmony."""
    return min(
        (near for near in range(pitch - 4, pitch + 5) if near % 12 in pitch_classes),
        key=lambda near: (abs(near - pitch), near),
        default=pitch,
    )


def _bar_at(bars: Sequence[Bar], beat: float) -> Bar:
    inside = (bar for bar in bars if bar.start <= beat < bar.start + bar.beats)
    return next(inside, bars[-1])


def _pulse(
    instrument: Instrument, section: Section, bars: Sequence[Bar], stage: Stage, voicings: Voicings
) -> Iterable[Played]:
    """Return a low pulse on root and fifth: quavers when there is action, else heartbeats."""
    is_action = stage.plan.mood is Mood.ACTION
    step = 0.5
    figure = (0, 0, 7, 0, 0, 12, 7, 0) if is_action else (0, 0, -1, -1)
    for bar in bars:
        pcs = bar.tones
        low = max(instrument.low, 36)
        root = next(pitch for pitch in range(low, low + 12) if pitch % 12 == pcs[0])
        for note in range(int(bar.beats / step)):
            lift = figure[note % len(figure)]
            if lift < 0 or (bar.is_spoken and is_action and note % 2):
                continue
            weight = (1.05 if note == 0 else 0.75) * (0.75 if bar.is_spoken else 1.0)
            pitch = root + lift if (root + lift) % 12 in pcs else root
            pitch -= 12 * (pitch > instrument.high)
            at = bar.start + note * step
            yield Played(instrument.name, at, step, pitch, stage.velocity(weight))


def _drums(
    instrument: Instrument, section: Section, bars: Sequence[Bar], stage: Stage, voicings: Voicings
) -> Iterable[Played]:
    tonic = section.tonic
    low = next(pitch for pitch in range(instrument.low, instrument.low + 12) if pitch % 12 == tonic)
    for index, bar in enumerate(bars):
        strokes: tuple[float, ...] = (0.0, 1.5, 2.0, 3.0) if index % 2 else (0.0, 2.0)
        if bar.is_spoken:
            strokes = (0.0,)
        for stroke in strokes:
            if stroke < bar.beats:
                weight = 0.95 if stroke == 0 else 0.7
                at = bar.start + stroke
                yield Played(instrument.name, at, 0.5, low, stage.velocity(weight))


def _ring(
    instrument: Instrument, section: Section, bars: Sequence[Bar], stage: Stage, voicings: Voicings
) -> Iterable[Played]:
    """Return the last chord rolled upwards and left to ring until the scene ends."""
    last = _held(bars)[-1]
    end = bars[-1].start + bars[-1].beats
    for index, pitch in enumerate(_tones(last.tones, instrument, False)):
        at = last.start + index * _RING_BEATS
        if at < end:
            weight = 0.85 - 0.06 * index
            yield Played(instrument.name, at, end - at, pitch, stage.velocity(weight))


_WRITERS: dict[Role, Writer] = {
    "bass": _bass,
    "pad": _pad,
    "arp": _arp,
    "melody": _melody,
    "pulse": _pulse,
    "drums": _drums,
    "ring": _ring,
}

"""A cue in, its notes out: every section's parts, written for the instruments that play them."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence

from symusic import ControlChange, Note, Score, Tempo, TextMeta, TimeSignature, Track

from mstation.identity import seed_of
from mstation.sound.cue import CuePlan, Section
from mstation.sound.palette import INSTRUMENTS
from mstation.sound.parts import Bar, Played, Stage, play_part
from mstation.sound.tempo import bars_of
from mstation.timebase import FrameRate

TICKS = 480  # in a quarter

_VOLUME, _PAN, _EXPRESSION, _REVERB = 7, 10, 11, 91
_VOICE_LEAD_S = 0.35  # the music makes way so long before a voice, and comes back as long after
_SPEECH_LOW, _SPEECH_HIGH = 63, 98  # pitches whose fundamental lies in 300 to 3000 Hz
_SHORTEST_BEATS = 0.2


def realise(plan: CuePlan, rate: FrameRate) -> Score:
    """Return the cue's notes: tick 0 is the scene's first frame, the last beat its end.

    No note sounds in the speech register (300 to 3000 Hz) while someone speaks.
    """
    stage = Stage(plan, random.Random(seed_of("notes", str(plan.seed), plan.cue_id)))
    clock = _Clock(plan, rate)
    played: list[Played] = []
    voicings: dict[str, tuple[int, ...]] = {}
    for section, first_beat in zip(plan.sections, clock.first_beats, strict=True):
        bars = _bars(section, first_beat, plan, clock)
        for part in section.orchestration:
            played.extend(play_part(part, section, bars, stage, voicings))
    cleared = [note for each in played for note in _cleared(each, clock)]
    return _score(plan, clock, cleared)


class _Clock:
    """Where beats lie in frames, and when someone speaks."""

    def __init__(self, plan: CuePlan, rate: FrameRate) -> None:
        self.plan = plan
        self.rate = rate
        beats = 0
        self.first_beats: list[int] = []
        for section in plan.sections:
            self.first_beats.append(beats)
            beats += section.beats
        self.beats = beats
        lead = rate.frames_ceil(_VOICE_LEAD_S)
        spans = ((max(0, first - lead), end + lead) for first, end in plan.speech)
        self.spoken = [(self.beat_of(first), self.beat_of(end)) for first, end in spans]

    def beat_of(self, frame: int) -> float:
        """Return the beat at which a frame begins."""
        for section, first_beat in zip(self.plan.sections, self.first_beats, strict=True):
            if frame < section.end_frame:
                share = (frame - section.first_frame) / (section.end_frame - section.first_frame)
                return first_beat + share * section.beats
        return float(self.beats)

    def is_spoken(self, start: float, end: float) -> bool:
        """Whether someone speaks between two beats."""
        return any(start < stop and first < end for first, stop in self.spoken)

    def silences(self, start: float, end: float) -> list[tuple[float, float]]:
        """Return what is left of a stretch of beats when speech is taken out."""
        left: list[tuple[float, float]] = []
        for first, stop in self.spoken:
            if stop <= start or first >= end:
                continue
            if first > start:
                left.append((start, first))
            start = stop
        if start < end:
            left.append((start, end))
        return left


def _bars(section: Section, first_beat: int, plan: CuePlan, clock: _Clock) -> list[Bar]:
    """Return the section's bars; neighbours with one chord and one state of speech are joined."""
    bars: list[Bar] = []
    beat = float(first_beat)
    for length, chord in zip(bars_of(section.beats, plan.meter), section.harmony, strict=True):
        is_spoken = clock.is_spoken(beat, beat + length)
        bars.append(Bar(beat, float(length), chord, is_spoken))
        beat += length
    return bars


def _cleared(note: Played, clock: _Clock) -> Iterable[Played]:
    """Return what of a note may sound: the speech register is left to the voices."""
    if not _SPEECH_LOW <= note.pitch <= _SPEECH_HIGH:
        yield note
        return
    free = clock.silences(note.start, note.start + note.beats)
    if free and free[0][0] == note.start and free[0][1] - free[0][0] >= _SHORTEST_BEATS:
        yield note.held(free[0][1] - free[0][0])


def _score(plan: CuePlan, clock: _Clock, played: Sequence[Played]) -> Score:
    score = Score(TICKS)
    score.time_signatures.append(TimeSignature(0, plan.meter, 4))
    score.markers.append(TextMeta(0, plan.cue_id))
    for section, first_beat in zip(plan.sections, clock.first_beats, strict=True):
        seconds = clock.rate.seconds(section.end_frame - section.first_frame)
        microseconds = round(seconds * 1_000_000 / section.beats)
        score.tempos.append(Tempo(first_beat * TICKS, mspq=microseconds))
    names = sorted({note.instrument for note in played}, key=list(INSTRUMENTS).index)
    for name in names:
        score.tracks.append(_track(name, plan, clock, played))
    return score


def _track(name: str, plan: CuePlan, clock: _Clock, played: Sequence[Played]) -> Track:
    instrument = INSTRUMENTS[name]
    track = Track(name, instrument.program, False)
    track.controls.append(ControlChange(0, _VOLUME, round(127 * 10 ** (instrument.trim_db / 40))))
    track.controls.append(ControlChange(0, _PAN, round(64 + 63 * instrument.pan)))
    track.controls.append(ControlChange(0, _REVERB, round(127 * instrument.send)))
    for beat, level in _dynamics(plan, clock):
        track.controls.append(
            ControlChange(round(beat * TICKS), _EXPRESSION, round(127 * math.sqrt(level)))
        )
    own = sorted(
        (note for note in played if note.instrument == name),
        key=lambda note: (note.start, note.pitch, note.beats),
    )
    for note in own:
        start, end = round(note.start * TICKS), round((note.start + note.beats) * TICKS)
        end = min(end, clock.beats * TICKS)
        if end > start:
            track.notes.append(Note(start, end - start, note.pitch, note.velocity))
    return track


def _dynamics(plan: CuePlan, clock: _Clock) -> Iterable[tuple[float, float]]:
    """Return the level at every beat, as beat and level: an even swell over each section."""
    for section, first_beat in zip(plan.sections, clock.first_beats, strict=True):
        start, end = section.dynamics
        for beat in range(section.beats):
            yield first_beat + beat, start + (end - start) * beat / section.beats

"""A cue in, its notes out: every section's parts, written for the instruments that play them."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace

from symusic import ControlChange, Note, Score, Tempo, TextMeta, TimeSignature, Track

from mstation.identity import seed_of
from mstation.sound.beatmap import BeatMap
from mstation.sound.cue import CuePlan, Hit, Section
from mstation.sound.harmony import chord
from mstation.sound.palette import INSTRUMENTS
from mstation.sound.parts import UNDER_VOICE, Bar, Played, Stage, play_part
from mstation.sound.voice_leading import mended
from mstation.timebase import FrameRate

TICKS = 480  # in a quarter

_VOLUME, _PAN, _EXPRESSION, _REVERB = 7, 10, 11, 91
_VOICE_LEAD_S = 0.35  # the music makes way so long before a voice, and comes back as long after
_SPEECH_LOW, _SPEECH_HIGH = 63, 98  # pitches whose fundamental lies in 300 to 3000 Hz
_SHORTEST_BEATS = 0.25
_GRID = 4  # sixteenths: a note cut short for a voice still ends on one
_STOP_BEATS = 2  # silent after the music stops dead
_STRUCK = {"stinger": 24, "stop": 16, "turn": 10, "mark": 8, "none": 0}  # louder by, of 127


def realise(plan: CuePlan, rate: FrameRate) -> Score:
    """Return the cue's notes: tick 0 is the cue's first frame, the last beat its end.

    No note sounds in the speech register (300 to 3000 Hz) while someone speaks.
    """
    stage = Stage(plan, random.Random(seed_of("notes", str(plan.seed), plan.cue_id)))
    clock = CueClock(plan, rate)
    played: list[Played] = []
    voicings: dict[str, tuple[int, ...]] = {}
    for section, bars in zip(plan.sections, clock.bars, strict=True):
        for part in section.orchestration:
            played.extend(play_part(part, section, bars, stage, voicings))
    played = [note for each in played for note in _cleared(each, clock)]
    for hit in plan.hits:
        played = _accented(played, hit, clock, plan)
    played = mended(_single(played), lambda beat: clock.bar_at(beat).tones, clock.is_spoken)
    return _score(plan, clock, _single(played))


class CueClock:
    """Where beats lie in frames, which chord they hold, and when someone speaks."""

    def __init__(self, plan: CuePlan, rate: FrameRate) -> None:
        self.plan = plan
        self.rate = rate
        bars = tuple(bar for section in plan.sections for bar in section.bars)
        self.map = BeatMap(plan.tempo, bars, ())
        self.beats = self.map.beats
        lead = rate.frames_ceil(_VOICE_LEAD_S)
        spans = ((max(0, first - lead), end + lead) for first, end in plan.speech)
        self.spoken = [(self.beat_of(first), self.beat_of(end)) for first, end in spans]
        self.first_beats: list[int] = []
        self.bars: list[list[Bar]] = []
        beat = 0
        for section in plan.sections:
            self.first_beats.append(beat)
            self.bars.append(list(self._bars(section, beat)))
            beat += section.beats
        self._flat = [bar for bars in self.bars for bar in bars]

    def _bars(self, section: Section, beat: int) -> Iterable[Bar]:
        for length, numeral in zip(section.bars, section.harmony, strict=True):
            is_spoken = self.is_spoken(beat, beat + length)
            tones = chord(numeral, section.tonic)
            yield Bar(float(beat), float(length), numeral, tones, is_spoken)
            beat += length

    def bar_at(self, beat: float) -> Bar:
        """Return the bar that a beat lies in."""
        inside = (bar for bar in self._flat if bar.start <= beat < bar.start + bar.beats)
        return next(inside, self._flat[-1])

    def beat_of(self, frame: int) -> float:
        """Return the beat at which a frame begins."""
        return float(self.map.beat_of_frame(frame))

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


def _cleared(note: Played, clock: CueClock) -> Iterable[Played]:
    """Return what of a note may sound: the speech register is left to the voices."""
    if not _SPEECH_LOW <= note.pitch <= _SPEECH_HIGH:
        yield note
        return
    free = clock.silences(note.start, note.end)
    if free and free[0][0] == note.start:
        beats = math.floor((free[0][1] - note.start) * _GRID) / _GRID
        if beats >= _SHORTEST_BEATS:
            yield note.held(beats)


def _accented(played: list[Played], hit: Hit, clock: CueClock, plan: CuePlan) -> list[Played]:
    """Return the notes with what the plan has on a hit: there is an onset on it, and it is felt."""
    if hit.accent == "none":
        return played
    at = float(round(clock.beat_of(hit.frame)))
    if at >= clock.beats:
        return played
    if not any(note.start == at for note in played):
        played = _marked(played, at, clock, plan)
    if hit.accent == "stinger":
        played = [*played, *_struck(at, clock, plan)]
    louder = _STRUCK[hit.accent]
    played = [
        replace(note, velocity=min(118, note.velocity + louder)) if note.start == at else note
        for note in played
    ]
    if hit.accent == "stop":
        quiet = (at + 1, at + 1 + _STOP_BEATS)
        played = [
            note.held(min(note.end, quiet[0]) - note.start) if note.start < quiet[0] else note
            for note in played
            if not quiet[0] <= note.start < quiet[1]
        ]
    return played


def _marked(played: list[Played], at: float, clock: CueClock, plan: CuePlan) -> list[Played]:
    """Return the notes with the lowest that is held struck again, or with one low note."""
    held = [note for note in played if note.start < at < note.end]
    if held:
        low = min(held, key=lambda note: note.pitch)
        again = replace(low, start=at, beats=low.end - at)
        return [*(note for note in played if note != low), low.held(at - low.start), again]
    name = "guzheng" if plan.language == "zh" else "grand"
    root = clock.bar_at(at).tones[0]
    pitch = next(pitch for pitch in range(43, 55) if pitch % 12 == root)
    return [*played, Played(name, at, min(2.0, clock.beats - at), pitch, 56, "bass")]


def _struck(at: float, clock: CueClock, plan: CuePlan) -> Iterable[Played]:
    """Return a stinger: a drum, and the chord low and short."""
    tones = clock.bar_at(at).tones
    beats = min(1.0, clock.beats - at)
    drum = INSTRUMENTS["taiko" if plan.language == "zh" else "timpani"]
    yield Played(drum.name, at, 0.5, _lowest(drum.low, tones[0]), 100, "drums")
    for name in ("low_strings", "horn"):
        low = INSTRUMENTS[name].low
        for tone in tones[:2]:
            pitch = _lowest(low, tone)
            if pitch <= UNDER_VOICE:
                yield Played(name, at, beats, pitch, 88, "ring")


def _lowest(low: int, tone: int) -> int:
    return next(pitch for pitch in range(low, low + 12) if pitch % 12 == tone)


def _single(played: Iterable[Played]) -> list[Played]:
    """Return the notes with no instrument striking a pitch that it still holds."""
    keys: dict[tuple[str, int], list[Played]] = {}
    for note in sorted(played, key=lambda note: (note.start, -note.beats)):
        own = keys.setdefault((note.instrument, note.pitch), [])
        if own and own[-1].start == note.start:
            continue
        if own and own[-1].end > note.start:
            own[-1] = own[-1].held(note.start - own[-1].start)
        own.append(note)
    return list(itertools.chain.from_iterable(keys.values()))


def _score(plan: CuePlan, clock: CueClock, played: Sequence[Played]) -> Score:
    score = Score(TICKS)
    score.time_signatures.append(TimeSignature(0, plan.meter, 4))
    score.markers.append(TextMeta(0, plan.cue_id))
    beat = 0
    for stretch in plan.tempo:
        seconds = clock.rate.seconds(stretch.end_frame - stretch.first_frame)
        score.tempos.append(Tempo(beat * TICKS, mspq=round(seconds * 1_000_000 / stretch.beats)))
        beat += stretch.beats
    names = sorted({note.instrument for note in played}, key=list(INSTRUMENTS).index)
    for name in names:
        score.tracks.append(_track(name, plan, clock, played))
    return score


def _track(name: str, plan: CuePlan, clock: CueClock, played: Sequence[Played]) -> Track:
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


def _dynamics(plan: CuePlan, clock: CueClock) -> Iterable[tuple[float, float]]:
    """Return the level at every beat, as beat and level: an even swell over each section."""
    for section, first_beat in zip(plan.sections, clock.first_beats, strict=True):
        start, end = section.dynamics
        for beat in range(section.beats):
            yield first_beat + beat, start + (end - start) * beat / section.beats

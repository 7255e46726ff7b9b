"""A MIDI file in, what an examiner finds in it out: ranges, parallels, density, hits, speech.

It reads the file's bytes and the film's frames, never the plan, so that a plan cannot excuse its
notes. The outer voices are the lowest and highest pitch that sound at an onset, where those are
two; drums are none.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from symusic import Score

from mstation.sound.palette import INSTRUMENTS
from mstation.timebase import FrameRate

_SPEECH = range(63, 99)  # pitches whose fundamental lies in 300 to 3000 Hz
_PERFECT = (0, 7)
_SAME_S = 0.0005  # onsets nearer than this are one
_BREACH_S = 0.02  # sounding into a word by less than a fiftieth of a second is the pedal's ring


@dataclass(frozen=True, slots=True)
class ScoreCheck:
    """What was counted in a score."""

    notes: int
    seconds: float  # from the first onset to the last release
    out_of_range: int
    outer_moves: int  # onsets at which both outer voices moved
    outer_parallels: int  # of those, into the fifth or octave that they came from
    hits: int
    hits_met: int  # an onset within half a frame
    worst_hit_frames: float
    speech_breaches: int  # notes that sound among the voices

    @property
    def notes_a_second(self) -> float:
        """How dense the score is."""
        return self.notes / self.seconds if self.seconds else 0.0

    @property
    def parallel_share(self) -> float:
        """Parallels over the moves of both outer voices."""
        return self.outer_parallels / self.outer_moves if self.outer_moves else 0.0


@dataclass(frozen=True, slots=True)
class _Heard:
    instrument: str
    start: float
    end: float
    pitch: int


def check_score(
    midi: bytes,
    rate: FrameRate,
    *,
    hits: Iterable[int] = (),
    speech: Iterable[tuple[int, int]] = (),
) -> ScoreCheck:
    """Return what is found in a film's MIDI file; hits and speech are film frames."""
    score = Score.from_midi(midi).to("second")
    heard = [
        _Heard(track.name, note.time, note.time + note.duration, note.pitch)
        for track in score.tracks
        for note in track.notes
    ]
    cues = sorted(marker.time for marker in score.markers)
    heard.sort(key=lambda note: (note.start, note.pitch))
    moves, parallels = _outer_voices([note for note in heard if not _is_drum(note)], cues)
    errors = _errors([note.start for note in heard], [float(rate.seconds(hit)) for hit in hits])
    frame_s = float(rate.seconds(1))
    spans = [(float(rate.seconds(first)), float(rate.seconds(end))) for first, end in speech]
    return ScoreCheck(
        notes=len(heard),
        seconds=max((note.end for note in heard), default=0.0) - (heard[0].start if heard else 0),
        out_of_range=sum(
            not INSTRUMENTS[note.instrument].low <= note.pitch <= INSTRUMENTS[note.instrument].high
            for note in heard
        ),
        outer_moves=moves,
        outer_parallels=parallels,
        hits=len(errors),
        hits_met=sum(error <= frame_s / 2 + _SAME_S for error in errors),
        worst_hit_frames=round(max(errors, default=0.0) / frame_s, 3),
        speech_breaches=sum(
            note.pitch in _SPEECH
            and any(min(note.end, end) - max(note.start, first) > _BREACH_S for first, end in spans)
            for note in heard
        ),
    )


def _outer_voices(heard: Sequence[_Heard], cues: Sequence[float]) -> tuple[int, int]:
    """Return how often both outer voices moved, and how often of those in parallel.

    A cue begins anew: what the one before it ended on is no voice of it.
    """
    moves = parallels = last_cue = 0
    before: tuple[int, int] | None = None
    sounding: list[_Heard] = []
    index = 0
    while index < len(heard):
        at = heard[index].start
        cue = bisect_right(cues, at + _SAME_S)
        before = before if cue == last_cue else None
        sounding = [note for note in sounding if note.end > at + _SAME_S and cue == last_cue]
        last_cue = cue
        while index < len(heard) and heard[index].start <= at + _SAME_S:
            sounding.append(heard[index])
            index += 1
        pitches = [note.pitch for note in sounding]
        now = (min(pitches), max(pitches))
        are_two = before is not None and before[0] < before[1] and now[0] < now[1]
        if before and are_two and now[0] != before[0] and now[1] != before[1]:
            moves += 1
            is_similar = (now[0] > before[0]) == (now[1] > before[1])
            gap = (now[1] - now[0]) % 12
            is_kept = gap == (before[1] - before[0]) % 12
            parallels += is_similar and is_kept and gap in _PERFECT
        before = now
    return moves, parallels


def _errors(onsets: Sequence[float], hits: Iterable[float]) -> list[float]:
    errors: list[float] = []
    for hit in hits:
        place = bisect_left(onsets, hit)
        near = onsets[max(0, place - 1) : place + 1]
        errors.append(min((abs(onset - hit) for onset in near), default=float("inf")))
    return errors


def _is_drum(note: _Heard) -> bool:
    return INSTRUMENTS[note.instrument].family == "drums"

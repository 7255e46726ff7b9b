"""Notes in, the same notes without parallel fifths and octaves between the outer voices out.

The outer voices are the lowest and the highest pitch that sound at each onset; drums are no voice.
They run in parallel where both move the same way from one fifth or octave into another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from mstation.sound.palette import INSTRUMENTS
from mstation.sound.parts import UNDER_VOICE, Played

_PERFECT = (0, 7)
_REACH = 9  # semitones that a note may move to another tone of its chord
_GIVES_WAY = ("pad", "arp", "ring", "pulse", "bass", "melody")  # who moves first; the tune last

Outer = tuple[int, int]


def is_parallel(before: Outer, after: Outer) -> bool:
    """Whether two outer voices run in parallel fifths or octaves."""
    low, high = after[0] - before[0], after[1] - before[1]
    is_one_voice = before[0] == before[1] or after[0] == after[1]
    if is_one_voice or low == 0 or high == 0 or (low > 0) != (high > 0):
        return False
    then, now = (before[1] - before[0]) % 12, (after[1] - after[0]) % 12
    return then == now and now in _PERFECT


def mended(
    notes: Sequence[Played],
    tones_at: Callable[[float], tuple[int, ...]],
    is_spoken: Callable[[float, float], bool],
) -> list[Played]:
    """Return the notes, some moved to another tone of their chord, so that none run in parallel.

    `tones_at` is the chord at a beat, `is_spoken` whether someone speaks between two.
    """
    drums = [note for note in notes if _is_drum(note)]
    waiting = sorted(
        (note for note in notes if not _is_drum(note)), key=lambda note: (note.start, note.pitch)
    )
    done: list[Played] = []
    sounding: list[Played] = []
    before: Outer | None = None
    while waiting:
        at = waiting[0].start
        new = [note for note in waiting if note.start == at]
        waiting = waiting[len(new) :]
        sounding = [note for note in sounding if note.end > at]
        if before and is_parallel(before, _outer([*sounding, *new])):
            new = _moved(new, sounding, before, tones_at(at), is_spoken)
        before = _outer([*sounding, *new])
        sounding += new
        done += new
    return [*drums, *done]


def _moved(
    new: list[Played],
    sounding: Sequence[Played],
    before: Outer,
    tones: tuple[int, ...],
    is_spoken: Callable[[float, float], bool],
) -> list[Played]:
    """Return an onset with one note changed or left out, so that its outer voices move freely."""
    outer = _outer([*sounding, *new])
    for index, note in sorted(enumerate(new), key=lambda each: _GIVES_WAY.index(each[1].role)):
        if note.pitch not in outer:
            continue
        for pitch in _choices(note, tones, spoken=is_spoken(note.start, note.end)):
            tried = [*new[:index], replace(note, pitch=pitch), *new[index + 1 :]]
            if not is_parallel(before, _outer([*sounding, *tried])):
                return tried
    for index, note in enumerate(new):
        tried = [*new[:index], *new[index + 1 :]]
        left = [*sounding, *tried]
        if note.pitch in outer and tried and not is_parallel(before, _outer(left)):
            return tried
    return new


def _choices(note: Played, tones: tuple[int, ...], *, spoken: bool) -> Iterable[int]:
    """Return the pitches that a note could have instead, the nearest first."""
    instrument = INSTRUMENTS[note.instrument]
    high = min(instrument.high, UNDER_VOICE) if spoken else instrument.high
    near = range(max(instrument.low, note.pitch - _REACH), min(high, note.pitch + _REACH) + 1)
    found = [pitch for pitch in near if pitch % 12 in tones and pitch != note.pitch]
    return sorted(found, key=lambda pitch: (abs(pitch - note.pitch), pitch))


def _outer(notes: Sequence[Played]) -> Outer:
    pitches = [note.pitch for note in notes]
    return min(pitches), max(pitches)


def _is_drum(note: Played) -> bool:
    return INSTRUMENTS[note.instrument].family == "drums"

"""Mandarin lines to speech, and lines of every other script but Latin: espeak-ng.

The library's own voices are few; a character's vocal tract is made by letting the sound run
faster or slower than it was spoken, with pitch and pace set so that only the formants move.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, partial
from itertools import pairwise

import numpy as np

from mstation.voices import espeak
from mstation.voices.bending import NATURAL_HZ, Bend, tilt_of
from mstation.voices.espeak import Mark, Spoken
from mstation.voices.filtering import Response, filtered
from mstation.voices.pauses import Pause, with_pauses
from mstation.voices.resample import resampled
from mstation.voices.rewriting import Readable
from mstation.voices.speech import Word
from mstation.voices.timbre import DEFAULT, timbre_of
from mstation.voices.utterance import Phone, Utterance, silence, trimmed
from mstation.voices.written import MANDARIN, Written, is_han, readable, written_words

RATE = 48_000
_PLAIN_RATE = 152  # the library's words a minute at which Mandarin runs about 240 characters
_SLOWEST, _FASTEST = 80, 420
_PITCH_STEP = 0.0111  # one step of the pitch setting, in log frequency; measured
_STRETCH = (0.88, 1.16)  # beyond this, speeding the sound up or down is heard as such
_WHISPER_FROM = 0.5
# One syllable alone is over in 0.15 s; people dwell on it.
_CURT, _CURT_PACE = 2, 0.7
_MENDINGS = 3
_INTO_ENGLISH = "(en)"

# Silences in seconds at plain speed.
# Source: reference sheet on screenplays, Chinese speech (.3 s at ，and .6 s at 。).
_PAUSES_S = dict.fromkeys("，、,", 0.3) | dict.fromkeys("；：;:—–", 0.4)
_PAUSES_S |= dict.fromkeys("。！？.!?…", 0.6)


def speak_mandarin(
    text: str, bend: Bend, variant: str, *, seed: int, language: str = MANDARIN
) -> Utterance:
    """Return a line spoken by espeak-ng's `language`, one word a Han character."""
    read = readable(text, language)
    if not any(letter.isalnum() for letter in read.text):
        return silence(RATE)
    timbre = timbre_of(variant)
    low, high = _STRETCH
    stretch = Fraction(round(min(max(bend.formants / timbre.formants, low), high) * 200), 200)
    whispers = bend.breath >= _WHISPER_FROM
    pace = bend.rate * (_CURT_PACE if len(_heard_places(read)) <= _CURT else 1.0)
    spoken = _say(
        read.text,
        f"{language}+{timbre.whisper if whispers else variant or DEFAULT}",
        rate=round(min(max(_PLAIN_RATE * pace / stretch, _SLOWEST), _FASTEST)),
        pitch=_pitch_setting(NATURAL_HZ * bend.pitch / timbre.pitch_hz / float(stretch)),
        pitch_range=round(min(max(50 * bend.range, 30), 75)),
        seed=seed,
    )
    marks = [
        replace(mark, position=read.places[min(mark.position, len(read.places) - 1)])
        for mark in spoken.marks
        if not mark.symbol.startswith("(")
    ]
    second = float(spoken.rate * stretch)
    end_s = len(spoken.samples) / second
    mellow = partial(_mellow, tilt_db=bend.tilt_db - timbre.tilt_db)
    samples = filtered(resampled(spoken.samples, spoken.rate * stretch, RATE), RATE, mellow)
    phones = _phones(marks, second, end_s)
    spans = list(spans_of(written_words(text), marks, second, phones))
    words = tuple(word for span in spans for word in words_of(span))
    said = Utterance(samples, RATE, words, phones)
    return trimmed(with_pauses(said, pauses_of(text, spans, bend.rate)))


def _heard_places(read: Readable) -> set[int]:
    """Return the places of the written letters that will be heard."""
    pairs = zip(read.text, read.places, strict=True)
    return {place for letter, place in pairs if letter.isalnum()}


def _say(text: str, voice: str, *, rate: int, pitch: int, pitch_range: int, seed: int) -> Spoken:
    """Return the text spoken, without the Han characters that the library spells in English."""
    for _ in range(_MENDINGS):
        spoken = espeak.say(text, voice, rate=rate, pitch=pitch, pitch_range=pitch_range, seed=seed)
        lost = [
            mark.position
            for mark, after in pairwise(spoken.marks)
            if mark.is_word
            and after.symbol == _INTO_ENGLISH
            and is_han(text[mark.position : mark.position + 1])
        ]
        if not lost:
            break
        text = "".join(" " if i in lost else letter for i, letter in enumerate(text))
    return spoken


def _pitch_setting(factor: float) -> int:
    return round(min(max(50 + math.log(factor) / _PITCH_STEP, 0), 99))


def _phones(marks: Sequence[Mark], second: float, end_s: float) -> tuple[Phone, ...]:
    sounds = [mark for mark in marks if not mark.is_word]
    edges = [*(mark.sample / second for mark in sounds), end_s]
    return tuple(
        Phone(mark.symbol.strip("ˈˌ"), start_s, stop_s)
        for mark, start_s, stop_s in zip(sounds, edges, edges[1:], strict=False)
        if mark.symbol and stop_s > start_s
    )


@dataclass(frozen=True, slots=True)
class Span:
    """Written words side by side, and the sounds that say them."""

    written: tuple[Written, ...]
    phones: tuple[Phone, ...]


def spans_of(
    written: Sequence[Written], marks: Sequence[Mark], second: float, phones: Sequence[Phone]
) -> Iterator[Span]:
    """Return the words and their sounds, in order, as far apart as the library tells them.

    It reports a phrase of its dictionary by its first character alone, a number once for each
    word it is read as, and the words of a foreign phrase by places a little too early.
    """
    heads: list[tuple[int, float]] = []
    starts = [word.start for word in written]
    for mark in marks:
        if not mark.is_word:
            continue
        index = bisect_right(starts, mark.position) - 1
        if heads and index <= heads[-1][0]:
            last = written[heads[-1][0]]
            is_number = any(letter.isdigit() for letter in last.text)
            is_inside = last.start < mark.position < last.end
            if is_number or not is_inside or _is_hump(last, mark.position):
                continue
            index = heads[-1][0] + 1
        if 0 <= index < len(written):
            heads.append((index, mark.sample / second))
    for (index, start_s), (stop, stop_s) in pairwise([*heads, (len(written), math.inf)]):
        mine = tuple(p for p in phones if start_s - 1e-6 <= p.start_s < stop_s - 1e-6)
        if mine:
            yield Span(tuple(written[index:stop]), mine)


def _is_hump(word: Written, position: int) -> bool:
    """Whether a capital stands there after a small letter: the library parts Wi and Fi."""
    at = position - word.start
    return word.text[at].isupper() and word.text[at - 1].islower()


def words_of(span: Span) -> Iterator[Word]:
    """Return the span's words: by syllables where each is one, else by their letters."""
    end_s = span.phones[-1].end_s
    starts = _syllables(span.phones)
    all_han = all(is_han(word.text[0]) for word in span.written)
    if not all_han or len(starts) != len(span.written) or len(starts) == 1:
        start_s = span.phones[0].start_s
        lengths = np.cumsum([0, *(len(word.text) for word in span.written)])
        starts = [start_s + float(n) / lengths[-1] * (end_s - start_s) for n in lengths[:-1]]
    for word, first, stop in zip(span.written, starts, [*starts[1:], end_s], strict=True):
        yield Word(word.text, float(first), float(stop))


def _syllables(phones: Sequence[Phone]) -> list[float]:
    """Return where each syllable begins: at the consonant before its vowel."""
    starts: list[float] = []
    for index, phone in enumerate(phones):
        if not _is_vowel(phone):
            continue
        before = phones[index - 1] if index else phone
        onset = index > 0 and not _is_vowel(before) and before.symbol not in ("n", "ŋ")
        nasal = index > 1 and before.symbol == "n" and not _is_vowel(phones[index - 2])
        starts.append(before.start_s if onset or nasal or index == 1 else phone.start_s)
    return starts


def _is_vowel(phone: Phone) -> bool:
    return any(letter in "aɑɐæʌɛeəɚɜɪiɨoɔɒʊuyɯɤøœ" for letter in phone.symbol)


def pauses_of(text: str, spans: Sequence[Span], rate: float) -> list[Pause]:
    """Return the silences that a line's marks ask for between its spans."""
    pauses: list[Pause] = []
    for before, after in pairwise(spans):
        wanted = [
            _PAUSES_S.get(letter, 0.0)
            for letter in text[before.written[0].end : after.written[0].start]
        ]
        if any(wanted):
            start_s, end_s = before.phones[-1].end_s, after.phones[0].start_s
            pauses.append(Pause(start_s, end_s, max(wanted) / rate))
    return pauses


@cache
def _mellow(rate: int, size: int, *, tilt_db: float) -> Response:
    """Return a response that cuts rumble, lifts the body, eases the buzz at 3 kHz, and tilts."""
    frequency_hz = np.fft.rfftfreq(size, 1 / rate).astype(np.float64)
    octave = np.log2(np.maximum(frequency_hz, 1.0))
    gain_db = 2.0 * np.exp(-(((octave - math.log2(220)) / 0.9) ** 2))
    gain_db -= 4.0 * np.exp(-(((octave - math.log2(3300)) / 0.7) ** 2))
    gain_db -= 40.0 / (1 + np.exp((octave - math.log2(45)) * 8))
    tilt = np.exp(tilt_of(frequency_hz, tilt_db))
    response: Response = (np.power(10.0, gain_db / 20) * tilt).astype(np.complex128)
    return response

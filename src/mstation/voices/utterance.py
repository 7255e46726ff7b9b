"""The noun between an engine and the finished line: raw sound, and what was said when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mstation.voices.speech import Word

Sound = NDArray[np.float32]

_HOP_S = 0.002
_SILENT_DB = -50.0  # under the loudest moment, this is heard as silence


@dataclass(frozen=True, slots=True)
class Phone:
    """One speech sound in IPA (or the engine's letters near to it), seconds from the start."""

    symbol: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """A line as an engine gave it, before its level and its ends are finished."""

    samples: Sound  # (n,) float32, mono, any level
    rate: int
    words: tuple[Word, ...]
    phones: tuple[Phone, ...]

    @property
    def duration_s(self) -> float:
        """The length of the sound."""
        return len(self.samples) / self.rate

    @property
    def is_silent(self) -> bool:
        """Whether nothing was said."""
        return not self.words or not np.any(self.samples)


def silence(rate: int) -> Utterance:
    """Return an utterance in which nothing is said."""
    return Utterance(np.zeros(0, np.float32), rate, (), ())


def shifted(utterance: Utterance, offset_s: float) -> Utterance:
    """Return the utterance with its words and phones moved by `offset_s`; the sound stays."""
    words = tuple(
        replace(word, start_s=word.start_s + offset_s, end_s=word.end_s + offset_s)
        for word in utterance.words
    )
    phones = tuple(
        replace(phone, start_s=phone.start_s + offset_s, end_s=phone.end_s + offset_s)
        for phone in utterance.phones
    )
    return replace(utterance, words=words, phones=phones)


def power_of(utterance: Utterance) -> tuple[NDArray[np.float64], int]:
    """Return the sound's mean power in each two milliseconds, and how many samples those are."""
    hop = max(1, round(_HOP_S * utterance.rate))
    starts = np.arange(0, len(utterance.samples), hop)
    if len(starts) == 0:
        return np.zeros(0), hop
    sums = np.add.reduceat(np.square(utterance.samples), starts, dtype=np.float64)
    return sums / np.diff([*starts, len(utterance.samples)]), hop


def trimmed(utterance: Utterance, *, keep_s: float = 0.03) -> Utterance:
    """Return the utterance without the silence before and after, `keep_s` of it left."""
    power, hop = power_of(utterance)
    heard = np.flatnonzero(power > power.max(initial=0.0) * 10 ** (_SILENT_DB / 10))
    if len(heard) == 0:
        return replace(utterance, samples=utterance.samples[:0], words=(), phones=())
    keep = round(keep_s * utterance.rate)
    first = max(0, int(heard[0]) * hop - keep)
    last = min(len(utterance.samples), (int(heard[-1]) + 1) * hop + keep)
    kept = shifted(
        replace(utterance, samples=utterance.samples[first:last]), -first / utterance.rate
    )
    end_s = kept.duration_s
    words = tuple(
        Word(word.text, min(max(word.start_s, 0.0), end_s), min(max(word.end_s, 0.0), end_s))
        for word in kept.words
    )
    phones = tuple(
        Phone(phone.symbol, max(phone.start_s, 0.0), min(phone.end_s, end_s))
        for phone in kept.phones
        if phone.end_s > 0 and phone.start_s < end_s
    )
    return replace(kept, words=words, phones=phones)


def joined(parts: Sequence[Utterance], pauses_s: Sequence[float]) -> Utterance:
    """Return the parts one after another, a pause after each but the last."""
    sounds: list[Sound] = []
    words: list[Word] = []
    phones: list[Phone] = []
    position = 0
    for index, part in enumerate(parts):
        moved = shifted(part, position / part.rate)
        words += moved.words
        phones += moved.phones
        pause = round(pauses_s[index] * part.rate) if index + 1 < len(parts) else 0
        sounds += [part.samples, np.zeros(pause, np.float32)]
        position += len(part.samples) + pause
    return Utterance(np.concatenate(sounds), parts[0].rate, tuple(words), tuple(phones))

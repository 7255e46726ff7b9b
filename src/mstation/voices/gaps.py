"""Silences inside words: what a listener takes for a fault of the sound."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mstation.timebase import SAMPLE_RATE
from mstation.voices.speech import Word
from mstation.voices.utterance import Sound, Utterance, power_of

_SILENT_DB = -50.0  # under the line's loudest moment


def longest_gap_in_word_s(
    samples: Sound, words: Sequence[Word], *, rate: int = SAMPLE_RATE
) -> float:
    """Return the longest silence with sound on both sides of it inside one word, 0 without any.

    Silence is what lies 50 dB under the line's loudest two milliseconds. What is written as one
    word but said as several (2024, 555-0199, me@example.org) is not looked into: people pause
    there.
    """
    power, hop = power_of(Utterance(samples, rate, (), ()))
    heard = power > power.max(initial=0.0) * 10 ** (_SILENT_DB / 10)
    longest = max((_longest_gap(heard, word, rate / hop) for word in words), default=0)
    return longest * hop / rate


def _longest_gap(heard: NDArray[np.bool_], word: Word, steps_a_second: float) -> int:
    """Return the longest run of silent steps between two heard ones inside a word."""
    if any(not letter.isalpha() and letter not in "'’-" for letter in word.text):
        return 0
    first, end = round(word.start_s * steps_a_second), round(word.end_s * steps_a_second)
    at = np.flatnonzero(heard[first:end])
    return int(np.diff(at).max(initial=1)) - 1

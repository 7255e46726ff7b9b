"""Silences inside words: what a listener takes for a fault of the sound."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from mstation.timebase import SAMPLE_RATE
from mstation.voices.speech import Word
from mstation.voices.utterance import Phone, Sound, Utterance, power_of

_SILENT_DB = -50.0  # under the line's loudest moment
LONGEST_GAP_S = 0.08  # what a listener lets pass
_CLOSURE_S = 0.07  # of silence before a t or a k; longer, a word falls apart


def longest_gap_in_word_s(
    samples: Sound, words: Sequence[Word], *, rate: int = SAMPLE_RATE
) -> float:
    """Return the longest silence with sound on both sides of it inside one word, 0 without any.

    Silence is what lies 50 dB under the line's loudest two milliseconds. What is written as one
    word but said as several (2024, 555-0199, me@example.org) is not looked into: people pause
    there.
    """
    gaps = _gaps(Utterance(samples, rate, tuple(words), ()))
    return max((last - first for first, last in gaps), default=0) / rate


def without_gaps(said: Utterance) -> Utterance:
    """Return the utterance with the silences inside its words no longer than a slow t or k."""
    kept = round(_CLOSURE_S * said.rate)
    cuts = [(first + kept // 2, last - kept + kept // 2) for first, last in _gaps(said)]
    cuts = [(first, last) for first, last in cuts if last > first]
    if not cuts:
        return said
    firsts, lasts = np.array(cuts).T / said.rate

    def moved(time_s: float) -> float:
        return float(time_s - np.clip(time_s - firsts, 0.0, lasts - firsts).sum())

    edges = [0, *(edge for cut in cuts for edge in cut), len(said.samples)]
    pieces = [said.samples[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    words = tuple(Word(w.text, moved(w.start_s), moved(w.end_s)) for w in said.words)
    phones = tuple(Phone(p.symbol, moved(p.start_s), moved(p.end_s)) for p in said.phones)
    return Utterance(np.concatenate(pieces), said.rate, words, phones)


def _gaps(said: Utterance) -> list[tuple[int, int]]:
    """Return the silences inside words, by their first sample and the one after the last."""
    power, hop = power_of(said)
    heard = power > power.max(initial=0.0) * 10 ** (_SILENT_DB / 10)
    gaps: list[tuple[int, int]] = []
    for word in said.words:
        if any(not letter.isalpha() and letter not in "'’-" for letter in word.text):
            continue
        first, end = (round(time_s * said.rate / hop) for time_s in (word.start_s, word.end_s))
        at = first + np.flatnonzero(heard[first:end])
        gaps += [((a + 1) * hop, b * hop) for a, b in pairwise(at.tolist()) if b > a + 1]
    return gaps

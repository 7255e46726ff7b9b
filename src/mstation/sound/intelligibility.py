"""Levels of voices, music and effects in; how far speech stands over the rest, second by second.

A second of the film is spoken when voices are heard for a tenth of it; what counts are its 10 ms
stretches in which they are. Levels are the powers from 300 to 4000 Hz, where words are understood,
averaged over those stretches.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.sound.metering import FINE_HOP, Powers
from mstation.timebase import SAMPLE_RATE

CLEAR_DB = 10.0  # speech stands at least so far over music, and over effects

_A_SECOND = SAMPLE_RATE // FINE_HOP  # hops
_LEAST_HOPS = _A_SECOND // 10
_ABSOLUTE_GATE = 10 ** (-60 / 10)
_RELATIVE_GATE = 10 ** (-10 / 10)
_HEARD = 10 ** (-25 / 10)  # a voice counts as heard so far under the voices' own level
_MOST_DB = 99.9  # over nothing at all


@dataclass(frozen=True, slots=True)
class SpokenSecond:
    """One second in which somebody is heard, and how far speech stands over music and effects."""

    second: int
    over_music_db: float
    over_effects_db: float


def heard(speech: Powers, *, step_db: float = 0.0) -> NDArray[np.bool_]:
    """Return in which 10 ms stretches voices are heard.

    With a step what counts as heard moves in steps: a word more in a film moves it seldom.
    """
    loud = speech[speech > _ABSOLUTE_GATE]
    if not len(loud):
        return np.zeros(len(speech), bool)
    gated = loud[loud > loud.mean() * _RELATIVE_GATE]
    least = float(gated.mean()) * _HEARD
    if step_db:
        least = 10 ** (step_db * round(10 * math.log10(least) / step_db) / 10)
    return np.asarray(speech > least)


def spoken_seconds(speech: Powers, music: Powers, effects: Powers) -> list[SpokenSecond]:
    """Return every spoken second of the film, by the levels that the stems have in the mix."""
    said = heard(speech)
    counts, voices = _sums(said, 0), _sums(speech * said, 0)
    over = [_over(voices, _sums(each * said, 0)) for each in (music, effects)]
    return [
        SpokenSecond(
            int(second), round(float(over[0][second]), 1), round(float(over[1][second]), 1)
        )
        for second in np.flatnonzero(counts >= _LEAST_HOPS)
    ]


def room_for(
    speech: Powers, bed: Powers, said: NDArray[np.bool_], *, clear_db: float
) -> NDArray[np.float64]:
    """Return the gain in decibels, 0 or less, that leaves speech clear of a bed, every 10 ms.

    It holds for the seconds from the first hop on and for those half a second later, so that no
    phrase has luck with where a second begins.
    """
    gain_db = np.zeros(len(speech))
    for shift in (0, _A_SECOND // 2):
        counts, voices = _sums(said, shift), _sums(speech * said, shift)
        wanted = np.minimum(0.0, _over(voices, _sums(bed * said, shift)) - clear_db)
        wanted[counts == 0] = 0.0
        spread = np.repeat(wanted, _A_SECOND)[_A_SECOND - shift if shift else 0 :]
        gain_db = np.minimum(gain_db, np.pad(spread, (0, len(speech)))[: len(speech)])
    return gain_db


def short_of(
    speech: Powers,
    bed: Powers,
    said: NDArray[np.bool_],
    seconds: NDArray[np.int64],
    *,
    clear_db: float,
) -> NDArray[np.float64]:
    """Return the decibels by which speech is not clear of a bed in the second of each hop."""
    counts, voices, beds = (
        np.bincount(seconds, weights=each).astype(np.float64)
        for each in (said, speech * said, bed * said)
    )
    short = np.where(counts > 0, np.maximum(0.0, clear_db - _over(voices, beds)), 0.0)
    return np.asarray(short[seconds])


def _sums(values: NDArray[np.float64] | NDArray[np.bool_], shift: int) -> NDArray[np.float64]:
    """Return sums over seconds; with a shift the first one begins before the film."""
    before = _A_SECOND - shift if shift else 0
    padded = np.pad(values.astype(np.float64), (before, -(len(values) + before) % _A_SECOND))
    return np.asarray(padded.reshape(-1, _A_SECOND).sum(axis=1))


def _over(voices: NDArray[np.float64], bed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far one power stands over another, in decibels."""
    ratio = np.maximum(voices, 1e-12) / np.maximum(bed, 1e-12)
    return np.asarray(np.clip(10 * np.log10(ratio), -_MOST_DB, _MOST_DB))

"""The nouns of a mixed film: how loud it is as a whole, over time, and how clear its speech is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mstation.sound.intelligibility import SpokenSecond, spoken_seconds
from mstation.sound.metering import (
    SILENCE_DBTP,
    SILENCE_LUFS,
    Levels,
    Powers,
    integrated,
    loudness_of,
    loudness_over_time,
    loudness_range,
    momentary,
    short_term,
)
from mstation.sound.targets import Target

SCHEMA = "mstation.levels/1"
CLOSE_LU = 0.5  # the film is as loud as asked for when it is no further away


@dataclass(frozen=True, slots=True)
class Measured:
    """What was heard of a sound while it was written."""

    weighted: Powers  # every 100 ms, K-weighted
    highest_peak: float  # true peak, full scale 1.0
    clipped_samples: int


@dataclass(frozen=True, slots=True)
class FilmLevels:
    """The levels of a mix and of the stems in it; −70 LUFS is silence.

    Curves have a value every 100 ms. The first momentary value is that of the first 400 ms, the
    first short-term value that of the first 3 s.
    """

    integrated_lufs: float
    dialogue_lufs: float  # of the voices in the mix, gated as programmes are
    is_reached: bool  # within half a unit of the target
    range_lu: float
    max_momentary_lufs: float
    max_short_term_lufs: float
    true_peak_dbtp: float
    clipped_samples: int
    spoken: tuple[SpokenSecond, ...]
    momentary_lufs: dict[str, tuple[float, ...]]  # of the mix and of each stem
    short_term_lufs: tuple[float, ...]  # of the mix


def film_levels(
    target: Target, measured: Measured, stems: dict[str, Levels], *, limited: Powers
) -> FilmLevels:
    """Return a mix's levels, from what was measured of it and of its stems before the limiter.

    `limited` is what the limiter left of each 100 ms' power.
    """
    mix = measured.weighted
    voices = stems["dialogue"].weighted
    kept = np.pad(limited, (0, max(0, len(voices) - len(limited))), mode="edge")[: len(voices)]
    spoken, whole = integrated(voices * kept), integrated(mix)
    by_voices = target.levelled == "dialogue" and spoken > SILENCE_LUFS
    away = (spoken if by_voices else whole) - target.loudness_lufs
    speech = [stems[name].speech for name in ("dialogue", "music", "effects")]
    return FilmLevels(
        round(whole, 2),
        round(spoken, 2),
        abs(away) <= CLOSE_LU,
        round(loudness_range(mix), 2),
        _highest(momentary(mix)),
        _highest(short_term(mix)),
        round(_peak(measured.highest_peak), 2),
        measured.clipped_samples,
        tuple(spoken_seconds(*speech)),
        {
            "mix": _curve(momentary(mix)),
            **{name: _curve(momentary(stem.weighted)) for name, stem in stems.items()},
        },
        _curve(short_term(mix)),
    )


def _highest(powers: Powers) -> float:
    return round(loudness_of(float(powers.max(initial=0.0))), 2)


def _peak(highest: float) -> float:
    return max(SILENCE_DBTP, 20 * math.log10(highest)) if highest > 0 else SILENCE_DBTP


def _curve(powers: Powers) -> tuple[float, ...]:
    return tuple(np.round(loudness_over_time(powers), 1).tolist())

"""The nouns of a mixed film: how loud it is as a whole, over time, and how clear its speech is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mstation.sound import columns
from mstation.sound.hops import hops_of
from mstation.sound.intelligibility import SpokenSecond, spoken_seconds
from mstation.sound.metering import (
    HOP,
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


@dataclass(frozen=True, slots=True, eq=False)
class SectionLevels:
    """What was heard of a section of the mix."""

    weighted: Powers  # every 10 ms from its first sample on, K-weighted
    kept: Powers  # what the limiter left of each 10 ms' power
    highest_peak: float  # true peak, full scale 1.0
    clipped_samples: int


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What was heard of the mix."""

    weighted: Powers  # every 100 ms, K-weighted
    kept: Powers  # what the limiter left of each 100 ms' power
    highest_peak: float  # true peak, full scale 1.0
    clipped_samples: int

    def found(self, target: Target, voices: Powers) -> float:
        """Return how loud what a target goes by is in the mix, LUFS.

        `voices` are their powers every 100 ms, before the limiter.
        """
        is_by_voices = target.levelled == "dialogue" and integrated(voices) > SILENCE_LUFS
        return integrated(voices * self.kept if is_by_voices else self.weighted)


def measured(sections: Sequence[SectionLevels], starts: Sequence[int], samples: int) -> Measured:
    """Return what was heard of a mix, of what was heard of its sections one after the other."""
    hops = hops_of(starts, samples)
    weighted, kept = (
        hops.evenly(np.concatenate([getattr(each, name) for each in sections]), HOP)
        for name in ("weighted", "kept")
    )
    if samples % HOP:
        kept[-1] *= HOP / (samples % HOP)  # a share, not a power: the last hop is short
    return Measured(
        weighted,
        kept,
        max(each.highest_peak for each in sections),
        sum(each.clipped_samples for each in sections),
    )


def write_section(levels: SectionLevels) -> bytes:
    """Return a section's levels as bytes."""
    facts = {"highest_peak": levels.highest_peak, "clipped_samples": levels.clipped_samples}
    return columns.write(
        facts, {"weighted": levels.weighted.astype("<f4"), "kept": levels.kept.astype("<f4")}
    )


def read_section(data: bytes) -> SectionLevels:
    """Return the levels that `write_section` wrote."""
    found = columns.read(data)
    weighted, kept = (found.columns[name].astype(np.float64) for name in ("weighted", "kept"))
    return SectionLevels(weighted, kept, **found.facts)


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


def write_stems(stems: Mapping[str, Levels]) -> bytes:
    """Return the stems' levels as bytes."""
    curves = {
        f"{name}/{kind}": getattr(levels, kind).astype("<f4")
        for name, levels in stems.items()
        for kind in ("weighted", "speech")
    }
    return columns.write({}, curves)


def read_stems(data: bytes) -> dict[str, Levels]:
    """Return the stems' levels that `write_stems` wrote."""
    found = {name: each.astype(np.float64) for name, each in columns.read(data).columns.items()}
    names = dict.fromkeys(name.partition("/")[0] for name in found)
    return {name: Levels(found[f"{name}/weighted"], found[f"{name}/speech"]) for name in names}


def film_levels(target: Target, heard: Measured, stems: dict[str, Levels]) -> FilmLevels:
    """Return a mix's levels, from what was heard of it, and of its stems before the limiter."""
    mix, voices = heard.weighted, stems["dialogue"].weighted
    spoken, whole = integrated(voices * heard.kept), integrated(mix)
    away = heard.found(target, voices) - target.loudness_lufs
    speech = [stems[name].speech for name in ("dialogue", "music", "effects")]
    return FilmLevels(
        round(whole, 2),
        round(spoken, 2),
        abs(away) <= CLOSE_LU,
        round(loudness_range(mix), 2),
        _highest(momentary(mix)),
        _highest(short_term(mix)),
        round(_peak(heard.highest_peak), 2),
        heard.clipped_samples,
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

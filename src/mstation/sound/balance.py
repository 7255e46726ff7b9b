"""What was heard of voices, effects and music in, the plan of the mix out: nothing is mixed here.

Faders move in steps, so that a word more in a film moves them seldom, and what is mixed already
stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.sound import ducking
from mstation.sound.hops import Hops
from mstation.sound.limiter import held_under
from mstation.sound.metering import (
    FINE_HOP,
    HOP,
    PEAK_HOP,
    SILENCE_LUFS,
    Levels,
    Powers,
    integrated,
)
from mstation.sound.mix_plan import BEDS, STEMS, MixPlan
from mstation.sound.targets import Target
from mstation.sound.trace import Trace
from mstation.voices.speak import LINE_LUFS

Laid = Mapping[str, Sequence[tuple[int, Trace]]]
"""What lies in each stem: the first sample in the film, and how strong it is from there on."""

WHOLE_STEP_DB = 0.2
_LET_BE_LU = 0.25  # where a film as it was mixed is let be
_FADER_STEP_DB = 0.5
# Everything is balanced around voices where lines are spoken, then brought to the target as one.
_VOICES_LUFS = LINE_LUFS
_MUSIC_UNDER_VOICES_LU = 6.0  # the music alone, against the voices
_MOST_GAIN_DB = 40.0
_ENCODING_DB = 0.5  # under the promised ceiling, for what encoding adds
_CLOSE_LU = 0.02  # where the search for the whole film's fader stops
_ROUNDS = 12
_WAY = 100.0  # steps of a bed's way in a decibel

_MANNERS = {"effects": ducking.EFFECTS, "music": ducking.MUSIC}


@dataclass(frozen=True, slots=True, eq=False)
class _Stem:
    """A stem as it is planned: how strong, every hop, and what its peaks are."""

    weighted: Powers
    speech: Powers
    peaks: NDArray[np.float64]  # every 64 samples of the film


def plan_mix(
    laid: Laid, hops: Hops, target: Target, *, louder_db: float = 0.0
) -> tuple[MixPlan, dict[str, Levels]]:
    """Return how a film is to be mixed, and the levels that its stems have then.

    `louder_db` is by how much what was mixed like this turned out too soft.
    """
    stems = {name: _stem(laid[name], hops) for name in STEMS}
    faders_db = _faders_db(stems, hops)
    stems = {name: _gained(stem, 10 ** (faders_db[name] / 20)) for name, stem in stems.items()}
    ways = {bed: _way(stems, bed, hops) for bed in BEDS}
    for bed, way in ways.items():
        stems[bed] = _made_way(stems[bed], 10 ** (way / (20 * _WAY)), hops)
    has_lead = any(_loudness(stems[name], hops) > SILENCE_LUFS for name in ("dialogue", "music"))
    most_db = _MOST_GAIN_DB if has_lead else nominal_db(target)
    whole_db = stepped(_whole_db(stems, hops, target) + louder_db, WHOLE_STEP_DB)
    plan = MixPlan(
        faders_db, min(most_db, whole_db), whole_db >= most_db, hops.middles.copy(), ways
    )
    whole = 10 ** (plan.whole_db / 20)
    return plan, {name: _levels(_gained(stem, whole), hops) for name, stem in stems.items()}


def ceiling_of(target: Target) -> float:
    """Return what no peak of the mix may pass, full scale 1.0."""
    return float(10 ** ((target.true_peak_dbtp - _ENCODING_DB) / 20))


def nominal_db(target: Target) -> float:
    """Return the fader that brings a voice from where lines are spoken to the target."""
    return target.loudness_lufs - _VOICES_LUFS


def stepped(decibels: float, step_db: float) -> float:
    """Return a fader's place, in whole steps."""
    return round(round(decibels / step_db) * step_db, 6)


def _stem(sounds: Sequence[tuple[int, Trace]], hops: Hops) -> _Stem:
    peaks = np.zeros(-(-int(hops.edges[-1]) // PEAK_HOP))
    for first, trace in sounds:
        at = round(first / PEAK_HOP)
        there = peaks[at : at + len(trace.peaks)]
        there += trace.peaks[: len(there)]
    return _Stem(
        hops.of((first, trace.weighted) for first, trace in sounds),
        hops.of((first, trace.speech) for first, trace in sounds),
        peaks,
    )


def _gained(stem: _Stem, gain: float) -> _Stem:
    return _Stem(stem.weighted * gain**2, stem.speech * gain**2, stem.peaks * gain)


def _made_way(stem: _Stem, way: NDArray[np.float64], hops: Hops) -> _Stem:
    at = np.arange(len(stem.peaks)) * PEAK_HOP
    peaks = stem.peaks * np.interp(at, hops.middles, way) if len(way) else stem.peaks
    return _Stem(stem.weighted * way**2, stem.speech * way**2, peaks)


def _levels(stem: _Stem, hops: Hops) -> Levels:
    return Levels(hops.evenly(stem.weighted, HOP), hops.evenly(stem.speech, FINE_HOP))


def _loudness(stem: _Stem, hops: Hops) -> float:
    return integrated(hops.evenly(stem.weighted, HOP))


def _faders_db(stems: dict[str, _Stem], hops: Hops) -> dict[str, float]:
    """Return where each stem's fader stands, with voices where lines are spoken."""
    spoken, played = (_loudness(stems[name], hops) for name in ("dialogue", "music"))
    has_voices, has_music = spoken > SILENCE_LUFS, played > SILENCE_LUFS
    under = _MUSIC_UNDER_VOICES_LU if has_voices else 0.0
    wanted = {
        "dialogue": _VOICES_LUFS - spoken if has_voices else 0.0,
        "effects": 0.0,  # made to stand beside voices where lines are spoken
        "music": _VOICES_LUFS - under - played if has_music else 0.0,
    }
    return {name: stepped(min(_MOST_GAIN_DB, db), _FADER_STEP_DB) for name, db in wanted.items()}


def _way(stems: dict[str, _Stem], bed: str, hops: Hops) -> NDArray[np.int16]:
    speech, there = stems["dialogue"].speech, stems[bed].speech
    gain = ducking.ducked(
        speech, there, _MANNERS[bed], scenes=hops.scenes, seconds=hops.seconds
    )[: len(speech)]  # fmt: skip
    return np.asarray(np.round(20 * _WAY * np.log10(gain)), np.int16)


def _whole_db(stems: dict[str, _Stem], hops: Hops, target: Target) -> float:
    """Return the fader that brings all of it to the target, while peaks are limited.

    Stems are added up by their powers: what they have in common is little, and is measured where
    they are mixed.
    """
    gain_db = nominal_db(target)
    by_voices = target.levelled == "dialogue" and _loudness(stems["dialogue"], hops) > SILENCE_LUFS
    chosen = [stems["dialogue"]] if by_voices else list(stems.values())
    powers = hops.evenly(np.sum([stem.weighted for stem in chosen], axis=0), HOP)
    if integrated(powers) <= SILENCE_LUFS:
        return gain_db
    peaks = np.sqrt(np.sum([stem.peaks**2 for stem in stems.values()], axis=0))
    for _ in range(_ROUNDS):
        gain = 10 ** (gain_db / 20)
        kept = _kept(peaks, gain, target, len(powers))
        away = target.loudness_lufs - integrated(powers * kept * gain**2)
        if abs(away) <= _CLOSE_LU:
            break
        gain_db = min(_MOST_GAIN_DB, gain_db + away)
    return gain_db


def _kept(
    peaks: NDArray[np.float64], gain: float, target: Target, count: int
) -> NDArray[np.float64]:
    """Return the share of each 100 ms' power that a limiter leaves."""
    ceiling = ceiling_of(target)
    if not len(peaks) or float(peaks.max()) * gain <= ceiling:
        return np.ones(count)
    held = held_under(peaks.astype(np.float32), ceiling, gain=gain)
    width = HOP // PEAK_HOP
    padded = np.pad(held**2, (0, max(0, width * count - len(held))), mode="edge")
    return np.asarray(padded[: width * count].reshape(-1, width).mean(axis=1))


def too_soft_db(target: Target, found_lufs: float) -> float:
    """Return by how much a film is to be louder than it was mixed, in steps; 0 where it is let."""
    away = target.loudness_lufs - found_lufs
    return 0.0 if abs(away) <= _LET_BE_LU else stepped(away, WHOLE_STEP_DB)

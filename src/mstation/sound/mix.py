"""Voices, effects and music in, the film's sound out: dialogue first, the rest around it.

Three times through the film, block by block, so that two hours need no more memory than two
minutes: the stems are heard, then what they add up to, then everything is written.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mstation.sound import ducking
from mstation.sound.levels import FilmLevels, Measured, film_levels
from mstation.sound.limiter import held_under, play_at
from mstation.sound.metering import (
    FINE_HOP,
    HOP,
    PEAK_HOP,
    PEAK_MARGIN,
    SILENCE_LUFS,
    Levels,
    Meter,
    Powers,
    Sound,
    integrated,
    peaks,
)
from mstation.sound.reel import Reel
from mstation.sound.targets import Target
from mstation.sound.wavefile import BLOCK, StereoWriter
from mstation.voices.speak import LINE_LUFS

STEMS = ("dialogue", "effects", "music")
SUMS = ("mix", "m-and-e")

# Everything is balanced around voices where lines are spoken, then brought to the target as one.
_VOICES_LUFS = LINE_LUFS
_MUSIC_UNDER_VOICES_LU = 6.0  # the music alone, against the voices
_MOST_GAIN_DB = 40.0
_ENCODING_DB = 0.5  # under the promised ceiling, for what encoding adds
_CLOSE_LU = 0.02  # where the search for the whole film's gain stops
_ROUNDS = 12
_LISTENERS = 2  # stems heard at once: nothing else of a build is left to do beside the mix
_CLOSE_ENOUGH_LU = 0.2  # where the written mix is let be
_WRITINGS = 3  # as often it is written where peaks held down take more than was reckoned
_MORE = 1.2  # so much louder than thought the film may turn out before its peaks are sought again
_OVERSHOOT = 0.6  # a true peak stands less than 4.4 dB over the samples around it

_Curve = NDArray[np.float64]
Peaks = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Balance:
    """How the stems stand to one another: a gain each, and curves for what makes way for voices."""

    gains: dict[str, float]
    curves: dict[str, _Curve]  # a value every 10 ms
    has_lead: bool  # whether there are voices or music that the film's loudness goes by


def mix_film(reels: dict[str, Reel], target: Target, folder: Path) -> FilmLevels:
    """Write mix, stems and M&E as WAVs into a folder; return the levels of all that is heard.

    `reels` has the dialogue, the effects and the music. The stems lie at the levels that they have
    in the mix, music and effects ducked: sample by sample they add up to the mix before its
    limiter. Music and effects, for a film to be voiced in another language, are not ducked: the new
    voices will want room elsewhere. What has neither voices nor music stays as quiet as it is.
    """
    with ThreadPoolExecutor(_LISTENERS) as listeners:
        levels = dict(
            zip(STEMS, listeners.map(_hear, (reels[name] for name in STEMS)), strict=True)
        )
    balance = _balanced(levels)
    balanced = {
        name: _gained(levels[name], balance.gains[name], balance.curves.get(name)) for name in STEMS
    }
    voices = balanced["dialogue"].weighted
    by_voices = target.levelled == "dialogue" and integrated(voices) > SILENCE_LUFS
    most = math.inf if balance.has_lead else _nominal(target)
    added = np.sum([each.weighted for each in balanced.values()], axis=0)
    no_peaks = np.zeros(0, np.float32)
    found = _whole_gain(target, voices if by_voices else added, no_peaks, most=most)
    for _ in range(2):  # a second time where it turns out so loud that more peaks matter
        whole, heights = _hear_sums(reels, balance, target, found)
        gain = _whole_gain(target, voices if by_voices else whole, heights["mix"], most=most)
        if gain <= found * _MORE:
            break
        found = gain
    for _ in range(_WRITINGS):
        held = {
            name: held_under(each, _ceiling(target), gain=gain) for name, each in heights.items()
        }
        measured = _write(reels, balance, gain, held, folder)
        away = target.loudness_lufs - integrated(measured.weighted)
        if by_voices or abs(away) <= _CLOSE_ENOUGH_LU or gain >= most:
            break
        gain *= _gain(away)
    stems = {name: _gained(each, gain, None) for name, each in balanced.items()}
    return film_levels(target, measured, stems, limited=_a_hop(held["mix"] ** 2, HOP // PEAK_HOP))


def _hear(reel: Reel) -> Levels:
    meter = Meter(hears_speech=True)
    for _, block in reel.blocks():
        meter.hear(block)
    return meter.levels()


def _balanced(levels: dict[str, Levels]) -> Balance:
    """Return the stems' gains with voices where lines are spoken, and what makes way for them."""
    spoken, played = (integrated(levels[name].weighted) for name in ("dialogue", "music"))
    has_voices, has_music = spoken > SILENCE_LUFS, played > SILENCE_LUFS
    under = _MUSIC_UNDER_VOICES_LU if has_voices else 0.0
    gains = {
        "dialogue": _gain(_VOICES_LUFS - spoken) if has_voices else 1.0,
        "effects": 1.0,  # made to stand beside voices where lines are spoken
        "music": _gain(_VOICES_LUFS - under - played) if has_music else 1.0,
    }
    speech = levels["dialogue"].speech * gains["dialogue"] ** 2
    curves = {
        name: ducking.ducked(speech, levels[name].speech * gains[name] ** 2, manners)
        for name, manners in (("effects", ducking.EFFECTS), ("music", ducking.MUSIC))
    }
    return Balance(gains, curves, has_voices or has_music)


def _gain(decibels: float) -> float:
    return float(10 ** (min(_MOST_GAIN_DB, decibels) / 20))


def _blocks(total: int) -> Iterator[tuple[int, int]]:
    for first in range(0, total, BLOCK):
        yield first, min(BLOCK, total - first)


def _played(block: Sound, first: int, gain: float, curve: _Curve | None) -> Sound:
    """Return a stretch of a stem, played in place at a gain and under a curve if there is one."""
    if curve is not None:
        play_at(block, first, curve, hop=FINE_HOP, gain=gain)
    elif gain != 1.0:
        block *= np.float32(gain)
    return block


def _filled(stretches: dict[str, Sound], balance: Balance, gain: float) -> Sound:
    """Return music and effects, of stretches not played yet, as they are where nobody speaks."""
    effects, music = (
        stretches[name] * np.float32(gain * balance.gains[name]) for name in ("effects", "music")
    )
    effects += music
    return effects


def _nominal(target: Target) -> float:
    """Return the gain that brings a voice from where lines are spoken to the target."""
    return float(10 ** ((target.loudness_lufs - _VOICES_LUFS) / 20))


def _ceiling(target: Target) -> float:
    return float(10 ** ((target.true_peak_dbtp - _ENCODING_DB) / 20))


def _hear_sums(
    reels: dict[str, Reel], balance: Balance, target: Target, gain: float
) -> tuple[Powers, dict[str, Peaks]]:
    """Return the mix's loudness every 100 ms, and the peaks of mix and M&E that matter at a gain.

    All of it is before the whole film's gain and its limiter.
    """
    meter, heights = Meter(), {name: [np.zeros(0, np.float32)] for name in SUMS}
    over = _OVERSHOOT * _ceiling(target) / (gain * _MORE)
    for first, count in _blocks(reels["dialogue"].samples):
        at = (first - PEAK_MARGIN, count + 2 * PEAK_MARGIN)
        stretches = {name: reels[name].read(*at) for name in STEMS}
        heights["m-and-e"].append(peaks(_filled(stretches, balance, 1.0), over=over))
        mix = np.zeros((at[1], 2), np.float32)
        for name, block in stretches.items():
            mix += _played(block, at[0], balance.gains[name], balance.curves.get(name))
        meter.hear(mix[PEAK_MARGIN:-PEAK_MARGIN])
        heights["mix"].append(peaks(mix, over=over))
    joined = {name: np.concatenate(parts) for name, parts in heights.items()}
    return meter.levels().weighted, joined


def _whole_gain(target: Target, powers: Powers, heights: Peaks, *, most: float) -> float:
    """Return the gain that brings powers to the target, while peaks are limited."""
    gain = _nominal(target)
    if integrated(powers) <= SILENCE_LUFS:
        return gain
    for _ in range(_ROUNDS):
        limited = _a_hop(held_under(heights, _ceiling(target), gain=gain) ** 2, HOP // PEAK_HOP)
        away = target.loudness_lufs - integrated(powers * _as_long(limited, powers) * gain**2)
        if abs(away) <= _CLOSE_LU:
            break
        gain = min(most, gain * _gain(away))
    return gain


def _a_hop(values: _Curve, width: int) -> _Curve:
    """Return the means over so many values each; the last values are held on."""
    padded = np.pad(values, (0, -len(values) % width), mode="edge")
    return np.asarray(padded.reshape(-1, width).mean(axis=1))


def _as_long(values: _Curve, powers: Powers) -> _Curve:
    """Return values cut or held on to be as many as powers are."""
    return np.pad(values, (0, max(0, len(powers) - len(values))), mode="edge")[: len(powers)]


def _write(
    reels: dict[str, Reel],
    balance: Balance,
    gain: float,
    held: dict[str, _Curve],
    folder: Path,
) -> Measured:
    """Write stems, mix and M&E at the whole film's gain; return how the mix measures."""
    heard = _Heard()
    with ExitStack() as open_files:
        writers = {
            name: open_files.enter_context(StereoWriter(folder / f"{name}.wav"))
            for name in (*STEMS, *SUMS)
        }
        for first, count in _blocks(reels["dialogue"].samples):
            stretches = {name: reels[name].read(first, count) for name in STEMS}
            filled = _filled(stretches, balance, gain)
            mix = np.zeros((count, 2), np.float32)
            for name, block in stretches.items():
                own = gain * balance.gains[name]
                mix += _played(block, first, own, balance.curves.get(name))
                writers[name].write(block)
            for name, block in zip(SUMS, (mix, filled), strict=True):
                play_at(block, first, held[name], hop=PEAK_HOP, gain=1.0)
                writers[name].write(block)
            heard.hear(mix)
    return heard.measured()


class _Heard:
    """Measures the mix as it is written: its loudness, its true peak, what is clipped."""

    def __init__(self) -> None:
        self._meter = Meter()
        self._highest, self._clipped = 0.0, 0
        self._before = np.zeros((2 * PEAK_MARGIN, 2), np.float32)

    def hear(self, block: Sound) -> None:
        self._meter.hear(block)
        self._clipped += int((np.abs(block) >= 1.0).sum())
        self._seek_peak(block)

    def measured(self) -> Measured:
        self._seek_peak(np.zeros((2 * PEAK_MARGIN, 2), np.float32))
        return Measured(self._meter.levels().weighted, self._highest, self._clipped)

    def _seek_peak(self, block: Sound) -> None:
        joined = np.concatenate([self._before, block])
        found = peaks(joined, over=self._highest * _OVERSHOOT)
        self._highest = max(self._highest, float(found.max(initial=0.0)))
        self._before = joined[-2 * PEAK_MARGIN :]


def _gained(levels: Levels, gain: float, curve: _Curve | None) -> Levels:
    """Return a stem's levels as they are in the mix."""
    if curve is None:
        return Levels(levels.weighted * gain**2, levels.speech * gain**2)
    power = _as_long(curve, levels.speech) ** 2 * gain**2
    weighted = levels.weighted * _as_long(_a_hop(power, HOP // FINE_HOP), levels.weighted)
    return Levels(weighted, levels.speech * power)

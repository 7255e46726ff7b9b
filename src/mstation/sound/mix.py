"""Voices, effects and music in, the film's sound out: dialogue first, the rest around it.

A mix is made in sections, each by itself: a section hears a moment of what comes before it and
after it, and so meets its neighbours without a seam. A section counts from its own first sample;
where others push it back in the film it is the same section.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mstation.sound.balance import ceiling_of
from mstation.sound.levels import SectionLevels
from mstation.sound.limiter import held_under, play_along
from mstation.sound.metering import (
    FINE_HOP,
    PEAK_HOP,
    PEAK_MARGIN,
    Meter,
    Powers,
    Sound,
    peaks,
)
from mstation.sound.mix_plan import BEDS, STEMS, MixPlan
from mstation.sound.reel import Reel
from mstation.sound.targets import Target
from mstation.sound.wavefile import BLOCK, StereoWriter

BEFORE, AFTER = 7200, 2400  # samples that a section hears of what is around it

_SETTLES = 4800  # samples after which a meter's filters know nothing of how they began
_OVERSHOOT = 0.6  # a true peak stands less than 4.4 dB over the samples around it
_EARLY_HOPS, _JOIN_HOPS = 90, 64  # of peaks, before a section and before what follows it
_JOIN = 1024  # samples in which one section's limiter becomes the next one's


@dataclass(frozen=True, slots=True, eq=False)
class MixSection:
    """A section of the mix, and what was heard of it."""

    sound: Sound  # (samples, 2)
    levels: SectionLevels


def mix_section(
    reels: Mapping[str, Reel], plan: MixPlan, samples: int, target: Target
) -> MixSection:
    """Return a section of the mix; reels and plan count from its first sample.

    They hold what is heard `BEFORE` it and `AFTER` it too.
    """
    span = BEFORE + samples + AFTER
    mix = np.zeros((span, 2), np.float32)
    for name in STEMS:
        mix += _played(reels[name].read(-BEFORE, span), -BEFORE, plan, name)
    limiter = _limiter(mix, samples, ceiling_of(target))
    if limiter is not None:
        mix *= limiter[:, None]
    meter = Meter(hop=FINE_HOP)
    meter.hear(mix[BEFORE - _SETTLES : BEFORE + samples])
    around = mix[BEFORE - PEAK_MARGIN : BEFORE + samples + PEAK_MARGIN]
    sound = mix[BEFORE : BEFORE + samples]
    highest = float(np.abs(sound).max(initial=0.0))
    heights = peaks(around, over=highest * _OVERSHOOT)
    levels = SectionLevels(
        meter.levels().weighted[_SETTLES // FINE_HOP :],
        _kept(limiter, samples),
        max(highest, float(heights.max(initial=0.0))),
        int((np.abs(sound) >= 1.0).sum()) if highest >= 1.0 else 0,
    )
    return MixSection(sound, levels)


def _played(block: Sound, first: int, plan: MixPlan, stem: str) -> Sound:
    """Return a stretch of a stem, played in place as the plan has it."""
    if stem in BEDS:
        play_along(block, first, plan.at, plan.way(stem), gain=plan.gain(stem))
    else:
        block *= np.float32(plan.gain(stem))
    return block


def _limiter(mix: Sound, samples: int, ceiling: float) -> NDArray[np.float32] | None:
    """Return the limiter's gain for each sample of a section and of what is around it; None is 1.

    Peaks are looked for in hops that a section counts from its own start. Before the next one
    begins its hops are gone over to, so that nothing jumps.
    """
    over = _OVERSHOOT * ceiling
    if float(np.abs(mix).max(initial=0.0)) <= over:
        return None
    own = _held(mix, -_EARLY_HOPS * PEAK_HOP, samples + AFTER, ceiling)
    following = _held(mix, samples - _JOIN_HOPS * PEAK_HOP, samples + AFTER, ceiling)
    if own is None and following is None:
        return None
    own, following = (np.ones(len(mix)) if each is None else each for each in (own, following))
    at = np.arange(-BEFORE, samples + AFTER)
    share = np.clip((at - samples + _JOIN + 0.5) / _JOIN, 0.0, 1.0)
    return np.asarray(own + (following - own) * share, np.float32)


def _held(mix: Sound, first: int, end: int, ceiling: float) -> NDArray[np.float64] | None:
    """Return the limiter's gain at every sample, with hops counted from `first`; None is 1."""
    hops = (end - PEAK_MARGIN - first) // PEAK_HOP
    start = BEFORE + first
    found = peaks(
        mix[start - PEAK_MARGIN : start + hops * PEAK_HOP + PEAK_MARGIN], over=_OVERSHOOT * ceiling
    )
    if float(found.max(initial=0.0)) <= ceiling:
        return None
    middles = start + PEAK_HOP * np.arange(hops) + PEAK_HOP // 2
    held = held_under(found, ceiling, gain=1.0)
    return np.asarray(np.interp(np.arange(len(mix)), middles, held))


def _kept(limiter: NDArray[np.float32] | None, samples: int) -> Powers:
    count = -(-samples // FINE_HOP)
    if limiter is None:
        return np.ones(count)
    inside = limiter[BEFORE : BEFORE + samples].astype(np.float64)
    padded = np.pad(inside, (0, -samples % FINE_HOP), mode="edge")
    return np.asarray((padded.reshape(-1, FINE_HOP) ** 2).mean(axis=1))


def write_stem(reel: Reel, plan: MixPlan, name: str, path: Path) -> None:
    """Write a stem of the whole film as a WAV, at the level that it has in the mix.

    Music and effects are ducked: sample by sample the stems add up to the mix before its limiter.
    """
    with StereoWriter(path) as writer:
        for first, block in reel.blocks():
            writer.write(_played(block, first, plan, name))


def write_music_and_effects(
    reels: Mapping[str, Reel], plan: MixPlan, target: Target, path: Path
) -> None:
    """Write music and effects of the whole film, for one voiced in another language, as a WAV.

    They are at the mix's level and under its ceiling, and not ducked: the new voices will want
    room elsewhere. Peaks are sought first, so that two hours need no more memory than two minutes.
    """
    ceiling = ceiling_of(target)
    heights = [np.zeros(0, np.float32)]
    for first, count in _blocks(reels):
        around = _filled(reels, plan, first - PEAK_MARGIN, count + 2 * PEAK_MARGIN)
        heights.append(peaks(around, over=_OVERSHOOT * ceiling))
    held = held_under(np.concatenate(heights), ceiling, gain=1.0)
    at = PEAK_HOP * np.arange(len(held)) + PEAK_HOP // 2
    with StereoWriter(path) as writer:
        for first, count in _blocks(reels):
            block = _filled(reels, plan, first, count)
            play_along(block, first, at, held, gain=1.0)
            writer.write(block)


def _blocks(reels: Mapping[str, Reel]) -> Iterator[tuple[int, int]]:
    total = reels[BEDS[0]].samples
    for first in range(0, total, BLOCK):
        yield first, min(BLOCK, total - first)


def _filled(reels: Mapping[str, Reel], plan: MixPlan, first: int, count: int) -> Sound:
    """Return music and effects as they are where nobody speaks."""
    one, other = (reels[bed].read(first, count) * np.float32(plan.gain(bed)) for bed in BEDS)
    return np.asarray(one + other)

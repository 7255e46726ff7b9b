"""Sound in, its level over time out: what the mix is made by and what its report tells.

Source: ITU-R BS.1770-5 for the weighting, the gates and the true peak; EBU Tech 3341 for momentary
(400 ms) and short-term (3 s) loudness; EBU Tech 3342 for the range.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.compiled import kernel
from mstation.timebase import SAMPLE_RATE

Sound = NDArray[np.float32]  # (samples, 2), full scale 1.0
Powers = NDArray[np.float64]  # one a hop

SILENCE_LUFS = -70.0  # the absolute gate: nothing is quieter
SILENCE_DBTP = -120.0
HOP = SAMPLE_RATE // 10  # of loudness
FINE_HOP = SAMPLE_RATE // 100  # of speech: a syllable has a dozen of them
PEAK_HOP = 64  # of peaks
PEAK_MARGIN = 12  # samples that a peak's search needs before and after a block

_RELATIVE_GATE_LU, _RANGE_GATE_LU = -10.0, -20.0
_MOMENTARY_HOPS, _SHORT_HOPS = 4, 30
_OFFSET = -0.691
_SPEECH_HZ = (300.0, 4000.0)  # where words are understood by their formants and consonants
_OVERSAMPLING, _TAPS = 4, 12

_Biquad = tuple[float, float, float, float, float]  # b0 b1 b2 a1 a2


# ITU-R BS.1770-5, tables 1 and 2: at 48 kHz.
_K_WEIGHTING: tuple[_Biquad, _Biquad] = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585),
    (1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621),
)


def _speech_band() -> tuple[_Biquad, _Biquad]:
    """Return a high pass and a low pass of Butterworth's, second order each.

    Source: Bristow-Johnson, Cookbook formulae for audio EQ biquad filter coefficients.
    """
    passes = []
    for hertz, sign in zip(_SPEECH_HZ, (1.0, -1.0), strict=True):
        turn = 2 * math.pi * hertz / SAMPLE_RATE
        alpha, cosine = math.sin(turn) / math.sqrt(2), math.cos(turn)
        edge = (1 + sign * cosine) / 2 / (1 + alpha)
        a = (-2 * cosine / (1 + alpha), (1 - alpha) / (1 + alpha))
        passes.append((edge, -sign * 2 * edge, edge, *a))
    return passes[0], passes[1]


_SPEECH_BAND = _speech_band()


@dataclass(frozen=True, slots=True)
class Levels:
    """How strong a stretch of sound is, hop by hop; powers of both channels added up."""

    weighted: Powers  # every 100 ms, K-weighted
    speech: Powers  # every 10 ms, from 300 to 4000 Hz


class Meter:
    """Hears sound block by block; blocks but the last are whole hops.

    `hop` is that of loudness; speech is heard every 10 ms.
    """

    def __init__(self, *, hop: int = HOP, hears_speech: bool = False) -> None:
        self._filters = [(np.asarray(_K_WEIGHTING), hop, np.zeros((2, 4)))]
        if hears_speech:
            self._filters.append((np.asarray(_SPEECH_BAND), FINE_HOP, np.zeros((2, 4))))
        self._powers: list[list[Powers]] = [[], []]

    def hear(self, block: Sound) -> None:
        """Take in what comes next."""
        for (sections, hop, state), powers in zip(self._filters, self._powers, strict=False):
            found = np.zeros(-(-len(block) // hop))
            _weigh(block, sections, state, hop, found)
            powers.append(found)

    def levels(self) -> Levels:
        """Return what was heard so far."""
        return Levels(_joined(self._powers[0]), _joined(self._powers[1]))


def _joined(parts: Sequence[Powers]) -> Powers:
    return np.concatenate(parts) if parts else np.zeros(0)


@kernel
def _weigh(
    sound: Sound,
    sections: NDArray[np.float64],
    state: NDArray[np.float64],
    hop: int,
    powers: Powers,
) -> None:
    """Write both channels' power after two filters for each hop; `state` carries them on."""
    b0, b1, b2, a1, a2 = sections[0]
    c0, c1, c2, d1, d2 = sections[1]
    s0, s1, t0, t1 = state[0]
    u0, u1, v0, v1 = state[1]
    for index in range(len(powers)):
        power = 0.0
        first, end = index * hop, min(len(sound), (index + 1) * hop)
        if s0 == 0.0 and u0 == 0.0 and t0 == 0.0 and v0 == 0.0:
            while first < end and sound[first, 0] == 0.0 and sound[first, 1] == 0.0:
                first += 1  # nothing is heard of silence after silence
        for i in range(first, end):
            x = float(sound[i, 0])
            y = b0 * x + s0
            s0 = b1 * x - a1 * y + s1
            s1 = b2 * x - a2 * y
            z = c0 * y + t0
            t0 = c1 * y - d1 * z + t1
            t1 = c2 * y - d2 * z
            x = float(sound[i, 1])
            y = b0 * x + u0
            u0 = b1 * x - a1 * y + u1
            u1 = b2 * x - a2 * y
            w = c0 * y + v0
            v0 = c1 * y - d1 * w + v1
            v1 = c2 * y - d2 * w
            power += z * z + w * w
        powers[index] = power / hop
        # What dies away for ever would be slow to reckon with.
        if power < 1e-60:
            s0 = s1 = t0 = t1 = u0 = u1 = v0 = v1 = 0.0
    state[0, 0], state[0, 1], state[0, 2], state[0, 3] = s0, s1, t0, t1
    state[1, 0], state[1, 1], state[1, 2], state[1, 3] = u0, u1, v0, v1


def decibels(power: float) -> float:
    """Return a power in decibels; nothing is −120."""
    return 10 * math.log10(max(power, 1e-12))


def loudness_of(power: float) -> float:
    """Return a K-weighted power as LUFS, −70 at least."""
    return max(SILENCE_LUFS, _OFFSET + decibels(power))


def loudness_over_time(powers: Powers) -> NDArray[np.float64]:
    """Return K-weighted powers as LUFS, −70 at least."""
    lufs = _OFFSET + 10 * np.log10(np.maximum(powers, 1e-12))
    return np.asarray(np.maximum(SILENCE_LUFS, lufs))


def momentary(weighted: Powers) -> Powers:
    """Return the power over the last 400 ms at the end of each whole stretch, a value a hop."""
    return _running(weighted, _MOMENTARY_HOPS)


def short_term(weighted: Powers) -> Powers:
    """Return the power over 3 s, a value a hop."""
    return _running(weighted, _SHORT_HOPS)


def _running(powers: Powers, hops: int) -> Powers:
    """Return the means over so many hops; of less than that, the mean of all."""
    if len(powers) <= hops:
        return np.array([powers.mean()]) if len(powers) else np.zeros(0)
    sums = np.concatenate([[0.0], np.cumsum(powers)])
    return np.asarray(np.maximum(0.0, sums[hops:] - sums[:-hops]) / hops)


def integrated(weighted: Powers) -> float:
    """Return the loudness of the whole in LUFS, quiet stretches gated out; −70 is silence."""
    return gated(momentary(weighted))


def gated(blocks: Powers) -> float:
    """Return the loudness of blocks of 400 ms together, the quiet ones left out."""
    loud = blocks[blocks > power_of(SILENCE_LUFS)]
    if not len(loud):
        return SILENCE_LUFS
    gate = float(loud.mean()) * 10 ** (_RELATIVE_GATE_LU / 10)
    return loudness_of(float(loud[loud > gate].mean()))


def loudness_range(weighted: Powers) -> float:
    """Return how far loud and quiet stretches lie apart, in LU."""
    blocks = short_term(weighted)
    loud = blocks[blocks > power_of(SILENCE_LUFS)]
    if not len(loud):
        return 0.0
    loud = loud[loud > float(loud.mean()) * 10 ** (_RANGE_GATE_LU / 10)]
    low, high = np.percentile(loudness_over_time(loud), (10, 95))
    return float(high - low)


def power_of(lufs: float) -> float:
    """Return the K-weighted power of a loudness."""
    return float(10 ** ((lufs - _OFFSET) / 10))


def peaks(block: Sound, *, over: float = 0.0) -> NDArray[np.float32]:
    """Return the highest true peak of each hop of a block that has its margins around it.

    Where no sample reaches `over` nobody looks between the samples.
    """
    hops = -(-(len(block) - 2 * PEAK_MARGIN) // PEAK_HOP)
    found = np.zeros(hops, np.float32)
    between = np.zeros(PEAK_HOP, np.float32)
    for channel in (0, 1):
        one = np.ascontiguousarray(block[:, channel])
        _peaks(one, _interpolators(), np.float32(over), between, found)
    return found


def _interpolators() -> NDArray[np.float32]:
    """Return the weights of the samples around for each of the points between two samples."""
    steps = np.arange(-_TAPS // 2 + 1, _TAPS // 2 + 1)
    rows = []
    for phase in range(1, _OVERSAMPLING):
        away = steps - phase / _OVERSAMPLING
        taps = np.sinc(away) * np.cos(np.pi * away / (_TAPS + 1)) ** 2
        rows.append(taps / taps.sum())
    return np.asarray(rows, np.float32)


@kernel
def _peaks(
    sound: NDArray[np.float32],
    phases: NDArray[np.float32],
    over: np.float32,
    between: NDArray[np.float32],
    found: NDArray[np.float32],
) -> None:
    """Raise each hop's peak to that of a channel: its samples, and the points between them."""
    before = phases.shape[1] // 2 - 1
    inside = len(sound) - 2 * PEAK_MARGIN
    for hop in range(len(found)):
        first = PEAK_MARGIN + hop * PEAK_HOP
        count = min(PEAK_HOP, inside - hop * PEAK_HOP)
        highest = found[hop]
        for i in range(first, first + count):
            highest = max(highest, abs(sound[i]))
        if highest > over:
            for phase in range(phases.shape[0]):
                between[:] = 0
                for tap in range(phases.shape[1]):
                    weight, start = phases[phase, tap], first - before + tap
                    for i in range(count):
                        between[i] += weight * sound[start + i]
                for i in range(count):
                    highest = max(highest, abs(between[i]))
        found[hop] = highest

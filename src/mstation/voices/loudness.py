"""A sound's loudness, and a line brought to the loudness it is played at."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mstation.voices.filtering import Response, filtered
from mstation.voices.utterance import Sound

SILENT_LUFS = -70.0
_HOP_S, _HOPS_A_BLOCK = 0.1, 4
_RELATIVE_GATE_LU = -10.0
_LIMITER_REACH_S = 0.004
_LIMITER_ROUNDS = 2
# Headroom under the ceiling for what rounding to 24 bits and later resampling add.
_MARGIN_DB = 0.2


def loudness(samples: Sound, rate: int) -> float:
    """Return the integrated loudness in LUFS of a mono sound, −70 for silence.

    A sound shorter than one block of 400 ms is measured as a single block of its own length.

    Source: ITU-R BS.1770-4.
    """
    weighted = filtered(samples, rate, _k_response)
    hop = round(_HOP_S * rate)
    if len(weighted) == 0:
        return SILENT_LUFS
    if len(weighted) <= _HOPS_A_BLOCK * hop:
        return _lufs(float(np.mean(np.square(weighted), dtype=np.float64)))
    hops = weighted[: len(weighted) // hop * hop].reshape(-1, hop)
    sums = np.concatenate([[0.0], np.cumsum(np.square(hops).mean(axis=1, dtype=np.float64))])
    means = (sums[_HOPS_A_BLOCK:] - sums[:-_HOPS_A_BLOCK]) / _HOPS_A_BLOCK
    loud = means[means > _power(SILENT_LUFS)]
    if len(loud) == 0:
        return SILENT_LUFS
    gate = _power(_lufs(float(loud.mean())) + _RELATIVE_GATE_LU)
    return _lufs(float(loud[loud > gate].mean()))


def levelled(samples: Sound, rate: int, *, target_lufs: float, ceiling_db: float) -> Sound:
    """Return the sound at `target_lufs`, its peaks held under `ceiling_db` without clipping."""
    before = loudness(samples, rate)
    if before <= SILENT_LUFS:
        return samples
    ceiling = 10 ** ((ceiling_db - _MARGIN_DB) / 20)
    gain_db = target_lufs - before
    # Limiting takes a little loudness away, so the gain is found anew where it had work to do.
    for _ in range(_LIMITER_ROUNDS):
        louder = samples * np.float32(10 ** (gain_db / 20))
        if float(np.abs(louder).max()) <= ceiling:
            return louder
        level = _limited(louder, rate, ceiling)
        gain_db += target_lufs - loudness(level, rate)
    return level


def _limited(samples: Sound, rate: int, ceiling: float) -> Sound:
    """Return the sound with a gain that dips smoothly around every peak over the ceiling."""
    over = np.maximum(np.abs(samples).astype(np.float64) / ceiling, 1.0)
    if over.max() <= 1.0:
        return samples
    reach = max(1, round(_LIMITER_REACH_S * rate))
    padded = np.pad(over, 2 * reach, mode="edge")
    held = _running_maximum(padded, 2 * reach + 1)
    window = np.hanning(2 * reach + 3)[1:-1]
    need = np.convolve(held, window / window.sum(), mode="valid")
    return (samples / need).astype(np.float32)


def _running_maximum(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Return the maximum over each run of `width` values, by doubling."""
    best, span = values, 1
    while span * 2 <= width:
        best = np.maximum(best[:-span], best[span:])
        span *= 2
    rest = width - span
    return np.maximum(best[: len(best) - rest], best[rest:]) if rest else best


@cache
def _k_response(rate: int, size: int) -> Response:
    """Return the K filter's response at an FFT's bins: the head's shelf, then the low cut."""
    turn = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    response = np.ones(len(turn), np.complex128)
    for numerator, denominator in (_shelf(rate), _high_pass(rate)):
        response *= np.polyval(numerator[::-1], turn) / np.polyval(denominator[::-1], turn)
    return response


def _shelf(rate: int) -> tuple[list[float], list[float]]:
    """Return the head filter's biquad: +4 dB over 1.7 kHz, for any sample rate.

    Source: ITU-R BS.1770-4 table 1, by its analogue prototype.
    """
    k = math.tan(math.pi * 1681.974450955533 / rate)
    high, q = 10 ** (3.999843853973347 / 20), 0.7071752369554196
    band = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    b = [(high + band * k / q + k * k) / a0, 2 * (k * k - high) / a0]
    b.append((high - band * k / q + k * k) / a0)
    return b, [1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]


def _high_pass(rate: int) -> tuple[list[float], list[float]]:
    """Return the low-cut biquad at 38 Hz, for any sample rate.

    Source: ITU-R BS.1770-4 table 2, by its analogue prototype.
    """
    k = math.tan(math.pi * 38.13547087602444 / rate)
    q = 0.5003270373238773
    a0 = 1 + k / q + k * k
    return [1.0, -2.0, 1.0], [1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]


def _lufs(power: float) -> float:
    return max(SILENT_LUFS, -0.691 + 10 * math.log10(max(power, 1e-12)))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))

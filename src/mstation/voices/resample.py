"""Sound at one sample rate in, the same sound at another out."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np

from mstation.compiled import kernel
from mstation.voices.utterance import Sound

_LOBES = 24
_KAISER_BETA = 9.0  # about 90 dB down outside the band
_FINEST = 640  # phases of the filter table at most


def resampled(samples: Sound, rate: Fraction | int, new_rate: int) -> Sound:
    """Return the sound at `new_rate`, through a windowed-sinc polyphase filter.

    The ratio is held to a fraction of at most 640 phases: a pitch error under a cent.
    """
    step = (Fraction(rate) / new_rate).limit_denominator(_FINEST)
    up, down = step.denominator, step.numerator
    if up == down or len(samples) == 0:
        return samples.astype(np.float32)
    table = _filter_table(up, down)
    taps = table.shape[1]
    padded = np.pad(samples.astype(np.float32), (taps // 2 - 1, taps // 2 + 1))
    result = np.empty(-(-len(samples) * up // down), np.float32)
    _filter(padded, table, up, down, result)
    return result


@kernel
def _filter(padded: Sound, table: Sound, up: int, down: int, result: Sound) -> None:
    """Write each new sample: the old ones around it, weighted by how it lies between them."""
    taps = table.shape[1]
    for i in range(len(result)):
        first, phase = i * down // up, i * down % up
        # Four sums side by side: the order of adding is ours, so it is the same everywhere.
        a = b = c = d = np.float32(0.0)
        for tap in range(0, taps - 3, 4):
            a += padded[first + tap] * table[phase, tap]
            b += padded[first + tap + 1] * table[phase, tap + 1]
            c += padded[first + tap + 2] * table[phase, tap + 2]
            d += padded[first + tap + 3] * table[phase, tap + 3]
        for tap in range(taps - taps % 4, taps):
            a += padded[first + tap] * table[phase, tap]
        result[i] = (a + b) + (c + d)


@cache
def _filter_table(up: int, down: int) -> Sound:
    """Return (up, taps): the filter for each phase, its sum made exactly one."""
    cutoff = min(1.0, up / down) * 0.96
    half = int(np.ceil(_LOBES / cutoff))
    offset = np.arange(-half + 1, half + 1)[None, :] - np.arange(up)[:, None] / up
    window = np.i0(_KAISER_BETA * np.sqrt(np.clip(1 - (offset / (half + 1)) ** 2, 0, 1)))
    table = np.sinc(cutoff * offset) * window
    table /= table.sum(axis=1, keepdims=True)
    return table.astype(np.float32)

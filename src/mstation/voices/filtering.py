"""Sound through a filter given by its frequency response, in blocks of bounded memory."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mstation.voices.utterance import Sound

Response = NDArray[np.complex128]
_LARGEST_BLOCK = 1 << 19
_RING_S = 0.25  # a low cut at 38 Hz has died away after this


def filtered(samples: Sound, rate: int, response: Callable[[int, int], Response]) -> Sound:
    """Return the sound through a filter; `response(rate, size)` is that of an FFT's bins.

    Each block sees a quarter of a second of what stands on either side, so that blocks meet
    without a seam.
    """
    ring = round(_RING_S * rate)
    size = 1 << (len(samples) + 2 * ring - 1).bit_length()
    size = min(size, _LARGEST_BLOCK)
    curve = response(rate, size)
    result = np.empty(len(samples), np.float32)
    step = size - 2 * ring
    for start in range(0, len(samples), step):
        first = max(0, start - ring)
        block = samples[first : start + step + ring].astype(np.float64)
        # The block's own end rings into the padding; what wraps round falls before `start`.
        whole = np.fft.irfft(np.fft.rfft(block, size) * curve, size)
        stop = min(start + step, len(samples))
        result[start:stop] = whole[start - first : stop - first]
    return result

"""The scoring stage: a reverberant room made of decaying noise, the same every time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mstation.timebase import SAMPLE_RATE

_DECAY_S = 1.8  # to −60 dB at mid frequencies
_PRE_DELAY_S = 0.022
_BANDS_HZ = (0.0, 250.0, 2000.0, 6000.0)
_BAND_DECAY = (1.1, 1.0, 0.7, 0.4)  # walls swallow the highs first
_BLOCK = 1 << 16


def impulse_response() -> NDArray[np.float64]:
    """Return the room as (samples, 2): one unit of energy an ear, the ears uncorrelated."""
    samples = round(_DECAY_S * SAMPLE_RATE)
    noise = np.random.Generator(np.random.PCG64(1)).standard_normal((samples, 2))
    spectrum = np.fft.rfft(noise, axis=0)
    pitches = np.fft.rfftfreq(samples, 1 / SAMPLE_RATE)
    time = np.arange(samples) / SAMPLE_RATE
    room = np.zeros((samples, 2))
    for low, high, decay in zip(_BANDS_HZ, (*_BANDS_HZ[1:], np.inf), _BAND_DECAY, strict=True):
        inside = (pitches >= low) & (pitches < high)
        band = np.fft.irfft(spectrum * inside[:, None], samples, axis=0)
        room += band * 10 ** (-3 * time / (_DECAY_S * decay))[:, None]
    onset = np.minimum(1.0, time / 0.012)[:, None]
    room *= onset * (1 - time / _DECAY_S)[:, None]
    room /= np.sqrt((room**2).sum(axis=0))
    return np.concatenate([np.zeros((round(_PRE_DELAY_S * SAMPLE_RATE), 2)), room])


def reverberate(send: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    """Add what the room answers to a mono `send` into `out` (samples, 2), block by block."""
    response = impulse_response()
    size = 1 << (_BLOCK + len(response) - 1).bit_length()
    transfer = np.fft.rfft(response, size, axis=0)
    for start in range(0, len(send), _BLOCK):
        block = send[start : start + _BLOCK]
        if not block.any():
            continue
        answer = np.fft.irfft(np.fft.rfft(block, size)[:, None] * transfer, size, axis=0)
        end = min(len(out), start + len(block) + len(response) - 1)
        out[start:end] += answer[: end - start].astype(np.float32)

"""A voice's sound in, what tells it from another out: its pitch and the tilt of its spectrum.

What a voice was asked to be is one thing; casting stands on what is heard of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mstation.voices.utterance import Sound

# Two voices are told apart that differ by this share in either measure.
APART = 0.2

_FRAME_S, _HOP_S = 0.04, 0.01
_LOWEST_HZ, _HIGHEST_HZ = 60.0, 500.0
# Source: Boersma 1993, section 3: a frame is voiced whose autocorrelation peaks above 0.45.
_VOICED = 0.45
_OCTAVE_COST = 0.9  # a shorter period wins that is nearly as good: it is no octave too low
_QUIET_DB = -30.0  # under the loudest frame, a frame tells nothing of the voice
_TILT_HZ = (250.0, 5000.0)
_BANDS = 9  # about half an octave each, so that each holds a harmonic of any voice


@dataclass(frozen=True, slots=True)
class Heard:
    """What a voice measures: its middle pitch, and how its spectrum falls."""

    pitch_hz: float
    tilt_db: float  # dB an octave from 250 to 5000 Hz; −9 is dark and breathy, −3 pressed

    def apart_from(self, other: Heard) -> float:
        """Return by what share the two differ, in the measure that tells them apart better."""
        low, high = sorted((self.pitch_hz, other.pitch_hz))
        flat, steep = sorted((abs(self.tilt_db), abs(other.tilt_db)))
        return max(high / low - 1.0, steep / max(flat, 1.0) - 1.0)


def heard(samples: Sound, rate: int) -> Heard | None:
    """Return what a voice measures over its voiced moments, or None where it has none."""
    frames = _frames(samples, rate)
    power = np.square(frames).mean(axis=1)
    frames = frames[power > power.max(initial=0.0) * 10 ** (_QUIET_DB / 10)]
    if len(frames) == 0:
        return None
    pitch_hz, clearness = _pitches(frames, rate)
    voiced = clearness > _VOICED
    if not np.any(voiced):
        return None
    return Heard(float(np.median(pitch_hz[voiced])), _tilt_db(frames[voiced], rate))


def _frames(samples: Sound, rate: int) -> NDArray[np.float64]:
    """Return the sound as frames that overlap, (frames, samples of one)."""
    size, hop = round(_FRAME_S * rate), round(_HOP_S * rate)
    if len(samples) < size:
        return np.zeros((0, size))
    views = np.lib.stride_tricks.sliding_window_view(samples, size)[::hop]
    frames: NDArray[np.float64] = views - views.mean(axis=1, keepdims=True, dtype=np.float64)
    return frames


def _pitches(
    frames: NDArray[np.float64], rate: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each frame's pitch, and how clear it is (1: strictly periodic).

    Source: Boersma 1993, the autocorrelation of a frame over that of its window.
    """
    size = frames.shape[1]
    window = np.hanning(size)
    spectra = np.square(np.abs(np.fft.rfft(np.vstack([frames * window, window]), 2 * size)))
    curves = np.fft.irfft(spectra)[:, :size]
    curves /= np.maximum(curves[:, :1], 1e-20)
    first, last = int(rate / _HIGHEST_HZ), min(int(rate / _LOWEST_HZ), size // 2)
    likeness = curves[:-1, first : last + 1] / curves[-1, first : last + 1]
    peaks = np.zeros_like(likeness, dtype=bool)
    inner = likeness[:, 1:-1]
    peaks[:, 1:-1] = (inner >= likeness[:, :-2]) & (inner > likeness[:, 2:])
    tops = np.where(peaks, likeness, 0.0)
    best = tops.max(axis=1)
    lag = np.argmax(tops >= _OCTAVE_COST * np.maximum(best, 1e-9)[:, None], axis=1)
    return rate / (first + lag), best


def _tilt_db(frames: NDArray[np.float64], rate: int) -> float:
    """Return the slope of the frames' mean spectrum, a straight line through bands of it."""
    spectrum = np.square(np.abs(np.fft.rfft(frames * np.hanning(frames.shape[1])))).mean(axis=0)
    bins_hz = np.fft.rfftfreq(frames.shape[1], 1 / rate)
    edges_hz = np.geomspace(*_TILT_HZ, _BANDS + 1)
    density = [
        spectrum[(bins_hz >= low) & (bins_hz < high)].mean() for low, high in pairwise(edges_hz)
    ]
    octaves = np.log2(np.sqrt(edges_hz[:-1] * edges_hz[1:]))
    level_db = 10 * np.log10(np.maximum(density, 1e-20))
    return float(np.polyfit(octaves, level_db, 1)[0])

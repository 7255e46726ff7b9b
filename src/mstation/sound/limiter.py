"""Peaks in, a gain out that keeps them under a ceiling: it closes before a peak, smoothly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mstation.compiled import kernel

_LOOK_HOPS = 8  # it closes over 11 ms before a peak, and opens over 11 ms after it


def held_under(peaks: NDArray[np.float32], ceiling: float, *, gain: float) -> NDArray[np.float64]:
    """Return the limiter's gain for each hop of peaks, at most 1, for sound played at `gain`.

    Nowhere is it higher than the hop itself, or one beside it, needs.
    """
    if not len(peaks) or float(peaks.max()) * gain <= ceiling:
        return np.ones(max(1, len(peaks)))
    needed = np.minimum(1.0, ceiling / np.maximum(peaks * gain, 1e-9))
    reach = 2 * _LOOK_HOPS + 1
    wide = np.pad(needed, reach, constant_values=1.0)
    windows = np.lib.stride_tricks.sliding_window_view(wide, 2 * reach + 1)
    lowest = np.concatenate(
        [part.min(axis=1) for part in np.array_split(windows, 1 + len(wide) // 65536)]
    )
    kernel = np.hanning(reach + 2)[1:-1]
    padded = np.pad(lowest.astype(np.float64), reach // 2, mode="edge")
    return np.convolve(padded, kernel / kernel.sum(), "valid")


def play_at(
    block: NDArray[np.float32], first: int, curve: NDArray[np.float64], *, hop: int, gain: float
) -> None:
    """Play a block in place at a gain times a curve with a value a hop, straight lines between.

    `first` is the block's first sample on the curve; before and after it the curve stands still.
    """
    _play_at(block, first, np.asarray(curve, np.float64), hop, gain)


@kernel
def _play_at(
    block: NDArray[np.float32], first: int, curve: NDArray[np.float64], hop: int, gain: float
) -> None:
    last, half = len(curve) - 1, hop // 2
    done = 0
    while done < len(block):
        stretch = (first + done + half) // hop - 1  # from the middle of one hop to the next one's
        end = min(len(block), (stretch + 1) * hop + half - first)
        begins = gain * curve[min(last, max(0, stretch))]
        slope = (gain * curve[min(last, max(0, stretch + 1))] - begins) / hop
        middle = first - stretch * hop - half + 0.5
        for i in range(done, end):
            level = np.float32(begins + slope * (i + middle))
            block[i, 0] *= level
            block[i, 1] *= level
        done = end

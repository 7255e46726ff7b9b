"""Peaks in, a gain out that keeps them under a ceiling: it closes before a peak, smoothly."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mstation.compiled import kernel

Level = TypeVar("Level", np.float32, np.float64)

_LOOK_HOPS = 8  # it closes over 11 ms before a peak, and opens over 11 ms after it


def held_under(peaks: NDArray[np.float32], ceiling: float, *, gain: float) -> NDArray[np.float64]:
    """Return the limiter's gain for each hop of peaks, at most 1, for sound played at `gain`.

    Nowhere is it higher than the hop itself, or one beside it, needs.
    """
    if not len(peaks) or float(peaks.max()) * gain <= ceiling:
        return np.ones(max(1, len(peaks)))
    needed = np.minimum(1.0, ceiling / np.maximum(peaks * gain, 1e-9))
    reach = 2 * _LOOK_HOPS + 1
    least = lowest(needed, reach)
    kernel = np.hanning(reach + 2)[1:-1]
    padded = np.pad(least.astype(np.float64), reach // 2, mode="edge")
    return np.convolve(padded, kernel / kernel.sum(), "valid")


def lowest(values: NDArray[Level], reach: int) -> NDArray[Level]:
    """Return the lowest value within so many hops on both sides, by doubling."""
    best, span = np.pad(values, reach, mode="edge"), 1
    width = 2 * reach + 1
    while span * 2 <= width:
        best, span = np.minimum(best[:-span], best[span:]), span * 2
    rest = width - span
    return np.minimum(best[: len(best) - rest], best[rest:]) if rest else best


def play_along(
    block: NDArray[np.float32],
    first: int,
    at: NDArray[np.int64],
    levels: NDArray[np.float64],
    *,
    gain: float,
) -> None:
    """Play a block in place at a gain times a curve through levels, straight lines between them.

    `first` is where the block's first sample lies on the curve, `at` where the levels do; before
    the first of them and after the last the curve stands still.
    """
    _play_along(block, first, np.asarray(at, np.int64), np.asarray(levels, np.float64), gain)


@kernel
def _play_along(
    block: NDArray[np.float32],
    first: int,
    at: NDArray[np.int64],
    levels: NDArray[np.float64],
    gain: float,
) -> None:
    behind = int(np.searchsorted(at, first, "right")) - 1  # the level behind us
    done, last = 0, len(at) - 1
    while done < len(block):
        here = min(last, max(0, behind))
        ahead = min(last, behind + 1)
        end = len(block) if behind >= last else min(len(block), int(at[ahead]) - first)
        begins, slope = gain * levels[here], 0.0
        if ahead > here:
            slope = gain * (levels[ahead] - levels[here]) / (at[ahead] - at[here])
        if slope == 0.0 and begins == 1.0:
            done = end
        for i in range(done, end):
            level = np.float32(begins + slope * (first + i - at[here]))
            block[i, 0] *= level
            block[i, 1] *= level
        done = end
        behind += 1

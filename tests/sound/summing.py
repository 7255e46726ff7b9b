"""The plainest way to lay sounds: all in memory, one after the other."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]


def summed(lines: Iterable[tuple[int, Sound]], samples: int) -> Sound:
    """Return sounds (n,) at their first samples, (samples, 2), the same on both sides."""
    stem = np.zeros((samples, 2), np.float32)
    for first, sound in lines:
        end = min(samples, first + len(sound))
        stem[first:end] += sound[: max(0, end - first), None]
    return stem

"""A sound file in, the stretches of it that are asked for out: mono, 16 kHz, at their places.

Only those stretches are held, so a film of two hours is listened to in little memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from mstation.check.files import decoding
from mstation.errors import InvalidInput

RATE = 16_000
Sound = NDArray[np.float32]  # (samples,) mono, full scale 1.0


def stretches(path: Path, spans: Sequence[tuple[int, int]]) -> list[Sound]:
    """Return the sound of each span (first sample, end), silence where the file has none.

    Spans count from the file's first picture, or from its start where it has none, and come in
    order of their first samples.

    Raises:
        InvalidInput: the file cannot be decoded, or has no sound.
    """
    found = [np.zeros(end - first, np.float32) for first, end in spans]
    earliest = 0
    for at, block in _blocks(path):
        end = at + len(block)
        while earliest < len(spans) and spans[earliest][1] <= at:
            earliest += 1
        for index in range(earliest, len(spans)):
            first, stop = spans[index]
            if first >= end:
                break
            low, high = max(first, at), min(stop, end)
            if high > low:
                found[index][low - first : high - first] = block[low - at : high - at]
    return found


def _blocks(path: Path) -> Iterator[tuple[int, Sound]]:
    """Yield the sound block by block, each with its first sample."""
    with decoding(path) as container:
        if not container.streams.audio:
            raise InvalidInput(
                "has no sound; make the film again",
                path=str(path),
                zh="没有声音；请重新生成影片",
            )
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE)
        at: int | None = None
        for frame in container.decode(stream):
            at = _start(container, frame) if at is None else at
            for part in resampler.resample(frame):
                yield at, part.to_ndarray()[0]
                at += part.samples
        for part in resampler.resample(None):
            yield at or 0, part.to_ndarray()[0]


def _start(container: Any, frame: Any) -> int:
    """Return where the first sound lies, counted from the first picture."""
    pictures = container.streams.video
    origin = pictures[0].start_time * pictures[0].time_base if pictures else 0
    return round((frame.pts * frame.time_base - origin) * RATE) if frame.pts is not None else 0

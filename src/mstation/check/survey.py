"""The movie in, how its picture changes out: one pass over the decoded frames.

Only numbers and small stills stay: of a film of two hours, less than a gigabyte.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mstation.check.files import decoding
from mstation.errors import InvalidInput
from mstation.space import Array

Grey = NDArray[np.uint8]  # (height, width) luma, limited range, top row first

STILL_EVERY = 12  # frames between the small pictures that are kept
_CHANGE_WIDTH, _STILL_WIDTH, _COLOUR_WIDTH = 320, 320, 128
_PEAK = 255.0
_PARTS = (18, 32)  # rows and columns in which frames are compared closely


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What every frame of the movie is like beside the frame before it; the first has none.

    change   # (frames,) mean difference of luma, of 255
    content  # (frames,) mean difference of hue, saturation and value, of 255
    light    # (frames,) mean luma
    unlike   # frame → (rows, columns) mean squared difference of luma from the frame before it,
             # by part of the picture, for the frames asked for
    stills   # frame → small luma, every `STILL_EVERY` frames
    """

    rate: Fraction
    change: Array
    content: Array
    light: Array
    unlike: dict[int, Array]
    stills: dict[int, Grey]

    @property
    def frames(self) -> int:
        """How many frames there are."""
        return len(self.change)


def survey(movie: Path, *, closely: Collection[int] = ()) -> Survey:
    """Return how a movie's picture runs; the frames of `closely` are compared pixel by pixel.

    Raises:
        InvalidInput: the movie cannot be decoded, or has no picture.
    """
    wanted = frozenset(closely)
    change: list[float] = []
    content: list[float] = []
    light: list[float] = []
    unlike: dict[int, Array] = {}
    stills: dict[int, Grey] = {}
    last, last_small, last_colour = _nothing(), _nothing(), _nothing()
    rates = [Fraction(0)]
    for frame in _decoded(movie, rates):
        number = len(change)
        luma = _luma(frame)
        small = _smaller(luma, _CHANGE_WIDTH)
        colour = _colours(frame)
        is_alike = last.shape == luma.shape
        light.append(float(small.mean()))
        change.append(_difference(small, last_small) if is_alike else 0.0)
        content.append(_difference(colour, last_colour) if is_alike else 0.0)
        if number in wanted and is_alike:
            unlike[number] = parts_unlike(luma, last)
        if number % STILL_EVERY == 0:
            stills[number] = _smaller(luma, _STILL_WIDTH).copy()
        last, last_small, last_colour = luma, small, colour
    return Survey(rates[-1], np.array(change), np.array(content), np.array(light), unlike, stills)


def _nothing() -> Grey:
    return np.zeros((0, 0), np.uint8)


def _decoded(movie: Path, rates: list[Fraction]) -> Iterator[Any]:
    """Yield the movie's frames; `rates` is told how many there are in a second."""
    with decoding(movie) as container:
        if not container.streams.video:
            raise InvalidInput(
                "has no picture; make the film again",
                path=str(movie),
                zh="没有画面；请重新生成影片",
            )
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        rates.append(Fraction(stream.average_rate or 0))
        yield from container.decode(stream)


def _luma(frame: Any) -> Grey:
    if frame.format.name not in ("yuv420p", "yuv422p", "yuv444p", "gray"):
        frame = frame.reformat(format="yuv420p")
    plane = frame.planes[0]
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return np.ascontiguousarray(rows[: frame.height, : frame.width])


def _smaller(luma: Grey, width: int) -> Grey:
    step = max(1, luma.shape[1] // width)
    return luma[::step, ::step]


def _colours(frame: Any) -> Grey:
    """Return (height, width, 3): hue (0 to 180), saturation and value of a small picture."""
    height = max(1, frame.height * _COLOUR_WIDTH // frame.width)
    small = frame.reformat(width=_COLOUR_WIDTH, height=height, format="rgb24").to_ndarray()
    red, green, blue = np.moveaxis(small.astype(np.float32), -1, 0)
    value = np.maximum(np.maximum(red, green), blue)
    spread = value - np.minimum(np.minimum(red, green), blue)
    safe = np.maximum(spread, 1e-6)
    hue = np.where(value == green, 2 + (blue - red) / safe, 4 + (red - green) / safe)
    hue = np.where(value == red, (green - blue) / safe % 6, hue) * 30
    saturation = _PEAK * spread / np.maximum(value, 1e-6)
    return np.stack([np.where(spread > 0, hue, 0), saturation, value], axis=-1).astype(np.uint8)


def _difference(one: Grey, other: Grey) -> float:
    return float(np.abs(one.astype(np.int16) - other).mean())


def parts_unlike(one: Grey, other: Grey) -> Array:
    """Return the mean squared difference of two pictures, (rows, columns), by part."""
    error = np.square(one.astype(np.float64) - other)
    for axis, parts in enumerate(_PARTS):
        edges = np.linspace(0, error.shape[axis], min(parts, error.shape[axis]) + 1).astype(int)
        sums = np.add.reduceat(error, edges[:-1], axis=axis)
        error = sums / np.expand_dims(np.diff(edges), 1 - axis)
    return error


def psnr(unlike: Array) -> float:
    """Return how alike pictures are whose parts differ so, in decibels; 100 for the same."""
    error = float(unlike.mean())
    return 100.0 if error < _PEAK**2 * 1e-10 else float(10 * np.log10(_PEAK**2 / error))

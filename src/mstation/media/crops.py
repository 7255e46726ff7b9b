"""A picture in; what it is kept by and what is asked for it, so that crops of it are found, out.

The hash of a crop is another one: 5 % less at each edge moves 85 of 256 bits. So each picture is
kept by its inner part too, without a tenth at each edge; and it is asked for by all its windows
that leave out up to a tenth at each edge, as it is and mirrored. Of a crop's windows one is the
kept part of what it was cut from, and of the windows of the whole one is the crop. Windows lie
2.5 % apart: edges that are 1.25 % off, all four, move two dozen bits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mstation.media.pdq import Bits, Luma, Pdq, bits_of, mirrored, pdq, sampled

INNER = 0.1  # of the picture, left out at each edge of its inner part
MARGINS = (0.0, 0.025, 0.05, 0.075, 0.1)  # of the picture, left out at an edge
_SIDE = 16


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a picture is kept by, and what is asked for it."""

    pdq: Pdq
    inner: Bits  # (32,)
    asked: Bits  # (n, 32): its windows as they are, then mirrored, then its turns


def likeness_of(luma: Luma) -> Likeness:
    """Return what a picture is kept by, and what is asked for it."""
    known = pdq(luma)
    height, width = luma.shape
    down = _windows(height)
    across = _windows(width)
    rows = np.concatenate([sampled(height, *each) for each in down])
    columns = np.concatenate([sampled(width, *each) for each in across])
    waves = (rows @ luma @ columns.T).reshape(len(down), _SIDE, len(across), _SIDE)
    waves = waves.transpose(0, 2, 1, 3).reshape(-1, _SIDE, _SIDE)
    top, left = round(INNER * height), round(INNER * width)
    inner = sampled(height, top, height - top) @ luma @ sampled(width, left, width - left).T
    asked = [bits_of(waves), bits_of(mirrored(waves)), known.turned]
    return Likeness(known, bits_of(inner), np.concatenate(asked))


def _windows(length: int) -> list[tuple[int, int]]:
    """Return the stretches of a direction that are asked for."""
    return [
        (round(before * length), length - round(after * length))
        for before in MARGINS
        for after in MARGINS
    ]

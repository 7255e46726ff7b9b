"""Frames of a movie in; the hashes by which it is known, out: one frame a second, if it is new.

Two movies are as alike as the share of their frames that stand in the other too, wherever they
stand: a movie is known by its shots, cut or mirrored, also in the middle of another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import numpy as np

from mstation.media.pdq import BYTES, Bits, Luma, pdq
from mstation.media.prints import LEAST_QUALITY
from mstation.timebase import FrameRate

MOST_FRAMES = 4 * 3600  # that are looked at
_NEW = 16  # bits: a frame nearer than this to the one before is the same again
_MIRRORED = 1  # the place among the turns

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MovieLikeness:
    """What a movie is kept by, and what is asked for it."""

    frames: Bits  # (n, 32)
    asked: Bits  # (2 n, 32): as they are, then mirrored
    quality: int  # of its frames, in the mean


def each_second(pictures: Iterable[T], rate: FrameRate | None) -> Iterator[T]:
    """Return the first picture of each second; of what has no rate all."""
    second = 0
    for number, picture in enumerate(pictures):
        if rate is None or number * rate.denominator >= second * rate.numerator:
            yield picture
            second += 1


def likeness_of(lumas: Iterable[Luma]) -> MovieLikeness:
    """Return what a movie is known by, from one frame a second."""
    kept: list[Bits] = []
    qualities: list[int] = []
    for luma in islice(lumas, MOST_FRAMES):
        known = pdq(luma)
        if known.quality < LEAST_QUALITY or (kept and _is_same(kept[-1], known.turned)):
            continue
        kept.append(known.turned)
        qualities.append(known.quality)
    if not kept:
        none = np.zeros((0, BYTES), np.uint8)
        return MovieLikeness(none, none, 0)
    turned = np.stack(kept)
    asked = np.concatenate([turned[:, 0], turned[:, _MIRRORED]])
    return MovieLikeness(turned[:, 0], asked, round(sum(qualities) / len(qualities)))


def _is_same(before: Bits, now: Bits) -> bool:
    return int(np.bitwise_count(before[0] ^ now[0]).sum()) < _NEW

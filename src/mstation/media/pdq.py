"""A picture in; 256 bits by which it is known again, and how much there is to know it by, out.

PDQ: brightness, smoothed by a tent and taken at 64 by 64 places; of its cosine transform the 16 by
16 lowest frequencies without the constant; a bit for each that is above their median. Pictures
that differ in 31 of 256 bits or fewer are the same one.

All of it up to the median is linear, so that smoothing, taking and transforming one direction of a
picture is one matrix: `sampled`. A part of a picture costs no more than two small products.

Source: Meta, The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm (2019).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mstation.media.prints import BITS

BYTES = BITS // 8

_TAKEN, _KEPT = 64, 16  # places a side; frequencies a side
_PASSES = 2  # of a box: a tent
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # Source: ITU-R BT.601
_ODD = (-1.0) ** np.arange(1, _KEPT + 1, dtype=np.float32)
_FLAT = 90.0  # steps of one hundredth that make a hundredth of quality

Luma = NDArray[np.float32]  # (height, width), 0 to 255
Waves = NDArray[np.floating[Any]]  # (…, 16, 16): frequencies down, across
Bits = NDArray[np.uint8]  # (…, 32), the first bit of a byte is its least


@dataclass(frozen=True, slots=True)
class Pdq:
    """What a picture is known by: all eight ways in which it can be laid, as it is first."""

    turned: Bits  # (8, 32)
    quality: int  # 0 to 100

    @property
    def value(self) -> str:
        """The hash of the picture as it is, in hexadecimal, as others write it."""
        return hexadecimal(self.turned[0])


def luma_of(pixels: NDArray[np.uint8]) -> Luma:
    """Return the brightness of (height, width, 3) pixels, sRGB."""
    made: Luma = pixels.astype(np.float32) @ _LUMA
    return made


def pdq(luma: Luma) -> Pdq:
    """Return what a picture is known by."""
    height, width = luma.shape
    taken = sampling(height) @ luma @ sampling(width).T
    return Pdq(turned_bits(_cosines() @ taken @ _cosines().T), quality_of(taken))


def quality_of(taken: NDArray[np.floating[Any]]) -> int:
    """Return how much there is to see in (64, 64) brightness, 0 to 100."""
    steps = [np.abs(np.trunc(np.diff(taken, axis=axis) * (100 / 255))).sum() for axis in (0, 1)]
    return min(100, int(sum(steps) / _FLAT))


def turned_bits(frequencies: Waves) -> Bits:
    """Return the bits (8, 32) of (16, 16) frequencies in all eight ways to lay a picture."""
    upright = [frequencies, mirrored(frequencies)]
    flipped = [mirrored(each.T).T for each in upright]
    return bits_of(np.stack([*upright, *flipped, *(each.T for each in [*upright, *flipped])]))


def mirrored(frequencies: Waves) -> Waves:
    """Return the frequencies (…, 16, 16) of a picture in a mirror: each second changes its sign."""
    made: Waves = frequencies * _ODD
    return made


def bits_of(frequencies: Waves) -> Bits:
    """Return the bits (…, 32) of frequencies (…, 16, 16): those above their lower median."""
    flat = frequencies.reshape(*frequencies.shape[:-2], BITS)
    middle = np.partition(flat, BITS // 2 - 1, axis=-1)[..., BITS // 2 - 1 : BITS // 2]
    return np.packbits(flat > middle, axis=-1, bitorder="little")


@lru_cache(maxsize=64)
def sampling(length: int, start: int = 0, end: int | None = None) -> NDArray[np.float32]:
    """Return what smooths a stretch of a direction and takes it at 64 places: (64, length)."""
    end = length if end is None else end
    span = end - start
    window = -(-span // (2 * _TAKEN))
    places = ((np.arange(_TAKEN) + 0.5) * span / _TAKEN).astype(np.int64)
    weights = np.zeros((_TAKEN, span))
    weights[np.arange(_TAKEN), places] = 1
    for _ in range(_PASSES):
        weights = _through_box(weights, window)
    whole = np.zeros((_TAKEN, length), np.float32)
    whole[:, start:end] = weights
    return whole


@lru_cache(maxsize=64)
def sampled(length: int, start: int, end: int) -> NDArray[np.float32]:
    """Return what smooths, takes and transforms a stretch of a direction: (16, length)."""
    made: NDArray[np.float32] = _cosines() @ sampling(length, start, end)
    return made


def hexadecimal(bits: Bits) -> str:
    """Return 32 bytes as hexadecimal, the last bit first."""
    return bits[::-1].tobytes().hex()


def bits_in(value: str) -> Bits:
    """Return the hashes (n, 32) that a print holds, one after the other."""
    return np.frombuffer(bytes.fromhex(value), np.uint8).reshape(-1, BYTES)


def _through_box(weights: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """Return the weights of what is seen through a box: at the edges it is as much as there is."""
    length = weights.shape[1]
    at = np.arange(length)
    after = (window + 2) // 2  # an even box looks one further ahead
    first, last = np.maximum(0, at - window + after), np.minimum(length, at + after)
    spread = weights / (last - first)
    steps = np.zeros((len(weights), length + 1))
    for place in range(len(weights)):
        np.add.at(steps[place], first, spread[place])
        np.subtract.at(steps[place], last, spread[place])
    made: NDArray[np.float64] = np.cumsum(steps, axis=1)[:, :length]
    return made


@cache
def _cosines() -> NDArray[np.float32]:
    """Return the cosines of the frequencies 1 to 16 at 64 places."""
    frequency, place = np.arange(1, _KEPT + 1)[:, None], np.arange(_TAKEN)[None, :]
    made = np.sqrt(2 / _TAKEN) * np.cos(np.pi / 2 / _TAKEN * frequency * (2 * place + 1))
    kept: NDArray[np.float32] = made.astype(np.float32)
    return kept

"""Hashes that are asked for and hashes that are kept in; which lie near which, out.

What is asked for comes in swarms: windows of one picture, frames of one shot. One of a swarm stands
for all: by the triangle inequality none of them is nearer to what is kept than its distance to the
one, less the swarm's radius. So most of what is kept is passed over at once, and nothing is missed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.compiled import kernel
from mstation.media.pdq import BYTES, Bits

_RADIUS = 60  # bits: of a swarm
_WORDS = BYTES // 8

Words = NDArray[np.uint64]  # (n, 4)


@dataclass(frozen=True, slots=True)
class Near:
    """What of what is kept lies near: places, rising, and the distance of each in bits."""

    places: NDArray[np.int64]
    distances: NDArray[np.int64]
    asked: NDArray[np.int64]  # which of the asked is nearest to each


def words_of(bits: Bits) -> Words:
    """Return hashes (n, 32) as words."""
    return np.ascontiguousarray(bits).view(np.uint64).reshape(-1, _WORDS)


def near(asked: Bits, kept: Words, most: int) -> Near:
    """Return what is kept within `most` bits of any that is asked for."""
    wanted = words_of(asked)
    order, starts, radii = _swarms(wanted)
    distances = np.empty(len(kept), np.int64)
    which = np.empty(len(kept), np.int64)
    if len(kept) and len(wanted):
        _nearest(wanted[order], starts, radii, kept, most, distances, which)
    else:
        distances[:] = most + 1
    places = np.flatnonzero(distances <= most)
    return Near(places, distances[places], order[which[places]])


def _swarms(
    wanted: Words,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the order by swarms, where each starts (and the end), and the radius of each.

    The first of a swarm stands for it.
    """
    left = np.arange(len(wanted))
    order: list[NDArray[np.int64]] = []
    starts, radii = [0], []
    while len(left):
        away = np.bitwise_count(wanted[left] ^ wanted[left[0]]).sum(1, dtype=np.int64)
        inside = away <= _RADIUS
        order.append(left[inside])
        starts.append(starts[-1] + int(inside.sum()))
        radii.append(int(away[inside].max()))
        left = left[~inside]
    joined = np.concatenate(order) if order else np.zeros(0, np.int64)
    return joined, np.array(starts, np.int64), np.array(radii, np.int64)


@kernel
def _nearest(
    wanted: Words,
    starts: NDArray[np.int64],
    radii: NDArray[np.int64],
    kept: Words,
    most: int,
    distances: NDArray[np.int64],
    which: NDArray[np.int64],
) -> None:
    """Write for each that is kept the least distance and whose it is; `most` + 1: too far."""
    for place in range(len(kept)):
        best, mine = np.int64(most + 1), np.int64(0)
        for swarm in range(len(radii)):
            first = starts[swarm]
            away = _away(wanted, first, kept, place)
            if away < best:
                best, mine = away, first
            if away > best - 1 + radii[swarm]:
                continue
            for other in range(first + 1, starts[swarm + 1]):
                away = _away(wanted, other, kept, place)
                if away < best:
                    best, mine = away, np.int64(other)
        distances[place], which[place] = best, mine


@kernel
def _away(wanted: Words, one: int, kept: Words, other: int) -> np.int64:
    """Return in how many bits two differ. Source: Warren, Hacker's Delight, 5-1."""
    total = np.int64(0)
    for word in range(4):
        bits = wanted[one, word] ^ kept[other, word]
        bits -= (bits >> np.uint64(1)) & np.uint64(0x5555555555555555)
        bits = (bits & np.uint64(0x3333333333333333)) + (
            (bits >> np.uint64(2)) & np.uint64(0x3333333333333333)
        )
        bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
        total += np.int64((bits * np.uint64(0x0101010101010101)) >> np.uint64(56))
    return total

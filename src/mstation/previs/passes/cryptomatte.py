"""Names and coverage in, Cryptomatte channels out.

Source: Psyop, Cryptomatte specification 1.2.1: ids are hashes of names, kept as the bits of a
float; a layer holds pairs of id and coverage, the greatest coverage first.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import mmh3
import numpy as np

from mstation.previs.canvas import Floats, Ints
from mstation.previs.kernel import kernel

RANKS = 6  # pairs of id and coverage: three layers of RGBA


def id_of(name: str) -> int:
    """Return the 32 bits that stand for a name; as a float they are never a NaN or denormal."""
    bits = mmh3.hash(name, signed=False)
    if bits >> 23 & 255 in (0, 255):
        bits ^= 1 << 23
    return int(bits)


def manifest_header(layer: str, names: Sequence[str]) -> dict[str, str]:
    """Return the header's lines of a layer: what its ids are called, and how they are made."""
    key = f"cryptomatte/{mmh3.hash(layer, signed=False):08x}"[: len("cryptomatte/") + 7]
    manifest = {name: f"{id_of(name):08x}" for name in names}
    return {
        f"{key}/name": layer,
        f"{key}/hash": "MurmurHash3_32",
        f"{key}/conversion": "uint32_to_float32",
        f"{key}/manifest": json.dumps(manifest, ensure_ascii=False, separators=(",", ":")),
    }


def channels(layer: str, samples: Ints, names: Sequence[str]) -> dict[str, Floats]:
    """Return the channels of a layer, (height, width) each, by name.

    samples  # (height, width, samples) the number in `names` that each sample shows, −1 nothing
    A pixel's coverages add up to the share of its samples that show something.
    """
    rows, columns, _ = samples.shape
    numbers = np.empty((RANKS, rows, columns), np.int32)
    coverage = np.empty((RANKS, rows, columns), np.float32)
    room = np.empty((2, samples.shape[-1]), np.int32)
    _ranked(samples, room, numbers, coverage)
    bits = np.array([*(id_of(name) for name in names), 0], np.uint32)
    ids = bits[numbers].view(np.float32)
    return {
        f"{layer}{rank // 2:02d}.{letter}": values[rank]
        for rank in range(RANKS)
        for letter, values in zip("RG" if rank % 2 == 0 else "BA", (ids, coverage), strict=True)
    }


@kernel
def _ranked(samples: Ints, room: Ints, numbers: Ints, coverage: Floats) -> None:
    """Count the samples of each pixel and put the most frequent first.

    room  # (2, samples): the numbers that a pixel shows, and how often
    """
    rows, columns, count = samples.shape
    ranks = numbers.shape[0]
    share = np.float32(1.0) / np.float32(count)
    for y in range(rows):
        for x in range(columns):
            kinds = 0
            for sample in range(count):
                number = samples[y, x, sample]
                place = 0
                while place < kinds and room[0, place] != number:
                    place += 1
                if place == kinds:
                    room[0, kinds], room[1, kinds] = number, 0
                    kinds += 1
                if number >= 0:
                    room[1, place] += 1
            for rank in range(ranks):
                best = 0
                for place in range(1, kinds):
                    if room[1, place] > room[1, best]:
                        best = place
                is_there = room[1, best] > 0
                numbers[rank, y, x] = room[0, best] if is_there else -1
                coverage[rank, y, x] = np.float32(room[1, best]) * share
                room[1, best] = 0

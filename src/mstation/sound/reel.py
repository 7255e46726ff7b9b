"""Sounds laid at their places, read as one: a stem as it comes from scenes or cues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mstation.sound.wavefile import BLOCK, WavFile, open_wav


@dataclass(frozen=True, slots=True)
class Reel:
    """WAVs at their first samples in the film; where they overlap they sound together.

    They may lie in any order: lines of a dual speech, the ring of one cue over the next. What lies
    past the end is left out. A reel of a section of the film counts from that section's first
    sample: what begins before it does so at a sample below 0.
    """

    pieces: tuple[tuple[int, WavFile], ...]
    samples: int

    def read(self, first: int, count: int) -> NDArray[np.float32]:
        """Return (count, 2) samples from `first` on; silence where nothing lies, and at the end."""
        out = np.zeros((count, 2), np.float32)
        for start, wav in self.pieces:
            begins, ends = max(first, start), min(first + count, start + wav.samples)
            ends = min(ends, self.samples)
            if begins < ends:
                out[begins - first : ends - first] += wav.within(begins - start, ends - begins)
        return out

    def blocks(self) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Return all of it block by block, each with its first sample."""
        for first in range(0, self.samples, BLOCK):
            yield first, self.read(first, min(BLOCK, self.samples - first))


def lay(pieces: Iterable[tuple[int, Path]], samples: int) -> Reel:
    """Return a reel of WAVs at their first samples.

    Raises:
        InvalidInput: when a file is no WAV that can be read.
    """
    return Reel(tuple((first, open_wav(path)) for first, path in pieces), samples)

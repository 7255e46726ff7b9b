"""Pieces of sound in, one stem on disk out, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mstation.sound.wavefile import StereoWriter


def lay_stem(
    pieces: Iterable[tuple[int, NDArray[np.float32]]], total_samples: int, out: Path
) -> None:
    """Write pieces of sound, mono or (samples, 2), at their first samples into one stereo WAV.

    Pieces come in order of their first samples and may overlap: lines of a dual speech, the
    ring of one scene's music over the next. What lies past the end is left out.

    Raises:
        ValueError: when pieces are out of order.
    """
    with StereoWriter(out) as writer:
        ahead = np.zeros((0, 2), np.float32)
        for first, sound in pieces:
            if first < writer.samples:
                raise ValueError(f"a piece at sample {first} comes after {writer.samples}")
            ahead = _advance(writer, ahead, min(first, total_samples))
            stereo = sound if sound.ndim == 2 else np.repeat(sound[:, None], 2, axis=1)
            if len(stereo) > len(ahead):
                ahead = np.concatenate([ahead, np.zeros((len(stereo) - len(ahead), 2), np.float32)])
            ahead[: len(stereo)] += stereo
        _advance(writer, ahead, total_samples)


def _advance(writer: StereoWriter, ahead: NDArray[np.float32], to: int) -> NDArray[np.float32]:
    """Write what is known up to a sample, and return what is left of it."""
    count = to - writer.samples
    writer.write(ahead[:count])
    writer.write_silence(to - writer.samples)
    return ahead[count:]

"""A media file in; what it is kept by and what is asked for it, out: pictures, frames, sound.

Runs in the process apart (`apart.fingerprints`); what it says is plain, and holds none of the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from mstation.media import video_likeness
from mstation.media.chromaprint import RATE_HZ, chromaprint
from mstation.media.crops import likeness_of
from mstation.media.faults import damaged
from mstation.media.kinds import Derived
from mstation.media.nouns import Probe
from mstation.media.opening import open_media, shown_size
from mstation.media.pdq import Bits, Luma, luma_of
from mstation.media.pictures import converted, is_image, pictures_of
from mstation.media.prints import LEAST_QUALITY, Algorithm, Print, Prints

MOST_SECONDS = 3 * 3600  # of sound
_LARGEST = (1024, 1024)  # pixels that are looked at


def write_fingerprints(path: str, probe: Probe, out: Path) -> Derived:
    """Write what a file is known by, as JSON.

    Raises:
        InvalidInput: when it is damaged.
    """
    out.write_text(json.dumps(asdict(prints_of(path, probe))), encoding="utf-8")
    return Derived("application/json")


def prints_of(path: str, probe: Probe) -> Prints:
    """Return what a file is known by."""
    if probe.pictures and is_image(probe):
        return _of_picture(next(_lumas(path, probe)))
    found = Prints(())
    if probe.pictures:
        found = _of_movie(path, probe)
    if probe.sounds:
        words = chromaprint(_sound(path, probe))
        if len(set(words.tolist())) > 1:  # silence is alike everywhere
            heard = Print(Algorithm.CHROMAPRINT, words.astype("<u4").tobytes().hex())
            found = Prints((*found.prints, heard), found.asked)
    return found


def _of_picture(luma: Luma) -> Prints:
    known = likeness_of(luma)
    if known.pdq.quality < LEAST_QUALITY:
        return Prints((_print(Algorithm.PDQ, known.pdq.turned[0], known.pdq.quality),))
    whole = _print(Algorithm.PDQ, known.pdq.turned[0], known.pdq.quality)
    inner = _print(Algorithm.PDQ_TILE, known.inner, known.pdq.quality)
    return Prints((whole, inner), known.asked.tobytes().hex())


def _of_movie(path: str, probe: Probe) -> Prints:
    known = video_likeness.likeness_of(_lumas(path, probe))
    if not len(known.frames):
        return Prints(())
    kept = _print(Algorithm.FRAME, known.frames, known.quality)
    return Prints((kept,), known.asked.tobytes().hex())


def _print(algorithm: Algorithm, bits: Bits, quality: int) -> Print:
    return Print(algorithm, bits.tobytes().hex(), quality)


def _lumas(path: str, probe: Probe) -> Iterator[Luma]:
    """Return the brightness of the pictures that are looked at: one, or one a second."""
    for frame in video_likeness.each_second(pictures_of(path, probe), probe.rate):
        large = frame.width > _LARGEST[0] or frame.height > _LARGEST[1]
        size = shown_size(frame, (1, 1), _LARGEST) if large else (frame.width, frame.height)
        pixels: NDArray[Any] = converted(frame, *size, "rgb24").to_ndarray()
        yield luma_of(pixels)


def _sound(path: str, probe: Probe) -> NDArray[np.float32]:
    """Return a file's first sound at 11,025 Hz, one channel."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    pieces: list[NDArray[np.int16]] = [np.zeros(0, np.int16)]
    held = 0
    with open_media(path, probe.media_type) as container:
        try:
            for frame in container.decode(container.streams.audio[0]):
                for piece in resampler.resample(frame):
                    pieces.append(piece.to_ndarray()[0])
                    held += len(pieces[-1])
                if held > MOST_SECONDS * RATE_HZ:
                    break
            pieces += [piece.to_ndarray()[0] for piece in resampler.resample(None)]
        except av.FFmpegError as error:
            raise damaged(probe.media_type) from error
    sound: NDArray[np.float32] = np.concatenate(pieces).astype(np.float32)
    sound /= 32_768
    return sound

"""Sound in, the least and the greatest sample of each stretch out: what a waveform is drawn from.

Source: BBC audiowaveform, Data Format, version 2 (JSON and binary, 8 bits).
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from mstation.media.faults import damaged, no_sound
from mstation.media.kinds import Derived
from mstation.media.nouns import Probe
from mstation.media.opening import open_media

_VERSION, _EIGHT_BITS, _BITS = 2, 1, 8
_LEAST, _MOST_POINTS = 256, 200_000  # samples of a stretch; stretches of a file


def write_waveform(path: str, probe: Probe, out: Path, *, is_binary: bool) -> Derived:
    """Write the peaks of a file's first sound.

    Raises:
        Unsupported: when it has none.
        InvalidInput: when it is damaged.
    """
    if not probe.sounds:
        raise no_sound(probe.media_type)
    sound, stretch = probe.sounds[0], _stretch(probe)
    peaks = _peaks(path, probe, stretch)
    length = len(peaks)
    details = {
        "sample_rate": sound.sample_rate,
        "samples_per_pixel": stretch,
        "channels": peaks.shape[1],
        "length": length,
    }
    if is_binary:
        head = struct.pack(
            "<iIiiII", _VERSION, _EIGHT_BITS, sound.sample_rate, stretch, length, peaks.shape[1]
        )
        out.write_bytes(head + peaks.tobytes())
        return Derived("application/octet-stream", details)
    document = {"version": _VERSION, "bits": _BITS, **details, "data": peaks.reshape(-1).tolist()}
    out.write_text(json.dumps(document, separators=(",", ":")), encoding="utf-8")
    return Derived("application/json", details)


def peaks_of(path: str, probe: Probe) -> NDArray[np.int8]:
    """Return the peaks of a file's first sound: (stretches, channels, 2), full scale 127.

    Raises:
        InvalidInput: when it is damaged.
    """
    return _peaks(path, probe, _stretch(probe))


def _stretch(probe: Probe) -> int:
    """Return how many samples a stretch has."""
    stretch = _LEAST
    while probe.sounds[0].samples > stretch * _MOST_POINTS:
        stretch *= 2
    return stretch


def _peaks(path: str, probe: Probe, stretch: int) -> NDArray[np.int8]:
    """Return the peaks: (stretches, channels, 2) least and greatest, full scale 127."""
    found = []
    rest = np.zeros((probe.sounds[0].channels, 0), np.float32)
    for samples in _samples(path, probe):
        rest = np.concatenate([rest, samples], 1)
        whole = rest.shape[1] // stretch * stretch
        found.append(_of_stretches(rest[:, :whole], stretch))
        rest = rest[:, whole:]
    if rest.shape[1]:
        found.append(_of_stretches(rest, rest.shape[1]))
    peaks = np.concatenate(found) if found else np.zeros((0, rest.shape[0], 2), np.float32)
    return np.rint(np.clip(peaks, -1, 1) * 127).astype(np.int8)


def _of_stretches(samples: NDArray[np.float32], stretch: int) -> NDArray[np.float32]:
    cut = samples.reshape(samples.shape[0], -1, stretch)
    return np.stack([cut.min(2), cut.max(2)], -1).transpose(1, 0, 2)


def _samples(path: str, probe: Probe) -> Iterator[NDArray[np.float32]]:
    """Return the sound in pieces (channels, samples), full scale 1.0."""
    with open_media(path, probe.media_type) as container:
        stream = container.streams.audio[0]
        plain = av.AudioResampler(format="fltp")
        try:
            for frame in container.decode(stream):
                for piece in plain.resample(frame):
                    yield piece.to_ndarray()
        except av.FFmpegError as error:
            raise damaged(probe.media_type) from error

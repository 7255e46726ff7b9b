"""Music by rule, each piece its own: what likeness of sounds is measured on."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from numpy.typing import NDArray

RATE = 44_100
Samples = NDArray[np.float32]  # (samples,), full scale 1.0


def tune(seed: int, seconds: float = 30.0) -> Samples:
    """Return a piece: chords and a melody over them with overtones, and a drum of noise."""
    chance = np.random.default_rng(seed)
    made = np.zeros(round(seconds * RATE))
    beat = round(chance.uniform(0.35, 0.6) * RATE)
    key = chance.integers(0, 12)
    scale = np.array([0, 2, 4, 5, 7, 9, 11] if chance.random() < 0.5 else [0, 2, 3, 5, 7, 8, 10])
    for start in range(0, len(made), beat):
        if start % (4 * beat) == 0:
            root = int(chance.integers(0, 7))
            for step in (0, 2, 4):
                note = key + scale[(root + step) % 7] + 48
                _sound(made, start, 4 * beat, _hertz(note), 0.15)
        _sound(made, start, beat, _hertz(key + scale[chance.integers(0, 7)] + 72), 0.2)
        drum = made[start : start + beat // 8]
        drum += 0.1 * chance.normal(size=len(drum)) * np.linspace(1, 0, len(drum))
    return (0.5 * made / np.abs(made).max()).astype(np.float32)


def coded(samples: Samples, path: Path, codec: str = "aac") -> Path:
    """Write samples to a file, in stereo, as a codec keeps them."""
    with av.open(str(path), "w") as container:
        write(container, stream_of(container, codec), samples)
    return path


def stream_of(container: OutputContainer, codec: str) -> AudioStream:
    """Add a stream of sound: AAC of 96 kbit/s, or what has no such choice."""
    stream = container.add_stream(codec, rate=RATE, layout="stereo")
    if codec == "aac":
        stream.bit_rate = 96_000
    return stream


def write(container: OutputContainer, stream: AudioStream, samples: Samples) -> None:
    """Write samples to a stream, in stereo."""
    both = np.repeat(np.rint(samples * 32767).astype(np.int16), 2)[None]
    frame = av.AudioFrame.from_ndarray(both, "s16", "stereo")
    frame.sample_rate = RATE
    container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _hertz(note: int) -> float:
    return float(440 * 2 ** ((note - 69) / 12))


def _sound(made: NDArray[np.float64], start: int, length: int, hertz: float, loud: float) -> None:
    """Add a plucked note with overtones."""
    part = made[start : start + length]
    times = np.arange(len(part)) / RATE
    for overtone in (1, 2, 3, 4):
        wave = np.sin(2 * np.pi * hertz * overtone * times)
        part += loud / overtone * wave * np.exp(-3 * times) * np.minimum(1, times / 0.01)

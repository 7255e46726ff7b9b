"""Media files to test with: each picture shows its own number, as bars that survive any codec."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import OpenEXR
from av.video.frame import VideoFrame
from numpy.typing import NDArray

BITS = 8
WIDTH, HEIGHT = 320, 180


def numbered(number: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """Return a picture of bars, bright where the number has a bit."""
    bits = [number >> place & 1 for place in range(BITS)]
    row = np.repeat(np.array(bits, np.uint8) * 160 + 40, width // BITS)
    row = np.pad(row, (0, width - len(row)), mode="edge")
    return np.broadcast_to(row[None, :, None], (height, width, 3)).copy()


def number_of(picture: NDArray[np.uint8]) -> int:
    """Return the number that a picture shows."""
    width = picture.shape[1] // BITS
    middle = picture[picture.shape[0] // 2, :, 0]
    return sum(1 << place for place in range(BITS) if middle[place * width + width // 2] > 120)


def write_movie(
    path: Path,
    *,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    rate: Fraction = Fraction(24),
    frames: int = 12,
    timecode: str | None = None,
    has_sound: bool = False,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
) -> Path:
    """Write a movie of numbered pictures, with a tone of half of full scale."""
    with av.open(str(path), "w", options=container_options or {}) as container:
        if timecode is not None:
            container.metadata["timecode"] = timecode
        stream = container.add_stream(codec, rate=rate, options=options or {})
        stream.width, stream.height = size
        stream.pix_fmt = pixels
        sound = (
            container.add_stream("pcm_s16le", rate=48000, layout="stereo") if has_sound else None
        )
        for number in range(frames):
            frame = VideoFrame.from_ndarray(numbered(number, *size), "rgb24")
            frame = frame.reformat(format=pixels, dst_colorspace="ITU709")
            frame.pts, frame.time_base = number, 1 / rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound is not None:
            container.mux(sound.encode(tone(float(frames / rate))))
            container.mux(sound.encode(None))
    return path


def write_sound(path: Path, seconds: float = 1.0) -> Path:
    """Write a WAV file with a tone."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=48000, layout="stereo")
        container.mux(stream.encode(tone(seconds)))
        container.mux(stream.encode(None))
    return path


def tone(seconds: float) -> av.AudioFrame:
    """Return 440 Hz, the left side at half of full scale, the right one silent."""
    times = np.arange(round(seconds * 48000)) / 48000
    both = np.zeros((1, 2 * len(times)), np.int16)
    both[0, ::2] = np.sin(times * 440 * 2 * np.pi) * 16384
    frame = av.AudioFrame.from_ndarray(both, format="s16", layout="stereo")
    frame.sample_rate, frame.pts = 48000, 0
    return frame


def write_exr(path: Path, pixels: NDArray[np.float32], **header: object) -> Path:
    """Write scene-linear pixels (height, width, 3)."""
    told = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage, **header}
    OpenEXR.File(told, {"RGB": pixels.astype(np.float16)}).write(str(path))
    return path


def numbers_in(path: Path) -> list[int]:
    """Return the numbers that a movie's pictures show, in order."""
    with av.open(str(path)) as container:
        return [number_of(frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]

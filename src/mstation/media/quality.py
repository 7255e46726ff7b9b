"""A media file in; what a quality check must know of it, measured over its whole length, out.

What is black and what is frozen is decided frame by frame; loudness is that of all its sound.

Sources: FFmpeg, blackdetect (a picture is black where 98 of 100 pixels are below a tenth of the
range) and freezedetect (alike within −60 dB of full scale); EBU R 128 and ITU-R BS.1770 (loudness).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import av
import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from mstation.media.faults import damaged
from mstation.media.kinds import Derived
from mstation.media.nouns import Probe
from mstation.media.opening import open_media
from mstation.media.pictures import pictures_of

BLACK_LEVEL = 0.10  # of the range
BLACK_SHARE = 0.98  # of the pixels
ALIKE = 0.001  # of full scale, mean difference of two pictures: −60 dB
_MOST_WIDTH = 640  # pixels: pictures are looked at no larger
_LEAST_LUFS = -70.0  # what the gate of R 128 lets through


@dataclass(frozen=True, slots=True)
class Measured:
    """What was seen and heard; stretches of frames are half-open, from 0.

    colour_range: 1 limited, 2 full, 0 unspecified (as FFmpeg counts).
    loudness_lufs: integrated; None: there is no sound, or only silence.
    """

    frames: int  # decoded
    black: tuple[tuple[int, int], ...]
    frozen: tuple[tuple[int, int], ...]
    colour_range: int = 0
    loudness_lufs: float | None = None
    true_peak_dbtp: float | None = None


def write_quality(path: str, probe: Probe, out: Path) -> Derived:
    """Write what was measured, and the probe, as JSON.

    Raises:
        InvalidInput: when the file is damaged.
    """
    told = {"probe": asdict(probe), "measured": asdict(measured(path, probe))}
    out.write_text(json.dumps(told), encoding="utf-8")
    return Derived("application/json")


def measured(path: str, probe: Probe) -> Measured:
    """Return what is seen and heard in a file or a sequence.

    Raises:
        InvalidInput: when it is damaged.
    """
    black, frozen = _Stretches(), _Stretches()
    frames = colour_range = 0
    before: NDArray[np.uint8] | None = None
    for picture in pictures_of(path, probe) if probe.pictures else ():
        colour_range = colour_range or int(picture.color_range)
        seen = _luma(picture)
        black.note(frames, is_black(seen))
        frozen.note(frames, before is not None and _is_alike(before, seen))
        before, frames = seen, frames + 1
    loudness, peak = _loudness(path, probe) if probe.sounds else (None, None)
    # a picture like the one before began with that one
    still = tuple((first - 1, end) for first, end in frozen.ended(frames))
    return Measured(frames, tuple(black.ended(frames)), still, colour_range, loudness, peak)


def is_black(luma: NDArray[np.uint8]) -> bool:
    """Return whether a picture (height, width) uint8, full range, is black."""
    return bool(np.mean(luma < BLACK_LEVEL * 255) >= BLACK_SHARE)


def _is_alike(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    if one.shape != other.shape:
        return False
    return float(np.mean(np.abs(one.astype(np.int16) - other))) <= ALIKE * 255


def _luma(picture: VideoFrame) -> NDArray[np.uint8]:
    """Return a picture's luma in full range, (height, width) uint8, no wider than is looked at."""
    width = min(picture.width, _MOST_WIDTH)
    height = max(2, picture.height * width // picture.width)
    small = picture.reformat(width, height, "gray", interpolation="AREA").to_ndarray()
    return np.asarray(small, np.uint8)


class _Stretches:
    """Frames of which something is so, as half-open stretches."""

    def __init__(self) -> None:
        self._found: list[tuple[int, int]] = []
        self._first: int | None = None

    def note(self, frame: int, is_so: bool) -> None:
        """Say of the next frame whether it is so."""
        if is_so and self._first is None:
            self._first = frame
        if not is_so and self._first is not None:
            self._found.append((self._first, frame))
            self._first = None

    def ended(self, frames: int) -> list[tuple[int, int]]:
        """Return the stretches of so many frames."""
        last = [] if self._first is None else [(self._first, frames)]
        return [*self._found, *last]


def _loudness(path: str, probe: Probe) -> tuple[float | None, float | None]:
    """Return integrated loudness and true peak of a file's first sound; None: it is silent."""
    loudness = peak = -math.inf
    with open_media(path, probe.media_type) as container:
        try:
            for told in _metered(container.decode(container.streams.audio[0])):
                loudness = float(told.get("lavfi.r128.I", loudness))
                level = float(told.get("lavfi.r128.true_peak", 0.0))
                peak = 20 * math.log10(level) if level > 0 else peak
        except av.FFmpegError as error:
            raise damaged(probe.media_type) from error
    if loudness <= _LEAST_LUFS:
        return None, None
    return round(loudness, 2), round(peak, 2)


def _metered(frames: Iterator[av.AudioFrame]) -> Iterator[dict[str, str]]:
    """Return what the meter says after each tenth of a second."""
    graph: Graph | None = None
    for frame in frames:
        if graph is None:
            graph = _meter(frame)
        graph.push(frame)
        yield from _pulled(graph)
    if graph is not None:
        graph.push(None)
        yield from _pulled(graph)


def _meter(frame: av.AudioFrame) -> Graph:
    graph = Graph()
    source = graph.add_abuffer(
        sample_rate=frame.sample_rate, format=frame.format.name, layout=frame.layout.name,
        time_base=frame.time_base,
    )  # fmt: skip
    graph.link_nodes(source, graph.add("ebur128", "metadata=1:peak=true"), graph.add("abuffersink"))
    graph.configure()
    return graph


def _pulled(graph: Graph) -> Iterator[dict[str, str]]:
    while True:
        try:
            yield graph.pull().metadata
        except (BlockingIOError, EOFError):
            return

"""One shot rendered by one contender, and how long that took.

Contenders work on the very same shots, one right after the other in the same process, in an order
that turns from shot to shot: what else the machine does then weighs on all of them alike.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from benchmarks.previs_takes import Filmed
from numpy.typing import NDArray

from mstation.previs.encode import _video_frame, encode_segment
from mstation.previs.render import render_take
from mstation.timebase import FrameRate

Frame = NDArray[np.uint8]
RATE = FrameRate(24)
# x264 as whoever asks for the preset gets it: its look-ahead and its B-frames, two threads.
PRESET = {"preset": "veryfast", "crf": "20", "threads": "2"}


@dataclass(frozen=True, slots=True)
class Timing:
    """What some frames of a shot took: by the clock, and of the processor."""

    contender: str
    shot: str
    frames: int
    start_s: float  # up to the first frame: the set, the empty picture of a locked camera
    rest_s: float  # all other frames
    start_cpu_s: float
    rest_cpu_s: float
    digest: str = ""  # of the segment, where there is one

    def seconds(self, frames: int, *, of_processor: bool = False) -> float:
        """Return what so many frames of this shot take: its start once, the rest in proportion."""
        start, rest = self.start_s, self.rest_s
        if of_processor:
            start, rest = self.start_cpu_s, self.rest_cpu_s
        return start + rest * (frames - 1) / max(1, self.frames - 1)


@dataclass(frozen=True, slots=True)
class Contender:
    """A way to make a shot's frames at a size, rendered, encoded or both."""

    name: str
    width: int
    height: int
    frames: Callable[[Filmed, int, int], Iterable[Frame]] | None  # None: frames made beforehand
    encodes: bool
    most: int = 10_000  # frames of a shot, for who is slow
    segment: Callable[..., object] = encode_segment  # how it encodes


def ours(shot: Filmed, width: int, height: int) -> Iterator[Frame]:
    """Return frames as the film has them."""
    return render_take(shot.layout, shot.take, width=width, height=height)


def ours_whole(shot: Filmed, width: int, height: int) -> Iterator[Frame]:
    """Return frames each of which is painted whole."""
    return render_take(shot.layout, shot.take, width=width, height=height, keeps_set=False)


def by_gpu(shot: Filmed, width: int, height: int) -> Iterator[Frame]:
    """Return frames as the renderer `gpu` draws them."""
    from mstation.previs import gpu

    return gpu.render_take(shot.layout, shot.take, width=width, height=height)


def preset_segment(
    frames: Iterable[Frame],
    path: Path,
    *,
    width: int,
    height: int,
    rate: FrameRate,
    on_frame: Callable[[int], None],
) -> None:
    """Write frames as `PRESET` encodes them."""
    with av.open(os.fspath(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=rate.fraction, options=dict(PRESET))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number, buffer in enumerate(frames):
            container.mux(stream.encode(_video_frame(buffer, number, width, height, rate)))
            on_frame(number)
        container.mux(stream.encode(None))


def run(contender: Contender, shot: Filmed) -> Timing:
    """Return what a contender takes for a shot."""
    made, shot = contender.frames or ours, shot.first(contender.most)
    source = made(shot, contender.width, contender.height)
    if contender.frames is None:
        source = [frame.copy() for frame in source]
    stamps: list[tuple[float, float]] = [_now()]
    digest = ""
    if contender.encodes:
        digest = _encoded(source, contender, stamps)
    else:
        for _ in source:
            stamps.append(_now())
    stamps.append(_now())
    begin, first, end = stamps[0], stamps[1], stamps[-1]
    return Timing(
        contender.name,
        shot.label,
        len(stamps) - 2,
        first[0] - begin[0],
        end[0] - first[0],
        first[1] - begin[1],
        end[1] - first[1],
        digest,
    )


def _encoded(
    source: Iterable[Frame], contender: Contender, stamps: list[tuple[float, float]]
) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "segment.mp4"
        contender.segment(
            source,
            path,
            width=contender.width,
            height=contender.height,
            rate=RATE,
            on_frame=lambda _: stamps.append(_now()),
        )
        return hashlib.sha256(path.read_bytes()).hexdigest()


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()

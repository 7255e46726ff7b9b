"""Frames in, one segment of H.264 out: segments of one size and rate join by their packets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from mstation.h264 import BT709, CRF, LIMITED, open_movie, segment_stream
from mstation.timebase import FrameRate

I420 = NDArray[np.uint8]  # (height · 3 // 2, width): planes Y, U, V one after the other


def encode_segment(
    frames: Iterable[I420],
    path: Path,
    *,
    width: int,
    height: int,
    rate: FrameRate,
    crf: int = CRF,
    on_frame: Callable[[int], None] | None = None,
) -> int:
    """Write frames as one segment and return how many there were.

    A segment is an MP4 file with one stream. Its time base is 1 / `rate.numerator` of a
    second and packet n has pts = dts = n · `rate.denominator`, duration
    `rate.denominator`: there are no B-frames, so no packet is shown out of order. The
    first packet of a segment is an IDR frame and every group is closed; all segments of one
    size and rate have the same extradata. To join them, copy the packets in order and
    add (frames before it) · `rate.denominator` to their pts and dts.
    """
    number = 0
    unfinished = path.with_name(path.name + ".part")
    with open_movie(unfinished, rate) as container:
        stream = segment_stream(container, width, height, rate, crf)
        for buffer in frames:
            container.mux(stream.encode(_video_frame(buffer, number, width, height, rate)))
            number += 1
            if on_frame is not None:
                on_frame(number)
        container.mux(stream.encode(None))
    unfinished.replace(path)
    return number


def _video_frame(
    buffer: I420, number: int, width: int, height: int, rate: FrameRate
) -> av.VideoFrame:
    frame = av.VideoFrame(width, height, "yuv420p")
    flat = np.ascontiguousarray(buffer).reshape(-1)
    start = 0
    for plane, rows in zip(frame.planes, (height, height // 2, height // 2), strict=True):
        columns = width if rows == height else width // 2
        # The frame's own memory: its rows may be longer than the picture's.
        kept = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
        kept[:rows, :columns] = flat[start : start + rows * columns].reshape(rows, columns)
        start += rows * columns
    frame.pts = number
    frame.time_base = Fraction(rate.denominator, rate.numerator)
    frame.colorspace, frame.color_range = BT709, LIMITED
    frame.color_primaries = frame.color_trc = BT709
    return frame

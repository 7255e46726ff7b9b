"""Frames in, one segment of H.264 out: segments of one size and rate join by their packets."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from mstation.timebase import FrameRate

I420 = NDArray[np.uint8]  # (height · 3 // 2, width): planes Y, U, V one after the other

_BT709, _LIMITED = 1, 1  # Source: ITU-T H.273, colour primaries, transfer, matrix; range
_GROUP_SECONDS = 2
_CRF = 20
# x264 may not look ahead: with it, about one encode in forty of the very same frames gave other
# bytes in a picture's last macroblock, by what the process had done before. Without it, none did.
_X264 = {
    "preset": "veryfast",
    "bf": "0",
    "threads": "1",
    "mbtree": "0",
    "weightp": "0",
    "rc-lookahead": "0",
}


def encode_segment(
    frames: Iterable[I420],
    path: Path,
    *,
    width: int,
    height: int,
    rate: FrameRate,
    crf: int = _CRF,
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
        stream = _stream(container, width, height, rate, crf)
        for buffer in frames:
            container.mux(stream.encode(_video_frame(buffer, number, width, height, rate)))
            number += 1
            if on_frame is not None:
                on_frame(number)
        container.mux(stream.encode(None))
    unfinished.replace(path)
    return number


def open_movie(path: Path, rate: FrameRate) -> av.container.OutputContainer:
    """Return a new MP4 file whose packets count 1 / `rate.numerator` of a second."""
    options = {"video_track_timescale": str(rate.numerator), "fflags": "+bitexact"}
    return av.open(os.fspath(path), "w", format="mp4", options=options)


def _stream(
    container: av.container.OutputContainer, width: int, height: int, rate: FrameRate, crf: int
) -> av.VideoStream:
    group = rate.nominal * _GROUP_SECONDS
    # Scene cuts are not looked for: a segment is one shot, and its first frame is an IDR.
    details = f"keyint={group}:min-keyint={group}:scenecut=0:open-gop=0:stitchable=1"
    stream = container.add_stream(
        "libx264", rate=rate.fraction, options={**_X264, "crf": str(crf), "x264-params": details}
    )
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    context = stream.codec_context
    context.time_base = Fraction(rate.denominator, rate.numerator)
    context.color_primaries = context.color_trc = context.colorspace = _BT709
    context.color_range = _LIMITED
    return stream


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
    frame.colorspace, frame.color_range = _BT709, _LIMITED
    frame.color_primaries = frame.color_trc = _BT709
    return frame

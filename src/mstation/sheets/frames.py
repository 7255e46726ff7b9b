"""A shot's encoded segment in, the pictures that stand for it out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av

_HEIGHT_PX = 270
_MOST_WIDE_PX = 960
_BT709, _BT601, _FULL_RANGE = 1, 5, 2  # Source: libswscale's colour spaces; ITU-T H.273, range
_SCALING = "BICUBIC"
_QUALITY = 4  # of 1, the best, to 31


def stills(
    segment: Path, frames: Sequence[int], *, height_px: int = _HEIGHT_PX
) -> tuple[bytes, ...]:
    """Return some frames of a segment as JPEG, in the order asked for.

    Frames count from 0, or back from −1, the last. The same segment gives the same bytes.

    Raises:
        ValueError: when the segment has no such frame.
    """
    with av.open(os.fspath(segment)) as container:
        stream = container.streams.video[0]
        wanted = [frame + stream.frames if frame < 0 else frame for frame in frames]
        found: dict[int, bytes] = {}
        for number in sorted(set(wanted)):
            found[number] = _jpeg(_frame(container, stream, number), height_px)
    return tuple(found[number] for number in wanted)


def frames_in(segment: Path) -> int:
    """Return how many frames a segment has."""
    with av.open(os.fspath(segment)) as container:
        return int(container.streams.video[0].frames)


def _frame(
    container: av.container.InputContainer, stream: av.VideoStream, number: int
) -> av.VideoFrame:
    """Return one frame, decoded from the key frame before it on."""
    if not 0 <= number < stream.frames:
        raise ValueError(f"the segment has {stream.frames} frames, none numbered {number}")
    assert stream.average_rate is not None
    assert stream.time_base is not None
    step = 1 / stream.average_rate / stream.time_base
    pts = round(number * step)
    container.seek(pts, stream=stream, backward=True)
    for frame in container.decode(stream):
        if frame.pts is not None and round(frame.pts / step) >= number:
            return frame
    raise ValueError(f"the segment ends before its frame {number}")


def _jpeg(frame: av.VideoFrame, height_px: int) -> bytes:
    """Return a frame as a JPEG of about that height, its shape kept."""
    scale = min(1.0, height_px / frame.height, _MOST_WIDE_PX / frame.width)
    width, height = (max(2, round(side * scale / 2) * 2) for side in (frame.width, frame.height))
    small = frame.reformat(
        width,
        height,
        "yuvj420p",
        src_colorspace=_BT709,
        dst_colorspace=_BT601,
        interpolation=_SCALING,
        dst_color_range=_FULL_RANGE,
    )
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuvj420p"
    encoder.time_base = Fraction(1, 25)  # of no meaning to a single picture
    encoder.color_range = _FULL_RANGE
    encoder.options = {"flags": "+bitexact+qscale", "global_quality": str(_QUALITY * 118)}
    encoder.thread_count = 1
    small.pts = 0
    return b"".join(bytes(packet) for packet in [*encoder.encode(small), *encoder.encode(None)])

"""Pictures in, one file of video or one PNG out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from mstation.h264 import open_movie
from mstation.previs.encode import encode_segment
from mstation.previs.passes.order import Order
from mstation.previs.video_planes import to_video

Bytes = NDArray[np.uint8]

_CRF = 12
# Nothing that remembers: the same frames give the same bytes (see `previs.encode`).
_EXACT = {
    "preset": "veryfast",
    "qp": "0",
    "bf": "0",
    "threads": "1",
    "rc-lookahead": "0",
    "x264-params": "scenecut=0:open-gop=0",
}


def write_video(frames: Iterable[Bytes], path: Path, order: Order) -> Path:
    """Write pictures (height, width) or (height, width, 3) as H.264 that every player plays."""
    encode_segment(
        (_planes(frame, order) for frame in frames),
        path,
        width=order.width,
        height=order.height,
        rate=order.rate,
        crf=_CRF,
    )
    return path


def _planes(frame: Bytes, order: Order) -> Bytes:
    """Return a picture as the encoder takes it: I420, limited-range BT.709."""
    wide = np.broadcast_to(frame[..., None], (*frame.shape, 3)) if frame.ndim == 2 else frame
    height, width, size = order.height, order.width, order.height * order.width
    buffer = np.empty(size * 3 // 2, np.uint8)
    to_video(
        np.ascontiguousarray(np.moveaxis(wide, -1, 0)),
        256,
        buffer[:size].reshape(height, width),
        buffer[size : size + size // 4].reshape(height // 2, width // 2),
        buffer[size + size // 4 :].reshape(height // 2, width // 2),
    )
    return buffer.reshape(height * 3 // 2, width)


def write_exact_video(frames: Iterable[Bytes], path: Path, order: Order) -> Path:
    """Write pictures (height, width, 3) as lossless RGB H.264: every colour comes back exact."""
    rate = order.rate
    with open_movie(path, rate) as container:
        stream = container.add_stream("libx264rgb", rate=rate.fraction, options=_EXACT)
        stream.width, stream.height, stream.pix_fmt = order.width, order.height, "bgr24"
        stream.codec_context.time_base = Fraction(rate.denominator, rate.numerator)
        for packet in _packets(stream, frames, stream.codec_context.time_base):
            container.mux(packet)
    return path


def _packets(
    stream: av.VideoStream, frames: Iterable[Bytes], time_base: Fraction
) -> Iterator[list[av.Packet]]:
    for number, picture in enumerate(frames):
        swapped = np.ascontiguousarray(picture[..., ::-1])
        frame = av.VideoFrame.from_ndarray(swapped, format="bgr24")
        frame.pts, frame.time_base = number, time_base
        yield stream.encode(frame)
    yield stream.encode(None)


def read_video(path: Path) -> Iterator[Bytes]:
    """Yield the pictures (height, width, 3) of a lossless video as they were written."""
    with av.open(os.fspath(path)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def write_png(picture: Bytes, path: Path) -> Path:
    """Write a picture (height, width, 3) sRGB as PNG."""
    encoder = av.CodecContext.create("png", "w")
    encoder.height, encoder.width = picture.shape[:2]
    encoder.pix_fmt, encoder.time_base = "rgb24", Fraction(1, 25)  # of no meaning to one picture
    encoder.thread_count = 1
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
    frame.pts = 0
    packets = [*encoder.encode(frame), *encoder.encode(None)]
    path.write_bytes(b"".join(bytes(packet) for packet in packets))
    return path

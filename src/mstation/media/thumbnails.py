"""Pictures in, one small picture or a sheet of them out."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from mstation.media.kinds import Derived
from mstation.media.nouns import Probe
from mstation.media.opening import shown_size
from mstation.media.pictures import converted, pictures_at

_THUMBNAIL = (480, 480)  # pixels, at most
_TILE = (160, 160)
_COLUMNS, _MOST_TILES = 10, 60
_QUALITY = "4"  # of JPEG: 2 is best, 31 worst


def write_thumbnail(path: str, probe: Probe, out: Path) -> Derived:
    """Write the picture in the middle of a file, small."""
    (frame,) = pictures_at(path, probe, [probe.frames // 2])
    width, height = shown_size(frame, probe.pictures[0].pixel_aspect, _THUMBNAIL)
    has_alpha = any(component.is_alpha for component in frame.format.components)
    codec, pixels = ("png", "rgba") if has_alpha else ("mjpeg", "yuvj420p")
    out.write_bytes(_encoded(converted(frame, width, height, pixels), codec))
    details = {"width": width, "height": height}
    return Derived("image/png" if has_alpha else "image/jpeg", details)


def write_filmstrip(path: str, probe: Probe, out: Path) -> Derived:
    """Write a sheet of pictures, evenly over the whole length, row by row."""
    count = max(1, min(_MOST_TILES, probe.frames))
    numbers = [place * probe.frames // count for place in range(count)]
    tiles: list[NDArray[Any]] = []
    width, height = 0, 0
    for frame in pictures_at(path, probe, numbers):
        if not tiles:
            width, height = shown_size(frame, probe.pictures[0].pixel_aspect, _TILE)
        tiles.append(converted(frame, width, height, "rgb24").to_ndarray())
    columns = min(_COLUMNS, count)
    rows = -(-count // columns)
    sheet = np.zeros((rows * height, columns * width, 3), np.uint8)
    for place, tile in enumerate(tiles):
        top, left = place // columns * height, place % columns * width
        sheet[top : top + height, left : left + width] = tile
    frame = VideoFrame.from_ndarray(sheet, "rgb24")
    out.write_bytes(_encoded(converted(frame, frame.width, frame.height, "yuvj420p"), "mjpeg"))
    return Derived(
        "image/jpeg",
        {"columns": columns, "rows": rows, "width": width, "height": height, "frames": numbers},
    )


def _encoded(frame: VideoFrame, codec: str) -> bytes:
    context = av.CodecContext.create(codec, "w")
    context.width, context.height, context.pix_fmt = frame.width, frame.height, frame.format.name
    context.time_base = Fraction(1)
    context.options = {"flags": "+bitexact"}
    if codec == "mjpeg":
        context.options = {**context.options, "qmin": _QUALITY, "qmax": _QUALITY}
    frame.pts, frame.time_base = 0, Fraction(1)
    packets = [*context.encode(frame), *context.encode(None)]
    return b"".join(bytes(packet) for packet in packets)

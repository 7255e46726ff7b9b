"""Pictures in, PNG files out; PNG files in, planes for the encoder out."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from mstation.previs.encode import I420

# Source: W3C, Portable Network Graphics, second edition: signature, chunks, colour type 2.
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_BITS, _RGB = 8, 2
_SRGB_PERCEPTUAL = b"\x00"


def png_of(picture: NDArray[np.uint8]) -> bytes:
    """Return a picture (height, width, 3), sRGB, as PNG: the same pixels give the same bytes."""
    height, width, _ = picture.shape
    up = picture.astype(np.int16)
    up[1:] -= picture[:-1]
    rows = np.empty((height, 1 + 3 * width), np.uint8)
    rows[:, 0] = 2  # each row is stored as what differs from the one above
    rows[:, 1:] = (up & 0xFF).astype(np.uint8).reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, _BITS, _RGB, 0, 0, 0)
    return b"".join(
        [
            _SIGNATURE,
            _chunk(b"IHDR", header),
            _chunk(b"sRGB", _SRGB_PERCEPTUAL),
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def planes_of(path: Path) -> I420:
    """Return a picture as an encoder reads it: planes Y, U, V, BT.709, limited range."""
    with av.open(os.fspath(path)) as container:
        picture = next(container.decode(video=0))
        yuv = picture.reformat(
            format="yuv420p",
            dst_colorspace="ITU709",
            src_color_range="JPEG",
            dst_color_range="MPEG",
        )
        return np.asarray(yuv.to_ndarray(), np.uint8)

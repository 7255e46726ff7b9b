"""H.264 as every segment of a film has it: those of one size and rate join by their packets."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import av

from mstation.timebase import FrameRate

CRF = 20
BT709, LIMITED = 1, 1  # Source: ITU-T H.273, colour primaries, transfer, matrix; range
_GROUP_SECONDS = 2
# x264 may not look ahead: with it, about one encode in forty of the very same frames gave other
# bytes in a picture's last macroblock, by what the process had done before. Without it, none did.
X264 = {
    "preset": "veryfast",
    "bf": "0",
    "threads": "1",
    "mbtree": "0",
    "weightp": "0",
    "rc-lookahead": "0",
}


def open_movie(path: Path, rate: FrameRate) -> av.container.OutputContainer:
    """Return a new MP4 file whose packets count 1 / `rate.numerator` of a second."""
    options = {"video_track_timescale": str(rate.numerator), "fflags": "+bitexact"}
    return av.open(os.fspath(path), "w", format="mp4", options=options)


def segment_stream(
    container: av.container.OutputContainer, width: int, height: int, rate: FrameRate, crf: int
) -> av.VideoStream:
    """Return the stream of a segment: closed groups, an IDR frame first, no B-frames."""
    group = rate.nominal * _GROUP_SECONDS
    # Scene cuts are not looked for: a segment is one shot, and its first frame is an IDR.
    details = f"keyint={group}:min-keyint={group}:scenecut=0:open-gop=0:stitchable=1"
    stream = container.add_stream(
        "libx264", rate=rate.fraction, options={**X264, "crf": str(crf), "x264-params": details}
    )
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    context = stream.codec_context
    context.time_base = Fraction(rate.denominator, rate.numerator)
    context.color_primaries = context.color_trc = context.colorspace = BT709
    context.color_range = LIMITED
    return stream

"""A segment and its titles in, the segment with the titles in its picture out.

Letters are 5 % of the picture's height, or as large as lets the longest line that may be stand
within 86 % of its width; white with a black edge, within the title safe area.

Source: EBU R 95 and SMPTE RP 2046-1, title safe area: 5 % from every edge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mstation.errors import InvalidInput
from mstation.h264 import BT709, CRF, LIMITED, open_movie, segment_stream
from mstation.media.slates import font_of
from mstation.timebase import FrameRate

_LETTERS, _PITCH, _EDGE = 1 / 20, 1.32, 0.09  # of the height; of the letters
_LONGEST = 22.5  # letters that stand side by side: 42 Latin ones, or 16 Han and what leads them
_SAFE, _ROOM = 0.06, 0.86  # of the height below; of the width
_LEAN = 0.2  # italics: the typeface has none of its own
_WHITE, _BLACK, _GREY = 225, 16, 128  # of limited range: a white that does not glare
_SHADE = 0.85  # how black the edge is


@dataclass(frozen=True, slots=True)
class TitleRow:
    """A line of a title."""

    text: str
    is_italic: bool = False


@dataclass(frozen=True, slots=True)
class Title:
    """What stands in the picture from one frame until another (half-open)."""

    first_frame: int
    end_frame: int
    rows: tuple[TitleRow, ...]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A title's letters and their edge: how much of each sample they cover, from a row down."""

    top: int
    letters: NDArray[np.float32]  # (height, width), 0 to 1; an even height from an even row
    edge: NDArray[np.float32]


def burn_titles(
    segment: Path,
    titles: Sequence[Title],
    out: Path,
    *,
    rate: FrameRate,
    lift: float = 0.0,
    tick: Callable[[int], None] = lambda frames: None,
) -> None:
    """Write the segment again with its titles; it joins the others as it did before.

    lift: how far from the lower edge something else is written, of the height.

    Raises:
        InvalidInput: when the segment is damaged.
        NotFound: when the font is not installed beside this Python.
    """
    try:
        with av.open(str(segment)) as source, open_movie(out, rate) as movie:
            context = source.streams.video[0].codec_context
            stream = segment_stream(movie, context.width, context.height, rate, CRF)
            frames = source.decode(video=0)
            for number, frame in enumerate(_titled(frames, titles, lift)):
                frame.pts, frame.time_base = number, 1 / rate.fraction
                frame.colorspace, frame.color_range = BT709, LIMITED
                movie.mux(stream.encode(frame))
                tick(1)
            movie.mux(stream.encode(None))
    except av.FFmpegError as error:
        raise InvalidInput("the shot's picture is damaged", zh="镜头画面已损坏") from error


def _titled(
    frames: Iterator[VideoFrame], titles: Sequence[Title], lift: float
) -> Iterator[VideoFrame]:
    drawn: _Drawn | None = None
    shown: Title | None = None
    for number, frame in enumerate(frames):
        title = next((t for t in titles if t.first_frame <= number < t.end_frame), None)
        if title is not shown:
            size = frame.width, frame.height
            drawn, shown = draw_title(title, *size, lift=lift) if title else None, title
        planes: Any = frame.to_ndarray(format="yuv420p")
        if drawn:
            _lay(planes, drawn, frame.height)
        yield VideoFrame.from_ndarray(planes, "yuv420p")


def draw_title(title: Title, width: int, height: int, *, lift: float = 0.0) -> _Drawn:
    """Return a title's letters as they lie on a picture of this size."""
    size = max(8.0, min(height * _LETTERS, width * _ROOM / _LONGEST))
    longest = max(font_of(size).getlength(row.text) for row in title.rows)
    size *= min(1.0, width * _ROOM / max(1.0, longest))
    font, edge = font_of(size), max(1, round(size * _EDGE))
    pitch, below = round(size * _PITCH), round(height * (_SAFE + lift))
    tall = pitch * len(title.rows) + 2 * edge
    tall += tall % 2
    letters, around = (np.zeros((tall, width), np.float32) for _ in range(2))
    for index, row in enumerate(title.rows):
        for page, stroke in ((letters, 0), (around, edge)):
            image = Image.new("L", (width, tall))
            base = edge + round(pitch * (index + 0.8))
            ImageDraw.Draw(image).text(
                (width / 2, base), row.text, 255, font, anchor="ms", stroke_width=stroke
            )
            image = _leaning(image, base) if row.is_italic else image
            np.maximum(page, np.asarray(image, np.float32) / 255, out=page)
    top = max(0, height - below - tall) // 2 * 2
    return _Drawn(top, letters[: height - top], around[: height - top] * _SHADE)


def _leaning(image: Image.Image, base: int) -> Image.Image:
    shear = (1, _LEAN, -_LEAN * base, 0, 1, 0)
    return image.transform(image.size, Image.Transform.AFFINE, shear, Image.Resampling.BILINEAR)


def _lay(planes: NDArray[np.uint8], drawn: _Drawn, height: int) -> None:
    """Lay letters over a picture's planes, (height · 3 // 2, width), in place."""
    tall = len(drawn.letters)
    bright = planes[drawn.top : drawn.top + tall]
    mixed = bright * (1 - drawn.edge) + _BLACK * drawn.edge
    mixed = mixed * (1 - drawn.letters) + _WHITE * drawn.letters
    bright[:] = np.rint(mixed).astype(np.uint8)
    covered = np.maximum(drawn.edge, drawn.letters)
    quarter = covered.reshape(tall // 2, 2, -1, 2).mean((1, 3))
    samples = planes.shape[1] * height // 4
    for plane in (4, 5):
        colour = planes.reshape(-1)[plane * samples :][:samples].reshape(height // 2, -1)
        part = colour[drawn.top // 2 : drawn.top // 2 + tall // 2]
        part[:] = np.rint(part * (1 - quarter) + _GREY * quarter).astype(np.uint8)

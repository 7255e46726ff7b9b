"""A name in, pictures that show it with a running number out: what stands where no media is yet."""

from __future__ import annotations

import itertools
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame
from PIL import Image, ImageDraw, ImageFont

from mstation.errors import NotFound
from mstation.media.pieces import Piece

_FONTS = Path("share") / "mstation" / "fonts"
_NAME, _NUMBER, _LEAST = 1 / 8, 1 / 16, 1 / 24  # letters, of the picture's height
_WIDEST = 0.9  # of the picture's width
_GROUND, _INK = 24, 208  # of 255
_BLACK, _REACH, _GREY = 16, 219, 128  # Source: ITU-R BT.709, limited range


def slate_pictures(name: str, piece: Piece) -> Iterator[VideoFrame]:
    """Return the slate's pictures: the name in the middle, frame and frames below it.

    Without a name they are black.

    Raises:
        NotFound: when the font is not installed beside this Python.
    """
    size = (piece.width, piece.height)
    name = " ".join(name.split())
    if not name:
        black = _shown(np.zeros(size[::-1], np.uint8))
        yield from itertools.repeat(black, piece.frames)
        return
    ground = Image.new("L", size, _GROUND)
    _write(ground, name, _NAME, 0.46)
    for number in range(piece.frames):
        page = ground.copy()
        _write(page, f"{number + 1} / {piece.frames}", _NUMBER, 0.62)
        yield _shown(np.asarray(page))


def _write(page: Image.Image, text: str, letters: float, down: float) -> None:
    """Write a line centred on the page: smaller where it would not fit, and its end left out."""
    size, room = page.height * letters, page.width * _WIDEST
    font = font_of(max(size * min(1.0, room / font_of(size).getlength(text)), page.height * _LEAST))
    if font.getlength(text) > room:
        fitting = (
            end for end in range(len(text), 0, -1) if font.getlength(text[:end] + "…") <= room
        )
        text = text[: next(fitting, 0)] + "…"
    middle = (page.width / 2, page.height * down)
    ImageDraw.Draw(page).text(middle, text, fill=_INK, font=font, anchor="mm")


def font_of(size: float, *, is_bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return the typeface of both languages in a size, pixels.

    Raises:
        NotFound: when the font is not installed beside this Python.
    """
    name = "NotoSansSC_700Bold.ttf" if is_bold else "NotoSansSC_400Regular.ttf"
    path = Path(sysconfig.get_path("data")) / _FONTS / name
    if not path.is_file():
        raise NotFound(
            f"{path}: the font is not there; run `make setup`",
            zh=f"{path}：缺少这个字体；请运行 `make setup`",
        )
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def _shown(grey: np.typing.NDArray[np.uint8]) -> VideoFrame:
    """Return a grey page (height, width), full range, as a picture."""
    height, width = grey.shape
    bright = np.rint(_BLACK + grey * (_REACH / 255)).astype(np.uint8)
    colours = np.full((height // 2, width), _GREY, np.uint8)
    return VideoFrame.from_ndarray(np.concatenate([bright, colours]), "yuv420p")

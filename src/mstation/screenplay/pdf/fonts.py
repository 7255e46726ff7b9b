"""The faces that a script is printed in, and which of them shows a character.

Latin is Courier Prime; what it lacks (Cyrillic, Greek, Vietnamese) is Noto Sans Mono, as wide.
Han is Noto Serif SC, a 宋体, the face of Chinese scripts; bold Han is Noto Sans SC Bold, since
Chinese typography stresses in 黑体.
"""

from __future__ import annotations

import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, assert_never

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from mstation.errors import NotFound

_FOLDER = Path("share") / "mstation" / "fonts"
_COURIER = {
    (False, False): "CourierPrime_400Regular",
    (True, False): "CourierPrime_700Bold",
    (False, True): "CourierPrime_400Regular_Italic",
    (True, True): "CourierPrime_700Bold_Italic",
}
_MONO = {False: "NotoSansMono_400Regular", True: "NotoSansMono_700Bold"}
_HAN = {False: "NotoSerifSC_400Regular", True: "NotoSansSC_700Bold"}
MONO_EM = 0.6  # the advance of Courier and its like
DASHES = "—―─"  # drawn as wide as their cells, so that two of them are one line
_NEAR = 0.004  # ems: a difference in width that nobody sees

Writing = Literal["latin", "mono", "han"]  # whose face is preferred

_LARGEST = 0xFFFF  # the writer of the PDF maps no character beyond to its text


@dataclass(frozen=True, slots=True)
class Style:
    """How a stretch of text is set."""

    is_bold: bool = False
    is_italic: bool = False
    is_underlined: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A font that the PDF knows by `name`; italics that it lacks are slanted."""

    name: str
    widths: dict[int, float]  # advance of each character that it has, in thousandths of an em
    is_slanted: bool = False


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character in its face; `advance` is how far it moves the pen, in ems.

    `is_even` where it is as wide as most of its face and needs no place of its own.
    """

    face: Face
    advance: float
    is_even: bool


@cache
def _widths_of(name: str) -> dict[int, float]:
    """Register a font by its file's name and return its advances.

    Raises:
        NotFound: when set-up has not brought the font.
    """
    path = Path(sysconfig.get_path("data")) / _FOLDER / f"{name}.ttf"
    if not path.is_file():
        raise NotFound(
            f"{path}: the font is not there; run `make setup`",
            zh=f"{path}：缺少这个字体；请运行 `make setup`",
        )
    font = TTFont(name, str(path))
    pdfmetrics.registerFont(font)
    width = font.face.getCharWidth
    return {code: float(width(code)) for code in font.face.charToGlyph if code <= _LARGEST}


@cache
def faces(style: Style, first: Writing) -> tuple[Face, ...]:
    """Return the faces to look for a character in, the preferred one first."""
    courier = _face(_COURIER[style.is_bold, style.is_italic])
    mono = _face(_MONO[style.is_bold], is_slanted=style.is_italic)
    han = _face(_HAN[style.is_bold], is_slanted=style.is_italic)
    match first:
        case "latin":
            return courier, mono, han
        case "mono":
            return mono, courier, han
        case "han":
            return han, courier, mono
        case other:
            assert_never(other)


@cache
def _face(name: str, *, is_slanted: bool = False) -> Face:
    return Face(name, _widths_of(name), is_slanted)


class _Glyphs(dict[str, Glyph | None]):
    """How characters are shown, found once; None where no font has one."""

    def __init__(self, order: tuple[Face, ...]) -> None:
        super().__init__()
        self.order = order

    def __missing__(self, character: str) -> Glyph | None:
        code = ord(character)
        self[character] = None
        for face in self.order:
            if code in face.widths:
                advance = face.widths[code] / 1000
                is_even = min(abs(advance - 1), abs(advance - MONO_EM)) < _NEAR
                self[character] = Glyph(face, advance, is_even and character not in DASHES)
                break
        return self[character]


@cache
def glyphs(style: Style, first: Writing) -> Mapping[str, Glyph | None]:
    """Return how every character is shown; None for those that no font has."""
    return _Glyphs(faces(style, first))


def missing(characters: Iterable[str]) -> list[str]:
    """Return the characters that no font has, each once, in order."""
    shown = glyphs(Style(), "latin")
    found = dict.fromkeys(characters)
    return [c for c in found if not is_invisible(c) and shown[c] is None]


def is_invisible(character: str) -> bool:
    """Whether a character shows nothing of its own: joiners, selectors, line breaks, controls."""
    return character in "\t\n\r\u00ad\ufeff" or (
        "\u200b" <= character <= "\u200f"
        or "\u2028" <= character <= "\u202e"
        or "\u2060" <= character <= "\u2069"
        or "\ufe00" <= character <= "\ufe0f"
        or character < " "
        or "\x7f" <= character <= "\x9f"
    )

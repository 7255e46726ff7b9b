"""The face of the printed sheets: one that holds Latin and Han, measured and broken into lines."""

from __future__ import annotations

import re
import sysconfig
from functools import cache
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from mstation.breakdown.reports.wording import one_line
from mstation.errors import NotFound

FACE = "NotoSansSC"
_FILE = Path("share") / "mstation" / "fonts" / "NotoSansSC_400Regular.ttf"
_UNITS = 1000
_LETTERS_AN_EM = 5  # of the narrowest
_NOT_IN_FACE = "□"
CUT = "..."  # ends what does not fit

# Source: W3C, Requirements for Chinese Text Layout, 3.1.2: marks that open no line, or end none.
_NEVER_FIRST = frozenset("，。、；：？！）》」』】”’…·,.;:?!)]}%")
_NEVER_LAST = frozenset("“‘（《「『【([")
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
# The face draws these as wide as a Han character: right beside one, a hole in an English word.
_APOSTROPHE = re.compile(f"(?<![{_WIDE}])[‘’](?![{_WIDE}])")
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")
_IS_WIDE = re.compile(f"[{_WIDE}]")
_PIECES = re.compile(f"[{_WIDE}]|[^\\s{_WIDE}]+|\\s+")


@cache
def face() -> Any:
    """Return the face, made known to the PDF writer.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    path = Path(sysconfig.get_path("data")) / _FILE
    if not path.is_file():
        raise NotFound(
            f"{path}: the font is not there; run `make setup`",
            zh=f"{path}：缺少这个字体；请运行 `make setup`",
        )
    font = TTFont(FACE, str(path))
    pdfmetrics.registerFont(font)
    return font.face


def printable(text: str) -> str:
    """Return a text on one line, in characters that the face has; an empty box for any other."""
    text = one_line(text)
    if text.isascii():
        return text
    text = _APOSTROPHE.sub("'", text) if _IS_WIDE.search(text) else text.translate(_STRAIGHT)
    known = face().charToGlyph
    return "".join(ch if ord(ch) in known else _NOT_IN_FACE for ch in text)


def width_of(text: str, size: float) -> float:
    """Return how wide a text is printed, in points."""
    widths, usual = face().charWidths, face().defaultWidth
    return float(sum(widths.get(ord(ch), usual) for ch in text)) * size / _UNITS


def broken(text: str, *, width: float, size: float) -> tuple[str, ...]:
    """Return the lines of a text: broken between words, around Han characters, else anywhere."""
    return _lines_of(printable(text), width, size)


def _lines_of(text: str, width: float, size: float) -> tuple[str, ...]:
    if width_of(text, size) <= width:
        return (text,) if text else ()
    lines: list[str] = []
    line, used = "", 0.0
    for piece in _PIECES.findall(text):
        wide = width_of(piece, size)
        if used + wide <= width:
            line, used = line + piece, used + wide
            continue
        kept, carried = _parted(line, piece)
        lines.append(kept)
        line, used = carried, width_of(carried, size)
        for ch in piece.lstrip():
            step = width_of(ch, size)
            if line and used + step > width:
                lines.append(line)
                line, used = "", 0.0
            line, used = line + ch, used + step
    lines.append(line)
    return tuple(kept for line in lines if (kept := line.strip()))


def _parted(line: str, piece: str) -> tuple[str, str]:
    """Return what stays on a line before such a piece, and what goes down with it."""
    cut = len(line)
    if piece in _NEVER_FIRST and _IS_WIDE.match(line[-1:]):
        cut -= 1
        while cut > 1 and line[cut] in _NEVER_FIRST:
            cut -= 1
    while cut > 1 and line[cut - 1] in _NEVER_LAST:
        cut -= 1
    return (line[:cut], line[cut:]) if cut > 0 else (line, "")


def fitted(text: str, *, width: float, size: float, lines: int = 1) -> tuple[str, ...]:
    """Return at most so many lines of a text; what is cut ends in dots."""
    text = printable(text)
    most = lines * int(width / size * _LETTERS_AN_EM) + 8
    found = _lines_of(text[:most], width, size)
    if len(found) <= lines and len(text) <= most:
        return found
    last = found[min(lines, len(found)) - 1]
    while last and width_of(last + CUT, size) > width:
        last = last[:-1]
    return (*found[: lines - 1], last.rstrip() + CUT)

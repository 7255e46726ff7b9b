"""PDF bytes to sheets of words, as pdfium finds them; runs as a process of its own.

Run with a limit in megabytes, it reads a PDF from its input and writes JSON to its output. What
a hostile file does to pdfium, it does to this process alone.
"""

from __future__ import annotations

import ctypes
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MAX_PAGES = 1_500
MAX_CHARACTERS = 4_000_000
MAX_OBJECTS = 400_000  # on one page, of which rules under words are looked for
_BOLD = re.compile(rb"bold|black|heavy|demi", re.IGNORECASE)
_ITALIC = re.compile(rb"ital|obli|slanted|kaiti", re.IGNORECASE)
_ITALIC_FLAG, _BOLD_FLAG = 1 << 6, 1 << 18  # ISO 32000-1, table 123
_FILL_AND_STROKE = 2
_LOCKED = (4, 5)  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
_SPACES = frozenset((0x20, 0x0D, 0x0A, 0x09, 0xA0, 0x3000, 0))
_HYPHENS = frozenset((0x02, 0xFFFE, 0xAD))


@dataclass(frozen=True, slots=True)
class _Style:
    """How the letters of one text object are set."""

    bits: int  # 1 italic, 2 bold, 4 underlined
    size: float
    quarter: int  # in quarter turns, counter-clockwise; -1 where it is aslant


@dataclass(slots=True)
class _Glyph:
    code: str
    left: float
    right: float
    base: float  # from the lower edge
    style: _Style
    is_after_space: bool


def main() -> int:
    """Read a PDF from the input, write what is on it, and return an exit code."""
    _limit_memory(int(sys.argv[1]))
    for found in press(sys.stdin.buffer.read()):
        sys.stdout.write(json.dumps(found, separators=(",", ":")) + "\n")
    return 0


def _limit_memory(megabytes: int) -> None:
    try:
        import resource
    except ImportError:  # there is no such limit on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def press(data: bytes) -> Iterator[dict[str, Any]]:
    """Return the sheets of a PDF, or `{"fault": word}` where one cannot be had."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        yield {"fault": "locked" if code in _LOCKED else "damaged"}
        return
    pages = len(document)
    if pages == 0 or pages > MAX_PAGES:
        yield {"fault": "empty" if pages == 0 else "pages", "count": pages}
        return
    left = MAX_CHARACTERS
    for index in range(pages):
        try:
            page = document[index]
        except pypdfium2.PdfiumError:
            yield {"width": 0, "height": 0, "lines": [], "picture": 0, "lost": 1}
            continue
        sheet, count = _sheet(page, left)
        page.close()
        left -= count
        if left < 0:
            yield {"fault": "characters", "count": MAX_CHARACTERS}
            return
        yield sheet


def _sheet(page: Any, limit: int) -> tuple[dict[str, Any], int]:
    import pypdfium2.raw as raw

    text = page.get_textpage()
    count = int(raw.FPDFText_CountChars(text))
    if count > limit:
        return {}, count
    glyphs = list(_glyphs(text, count))
    quarter = _direction(glyphs)
    x0, y0, x1, y1 = page.get_bbox()
    straight = [glyph for glyph in glyphs if glyph.style.quarter == quarter]
    rules, has_picture = _rules_and_pictures(page)
    _turn(straight, rules, quarter)
    x0, y0, x1, y1 = _turned_box((x0, y0, x1, y1), quarter)
    lines = [
        _line(row, x0, y1, rules)
        for row in _rows([g for g in straight if x0 - 1 < g.left < x1 + 1 and y0 < g.base < y1])
    ]
    sheet = {
        "width": round(x1 - x0, 2),
        "height": round(y1 - y0, 2),
        "lines": [line for line in lines if line["words"]],
        "picture": int(has_picture),
    }
    text.close()
    return sheet, count


def _glyphs(text: Any, count: int) -> Iterator[_Glyph]:
    import pypdfium2.raw as raw

    x, y, box = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
    at_x, at_y, at_box = ctypes.byref(x), ctypes.byref(y), ctypes.byref(box)
    last: int | None = None
    style = _Style(0, 12.0, 0)
    high = 0
    is_after_space = False
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        if code in _SPACES:
            is_after_space = is_after_space or not raw.FPDFText_IsGenerated(text, index)
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code, high = (0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD), 0
        elif code in _HYPHENS:
            code = 0x2D
        if code > 0x10FFFF or (code < 0x20) or 0xD800 <= code < 0xE000:
            continue
        owner = raw.FPDFText_GetTextObject(text, index)
        address = ctypes.cast(owner, ctypes.c_void_p).value
        if address != last or address is None:
            last, style = address, _style(text, index, owner)
        raw.FPDFText_GetCharOrigin(text, index, at_x, at_y)
        raw.FPDFText_GetLooseCharBox(text, index, at_box)
        if style.quarter % 2:
            yield _Glyph(chr(code), box.bottom, box.top, x.value, style, is_after_space)
        else:
            yield _Glyph(chr(code), box.left, box.right, y.value, style, is_after_space)
        is_after_space = False


def _style(text: Any, index: int, owner: Any) -> _Style:
    import pypdfium2.raw as raw

    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    raw.FPDFText_GetFontInfo(text, index, name, 128, ctypes.byref(flags))
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text, index, ctypes.byref(matrix))
    bits = int(bool(_ITALIC.search(name.value)) or bool(flags.value & _ITALIC_FLAG))
    is_stroked = bool(owner) and raw.FPDFTextObj_GetTextRenderMode(owner) == _FILL_AND_STROKE
    if _BOLD.search(name.value) or flags.value & _BOLD_FLAG or is_stroked:
        bits |= 2
    scale = math.hypot(matrix.a, matrix.b) or 1.0
    turns = math.atan2(matrix.b, matrix.a) / (math.pi / 2)
    quarter = round(turns) % 4 if abs(turns - round(turns)) < 0.05 else -1
    lean = (matrix.a * matrix.c + matrix.b * matrix.d) / (scale * scale)
    if abs(lean) > 0.1:
        bits |= 1
    size = float(raw.FPDFText_GetFontSize(text, index)) * math.hypot(matrix.c, matrix.d)
    return _Style(bits, size if 1 <= size <= 500 else 12.0, quarter)


def _direction(glyphs: list[_Glyph]) -> int:
    """Return the quarter turn in which most of a sheet is written: some are laid sideways."""
    turns = Counter(glyph.style.quarter for glyph in glyphs if glyph.style.quarter >= 0)
    return max(turns, key=lambda quarter: (turns[quarter], -quarter)) if turns else 0


Box = tuple[float, float, float, float]  # left, bottom, right, top


def _turned_box(box: Box, quarter: int) -> Box:
    x0, y0, x1, y1 = box
    match quarter:
        case 1:
            return y0, -x1, y1, -x0
        case 2:
            return -x1, -y1, -x0, -y0
        case 3:
            return -y1, x0, -y0, x1
        case _:
            return box


def _turn(glyphs: list[_Glyph], rules: list[Box], quarter: int) -> None:
    """Turn what is written sideways so that it reads from left to right."""
    if quarter == 0:
        return
    rules[:] = [_turned_box(rule, quarter) for rule in rules]
    for glyph in glyphs:
        if quarter in (2, 3):
            glyph.left, glyph.right = -glyph.right, -glyph.left
        if quarter in (1, 2):
            glyph.base = -glyph.base


def _rules_and_pictures(page: Any) -> tuple[list[Box], bool]:
    """Return the thin level strokes of a page, which underline, and whether it has a picture."""
    import pypdfium2.raw as raw

    rules: list[Box] = []
    has_picture = False
    edges = [ctypes.c_float() for _ in range(4)]
    for index in range(min(raw.FPDFPage_CountObjects(page), MAX_OBJECTS)):
        item = raw.FPDFPage_GetObject(page, index)
        kind = raw.FPDFPageObj_GetType(item)
        has_picture = has_picture or kind == raw.FPDF_PAGEOBJ_IMAGE
        if kind != raw.FPDF_PAGEOBJ_PATH:
            continue
        if raw.FPDFPageObj_GetBounds(item, *map(ctypes.byref, edges)):
            x0, y0, x1, y1 = (edge.value for edge in edges)
            if min(x1 - x0, y1 - y0) < 3 < max(x1 - x0, y1 - y0):
                rules.append((x0, y0, x1, y1))
    return rules, has_picture


def _rows(glyphs: list[_Glyph]) -> Iterator[list[_Glyph]]:
    """Part glyphs into rows that share a baseline, from the top down."""
    row: list[_Glyph] = []
    base = size = 0.0
    for glyph in sorted(glyphs, key=lambda glyph: -glyph.base):
        if row and base - glyph.base > 0.35 * max(min(size, glyph.style.size), 4):
            yield row
            row = []
        if not row:
            base, size = glyph.base, glyph.style.size
        row.append(glyph)
    if row:
        yield row


def _line(row: list[_Glyph], x0: float, top: float, rules: list[Box]) -> dict[str, Any]:
    """Return the words of a row, `[text, left, right, style, is glued]`, from the left edge."""
    if not any("\u0590" <= glyph.code <= "\u08ff" for glyph in row):
        row.sort(key=lambda glyph: glyph.left)
    size = Counter(round(glyph.style.size, 1) for glyph in row).most_common(1)[0][0]
    base = Counter(round(glyph.base, 1) for glyph in row).most_common(1)[0][0]
    under = [rule for rule in rules if -0.3 * size < rule[1] - base < 0.02 * size]
    words: list[list[Any]] = []
    last: _Glyph | None = None
    for glyph in row:
        bits = glyph.style.bits | (4 if under and _is_over(glyph, under) else 0)
        if last is not None and _is_struck_twice(last, glyph):
            words[-1][3] |= 2  # printed again a hair beside itself: bold of old printers
            continue
        is_glued = last is not None and _is_glued(last, glyph, size)
        if not is_glued or bits != words[-1][3]:
            left, right = round(glyph.left - x0, 2), round(glyph.right - x0, 2)
            words.append([glyph.code, left, right, bits, int(is_glued)])
        else:
            words[-1][0] += glyph.code
            words[-1][2] = round(max(glyph.right - x0, words[-1][2]), 2)
        last = glyph
    return {
        "words": words,
        "top": round(top - base, 2),
        "size": size,
        "pitch": _pitch(row),
    }


def _is_over(glyph: _Glyph, rules: list[Box]) -> bool:
    middle = (glyph.left + glyph.right) / 2
    return any(rule[0] <= middle <= rule[2] for rule in rules)


def _is_glued(last: _Glyph, glyph: _Glyph, size: float) -> bool:
    """Whether no space parts two letters; in Chinese a narrow sign stands in a wide cell."""
    gap = glyph.left - last.right
    if glyph.is_after_space:
        return gap < 0.05 * size
    is_wide = "\u2e80" <= last.code <= "\uff60" or "\u2e80" <= glyph.code <= "\uff60"
    return -2 * size <= gap < (0.42 if is_wide else 0.15) * size


def _is_struck_twice(last: _Glyph, glyph: _Glyph) -> bool:
    near = 0.15 * glyph.style.size
    return last.code == glyph.code and abs(last.left - glyph.left) < near


def _pitch(row: list[_Glyph]) -> float:
    """Return the width of a row's letters where all are as wide as in Courier, else 0."""
    widths = Counter(round(g.right - g.left, 1) for g in row if "!" <= g.code <= "~")
    if not widths or len(row) < 1:
        return 0.0
    width, count = widths.most_common(1)[0]
    near = sum(number for other, number in widths.items() if abs(other - width) < 0.25)
    narrow = any(glyph.code in "iljI.,'!t" for glyph in row)
    is_even = near >= 0.95 * sum(widths.values()) and (narrow or count > 12)
    return width if is_even and width > 0 else 0.0


if __name__ == "__main__":
    raise SystemExit(main())

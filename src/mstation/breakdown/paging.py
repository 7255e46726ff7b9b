"""How much of a page a scene takes: laid out in lines of 12-point Courier.

Source: the usual layout of a US screenplay, 60 columns of action, 35 of dialogue, 6 lines an
eighth; a Han character is as wide as two letters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache

from mstation.screenplay.script import Element, ElementKind

LINES_AN_EIGHTH = 6

# columns, and blank lines before
_LAYOUT = {
    ElementKind.SCENE_HEADING: (60, 1),
    ElementKind.ACTION: (60, 1),
    ElementKind.CENTERED: (60, 1),
    ElementKind.TRANSITION: (20, 1),
    ElementKind.CHARACTER: (38, 1),
    ElementKind.PARENTHETICAL: (25, 0),
    ElementKind.DIALOGUE: (35, 0),
    ElementKind.LYRIC: (35, 0),
}


def eighths_of(elements: Iterable[Element]) -> int:
    """Return the eighths of a page that these elements take, rounded up, never under one."""
    lines = 0
    for element in elements:
        layout = _LAYOUT.get(element.kind)
        if layout is None or element.is_dual:
            continue
        columns, before = layout
        lines += before + sum(_lines_of(line, columns) for line in element.text.split("\n"))
    return max(1, -(-lines // LINES_AN_EIGHTH))


def _lines_of(text: str, columns: int) -> int:
    """Break a paragraph at its spaces, and wide text anywhere."""
    if text.isascii() and len(text) <= columns:
        return 1
    lines, used = 1, 0
    for word in text.split():
        width = len(word) if word.isascii() else sum(map(_width, word))
        if used and used + 1 + width <= columns:
            used += 1 + width
            continue
        lines += 1 if used else 0
        lines += (width - 1) // columns if width else 0
        used = width if width <= columns else (width - 1) % columns + 1
    return lines


@cache
def _width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1

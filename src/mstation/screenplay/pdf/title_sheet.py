"""Which sheet is a title page, and what it says."""

from __future__ import annotations

from itertools import pairwise

from mstation.screenplay.pdf.furniture import Body
from mstation.screenplay.pdf.sheet import Line
from mstation.screenplay.script import Language, TitleField
from mstation.screenplay.typed import LETTER, Align, Paragraph, cover_of, is_heading

_MOST_LINES = 40
_MOST_WIDTH = 0.66  # of the sheet; a wider line in the middle is one of action
_HEAD_SHARE = 0.15  # of the sheet's height, which a title page leaves free


def is_cover(body: Body) -> bool:
    """Whether a sheet is a title page: its first words stand low, in the middle."""
    lines = body.lines
    if not lines or len(lines) > _MOST_LINES:
        return False
    first = lines[0]
    off = abs((first.left + first.right) / 2 - body.sheet.width / 2)
    if first.top < _HEAD_SHARE * body.sheet.height or off > 0.06 * body.sheet.width:
        return False
    if first.right - first.left > _MOST_WIDTH * body.sheet.width:
        return False
    return not any(is_heading(line.text.strip()) for line in lines)


def cover_of_sheet(body: Body, language: Language) -> tuple[TitleField, ...]:
    """Return the fields of a title page."""
    first = body.lines[0]
    middle = (first.left + first.right) / 2
    paragraphs: list[Paragraph] = []
    above: Line | None = None
    for line in body.lines:
        gap = 0.0 if above is None else line.top - above.top
        is_apart = above is not None and gap > 1.6 * min(line.size, above.size)
        for text, align in _pieces(line, middle):
            paragraphs.append(Paragraph(text=text, line=1, align=align, blanks=int(is_apart)))
        above = line
    ordered = sorted(range(len(paragraphs)), key=lambda i: (paragraphs[i].align == "right", i))
    return cover_of([paragraphs[index] for index in ordered], language)


def _pieces(line: Line, middle: float) -> list[tuple[str, Align]]:
    """Part a line into what stands at the left and at the right of the sheet."""
    words = line.words
    if abs((line.left + line.right) / 2 - middle) < LETTER and len(words) < 2:
        return [(line.text, "center")]
    cut = next(
        (
            index
            for index, (before, word) in enumerate(pairwise(words), 1)
            if word.left - before.right > 4 * LETTER
        ),
        None,
    )
    if cut is not None:
        halves = (words[:cut], words[cut:])
        aligns: tuple[Align, Align] = ("left", "right")
        return [
            (Line(half, line.top, line.size, line.pitch).text, align)
            for half, align in zip(halves, aligns, strict=True)
        ]
    if abs((line.left + line.right) / 2 - middle) < LETTER:
        return [(line.text, "center")]
    return [(line.text, "left" if line.left < middle else "right")]

"""Rows of cells in, printed pages out: what every paper of the production office is drawn by.

Points, from the page's lower left corner, y up, as PDF counts.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from mstation.breakdown.reports.dossier import Paper
from mstation.breakdown.reports.drawing import draw_title
from mstation.breakdown.reports.ink import INK, PALE, PAPERS_PT, new_canvas, rectangle, say
from mstation.breakdown.reports.layout import Area
from mstation.breakdown.reports.typeface import fitted, width_of
from mstation.screenplay.script import Language

MARGIN, TITLE_HEIGHT = 30.0, 22.0
SIZE, LABEL_SIZE = 7.8, 6.0
_PADDING, _LEADING = 2.6, 1.24  # the second of the size
_LEAST_WIDTH = 12.0
_RULE = "#B8B8B8"

Align = Literal["left", "middle", "right"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its words, a line break where they have one, and how they stand."""

    text: str = ""
    width: float = 0.0  # in points; what all cells of 0 leave is shared among them
    label: str = ""  # small, above the words
    size: float = SIZE
    fill: str = ""
    colour: str = INK
    is_strong: bool = False
    align: Align = "left"
    lines: int = 3  # at most, of each of its paragraphs


@dataclass(frozen=True, slots=True)
class Row:
    """Cells beside each other, as high as the highest of them."""

    cells: tuple[Cell, ...]
    fill: str = ""  # of the cells that have none of their own
    least_height: float = 0.0
    is_held: bool = False  # never the last of a page
    has_rules: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """What begins a page of its own: rows, those that stand above them on each of its pages."""

    name: str
    rows: tuple[Row, ...]
    head: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class _Set:
    """A row broken into lines, at the width of its page."""

    row: Row
    widths: tuple[float, ...]
    lines: tuple[tuple[str, ...], ...]
    height: float


def print_parts(
    parts: Sequence[Part],
    *,
    title: str,
    kind: str,
    language: Language,
    paper: Paper,
    is_lying: bool = False,
) -> bytes:
    """Return parts as PDF, each page under the film's title; the same parts give the same bytes.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    width, height = PAPERS_PT[paper]
    size = (height, width) if is_lying else (width, height)
    out = io.BytesIO()
    canvas = new_canvas(out, size, title=f"{title} – {kind}", language=language)
    pages = [(part, page) for part in parts for page in _pages(part, size)]
    for number, (part, page) in enumerate(pages, start=1):
        top = size[1] - MARGIN
        area = Area(MARGIN, top - TITLE_HEIGHT + 4, size[0] - 2 * MARGIN, TITLE_HEIGHT)
        named = f"{kind} – {part.name}" if part.name else kind
        draw_title(canvas, area, title, f"{named}  {number}/{len(pages)}")
        top -= TITLE_HEIGHT
        for row in page:
            _draw(canvas, row, top)
            top -= row.height
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _pages(part: Part, size: tuple[float, float]) -> Iterator[list[_Set]]:
    """Yield the pages of a part: no row of half a page is cut, none that is held ends one."""
    width = size[0] - 2 * MARGIN
    head = [_set(row, width) for row in part.head]
    full = size[1] - 2 * MARGIN - TITLE_HEIGHT - _height(head)
    page: list[_Set] = []
    together: list[_Set] = []
    for piece in (piece for row in part.rows for piece in _pieces(_set(row, width), full / 2)):
        together.append(piece)
        if piece.row.is_held and _height(together) < full / 2:
            continue
        if page and _height(page) + _height(together) > full:
            yield head + page
            page = []
        page += together
        together = []
    if page and _height(page) + _height(together) > full:
        yield head + page
        page = []
    yield head + page + together


def _height(rows: Sequence[_Set]) -> float:
    return sum(row.height for row in rows)


def _set(row: Row, width: float) -> _Set:
    open_cells = sum(not cell.width for cell in row.cells)
    free = width - sum(cell.width for cell in row.cells)
    share = max(free / open_cells, _LEAST_WIDTH) if open_cells else 0.0
    widths = tuple(cell.width or share for cell in row.cells)
    lines = tuple(
        _lines(cell, each - 2 * _PADDING) for cell, each in zip(row.cells, widths, strict=True)
    )
    return _Set(row, widths, lines, max(_least_height(row, lines), row.least_height))


def _least_height(row: Row, lines: Sequence[Sequence[str]]) -> float:
    heights = (
        len(told) * cell.size * _LEADING + (LABEL_SIZE * _LEADING if cell.label else 0.0)
        for cell, told in zip(row.cells, lines, strict=True)
    )
    return max((*heights, 0.0)) + 2 * _PADDING


def _pieces(row: _Set, room: float) -> Iterator[_Set]:
    """Yield a row, or pieces of one that is higher than the room, which follow each other."""
    if row.height <= room:
        yield row
        return
    largest = max(cell.size for cell in row.row.cells)
    most = max(1, int((room - 2 * _PADDING - LABEL_SIZE * _LEADING) / (largest * _LEADING)))
    for first in range(0, max(map(len, row.lines)), most):
        lines = tuple(told[first : first + most] for told in row.lines)
        yield _Set(row.row, row.widths, lines, _least_height(row.row, lines))


def _lines(cell: Cell, width: float) -> tuple[str, ...]:
    return tuple(
        line
        for told in cell.text.split("\n")
        for line in fitted(told, width=width, size=cell.size, lines=cell.lines) or ("",)
    )


def _draw(canvas: Any, row: _Set, top: float) -> None:
    left = MARGIN
    for cell, width, lines in zip(row.row.cells, row.widths, row.lines, strict=True):
        area = Area(left, top - row.height, width, row.height)
        fill = cell.fill or row.row.fill
        if row.row.has_rules or fill:
            rectangle(canvas, area, fill=fill, rule=_RULE if row.row.has_rules else fill)
        _say(canvas, area, cell, lines)
        left += width


def _say(canvas: Any, area: Area, cell: Cell, lines: Sequence[str]) -> None:
    base = area.top - _PADDING
    if cell.label:
        base -= LABEL_SIZE * _LEADING
        shown = fitted(cell.label, width=area.width - 2 * _PADDING, size=LABEL_SIZE)
        say(canvas, area.left + _PADDING, base + 1.6, "".join(shown), LABEL_SIZE, colour=PALE)
    elif cell.align == "middle":  # a sign in a box stands in its middle
        base -= max(0.0, (area.height - 2 * _PADDING - len(lines) * cell.size * _LEADING) / 2)
    for line in lines:
        base -= cell.size * _LEADING
        spare = area.width - 2 * _PADDING - width_of(line, cell.size)
        left = {"left": 0.0, "middle": spare / 2, "right": spare}[cell.align]
        say(
            canvas,
            area.left + _PADDING + left,
            base + cell.size * 0.26,
            line,
            cell.size,
            colour=cell.colour,
            is_strong=cell.is_strong,
        )

"""A list in groups in, its printed pages out: columns that keep their places, no row cut in two."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mstation.breakdown.reports.dossier import Paper
from mstation.breakdown.reports.drawing import draw_title
from mstation.breakdown.reports.ink import (
    INK,
    PALE,
    PAPERS_PT,
    new_canvas,
    rectangle,
    say,
    tint,
)
from mstation.breakdown.reports.layout import Area
from mstation.breakdown.reports.typeface import fitted, printable, width_of
from mstation.breakdown.reports.wording import words_of
from mstation.screenplay.script import Language

_MARGIN, _TITLE_HEIGHT, _HEADER_HEIGHT, _BAR_HEIGHT = 30.0, 22.0, 15.0, 16.0
_SIZE, _HEADER_SIZE, _BAR_SIZE = 7.6, 6.8, 8.6
_LEADING, _PADDING = 9.4, 3.0
_MOST_LINES = 7
_HEADER, _HAIR = "#E8E8E8", "#D5D5D5"


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """One column: its label, and its width in points; 0 takes what the others leave."""

    label: str
    width: float
    is_right: bool = False  # set at the column's right edge: sums and counts


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a bar that says what they are of."""

    number: str
    heading: str
    aside: str
    colour: str
    rows: tuple[tuple[str, ...], ...]
    is_continued: bool = False


@dataclass(frozen=True, slots=True)
class PrintedPart:
    """One list: its name, its columns and its groups; each begins a page."""

    name: str
    columns: tuple[PrintedColumn, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    part: PrintedPart
    groups: tuple[Group, ...]


def print_list(
    parts: Sequence[PrintedPart], *, title: str, kind: str, language: Language, paper: Paper
) -> bytes:
    """Return the lists as PDF on lying paper; the same lists give the same bytes."""
    height, width = PAPERS_PT[paper]
    out = io.BytesIO()
    canvas = new_canvas(out, (width, height), title=f"{title} – {kind}", language=language)
    pages = [page for part in parts for page in _pages(_filled(part, width), (width, height))]
    for number, page in enumerate(pages, start=1):
        area = Area(
            _MARGIN, height - _MARGIN - _TITLE_HEIGHT + 4, width - 2 * _MARGIN, _TITLE_HEIGHT
        )
        draw_title(canvas, area, title, f"{kind} – {page.part.name}  {number}/{len(pages)}")
        _draw(canvas, page, (width, height), words_of(language)["continued"])
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _filled(part: PrintedPart, width: float) -> PrintedPart:
    """Return the list with the width of its open column known."""
    free = width - 2 * _MARGIN - sum(column.width for column in part.columns)
    return replace(
        part,
        columns=tuple(
            replace(column, width=column.width or max(free, 60.0)) for column in part.columns
        ),
    )


def _pages(part: PrintedPart, size: tuple[float, float]) -> Iterator[_Page]:
    """Yield the pages of a list; a bar never stands without a row under it."""
    full = size[1] - 2 * _MARGIN - _TITLE_HEIGHT - _HEADER_HEIGHT
    room, groups = full, [*part.groups]
    page: list[Group] = []
    while groups:
        group = groups.pop(0)
        kept, used = 0, _BAR_HEIGHT
        for row in group.rows:
            height = _height(row, part.columns)
            if used + height > room and (kept or page):
                break
            used += height
            kept += 1
        if kept:
            page.append(replace(group, rows=group.rows[:kept]))
            room -= used
        if kept < len(group.rows):
            rest = replace(
                group, rows=group.rows[kept:], is_continued=bool(kept) or group.is_continued
            )
            groups.insert(0, rest)
            yield _Page(part, tuple(page))
            page, room = [], full
    yield _Page(part, tuple(page))


def _lines(cell: str, column: PrintedColumn) -> tuple[str, ...]:
    return fitted(cell, width=column.width - 2 * _PADDING, size=_SIZE, lines=_MOST_LINES)


def _height(row: Sequence[str], columns: Sequence[PrintedColumn]) -> float:
    cells = zip(row, columns, strict=True)
    return max(1, *(len(_lines(cell, column)) for cell, column in cells)) * _LEADING + _PADDING


def _draw(canvas: Any, page: _Page, size: tuple[float, float], continued: str) -> None:
    top = size[1] - _MARGIN - _TITLE_HEIGHT
    columns = page.part.columns
    inner = size[0] - 2 * _MARGIN
    rectangle(canvas, Area(_MARGIN, top - _HEADER_HEIGHT, inner, _HEADER_HEIGHT), fill=_HEADER)
    for left, column in _places(columns):
        shown = fitted(column.label, width=column.width - _PADDING, size=_HEADER_SIZE)
        label = "".join(shown)
        inset = _inset(label, _HEADER_SIZE, column)
        say(canvas, left + inset, top - 10.2, label, _HEADER_SIZE, is_strong=True)
    top -= _HEADER_HEIGHT
    for group in page.groups:
        _draw_bar(canvas, Area(_MARGIN, top - _BAR_HEIGHT, inner, _BAR_HEIGHT), group, continued)
        top -= _BAR_HEIGHT
        for row in group.rows:
            _draw_row(canvas, row, columns, top)
            top -= _height(row, columns)
            canvas.setStrokeColor(tint(_HAIR))
            canvas.setLineWidth(0.4)
            canvas.line(_MARGIN, top, _MARGIN + inner, top)


def _places(columns: Sequence[PrintedColumn]) -> Iterator[tuple[float, PrintedColumn]]:
    left = _MARGIN
    for column in columns:
        yield left, column
        left += column.width


def _inset(text: str, size: float, column: PrintedColumn) -> float:
    """Return how far into its column a line of letters begins."""
    return column.width - _PADDING - width_of(text, size) if column.is_right else _PADDING


def _draw_bar(canvas: Any, area: Area, group: Group, continued: str) -> None:
    rectangle(canvas, area, fill=group.colour)
    base = area.bottom + 4.9
    number = printable(group.number)
    say(canvas, area.left + 5, base, number, _BAR_SIZE, is_strong=True)
    left = area.left + 17 + width_of(number, _BAR_SIZE)
    aside = printable(group.aside)
    right = area.right - 5 - width_of(aside, _SIZE)
    heading = continued.format(title=group.heading) if group.is_continued else group.heading
    shown = fitted(heading, width=right - left - 16, size=_BAR_SIZE)
    say(canvas, left, base, "".join(shown), _BAR_SIZE, is_strong=True)
    say(canvas, right, base, aside, _SIZE, colour=PALE)


def _draw_row(
    canvas: Any, row: Sequence[str], columns: Sequence[PrintedColumn], top: float
) -> None:
    for place, ((left, column), cell) in enumerate(zip(_places(columns), row, strict=True)):
        for index, line in enumerate(_lines(cell, column)):
            base = top - _PADDING / 2 - 7.3 - index * _LEADING
            say(
                canvas,
                left + _inset(line, _SIZE, column),
                base,
                line,
                _SIZE,
                colour=INK,
                is_strong=place == 0,
            )

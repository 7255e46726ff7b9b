"""The parts of a breakdown sheet, drawn: title, head, boxes, foot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mstation.breakdown.reports.head import Cell
from mstation.breakdown.reports.ink import INK, PALE, rectangle, say, tint
from mstation.breakdown.reports.layout import (
    ASIDE_SIZE,
    ENTRY_SIZE,
    LEADING,
    PADDING,
    TITLE_HEIGHT,
    Area,
    PlacedBox,
    SetEntry,
    sign_size,
)
from mstation.breakdown.reports.typeface import CUT, fitted, width_of
from mstation.breakdown.reports.wording import SIGNS, category_colour, category_mark, ink_on

_LABEL_SIZE, _BOX_TITLE_SIZE, _TITLE_SIZE, _FOOT_SIZE = 6.5, 8.5, 12.0, 6.5
_LEAST_SIZE = 7.5  # to which a field's value shrinks before it is cut
_BASELINE = 0.36  # of the size: how far under its middle a line of letters stands


def draw_title(canvas: Any, area: Area, left: str, right: str) -> None:
    """Draw the line above the head: the film's title, and what paper this is."""
    right_width = width_of(right, _BOX_TITLE_SIZE)
    title = fitted(left, width=area.width - right_width - 12, size=_TITLE_SIZE)
    base = area.bottom + 6
    say(canvas, area.left, base, title[0] if title else "", _TITLE_SIZE, is_strong=True)
    say(canvas, area.right - right_width, base, right, _BOX_TITLE_SIZE, colour=PALE)


def draw_cells(canvas: Any, area: Area, cells: Sequence[Cell], colour: str) -> None:
    """Draw one row of the head on the colour of the scene's strip."""
    free = area.width - sum(cell.width for cell in cells)
    left = area.left
    for cell in cells:
        width = cell.width or free
        rectangle(canvas, Area(left, area.bottom, width, area.height), fill=colour)
        room = width - 2 * PADDING
        label = fitted(cell.label, width=room, size=_LABEL_SIZE)
        say(canvas, left + PADDING, area.top - 8.5, label[0], _LABEL_SIZE, colour=PALE)
        _say_value(canvas, Area(left + PADDING, area.bottom, room, area.height - 10), cell)
        left += width


def _say_value(canvas: Any, area: Area, cell: Cell) -> None:
    """Write a field's value, smaller where its one line would be cut."""
    size = cell.size
    while size > _LEAST_SIZE and _is_cut(cell, area.width, size):
        size -= 0.5
    lines = fitted(cell.value, width=area.width, size=size, lines=cell.lines)
    step = size * 1.2
    middle = area.bottom + area.height / 2 + (len(lines) - 1) * step / 2
    if cell.is_prose:
        middle = area.top - step / 2 - 2
    for index, line in enumerate(lines):
        base = middle - index * step - size * _BASELINE
        say(canvas, area.left, base, line, size, is_strong=cell.is_strong)


def _is_cut(cell: Cell, width: float, size: float) -> bool:
    return "".join(fitted(cell.value, width=width, size=size, lines=cell.lines)).endswith(CUT)


def draw_box(canvas: Any, placed: PlacedBox, continued: str) -> None:
    """Draw one box: its title in the category's colour, then its entries."""
    box, area = placed.box, placed.area
    rectangle(canvas, area)
    title = continued.format(title=box.title) if box.is_continued else box.title
    _draw_box_title(canvas, area, box.key, title, box.count)
    top = area.top - TITLE_HEIGHT - PADDING
    for entry in box.entries:
        _draw_entry(canvas, entry, area, top, box.sign_width)
        top -= len(entry.lines) * LEADING


def _draw_box_title(canvas: Any, area: Area, key: str, title: str, count: int) -> None:
    band = Area(area.left, area.top - TITLE_HEIGHT, area.width, TITLE_HEIGHT)
    colour = category_colour(key)
    rectangle(canvas, band, fill=colour)
    ink = ink_on(colour)
    base = band.bottom + TITLE_HEIGHT / 2 - _BOX_TITLE_SIZE * _BASELINE
    left = band.left + PADDING + 2
    title = fitted(title, width=band.width - 40, size=_BOX_TITLE_SIZE)[0]
    mark = category_mark(key)
    if mark == "asterisk":
        say(canvas, left, base, "*", _BOX_TITLE_SIZE + 2, colour=ink, is_strong=True)
        left += 8
    width = width_of(title, _BOX_TITLE_SIZE)
    say(canvas, left, base, title, _BOX_TITLE_SIZE, colour=ink, is_strong=True)
    if mark in ("circle", "box"):
        ring = Area(left - 4, band.bottom + 1.5, width + 8, TITLE_HEIGHT - 3)
        canvas.setStrokeColor(tint(ink))
        canvas.setLineWidth(0.8)
        radius = ring.height / 2 if mark == "circle" else 0
        canvas.roundRect(ring.left, ring.bottom, ring.width, ring.height, radius)
    if count:
        told = str(count)
        right = band.right - PADDING - width_of(told, ASIDE_SIZE + 1)
        say(canvas, right, base, told, ASIDE_SIZE + 1, colour=ink)


def _draw_entry(canvas: Any, entry: SetEntry, area: Area, top: float, sign_width: float) -> None:
    base = top - LEADING / 2 - ENTRY_SIZE * _BASELINE
    left = area.left + PADDING
    size = sign_size(entry.sign)
    is_number = size == ENTRY_SIZE
    colour = INK if is_number else PALE
    say(canvas, left, base, entry.sign, size, colour=colour, is_strong=is_number)
    for index, line in enumerate(entry.lines):
        say(canvas, left + sign_width, base - index * LEADING, line, ENTRY_SIZE)
    right = area.right - PADDING - width_of(entry.aside, ASIDE_SIZE)
    say(canvas, right, base, entry.aside, ASIDE_SIZE, colour=PALE)


def draw_foot(canvas: Any, area: Area, words: Mapping[str, Any], page: str) -> None:
    """Draw the legend of the signs, and the page's number."""
    signs = [f"{sign} {words['found'][by.value]}" for by, sign in SIGNS.items()]
    legend = words["found_by"] + words["colon"] + " · ".join([*signs, words["line_sign"]])
    right_width = width_of(page, _FOOT_SIZE)
    shown = fitted(legend, width=area.width - right_width - 12, size=_FOOT_SIZE)
    say(canvas, area.left, area.bottom, shown[0], _FOOT_SIZE, colour=PALE)
    say(canvas, area.right - right_width, area.bottom, page, _FOOT_SIZE, colour=PALE)

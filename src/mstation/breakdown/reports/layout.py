"""Boxes in, placed boxes out: a form where all of it fits one page, else columns over pages.

Points, from the page's lower left corner, y up, as PDF counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mstation.breakdown.reports.boxes import FORM, Box, Entry
from mstation.breakdown.reports.typeface import fitted, width_of

ENTRY_SIZE, ASIDE_SIZE, LEADING = 8.5, 6.5, 11.0
TITLE_HEIGHT, PADDING, GUTTER = 14.0, 4.0, 6.0
_LEAST_LINES = 2  # that an empty box leaves to a pencil
_MOST_LINES = 12  # of one entry; the lists have it whole
_COLUMNS = 3
_ASIDE_MOST = 0.4  # of the column


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the page."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.bottom + self.height

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width


@dataclass(frozen=True, slots=True)
class SetEntry:
    """One entry broken into lines."""

    sign: str
    lines: tuple[str, ...]
    aside: str


@dataclass(frozen=True, slots=True)
class SetBox:
    """One box, or what of it stands in one column, broken into lines."""

    key: str
    title: str
    count: int  # entries of the whole box
    sign_width: float
    entries: tuple[SetEntry, ...]
    is_continued: bool = False

    @property
    def lines(self) -> int:
        """How many printed lines stand in it."""
        return sum(len(entry.lines) for entry in self.entries)

    @property
    def height(self) -> float:
        """How high it has to be."""
        return TITLE_HEIGHT + 2 * PADDING + max(self.lines, 1) * LEADING


@dataclass(frozen=True, slots=True)
class PlacedBox:
    """One box where it is printed."""

    box: SetBox
    area: Area


def lay_out(boxes: Mapping[str, Box], first: Area, following: Area) -> list[list[PlacedBox]]:
    """Return the placed boxes of each page of a sheet, one page at least.

    All boxes, empty ones for a pencil too, stand in the form's rows where they fit `first`;
    else the filled ones follow each other in columns, over as many pages as they need.
    """
    width = (first.width - (_COLUMNS - 1) * GUTTER) / _COLUMNS
    broken = {key: _set(box, width) for key, box in boxes.items()}
    rows = [[broken[key] for key in row] for row in FORM]
    form = _form(rows, first, width)
    if form:
        return [form]
    waiting = [box for row in rows for box in row if box.entries]
    pages: list[list[PlacedBox]] = []
    while waiting:
        area = following if pages else first
        placed, rest = _pour(waiting, area, width, area.height)
        if not rest:
            placed = _even(waiting, area, width)
        pages.append(placed)
        waiting = rest
    return pages


def sign_size(sign: str) -> float:
    """Return how large the sign before an entry is: a board number as its words, others small."""
    return ENTRY_SIZE if sign.isdigit() else ASIDE_SIZE


def _set(box: Box, width: float) -> SetBox:
    signs = max((width_of(entry.sign, sign_size(entry.sign)) for entry in box.entries), default=0.0)
    sign_width = signs + PADDING if signs else 0.0
    return SetBox(
        key=box.key,
        title=box.title,
        count=len(box.entries),
        sign_width=sign_width,
        entries=tuple(_set_entry(entry, width, sign_width) for entry in box.entries),
    )


def _set_entry(entry: Entry, width: float, sign_width: float) -> SetEntry:
    asides = fitted(entry.aside, width=width * _ASIDE_MOST, size=ASIDE_SIZE)
    aside = asides[0] if asides else ""
    room = width - 2 * PADDING - sign_width
    room -= width_of(aside, ASIDE_SIZE) + PADDING if aside else 0.0
    lines = fitted(entry.text, width=room, size=ENTRY_SIZE, lines=_MOST_LINES)
    return SetEntry(entry.sign, lines or ("",), aside)


def _form(rows: Sequence[Sequence[SetBox]], area: Area, width: float) -> list[PlacedBox]:
    """Return the form, or nothing where it does not fit; what is left over goes to low rows."""
    least = TITLE_HEIGHT + 2 * PADDING + _LEAST_LINES * LEADING
    needed = [max(least, *(box.height for box in row)) for row in rows]
    room = area.height - (len(rows) - 1) * GUTTER
    if sum(needed) > room:
        return []
    heights = _raised(needed, room)
    placed: list[PlacedBox] = []
    top = area.top
    for row, height in zip(rows, heights, strict=True):
        for place, box in enumerate(row):
            left = area.left + place * (width + GUTTER)
            placed.append(PlacedBox(box, Area(left, top - height, width, height)))
        top -= height + GUTTER
    return placed


def _raised(needed: Sequence[float], room: float) -> list[float]:
    """Return the heights with the lowest ones raised to one level until the room is filled."""
    ordered = sorted(needed)
    for count in range(len(ordered), 0, -1):
        level = (room - sum(ordered[count:])) / count
        if level >= ordered[count - 1]:
            return [max(height, level) for height in needed]
    return list(needed)


def _pour(
    boxes: Sequence[SetBox], area: Area, width: float, height: float
) -> tuple[list[PlacedBox], list[SetBox]]:
    """Return what stands on one page in columns of that height, and what is left over."""
    waiting = list(boxes)
    placed: list[PlacedBox] = []
    for column in range(_COLUMNS):
        left = area.left + column * (width + GUTTER)
        top = area.top
        while waiting:
            part, rest = _split(waiting[0], top - (area.top - height))
            if part is None:
                break
            placed.append(PlacedBox(part, Area(left, top - part.height, width, part.height)))
            top -= part.height + GUTTER
            waiting[:1] = [rest] if rest else []
    return placed, waiting


def _split(box: SetBox, room: float) -> tuple[SetBox | None, SetBox | None]:
    """Return the part of a box that fits a height and the part that goes on elsewhere."""
    if box.height <= room:
        return box, None
    lines = int((room - TITLE_HEIGHT - 2 * PADDING) // LEADING)
    kept = 0
    for entry in box.entries:
        lines -= len(entry.lines)
        if lines < 0:
            break
        kept += 1
    if not kept:
        return None, box
    part = replace(box, entries=box.entries[:kept])
    return part, replace(box, entries=box.entries[kept:], is_continued=True)


def _even(boxes: Sequence[SetBox], area: Area, width: float) -> list[PlacedBox]:
    """Return the last page with its columns as even as they get."""
    low, high = 1, int(area.height // LEADING) + 1
    placed, _ = _pour(boxes, area, width, area.height)
    while low < high:
        middle = (low + high) // 2
        tried, rest = _pour(boxes, area, width, min(middle * LEADING, area.height))
        if rest:
            low = middle + 1
        else:
            placed, high = tried, middle
    return placed

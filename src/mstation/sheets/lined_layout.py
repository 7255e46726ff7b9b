"""What shots cover in, where their lines and labels stand on the printed page out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mstation.breakdown.reports.typeface import width_of
from mstation.screenplay.layout.printed import PageFormat, PrintedPage
from mstation.screenplay.layout.wrapping import columns_of
from mstation.screenplay.script import Language
from mstation.sheets.coverage import Coverage, CoveredRow
from mstation.sheets.wording import words_of

LABEL_PT, LABEL_HEIGHT = 6.4, 8.0
_COLOURS = ("#1565C0", "#C62828", "#2E7D32", "#6A1B9A", "#D84315", "#00838F", "#AD1457", "#5D4037")
_TRACK_PT, _STEP = 18.0, 3  # between two tracks; from a shot's track to the next one's
_MOST_ROWS = 0.5  # in which a line goes through words, so that one sees what it covers
_EDGE_PT, _APART_PT = 20.0, 4.0  # of the sheet that stays white; between two labels in a margin


@dataclass(frozen=True, slots=True)
class Stroke:
    """One shot's line on one page: its rows in order."""

    label: str
    colour: str
    rows: tuple[CoveredRow, ...]
    begins: bool  # else it comes from the page before
    ends: bool  # else it goes on overleaf


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the page that words stand in; y up."""

    left: float
    low: float
    right: float
    high: float

    def meets(self, other: Box) -> bool:
        """Whether two boxes overlap."""
        return (
            self.left < other.right
            and self.right > other.left
            and self.low < other.high
            and self.high > other.low
        )


@dataclass(frozen=True, slots=True)
class PlacedStroke:
    """A line where it is drawn, and its label's box; with `reaches` a hair line joins the two."""

    stroke: Stroke
    x: float
    box: Box
    reaches: bool


def page_strokes(coverage: Sequence[Coverage], language: Language) -> dict[int, list[Stroke]]:
    """Return the lines of each page, in the film's order; pages count from 0."""
    again = words_of(language)["lined"]["goes_on"]
    found: dict[int, list[Stroke]] = {}
    for number, each in enumerate(coverage):
        shot, colour = each.clip.shot, _COLOURS[number % len(_COLOURS)]
        pages = sorted({row.page for row in each.rows})
        for page in pages:
            rows = tuple(row for row in each.rows if row.page == page)
            begins, ends = page == pages[0], page == pages[-1]
            label = f"{shot.label} {shot.size.value}" if begins else again.format(label=shot.label)
            found.setdefault(page, []).append(Stroke(label, colour, rows, begins, ends))
    return found


def placed_strokes(strokes: Sequence[Stroke], page: PrintedPage) -> Iterator[PlacedStroke]:
    """Yield where each line of a page is drawn: on a track of its own, its label over no word."""
    tracks = _Tracks(page)
    for stroke in strokes:
        yield tracks.place(stroke)


def row_top(form: PageFormat, row: int) -> float:
    """Return the upper edge of a row over the sheet's lower edge."""
    return form.height_pt - form.top_pt - row * form.row_pt


class _Tracks:
    """The page's tracks from left to right, and what is written on it already."""

    def __init__(self, page: PrintedPage) -> None:
        self.form = page.form
        self.count = int(self.form.columns * self.form.column_pt // _TRACK_PT)
        self.taken: list[list[tuple[int, int]]] = [[] for _ in range(self.count)]
        self.words = tuple(_word_boxes(page))
        self.written = [*self.words]
        self.last = -_STEP

    def place(self, stroke: Stroke) -> PlacedStroke:
        """Return where a line stands: through the words it covers, its label free if it can be."""
        first, last = stroke.rows[0].row, stroke.rows[-1].row
        order = [(self.last + _STEP + shift) % self.count for shift in range(self.count)]
        free = [track for track in order if self._is_free(track, first, last)] or order
        ranked = [
            (not self._goes_through(track, stroke.rows), self._is_written(box), place)
            for place, track in enumerate(free)
            for box in (self._head_box(track, stroke),)
        ]
        _, reaches, best = min(ranked)
        track = free[best]
        box = self._box_aside(track, stroke) if reaches else self._head_box(track, stroke)
        self.last = track
        self.taken[track].append((first, last))
        self.written.append(box)
        return PlacedStroke(stroke, self._x(track), box, reaches)

    def _x(self, track: int) -> float:
        return self.form.left * self.form.column_pt + (track + 0.5) * _TRACK_PT

    def _is_free(self, track: int, first: int, last: int) -> bool:
        return all(last < start - 1 or first > end + 1 for start, end in self.taken[track])

    def _is_written(self, box: Box) -> bool:
        is_off = box.right > self.form.width_pt - _EDGE_PT
        return is_off or any(box.meets(other) for other in self.written)

    def _goes_through(self, track: int, rows: Sequence[CoveredRow]) -> bool:
        """Whether a line on that track goes through words in most of its rows."""
        x, crossed = self._x(track), 0
        for row in rows:
            middle = row_top(self.form, row.row) - self.form.row_pt / 2
            crossed += any(
                box.left <= x <= box.right and box.low <= middle <= box.high for box in self.words
            )
        return crossed >= _MOST_ROWS * len(rows)

    def _head_box(self, track: int, stroke: Stroke) -> Box:
        low = row_top(self.form, stroke.rows[0].row) + 0.6
        left = self._x(track) - 3
        return Box(left, low, left + _width(stroke.label), low + LABEL_HEIGHT)

    def _box_aside(self, track: int, stroke: Stroke) -> Box:
        """Return where a label stands that has no room at its line's head.

        It is behind the words of the row, or in the nearer margin, as near to the row as is free.
        """
        form, width = self.form, _width(stroke.label)
        middle = row_top(form, stroke.rows[0].row) - form.row_pt / 2
        low = middle - LABEL_HEIGHT / 2
        ends = [box.right for box in self.words if box.low <= middle <= box.high]
        left = max([*ends, self._x(track)]) + 6
        behind = Box(left, low, left + width, low + LABEL_HEIGHT)
        if not self._is_written(behind):
            return behind
        body = form.left * form.column_pt
        right = body + form.columns * form.column_pt
        is_left = self._x(track) < (body + right) / 2
        left = body - width - 6 if is_left else min(right + 6, form.width_pt - width - 8)
        for step in range(form.rows):
            at = low - step * _APART_PT
            box = Box(left, at, left + width, at + LABEL_HEIGHT)
            if not any(box.meets(other) for other in self.written):
                return box
        return Box(left, low, left + width, low + LABEL_HEIGHT)


def _width(label: str) -> float:
    return width_of(label, LABEL_PT) + 5


def _word_boxes(page: PrintedPage) -> Iterator[Box]:
    form = page.form
    for line in page.lines:
        left = line.column * form.column_pt
        width = columns_of(line.text, form.language) * form.column_pt
        top = row_top(form, line.row)
        yield Box(left, top - form.row_pt * 0.95, left + width, top - form.row_pt * 0.12)

"""A plan in, the shooting schedule out: every strip by its day, with everything that it needs."""

from __future__ import annotations

from collections.abc import Iterator

from mstation.breakdown.paging import pages_text
from mstation.breakdown.reports.dossier import CATEGORIES, Paper
from mstation.breakdown.reports.wording import day_text
from mstation.schedule.plan import Plan, location_name
from mstation.schedule.reports.bars import banner_row, end_of_day
from mstation.schedule.reports.grid import Cell, Part, Row, print_parts
from mstation.schedule.reports.wording import (
    StripColours,
    category_name,
    date_text,
    hours_text,
    light_text,
    names_text,
    set_text,
    usual_colours,
    words_of,
)
from mstation.schedule.reports.wording import day_text as numbered_text
from mstation.schedule.strip import Strip

_BOXES_A_ROW = 4
_MOST_LINES = 30  # of one box
_GAP = 5.0


def print_shooting_schedule(plan: Plan, paper: Paper, colours: StripColours | None = None) -> bytes:
    """Return the shooting schedule as PDF.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    words = words_of(plan.language)
    rows: list[Row] = []
    for day in plan.days:
        named = f"{numbered_text(day, plan, is_of_all=True)} – {date_text(day.date, plan)}"
        rows.append(Row((Cell(named, size=10.5, is_strong=True),), is_held=True))
        for strip in plan.shot_on(day):
            rows += _strip(strip, plan, colours or usual_colours())
        rows.append(end_of_day(day, plan))
    return print_parts(
        [Part(plan.board.name, tuple(rows) or (banner_row(words["no_days"]),))],
        title=plan.strips.title,
        kind=words["papers"]["shooting"],
        language=plan.language,
        paper=paper,
    )


def _strip(strip: Strip, plan: Plan, colours: StripColours) -> Iterator[Row]:
    labels, language = words_of(plan.language)["strip"], plan.language
    fill = colours[strip.interior, strip.time]
    yield Row(
        (
            Cell(strip.number, 40.0, labels["scene"], 11, is_strong=True),
            Cell(set_text(strip, language), 0, labels["set"], 10, is_strong=True, lines=2),
            Cell(light_text(strip, language), 44.0, labels["light"], 9),
            Cell(day_text(strip.script_day), 34.0, labels["script_day"], 9),
            Cell(pages_text(strip.eighths), 40.0, labels["pages"], 9),
            Cell(str(len(strip.setups) or ""), 40.0, labels["setups"], 9),
            Cell(hours_text(strip.minutes, language), 48.0, labels["minutes"], 9),
        ),
        fill=fill,
        is_held=True,
    )
    yield Row(
        (
            Cell(strip.synopsis, 0, labels["synopsis"], lines=3),
            Cell(location_name(strip.location, plan), 150.0, labels["location"], lines=2),
        ),
        is_held=True,
    )
    boxes = [*_boxes(strip, plan)]
    for first in range(0, len(boxes), _BOXES_A_ROW):
        some = boxes[first : first + _BOXES_A_ROW]
        some += [Cell()] * (_BOXES_A_ROW - len(some))
        yield Row(tuple(some))
    yield Row((Cell("", size=_GAP),), has_rules=False)


def _boxes(strip: Strip, plan: Plan) -> Iterator[Cell]:
    """Yield who and what a strip needs, a category a box, the cast first."""
    if strip.cast:
        yield _box("cast", [names_text([each], plan) for each in strip.cast], plan)
    voices = names_text(strip.voices, plan)
    if voices:
        label = words_of(plan.language)["strip"]["voices"]
        yield Cell(voices, 0, label, lines=_MOST_LINES)
    for category in CATEGORIES:
        names = [need.name for need in strip.needs if need.category is category]
        if names:
            yield _box(category.value, names, plan)


def _box(category: str, names: list[str], plan: Plan) -> Cell:
    return Cell("\n".join(names), 0, category_name(category, plan.language), lines=2)

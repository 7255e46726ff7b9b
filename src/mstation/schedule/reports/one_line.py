"""A plan in, the one-line schedule out: a line a strip, day by day, for everybody's pocket."""

from __future__ import annotations

from mstation.breakdown.paging import pages_text
from mstation.breakdown.reports.dossier import Paper
from mstation.breakdown.reports.table import Cell as TableCell
from mstation.breakdown.reports.table import Column, Kind, Table
from mstation.breakdown.reports.wording import day_text as script_day_text
from mstation.schedule.days import ShootingDay
from mstation.schedule.plan import Plan, location_name
from mstation.schedule.reports.bars import banner_row, headings
from mstation.schedule.reports.grid import Cell, Part, Row, print_parts
from mstation.schedule.reports.wording import (
    GREY,
    WHITE,
    cast_text,
    clock_text,
    date_text,
    dated_text,
    hours_text,
    length_text,
    light_text,
    set_text,
    words_of,
)
from mstation.schedule.strip import Strip

_WIDTHS = (30.0, 0.0, 40.0, 30.0, 36.0, 72.0, 112.0, 42.0)
_LABELS = (
    "scene", "set", "light", "script_day", "pages", "cast_numbers", "location", "minutes",
)  # fmt: skip
_DAY = "#3B3B3B"


def print_one_line(plan: Plan, paper: Paper) -> bytes:
    """Return the one-line schedule as PDF.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    words = words_of(plan.language)
    rows = [row for day in plan.days for row in _day(day, plan)]
    head = headings([words["strip"][key] for key in _LABELS], _WIDTHS)
    return print_parts(
        [Part(plan.board.name, tuple(rows) or (banner_row(words["no_days"]),), (head,))],
        title=plan.strips.title,
        kind=words["papers"]["one_line"],
        language=plan.language,
        paper=paper,
    )


def _day(day: ShootingDay, plan: Plan) -> list[Row]:
    words, language = words_of(plan.language), plan.language
    call = f"{words['call']['crew_call']} {clock_text(day.crew_call, language)}"
    cells = (
        Cell(dated_text(day, plan), is_strong=True, colour=WHITE, size=8.6),
        Cell(words["kinds"][day.kind.value], 44.0, colour=WHITE),
        Cell(call, 110.0, colour=WHITE),
    )
    rows = [Row(cells, fill=_DAY, is_held=True)]
    rows += [_line(strip, plan) for strip in plan.shot_on(day)]
    counted = words["scenes_count"].format(count=len(day.strips))
    total = words["dash"].join(
        (words["total"], counted, length_text(day.eighths, language),
         hours_text(sum(strip.minutes for strip in plan.shot_on(day)), language))
    )  # fmt: skip
    return [*rows, Row((Cell(total, align="right"),), fill=GREY)]


def _line(strip: Strip, plan: Plan) -> Row:
    values = (
        strip.number,
        f"{set_text(strip, plan.language)}{words_of(plan.language)['dash']}{strip.synopsis}",
        light_text(strip, plan.language),
        script_day_text(strip.script_day),
        pages_text(strip.eighths),
        cast_text(strip.cast, plan),
        location_name(strip.location, plan),
        hours_text(strip.minutes, plan.language),
    )
    cells = tuple(
        Cell(value, width, is_strong=place == 0, lines=2)
        for place, (value, width) in enumerate(zip(values, _WIDTHS, strict=True))
    )
    return Row(cells)


def one_line_table(plan: Plan) -> Table:
    """Return the schedule as a list: a row a strip, each with its day."""
    words = words_of(plan.language)
    labels = words["strip"]
    rows: list[tuple[TableCell, ...]] = [
        (
            day.number,
            day.unit,
            date_text(day.date, plan),
            strip.number,
            f"{set_text(strip, plan.language)}{words['dash']}{strip.synopsis}",
            light_text(strip, plan.language),
            strip.eighths,
            cast_text(strip.cast, plan),
            location_name(strip.location, plan),
        )
        for day in plan.days
        for strip in plan.shot_on(day)
    ]
    columns = (
        Column(labels["day"], Kind.NUMBER),
        *(Column(labels[key]) for key in ("unit", "date", "scene", "set", "light")),
        Column(labels["pages"], Kind.PAGES, labels["eighths"], is_summed=True),
        *(Column(labels[key]) for key in ("cast_numbers", "location")),
    )
    return Table(words["papers"]["one_line"], columns, tuple(rows))

"""The rows that several papers share: bars of words, strips in their colours, ends of days."""

from __future__ import annotations

from collections.abc import Sequence

from mstation.breakdown.paging import pages_text
from mstation.breakdown.reports.wording import day_text as script_day_text
from mstation.schedule.days import ShootingDay
from mstation.schedule.plan import Plan, location_name
from mstation.schedule.reports.grid import Cell, Row
from mstation.schedule.reports.wording import (
    BLACK,
    GREY,
    WHITE,
    StripColours,
    cast_text,
    date_text,
    day_text,
    hours_text,
    interior_text,
    length_text,
    light_text,
    words_of,
)
from mstation.schedule.strip import Strip

Widths = Sequence[float]


def section(text: str) -> Row:
    """Return the bar above a section; it never ends a page."""
    return Row((Cell(text, is_strong=True, colour=WHITE),), fill=BLACK, is_held=True)


def headings(labels: Sequence[str], widths: Widths) -> Row:
    """Return the labels above columns; they never end a page."""
    cells = (Cell(label, width, size=6.6) for label, width in zip(labels, widths, strict=True))
    return Row(tuple(cells), fill=GREY, is_held=True)


def told(texts: Sequence[str], widths: Widths, *, lines: int = 3, fill: str = "") -> Row:
    """Return a row of words."""
    cells = (Cell(text, width, lines=lines) for text, width in zip(texts, widths, strict=True))
    return Row(tuple(cells), fill=fill)


def banner_row(text: str) -> Row:
    """Return what stands between strips, as a grey line."""
    return Row((Cell(text, is_strong=True, align="middle"),), fill=GREY)


def end_of_day(day: ShootingDay, plan: Plan) -> Row:
    """Return the black line under a day: its number, date, pages and time."""
    words = words_of(plan.language)
    text = words["end_of_day"].format(
        day=day_text(day, plan).upper(),
        date=date_text(day.date, plan),
        scenes=words["scenes_count"].format(count=len(day.strips)),
        pages=length_text(day.eighths, plan.language),
        time=hours_text(day.wrap - day.crew_call, plan.language),
    )
    return Row((Cell(text, is_strong=True, colour=WHITE, align="middle"),), fill=BLACK)


# Sc. | I/E | Set and synopsis | D/N | Day | Pages | Cast | Location | Time
STRIP_WIDTHS = (30.0, 42.0, 0.0, 34.0, 26.0, 34.0, 74.0, 92.0, 40.0)
STRIP_LABELS = (
    "scene", "interior", "set", "light", "script_day", "pages", "cast_numbers", "location",
    "minutes",
)  # fmt: skip


def strip_headings(plan: Plan) -> Row:
    """Return the labels above strips."""
    labels = words_of(plan.language)["strip"]
    return headings([labels[key] for key in STRIP_LABELS], STRIP_WIDTHS)


def strip_row(strip: Strip, plan: Plan, colours: StripColours, *, has_synopsis: bool = True) -> Row:
    """Return a strip as boards print it, in its colour."""
    language = plan.language
    named = f"{strip.set_name}\n{strip.synopsis}" if has_synopsis else strip.set_name
    values = (
        strip.number,
        interior_text(strip, language),
        named,
        light_text(strip, language),
        script_day_text(strip.script_day),
        pages_text(strip.eighths),
        cast_text(strip.cast, plan),
        location_name(strip.location, plan),
        hours_text(strip.minutes, language),
    )
    cells = tuple(
        Cell(value, width, is_strong=place in (0, 3), lines=1 if place == 2 else 2)
        for place, (value, width) in enumerate(zip(values, STRIP_WIDTHS, strict=True))
    )
    return Row(cells, fill=colours[strip.interior, strip.time])

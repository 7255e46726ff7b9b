"""A plan in, its stripboard out: every strip in its colour, in the order in which it is shot."""

from __future__ import annotations

from collections.abc import Iterator

from mstation.breakdown.reports.dossier import Paper
from mstation.breakdown.reports.table import Cell as TableCell
from mstation.breakdown.reports.table import Column, Kind, Table
from mstation.breakdown.reports.wording import day_text
from mstation.schedule.days import SlotKind
from mstation.schedule.plan import Plan, location_name
from mstation.schedule.reports.bars import (
    banner_row,
    end_of_day,
    section,
    strip_headings,
    strip_row,
)
from mstation.schedule.reports.grid import Part, Row, print_parts
from mstation.schedule.reports.wording import (
    StripColours,
    cast_text,
    clock_text,
    date_text,
    interior_text,
    light_text,
    usual_colours,
    words_of,
)
from mstation.schedule.strip import Strip


def print_stripboard(plan: Plan, paper: Paper, colours: StripColours | None = None) -> bytes:
    """Return the board as PDF: strips lying, day by day, the boneyard last.

    colours: `#RRGGBB` of strips by where and in which light they are played; the field's without.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    words = words_of(plan.language)
    rows = (*_days(plan, colours or usual_colours()), *_boneyard(plan, colours or usual_colours()))
    return print_parts(
        [Part(plan.board.name, rows or (banner_row(words["no_days"]),), (strip_headings(plan),))],
        title=plan.strips.title,
        kind=words["papers"]["strips"],
        language=plan.language,
        paper=paper,
    )


def _days(plan: Plan, colours: StripColours) -> Iterator[Row]:
    for day in plan.days:
        for slot in day.slots:
            if slot.kind is SlotKind.STRIP:
                yield strip_row(plan.strip[slot.item], plan, colours)
            elif slot.kind is SlotKind.BANNER:
                yield banner_row(plan.banner[slot.item].text)
            elif slot.kind is SlotKind.MOVE:
                text = words_of(plan.language)["slots"]["move"]
                yield banner_row(text.format(where=location_name(slot.item, plan)))
        yield end_of_day(day, plan)


def _boneyard(plan: Plan, colours: StripColours) -> Iterator[Row]:
    if plan.board.boneyard:
        yield section(words_of(plan.language)["boneyard"])
        for item in plan.board.boneyard:
            yield strip_row(plan.strip[item], plan, colours)


def strip_table(plan: Plan, colours: StripColours | None = None) -> Table:
    """Return the board as a list: a row a strip, in the order of shooting, the boneyard last."""
    labels = words_of(plan.language)["strip"]
    table = colours or usual_colours()
    rows: list[tuple[TableCell, ...]] = []
    shot: list[Strip] = []
    for day in plan.days:
        clock = {slot.item: slot for slot in day.slots if slot.kind is SlotKind.STRIP}
        for strip in plan.shot_on(day):
            slot = clock[strip.id]
            when = (
                str(day.number), day.unit, date_text(day.date, plan),
                clock_text(slot.first_minute, plan.language),
                clock_text(slot.end_minute, plan.language),
            )  # fmt: skip
            rows.append((*when, *_facts(strip, plan)))
            shot.append(strip)
    for item in plan.board.boneyard:
        rows.append(("", "", "", "", "", *_facts(plan.strip[item], plan)))
        shot.append(plan.strip[item])
    tints = tuple(table[strip.interior, strip.time] for strip in shot)
    columns = (
        *(Column(labels[key]) for key in ("day", "unit", "date", "starts", "ends")),
        *(Column(labels[key]) for key in ("scene", "interior", "set", "light", "script_day")),
        Column(labels["pages"], Kind.PAGES, labels["eighths"], is_summed=True),
        Column(labels["whole_minutes"], Kind.NUMBER, is_summed=True),
        Column(labels["screen"], Kind.SECONDS, labels["screen_s"], is_summed=True),
        Column(labels["setups"], Kind.NUMBER, is_summed=True),
        *(Column(labels[key]) for key in ("cast_numbers", "cast_names", "location", "synopsis")),
    )
    return Table(words_of(plan.language)["papers"]["strips"], columns, tuple(rows), tints)


def _facts(strip: Strip, plan: Plan) -> tuple[TableCell, ...]:
    comma = str(words_of(plan.language)["comma"])
    return (
        strip.number,
        interior_text(strip, plan.language),
        strip.set_name,
        light_text(strip, plan.language),
        day_text(strip.script_day),
        strip.eighths,
        strip.minutes,
        strip.screen_s,
        len(strip.setups),
        cast_text(strip.cast, plan),
        comma.join(plan.player[each].name for each in strip.cast),
        location_name(strip.location, plan),
        strip.synopsis,
    )

"""A plan in, the production's calendar out: months with what is done on which date."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from mstation.breakdown.reports.dossier import Paper
from mstation.schedule.board import BannerKind
from mstation.schedule.calendar import holiday
from mstation.schedule.days import DayKind, SlotKind
from mstation.schedule.plan import Plan, location_name
from mstation.schedule.reports.bars import banner_row, headings
from mstation.schedule.reports.dood import CAST, Code, days_out_of_days, is_off
from mstation.schedule.reports.grid import Cell, Part, Row, print_parts
from mstation.schedule.reports.wording import (
    PALE_GREY,
    day_text,
    words_of,
)

_MONTH_HEIGHT = 480.0  # its weeks share it
_WEEK_HEIGHT = 80.0  # where there are no months
_WEEK = 7
_SHOT, _NIGHT, _HOLIDAY = "#FFF6C8", "#CFE0F5", "#F3D7D7"
_TOLD = {Code.TRAVEL: "travel", Code.FITTING: "fitting", Code.REHEARSAL: "rehearsal"}
_BANNERS = (BannerKind.TRAVEL, BannerKind.REHEARSAL)  # that are of the whole company

_Doings = Mapping[date, Sequence[str]]


def print_calendar(plan: Plan, paper: Paper) -> bytes:
    """Return the calendar as PDF, a month a page; weeks by number where nobody gave a date.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    words = words_of(plan.language)
    doings = _doings(plan)
    parts = [*(_months(plan, doings) if plan.production.is_dated else _weeks(plan, doings))]
    return print_parts(
        parts or [Part("", (banner_row(words["no_days"]),))],
        title=plan.strips.title,
        kind=words["papers"]["calendar"],
        language=plan.language,
        paper=paper,
        is_lying=True,
    )


def _months(plan: Plan, doings: _Doings) -> Iterator[Part]:
    """Yield every month in which anything is done."""
    words = words_of(plan.language)
    for year, month in sorted({(day.year, day.month) for day in doings}):
        name = words["month"].format(month=words["months"][str(month)], year=year)
        weeks = calendar.Calendar().monthdatescalendar(year, month)
        rows = []
        for week in weeks:
            days = (_cell(day, plan, doings) if day.month == month else Cell() for day in week)
            rows.append(Row(tuple(days), least_height=_MONTH_HEIGHT / len(weeks)))
        yield Part(name, tuple(rows), (_weekdays(plan),))


def _weeks(plan: Plan, doings: _Doings) -> Iterator[Part]:
    """Yield the weeks in which anything is done, on as many pages as they take."""
    mondays = sorted({day - timedelta(days=day.weekday()) for day in doings})
    rows = [
        Row(
            tuple(_cell(monday + timedelta(days=day), plan, doings) for day in range(_WEEK)),
            least_height=_WEEK_HEIGHT,
        )
        for monday in mondays
    ]
    if rows:
        yield Part("", tuple(rows), (_weekdays(plan),))


def _weekdays(plan: Plan) -> Row:
    names = words_of(plan.language)["weekdays"]
    return headings([names[str(day)] for day in range(_WEEK)], [0.0] * _WEEK)


def _cell(day: date, plan: Plan, doings: _Doings) -> Cell:
    words = words_of(plan.language)
    named = holiday(plan.production, day, plan.language)
    nights = {each.kind is DayKind.NIGHT for each in plan.days if each.date == day}
    is_rest = is_off(plan, day)
    told = [*doings.get(day, ())]
    if named:
        told.insert(0, named)
    elif is_rest and not told:
        told.append(words["calendar"]["off"])
    number = [str(day.day)] if plan.production.is_dated else []
    fill = _SHOT if nights else _HOLIDAY if named else PALE_GREY if is_rest else ""
    return Cell(
        "\n".join((*number, *told)), fill=_NIGHT if True in nights else fill, lines=2, size=7.4
    )


def _doings(plan: Plan) -> _Doings:
    """Return what is done on each date, as lines: shooting first."""
    words = words_of(plan.language)
    found: dict[date, list[str]] = defaultdict(list)
    for day in plan.days:
        named = day_text(day, plan)
        is_night = day.kind is DayKind.NIGHT
        found[day.date].append(words["calendar"]["night"].format(day=named) if is_night else named)
        found[day.date] += [location_name(key, plan) for key in day.locations]
        banners = (plan.banner[slot.item] for slot in day.slots if slot.kind is SlotKind.BANNER)
        found[day.date] += [banner.text for banner in banners if banner.kind in _BANNERS]
    for dood in days_out_of_days(plan):
        if dood.category != CAST:
            continue
        for code, key in _TOLD.items():
            who: dict[date, list[str]] = defaultdict(list)
            for row in dood.rows:
                for on, what in row.codes.items():
                    if what is code:
                        who[on].append(row.name)
            for on, names in who.items():
                text = words["calendar"][key].format(who=words["comma"].join(names))
                found[on].append(text)
    return found

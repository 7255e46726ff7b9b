"""A plan in, an iCalendar file out: shooting days, fittings and rehearsals for every telephone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mstation.breakdown.reports.wording import one_line
from mstation.identity import opaque_id
from mstation.schedule.days import ShootingDay
from mstation.schedule.plan import Plan, location_name
from mstation.schedule.production import Place
from mstation.schedule.reports.wording import (
    clock_text,
    day_text,
    set_text,
    words_of,
)

# a calendar says when it was written; the same plan has to give the same bytes
_WRITTEN = datetime(2000, 1, 1, tzinfo=UTC)
_A_DAY = timedelta(days=1)


def write_ics(plan: Plan) -> bytes:
    """Return the plan as iCalendar (RFC 5545); a day's uid stays when the day moves to a new date.

    Days have hours where the place is known, else they are whole days.

    Raises:
        ValueError: when nobody said when the production begins: its days have no dates.
    """
    if not plan.production.is_dated:
        raise ValueError("a plan without dates has no calendar")
    import icalendar  # takes long to load

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//M-Station//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", icalendar.vText(one_line(plan.strips.title)))
    for told in (*_days(plan), *_appointments(plan)):
        event = icalendar.Event()
        event.add("dtstamp", _WRITTEN)
        for key, value in told.items():
            event.add(key, value)
        calendar.add_component(event)
    if plan.days:  # the zones' rules of the years that are shot in
        years = {day.year for day in plan.dates}
        calendar.add_missing_timezones(date(min(years), 1, 1), date(max(years) + 1, 12, 31))
    written: bytes = calendar.to_ical()
    return written


def _days(plan: Plan) -> Iterator[dict[str, Any]]:
    words, language = words_of(plan.language), plan.language
    for day in plan.days:
        strips = plan.shot_on(day)
        sets = dict.fromkeys(set_text(strip, language) for strip in strips)
        first, end = _span(day, plan)
        lines = (
            f"{words['call']['crew_call']}{words['colon']}{clock_text(day.crew_call, language)}",
            words["ics"]["scenes"].format(scenes=", ".join(strip.number for strip in strips)),
            words["ics"]["wrap"].format(clock=clock_text(day.wrap, language)),
            one_line(day.note),
        )
        yield {
            "uid": _uid(plan, "day", day.unit, str(day.number)),
            "dtstart": first,
            "dtend": end,
            "summary": one_line(
                f"{plan.strips.title}{words['dash']}{day_text(day, plan)}{words['colon']}"
                f"{words['comma'].join(sets)}"
            ),
            "location": one_line(words["list"].join(_where(key, plan) for key in day.locations)),
            "description": "\n".join(line for line in lines if line),
        }


def _where(key: str, plan: Plan) -> str:
    address = plan.production.location(key).address
    name = location_name(key, plan)
    return f"{name}, {address}" if address else name


def _span(day: ShootingDay, plan: Plan) -> tuple[date | datetime, date | datetime]:
    """Return from when to when a day lasts: by the clock of its place, else the whole of it."""
    place = _place(day, plan)
    if place is None:
        return day.date, day.date + _A_DAY
    midnight = datetime.combine(day.date, time(), ZoneInfo(place.zone))
    # minutes are those of the clock on the wall, whatever summer time does that night
    return (
        midnight + timedelta(minutes=day.crew_call),
        midnight + timedelta(minutes=day.wrap),
    )


def _place(day: ShootingDay, plan: Plan) -> Place | None:
    places = (plan.production.location(key).place for key in day.locations[:1])
    return next(places, None) or plan.production.place


def _appointments(plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield fittings and rehearsals, whole days each."""
    words = words_of(plan.language)["ics"]
    for player in plan.strips.cast:
        terms = plan.production.terms(player.id)
        for kind, days in (("fitting", terms.fittings), ("rehearsal", terms.rehearsals)):
            for day in sorted(set(days)):
                yield {
                    "uid": _uid(plan, kind, player.id, day.isoformat()),
                    "dtstart": day,
                    "dtend": day + _A_DAY,
                    "summary": one_line(words[kind].format(who=player.name)),
                }


def _uid(plan: Plan, *parts: str) -> str:
    return f"{opaque_id('ev', (plan.strips.title, *parts))}@mstation"

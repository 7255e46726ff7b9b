"""A plan in, a file of the Universal Schedule Standard out; the same plan gives the same bytes.

What only we know (a locked day, its note, the place of units among each other) stands in keys
that begin with an underscore, as the standard asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import orjson

from mstation.breakdown.reports.dossier import CATEGORIES
from mstation.breakdown.reports.wording import day_text
from mstation.schedule.board import MAIN_UNIT, Banner, BoardDay
from mstation.schedule.calendar import holiday
from mstation.schedule.plan import Plan, location_name
from mstation.schedule.production import CastTerms, Weekday
from mstation.schedule.strip import Strip
from mstation.screenplay.lexicon import lexicon

VERSION = "1.0.0"
BOARD, BONEYARD = "stripboard", "boneyard"
# files say when they were made; the same plan has to give the same bytes
_MADE = "2000-01-01T00:00:00.000Z"
_A_DAY = timedelta(days=1)
_AROUND = timedelta(days=60)  # days off are told as far as this after the shoot
_NOON = "T12:00:00.000Z"  # the same date in nearly every zone
_MINUTE_MS = 60_000

_Object = dict[str, Any]


def write(plan: Plan) -> bytes:
    """Return a plan as a `.uss` file: every strip, what it needs, the board, the calendar."""
    elements, used = _elements(plan)
    breakdowns = [_breakdown(strip, plan, used[strip.id]) for strip in plan.strips.strips]
    breakdowns += [_banner(banner) for banner in plan.board.banners]
    root = {
        "id": _id("schedule", plan.strips.title, plan.board.name),
        "author": None,
        "company": plan.production.company or None,
        "created": _MADE,
        "description": None,
        "episode": None,
        "episodeName": None,
        "name": plan.board.name,
        "project": plan.strips.title,
        "schedColor": None,
        "schedDate": None,
        "scriptColor": None,
        "scriptDate": None,
        "season": None,
        "source": "M-Station",
        "ussVersion": VERSION,
        "breakdowns": breakdowns,
        "categories": [
            {"id": _id("category", key), "created": _MADE, **told}
            for key, told in _categories().items()
        ],
        "elements": elements,
        "stripboards": [_stripboard(plan)],
        "calendars": [_calendar(plan)],
    }
    return orjson.dumps({"universalScheduleStandard": root}, option=orjson.OPT_INDENT_2) + b"\n"


def _id(*parts: str) -> str:
    """Return an id as the standard advises: twelve bytes, in hexadecimal."""
    return sha256("\x1f".join(parts).encode()).hexdigest()[:24]


def breakdown_id(key: str) -> str:
    """Return the id of the breakdown that a strip or a banner is written as."""
    return _id("breakdown", key)


def _categories() -> dict[str, _Object]:
    table = lexicon("mstation.schedule.uss", "ucid")
    return {**table["scene"], **{key.value: table["needs"][key.value] for key in CATEGORIES}}


def _breakdown(strip: Strip, plan: Plan, elements: list[str]) -> _Object:
    return {
        "id": breakdown_id(strip.id),
        "bannerText": None,
        "comments": None,
        "created": _MADE,
        "description": strip.synopsis,
        "elements": elements,
        "pages": strip.eighths / 8,
        "scene": strip.number,
        "scriptPage": str(strip.page),
        "duration": strip.minutes * _MINUTE_MS,
        "type": "scene",
        "_isLocked": strip.id in plan.board.locked,
    }


def _banner(banner: Banner) -> _Object:
    return {
        "id": breakdown_id(banner.id),
        "bannerText": banner.text,
        "comments": None,
        "created": _MADE,
        "description": None,
        "elements": [],
        "pages": None,
        "scene": None,
        "scriptPage": None,
        "duration": banner.minutes * _MINUTE_MS,
        "type": "banner",
        "_key": banner.id,
        "_kind": banner.kind.value,
    }


def _elements(plan: Plan) -> tuple[list[_Object], dict[str, list[str]]]:
    """Return every element once, and the ids of those that each strip has."""
    made: dict[str, _Object] = {}
    used: dict[str, list[str]] = {}
    for strip in plan.strips.strips:
        used[strip.id] = []
        for category, name, character in _things(strip, plan):
            element = _element(category, name, character, plan)
            made.setdefault(element["id"], element)
            if element["id"] not in used[strip.id]:
                used[strip.id].append(element["id"])
    return list(made.values()), used


def _things(strip: Strip, plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Yield what a strip is and needs: category, name, and the id of whom of the cast it is."""
    yield "set", strip.set_name, ""
    yield "interior", strip.interior.value, ""
    yield "light", strip.time.value.upper(), ""
    yield "script_day", day_text(strip.script_day), ""
    yield "location", location_name(strip.location, plan), ""
    for each in strip.cast:
        yield "cast", plan.player[each].name, each
    for need in strip.needs:
        yield need.category.value, need.name, ""


def _element(category: str, name: str, character: str, plan: Plan) -> _Object:
    terms = plan.production.terms(character)
    return {
        "id": _id("element", category, character or name),
        "category": _id("category", category),
        "created": _MADE,
        "daysOff": [],
        "dropDayCount": terms.drop_after,
        "elementId": str(plan.player[character].number) if character else None,
        "events": _appointments(terms, plan) if character else [],
        "isDood": category not in ("interior", "light", "script_day"),
        "isDrop": terms.drop_after > 0,
        "isHold": bool(character) and terms.may_hold,
        "isIdLock": bool(character),
        "linkedElements": [],
        "name": name,
    }


def _appointments(terms: CastTerms, plan: Plan) -> list[_Object]:
    if not plan.production.is_dated:
        return []
    days = [day for day in _days_told(plan) if any(span.holds(day) for span in terms.away)]
    told = [
        *(("event", "fitting", day) for day in terms.fittings),
        *(("event", "rehearsal", day) for day in terms.rehearsals),
        *(("dayOff", "dayOff", day) for day in days),
    ]
    return [_event(kind, name, day, terms.character_id) for kind, name, day in told]


def _event(kind: str, name: str | None, day: date, whose: str = "") -> _Object:
    key = _id("event", whose, kind, name or "", day.isoformat())
    return {"id": key, "type": kind, "name": name, "date": f"{day.isoformat()}{_NOON}"}


def _stripboard(plan: Plan) -> _Object:
    boards = [_unit_board(unit, plan) for unit in plan.board.units or (MAIN_UNIT,)]
    boneyard = {
        "id": _id("board", plan.board.name, BONEYARD),
        "name": BONEYARD,
        "breakdownIds": [breakdown_id(each) for each in _unscheduled(plan)],
    }
    return {
        "id": _id("stripboard", plan.board.name),
        "boards": [*boards, boneyard],
        "calendar": _id("calendar", plan.board.name),
        "name": plan.board.name,
    }


def _unscheduled(plan: Plan) -> Iterator[str]:
    """Yield what no day holds: the standard wants every breakdown on some board."""
    shot = {item for day in plan.board.days for item in day.items}
    yield from plan.board.boneyard
    listed = shot.union(plan.board.boneyard)
    every = [*(strip.id for strip in plan.strips.strips), *(each.id for each in plan.board.banners)]
    yield from (each for each in every if each not in listed)


def _unit_board(unit: str, plan: Plan) -> _Object:
    days = [*plan.board.days_of(unit)]
    return {
        "id": _id("board", plan.board.name, "unit", unit),
        "name": BOARD if unit == MAIN_UNIT else unit,
        "breakdownIds": [[breakdown_id(item) for item in day.items] for _, day in days],
        "_days": [_day(place, day) for place, day in days],
    }


def _day(place: int, day: BoardDay) -> _Object:
    return {
        "place": place,
        "date": day.day.isoformat() if day.day else None,
        "isLocked": day.is_locked,
        "note": day.note,
    }


def _calendar(plan: Plan) -> _Object:
    production = plan.production
    events: list[_Object] = []
    if production.is_dated:
        events.append(_event("start", None, production.first_day))
        events += [_event("dayOff", name, day) for day, name in _days_off(plan)]
    week = tuple(Weekday)
    return {
        "id": _id("calendar", plan.board.name),
        # the standard counts from Sunday as 0
        "daysOff": sorted((week.index(day) + 1) % 7 for day in week if day not in production.week),
        "events": events,
        "name": plan.board.name,
    }


def _days_off(plan: Plan) -> Iterator[tuple[date, str]]:
    for day in _days_told(plan):
        if day in plan.production.on:
            continue
        if holiday(plan.production, day):
            yield day, "holiday"
        elif any(span.holds(day) for span in plan.production.off):
            yield day, "dayOff"


def _days_told(plan: Plan) -> Iterable[date]:
    """Return the dates around the shoot of which days off are told."""
    known = (plan.production.first_day, *plan.dates)
    first, last = min(known), max(known) + _AROUND
    return [first + days * _A_DAY for days in range((last - first).days + 1)]

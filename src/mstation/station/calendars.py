"""iCalendar in and out: stretches of time that somebody's calendar says are taken.

What comes in is hostile: its size, depth, years and rules of recurrence have limits. A time without
a zone is of the place's own. Time zones are known by name; what a file says of them is not read.

Source: RFC 5545.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from mstation.errors import InvalidInput, Unsupported
from mstation.station.intervals import Interval

MOST_BYTES = 1 << 20
MOST_EVENTS = 2_000  # written in a file
MOST_HAPPENINGS = 5_000  # once those that recur are told one by one
LOOKED_AHEAD = timedelta(days=2 * 366)
_DEEPEST = 4
_YEARS = range(1990, 2200)
_MOST_STEPS = 40_000  # days, weeks, months, years that all rules of a file are walked
# The days that a rule steps by, and what else it may have: such rules are soon at an end.
_STEP_DAYS = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 28, "YEARLY": 365}
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_PLAIN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
_MORE: dict[str, tuple[set[str], ...]] = {
    "DAILY": ({"BYDAY"},),
    "WEEKLY": ({"BYDAY"},),
    "MONTHLY": ({"BYDAY"}, {"BYMONTHDAY"}),
    "YEARLY": ({"BYMONTH", "BYMONTHDAY"},),
}
_NAME_SIGNS = 200


@dataclass(frozen=True, slots=True)
class Happening:
    """One stretch of time in a calendar, and whether it is sure."""

    uid: str
    interval: Interval
    summary: str = ""
    is_tentative: bool = False


def read_calendar(data: bytes, zone: tzinfo, at: datetime) -> list[Happening]:
    """Return what a calendar says is taken, from a moment on for two years, in order of time.

    zone: of times that name none, and of whole days.

    Raises:
        InvalidInput: when it is no calendar, or larger than any that somebody keeps.
        Unsupported: when something in it recurs by a rule or in a zone that is not known.
    """
    window = Interval(at, at + LOOKED_AHEAD)
    calendar = _parsed(_without_zones(data))
    found: list[Happening] = []
    for happening in _told(calendar, zone, window):
        if len(found) >= MOST_HAPPENINGS:
            raise _too_many()
        found.append(happening)
    return sorted(found, key=lambda each: (each.interval, each.uid))


def write_calendar(name: str, happenings: Iterable[Happening], at: datetime) -> bytes:
    """Return stretches of time as a calendar that others subscribe to; the same gives the same."""
    import icalendar  # a twentieth of a server's start, for who reads and writes calendars alone

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//M-Station//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", icalendar.vText(_plain(name)))
    for each in happenings:
        event = icalendar.Event()
        event.add("uid", _plain(f"{each.uid}@mstation"))
        event.add("dtstamp", at.astimezone(UTC).replace(microsecond=0))
        event.add("dtstart", each.interval.start.astimezone(UTC))
        if each.interval.end is not None:
            event.add("dtend", each.interval.end.astimezone(UTC))
        event.add("summary", _plain(each.summary))
        event.add("status", "TENTATIVE" if each.is_tentative else "CONFIRMED")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _without_zones(data: bytes) -> str:
    """Return the text without what it says of time zones: rules there are not read at all."""
    if len(data) > MOST_BYTES:
        raise InvalidInput(
            f"the calendar is larger than {MOST_BYTES >> 20} MiB; export a shorter time",
            zh=f"日历文件超过 {MOST_BYTES >> 20} MiB；请导出较短的时间范围",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput("the calendar is not UTF-8", zh="日历文件不是 UTF-8 编码") from error
    kept, depth, skipped = [], 0, 0
    for line in re.split(r"\r\n|\r|\n", text):
        name = line.strip().upper()
        if name.startswith("BEGIN:"):
            depth += 1
            skipped += bool(skipped) or name == "BEGIN:VTIMEZONE"
        if not skipped:
            kept.append(line)
        if name.startswith("END:"):
            depth -= 1
            skipped -= bool(skipped)
        if depth > _DEEPEST:
            raise InvalidInput("the calendar's parts stand too deep", zh="日历的嵌套层级过深")
    return "\r\n".join(kept)


def _parsed(text: str) -> Any:
    import icalendar

    try:
        calendar: Any = icalendar.Calendar.from_ical(text)
    except (ValueError, IndexError, KeyError, TypeError, OverflowError) as error:
        raise InvalidInput(
            f"this is no iCalendar file: {str(error)[:120]}",
            zh=f"这不是有效的 iCalendar 文件：{str(error)[:120]}",
        ) from error
    events = calendar.walk("VEVENT")
    if calendar.name != "VCALENDAR" or len(events) > MOST_EVENTS:
        raise InvalidInput(
            f"a calendar is one VCALENDAR of at most {MOST_EVENTS} events",
            zh=f"日历应为一个 VCALENDAR，最多 {MOST_EVENTS} 个事件",
        )
    return calendar


def _told(calendar: Any, zone: tzinfo, window: Interval) -> Iterator[Happening]:
    import recurring_ical_events

    assert window.end is not None
    try:
        steps = sum(_check(event, window.end) for event in calendar.walk("VEVENT"))
        if steps > _MOST_STEPS:
            raise _too_many()
        query = recurring_ical_events.of(calendar)
        events = query.between(window.start - timedelta(days=1), window.end)
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise InvalidInput(
            f"the calendar's times cannot be read: {str(error)[:120]}",
            zh=f"无法读取日历中的时间：{str(error)[:120]}",
        ) from error
    for event in events:
        if _text(event, "TRANSP") == "TRANSPARENT" or _text(event, "STATUS") == "CANCELLED":
            continue
        start, end = _moment(event.start, zone), _moment(event.end, zone)
        met = Interval(start, end).meeting(window) if start < end else None
        if met is not None:
            is_tentative = _text(event, "STATUS") == "TENTATIVE"
            yield Happening(_uid(event), met, _summary(event), is_tentative)


def _check(event: Any, until: datetime) -> int:
    """Return how far an event's rules are walked; refuse times and rules that cannot be."""
    if "DTSTART" not in event:
        raise InvalidInput(
            f"an event has no DTSTART: {_uid(event)}", zh=f"事件缺少 DTSTART：{_uid(event)}"
        )
    for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
        for each in _listed(event.get(name)):
            moment = getattr(each, "dt", None)
            if not isinstance(moment, date) or moment.year not in _YEARS:
                raise InvalidInput(
                    f"{name} of an event is no time from {_YEARS[0]} to {_YEARS[-1]}: "
                    f"{_uid(event)}",
                    zh=f"事件的 {name} 不是 {_YEARS[0]} 至 {_YEARS[-1]} 年间的时间：{_uid(event)}",
                )
            _check_zone(event, each)
    if event.get("EXRULE") is not None:
        raise _unsupported(event, "EXRULE")
    return sum(_check_rule(event, rule, until) for rule in _listed(event.get("RRULE")))


def _check_zone(event: Any, each: Any) -> None:
    named = each.params.get("TZID")
    moment = each.dt
    if named and isinstance(moment, datetime) and moment.tzinfo is None:
        raise _unsupported(event, f"TZID={named}")


def _check_rule(event: Any, rule: Any, until: datetime) -> int:
    """Return how far a rule is walked; let one without an end end with what is asked for.

    Raises:
        Unsupported: when it is finer than days, or of several conditions that may never meet.
    """
    frequency = str(next(iter(rule.get("FREQ", [""])))).upper()
    interval: int = min(rule.get("INTERVAL", [1]))
    names = {str(name).upper() for name in rule} - _PLAIN
    is_known = any(names <= more for more in _MORE.get(frequency, ())) and _can_be(rule)
    if not is_known or interval < 1 or (frequency == "DAILY" and names and interval > 1):
        raise _unsupported(event, f"RRULE:{rule.to_ical().decode()}")
    start = event["DTSTART"].dt
    is_day = not isinstance(start, datetime)
    if "COUNT" not in rule and "UNTIL" not in rule:
        rule["UNTIL"] = [until.date() if is_day else until]
    if "COUNT" in rule and "UNTIL" in rule:
        raise _unsupported(event, "RRULE COUNT, UNTIL")
    days: int = (until.date() - (start if is_day else start.date())).days
    return max(0, days) // (interval * _STEP_DAYS[frequency])


def _can_be(rule: Any) -> bool:
    """Return whether some day is what a rule asks for: what never is, is looked for till 9999."""
    ordinals = [int(re.sub(r"[^0-9]", "", str(each)) or 1) for each in rule.get("BYDAY", [])]
    days = [abs(int(each)) for each in rule.get("BYMONTHDAY", [1])]
    months = [int(each) for each in rule.get("BYMONTH", [1])]
    longest = max(_DAYS[month - 1] if 1 <= month <= 12 else 0 for month in months)
    return max(ordinals, default=1) <= 5 and min(days) <= longest


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _moment(told: Any, zone: tzinfo) -> datetime:
    if not isinstance(told, datetime):
        told = datetime.combine(told, time.min)
    if told.tzinfo is None:
        told = told.replace(tzinfo=zone)
    moment: datetime = told.astimezone(UTC)
    return moment


def _text(event: Any, name: str) -> str:
    return str(event.get(name, "")).upper()


def _uid(event: Any) -> str:
    return _plain(event.get("UID", ""))


def _summary(event: Any) -> str:
    return _plain(event.get("SUMMARY", ""))


def _plain(value: Any) -> str:
    return "".join(sign for sign in str(value) if sign.isprintable())[:_NAME_SIGNS]


def _unsupported(event: Any, what: str) -> Unsupported:
    return Unsupported(
        f"an event has {what[:60]}, which is not read: {_uid(event)}; "
        "write it out as single events",
        zh=f"不支持事件中的 {what[:60]}：{_uid(event)}；请改为单次事件",
    )


def _too_many() -> InvalidInput:
    return InvalidInput(
        f"the calendar tells more than {MOST_HAPPENINGS} times in two years",
        zh=f"日历两年内的事件超过 {MOST_HAPPENINGS} 次",
    )

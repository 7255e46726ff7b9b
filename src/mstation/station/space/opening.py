"""When a place is open: weekly hours as its clocks show them, as intervals in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from mstation.errors import InvalidInput
from mstation.station.intervals import Interval, joined

DAY_MIN = 24 * 60
_A_DAY = timedelta(days=1)
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Hours:
    """Open on a weekday from a minute to another, as the place's clocks show them.

    weekday: 0 is Monday. closes_min: after 1440 it is the next day: 22:00 to 02:00 is 1320 to 1560.
    """

    weekday: int
    opens_min: int
    closes_min: int


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name, as `Asia/Shanghai`.

    Raises:
        InvalidInput: when there is none of that name.
    """
    if name not in available_timezones():
        raise InvalidInput(
            f"`{name[:60]}` is no time zone; give an IANA name, as Asia/Shanghai",
            zh=f"`{name[:60]}` 不是时区；请用 IANA 名称，例如 Asia/Shanghai",
        )
    return ZoneInfo(name)


def checked_hours(hours: Sequence[Hours]) -> tuple[Hours, ...]:
    """Return weekly hours in order.

    Raises:
        InvalidInput: when a day has no such weekday or minutes, or closes before it opens.
    """
    for each in hours:
        opens, closes = each.opens_min, each.closes_min
        if not (0 <= each.weekday < 7 and 0 <= opens < closes <= opens + DAY_MIN) or (
            opens >= DAY_MIN
        ):
            raise InvalidInput(
                "opening hours name a weekday from 0 (Monday) to 6, and close at most 24 hours "
                "after they open",
                zh="开放时间的星期为 0（周一）至 6，且关闭时间应在开放后 24 小时内",
            )
    return tuple(sorted(hours, key=lambda each: (each.weekday, each.opens_min, each.closes_min)))


def open_in(hours: Sequence[Hours], zone: tzinfo, window: Interval) -> tuple[Interval, ...]:
    """Return when a place is open within a window that ends; no hours: always."""
    assert window.end is not None
    if not hours:
        return (window,)
    day = window.start.astimezone(zone).date() - _A_DAY
    last = window.end.astimezone(zone).date()
    found = []
    while day <= last:
        for each in hours:
            if each.weekday == day.weekday():
                start = wall_clock(day, each.opens_min, zone)
                end = wall_clock(day, each.closes_min, zone)
                if start < end:  # not so where the clocks leap over it
                    found.append(Interval(start, end).meeting(window))
        day += _A_DAY
    return joined(each for each in found if each is not None)


def span(start: datetime, end: datetime) -> Interval:
    """Return the time between two moments, in UTC.

    Raises:
        InvalidInput: when it ends before it starts, or lasts longer than anybody plans.
    """
    if not start < end <= start + LONGEST:
        raise InvalidInput(
            f"a time ends after it starts, and within {LONGEST.days} days",
            zh=f"时段的结束须晚于开始，且不超过 {LONGEST.days} 天",
        )
    return Interval(start.astimezone(UTC), end.astimezone(UTC))


def wall_clock(day: date, minute: int, zone: tzinfo) -> datetime:
    """Return the moment, in UTC, at which a place's clocks show a minute of a day."""
    days, rest = divmod(minute, DAY_MIN)
    shown = datetime.combine(day + days * _A_DAY, time(rest // 60, rest % 60), zone)
    return shown.astimezone(UTC)

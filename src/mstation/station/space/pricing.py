"""What a stretch of time costs: by the hour, half-day or day, whichever is cheapest, explained.

A place's own calendar day is billed at a time, in hours begun. A half-day covers half the hours
of a day's price; what is over is billed as well. Set-up and strike are not billed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise
from math import ceil

from mstation.errors import InvalidInput
from mstation.money import MOST_MINOR
from mstation.station.intervals import Interval, days

MOST_PRICES = 100


class Unit(StrEnum):
    """What a price is for."""

    HOUR = "hour"
    HALF_DAY = "half_day"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Price:
    """What a unit costs, in minor units of the facility's currency.

    first_day, last_day: of a season (ISO 8601), both included; empty: all other days.
    """

    unit: Unit
    amount: int
    first_day: str = ""
    last_day: str = ""


@dataclass(frozen=True, slots=True)
class PriceLine:
    """What is billed for one thing on one day, and what it is made of."""

    resource_id: str
    day: str  # ISO 8601, as the place counts days
    hours: int  # begun
    quantity: int
    days: int
    half_days: int
    single_hours: int
    amount: int  # minor units, of all the quantity

    def told(self) -> str:
        """Return it in words: `2026-05-31: 11 h = 1 day + 1 h, × 2`."""
        parts = ((self.days, "day"), (self.half_days, "half-day"), (self.single_hours, "h"))
        made = " + ".join(f"{count} {unit}" for count, unit in parts if count) or "free of charge"
        times = f", × {self.quantity}" if self.quantity > 1 else ""
        return f"{self.day}: {self.hours} h = {made}{times}"


def checked_prices(prices: Sequence[Price]) -> tuple[Price, ...]:
    """Return prices in order.

    Raises:
        InvalidInput: when an amount is none, a season no days, or two of one unit meet.
    """
    made = sorted(prices, key=lambda each: (each.unit, each.first_day, each.last_day))
    if len(made) > MOST_PRICES or any(not 0 <= each.amount <= MOST_MINOR for each in made):
        raise InvalidInput(
            f"a resource has at most {MOST_PRICES} prices, none negative",
            zh=f"每项资源最多 {MOST_PRICES} 个价格，且不能为负",
        )
    for each in made:
        _check_season(each)
    for one, other in pairwise(made):
        if one.unit is other.unit and (
            one.first_day == other.first_day or (one.first_day and one.last_day >= other.first_day)
        ):
            raise InvalidInput(
                f"two prices for a {one.unit} meet on {other.first_day or 'all other days'}",
                zh=f"{one.unit} 有两个价格在 {other.first_day or '平日'} 重叠",
            )
    return tuple(made)


def price_lines(
    resource_id: str, prices: Sequence[Price], booked: Interval, *,
    quantity: int, day_hours: int, zone: tzinfo,
) -> Iterator[PriceLine]:  # fmt: skip
    """Yield what each calendar day of a booked interval costs; nothing where there are no prices.

    Raises:
        InvalidInput: when there are prices, but none for one of the days.
    """
    assert booked.end is not None
    if not prices:
        return
    day = booked.start.astimezone(zone).date()
    while (part := booked.meeting(days(day, day, zone))) is not None:
        assert part.end is not None
        hours = ceil((part.end - part.start) / timedelta(hours=1))
        yield _line(resource_id, day, hours, _of_day(prices, day), quantity, day_hours)
        day += timedelta(days=1)


def _line(
    resource_id: str, day: date, hours: int, prices: dict[Unit, int], quantity: int, day_hours: int
) -> PriceLine:
    options = _ways(hours, prices, day_hours)
    if not options:
        raise InvalidInput(
            f"there is no price for {hours} h on {day}; ask the owner, or take another day",
            zh=f"{day} 没有 {hours} 小时的价格；请联系业主或另选日期",
        )
    cost, _, days_, halves, singles = min(options)
    return PriceLine(
        resource_id, day.isoformat(), hours, quantity, days_, halves, singles, cost * quantity
    )


def _ways(
    hours: int, prices: dict[Unit, int], day_hours: int
) -> list[tuple[int, int, int, int, int]]:
    """Return the ways to cover hours: cost, units, days, half-days, hours; the cheapest first."""
    half_hours = max(1, day_hours // 2)
    ways = []
    for whole in range(ceil(hours / day_hours) + 1 if Unit.DAY in prices else 1):
        after = max(0, hours - whole * day_hours)
        for halves in range(ceil(after / half_hours) + 1 if Unit.HALF_DAY in prices else 1):
            rest = max(0, after - halves * half_hours)
            if rest and Unit.HOUR not in prices:
                continue
            counts = ((Unit.DAY, whole), (Unit.HALF_DAY, halves), (Unit.HOUR, rest))
            cost = sum(prices[unit] * count for unit, count in counts if count)
            ways.append((cost, whole + halves + rest, whole, halves, rest))
    return ways


def _of_day(prices: Sequence[Price], day: date) -> dict[Unit, int]:
    """Return the prices of a day: a season's before those of all other days."""
    told = day.isoformat()
    found = {each.unit: each.amount for each in prices if not each.first_day}
    season = {each.unit: each.amount for each in prices if each.first_day <= told <= each.last_day}
    return {**found, **season}


def _check_season(price: Price) -> None:
    if not price.first_day and not price.last_day:
        return
    try:
        first, last = date.fromisoformat(price.first_day), date.fromisoformat(price.last_day)
    except ValueError:
        first, last = date.max, date.min
    if first > last or (first.isoformat(), last.isoformat()) != (price.first_day, price.last_day):
        raise InvalidInput(
            "a season has a first and a last day, as 2026-05-01 and 2026-05-31",
            zh="季节价格应有首日与末日，例如 2026-05-01 与 2026-05-31",
        )

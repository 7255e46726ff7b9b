"""Prices by the hour, half-day and day: the cheapest, and why; hours by the place's own clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.errors import InvalidInput
from mstation.station.intervals import Interval
from mstation.station.space.facilities import Tier, cancelling_bp
from mstation.station.space.opening import Hours, checked_hours, open_in, wall_clock, zone_of
from mstation.station.space.pricing import Price, PriceLine, Unit, checked_prices, price_lines
from mstation.station.space.resource_kinds import resource_kinds

SHANGHAI = ZoneInfo("Asia/Shanghai")
PRICES = (Price(Unit.HOUR, 100), Price(Unit.HALF_DAY, 400), Price(Unit.DAY, 700))


def _lines(start: int, hours: int, prices: tuple[Price, ...] = PRICES) -> list[PriceLine]:
    begins = wall_clock(date(2026, 6, 1), start * 60, SHANGHAI)
    booked = Interval(begins, begins + timedelta(hours=hours))
    return list(price_lines("r", prices, booked, quantity=1, day_hours=10, zone=SHANGHAI))


@pytest.mark.parametrize(
    ("hours", "amount"), [(1, 100), (4, 400), (5, 400), (6, 500), (9, 700), (11, 800), (12, 900)]
)
def test_a_stretch_costs_the_cheapest_of_hours_half_days_and_days(hours: int, amount: int) -> None:
    assert [line.amount for line in _lines(8, hours)] == [amount]


def test_each_day_of_the_places_own_calendar_is_a_line_that_says_why() -> None:
    told = [line.told() for line in _lines(20, 15)]
    assert told == ["2026-06-01: 4 h = 1 half-day", "2026-06-02: 11 h = 1 day + 1 h"]


def test_a_season_has_its_own_prices_and_no_two_meet() -> None:
    dear = Price(Unit.DAY, 2_000, "2026-06-01", "2026-06-30")
    assert _lines(8, 10, (Price(Unit.DAY, 700), dear))[0].amount == 2_000
    with pytest.raises(InvalidInput, match="meet"):
        checked_prices([dear, Price(Unit.DAY, 1, "2026-06-30", "2026-07-01")])
    with pytest.raises(InvalidInput, match="season"):
        checked_prices([Price(Unit.DAY, 1, "2026-6-1", "2026-07-01")])
    with pytest.raises(InvalidInput, match="no price"):
        _lines(8, 10, (dear.__class__(Unit.DAY, 5, "2027-01-01", "2027-01-02"),))


@given(hours=st.integers(1, 24), more=st.integers(0, 5))
def test_a_longer_booking_never_costs_less(hours: int, more: int) -> None:
    longer = min(24, hours + more)
    assert _lines(0, hours)[0].amount <= _lines(0, longer)[0].amount


def test_cancelling_costs_by_the_narrowest_tier() -> None:
    tiers = (Tier(24, 10_000), Tier(168, 5_000))
    days = [cancelling_bp(tiers, timedelta(days=each)) for each in (8, 7, 6, 1, 0, -1)]
    assert days == [0, 0, 5_000, 5_000, 10_000, 10_000]


def test_open_hours_follow_the_clocks_of_the_place_over_the_change_of_summer_time() -> None:
    hours = checked_hours([Hours(6, 22 * 60, 26 * 60), Hours(0, 8 * 60, 12 * 60)])
    window = Interval(datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 27, tzinfo=UTC))
    found = open_in(hours, zone_of("Europe/Paris"), window)  # clocks go back on Sunday the 25th
    assert [(each.start.hour, each.end.hour) for each in found if each.end] == [(21, 1), (7, 11)]


@pytest.mark.parametrize("name", ["Mars/Base", "../../etc/passwd", "", "asia/shanghai"])
def test_a_zone_is_one_of_ianas(name: str) -> None:
    with pytest.raises(InvalidInput):
        zone_of(name)


def test_every_kind_has_both_languages_and_its_own_name() -> None:
    kinds = resource_kinds().values()
    assert len({kind.en for kind in kinds}) == len({kind.zh for kind in kinds}) == len(kinds)

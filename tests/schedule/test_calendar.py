from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.errors import InvalidInput
from mstation.schedule.board import Board, BoardDay
from mstation.schedule.calendar import dates_of, holiday, is_worked, sun_of
from mstation.schedule.production import Dates, Place, Unit, Weekday
from tests.schedule.salt import board, production

DAYS = st.integers(0, 900).map(lambda count: date(2026, 1, 1) + timedelta(days=count))


def test_days_follow_each_other_over_weekends_and_days_off() -> None:
    off = production(off=(Dates(date(2027, 3, 3), date(2027, 3, 4)),), on=(date(2027, 3, 6),))
    dates = dates_of(board(("1",), ("2",), ("3",), (), ()), off)
    assert [each.day for each in dates] == [1, 2, 5, 6, 8]


def test_chinese_national_day_is_off_by_its_name_and_a_shifted_sunday_is_not_told_as_one() -> None:
    chinese = production(country="CN", first_day=date(2026, 9, 28))
    assert "国庆" in holiday(chinese, date(2026, 10, 1), "zh")
    assert not is_worked(chinese, date(2026, 10, 1))
    assert is_worked(chinese, date(2026, 9, 30))


def test_a_pinned_day_keeps_its_date_and_the_next_follow_it() -> None:
    pinned = Board("A", (BoardDay(), BoardDay(day=date(2027, 3, 10)), BoardDay()))
    assert [each.day for each in dates_of(pinned, production())] == [1, 10, 11]


def test_units_go_through_the_calendar_on_their_own() -> None:
    two = Board("A", (BoardDay(), BoardDay(unit="second"), BoardDay(), BoardDay(unit="second")))
    units = production(units=(Unit("second", date(2027, 3, 2)),))
    assert [each.day for each in dates_of(two, units)] == [1, 2, 2, 3]


def test_a_calendar_on_which_nobody_works_is_told() -> None:
    never = production(off=(Dates(date(2027, 1, 1), date(2029, 1, 1)),))
    with pytest.raises(InvalidInput, match="week"):
        dates_of(board(("1",)), never)


def test_an_unknown_country_is_told() -> None:
    with pytest.raises(InvalidInput, match="ISO 3166"):
        dates_of(board(("1",)), production(country="XX"))


@given(DAYS, st.sets(st.sampled_from(tuple(Weekday)), min_size=1), st.integers(1, 12))
def test_dates_are_worked_and_go_on(first: date, week: set[Weekday], count: int) -> None:
    given_week = production(first_day=first, week=tuple(week))
    dates = dates_of(Board("A", (BoardDay(),) * count), given_week)
    assert all(is_worked(given_week, each) for each in dates)
    assert list(dates) == sorted(set(dates))
    assert dates[0] >= first


def test_the_sun_is_where_the_almanac_has_it() -> None:
    # Source: USNO, Los Angeles on 20 March 2027: rise 06:55, set 19:03 (PDT); within two minutes
    sun = sun_of(Place(34.05, -118.24, "America/Los_Angeles"), date(2027, 3, 20))
    assert sun.rise is not None
    assert sun.set is not None
    assert abs(sun.rise.hour * 60 + sun.rise.minute - (6 * 60 + 55)) <= 2
    assert abs(sun.set.hour * 60 + sun.set.minute - (19 * 60 + 3)) <= 2


def test_where_the_sun_does_not_set_nothing_is_invented() -> None:
    sun = sun_of(Place(69.65, 18.96, "Europe/Oslo"), date(2027, 6, 21))
    assert (sun.rise, sun.set) == (None, None)

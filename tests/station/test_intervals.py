"""Stretches of time, against a line of hours that are counted one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.station.intervals import Interval, are_covered, days, joined, most_at_once, without

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
HOURS = 24  # what lies beyond stands for "for ever"


def _hour(number: int) -> datetime:
    return NEW_YEAR + timedelta(hours=number)


@st.composite
def _intervals(draw: st.DrawFn) -> Interval:
    start = draw(st.integers(0, HOURS - 1))
    end = draw(st.none() | st.integers(start + 1, HOURS))
    return Interval(_hour(start), None if end is None else _hour(end))


def _hours(*intervals: Interval) -> set[int]:
    return {n for n in range(HOURS + 1) if any(each.contains(_hour(n)) for each in intervals)}


Several = st.lists(_intervals(), max_size=6)


@given(_intervals(), _intervals())
def test_two_intervals_meet_in_the_hours_of_both(one: Interval, other: Interval) -> None:
    both = _hours(one) & _hours(other)
    meeting = one.meeting(other)
    assert one.overlaps(other) is other.overlaps(one) is bool(both)
    assert (set() if meeting is None else _hours(meeting)) == both
    assert one.covers(other) is (_hours(other) <= _hours(one))


@given(Several, Several)
def test_what_is_left_are_the_hours_of_these_and_not_those(
    whole: list[Interval], taken: list[Interval]
) -> None:
    assert _hours(*without(whole, taken)) == _hours(*whole) - _hours(*taken)
    assert _hours(*joined(whole)) == _hours(*whole)
    parts = joined(whole)
    for before, after in pairwise(parts):
        assert before.end is not None
        assert before.end < after.start


@given(_intervals(), Several)
def test_an_interval_is_covered_where_no_hour_is_left(
    wanted: Interval, parts: list[Interval]
) -> None:
    assert are_covered(wanted, parts) is (_hours(wanted) <= _hours(*parts))


@given(st.lists(st.tuples(_intervals(), st.integers(1, 5)), max_size=6))
def test_the_most_at_once_is_the_fullest_hour(taken: list[tuple[Interval, int]]) -> None:
    hours = [
        sum(amount for interval, amount in taken if interval.contains(_hour(n)))
        for n in range(HOURS + 1)
    ]
    assert most_at_once(taken) == max(hours)


def test_a_day_is_as_long_as_its_place_counts_it() -> None:
    amsterdam = days(date(2026, 3, 29), date(2026, 3, 29), ZoneInfo("Europe/Amsterdam"))
    assert amsterdam.end is not None
    assert amsterdam.end - amsterdam.start == timedelta(hours=23)  # summer time begins
    shanghai = days(date(2026, 3, 28), date(2026, 3, 29), ZoneInfo("Asia/Shanghai"))
    assert shanghai.start == datetime(2026, 3, 27, 16, tzinfo=UTC)


def test_an_interval_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends after"):
        Interval(_hour(2), _hour(2))

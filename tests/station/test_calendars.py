"""Calendars in and out; what is hostile is refused, soon and with the reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.errors import InvalidInput
from mstation.station.calendars import Happening, read_calendar, write_calendar
from mstation.station.intervals import Interval

AT = datetime(2026, 6, 1, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)


def _calendar(*events: str) -> bytes:
    inner = "".join(
        f"BEGIN:VEVENT\r\nUID:u{n}\r\n{event}\r\nEND:VEVENT\r\n" for n, event in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{inner}END:VCALENDAR\r\n".encode()


def _starts(*events: str) -> list[str]:
    return [
        f"{each.interval.start:%m-%d %H}"
        for each in read_calendar(_calendar(*events), SHANGHAI, AT)
    ]


def test_a_time_without_a_zone_is_the_places_own() -> None:
    assert _starts("DTSTART:20260610T090000\r\nDURATION:PT1H") == ["06-10 01"]
    assert _starts("DTSTART;VALUE=DATE:20260610") == ["06-09 16"]
    assert _starts("DTSTART;TZID=Europe/Paris:20260610T090000\r\nDURATION:PT1H") == ["06-10 07"]
    assert _starts("DTSTART;TZID=China Standard Time:20260610T090000\r\nDURATION:PT1H") == [
        "06-10 01"
    ]


def test_what_recurs_is_told_one_by_one_without_what_is_left_out() -> None:
    event = "DTSTART:20260610T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=3"
    assert _starts(event) == ["06-10 09", "06-11 09", "06-12 09"]
    assert _starts(f"{event}\r\nEXDATE:20260611T090000Z") == ["06-10 09", "06-12 09"]
    assert (
        _starts("DTSTART;VALUE=DATE:20260605\r\nRRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=3")[0]
        == "06-04 16"
    )


def test_free_and_cancelled_events_take_nothing_and_tentative_ones_are_said_to_be() -> None:
    told = "DTSTART:20260610T090000Z\r\nDURATION:PT1H\r\n"
    assert _starts(f"{told}TRANSP:TRANSPARENT", f"{told}STATUS:CANCELLED") == []
    held = read_calendar(_calendar(f"{told}STATUS:TENTATIVE"), SHANGHAI, AT)
    assert [each.is_tentative for each in held] == [True]


WHEN = "DTSTART:20260610T090000Z\r\nDURATION:PT1H\r\n"
LONG_AGO = "DTSTART:19900610T090000Z\r\nDURATION:PT1H\r\n"
HOSTILE = [
    b"", b"hello", b"\xff\xfe", b"BEGIN:VCALENDAR\r\n", b"BEGIN:VEVENT\r\n" * 5_000,
    b"x" * (2 << 20), _calendar() + _calendar(),
    _calendar("SUMMARY:no time"), _calendar("DTSTART:garbage"),
    _calendar("DTSTART:00010610T090000Z\r\nDURATION:PT1H"),
    _calendar("DTSTART:20260610T090000Z\r\nDURATION:P99999999999D"),
    _calendar("DTSTART;TZID=Mars/One:20260610T090000\r\nDURATION:PT1H"),
    _calendar(f"{WHEN}RRULE:FREQ=SECONDLY"), _calendar(f"{WHEN}RRULE:FREQ=DAILY;BYMINUTE=1,2"),
    _calendar(f"{WHEN}RRULE:FREQ=DAILY;INTERVAL=0"), _calendar(f"{WHEN}RRULE:FREQ=BANANA"),
    _calendar(f"{LONG_AGO}RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
    _calendar(f"{LONG_AGO}RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
    _calendar(f"{LONG_AGO}RRULE:FREQ=MONTHLY;BYDAY=6MO"),
    _calendar(*[f"{LONG_AGO}RRULE:FREQ=DAILY"] * 50), _calendar(*[WHEN] * 2_001),
]  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_calendar_is_refused_in_both_languages(data: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_calendar(data, SHANGHAI, AT)
    assert refused.value.told("zh") != refused.value.told("en")


def test_what_a_file_says_of_time_zones_is_not_read() -> None:
    zone = (
        b"BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\n"
        b"DTSTART:19700101T000000\r\nRRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+0100\r\n"
        b"TZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nEND:VCALENDAR"
    )
    assert read_calendar(zone, SHANGHAI, AT) == []


@given(
    hours=st.lists(st.tuples(st.integers(0, 5_000), st.integers(1, 100)), max_size=20),
    name=st.text(max_size=40),
)
def test_what_is_written_is_read_back(hours: list[tuple[int, int]], name: str) -> None:
    told = [
        Happening(
            f"u{n}", Interval(AT + start * HOUR, AT + (start + length) * HOUR), "x", n % 2 == 0
        )
        for n, (start, length) in enumerate(hours)
    ]
    read = read_calendar(write_calendar(name, told, AT), UTC, AT)
    assert {(each.interval, each.is_tentative) for each in read} == {
        (each.interval, each.is_tentative) for each in told
    }
    assert len(read) == len(told)


def test_a_title_cannot_bring_lines_of_its_own() -> None:
    told = [Happening("u", Interval(AT, AT + HOUR), "x\r\nEND:VEVENT\r\nBEGIN:VEVENT")]
    assert write_calendar("a\r\nMETHOD:CANCEL", told, AT).count(b"\r\nBEGIN:VEVENT") == 1

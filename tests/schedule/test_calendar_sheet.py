from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.schedule.board import Banner, BannerKind, Board, BoardDay
from mstation.schedule.days import plan_days
from mstation.schedule.plan import plan_of
from mstation.schedule.production import Production
from mstation.schedule.reports.ics import write_ics
from mstation.schedule.reports.production_calendar import print_calendar
from mstation.schedule.reports.progress import print_progress
from tests.schedule.plans import COSTS, MONDAY, long_plan, small_plan, strip, strips
from tests.sheets.film import pages_of_pdf, words_of_pdf


def test_the_calendar_has_its_days_its_places_and_its_days_off():
    told = words_of_pdf(print_calendar(small_plan(), "letter"))
    for words in ("Feb2027", "Mar2027", "Day1", "TheRexCinema", "secondunit·Day1", "Day3(night)",
                  "Fitting:MARA", "Rehearsal:MARA", "Travel:MARA", "Dayoff"):  # fmt: skip
        assert words.replace("·", "・") in told.replace("·", "・")


def test_a_holiday_has_its_name_in_the_language_of_the_plan():
    plan = small_plan("zh")
    october = replace(plan.production, first_day=date(2027, 9, 30))
    days = tuple(replace(day, day=None) for day in plan.board.days)
    moved = plan_of(plan.strips, replace(plan.board, days=days), october)
    assert "国庆节" in words_of_pdf(print_calendar(moved, "a4"))


def test_without_a_date_weeks_have_no_numbers_of_days():
    plan = small_plan(is_dated=False)
    told = words_of_pdf(print_calendar(plan, "letter"))
    assert "Day3(night)" in told
    assert "2001" not in told
    assert pages_of_pdf(print_calendar(plan, "letter")) == 1


def test_the_companys_travel_and_rehearsals_are_on_the_calendar():
    banners = (
        Banner("b1", "Company flies to Oslo", BannerKind.TRAVEL),
        Banner("b2", "Fight rehearsal", BannerKind.REHEARSAL, 60),
        Banner("b3", "Bring boots"),
    )
    days = (BoardDay(("b1",)), BoardDay(("b2", "b3", "sc-1")))
    production = Production("USD", COSTS, first_day=MONDAY, is_dated=True)
    plan = plan_of(strips(strip("1")), Board("b", days, banners=banners), production)
    told = words_of_pdf(print_calendar(plan, "letter"))
    assert "CompanyfliestoOslo" in told
    assert "Fightrehearsal" in told
    assert "Bringboots" not in told


def test_a_month_is_one_page():
    assert pages_of_pdf(print_calendar(long_plan(), "letter")) == 1
    assert pages_of_pdf(print_calendar(long_plan(count=120), "letter")) == 2


def test_the_report_of_a_day_counts_what_was_due_and_what_is_left():
    plan = small_plan()
    told = words_of_pdf(print_progress(plan.days[1], plan, "letter"))
    for words in ("Intheschedule467/86:5312", "Duebeforetoday226/82:456", "Duetoday123/82:233",
                  "Leftaftertoday,byplan116/81:453", "Crewcall07:00", "Meal", "2INTLOBBY",
                  "3MR.ABERNATHYSWF", "Firstassistantdirector"):  # fmt: skip
        assert words in told
    assert pages_of_pdf(print_progress(long_plan().days[0], long_plan(), "letter")) == 1


def test_a_chinese_report_speaks_chinese():
    plan = small_plan("zh")
    told = words_of_pdf(print_progress(plan.days[3], plan, "a4"))
    for words in ("场工日报", "全组集合18:00", "计划剩余000:000", "外影院后巷"):
        assert words in told


def events(plan):
    read = icalendar.Calendar.from_ical(write_ics(plan))
    return {str(event["uid"]): event for event in read.walk("VEVENT")}


def test_days_have_hours_where_the_place_is_known():
    plan = small_plan()
    first = next(iter(events(plan).values()))
    zone = ZoneInfo("America/Los_Angeles")
    assert first["dtstart"].dt == datetime(2027, 3, 1, 7, tzinfo=zone)
    assert first["dtend"].dt == datetime(2027, 3, 1, 15, 25, tzinfo=zone)
    assert str(first["summary"]).startswith("The Last Reel – Day 1: INT PROJECTION BOOTH")
    assert "14 Vine Street" in str(first["location"])
    assert b"BEGIN:VTIMEZONE" in write_ics(plan)


def test_days_are_whole_where_it_is_not():
    plan = small_plan()
    nowhere = plan_of(plan.strips, plan.board, replace(plan.production, place=None))
    first = next(iter(events(nowhere).values()))
    assert (first["dtstart"].dt, first["dtend"].dt) == (MONDAY, date(2027, 3, 2))
    assert b"VTIMEZONE" not in write_ics(nowhere)


def test_fittings_and_rehearsals_are_whole_days():
    told = {str(event["summary"]): event["dtstart"].dt for event in events(small_plan()).values()}
    assert told["Fitting: MARA"] == date(2027, 2, 24)
    assert told["Rehearsal: MARA"] == date(2027, 2, 26)


def test_a_day_that_moves_keeps_its_uid():
    plan = small_plan()
    days = tuple(replace(day, day=None) for day in plan.board.days)
    moved = plan_of(plan.strips, replace(plan.board, days=days), plan.production)
    assert [*events(moved)] == [*events(plan)]
    assert len(events(plan)) == 6


def test_a_plan_without_dates_has_no_calendar_file():
    with pytest.raises(ValueError, match="without dates"):
        write_ics(small_plan(is_dated=False))


@given(st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=30, deadline=None)
def test_no_words_break_a_calendar(title, note):
    shot = strips(strip("1", set_name=note or "SET"))
    production = Production("USD", COSTS, first_day=MONDAY, is_dated=True)
    board = Board("b", (BoardDay(("sc-1",), note=note),))
    plan = replace(plan_of(shot, board, production), strips=replace(shot, title=title))
    assert plan.days == plan_days(shot, board, production)
    (event,) = events(plan).values()
    assert event["dtstart"].dt == MONDAY
    assert write_ics(plan) == write_ics(plan)

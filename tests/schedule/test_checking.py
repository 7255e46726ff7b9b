from dataclasses import replace
from datetime import date

import pytest

from mstation.breakdown.scene import Interior, TimeOfDay
from mstation.schedule.board import Board, BoardDay
from mstation.schedule.checking import check_board
from mstation.schedule.faults import Fault, FaultKind, is_feasible
from mstation.schedule.production import (
    Before,
    CastTerms,
    Dates,
    Hours,
    Location,
    Place,
    Production,
    Weekday,
)
from mstation.schedule.strip import Strip
from tests.schedule.generated import FIRST, production, strip, strips_of

NIGHT = {"interior": Interior.EXT, "time": TimeOfDay.NIGHT}
LIGHT = {"interior": Interior.EXT, "time": TimeOfDay.DAY}


def faults(told: Production, *days: tuple[Strip, ...], ages: dict[str, int] | None = None,
           **said: object) -> list[Fault]:  # fmt: skip
    strips = strips_of(*(each for day in days for each in day), ages=ages)
    board = Board("a", tuple(BoardDay(tuple(each.id for each in day)) for day in days))
    return list(check_board(strips, replace(board, **said), told))  # type: ignore[arg-type]


def kinds(found: list[Fault]) -> list[FaultKind]:
    return [fault.kind for fault in found]


def test_a_plain_board_has_no_fault() -> None:
    assert faults(production(), (strip(1),), (strip(2, **NIGHT),)) == []


def test_a_strip_is_on_the_board_once_or_in_the_boneyard() -> None:
    strips = strips_of(strip(1), strip(2), strip(3))
    board = Board("a", (BoardDay(("s1", "s9")), BoardDay(("s1",))), boneyard=("s3",))
    found = check_board(strips, board, production())
    assert sorted(kinds(list(found))) == ["missing", "twice", "unknown"]
    assert not is_feasible(found)


@pytest.mark.parametrize(
    ("minutes", "broken"), [(585, []), (586, [FaultKind.LENGTH, FaultKind.MEAL])]
)
def test_a_day_holds_its_hours_and_not_a_minute_more(minutes: int, broken: list[FaultKind]) -> None:
    found = faults(production(), (strip(1, minutes=100), strip(2, minutes=minutes - 100)))
    assert [kind for kind in kinds(found) if kind is FaultKind.LENGTH] == broken[:1]


def test_pages_are_counted_too() -> None:
    told = production(hours=Hours(most_eighths=7))
    assert kinds(faults(told, (strip(1, eighths=4), strip(2, eighths=4)))) == [FaultKind.EIGHTHS]


def test_a_day_is_lit_for_day_or_for_night() -> None:
    assert kinds(faults(production(), (strip(1, **LIGHT), strip(2, **NIGHT)))) == [FaultKind.LIGHT]
    assert faults(production(), (strip(1), strip(2, **NIGHT))) == []


def test_a_place_that_is_open_at_night_is_shot_at_night() -> None:
    cinema = Location("REX", "The Rex", (), access="night")
    told = production(locations=(cinema,))
    assert faults(told, (strip(1, location="REX"),)) == []
    assert FaultKind.LIGHT in kinds(faults(told, (strip(1, location="REX", **LIGHT),)))
    day = production(locations=(replace(cinema, access="day"),))
    assert FaultKind.ACCESS in kinds(faults(day, (strip(1, location="REX"), strip(2, **NIGHT))))


def test_a_place_is_shot_while_its_permit_runs() -> None:
    later = Location("REX", "The Rex", (), open=(Dates(date(2027, 3, 2), date(2027, 3, 9)),))
    told = production(locations=(later,))
    found = faults(told, (strip(1, location="REX"),), (strip(2, location="REX"),))
    assert [(fault.kind, fault.day) for fault in found] == [(FaultKind.CLOSED, 0)]
    shut = replace(later, open=(), closed=(Dates(FIRST, FIRST),))
    found = faults(production(locations=(shut,)), (strip(1, location="REX"),))
    assert found[0].items == ("REX", "s1")


def test_nobody_is_called_while_away() -> None:
    away = CastTerms("ana", away=(Dates(FIRST, FIRST),), last=date(2027, 3, 2))
    days = [(strip(number, cast=("ana",)),) for number in (1, 2, 3)]
    found = faults(production(cast=(away,)), *days)
    assert [(fault.kind, fault.day) for fault in found] == [
        (FaultKind.AWAY, 0), (FaultKind.AWAY, 2)
    ]  # fmt: skip
    assert "ANA is free until 2027-03-02 only, and is in 3" in found[1].en


def test_a_day_after_a_night_needs_a_day_between() -> None:
    found = faults(production(), (strip(1, minutes=500, **NIGHT),), (strip(2),))
    assert [(fault.is_hard, fault.rule) for fault in found] == [
        (True, "own.rest"), (False, "own.meal"),
    ]  # fmt: skip
    assert "a day after a night" in found[0].en
    friday = production(first_day=date(2027, 3, 5))
    found = faults(friday, (strip(1, minutes=500, **NIGHT),), (strip(2),))
    assert kinds(found) == [FaultKind.MEAL]  # the one strip has to be broken for it


def test_a_week_has_its_rest() -> None:
    every_day = production(week=tuple(Weekday))
    days = [(strip(number, minutes=580),) for number in range(1, 8)]
    six = [fault for fault in faults(every_day, *days[:6]) if fault.is_hard]
    seven = [fault for fault in faults(every_day, *days) if fault.is_hard]
    assert (kinds(six), kinds(seven)) == ([], [FaultKind.WEEKLY_REST])


def test_sag_aftra_asks_for_a_long_weekend_after_a_night() -> None:
    told = production(first_day=date(2027, 3, 4), rules=("sag-aftra",))
    thursday_on = [(strip(1, minutes=560, **NIGHT),), (strip(2, minutes=560, **NIGHT),)]
    week = [(strip(number, minutes=560),) for number in range(3, 8)]
    found = [fault for fault in faults(told, *thursday_on, *week) if fault.is_hard]
    assert {fault.rule for fault in found} == {"sag-aftra.week"}
    assert all(fault.source for fault in found)


def test_children_work_as_long_as_their_age_allows() -> None:
    bound = production(rules=("sag-aftra",))
    short, long = strip(1, cast=("kid",), minutes=290), strip(1, cast=("kid",), minutes=310)
    assert faults(bound, (short,), ages={"kid": 10}) == []
    found = faults(bound, (long,), ages={"kid": 10})
    assert [(fault.kind, fault.rule) for fault in found] == [
        (FaultKind.MINOR, "sag-aftra.minor-child")
    ]
    assert faults(bound, (long,), ages={"kid": 18}) == []
    late = faults(bound, (strip(1, cast=("kid",), minutes=240, **NIGHT),), ages={"kid": 10})
    assert "22:45" in late[0].en
    grown = replace(bound, cast=(CastTerms("kid", age=19),))
    assert faults(grown, (long,), ages={"kid": 10}) == []  # the player's age, not the character's


def test_chinese_law_is_told_and_leaves_longer_reckoning_open() -> None:
    told = production(rules=("china",), hours=Hours(length_minutes=840))
    days = [(strip(number, minutes=690),) for number in range(1, 6)]
    found = faults(told, *days, ages=None)
    assert {fault.rule for fault in found} == {"china.day", "china.week-hours"}
    assert not any(fault.is_hard for fault in found)
    assert all("综合计算工时" in fault.zh for fault in found)
    child = faults(production(rules=("china",)), (strip(1, cast=("kid",)),), ages={"kid": 9})
    assert [(fault.kind, fault.severity) for fault in child] == [(FaultKind.APPROVAL, "soft")]


def test_what_has_to_come_first_comes_first() -> None:
    told = production(before=(Before("2", "1", "the wall comes down"),))
    found = faults(told, (strip(1), strip(2)))
    assert (kinds(found), found[0].items) == ([FaultKind.BEFORE], ("s2", "s1"))
    assert "the wall comes down" in found[0].en
    assert faults(told, (strip(2), strip(1))) == []


def test_exteriors_want_the_sun_that_they_are_written_for() -> None:
    there = production(place=Place(34.05, -118.24, "America/Los_Angeles"))
    found = faults(there, (strip(1, minutes=560), strip(2, minutes=60, **LIGHT)))
    assert [(f.kind, f.severity, f.items) for f in found if f.kind is FaultKind.DAYLIGHT] == [
        (FaultKind.DAYLIGHT, "soft", ("s2",))
    ]


def test_two_days_of_a_unit_never_share_a_date_and_nobody_is_in_two_units() -> None:
    strips = strips_of(strip(1, cast=("ana",)), strip(2, cast=("ana",)))
    twice = Board("a", (BoardDay(("s1",), day=FIRST), BoardDay(("s2",), day=FIRST)))
    assert FaultKind.DATE in kinds(list(check_board(strips, twice, production())))
    units = Board("a", (BoardDay(("s1",)), BoardDay(("s2",), unit="second")))
    assert kinds(list(check_board(strips, units, production()))) == [FaultKind.UNITS]


def test_what_is_locked_stands_where_it_stood() -> None:
    strips = strips_of(strip(1), strip(2), strip(3))
    given = Board("a", (BoardDay(("s1",), is_locked=True), BoardDay(("s2", "s3"))), locked=("s2",))
    assert check_board(strips, given, production(), given=given) == ()
    moved = Board("a", (BoardDay(("s1", "s3")), BoardDay(()), BoardDay(("s2",))))
    found = check_board(strips, moved, production(), given=given)
    assert [fault.items for fault in found] == [("s3",), ("s2",)]


def test_every_fault_is_told_in_both_languages() -> None:
    told = production(rules=("sag-aftra",), cast=(CastTerms("kid", last=date(2026, 1, 1)),))
    found = faults(told, (strip(1, cast=("kid",), minutes=700, **NIGHT), strip(2, **LIGHT)),
                   (strip(3),), ages={"kid": 5})  # fmt: skip
    assert len({fault.kind for fault in found}) >= 5
    for fault in found:
        assert fault.told("en") != fault.told("zh")
        assert any("一" <= letter <= "鿿" for letter in fault.told("zh"))

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.breakdown.scene import Interior, TimeOfDay
from mstation.schedule.board import Banner, Board, BoardDay
from mstation.schedule.days import DayKind, SlotKind, plan_days
from mstation.schedule.production import CastTerms, Hours
from tests.schedule.salt import board, film, production, strip


def test_a_day_goes_from_call_to_wrap_without_a_gap() -> None:
    (day,) = plan_days(film(), board(("1", "2")), production())
    assert [slot.kind.value for slot in day.slots] == ["prepare", "strip", "strip", "wrap"]
    assert (day.crew_call, day.wrap) == (7 * 60, 7 * 60 + 45 + 240 + 30)
    for before, after in zip(day.slots, day.slots[1:], strict=False):
        assert before.end_minute == after.first_minute


def test_a_street_by_night_makes_a_night_that_is_called_in_the_evening() -> None:
    (day,) = plan_days(film(), board(("2", "3")), production())
    assert (day.kind, day.crew_call) == (DayKind.NIGHT, 18 * 60)
    assert SlotKind.MOVE in {slot.kind for slot in day.slots}
    assert day.locations == ("kitchen", "street")


def test_the_meal_comes_before_six_hours_are_over() -> None:
    long = replace(film(), strips=tuple(strip(str(n), minutes=110) for n in range(1, 6)))
    (day,) = plan_days(long, board(("1", "2", "3", "4", "5")), production())
    (meal,) = (slot for slot in day.slots if slot.kind is SlotKind.MEAL)
    assert meal.first_minute - day.crew_call <= 360


def test_calls_are_reckoned_back_from_the_first_strip() -> None:
    terms = CastTerms("tom", pickup_minutes=30, makeup_minutes=60)
    (day,) = plan_days(film(), board(("1", "2")), production(cast=(terms,)))
    tom = next(call for call in day.calls if call.character_id == "tom")
    first = next(slot for slot in day.slots if slot.item == "sc-2").first_minute
    assert (tom.on_set, tom.makeup, tom.pickup) == (first - 15, first - 75, first - 105)
    assert {call.character_id for call in day.calls} == {"mara", "tom"}  # the radio is not called


def test_a_banner_takes_its_minutes() -> None:
    days = (BoardDay(("sc-1", "bn-1", "sc-2")),)
    noted = Board("A", days, banners=(Banner("bn-1", "Rehearsal", minutes=25),))
    (day,) = plan_days(film(), noted, production())
    assert next(slot for slot in day.slots if slot.item == "bn-1").minutes == 25


def test_a_board_that_names_what_is_not_there_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="neither strip nor banner"):
        plan_days(film(), board(("9",)), production())


def test_an_undated_production_has_no_sun() -> None:
    (day,) = plan_days(film(), board(("1",)), production(is_dated=False))
    assert day.sun is None


@given(
    st.lists(st.tuples(st.integers(5, 200), st.integers(0, 2), st.booleans()), max_size=8),
    st.integers(0, 120),
)
def test_every_minute_of_a_day_is_accounted_for(
    rows: list[tuple[int, int, bool]], meal: int
) -> None:
    strips = tuple(
        strip(
            str(number),
            f"set {place}",
            minutes=minutes,
            interior=Interior.EXT,
            time=TimeOfDay.NIGHT if is_night else TimeOfDay.DAY,
        )
        for number, (minutes, place, is_night) in enumerate(rows, start=1)
    )
    hours = Hours(meal_minutes=meal, day_call=time(6))
    numbers = tuple(each.number for each in strips)
    (day,) = plan_days(replace(film(), strips=strips), board(numbers), production(hours=hours))
    assert day.wrap - day.crew_call == sum(slot.minutes for slot in day.slots)
    assert [f"sc-{number}" for number in numbers] == list(day.strips)
    assert sum(slot.kind is SlotKind.MEAL for slot in day.slots) <= 1

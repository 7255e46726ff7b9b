from dataclasses import replace
from datetime import date, time

from mstation.breakdown.scene import Interior, TimeOfDay
from mstation.schedule.board import Board
from mstation.schedule.checking import check_board
from mstation.schedule.days import ShootingDay, plan_days
from mstation.schedule.light import called_by_light
from mstation.schedule.production import Production
from mstation.schedule.strip import Strips
from tests.schedule.salt import board, film, production, strip

SUMMER = production(first_day=date(2027, 6, 21))  # Los Angeles: light from 05:13 to 20:37


def exteriors(*times: TimeOfDay, minutes: int = 120) -> Strips:
    strips = tuple(
        strip(str(n), "street", interior=Interior.EXT, time=each, minutes=minutes)
        for n, each in enumerate(times, start=1)
    )
    return replace(film(), strips=strips)


def lit(strips: Strips, on: Board, told: Production = SUMMER) -> tuple[ShootingDay, ...]:
    return plan_days(strips, called_by_light(on, strips, told), told)


def test_a_dawn_is_shot_at_dawn() -> None:
    strips = exteriors(TimeOfDay.DAWN, TimeOfDay.DAY)
    (usual,), (day,) = plan_days(strips, board(("1", "2")), SUMMER), lit(strips, board(("1", "2")))
    assert usual.crew_call == 7 * 60
    assert 5 * 60 + 13 <= day.slots[1].first_minute < 5 * 60 + 13 + 15
    assert day.crew_call % 15 == 0


def test_a_night_begins_once_it_is_dark() -> None:
    (day,) = lit(exteriors(TimeOfDay.NIGHT), board(("1",)))
    assert day.slots[1].first_minute >= 20 * 60 + 37
    assert day.crew_call <= 20 * 60 + 15
    assert not check_board(exteriors(TimeOfDay.NIGHT), called_by_light(
        board(("1",)), exteriors(TimeOfDay.NIGHT), SUMMER), SUMMER)  # fmt: skip


def test_a_day_that_ends_at_dusk_ends_there() -> None:
    (day,) = lit(exteriors(TimeOfDay.DAY, TimeOfDay.DUSK), board(("1", "2")))
    assert 20 * 60 + 37 - 15 <= day.slots[-2].end_minute <= 20 * 60 + 37


def test_no_call_moves_that_breaks_the_rest_of_the_crew() -> None:
    strips = exteriors(TimeOfDay.DAY, TimeOfDay.DAWN, minutes=585)
    before = board(("1",), ("2",))
    first, second = lit(strips, before)
    assert second.crew_call >= first.wrap - 24 * 60 + 12 * 60


def test_people_who_said_a_call_keep_it_and_nobody_knows_the_sun_of_an_undated_plan() -> None:
    strips = exteriors(TimeOfDay.DAWN)
    days = tuple(replace(day, call=time(9)) for day in board(("1",)).days)
    said = replace(board(("1",)), days=days)
    assert called_by_light(said, strips, SUMMER) == said
    undated = production(is_dated=False)
    assert called_by_light(board(("1",)), strips, undated) == board(("1",))

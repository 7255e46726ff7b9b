from dataclasses import replace
from datetime import timedelta

import pytest

from mstation.breakdown.scene import Interior, TimeOfDay
from mstation.schedule.board import Board, BoardDay
from mstation.schedule.infeasible import Reason, why_no_plan
from mstation.schedule.production import Before, CastTerms, Dates, Location, Production
from mstation.schedule.solve import plan
from mstation.schedule.strip import Strips
from tests.schedule.generated import FIRST, film, production, strip, strips_of

FOUR_DAYS = tuple(strip(number, cast=("mara",), minutes=500) for number in (12, 14, 17, 20))
NIGHT = {"interior": Interior.EXT, "time": TimeOfDay.NIGHT}
LIGHT = {"interior": Interior.EXT, "time": TimeOfDay.DAY}


def said(strips: Strips, told: Production, **more: object) -> list[Reason]:
    found = why_no_plan(strips, told, **more)  # type: ignore[arg-type]
    assert all(any("一" <= letter <= "鿿" for letter in each.told("zh")) for each in found)
    return list(found)


def test_who_is_free_on_too_few_days_is_told_with_their_scenes() -> None:
    until = CastTerms("mara", last=FIRST + timedelta(days=2))
    found = said(strips_of(*FOUR_DAYS), production(cast=(until,)))
    assert found[0].en == "MARA is free on 3 days; their scenes need 4: 12, 14, 17, 20"
    assert found[0].items == ("mara", "s12", "s14", "s17", "s20")


def test_nights_and_days_share_no_day() -> None:
    strips = strips_of(strip(1, cast=("mara",), **NIGHT), strip(2, cast=("mara",), **LIGHT))
    only = CastTerms("mara", last=FIRST)
    assert "need 2: 1, 2" in said(strips, production(cast=(only,)))[0].en


def test_a_place_with_too_short_a_permit_is_told() -> None:
    strips = strips_of(*(strip(number, location="REX", minutes=500) for number in (1, 2)))
    rex = Location("REX", "The Rex", (), open=(Dates(FIRST, FIRST),))
    found = said(strips, production(locations=(rex,)))
    assert found[0].en == "The Rex can be shot in on 1 days; its scenes need 2: 1, 2"


def test_a_strip_that_no_day_holds_is_told_with_who_is_missing() -> None:
    terms = (CastTerms("ana", last=FIRST), CastTerms("ben", first=FIRST + timedelta(days=1)))
    strips = strips_of(strip(1, cast=("ana", "ben")), strip(2, cast=("ana",)))
    found = said(strips, production(cast=terms))
    assert found[0].items == ("s1", "ana", "ben")


@pytest.mark.parametrize(
    ("strips", "told", "reason"),
    [
        (strips_of(strip(1, minutes=700)), production(), "scene 1 takes 700 minutes"),
        (
            strips_of(strip(1, location="REX", **LIGHT)),
            production(locations=(Location("REX", "The Rex", (), access="night"),)),
            "want different light",
        ),
        (
            strips_of(strip(1), strip(2)),
            production(before=(Before("1", "2"), Before("2", "1"))),
            "in a ring",
        ),
    ],
)
def test_what_can_never_be_is_told(strips: Strips, told: Production, reason: str) -> None:
    assert any(reason in each.en for each in said(strips, told))


def test_a_minor_whose_hours_do_not_hold_a_scene_is_told() -> None:
    bound = production(rules=("sag-aftra", "own"))
    strips = strips_of(
        strip(1, cast=("kid",), minutes=240, **NIGHT), strip(2, cast=("kid",), minutes=290),
        ages={"kid": 10},
    )  # fmt: skip
    found = said(strips, bound)
    assert [each.items for each in found] == [("s1", "kid")]
    assert "may work 195 of such a day" in found[0].en


def test_a_calendar_that_is_too_short_is_told() -> None:
    found = said(strips_of(*FOUR_DAYS), production(), most_days=3)
    assert any("the calendar has 3 days; the scenes need 4" in each.en for each in found)


def test_what_only_comes_together_is_named_and_nothing_else() -> None:
    # each of them fits alone; ana's last day is ben's first, and her scene has to come after his
    terms = (
        CastTerms("ana", last=FIRST + timedelta(days=1)),
        CastTerms("ben", first=FIRST + timedelta(days=2)),
        CastTerms("cleo", away=(Dates(FIRST, FIRST),)),
    )
    strips = strips_of(strip(1, cast=("ana",)), strip(2, cast=("ben",)), strip(3, cast=("cleo",)))
    told = production(cast=terms, before=(Before("2", "1"), Before("1", "3")))
    found = said(strips, told)
    assert [set(each.items) for each in found] == [{"ana", "ben", "s2"}]
    assert "scene 2 before scene 1" in found[0].en


def test_a_lock_is_among_the_reasons() -> None:
    strips = strips_of(strip(1), strip(2))
    told = production(before=(Before("2", "1"),))
    board = Board("a", (BoardDay(("s1",), is_locked=True), BoardDay(("s2",))))
    found = said(strips, told, board=board)
    assert [set(each.items) for each in found] == [{"s1", "s2"}]


@pytest.mark.parametrize("seed", range(3))
def test_where_there_is_a_plan_no_reason_speaks_against_it(seed: int) -> None:
    strips, told = film(20, 6, 5, seed)
    assert plan(strips, told, moves=20_000).is_feasible
    assert said(strips, told) == []


def test_a_night_and_a_day_do_not_fit_two_dates_in_that_order() -> None:
    strips = strips_of(strip(1, cast=("ana",), **NIGHT), strip(2, **LIGHT))
    told = production(cast=(CastTerms("ana", last=FIRST),))
    found = said(strips, told, most_days=2)
    assert set(found[0].items) == {"ana", ""}
    assert "no day straight after a night" in found[0].en
    assert said(strips, replace(told, rules=()), most_days=2) == []

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.breakdown.scene import Interior, TimeOfDay
from mstation.errors import InvalidInput
from mstation.schedule.anneal import state_of, total_of
from mstation.schedule.board import Banner, Board, BoardDay
from mstation.schedule.checking import check_board
from mstation.schedule.cost import CostKind, cost_of
from mstation.schedule.day_order import in_better_days
from mstation.schedule.problem import problem_of
from mstation.schedule.production import Before, CastTerms, Dates, Hours, Location, Production
from mstation.schedule.repair import repaired
from mstation.schedule.solve import Progress, Solved, _board, plan
from mstation.schedule.strip import Strips
from tests.schedule.generated import FIRST, film, production, strip, strips_of

FEW = 20_000
NIGHT = {"interior": Interior.EXT, "time": TimeOfDay.NIGHT}


def on_board(board: Board) -> list[str]:
    return sorted([item for day in board.days for item in day.items] + list(board.boneyard))


def hard(solved: Solved) -> list[str]:
    return [fault.en for fault in solved.faults if fault.is_hard]


@settings(max_examples=8)
@given(st.integers(0, 10_000), st.integers(4, 30))
def test_every_scene_is_on_one_day_and_no_hard_constraint_is_broken(seed: int, scenes: int) -> None:
    strips, told = film(scenes, 6, 5, seed)
    solved = plan(strips, told, moves=FEW)
    assert on_board(solved.board) == sorted(each.id for each in strips.strips)
    assert [f for f in check_board(strips, solved.board, told) if f.is_hard] == []
    assert solved.cost == cost_of(strips, solved.board, told)
    assert solved.cost.total >= solved.bound


@settings(max_examples=8)
@given(st.integers(0, 10_000), st.integers(1, 30))
def test_the_solver_reckons_what_the_cost_says(seed: int, scenes: int) -> None:
    # changes of wardrobe are left out: the order within a day decides on them
    strips, told = film(max(3, scenes), 6, 5, seed)
    terms = tuple(
        replace(each, drop_after=seed % 9, travel_before=seed % 3, may_hold=seed % 5 > 0)
        for each in told.cast
    )
    rules = ("sag-aftra",) if seed % 2 else ("own",)
    costs = replace(told.costs, script_day=0)
    told = replace(told, cast=terms, costs=costs, rules=rules)
    problem = problem_of(strips, told, None, keep=False)
    slots = problem.open[(problem.facts.eighths * 7 + seed) % len(problem.open)]
    points, total = total_of(state_of(problem, slots, 1))
    board = _board(problem, slots, strips, told, None)
    faults = [f for f in check_board(strips, board, told) if f.is_hard]
    assert (points > 0) == bool(faults)
    if not faults:
        assert total == cost_of(strips, board, told).total


def test_the_same_seed_gives_the_same_board_and_another_may_not() -> None:
    strips, told = film(30, 8, 6, 3)
    boards = [plan(strips, told, moves=FEW, seed=seed).board for seed in (1, 1, 2)]
    assert boards[0] == boards[1]
    assert boards[0] != boards[2]


def test_a_plan_is_never_worse_than_the_board_that_it_was_given() -> None:
    strips, told = film(30, 8, 6, 4)
    good = plan(strips, told, moves=60_000)
    again = plan(strips, told, board=good.board, moves=40, seed=9)
    assert again.cost.total <= good.cost.total
    assert hard(again) == []


def test_more_moves_find_cheaper_plans() -> None:
    strips, told = film(40, 8, 8, 1)
    costs = [plan(strips, told, moves=moves).cost.total for moves in (200, 60_000)]
    assert costs[1] < 0.9 * costs[0]


def test_what_is_locked_stays_and_the_rest_goes_round_it() -> None:
    strips, told = film(20, 6, 5, 5)
    first = plan(strips, told, moves=FEW).board
    days = (replace(first.days[0], is_locked=True), *first.days[1:])
    one = first.days[-1].items[0]
    locked = replace(first, days=days, locked=(one,))
    solved = plan(strips, told, board=locked, moves=FEW, seed=7)
    assert solved.board.days[0].items == first.days[0].items
    assert [f for f in check_board(strips, solved.board, told, given=locked) if f.is_hard] == []
    assert one not in solved.moved


def test_the_boneyard_and_other_units_are_left_alone() -> None:
    strips = strips_of(*(strip(number, cast=("ana",)) for number in range(1, 7)))
    given = Board(
        "a",
        (BoardDay(("s1", "s2", "s3")), BoardDay(("s4",), unit="second", day=date(2027, 3, 2))),
        boneyard=("s5",),
    )
    solved = plan(strips, production(), board=replace(given, boneyard=("s5",)), moves=2000)
    assert solved.board.boneyard == ("s5",)
    assert [day.items for day in solved.board.days if day.unit == "second"] == [("s4",)]
    assert sorted(item for day in solved.board.days for item in day.items) == [
        "s1", "s2", "s3", "s4", "s6",
    ]  # fmt: skip
    assert hard(solved) == []  # ana is with the second unit on the second of March


def test_banners_stay_on_their_days_and_take_their_minutes() -> None:
    strips = strips_of(strip(1, minutes=300), strip(2, minutes=280), strip(3, minutes=200))
    talk = Banner("b1", "a talk", minutes=120)
    given = Board("a", (BoardDay(("s1", "b1", "s2")), BoardDay(("s3",))), banners=(talk,))
    solved = plan(strips, production(), board=given, moves=5000)
    assert hard(solved) == []
    assert "b1" in solved.board.days[0].items


def test_days_that_stand_on_one_date_become_one_and_nothing_is_lost() -> None:
    strips = strips_of(strip(1), strip(2))
    both = (BoardDay(("s1", "b1"), day=FIRST), BoardDay(("s2", "b2"), day=FIRST))
    given = Board("a", both, banners=(Banner("b1", "one"), Banner("b2", "two")))
    solved = plan(strips, production(), board=given, moves=500)
    assert on_board(solved.board) == ["b1", "b2", "s1", "s2"]
    assert hard(solved) == []


def test_days_wait_for_who_comes_late() -> None:
    late = CastTerms("ana", first=date(2027, 3, 10))
    strips = strips_of(strip(1, cast=("ana",)), strip(2, minutes=500))
    solved = plan(strips, production(cast=(late,)), moves=5000)
    assert hard(solved) == []
    days = {item: day.day for day in solved.board.days for item in day.items}
    assert days["s1"] is not None
    assert days["s1"] >= date(2027, 3, 10)


def test_a_child_at_night_is_shot_first() -> None:
    bound = production(rules=("sag-aftra", "own"))
    strips = strips_of(
        strip(1, minutes=200, **NIGHT), strip(2, cast=("kid",), minutes=120, **NIGHT),
        ages={"kid": 10},
    )  # fmt: skip
    solved = plan(strips, bound, moves=2000)
    assert [day.items for day in solved.board.days] == [("s2", "s1")]
    assert hard(solved) == []


@settings(max_examples=6)
@given(st.integers(0, 10_000))
def test_a_film_with_children_keeps_their_hours(seed: int) -> None:
    strips, told = film(16, 6, 5, seed)
    young = {"p2": 10, "p4": 16}
    cast = tuple(replace(each, age=young.get(each.id, 30)) for each in strips.cast)
    short = tuple(replace(each, minutes=min(each.minutes, 120)) for each in strips.strips)
    strips = replace(strips, cast=cast, strips=short)
    told = replace(told, rules=("own", "sag-aftra"))
    assert hard(plan(strips, told, moves=FEW)) == []


def test_what_comes_before_is_shot_before() -> None:
    told = production(before=(Before("4", "1"), Before("3", "4")))
    strips = strips_of(*(strip(number, location="AB"[number % 2]) for number in range(1, 5)))
    solved = plan(strips, told, moves=5000)
    assert hard(solved) == []


def test_where_nothing_fits_the_least_broken_board_comes_with_its_faults() -> None:
    away = CastTerms("ana", last=FIRST - timedelta(days=1))
    strips = strips_of(strip(1, cast=("ana",)), strip(2, cast=("ben",)))
    solved = plan(strips, production(cast=(away,)), moves=2000)
    assert not solved.is_feasible
    assert on_board(solved.board) == ["s1", "s2"]
    assert [fault.items for fault in solved.faults if fault.is_hard] == [("ana", "s1")]


def test_nothing_to_schedule_is_said() -> None:
    with pytest.raises(InvalidInput) as refused:
        plan(strips_of(), production())
    assert "场次" in refused.value.told("zh")


def test_progress_tells_a_cost_that_falls_to_a_bound() -> None:
    strips, told = film(20, 6, 5, 6)
    seen: list[Progress] = []
    solved = plan(strips, told, moves=FEW, on_progress=seen.append)
    costs = [each.cost for each in seen]
    assert costs == sorted(costs, reverse=True)
    assert seen[-1].moves_done == seen[-1].moves == FEW
    assert seen[-1].bound == solved.bound <= solved.cost.total


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_days_in_a_better_order_hold_the_same_work_and_cost_no_more(seed: int) -> None:
    strips, told = film(24, 6, 5, seed)
    problem = problem_of(strips, told, None, keep=False)
    slots = problem.open[(np.arange(24) * 7 + seed) % 9]
    better = in_better_days(problem, slots)
    assert total_of(state_of(problem, better, 1))[1] <= total_of(state_of(problem, slots, 1))[1]
    pairs = set(zip(slots.tolist(), better.tolist(), strict=True))
    assert len(pairs) == len({slot for slot, _ in pairs}) == len({slot for _, slot in pairs})


def test_days_that_wait_for_one_player_are_put_side_by_side() -> None:
    strips = strips_of(*(strip(n, cast=("ana",) if n in (1, 5) else ()) for n in range(1, 6)))
    problem = problem_of(strips, production(), None, keep=False)
    slots = problem.open[:5].copy()
    better = in_better_days(problem, slots)
    assert abs(int(better[0] - better[4])) == 1


def changed_film() -> tuple[Strips, Production, Board]:
    strips, told = film(60, 10, 8, 7)
    return strips, told, plan(strips, told, moves=60_000).board


def test_a_plan_is_kept_where_one_scene_changes() -> None:
    strips, told, board = changed_film()
    longest = max(strips.strips, key=lambda each: each.minutes)
    longer = replace(longest, minutes=longest.minutes + 300)
    changed = replace(strips, strips=tuple(longer if s is longest else s for s in strips.strips))
    kept = plan(changed, told, board=board, keep=True, moves=FEW)
    assert hard(kept) == []
    assert len(kept.moved) <= 3
    assert plan(strips, told, board=board, keep=True, moves=FEW).moved == ()


def test_a_new_scene_finds_its_day_and_moves_no_other_that_it_need_not() -> None:
    strips, told, board = changed_film()
    new = replace(strips.strips[0], id="new", number="61", minutes=30, eighths=1)
    more = replace(strips, strips=(*strips.strips, new))
    kept = plan(more, told, board=board, keep=True, moves=FEW)
    assert hard(kept) == []
    assert kept.moved == ()
    assert "new" in on_board(kept.board)


def test_a_repair_breaks_nothing_and_moves_the_fewest_strips() -> None:
    strips, told, board = changed_film()
    away = CastTerms("p1", away=(Dates(FIRST, FIRST + timedelta(days=1)),))
    others = tuple(each for each in told.cast if each.character_id != "p1")
    changed = replace(told, cast=(*others, away))
    problem = problem_of(strips, changed, board, keep=True)
    slots = repaired(problem)
    assert slots is not None
    mended = _board(problem, slots, strips, changed, board)
    assert [f for f in check_board(strips, mended, changed) if f.is_hard] == []
    must = [s for s, slot in enumerate(problem.start) if problem.facts.bad[s, slot]]
    moved = set(np.flatnonzero(slots != problem.start))
    assert moved >= set(must)
    kept = plan(strips, changed, board=board, keep=True, moves=FEW)
    assert hard(kept) == []
    assert len(must) <= len(kept.moved) <= len(moved)


def test_a_short_day_and_a_closed_place_are_kept_to() -> None:
    closed = Location("A", "A", (), closed=(Dates(FIRST, FIRST + timedelta(days=3)),))
    told = production(locations=(closed,), hours=Hours(length_minutes=400))
    strips = strips_of(*(strip(number, location="AB"[number % 2], minutes=100)
                         for number in range(1, 9)))  # fmt: skip
    solved = plan(strips, told, moves=5000)
    assert hard(solved) == []
    assert solved.cost.by_kind()[CostKind.CREW] == 3 * told.costs.day  # three strips need no meal

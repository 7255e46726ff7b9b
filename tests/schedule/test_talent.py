"""The laws of the talent scheduling problem, and the instances whose best cost is published."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.schedule.talent import (
    Actor,
    Instance,
    Progress,
    bounded,
    dynamic,
    hold_cost,
    paid_cost,
    solve,
)
from mstation.schedule.talent.anneal import anneal, rota_of, shuffled
from mstation.schedule.talent.casts import MOST_BITS, casts_of
from mstation.schedule.talent.preprocess import reduce
from mstation.schedule.talent.reading import read_instance

NAMED = Path(__file__).resolve().parents[2].parent / "shared" / "benchmarks" / "talent-scheduling"
FILES = sorted(NAMED.glob("*.json"))


@st.composite
def instances(draw: st.DrawFn, most: int = 6) -> Instance:
    scenes = draw(st.integers(1, most))
    durations = draw(st.lists(st.integers(0, 9), min_size=scenes, max_size=scenes))
    own = st.sets(st.integers(0, scenes - 1)).map(lambda each: tuple(sorted(each)))
    wages = draw(st.lists(st.tuples(st.integers(0, 40), own), max_size=8))
    actors = tuple(Actor(f"a{number}", *each) for number, each in enumerate(wages))
    return Instance("drawn", tuple(durations), actors)


def _least(instance: Instance) -> int:
    return min(paid_cost(instance, order) for order in permutations(range(len(instance.durations))))


def _wide(scenes: int, people: int, seed: int) -> Instance:
    """Return an instance that no exact rule makes smaller: casts of nearly half of the people."""
    casts = [
        shuffled(people, seed * 1000 + scene)[: 2 + scene % max(1, people // 2)]
        for scene in range(scenes)
    ]
    return Instance(
        "wide",
        tuple(1 + scene * 7 % 5 for scene in range(scenes)),
        tuple(
            Actor(f"a{who}", 1 + who * 11 % 17, tuple(n for n in range(scenes) if who in casts[n]))
            for who in range(people)
        ),
    )


@pytest.mark.skipif(not FILES, reason=f"no named instances at {NAMED}")
def test_the_named_instances_are_solved_to_their_published_cost_and_proved() -> None:
    assert len(FILES) == 20
    for path in FILES:
        instance = read_instance(path.read_bytes(), str(path))
        published = json.loads(path.read_bytes())
        solution = solve(instance)
        assert solution.is_proven, path.name
        assert solution.cost == published["optimum_paid_cost"], path.name
        assert solution.hold == published["optimum_hold_cost"], path.name
        assert paid_cost(instance, solution.order) == solution.cost, path.name


@given(instances(), st.randoms(use_true_random=False))
def test_an_order_costs_the_same_backwards_and_nobody_waits_less_than_nothing(
    instance: Instance, chance: object
) -> None:
    order = list(range(len(instance.durations)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    assert paid_cost(instance, order) == paid_cost(instance, order[::-1])
    assert hold_cost(instance, order) >= 0


@given(instances(), st.randoms(use_true_random=False))
def test_a_wait_is_the_sum_of_the_waits_of_the_parts(instance: Instance, chance: object) -> None:
    reduction = reduce(instance)
    orders = []
    for part in reduction.parts:
        order = list(range(len(part.instance.durations)))
        chance.shuffle(order)  # type: ignore[attr-defined]
        orders.append(order)
    order = reduction.order(orders)
    assert sorted(order) == list(range(len(instance.durations)))
    assert hold_cost(instance, order) == sum(
        part.unit * hold_cost(part.instance, own)
        for part, own in zip(reduction.parts, orders, strict=True)
    )


@given(instances())
@settings(max_examples=60)
def test_the_solution_is_the_best_of_all_orders(instance: Instance) -> None:
    solution = solve(instance)
    assert solution.is_proven
    assert solution.cost == paid_cost(instance, solution.order) == _least(instance)
    assert solution.hold == solution.cost - instance.work_cost


@given(instances(most=7))
@settings(max_examples=30)
def test_every_solver_finds_the_best_order_without_the_others(instance: Instance) -> None:
    scenes = len(instance.durations)
    least = _least(instance) - instance.work_cost
    casts = casts_of(instance)
    table = dynamic.best_order(casts, least + 1)
    assert table is not None
    assert table[0] == hold_cost(instance, table[1]) == least
    assert dynamic.best_order(casts, least) is None or least == 0
    if scenes > 1:
        found = bounded.search(casts, least + 1, states=200)
        assert found.is_whole
        assert found.wait == hold_cost(instance, found.order) == least
        assert least == 0 or bounded.search(casts, least, states=200).wait is None
    rounds = [
        anneal(rota_of(instance), shuffled(scenes, seed), moves=2_000, seed=seed)
        for seed in range(3)
    ]
    assert min(hold_cost(instance, order) for order in rounds) == least


@pytest.mark.parametrize(("scenes", "people", "seed"), [(14, 6, 1), (15, 20, 2), (16, 12, 3)])
def test_the_table_and_the_search_agree_where_all_orders_are_too_many(
    scenes: int, people: int, seed: int
) -> None:
    instance = _wide(scenes, people, seed)
    casts, limit = casts_of(instance), hold_cost(instance, range(scenes)) + 1
    table = dynamic.best_order(casts, limit)
    found = bounded.search(casts, limit, states=1 << scenes)
    assert table is not None
    assert found.is_whole
    assert table[0] == found.wait == hold_cost(instance, table[1])
    assert found.wait == hold_cost(instance, found.order)


def test_a_table_of_large_costs_is_as_exact() -> None:
    small = _wide(13, 6, 4)
    large = Instance(
        "large", small.durations,
        tuple(Actor(each.name, each.cost * 10**10 + 1, each.scenes) for each in small.actors),
    )  # fmt: skip
    casts, limit = casts_of(large), hold_cost(large, range(13)) + 1
    assert limit > 2**32
    table, found = dynamic.best_order(casts, limit), bounded.search(casts, limit, states=1 << 13)
    assert table is not None
    assert table[0] == found.wait == hold_cost(large, table[1])


def test_a_search_without_room_says_so_and_knows_nothing() -> None:
    instance = _wide(16, 12, 3)
    found = bounded.search(casts_of(instance), hold_cost(instance, range(16)), states=20)
    assert (found.wait, found.order, found.is_whole) == (None, (), False)


@given(instances(), st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_no_solution_is_dearer_than_the_order_in_hand(instance: Instance, chance: object) -> None:
    start = list(range(len(instance.durations)))
    chance.shuffle(start)  # type: ignore[attr-defined]
    solution = solve(instance, start=start, moves=1, states=1)
    assert solution.cost <= paid_cost(instance, start)
    best = solve(instance, start=solution.order)
    if best.cost == solution.cost:
        assert best.order == solution.order


def test_budgets_that_end_leave_an_order_and_a_bound_and_give_the_same_again() -> None:
    instance = _wide(40, 18, 5)
    best, bounds, told = [], [], []

    def hear(progress: Progress) -> None:
        told.append(progress)
        best.append(progress.cost)
        bounds.append(progress.bound)

    solution = solve(instance, moves=60_000, states=3_000, seed=7, on_progress=hear)
    assert not solution.is_proven
    assert instance.work_cost <= solution.bound < solution.cost
    assert best == sorted(best, reverse=True)
    assert bounds == sorted(bounds)
    assert told[-1] == Progress(solution.cost, solution.bound)
    assert solution.cost < paid_cost(instance, range(40))
    assert solve(instance, moves=60_000, states=3_000, seed=7) == solution


def test_more_people_than_a_set_of_bits_holds_are_ordered_all_the_same() -> None:
    instance = _wide(80, MOST_BITS + 8, 6)
    solution = solve(instance, moves=20_000)
    assert sorted(solution.order) == list(range(80))
    assert solution.cost < paid_cost(instance, range(80))
    assert solution.bound == instance.work_cost


def test_chance_is_the_same_on_every_machine() -> None:
    instance = _wide(30, 9, 8)
    order = anneal(rota_of(instance), range(30), moves=5_000, seed=3)
    assert shuffled(8, 1) == (1, 0, 7, 5, 3, 6, 4, 2)
    assert hold_cost(instance, order) == 1049


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Instance("x", (-1,), ()),
        lambda: Instance("x", (1,), (Actor("a", -1, (0,)),)),
        lambda: Instance("x", (1,), (Actor("a", 1, (1,)),)),
        lambda: Instance("x", (10**8,), (Actor("a", 10**8, (0,)),)),
        lambda: solve(Instance("x", (1, 1), ()), start=(0, 0)),
        lambda: solve(Instance("x", (1, 1), ()), moves=0),
    ],
)
def test_what_is_no_problem_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        wrong()  # type: ignore[operator]

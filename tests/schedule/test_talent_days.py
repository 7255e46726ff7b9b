"""The order of days equals the cheapest of all orders that the rules leave."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.schedule.talent.days import DayRules, Flags, order_days


def _flags(rows: int, columns: int, *, often: int) -> st.SearchStrategy[Flags]:
    """Return tables of flags; each is set so many times of ten."""
    row = st.lists(st.integers(0, 9).map(lambda n: n < often), min_size=columns, max_size=columns)
    return st.lists(row, min_size=rows, max_size=rows).map(
        lambda table: np.array(table, bool).reshape(rows, columns)
    )


@st.composite
def boards(draw: st.DrawFn) -> tuple[Flags, list[int], DayRules]:
    blocks, people = draw(st.integers(1, 6)), draw(st.integers(0, 5))
    rates = draw(st.lists(st.integers(0, 30), min_size=people, max_size=people))
    days = st.integers(0, blocks - 1)
    rules = DayRules(
        draw(st.none() | _flags(blocks, blocks, often=8)),
        draw(st.none() | _flags(blocks, blocks, often=3)),
        draw(st.none() | _flags(1, blocks - 1, often=6).map(lambda flags: flags[0])),
        draw(st.none() | st.dictionaries(days, days, max_size=1)),
    )
    return draw(_flags(people, blocks, often=5)), rates, rules


def _may_be(order: tuple[int, ...], rules: DayRules) -> bool:
    days = range(len(order))
    return (
        (rules.allowed is None or all(rules.allowed[order[day], day] for day in days))
        and (rules.locked is None or all(order[day] == b for day, b in rules.locked.items()))
        and (
            rules.apart is None
            or not any(
                rules.apart[order[day - 1], order[day]]
                and (rules.consecutive is None or rules.consecutive[day - 1])
                for day in days[1:]
            )
        )
    )


def _cost(order: tuple[int, ...], works: Flags, rates: list[int]) -> int:
    spans = [np.flatnonzero(own[list(order)]) for own in works]
    return sum(
        rate * int(span[-1] - span[0] + 1)
        for rate, span in zip(rates, spans, strict=True)
        if len(span)
    )


@given(boards())
@settings(max_examples=150)
def test_days_are_ordered_as_cheaply_as_the_rules_let_any_order_be(
    board: tuple[Flags, list[int], DayRules],
) -> None:
    works, rates, rules = board
    orders = [each for each in permutations(range(works.shape[1])) if _may_be(each, rules)]
    found = order_days(works, rates, rules)
    if found is None:
        assert orders == []
    else:
        assert _may_be(found.order, rules)
        assert found.cost == _cost(found.order, works, rates)
        assert found.cost == min(_cost(order, works, rates) for order in orders)


def test_a_night_is_not_shot_on_the_date_before_a_day() -> None:
    works = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]], bool)  # best as it stands
    apart = np.zeros((4, 4), bool)
    apart[1, [0, 2, 3]] = True  # block 1 is at night
    rates = [5, 5, 5]
    free = order_days(works, rates)
    rested = order_days(works, rates, DayRules(apart=apart))
    weekend = order_days(works, rates, DayRules(apart=apart, consecutive=np.array([1, 0, 1], bool)))
    assert free is not None
    assert rested is not None
    assert weekend is not None
    assert free.cost == weekend.cost == 30
    assert rested.cost > 30
    assert rested.order[-1] == 1


def test_rules_that_leave_no_order_are_told() -> None:
    works = np.ones((1, 2), bool)
    assert order_days(works, [1], DayRules(allowed=np.array([[1, 0], [1, 0]], bool))) is None


@pytest.mark.parametrize(
    ("works", "rates", "rules"),
    [
        (np.ones((1, 21), bool), [1], None),
        (np.ones((1, 2), bool), [1, 2], None),
        (np.ones((1, 2), bool), [-1], None),
        (np.ones((1, 2), bool), [1], DayRules(allowed=np.ones((2, 3), bool))),
        (np.ones((1, 2), bool), [1], DayRules(locked={2: 0})),
    ],
)
def test_a_board_that_does_not_fit_is_refused(
    works: Flags, rates: list[int], rules: DayRules | None
) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        order_days(works, rates, rules)

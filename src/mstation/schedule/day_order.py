"""Days' work in slots in, the same work in a cheaper order of days out: exactly, window by window.

A window of days is ordered by `talent.days.order_days`; what its players do before and after it
stands at its ends as two days that are settled. Drops, rests of weeks and what comes before what
are not in that problem: an order is taken only where the whole plan comes cheaper by it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mstation.schedule.anneal import State, state_of, total_of
from mstation.schedule.problem import REST, Facts, Ints, Problem
from mstation.schedule.talent.days import DayRules, order_days

_WINDOW = 13  # days at once: 2^15 sets with the two ends
_STEP = 6
_MOST_ROUNDS = 3
_MOST_PEOPLE = 62  # of `order_days`
_DAY = 24 * 60


def in_better_days(problem: Problem, slots: Ints) -> Ints:
    """Return the strips in slots whose days are in an order that costs no more."""
    best = slots.copy()
    least = total_of(state_of(problem, best, 1))[1]
    for _ in range(_MOST_ROUNDS):
        was = least
        used = sorted({int(slot) for slot in best})
        for first in range(0, max(1, len(used) - _STEP), _STEP):
            tried = _reordered(problem, best, used, used[first : first + _WINDOW])
            if tried is not None and (total := total_of(state_of(problem, tried, 1))[1]) < least:
                best, least = tried, total
        if least == was:
            break
    return best


def _reordered(
    problem: Problem, slots: Ints, used: Sequence[int], window: Sequence[int]
) -> Ints | None:
    """Return the slots with the days of a window in their cheapest order; None: there is none."""
    facts = problem.facts
    state = state_of(problem, slots, 1)
    works = state.works + facts.elsewhere > 0
    outside = [slot for slot in used if slot < window[0]], [s for s in used if s > window[-1]]
    ends = [works[:, slots_].any(axis=1) for slots_ in outside]
    blocks = np.column_stack([ends[0], works[:, list(window)], ends[1]])
    is_in = blocks.any(axis=1) & (facts.may_hold > 0)
    if is_in.sum() > _MOST_PEOPLE:
        return None
    rules = _rules(problem, slots, state, window)
    found = order_days(blocks[is_in], facts.rate[is_in].tolist(), rules)
    if found is None:
        return None
    goes = {window[block - 1]: window[day - 1] for day, block in enumerate(found.order)
            if 0 < block <= len(window)}  # fmt: skip
    return np.array([goes.get(int(slot), int(slot)) for slot in slots], np.int64)


def _rules(problem: Problem, slots: Ints, state: State, window: Sequence[int]) -> DayRules:
    facts, count = problem.facts, len(window) + 2
    own = [np.flatnonzero(slots == slot) for slot in window]
    is_open = set(problem.open.tolist())
    free = set(problem.free.tolist())
    locked = {0: 0, count - 1: count - 1}
    for at, (slot, strips) in enumerate(zip(window, own, strict=True), start=1):
        if slot not in is_open or facts.banner[slot] or not free.issuperset(strips.tolist()):
            locked[at] = at
    allowed = np.ones((count, count), bool)
    for at, strips in enumerate(own, start=1):
        allowed[at, 1:-1] = ~facts.bad[strips][:, list(window)].any(axis=0)
        allowed[at, at] = True  # where it stands already, faults and all
    apart = np.zeros((count, count), bool)
    for at, slot in enumerate(window, start=1):
        for other, then in enumerate(window, start=1):
            apart[at, other] = _is_too_near(facts, state, slot, then)
    dates = facts.ordinal[list(window)]
    follows = np.concatenate([[False], np.diff(dates) == 1, [False]])
    return DayRules(allowed, apart, follows, locked)


def _is_too_near(facts: Facts, state: State, slot: int, then: int) -> bool:
    """Tell whether one day's work cannot come on the date after another's."""
    end = int(state.end[slot] - facts.ordinal[slot] * _DAY)
    begin = int(state.begin[then] - facts.ordinal[then] * _DAY) + _DAY
    return begin - end < int(facts.rules[REST])

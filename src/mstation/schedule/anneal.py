"""Strips in slots in, better slots out: annealing over strips, days and blocks, counted in moves.

Every counter is kept up to date as strips move, so that a move costs what it touches: its days, its
players, and one pass over the days for the rest between them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mstation.compiled import kernel
from mstation.schedule.problem import (
    DAY_CALL,
    DAY_COST,
    FAULT_COST,
    LENGTH,
    MEAL,
    MEAL_AFTER,
    MOST_EIGHTHS,
    MOVE_COST,
    MOVE_MINUTES,
    MOVED_COST,
    NIGHT_CALL,
    ONE_DROP,
    PREPARE,
    REST,
    SCRIPT_COST,
    SET_MINUTES,
    WRAP,
    Facts,
    Ints,
    Problem,
)

_DAY, _WEEK = 24 * 60, 7 * 24 * 60
_A_FAULT = 100  # points; what is broken by much has more
# places in `sums`
_BAD, _BEFORE, _MOVED, _RESTS, _TOTAL, _POINTS = range(6)


class State(NamedTuple):
    """Where everything is, and what it comes to."""

    slot: Ints  # (s,)
    works: Ints  # (p, d) strips of a player on a day
    minor: Ints  # (p, d) minutes of them
    strips: Ints  # (d,)
    minutes: Ints
    eighths: Ints
    nights: Ints
    lights: Ints
    young: Ints  # minutes of strips with minors
    at_place: Ints  # (l, d)
    at_set: Ints  # (k, d)
    of_script_day: Ints  # (y, d)
    places: Ints  # (d,)
    sets: Ints
    script_days: Ints
    fees: Ints
    player_cost: Ints  # (p,)
    day_cost: Ints  # (d,)
    day_points: Ints
    begin: Ints  # minutes since the calendar began
    end: Ints
    sums: Ints  # (6,)
    touched_player: Ints  # (p,)
    touched_day: Ints  # (d,)
    changed: Ints  # (s,) strips of the move that is tried
    changed_to: Ints
    changed_from: Ints
    best: Ints  # (s,)
    best_total: Ints  # (1,)
    dice: NDArray[np.uint64]  # (1,)


_OF_DAYS = (
    "strips", "minutes", "eighths", "nights", "lights", "young", "places", "sets", "script_days",
    "fees", "day_cost", "day_points", "begin", "end", "touched_day",
)  # fmt: skip


def state_of(problem: Problem, slots: Ints, seed: int) -> State:
    """Return the counters of strips in slots."""
    facts = problem.facts
    n, days = len(facts.minutes), len(facts.ordinal)
    players = len(facts.rate)

    def nought(*shape: int) -> Ints:
        return np.zeros(shape, np.int64)

    sets, script_days = (int(each.max(initial=-1)) + 1 for each in (facts.set, facts.script_day))
    each_day = {name: nought(days) for name in _OF_DAYS}
    state = State(
        slot=np.full(n, -1, np.int64),
        works=nought(players, days),
        minor=nought(players, days),
        at_place=nought(len(facts.fee), days),
        at_set=nought(sets, days),
        of_script_day=nought(script_days, days),
        player_cost=nought(players),
        sums=nought(6),
        touched_player=nought(players),
        changed=nought(n),
        changed_to=nought(n),
        changed_from=nought(n),
        best=slots.copy(),
        best_total=np.full(1, np.iinfo(np.int64).max),
        dice=np.array([seed * 2 + 1], np.uint64),
        **each_day,
    )
    _fill(facts, state, slots)
    return state


@kernel
def _fill(facts: Facts, state: State, slots: Ints) -> None:
    for s in range(len(slots)):
        _put(facts, state, s, slots[s], 1)
        state.slot[s] = slots[s]
    state.touched_player[:] = 1
    state.touched_day[:] = 1
    _reckon(facts, state)
    state.best[:] = slots
    state.best_total[0] = state.sums[_TOTAL]


@kernel
def _put(facts: Facts, state: State, s: int, d: int, by: int) -> None:
    """Count a strip into a day, or out of it; its day and players are to be reckoned again."""
    state.touched_day[d] = 1
    state.strips[d] += by
    state.minutes[d] += by * facts.minutes[s]
    state.eighths[d] += by * facts.eighths[s]
    state.nights[d] += by * facts.night[s]
    state.lights[d] += by * facts.light[s]
    state.young[d] += by * facts.young[s] * facts.minutes[s]
    place, set_, script_day = facts.place[s], facts.set[s], facts.script_day[s]
    was = state.at_place[place, d] > 0
    state.at_place[place, d] += by
    if was != (state.at_place[place, d] > 0):
        state.places[d] += by
        state.fees[d] += by * facts.fee[place]
    was = state.at_set[set_, d] > 0
    state.at_set[set_, d] += by
    if was != (state.at_set[set_, d] > 0):
        state.sets[d] += by
    was = state.of_script_day[script_day, d] > 0
    state.of_script_day[script_day, d] += by
    if was != (state.of_script_day[script_day, d] > 0):
        state.script_days[d] += by
    state.sums[_BAD] += by * facts.bad[s, d]
    if facts.home[s] >= 0 and facts.home[s] != d:
        state.sums[_MOVED] += by
    for at in range(facts.cast_from[s], facts.cast_from[s + 1]):
        p = facts.cast[at]
        state.touched_player[p] = 1
        state.works[p, d] += by
        state.minor[p, d] += by * facts.minutes[s]


@kernel
def _paid(facts: Facts, state: State, p: int) -> Any:
    """Return what a player is paid for their days, holds and journeys."""
    last, idle, paid, saved = -1, 0, 0, 0
    journey = facts.journey[p]
    for d in range(len(facts.ordinal)):
        if state.works[p, d] + facts.elsewhere[p, d] == 0:
            idle += facts.worked[d]
            continue
        paid += 1
        if last >= 0:
            held = idle if facts.may_hold[p] else 0
            away = facts.ordinal[d] - facts.ordinal[last] - 1
            paid += held
            if 0 < facts.drop_after[p] < away and held > journey:
                if facts.rules[ONE_DROP]:
                    saved = max(saved, held - journey)
                else:
                    saved += held - journey
        last, idle = d, 0
    if last < 0:
        return 0
    return facts.rate[p] * (paid - saved + journey)


@kernel
def _reckon_day(facts: Facts, state: State, d: int) -> None:
    rules = facts.rules
    state.day_cost[d] = state.day_points[d] = 0
    state.begin[d] = state.end[d] = 0
    if state.strips[d] == 0:
        return
    state.day_cost[d] = (
        rules[DAY_COST]
        + state.fees[d]
        + rules[MOVE_COST] * (state.places[d] - 1)
        + rules[SCRIPT_COST] * (state.script_days[d] - 1)
    )
    ways = rules[MOVE_MINUTES] * (state.places[d] - 1)
    ways += rules[SET_MINUTES] * (state.sets[d] - state.places[d])
    work = rules[PREPARE] + state.minutes[d] + facts.banner[d] + ways
    whole = work + rules[WRAP] + (rules[MEAL] if work > rules[MEAL_AFTER] else 0)
    points = 0
    if whole > rules[LENGTH]:
        points += _A_FAULT + whole - rules[LENGTH]
    if state.eighths[d] > rules[MOST_EIGHTHS]:
        points += _A_FAULT + 10 * (state.eighths[d] - rules[MOST_EIGHTHS])
    points += _A_FAULT * min(state.nights[d], state.lights[d])
    if state.young[d]:
        points += _minor_points(facts, state, d, ways)
    call = rules[NIGHT_CALL] if state.nights[d] else rules[DAY_CALL]
    state.begin[d] = facts.ordinal[d] * _DAY + call
    state.end[d] = state.begin[d] + whole
    state.day_points[d] = points


@kernel
def _minor_points(facts: Facts, state: State, d: int, ways: int) -> int:
    """Reckon minors as if all of their strips were shot on end, first of all at night."""
    points, together = 0, state.young[d] + ways
    if together > facts.rules[MEAL_AFTER] - facts.rules[PREPARE]:
        together += facts.rules[MEAL]
    for p in range(len(facts.rate)):
        if facts.minor_minutes[p] and state.minor[p, d]:
            until = facts.minor_night[p] if state.nights[d] else facts.minor_day[p]
            over = max(0, state.minor[p, d] - facts.minor_minutes[p])
            over += max(0, together - min(until, facts.minor_there[p]))
            if over:
                points += _A_FAULT + over
    return points


@kernel
def _rest_points(facts: Facts, state: State) -> int:
    points = 0
    before = -1
    for d in range(len(facts.ordinal)):
        if state.strips[d]:
            if before >= 0:
                lacking = facts.rules[REST] - (state.begin[d] - state.end[before])
                if lacking > 0:
                    points += _A_FAULT + lacking // 8
            before = d
    for rest in facts.rests:
        first, before = -1, -1
        for d in range(len(facts.ordinal)):
            if state.strips[d]:
                if before < 0 or state.begin[d] - state.end[before] >= rest:
                    first = d
                if state.end[d] - state.begin[first] > _WEEK - rest:
                    points += _A_FAULT
                before = d
    return points


@kernel
def _reckon(facts: Facts, state: State) -> None:
    """Reckon again what a move touched, and the whole."""
    cost, points = 0, 0
    for d in range(len(facts.ordinal)):
        if state.touched_day[d]:
            _reckon_day(facts, state, d)
            state.touched_day[d] = 0
        cost += state.day_cost[d]
        points += state.day_points[d]
    for p in range(len(facts.rate)):
        if state.touched_player[p]:
            state.player_cost[p] = _paid(facts, state, p)
            state.touched_player[p] = 0
        cost += state.player_cost[p]
    points += _rest_points(facts, state) + _A_FAULT * state.sums[_BAD]
    for pair in range(len(facts.before)):
        first, then = facts.before[pair, 0], facts.before[pair, 1]
        late = state.slot[first] - state.slot[then]
        if late > 0 or (late == 0 and facts.set[first] != facts.set[then]):
            points += _A_FAULT
    state.sums[_POINTS] = points
    cost += facts.rules[MOVED_COST] * state.sums[_MOVED]
    state.sums[_TOTAL] = cost + facts.rules[FAULT_COST] * points // _A_FAULT


@kernel
def _roll(state: State, sides: int) -> Any:
    """Return a number from 0 to below `sides`. Source: Marsaglia, Xorshift RNGs, 2003."""
    x = state.dice[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state.dice[0] = x
    return np.int64((x >> np.uint64(11)) % np.uint64(sides))


@kernel
def _shift(facts: Facts, state: State, count: int, is_back: bool) -> None:
    """Put the strips of a move where it wants them, or back."""
    for at in range(count):
        s = state.changed[at]
        to = state.changed_from[at] if is_back else state.changed_to[at]
        _put(facts, state, s, state.slot[s], -1)
        _put(facts, state, s, to, 1)
        state.slot[s] = to


@kernel
def _want(state: State, count: int, s: int, to: int) -> int:
    """Add a strip to the move; return how many it has."""
    if state.slot[s] == to:
        return count
    state.changed[count] = s
    state.changed_from[count] = state.slot[s]
    state.changed_to[count] = to
    return count + 1


@kernel
def _near(state: State, free: Ints, open_: Ints, is_open: Ints) -> Any:
    """Return an open slot: where another strip stands, more often than any."""
    if _roll(state, 4):
        d = state.slot[free[_roll(state, len(free))]]
        if is_open[d]:
            return d
    return open_[_roll(state, len(open_))]


@kernel
def _propose(facts: Facts, state: State, free: Ints, open_: Ints, is_open: Ints) -> int:
    """Write a move into the state; return how many strips it moves. Shares are of a hundred."""
    kind = _roll(state, 100)
    s = free[_roll(state, len(free))]
    d, e = state.slot[s], _near(state, free, open_, is_open)
    if kind < 35:  # a strip goes to another day
        return _want(state, 0, s, e)
    if kind < 58:
        return _propose_swap(state, is_open, s, free[_roll(state, len(free))])
    if kind < 65:
        return _propose_exchange(facts, state, free, is_open, s, s, e)
    if kind < 72:
        t = free[_roll(state, len(free))]
        return _propose_exchange(facts, state, free, is_open, s, t, state.slot[t])
    if kind < 82:
        return _propose_shift(state, free, open_, d)
    if kind < 90:
        return _propose_block(state, free, facts.place, s, e)
    if kind < 95:
        return _propose_block(state, free, facts.set, s, e)
    return _propose_end(state, free, open_, is_open, d, e, kind < 97)


@kernel
def _propose_end(state: State, free: Ints, open_: Ints, is_open: Ints, d: int, e: int,
                 is_whole: bool) -> int:  # fmt: skip
    """Give up a day: what it holds goes to one other, or to many."""
    count = 0
    for each in free:
        if state.slot[each] == d:
            to = e if is_whole else _near(state, free, open_, is_open)
            count = _want(state, count, each, to)
    return count


@kernel
def _propose_swap(state: State, is_open: Ints, s: int, t: int) -> int:
    """Let two strips change days."""
    d, e = state.slot[s], state.slot[t]
    if not (is_open[d] and is_open[e]):
        return 0
    return _want(state, _want(state, 0, s, e), t, d)


@kernel
def _propose_exchange(facts: Facts, state: State, free: Ints, is_open: Ints, s: int, t: int,
                      e: int) -> int:  # fmt: skip
    """Let two days change places: whole where s is t, else what they hold of the places of both."""
    d, count = state.slot[s], 0
    if not (is_open[d] and is_open[e]):
        return 0
    for each in free:
        at = state.slot[each]
        if at == d and (s == t or facts.place[each] == facts.place[s]):
            count = _want(state, count, each, e)
        elif at == e and (s == t or facts.place[each] == facts.place[t]):
            count = _want(state, count, each, d)
    return count


@kernel
def _propose_block(state: State, free: Ints, group: Ints, s: int, e: int) -> int:
    """Let what a day holds of a strip's place, or set, go to another day."""
    d, count = state.slot[s], 0
    for each in free:
        if state.slot[each] == d and group[each] == group[s]:
            count = _want(state, count, each, e)
    return count


@kernel
def _propose_shift(state: State, free: Ints, open_: Ints, d: int) -> int:
    """Let a day go elsewhere; those between move up."""
    at = -1
    for place in range(len(open_)):
        if open_[place] == d:
            at = place
    if at < 0:
        return 0
    to, count = _roll(state, len(open_)), 0
    low, high = min(at, to), max(at, to)
    step = -1 if at < to else 1
    for each in free:
        for place in range(low, high + 1):
            if open_[place] == state.slot[each]:
                goes = to if place == at else place + step
                count = _want(state, count, each, open_[goes])
                break
    return count


@kernel
def anneal(facts: Facts, state: State, free: Ints, open_: Ints, is_open: Ints, first: int,
           end: int, moves: int, warm: float, cold: float) -> None:  # fmt: skip
    """Try the moves from `first` to `end` of a run of `moves` that cools from warm to cold.

    The best that was met stays in `state.best`.
    """
    for step in range(first, end):
        heat = warm * (cold / warm) ** (step / moves)
        count = _propose(facts, state, free, open_, is_open)
        if count == 0:
            continue
        was = state.sums[_TOTAL]
        _shift(facts, state, count, False)
        _reckon(facts, state)
        worse = state.sums[_TOTAL] - was
        if worse > 0 and _roll(state, 1 << 30) >= np.exp(-worse / heat) * (1 << 30):
            _shift(facts, state, count, True)
            _reckon(facts, state)
        elif state.sums[_TOTAL] < state.best_total[0]:
            state.best_total[0] = state.sums[_TOTAL]
            state.best[:] = state.slot


def total_of(state: State) -> tuple[int, int]:
    """Return a state's points of faults and what it comes to."""
    return int(state.sums[_POINTS]), int(state.sums[_TOTAL])

"""An instance in, an order of its scenes out: the best where that can be proved, else a good one.

What is done depends on the problem and on counted budgets alone, never on a clock: the same
instance, seed and budgets give the same order on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from mstation.schedule.talent import bounded, dynamic
from mstation.schedule.talent.anneal import anneal, rota_of, shuffled
from mstation.schedule.talent.casts import Casts, casts_of, is_small
from mstation.schedule.talent.instance import Instance, hold_cost, is_order, paid_cost
from mstation.schedule.talent.preprocess import reduce

MOVES = 1_000_000
STATES = 4_000_000
_FIRST_MOVES = 20_000  # of the first round
_FIRST_STATES = 100_000  # likewise
_TABLE_FIRST = 24  # scenes: a second or so; above, a search is often quicker
_BOUNDS = 3  # how often a bound is looked for when the best cannot be proved


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known so far: what the best order costs, and what none can cost less than."""

    cost: int
    bound: int


@dataclass(frozen=True, slots=True)
class Solution:
    """An order of the scenes.

    cost: what is paid. hold: of that, for waiting. bound: no order costs less.
    denominator: that of the instance.
    """

    name: str
    order: tuple[int, ...]
    cost: int
    hold: int
    bound: int
    denominator: int = 1

    @property
    def is_proven(self) -> bool:
        """Whether no order is cheaper."""
        return self.bound == self.cost


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a part: an order, its wait, and what no order waits less than."""

    order: tuple[int, ...]
    wait: int
    bound: int = 0

    @property
    def is_proven(self) -> bool:
        return self.bound == self.wait


def solve(
    instance: Instance,
    *,
    moves: int = MOVES,
    states: int = STATES,
    seed: int = 0,
    start: Sequence[int] | None = None,
    on_progress: Callable[[Progress], object] | None = None,
) -> Solution:
    """Return the best order that the budgets find; `start` itself where none is cheaper.

    moves: of annealing, for each part that must be searched. states: sets of scenes kept at once
    by a search, 32 bytes each. start: the order in hand, 0, 1, 2 … if not given.

    Raises:
        ValueError: `start` is no order of the scenes, or a budget is below one.
    """
    begun = tuple(range(len(instance.durations))) if start is None else tuple(start)
    if not is_order(instance, begun):
        raise ValueError("the order to start from has not every scene once")
    if moves < 1 or states < 1:
        raise ValueError("a budget of moves or states is below one")
    reduction, work = reduce(instance), instance.work_cost
    known = []
    for part in reduction.parts:
        order = part.order_of(begun)
        known.append(_Known(order, hold_cost(part.instance, order)))
    units = [part.unit for part in reduction.parts]
    for index, part in enumerate(reduction.parts):
        for better in _improved(part.instance, known[index], moves, states, seed):
            known[index] = better
            if on_progress is not None:
                on_progress(Progress(
                    work + sum(u * each.wait for u, each in zip(units, known, strict=True)),
                    work + sum(u * each.bound for u, each in zip(units, known, strict=True)),
                ))  # fmt: skip
    bound = work + sum(unit * each.bound for unit, each in zip(units, known, strict=True))
    found = reduction.order([each.order for each in known])
    order = begun if paid_cost(instance, begun) <= paid_cost(instance, found) else found
    cost = paid_cost(instance, order)
    return Solution(instance.name, order, cost, cost - work, bound, instance.denominator)


def _improved(
    part: Instance, known: _Known, moves: int, states: int, seed: int
) -> Iterator[_Known]:
    """Yield ever more that is known of a part, until its best order is proved or budgets end.

    In rounds, each with four times the moves and states of the last: a better order makes the
    search shorter.
    """
    casts = casts_of(part) if is_small(part) else None
    left, share, room, chance = moves, _FIRST_MOVES, _FIRST_STATES, seed << 20
    while not known.is_proven and left > 0:
        known = _annealed(part, known, min(share, left), chance)
        yield known
        left, share, chance = left - share, 4 * share, chance + 1
        if casts is None or known.is_proven:
            continue
        if len(part.durations) > _TABLE_FIRST:
            known = _searched(casts, known, min(states, room) if left > 0 else states)
            yield known
        if not known.is_proven and dynamic.fits(casts, known.wait):
            known = _tabled(casts, known)
        room *= 4
    yield known
    if casts is not None and not known.is_proven:
        yield from _bounded(casts, known, states)


def _annealed(part: Instance, known: _Known, moves: int, chance: int) -> _Known:
    """Return the better of what is known and of a round: from that order, or by chance from any."""
    by_chance = chance & 1
    begin = shuffled(len(part.durations), chance) if by_chance else known.order
    order = anneal(rota_of(part), begin, moves=moves, seed=chance)
    wait = hold_cost(part, order)
    return replace(known, order=order, wait=wait) if wait < known.wait else known


def _tabled(casts: Casts, known: _Known) -> _Known:
    """Return the best order, by dynamic programming."""
    best = dynamic.best_order(casts, known.wait)
    wait, order = (known.wait, known.order) if best is None else best
    return _Known(order, wait, bound=wait)


def _searched(casts: Casts, known: _Known, states: int) -> _Known:
    """Return the best order if the search had room enough, else what was known."""
    found = bounded.search(casts, known.wait, states=states)
    if not found.is_whole:
        return known
    if found.wait is None:
        return replace(known, bound=known.wait)
    return _Known(found.order, found.wait, bound=found.wait)


def _bounded(casts: Casts, known: _Known, states: int) -> Iterator[_Known]:
    """Yield what is known as bounds are raised: searches for impossibly cheap orders."""
    above = known.wait
    for _ in range(_BOUNDS):
        limit = (known.bound + above + 1) // 2
        found = bounded.search(casts, limit, states=states)
        if not found.is_whole:
            above = limit
        elif found.wait is None:
            known = replace(known, bound=limit)
        else:
            known = _Known(found.order, found.wait, bound=found.wait)
        yield known
        if known.is_proven:
            return

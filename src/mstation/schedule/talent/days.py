"""Days' work in, the order of the days out: exactly, with dates that some days cannot be.

Each block is the work of one shooting day. An actor is paid for every shooting day from the first
that needs them to the last. What is paid on a day depends on which blocks are shot before it, and
the number of those says which day it is: so what a day may be is asked of each step of the same
dynamic programming as for scenes. Dates break the symmetry of first and last: all sets are looked
into. Not counted: dropping somebody for a long wait and picking them up again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mstation.compiled import kernel
from mstation.schedule.talent.casts import (
    MOST_BITS,
    Casts,
    Numbers,
    casts_of,
    on_location,
    wait_in,
)
from mstation.schedule.talent.instance import MOST_PAID, Actor, Instance

MOST_DAYS = 20  # 2^20 sets; each for every kind of last day that matters
_NEVER = 2 * MOST_PAID

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class DayOrder:
    """Which block is shot on each day, and what the cast is paid for it."""

    order: tuple[int, ...]
    cost: int


@dataclass(frozen=True, slots=True, eq=False)
class DayRules:
    """What must hold; None where all may be.

    allowed      # (blocks, days) whether a block may be shot on a day
    apart        # (blocks, blocks) whether the second must not come on the date after the first
    consecutive  # (days - 1,) whether the next shooting day is the next date; all, if None
    locked: the block of a day that is settled, by the day.
    """

    allowed: Flags | None = None
    apart: Flags | None = None
    consecutive: Flags | None = None
    locked: Mapping[int, int] | None = None


def order_days(
    works: Flags, rates: Sequence[int], rules: DayRules | None = None
) -> DayOrder | None:
    """Return the cheapest order of the days; None if the rules leave none.

    works  # (cast, blocks) whether somebody works in a block
    rates: of each of the cast, for a day of work or of waiting.

    Raises:
        ValueError: more than `MOST_DAYS` blocks or 62 people, or arrays that do not fit.
    """
    works = np.asarray(works, bool)
    people, blocks = works.shape
    if len(rates) != people or blocks > MOST_DAYS or people > MOST_BITS:
        raise ValueError(f"{blocks} days of {people} people at {len(rates)} rates")
    actors = [
        Actor("", int(rate), tuple(np.flatnonzero(own).tolist()))
        for rate, own in zip(rates, works, strict=True)
    ]
    instance = Instance("", (1,) * blocks, tuple(actors))
    steps = _steps(rules or DayRules(), blocks)
    casts = casts_of(instance)
    table = np.full((1 << blocks, len(steps.barred)), _NEVER, np.int64)
    table[0, 0] = 0
    _fill(casts, steps, table)
    wait = int(table[-1].min())
    if wait == _NEVER:
        return None
    return DayOrder(_way_to_all(casts, steps, table), instance.work_cost + wait)


class _Steps(NamedTuple):
    """What a day may be, as the loop asks it; blocks that bar the same ones are of one kind.

    allowed      # (blocks, days)
    barred       # (kinds, blocks) what may not come on the date after a block of the kind
    kind_of      # (blocks,)
    consecutive  # (days,) whether a day is the date after the last shooting day; the first is not
    """

    allowed: Flags
    barred: Flags
    kind_of: Numbers
    consecutive: Flags


def _steps(rules: DayRules, blocks: int) -> _Steps:
    allowed = _shaped(rules.allowed, (blocks, blocks), unless_given=True).copy()
    for day, block in (rules.locked or {}).items():
        if not (0 <= day < blocks and 0 <= block < blocks):
            raise ValueError(f"block {block} is locked to day {day} of {blocks}")
        allowed[block] &= np.arange(blocks) == day
        allowed[:, day] &= np.arange(blocks) == block
    apart = _shaped(rules.apart, (blocks, blocks), unless_given=False)
    follows = _shaped(rules.consecutive, (max(0, blocks - 1),), unless_given=True)
    barred, kind_of = np.unique(apart, axis=0, return_inverse=True)
    if not blocks:
        barred = np.zeros((1, 0), bool)
    return _Steps(
        allowed, np.ascontiguousarray(barred), kind_of.reshape(-1).astype(np.int64),
        np.concatenate([np.zeros(1, bool), follows]),
    )  # fmt: skip


def _shaped(flags: Flags | None, shape: tuple[int, ...], *, unless_given: bool) -> Flags:
    found = np.full(shape, unless_given) if flags is None else np.asarray(flags, bool)
    if found.shape != shape:
        raise ValueError(f"flags of {found.shape} where {shape} are wanted")
    return found


@kernel
def _fill(casts: Casts, steps: _Steps, table: Numbers) -> None:
    """Find the least wait of each set of blocks shot first, by the kind of the last of them."""
    durations, own, day_costs, people = (
        casts.durations, casts.casts, casts.day_costs, casts.people
    )  # fmt: skip
    allowed, barred, kind_of = steps.allowed, steps.barred, steps.kind_of
    blocks = len(durations)
    for shot in range((1 << blocks) - 1):
        day, left = 0, shot
        while left:
            left &= left - 1
            day += 1
        here, follows = on_location(shot, blocks, people), steps.consecutive[day]
        for block in range(blocks):
            if shot >> block & 1 or not allowed[block, day]:
                continue
            least = _NEVER
            for kind in range(len(barred)):
                if not (follows and barred[kind, block]):
                    least = min(least, table[shot, kind])
            if least == _NEVER:
                continue
            more = least + wait_in(block, here, durations, own, day_costs)
            after, kind = shot | 1 << block, kind_of[block]
            table[after, kind] = min(table[after, kind], more)


def _way_to_all(casts: Casts, steps: _Steps, table: Numbers) -> tuple[int, ...]:
    """Return the first order that has the least wait of all blocks."""
    blocks = len(casts.durations)
    shot, order = (1 << blocks) - 1, list[int]()
    barred = np.zeros(len(steps.barred), bool)  # kinds that may not stand before what follows
    while shot:
        kind = int(np.argmin(np.where(barred, _NEVER, table[shot])))
        day = shot.bit_count() - 1
        for block in range(blocks):
            before = shot & ~(1 << block)
            if before == shot or steps.kind_of[block] != kind or not steps.allowed[block, day]:
                continue
            not_before = steps.barred[:, block] & steps.consecutive[day]
            least = int(np.where(not_before, _NEVER, table[before]).min())
            here = on_location(before, blocks, casts.people)
            more = wait_in(block, here, casts.durations, casts.casts, casts.day_costs)
            if least + more == table[shot, kind]:
                order.append(block)
                shot, barred = before, not_before
                break
        else:
            raise AssertionError("no way to a set of the table")
    return tuple(order[::-1])

"""The best order of few scenes, exactly: dynamic programming over half the sets of scenes.

The wait of what is shot already depends only on which scenes those are, and is the same counted
from either end. So the best order is a set of half the scenes, its own best order, and the best
order of the others read backwards: larger sets are never looked into.

Memory: 4 bytes for each of the 2^n sets (8 where costs need them): 64 MB for 24 scenes.

Source: Garcia de la Banda, Stuckey & Chu 2011 (the recurrence); `tests/schedule` holds it equal to
trying all orders.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mstation.compiled import kernel
from mstation.schedule.talent.casts import Casts, on_location, wait_in

MOST_BYTES = 1 << 28
MOST_SCENES = 26
_LARGEST_INT32 = 2**31 - 2

_Table = NDArray[np.int32] | NDArray[np.int64]


def fits(casts: Casts, limit: int) -> bool:
    """Whether the table for waits below `limit` fits into memory."""
    scenes = len(casts.durations)
    return scenes <= MOST_SCENES and _cell(limit)().itemsize << scenes <= MOST_BYTES


def best_order(casts: Casts, limit: int) -> tuple[int, tuple[int, ...]] | None:
    """Return the least wait and an order that has it; None if no order's is below `limit`."""
    assert fits(casts, limit)
    scenes = len(casts.durations)
    table: _Table = np.full(1 << scenes, limit, _cell(limit))  # type: ignore[assignment]
    table[0] = 0
    _fill(casts, limit, table)
    best, half = _join(table, scenes, limit)
    if best >= limit:
        return None
    rest = (1 << scenes) - 1 ^ half
    first, last = (_way_to(each, table, casts) for each in (half, rest))
    return int(best), (*first, *reversed(last))


def _cell(limit: int) -> type[np.int32] | type[np.int64]:
    return np.int32 if limit <= _LARGEST_INT32 else np.int64


@kernel
def _size(members: int) -> int:
    """Return how many a set holds."""
    size = 0
    while members:
        members &= members - 1
        size += 1
    return size


@kernel
def _fill(casts: Casts, limit: int, table: _Table) -> None:
    """Find the least wait of each set of up to half the scenes, shot first."""
    scenes = len(casts.durations)
    durations, own, day_costs = casts.durations, casts.casts, casts.day_costs
    people = casts.people
    largest = (scenes + 1) // 2
    for shot in range((1 << scenes) - 1):
        wait = np.int64(table[shot])
        if wait >= limit or _size(shot) >= largest:
            continue
        here = on_location(shot, scenes, people)
        for scene in range(scenes):
            if not shot >> scene & 1:
                more = wait + wait_in(scene, here, durations, own, day_costs)
                if more < table[shot | 1 << scene]:
                    table[shot | 1 << scene] = more


@kernel
def _join(table: _Table, scenes: int, limit: int) -> tuple[int, int]:
    """Return the least wait of all and which half of the scenes comes first."""
    whole, half = (1 << scenes) - 1, scenes // 2
    best, first = np.int64(limit), 0
    for shot in range(whole + 1):
        wait = np.int64(table[shot])
        if wait >= best:
            continue
        if _size(shot) == half:
            both = wait + np.int64(table[whole ^ shot])
            if both < best:
                best, first = both, shot
    return int(best), first


def _way_to(shot: int, table: _Table, casts: Casts) -> list[int]:
    """Return an order of a set of scenes that has the wait of the table."""
    order: list[int] = []
    shot = int(shot)
    while shot:
        for scene in range(len(casts.durations)):
            before = shot & ~(1 << scene)
            if before == shot:
                continue
            here = on_location(before, len(casts.durations), casts.people)
            more = wait_in(scene, here, casts.durations, casts.casts, casts.day_costs)
            if int(table[before]) + more == int(table[shot]):
                order.append(scene)
                shot = before
                break
        else:
            raise AssertionError("no way to a set of the table")
    return order[::-1]

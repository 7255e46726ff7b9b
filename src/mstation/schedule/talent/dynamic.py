"""The best order of few scenes, exactly: dynamic programming over the sets with half the wait.

The wait of what is shot already depends only on which scenes those are, and is the same counted
from either end. So the best order is a set of scenes with no more than half the wait, one scene,
and the best order of the others read backwards: sets that wait longer are never looked into.

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
    wait, first, between = _join(casts, limit, table)
    if wait >= limit:
        return None
    last = (1 << scenes) - 1 & ~first & ~(1 << between)
    order = (*_way_to(first, table, casts), between, *reversed(_way_to(last, table, casts)))
    return wait, order


def _cell(limit: int) -> type[np.int32] | type[np.int64]:
    return np.int32 if limit <= _LARGEST_INT32 else np.int64


@kernel
def _fill(casts: Casts, limit: int, table: _Table) -> None:
    """Find the least wait of each set of scenes that has no more than half of what is allowed."""
    durations, own, day_costs = casts.durations, casts.casts, casts.day_costs
    people, scenes, half = casts.people, len(casts.durations), (limit - 1) // 2
    for shot in range(1 << scenes):
        wait = np.int64(table[shot])
        if wait > half:
            continue
        here = on_location(shot, scenes, people)
        for scene in range(scenes):
            if not shot >> scene & 1:
                more = wait + wait_in(scene, here, durations, own, day_costs)
                if more <= half and more < table[shot | 1 << scene]:
                    table[shot | 1 << scene] = more


@kernel
def _join(casts: Casts, limit: int, table: _Table) -> tuple[int, int, int]:
    """Return the least wait below the limit, what comes first and the scene after it."""
    durations, own, day_costs = casts.durations, casts.casts, casts.day_costs
    people, scenes, half = casts.people, len(casts.durations), (limit - 1) // 2
    whole = (1 << scenes) - 1
    best, first, between = np.int64(limit), 0, 0
    for shot in range(whole):
        wait = np.int64(table[shot])
        if wait > half or wait >= best:
            continue
        here = on_location(shot, scenes, people)
        for scene in range(scenes):
            other = whole ^ shot ^ 1 << scene
            # each pair is met from both sides
            if shot >> scene & 1 or other > shot or table[other] > half:
                continue
            more = wait + wait_in(scene, here, durations, own, day_costs) + table[other]
            if more < best:
                best, first, between = more, shot, scene
    return int(best), first, between


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

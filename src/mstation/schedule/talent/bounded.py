"""The best order of more scenes, exactly: from both ends, looking only at what may still win.

Any order that waits less than the best known has a scene in its middle with no more than half the
wait before it and no more than half after it. So every set of scenes is looked for that can come
first, or read backwards last, with no more than half the wait; two of them and the scene between
make a whole order. A set is left out when its wait, with the least that those on location then
will wait, is no less than the best known.

Memory: 32 bytes for each set that may be kept.

Source: Garcia de la Banda, Stuckey & Chu 2011 (bounds over those on location); I. Pohl 1971
(search from both ends).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mstation.compiled import kernel
from mstation.schedule.talent.casts import Casts, Numbers, on_location, sum_of, wait_in

_FEW = 5  # people whose going home is looked at together when a set is first met
_MANY = 8  # and when it is gone on from: all 256 orders of leaving
_FREE = -1

_Places = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search below a limit found.

    wait, order: the least wait below the limit and an order that has it; None if there is none.
    sets: how many it kept.
    is_whole: False when it had to stop: nothing is known then.
    """

    wait: int | None
    order: tuple[int, ...]
    sets: int
    is_whole: bool


class _Found(NamedTuple):
    """Sets of scenes, by how many they hold.

    shot   # (states,) a bit a scene
    wait   # (states,) the least wait in them, of those too who are needed later
    place  # (power of two,) where a set stands in `shot`
    ends   # (scenes + 1,) where the sets of so many scenes end
    """

    shot: Numbers
    wait: Numbers
    place: _Places
    ends: Numbers


def search(casts: Casts, limit: int, *, states: int) -> Searched:
    """Return the best order that waits less than `limit`, keeping `states` sets at most."""
    scenes = len(casts.durations)
    room = 1 << max(10, (2 * states - 1).bit_length())
    found = _Found(np.zeros(states, np.int64), np.zeros(states, np.int64),
                   np.full(room, _FREE, np.int32), np.zeros(scenes + 1, np.int64))  # fmt: skip
    is_whole = _look(casts, limit, found, np.zeros((4, 1 << _MANY), np.int64))
    count = int(found.ends[-1])
    if not is_whole:
        return Searched(None, (), count, is_whole=False)
    wait, first, between = _join(casts, limit, found)
    if wait >= limit:
        return Searched(None, (), count, is_whole=True)
    last = (1 << scenes) - 1 & ~first & ~(1 << between)
    order = (*_way_to(first, casts, found), between, *reversed(_way_to(last, casts, found)))
    return Searched(int(wait), order, count, is_whole=True)


@kernel
def _slot(shot: int, shots: Numbers, place: _Places) -> int:
    """Return where a set of scenes is, or would be, in the table of places."""
    mixed = shot * 0x1E3779B97F4A7C15
    mixed ^= mixed >> 32
    slot = mixed & (len(place) - 1)
    while place[slot] != -1 and shots[place[slot]] != shot:
        slot = (slot + 1) & (len(place) - 1)
    return slot


@kernel
def _least_to_come(
    rest: int, here: int, together: int, enough: int, costs: Numbers, scenes_of: Numbers,
    lengths: Numbers, scratch: Numbers,
) -> int:  # fmt: skip
    """Return a wait that those on location cannot avoid in the scenes that are left.

    So many people together, dearest first: waits of different people add up. It stops when it has
    `enough`.
    """
    total, who = 0, 0
    while here >> who and total < enough:
        size = 0
        while here >> who and size < together:
            if here >> who & 1:
                scratch[3, size] = who
                size += 1
            who += 1
        if size > 1:
            total += _least_of_group(rest, size, costs, scenes_of, lengths, scratch)
    return total


@kernel
def _least_of_group(
    rest: int, size: int, costs: Numbers, scenes_of: Numbers, lengths: Numbers, scratch: Numbers
) -> int:
    """Return what the best order of going home costs a few people in waits.

    Who goes waits while those gone before were still needed without them.

    scratch  # (4, sets): scenes that need any of a set, days that need none, least wait; the people
    """
    for top in range(size):
        own = scenes_of[scratch[3, top]] & rest
        for before in range(1 << top):
            needing = own if before == 0 else scratch[0, before] | own
            scratch[0, before | 1 << top] = needing
            scratch[1, before | 1 << top] = sum_of(rest & ~needing, lengths)
    scratch[2, 0] = 0
    for gone in range(1, 1 << size):
        best = 2**62
        for one in range(size):
            if gone >> one & 1:
                waits = scratch[1, 1 << one] - scratch[1, gone]
                least = scratch[2, gone ^ 1 << one] + costs[scratch[3, one]] * waits
                best = min(best, least)
        scratch[2, gone] = best
    everybody_gone: int = scratch[2, (1 << size) - 1]
    return everybody_gone


@kernel
def _look(casts: Casts, limit: int, found: _Found, scratch: Numbers) -> bool:
    """Find all sets that may begin an order below the limit; False when there are too many."""
    durations, own, costs = casts.durations, casts.casts, casts.costs
    scenes_of, day_costs, lengths = casts.scenes_of, casts.day_costs, casts.lengths
    people, shots, waits, place = casts.people, found.shot, found.wait, found.place
    scenes, half, begin, count = len(durations), (limit - 1) // 2, 0, 1
    shots[0], waits[0], place[_slot(0, shots, place)], found.ends[0] = 0, 0, 0, 1
    whole = (1 << scenes) - 1
    for size in range(scenes):
        for state in range(begin, found.ends[size]):
            shot, wait = shots[state], waits[state]
            here = on_location(shot, scenes, people)
            enough = limit - wait
            if enough <= _least_to_come(
                whole ^ shot, here, _MANY, enough, costs, scenes_of, lengths, scratch
            ):
                waits[state] = limit
                continue
            for scene in range(scenes):
                more = wait + wait_in(scene, here, durations, own, day_costs)
                if shot >> scene & 1 or more > half:
                    continue
                after = shot | 1 << scene
                slot = _slot(after, shots, place)
                if place[slot] != -1:
                    waits[place[slot]] = min(waits[place[slot]], more)
                    continue
                then, enough = on_location(after, scenes, people), limit - more
                if enough <= _least_to_come(
                    whole ^ after, then, _FEW, enough, costs, scenes_of, lengths, scratch
                ):
                    continue
                if count == len(shots):
                    found.ends[-1] = count
                    return False
                shots[count], waits[count], place[slot] = after, more, count
                count += 1
        begin = found.ends[size]
        found.ends[size + 1] = count
    return True


@kernel
def _join(casts: Casts, limit: int, found: _Found) -> tuple[int, int, int]:
    """Return the least wait below the limit, what comes first and the scene after it."""
    durations, own, day_costs = casts.durations, casts.casts, casts.day_costs
    people, shots, waits, place = casts.people, found.shot, found.wait, found.place
    scenes = len(durations)
    best, first, between = limit, 0, 0
    # of two sets with a scene between them, the larger has at least half of the others
    for state in range(found.ends[scenes // 2 - 1], found.ends[scenes]):
        shot = shots[state]
        if waits[state] >= best:
            continue
        here, rest = on_location(shot, scenes, people), (1 << scenes) - 1 ^ shot
        for scene in range(scenes):
            more = waits[state] + wait_in(scene, here, durations, own, day_costs)
            if shot >> scene & 1 or more >= best:
                continue
            other = place[_slot(rest ^ 1 << scene, shots, place)]
            if other != -1 and more + waits[other] < best:
                best, first, between = more + waits[other], shot, scene
    return best, first, between


def _way_to(shot: int, casts: Casts, found: _Found) -> list[int]:
    """Return an order of a set of scenes that has its least wait."""
    order: list[int] = []
    shot = int(shot)
    while shot:
        wait = found.wait[found.place[_slot(shot, found.shot, found.place)]]
        for scene in range(len(casts.durations)):
            before = shot & ~(1 << scene)
            if before == shot:
                continue
            state = found.place[_slot(before, found.shot, found.place)]
            if state == _FREE:
                continue
            here = on_location(before, len(casts.durations), casts.people)
            more = wait_in(scene, here, casts.durations, casts.casts, casts.day_costs)
            if found.wait[state] + more == wait:
                order.append(scene)
                shot = before
                break
        else:
            raise AssertionError("no way to a set that was found")
    return order[::-1]

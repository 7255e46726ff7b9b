"""A good order of any number of scenes: simulated annealing, alike on every machine.

One scene moves elsewhere, two change places, or a run turns round. Chance is integers and
comparisons alone, so no machine's logarithm decides what is kept: whether a worse order is, is
asked of an exponential number made by von Neumann's comparisons.

Source: J. von Neumann 1951, "Various techniques used in connection with random digits", part 4;
G. Marsaglia 2003, "Xorshift RNGs" (13, 7, 17).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.compiled import kernel
from mstation.schedule.talent.casts import Numbers
from mstation.schedule.talent.instance import Instance

_HOTTEST = 0.05  # of what the first order costs in waits
_HALVINGS = 8  # of the heat: in the end a 256th of it

_Chance = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Rota:
    """Scenes and their casts as lists.

    durations  # (scenes,)
    first_of   # (scenes + 1,) where each scene's cast begins in `cast`
    cast       # who is in it, scene after scene
    costs      # (actors,) of a day
    """

    durations: Numbers
    first_of: Numbers
    cast: Numbers
    costs: Numbers


def rota_of(instance: Instance) -> Rota:
    """Return a problem as lists of casts."""
    casts: list[list[int]] = [[] for _ in instance.durations]
    for who, actor in enumerate(instance.actors):
        for scene in actor.scenes:
            casts[scene].append(who)
    return Rota(
        np.array(instance.durations, np.int64),
        np.cumsum([0, *map(len, casts)], dtype=np.int64),
        np.array([who for cast in casts for who in cast], np.int64),
        np.array([actor.cost for actor in instance.actors], np.int64),
    )


def shuffled(scenes: int, seed: int) -> tuple[int, ...]:
    """Return scenes in an order by chance."""
    order = np.arange(scenes)
    _shuffle(order, _chance(seed))
    return tuple(order.tolist())


def anneal(rota: Rota, start: Sequence[int], *, moves: int, seed: int) -> tuple[int, ...]:
    """Return the cheapest order met in so many moves from `start`; `start` if none is cheaper."""
    order = np.array(start, np.int64)
    if len(order) < 2 or moves < 1:
        return tuple(start)
    best, trial = order.copy(), order.copy()
    begins, ends = np.zeros(len(rota.costs), np.int64), np.zeros(len(rota.costs), np.int64)
    paid = _paid(order, rota.durations, rota.first_of, rota.cast, rota.costs, begins, ends)
    work = int(np.dot(rota.costs[rota.cast], np.repeat(rota.durations, np.diff(rota.first_of))))
    _anneal(rota.durations, rota.first_of, rota.cast, rota.costs, moves,
            max(1.0, _HOTTEST * (paid - work)), _chance(seed), order, trial, best, begins,
            ends)  # fmt: skip
    return tuple(best.tolist())


def _chance(seed: int) -> _Chance:
    """Return a state of chance for a seed; seeds side by side have nothing to do with another."""
    state = np.array([(seed * 0x9E3779B97F4A7C15 + 0x2545F4914F6CDD1D) % 2**64 or 1], np.uint64)
    for _ in range(16):
        _draw(state)
    return state


@kernel
def _draw(chance: _Chance) -> float:
    """Return a number from 0 to below 1."""
    bits = chance[0]
    bits ^= bits << np.uint64(13)
    bits ^= bits >> np.uint64(7)
    bits ^= bits << np.uint64(17)
    chance[0] = bits
    return np.float64(bits >> np.uint64(11)) * 1.1102230246251565e-16  # 2^-53


@kernel
def _draw_patience(chance: _Chance) -> float:
    """Return an exponential number of mean 1: the length of falling runs tells it."""
    whole = 0.0
    while True:
        first = _draw(chance)
        last, length = first, 1
        while True:
            following = _draw(chance)
            if following > last:
                break
            last = following
            length += 1
        if length % 2 == 1:
            return whole + first
        whole += 1.0


@kernel
def _shuffle(order: Numbers, chance: _Chance) -> None:
    for last in range(len(order) - 1, 0, -1):
        other = int(_draw(chance) * (last + 1))
        order[last], order[other] = order[other], order[last]


@kernel
def _paid(
    order: Numbers, durations: Numbers, first_of: Numbers, cast: Numbers, costs: Numbers,
    begins: Numbers, ends: Numbers,
) -> int:  # fmt: skip
    """Return what an order costs; `begins` and `ends` are its working space."""
    begins[:] = -1
    ends[:] = -1
    clock = 0
    for place in range(len(order)):
        scene = order[place]
        after = clock + durations[scene]
        for index in range(first_of[scene], first_of[scene + 1]):
            who = cast[index]
            if begins[who] < 0:
                begins[who] = clock
            ends[who] = after
        clock = after
    total = 0
    for who in range(len(costs)):
        total += costs[who] * (ends[who] - begins[who])
    return total


@kernel
def _change(order: Numbers, chance: _Chance) -> bool:
    """Move a scene, exchange two or turn a run round; False where nothing changes."""
    what = _draw(chance)
    one, other = int(_draw(chance) * len(order)), int(_draw(chance) * len(order))
    if one == other:
        return False
    if what < 0.5:
        scene = order[one]
        while one < other:
            order[one] = order[one + 1]
            one += 1
        while one > other:
            order[one] = order[one - 1]
            one -= 1
        order[other] = scene
    elif what < 0.75:
        order[one], order[other] = order[other], order[one]
    else:
        low, high = min(one, other), max(one, other)
        while low < high:
            order[low], order[high] = order[high], order[low]
            low += 1
            high -= 1
    return True


@kernel
def _anneal(
    durations: Numbers, first_of: Numbers, cast: Numbers, costs: Numbers, moves: int,
    hottest: float, chance: _Chance, order: Numbers, trial: Numbers, best: Numbers,
    begins: Numbers, ends: Numbers,
) -> None:  # fmt: skip
    """Leave the cheapest order met in `best`; the heat is halved again and again."""
    paid = _paid(order, durations, first_of, cast, costs, begins, ends)
    least = paid
    for halving in range(_HALVINGS):
        share = moves * (halving + 1) // _HALVINGS - moves * halving // _HALVINGS
        for move in range(share):
            if not _change(trial, chance):
                continue
            found = _paid(trial, durations, first_of, cast, costs, begins, ends)
            heat = hottest * (1.0 - 0.5 * move / share)
            if found <= paid or found - paid <= heat * _draw_patience(chance):
                paid = found
                order[:] = trial
                if paid < least:
                    least = paid
                    best[:] = order
            else:
                trial[:] = order
        hottest *= 0.5

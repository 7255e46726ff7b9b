"""A small problem as numbers that inner loops read: casts as bits, and sums over sets by looks.

Inner loops are given arrays one by one: each call counts the holders of every array of a tuple.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mstation.compiled import kernel
from mstation.schedule.talent.instance import Instance

Numbers = NDArray[np.int64]

MOST_BITS = 62  # scenes, and people, of a set that one signed number of 64 bits holds
_CHUNK = 11  # of a set are looked up at once: 2048 numbers of 8 bytes stay near


class Casts(NamedTuple):
    """Scenes and their casts; a tuple, as compiled loops take no class of ours.

    durations  # (scenes,)
    casts      # (scenes,) a bit an actor
    costs      # (actors,) of a day
    scenes_of  # (actors,) a bit a scene
    day_costs  # (chunks, 2048) what each set of eleven people costs in a day
    lengths    # (chunks, 2048) how long each set of eleven scenes lasts
    people     # (chunks, 2048) who is in any of eleven scenes
    """

    durations: Numbers
    casts: Numbers
    costs: Numbers
    scenes_of: Numbers
    day_costs: Numbers
    lengths: Numbers
    people: Numbers


def is_small(instance: Instance) -> bool:
    """Whether its scenes and its people each fit a set of bits."""
    return len(instance.durations) <= MOST_BITS and len(instance.actors) <= MOST_BITS


def casts_of(instance: Instance) -> Casts:
    """Return a small problem as numbers."""
    assert is_small(instance)
    casts = [0] * len(instance.durations)
    scenes_of = [0] * len(instance.actors)
    for who, actor in enumerate(instance.actors):
        for scene in actor.scenes:
            casts[scene] |= 1 << who
            scenes_of[who] |= 1 << scene
    durations, costs = list(instance.durations), [actor.cost for actor in instance.actors]
    return Casts(
        _numbers(durations), _numbers(casts), _numbers(costs), _numbers(scenes_of),
        _looks(costs, np.add), _looks(durations, np.add), _looks(casts, np.bitwise_or),
    )  # fmt: skip


def _numbers(values: list[int]) -> Numbers:
    return np.array(values, np.int64)


def _looks(values: list[int], joined: np.ufunc) -> Numbers:
    """Return (chunks, 2048): the values of each set of eleven, joined."""
    chunks = max(1, -(-len(values) // _CHUNK))
    looks = np.zeros((chunks, 1 << _CHUNK), np.int64)
    for place, value in enumerate(values):
        chunk, bit = divmod(place, _CHUNK)
        half = looks[chunk].reshape(-1, 2, 1 << bit)
        half[:, 1] = joined(half[:, 1], value)
    return looks


@kernel
def sum_of(members: int, sums: Numbers) -> int:
    """Return what a set of people costs in a day, or how long a set of scenes lasts."""
    total, chunk = 0, 0
    while members:
        total += sums[chunk, members & 2047]
        members >>= 11
        chunk += 1
    return total


@kernel
def anybody_in(scenes: int, people: Numbers) -> int:
    """Return who is in any of a set of scenes."""
    who, chunk = 0, 0
    while scenes:
        who |= people[chunk, scenes & 2047]
        scenes >>= 11
        chunk += 1
    return who


@kernel
def on_location(shot: int, scenes: int, people: Numbers) -> int:
    """Return who has been needed by a set of scenes, and is still needed by the others."""
    return anybody_in(shot, people) & anybody_in((1 << scenes) - 1 ^ shot, people)


@kernel
def wait_in(scene: int, here: int, durations: Numbers, casts: Numbers, day_costs: Numbers) -> int:
    """Return what those on location cost who wait through a scene."""
    wait: int = durations[scene] * sum_of(here & ~casts[scene], day_costs)
    return wait

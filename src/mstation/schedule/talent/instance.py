"""Scenes, and who is paid for them: the nouns of the talent scheduling problem, and its cost.

An actor is paid by the day from the first to the last scene that needs them, waiting days (hold)
too. The order of the scenes is all there is to choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# A cost has fifteen digits at most: exact in 64 bits, and as a number of JSON.
MOST_PAID = 10**15


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who is paid: cost of a day, and the scenes that need them, counted from 0."""

    name: str
    cost: int
    scenes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Instance:
    """A talent scheduling problem.

    durations: of each scene.
    denominator: a power of ten: every cost of an order is so many times what it was before
    decimals were made whole numbers; 1 where there were none.

    Raises:
        ValueError: a cost or a duration below zero, a scene that is not there, or sums beyond
            `MOST_PAID`.
    """

    name: str
    durations: tuple[int, ...]
    actors: tuple[Actor, ...]
    denominator: int = 1

    def __post_init__(self) -> None:
        scenes = range(len(self.durations))
        if min(self.durations, default=0) < 0:
            raise ValueError("a scene lasts less than nothing")
        for actor in self.actors:
            if actor.cost < 0 or not all(scene in scenes for scene in actor.scenes):
                raise ValueError(f"actor `{actor.name}`: a cost below zero, or a scene not there")
        if self.most_paid > MOST_PAID:
            raise ValueError("costs too large to be counted exactly")

    @property
    def most_paid(self) -> int:
        """What everybody costs who is paid from the first scene to the last."""
        return sum(self.durations) * sum(actor.cost for actor in self.actors)

    @property
    def work_cost(self) -> int:
        """What everybody costs in their own scenes: the same in every order."""
        return sum(
            actor.cost * sum(self.durations[scene] for scene in set(actor.scenes))
            for actor in self.actors
        )


def paid_cost(instance: Instance, order: Sequence[int]) -> int:
    """Return what an order costs: each actor from the first scene to the last that needs them."""
    begins, clock = [0] * len(instance.durations), 0
    for scene in order:
        begins[scene] = clock
        clock += instance.durations[scene]
    return sum(
        actor.cost
        * (
            max(begins[scene] + instance.durations[scene] for scene in actor.scenes)
            - min(begins[scene] for scene in actor.scenes)
        )
        for actor in instance.actors
        if actor.scenes
    )


def hold_cost(instance: Instance, order: Sequence[int]) -> int:
    """Return what waiting costs in an order: what is paid without the work."""
    return paid_cost(instance, order) - instance.work_cost


def is_order(instance: Instance, order: Sequence[int]) -> bool:
    """Whether every scene is there once."""
    return sorted(order) == list(range(len(instance.durations)))

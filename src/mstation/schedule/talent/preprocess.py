"""A problem in, smaller ones out that have the same best orders; and the way back.

Exact: what is left out waits for nothing in some best order. Whoever works in one scene, in all
of them, or for nothing never costs a wait; scenes with the same cast stand side by side; people of
the same scenes wait together; a scene without a cast comes last; scenes that share nobody, not
even over others, need not know of each other.

Source: Garcia de la Banda, Stuckey & Chu 2011, section 3 (single-scene actors, equal scenes).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

from mstation.schedule.talent.instance import Actor, Instance

_Wages = list[tuple[int, frozenset[int]]]
_Groups = list[tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Part:
    """A problem of its own.

    groups: the scenes of the whole that each of its scenes stands for, to be shot on end.
    unit: what one of its cost is in the whole's.
    """

    instance: Instance
    groups: tuple[tuple[int, ...], ...]
    unit: int

    def order_of(self, whole: Sequence[int]) -> tuple[int, ...]:
        """Return in which order the whole first comes to each of the part's scenes."""
        place = {scene: place for place, scene in enumerate(whole)}
        begun = [min(place[scene] for scene in group) for group in self.groups]
        return tuple(sorted(range(len(begun)), key=begun.__getitem__))


@dataclass(frozen=True, slots=True)
class Reduction:
    """What is left of a problem: parts, and scenes that wait for nobody in this order."""

    parts: tuple[Part, ...]
    idle: tuple[int, ...]

    def order(self, orders: Sequence[Sequence[int]]) -> tuple[int, ...]:
        """Return the whole's order from one of each part: its wait is the sum of theirs."""
        scenes = [
            scene
            for part, order in zip(self.parts, orders, strict=True)
            for each in order
            for scene in part.groups[each]
        ]
        return (*scenes, *self.idle)


def reduce(instance: Instance) -> Reduction:
    """Return the problem without what no wait depends on, in parts that share nobody."""
    groups: _Groups = [(scene,) for scene in range(len(instance.durations))]
    wages = [(actor.cost, frozenset(actor.scenes)) for actor in instance.actors]
    idle: list[int] = []
    while True:
        before = (len(groups), len(wages))
        wages = _who_may_wait(wages, len(groups))
        groups, wages, without = _merged(groups, wages)
        idle += without
        if (len(groups), len(wages)) == before:
            break
    parts = [_part(instance, groups, wages, scenes) for scenes in _apart(len(groups), wages)]
    return Reduction(tuple(parts), tuple(idle))


def _who_may_wait(wages: _Wages, scenes: int) -> _Wages:
    """Return those who may wait, people of the same scenes as one."""
    costs: dict[frozenset[int], int] = {}
    for cost, own in wages:
        if cost and 2 <= len(own) < scenes:
            costs[own] = costs.get(own, 0) + cost
    return [(cost, own) for own, cost in costs.items()]


def _merged(groups: _Groups, wages: _Wages) -> tuple[_Groups, _Wages, list[int]]:
    """Return scenes of one cast as one, and apart from them those that need nobody."""
    casts: dict[frozenset[int], list[int]] = {}
    for scene in range(len(groups)):
        cast = frozenset(one for one, (_, own) in enumerate(wages) if scene in own)
        casts.setdefault(cast, []).append(scene)
    idle = [each for scene in casts.pop(frozenset(), []) for each in groups[scene]]
    renamed = {scene: new for new, same in enumerate(casts.values()) for scene in same}
    merged = [tuple(each for scene in same for each in groups[scene]) for same in casts.values()]
    return merged, [(cost, frozenset(renamed[each] for each in own)) for cost, own in wages], idle


def _apart(scenes: int, wages: _Wages) -> list[list[int]]:
    """Return the scenes in sets that share nobody, each in its order."""
    leads = list(range(scenes))

    def lead(scene: int) -> int:
        while leads[scene] != scene:
            leads[scene] = leads[leads[scene]]
            scene = leads[scene]
        return scene

    for _, own in wages:
        first, *others = sorted(own)
        for other in others:
            one, another = sorted((lead(first), lead(other)))
            leads[another] = one
    found: dict[int, list[int]] = {}
    for scene in range(scenes):
        found.setdefault(lead(scene), []).append(scene)
    return list(found.values())


def _part(instance: Instance, groups: _Groups, wages: _Wages, scenes: list[int]) -> Part:
    renamed = {scene: new for new, scene in enumerate(scenes)}
    own = [(cost, who) for cost, who in wages if not who.isdisjoint(renamed)]
    lasting = [sum(instance.durations[each] for each in groups[scene]) for scene in scenes]
    wage, day = gcd(*(cost for cost, _ in own)) or 1, gcd(*lasting) or 1
    actors = tuple(
        Actor("", cost // wage, tuple(sorted(renamed[scene] for scene in who)))
        for cost, who in sorted(own, key=lambda each: (-each[0], sorted(each[1])))
    )
    part = Instance(instance.name, tuple(duration // day for duration in lasting), actors)
    return Part(part, tuple(groups[scene] for scene in scenes), wage * day)

"""Figures in, lines of interest out: epochs, and on which side of each pair's line to stay.

The side of a camera C on the line from A to B is the sign of ((B − A) × (C − A)) · up: seen
from above, +1 is to the left of the way from A to B.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.grammar import grammar
from mstation.shots.landmarks import Figures
from mstation.space import Array

_FAR_M = 8.0  # where the master stands when only its direction matters
_TOGETHER_M = 0.35  # heads this near have no line between them
_DIRECTIONS = 24  # that a master may look from
_NEW_LINE_RAD = math.radians(100.0)  # turned this far, a line's side is chosen anew

Pair = tuple[int, int]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Epoch:
    """A stretch of the scene in which lines of interest hold.

    `outlook` is the level direction from the people to the master of world +1; world −1 looks
    from the other side. `sides` gives the side of each pair's line for world +1. Epochs that
    share a line which has not turned are of one chain: its worlds must not be mixed.
    """

    first_frame: int
    chain: int
    people: tuple[int, ...]
    outlook: Array
    sides: dict[Pair, int]

    def side(self, a: int, b: int, world: int) -> int:
        """Return the side of the line from a to b that this world's cameras keep."""
        if a < b:
            return world * self.sides.get((a, b), 1)
        return -world * self.sides.get((b, a), 1)


def side_of(a: Array, b: Array, camera: Array) -> float:
    """Return the signed angle, in radians, of the camera off the line from a to b, seen at a.

    Its sign is the side. On the line, before or behind, it is 0 or ±π.
    """
    line, sight = b - a, camera - a
    cross = line[2] * sight[0] - line[0] * sight[2]
    dot = line[0] * sight[0] + line[2] * sight[2]
    return math.atan2(cross, dot)


def side_sign(a: Array, b: Array, camera: Array) -> int:
    """Return −1 or +1, or 0 where the camera is within the neutral band of the line."""
    middle = (a + b) / 2
    angle = side_of(middle, b, camera)
    off = min(abs(angle), math.pi - abs(angle))
    if off < math.radians(grammar().tolerance.neutral_deg):
        return 0
    return 1 if angle > 0 else -1


def epochs_of(figures: Figures, frames: list[int], called: Flags | None = None) -> list[Epoch]:
    """Return the epoch of each of these frames; equal objects belong to the same epoch.

    Args:
        figures: everybody, as they are seen.
        frames: ascending.
        called: (people, frames) who is on the set, if only behind a door of it: a line runs to
            them too. None: whoever is there.
    """
    called = figures.present if called is None else called
    found: list[Epoch] = []
    base: dict[Pair, float] = {}  # where each line pointed when its side was chosen
    for frame in frames:
        people = tuple(np.flatnonzero(figures.present[:, frame]).tolist())
        ends = tuple(np.flatnonzero(called[:, frame]).tolist())
        angles = _line_angles(figures, ends, frame)
        turns = {pair: _turn(base[pair], angle) for pair, angle in angles.items() if pair in base}
        limit = math.radians(grammar().tolerance.line_turn_deg)
        if found and people == found[-1].people and all(t <= limit for t in turns.values()):
            found.append(found[-1])
            continue
        kept = {pair for pair, turn in turns.items() if turn <= _NEW_LINE_RAD}
        before = found[-1] if found else None
        found.append(_epoch(_Moment(figures, people, ends, frame), before, kept))
        base = {pair: base[pair] if turns.get(pair, limit + 1) <= limit else angle
                for pair, angle in angles.items()}  # fmt: skip
    return found


def pairs_of(epochs: list[Epoch]) -> tuple[Pair, ...]:
    """Return every pair between whom a line runs at some time, in order."""
    return tuple(sorted({pair for epoch in epochs for pair in epoch.sides}))


def _turn(one: float, other: float) -> float:
    return abs(math.remainder(one - other, 2 * math.pi))


@dataclass(frozen=True, slots=True, eq=False)
class _Moment:
    """A frame at which lines are drawn: who is there, and who else a line may run to."""

    figures: Figures
    people: tuple[int, ...]
    called: tuple[int, ...]
    frame: int

    @property
    def heads(self) -> Array:
        return np.asarray(self.figures.heads[:, self.frame])

    def sides_from(self, view: Array) -> dict[Pair, int]:
        """Return on which side of each line a master is that looks from there."""
        heads = self.heads
        master = heads[list(self.people or self.called)].mean(axis=0) + view * _FAR_M
        return {
            (a, b): 1 if side_of((heads[a] + heads[b]) / 2, heads[b], master) >= 0 else -1
            for a in self.called
            for b in self.called
            if a < b
        }


def _line_angles(figures: Figures, people: tuple[int, ...], frame: int) -> dict[Pair, float]:
    heads = figures.heads[:, frame]
    angles = {}
    for a in people:
        for b in people:
            line = heads[b] - heads[a]
            if a < b and math.hypot(line[0], line[2]) > _TOGETHER_M:
                angles[(a, b)] = math.atan2(line[0], line[2])
    return angles


def _epoch(moment: _Moment, before: Epoch | None, kept: set[Pair]) -> Epoch:
    """Return a new epoch that keeps the sides of the lines that go on."""
    frame, people = moment.frame, moment.people
    if before is None:
        return Epoch(frame, 0, people, *_outlook(moment, {}))
    sides = {pair: before.sides[pair] for pair in sorted(kept) if pair in before.sides}
    outlook, chosen = _outlook(moment, sides)
    if not sides and float(outlook @ before.outlook) < 0:
        outlook, chosen = -outlook, {pair: -side for pair, side in chosen.items()}
    return Epoch(frame, before.chain + (not sides), people, outlook, {**chosen, **sides})


def _outlook(moment: _Moment, kept: dict[Pair, int]) -> tuple[Array, dict[Pair, int]]:
    """Return whence the people stand best apart and show their faces, and the sides it is on.

    A view from the kept sides of lines comes before one that is better in itself.
    """
    people, figures, frame = list(moment.people), moment.figures, moment.frame
    if not people:
        ahead = np.array([0.0, 0.0, 1.0])
        return ahead, moment.sides_from(ahead) | kept if len(moment.called) > 1 else {}
    facing = figures.facing[people, frame] + figures.fronts[people, frame]
    heads = moment.heads[people]
    if len(people) == 1:
        beside = _level(np.array([facing[0, 2], 0.0, -facing[0, 0]]))
        views = [beside, -beside] if len(moment.called) > 1 else [beside]
    else:
        views = _views(heads)
    best: tuple[float, Array, dict[Pair, int]] = (-math.inf, np.zeros(3), {})
    for view in views:
        across = np.sort(heads @ np.array([view[2], 0.0, -view[0]]))
        gap = float(np.diff(across).min()) if len(people) > 1 else 0.0
        merit = min(gap, 0.8) + 0.2 * float((facing @ view).mean()) + 0.1 * min(gap, 2.0)
        sides = moment.sides_from(view)
        merit += sum(2.0 for pair, side in kept.items() if sides[pair] == side)
        if merit > best[0] + 1e-9:
            best = (merit, view, sides)
    return best[1], best[2]


def _views(heads: Array) -> list[Array]:
    """Return the ways a master may look from: square to the line of two, all round more."""
    if len(heads) == 2:
        line = _level(heads[1] - heads[0])
        normal = np.array([line[2], 0.0, -line[0]])
        return [normal, -normal]
    angles = [2 * math.pi * step / _DIRECTIONS for step in range(_DIRECTIONS)]
    return [np.array([math.sin(angle), 0.0, math.cos(angle)]) for angle in angles]


def _level(vector: Array) -> Array:
    flat = np.array([vector[0], 0.0, vector[2]])
    length = float(np.linalg.norm(flat))
    return flat / length if length > 1e-6 else np.array([0.0, 0.0, 1.0])

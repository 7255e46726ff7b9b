"""Figures in, lines of interest out: epochs, and on which side of each pair's line to stay.

The side of a camera C on the line from A to B is the sign of ((B − A) × (C − A)) · up: seen
from above, +1 is to the left of the way from A to B.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mstation.shots.grammar import grammar
from mstation.shots.landmarks import Figures
from mstation.space import Array

_FAR_M = 8.0  # where the master stands when only its direction matters
_TOGETHER_M = 0.35  # heads this near have no line between them
_DIRECTIONS = 24  # that a master may look from


@dataclass(frozen=True, slots=True, eq=False)
class Epoch:
    """A stretch of the scene in which lines of interest hold.

    `outlook` is the level direction from the people to the master of world +1; world −1 looks
    from the other side. `sides` gives the side of each pair's line for world +1.
    """

    first_frame: int
    people: tuple[int, ...]
    outlook: Array
    sides: dict[tuple[int, int], int]

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


def epochs_of(figures: Figures, frames: list[int]) -> list[Epoch]:
    """Return the epoch of each of these frames; equal objects belong to the same epoch."""
    found: list[Epoch] = []
    base: dict[tuple[int, int], float] = {}
    for frame in frames:
        people = tuple(int(p) for p in np.flatnonzero(figures.present[:, frame]))
        angles = _line_angles(figures, people, frame)
        if found and people == found[-1].people and not _has_turned(base, angles):
            found.append(found[-1])
            continue
        base = angles
        found.append(_epoch(figures, people, frame, found[-1] if found else None))
    return found


def _line_angles(
    figures: Figures, people: tuple[int, ...], frame: int
) -> dict[tuple[int, int], float]:
    heads = figures.heads[:, frame]
    angles = {}
    for a in people:
        for b in people:
            line = heads[b] - heads[a]
            if a < b and math.hypot(line[0], line[2]) > _TOGETHER_M:
                angles[(a, b)] = math.atan2(line[0], line[2])
    return angles


def _has_turned(base: dict[tuple[int, int], float], now: dict[tuple[int, int], float]) -> bool:
    limit = math.radians(grammar().tolerance.line_turn_deg)
    turns = (now[pair] - angle for pair, angle in base.items() if pair in now)
    return any(abs(math.remainder(turn, 2 * math.pi)) > limit for turn in turns)


def _epoch(figures: Figures, people: tuple[int, ...], frame: int, before: Epoch | None) -> Epoch:
    outlook = _outlook(figures, people, frame)
    if before is not None and float(outlook @ before.outlook) < 0:
        outlook = -outlook
    heads = figures.heads[:, frame]
    sides = {}
    master = np.zeros(3)
    if people:
        master = heads[list(people)].mean(axis=0) + outlook * _FAR_M
    for a in people:
        for b in people:
            if a < b:
                sides[(a, b)] = (
                    1 if side_of((heads[a] + heads[b]) / 2, heads[b], master) >= 0 else -1
                )
    return Epoch(frame, people, outlook, sides)


def _outlook(figures: Figures, people: tuple[int, ...], frame: int) -> Array:
    """Return the level direction from which the people stand best apart and show their faces."""
    if not people:
        return np.array([0.0, 0.0, 1.0])
    facing = figures.facing[list(people), frame] + figures.fronts[list(people), frame]
    if len(people) == 1:
        return _level(np.array([facing[0, 2], 0.0, -facing[0, 0]]))
    heads = figures.heads[list(people), frame]
    best, best_merit = np.array([0.0, 0.0, 1.0]), -math.inf
    for step in range(_DIRECTIONS):
        angle = math.pi * 2 * step / _DIRECTIONS
        view = np.array([math.sin(angle), 0.0, math.cos(angle)])
        across = np.sort(heads[:, 0] * view[2] - heads[:, 2] * view[0])
        gap = float(np.diff(across).min())
        merit = min(gap, 0.8) + 0.2 * float((facing @ view).mean()) + 0.1 * min(gap, 2.0)
        if merit > best_merit + 1e-9:
            best, best_merit = view, merit
    if len(people) == 2:
        line = _level(heads[1] - heads[0])
        normal = np.array([line[2], 0.0, -line[0]])
        return normal if float(normal @ best) >= 0 else -normal
    return best


def _level(vector: Array) -> Array:
    flat = np.array([vector[0], 0.0, vector[2]])
    length = float(np.linalg.norm(flat))
    return flat / length if length > 1e-6 else np.array([0.0, 0.0, 1.0])

"""A set in, where one stands to see it out: the widest view at eye height, and the one back."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.space import looks_at
from mstation.stage.collision import Obstacles, obstacles
from mstation.stage.layout import Layout, Vec3

EYE_M = 1.55
_AIM_M = 1.15
_LENS_ROOM_M, _LENS_OPEN_M = 17.0, 24.0
_STEPS_M = np.arange(1.5, 12.1, 0.25)
_BACK_ROOM_M, _BACK_OPEN_M = 9.0, 8.0  # farther off, people are too small to read
_TURNS = 24
_HEAD_M = 1.5
_WALL_M = 0.3  # a lens keeps this far from what it could bump into
_BEHIND_M = 1.2  # what is looked at lies this far behind the acting area
_HIDDEN_COST_M = 4.0  # metres of distance that a hidden person outweighs


@dataclass(frozen=True, slots=True)
class Vantage:
    """Where a camera is, what it looks at and how wide it sees."""

    eye: Vec3
    target: Vec3
    focal_length_mm: float


def wide_views(layout: Layout) -> tuple[Vantage, Vantage]:
    """Return the best wide view of a set and the best one from the other side."""
    space = obstacles(layout)
    middle = acting_middle(layout)
    places = [_farthest(layout, space, middle, turn) for turn in range(_TURNS)]
    scores = [_merit(layout, space, place, middle) for place in places]
    first = int(np.argmax(scores))
    across = [
        score - (0 if _apart(first, turn) > _TURNS / 3 else 100)
        for turn, score in enumerate(scores)
    ]
    second = int(np.argmax(across))
    return _vantage(layout, places[first], middle), _vantage(layout, places[second], middle)


def acting_middle(layout: Layout) -> tuple[float, float]:
    """Return x, z between the first two marks of a set, or the middle of its floor."""
    first = [mark.position for mark in layout.marks if mark.name in ("a1", "a2")]
    if not first:
        (x0, z0), (x1, z1) = layout.floor_min, layout.floor_max
        return ((x0 + x1) / 2, (z0 + z1) / 2)
    return (
        sum(spot[0] for spot in first) / len(first),
        sum(spot[2] for spot in first) / len(first),
    )


def _apart(one: int, other: int) -> int:
    gap = abs(one - other)
    return min(gap, _TURNS - gap)


def _farthest(
    layout: Layout, space: Obstacles, middle: tuple[float, float], turn: int
) -> NDArray[np.float64]:
    """Return the farthest place (3,) on this side from which the acting area is seen."""
    angle = 2 * math.pi * (turn + 0.5) / _TURNS
    reach = _BACK_ROOM_M if layout.is_interior else _BACK_OPEN_M
    steps = _STEPS_M[reach >= _STEPS_M]
    eyes = np.column_stack(
        [
            middle[0] + math.sin(angle) * steps,
            np.full(len(steps), EYE_M),
            middle[1] + math.cos(angle) * steps,
        ]
    )
    head = np.tile([middle[0], _HEAD_M, middle[1]], (len(eyes), 1))
    good = space.points_free(eyes, _WALL_M) & space.sees_many(eyes, head)
    usable = np.flatnonzero(good)
    return np.asarray(eyes[usable[-1] if len(usable) else 0])


def _merit(
    layout: Layout, space: Obstacles, eye: NDArray[np.float64], middle: tuple[float, float]
) -> float:
    """Return how good a wide view is, in metres of distance: far, across the room, all seen."""
    away = math.dist((eye[0], eye[2]), middle)
    heads = np.array(
        [
            (x, _HEAD_M, z)
            for mark in layout.marks
            if mark.name.startswith("a")
            for x, _, z in [mark.position]
        ]
    ).reshape(-1, 3)
    seen = space.sees_many(np.tile(eye, (len(heads), 1)), heads)
    hidden = float((~seen).mean()) if len(heads) else 0.0
    way = np.array([middle[0] - eye[0], middle[1] - eye[2]])
    way /= max(float(np.linalg.norm(way)), 1e-9)
    three_quarter = 1.5 * (1 - abs(abs(way[0]) - 0.6)) + (0.8 if way[1] < 0 else 0.0)
    return float(round(away - _HIDDEN_COST_M * hidden + three_quarter, 6))


def _vantage(layout: Layout, eye: NDArray[np.float64], middle: tuple[float, float]) -> Vantage:
    way = np.array([middle[0] - eye[0], middle[1] - eye[2]])
    way /= max(float(np.linalg.norm(way)), 1e-9)
    target = (middle[0] + way[0] * _BEHIND_M, _AIM_M, middle[1] + way[1] * _BEHIND_M)
    lens = _LENS_ROOM_M if layout.is_interior else _LENS_OPEN_M
    return Vantage((float(eye[0]), float(eye[1]), float(eye[2])), target, lens)


def pose_of(vantage: Vantage) -> NDArray[np.float32]:
    """Return world_from_camera (4, 4) of a camera at a vantage."""
    world = looks_at(np.array([vantage.eye]), np.array([vantage.target]), np.zeros(1))
    return np.asarray(world[0], np.float32)

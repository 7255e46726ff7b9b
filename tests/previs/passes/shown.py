"""A room, a place with a sky, people who stand or slide, and cameras, for tests of the passes."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from mstation.breakdown.scene import TimeOfDay
from mstation.previs.passes import Order
from mstation.shots.shot import Take, TakeSheet
from mstation.space import look_at, sensor_for
from mstation.stage.layout import Layout, Opening, Piece, Wall
from mstation.stage.performance import Motion
from mstation.timebase import FrameRate
from tests.previs.bodies import a_body, still_motion
from tests.previs.picture_set import DAY

WIDTH, HEIGHT = 160, 90
LENS_MM = 24.0
EYE = (0.3, 1.5, 2.4)
AHEAD = (0.0, 1.1, -1.0)


_CORNERS = ((-3.0, 3.0), (3.0, 3.0), (3.0, -3.0), (-3.0, -3.0))
_GREY = (0.5, 0.5, 0.5)
_WINDOW = Opening("window", 2.0, 1.4, 0.9, 1.2)


@cache
def room() -> Layout:
    """Return a closed room with a table, a box and a window in the wall ahead."""
    walls = tuple(
        Wall(
            f"wall_{side}",
            _CORNERS[side],
            _CORNERS[(side + 1) % 4],
            2.8,
            (0.6, 0.55, 0.5),
            (_WINDOW,) if side == 2 else (),
        )
        for side in range(4)
    )
    pieces = (
        Piece("table", "table", (-1.2, 0.0, -1.0), (1.2, 0.74, 0.7), 0.4, _GREY),
        Piece("box", "box", (1.3, 0.0, -1.6), (0.6, 0.6, 0.6), 0.3, (0.4, 0.3, 0.2)),
    )
    return _layout(walls=walls, pieces=pieces, ceiling_m=2.8, is_interior=True)


@cache
def open_air() -> Layout:
    """Return a place with a sky."""
    box = Piece("box", "box", (1.3, 0.0, -1.6), (1.0, 2.0, 1.0), 0.3, (0.4, 0.3, 0.2))
    return _layout(walls=(), pieces=(box,), ceiling_m=0.0, is_interior=False)


def _layout(**changes: object) -> Layout:
    return Layout(
        set_key="test",
        kind="room",
        time=TimeOfDay.DAY,
        floor_min=(-3.0, -3.0),
        floor_max=(3.0, 3.0),
        floor_colour=(0.3, 0.25, 0.2),
        floor_pattern="plain",
        marks=(),
        entrances=(),
        lighting=DAY,
        **changes,  # type: ignore[arg-type]
    )


def moving(first: np.ndarray, second: np.ndarray, frames: int) -> np.ndarray:
    """Return cameras that travel from a place to another and look ahead."""
    shares = np.linspace(0, 1, frames)[:, None]
    return np.stack([look_at(eye, np.array(AHEAD)) for eye in first + shares * (second - first)])


def still(frames: int, eye: tuple[float, float, float] = EYE) -> np.ndarray:
    """Return a camera that does not move."""
    return np.stack([look_at(np.array(eye), np.array(AHEAD))] * frames)


def panning(frames: int, step_rad: float) -> np.ndarray:
    """Return a camera that turns left by a step a frame, level, at one place."""
    eye = np.array(EYE)
    ways = [step_rad * frame for frame in range(frames)]
    ahead = [eye + np.array([-math.sin(way), 0.0, -math.cos(way)]) for way in ways]
    return np.stack([look_at(eye, target) for target in ahead])


def person(
    name: str, frames: int, *, at: tuple[float, float], step_m: float = 0.0, turned: bool = False
) -> tuple[object, Motion]:
    """Return a body that stands at x, z, faces +Z unless turned, and slides along x."""
    body = a_body(character_id=f"ch-{name}", name=name)
    motion = still_motion(body, frames=frames)
    positions = motion.positions.copy()
    positions[:, 0] += at[0] + step_m * np.arange(frames)
    positions[:, 2] += at[1]
    rotations = motion.rotations.copy()
    if not turned:
        rotations[:, 0] = (0.0, 0.0, 1.0, 0.0)  # half a turn about Y
    return body, replace(motion, positions=positions, rotations=rotations)


def take(cameras: np.ndarray, *people: tuple[object, Motion], props: tuple = ()) -> Take:
    """Return a take of these cameras and people."""
    bodies = tuple(body for body, _ in people)
    sheet = TakeSheet(bodies, props, sensor_for(WIDTH, HEIGHT))
    lens = np.full(len(cameras), LENS_MM, np.float32)
    return Take(cameras.astype(np.float32), lens, tuple(motion for _, motion in people), sheet)


def order(folder: Path, **options: str) -> Order:
    """Return an order of a small picture."""
    folder.mkdir(parents=True, exist_ok=True)
    return Order(folder, WIDTH, HEIGHT, FrameRate(24), **options)

"""How long setups take: rules as data, a setup's shots in, minutes out.

What a scene costs in hours follows from its coverage: another side of the light, another lens,
another move. Change the shot list and the shooting day changes with it.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from mstation.breakdown.element import Category
from mstation.shots.shot import Move, Role, Shot

_LONG_LENS_MM = 85.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a crew works; minutes where the name does not say seconds."""

    new_side: int
    same_side: int
    insert: int
    long_lens: int
    takes: int
    reset_s: int
    page_eighth: int
    moves: Mapping[Move, int] = field(default_factory=dict)
    needs: Mapping[Category, int] = field(default_factory=dict)


@cache
def usual_pace() -> Pace:
    """Return the house's estimates, `minutes.toml`."""
    rows = tomllib.loads(files(__package__).joinpath("minutes.toml").read_text("utf-8"))
    moves = {Move(name): minutes for name, minutes in rows.pop("moves").items()}
    needs = {Category(name): minutes for name, minutes in rows.pop("needs").items()}
    return Pace(**rows, moves=moves, needs=needs)


def setup_minutes(shots: Sequence[Shot], *, is_new_side: bool, fps: float, pace: Pace) -> int:
    """Return how long a setup takes: its light, its camera, its takes."""
    if all(shot.role is Role.INSERT for shot in shots):
        ready = pace.insert
    else:
        ready = pace.new_side if is_new_side else pace.same_side
    ready += max(pace.moves.get(shot.move, 0) for shot in shots)
    if max(shot.lens_mm for shot in shots) >= _LONG_LENS_MM:
        ready += pace.long_lens
    # what lies between its first and its last shot is played through, as one take
    first = min(shot.first_frame for shot in shots)
    played_s = (max(shot.end_frame for shot in shots) - first) / fps
    return ready + math.ceil(pace.takes * (played_s + pace.reset_s) / 60)


def needs_minutes(categories: Sequence[Category], pace: Pace) -> int:
    """Return what a scene's needs add, each category once."""
    return sum(pace.needs.get(category, 0) for category in set(categories))

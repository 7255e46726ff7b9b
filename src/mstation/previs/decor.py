"""The table of how rooms are finished and dressed, by the kind of set."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import TypeAdapter

from mstation.stage.layout import Rgb

WallFinish = Literal[
    "paper", "two_tone", "panels", "tiles", "boards", "blocks", "brick", "metal", "cloth", "rock"
]
Ceiling = Literal[
    "plain", "rose", "beams", "grid", "coffers", "pipes", "trusses", "ribs", "rock"
]  # fmt: skip
WindowDress = Literal["curtains", "drapes", "blinds", "lattice", "bars", "stained", "none"]
Horizon = Literal["town", "trees", "hills", "water", "plain"]


@dataclass(frozen=True, slots=True)
class RoomLook:
    """How a room is finished: walls, ceiling, floor, windows, and what hangs on its walls."""

    wall: WallFinish = "two_tone"
    lower_m: float = 1.0  # height of the wall's lower band
    lower: Rgb | None = None  # its colour; else a tone of the wall's own
    trim: Rgb = (0.50, 0.48, 0.43)  # skirting, rails, casings, beams
    ceiling: Ceiling = "plain"
    floor: str = ""  # a finer pattern than the layout's
    windows: WindowDress = "none"
    things: tuple[str, ...] = ()
    is_heated: bool = True  # a radiator stands below each window
    outside: Horizon | None = None  # what windows look at; else by the ground


def look_of(kind: str) -> RoomLook:
    """Return the look of a kind of room."""
    looks = _looks()
    return looks.get(kind, looks["any"])


@cache
def _looks() -> dict[str, RoomLook]:
    text = resources.files("mstation.previs").joinpath("decor.toml").read_text("utf-8")
    return TypeAdapter(dict[str, RoomLook]).validate_python(tomllib.loads(text))

"""A set in, how it answers sound out: how long it rings in each octave, how much against the voice.

Rooms follow Sabine: what rings is volume, what swallows is surface, furniture and the air. A set is
built larger than life, so that cameras find a place, and furnished with what is seen; the table
`acoustics.toml` adds what a real room of its kind would hold.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from mstation.screenplay.characters import simplified
from mstation.space import Array
from mstation.stage.layout import Layout

OCTAVES_HZ = (125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0)
_SABINE_S_M = 0.161  # Source: W. C. Sabine, in metric form, 24 ln 10 / c at 20 °C
# Decibels lost in a kilometre of air at 20 °C and 70 %. Source: ISO 9613-2:1996, table 2.
_AIR_DB_KM = np.array([0.3, 1.1, 2.8, 5.0, 9.0, 22.9])
_LONGEST_S, _SHORTEST_S = 6.0, 0.06  # of a ring: beyond it words drown; under it nothing is heard


@dataclass(frozen=True, slots=True)
class Acoustics:
    """How a place answers: a room that rings, or the open with its walls."""

    size_m: tuple[float, float, float]  # width, height, depth
    decay_s: tuple[float, ...]  # to −60 dB in each of `OCTAVES_HZ`; none in the open
    absorption_m2: tuple[float, ...]  # in each octave; none in the open
    walls_m: tuple[float, ...] = ()  # in the open: how far walls stand that throw back
    back_db: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether there is no room, only sky."""
        return not self.decay_s

    @property
    def volume_m3(self) -> float:
        """Return what the walls hold."""
        width, height, depth = self.size_m
        return width * height * depth

    @property
    def rt60_s(self) -> float:
        """Return how long it rings in the middle, 500 and 1000 Hz; 0 in the open."""
        return 0.0 if self.is_open else (self.decay_s[2] + self.decay_s[3]) / 2

    @property
    def critical_m(self) -> float:
        """Return how far from a mouth the room is as loud as the voice itself, at 1 kHz.

        Source: Kuttruff, Room Acoustics, diffuse field: the field's energy is 16π / A of the
        voice's at one metre.
        """
        return float(np.sqrt(self.absorption_m2[3] / (16 * np.pi)))


def acoustics_of(layout: Layout, place: str) -> Acoustics:
    """Return how a set answers; `place` is its name in the script, which may know better."""
    table = _table()
    named = _named(layout, place)
    if named is not None:
        width, height, depth = named["size_m"]
        return room_acoustics((width, height, depth), named)
    if not layout.is_interior:
        row = table["open"].get(layout.kind, table["open"]["any"])
        return Acoustics(_size(layout), (), (), tuple(row["walls_m"]), row["back_db"])
    return room_acoustics(_size(layout), table["rooms"].get(layout.kind, table["rooms"]["any"]))


def room_acoustics(size_m: tuple[float, float, float], row: dict[str, Any]) -> Acoustics:
    """Return how a room of a size rings, made as a row of the table says.

    Source: W. C. Sabine, Collected Papers on Acoustics (1922); air as ISO 9613-2.
    """
    width, height, depth = size_m
    floor = width * depth
    surfaces = (
        (row["wall"], 2 * height * (width + depth)),
        (row["floor"], floor),
        (row["ceiling"], floor),
        ("upholstery", row["soft"] * floor),
        ("clutter", row["clutter"] * floor),
    )
    materials = _table()["materials"]
    swallowed = sum(area * np.array(materials[name]) for name, area in surfaces)
    volume = width * height * depth
    # 4mV with m in nepers of energy a metre: decibels a kilometre over 4343.
    swallowed = swallowed + 4.0 * volume * _AIR_DB_KM / 4343.0
    decay = np.clip(_SABINE_S_M * volume / swallowed, _SHORTEST_S, _LONGEST_S)
    return Acoustics(size_m, _told(decay), _told(swallowed))


def _told(numbers: Array) -> tuple[float, ...]:
    return tuple(round(float(number), 4) for number in numbers)


def _size(layout: Layout) -> tuple[float, float, float]:
    """Return the room's width, height and depth: its own walls, without what lies beyond doors."""
    own = [wall for wall in layout.walls if not wall.name.startswith("beyond")]
    ends = [end for wall in own for end in (wall.start, wall.end)]
    ends = ends or [layout.floor_min, layout.floor_max]
    xs, zs = [x for x, _ in ends], [z for _, z in ends]
    return (max(xs) - min(xs), layout.ceiling_m or 3.0, max(zs) - min(zs))


def _named(layout: Layout, place: str) -> dict[str, Any] | None:
    """Return the row of a place that its name, or its kind of set, means; None for most."""
    words = simplified(place.lower()) if layout.is_interior else ""
    for row in _table()["places"]:
        english = "|".join(re.escape(word) for word in row["en"])
        is_said = re.search(rf"\b(?:{english})\b", words) or any(w in words for w in row["zh"])
        if layout.kind in row.get("kinds", ()) or is_said:
            found: dict[str, Any] = row
            return found
    return None


@cache
def _table() -> dict[str, Any]:
    text = (resources.files(__package__) / "acoustics.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)

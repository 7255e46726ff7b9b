"""Moods in, musical means out: modes, chords, tempi and instruments, read from tables."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any

from mstation.breakdown.scene import Mood
from mstation.screenplay.script import Language
from mstation.sound.cue import Role, Texture


@dataclass(frozen=True, slots=True)
class Instrument:
    """A voice of the orchestra, and how it sits in the room."""

    name: str
    program: int  # General MIDI, from 0
    low: int  # MIDI pitches
    high: int
    pan: float  # −1 left … +1 right
    trim_db: float
    send: float  # how much goes to the room, 0 to 1


@dataclass(frozen=True, slots=True)
class Palette:
    """What one mood asks of the music, in one language."""

    mode: str
    tempo: tuple[float, float]  # quarters a minute
    meter: int
    key_step: int
    progressions: tuple[tuple[str, ...], ...]
    cadence: tuple[str, ...]
    textures: dict[str, Texture]  # by place in the scene: open, talk, gap, climax, close
    level: float
    parts: dict[Role, tuple[str, ...]]


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files(__package__) / name).read_text(encoding="utf-8"))


def _palette(row: dict[str, Any]) -> Palette:
    return Palette(
        mode=row["mode"],
        tempo=(float(row["tempo"][0]), float(row["tempo"][1])),
        meter=row["meter"],
        key_step=row["key_step"],
        progressions=tuple(tuple(chords) for chords in row["progressions"]),
        cadence=tuple(row["cadence"]),
        textures=row["textures"],
        level=row["level"],
        parts={role: tuple(names) for role, names in row["parts"].items()},
    )


_PALETTES = _table("palettes.toml")

INSTRUMENTS = {
    name: Instrument(name=name, **row) for name, row in _table("instruments.toml").items()
}
MODES: dict[str, tuple[int, ...]] = {
    name: tuple(steps) for name, steps in _PALETTES["modes"].items()
}
ROLES: dict[Texture, tuple[Role, ...]] = {
    texture: tuple(roles) for texture, roles in _PALETTES["textures"].items()
}


def palette_of(mood: Mood, language: Language) -> Palette:
    """Return the musical means of a mood."""
    return _palette(_PALETTES[language][mood.value])

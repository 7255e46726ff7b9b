"""Moods in, musical means out: modes, chords, tempi and instruments, read from tables."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

from mstation.breakdown.scene import Mood
from mstation.screenplay.script import Language
from mstation.sound.cue import Place, Role, Texture, Transform

Family = Literal["keys", "plucked", "strings", "wind", "brass", "pad", "voice", "bells", "drums"]


@dataclass(frozen=True, slots=True)
class Instrument:
    """A voice of the orchestra, and how it sits in the room."""

    name: str
    en: str  # as a part is headed
    zh: str
    program: int  # General MIDI, from 0
    low: int  # MIDI pitches
    high: int
    pan: float  # −1 left … +1 right
    trim_db: float
    send: float  # how much goes to the room, 0 to 1
    family: Family
    heard: tuple[str, str] = ("", "")  # in both languages, the program that stands in for it


@dataclass(frozen=True, slots=True)
class Palette:
    """What one mood asks of the music, in one language."""

    mode: str
    tempo: tuple[float, float]  # quarters a minute
    meter: int
    key_step: int
    journey: dict[Place, int]
    variations: tuple[Transform, ...]
    textures: dict[Place, Texture]  # by place in the scene: open, talk, gap, climax, close
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
        journey=row["journey"],
        variations=tuple(row["variations"]),
        textures=row["textures"],
        level=row["level"],
        parts={role: tuple(names) for role, names in row["parts"].items()},
    )


_PALETTES = _table("palettes.toml")

INSTRUMENTS = {
    name: Instrument(name=name, **{**row, "heard": tuple(row.get("heard", ("", "")))})
    for name, row in _table("instruments.toml").items()
}
MODES: dict[str, tuple[int, ...]] = {
    name: tuple(steps) for name, steps in _PALETTES["modes"].items()
}
ROLES: dict[Texture, tuple[Role, ...]] = {
    texture: tuple(roles) for texture, roles in _PALETTES["textures"].items()
}
SOLOISTS: dict[Language, tuple[str, ...]] = {
    language: tuple(names) for language, names in _PALETTES["soloists"].items()
}
MODE_WORDS: dict[str, tuple[str, str]] = {
    name: (words[0], words[1]) for name, words in _PALETTES["mode_words"].items()
}


def palette_of(mood: Mood, language: Language) -> Palette:
    """Return the musical means of a mood."""
    return _palette(_PALETTES[language][mood.value])

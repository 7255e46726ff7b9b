"""The table of spotting in, its rows out: limits, patterns, weights of hit points, sentences."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

from mstation.breakdown.scene import Mood, Scene
from mstation.sound.spots import Told

Plan = Literal["through", "open", "late", "close", "dry"]
Place = Literal["first", "last", "any"]

_TABLE: dict[str, Any] = tomllib.loads(
    (resources.files(__package__) / "spotting.toml").read_text(encoding="utf-8")
)

LIMITS: dict[str, float] = _TABLE["limits"]
ENTER: dict[str, float] = _TABLE["enter"]
LEAVE: dict[str, Any] = _TABLE["leave"]
STRENGTH: dict[str, float] = _TABLE["strength"]
CUTS: dict[str, float] = _TABLE["hits"]["cut"]
PEOPLE: dict[str, float] = _TABLE["hits"]["people"]
ENDS: dict[str, float] = _TABLE["hits"]["end"]
ACTS: dict[str, dict[str, Any]] = _TABLE["hits"]["acts"]
LOOKS = frozenset(("look", "look_up", "look_down", "look_away", "read", "turn"))


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a kind of scene is scored, and why."""

    plan: Plan
    why: Told
    place: Place
    moods: frozenset[Mood]
    spoken: tuple[float, float]
    tension: tuple[float, float]
    reads: bool  # only where something is read

    def fits(self, scene: Scene, spoken: float, place: Place, *, is_read: bool) -> bool:
        """Whether a scene, so much of it spoken, is scored so."""
        return (
            (is_read or not self.reads)
            and self.place in ("any", place)
            and scene.mood in self.moods
            and self.spoken[0] <= spoken < self.spoken[1]
            and self.tension[0] <= scene.tension < self.tension[1]
        )


def _pattern(row: dict[str, Any]) -> Pattern:
    low, high = row.get("spoken", (0.0, 1.01))
    calm, tense = row.get("tension", (0.0, 1.01))
    return Pattern(
        row["plan"],
        Told(row["en"], row["zh"]),
        row.get("place", "any"),
        frozenset(Mood(name) for name in row.get("mood", tuple(Mood))),
        (low, high),
        (calm, tense),
        row.get("reads", False),
    )


PATTERNS = tuple(_pattern(row) for row in _TABLE["pattern"])


def pattern_of(scene: Scene, spoken: float, place: Place, *, is_read: bool) -> Pattern:
    """Return how a scene is scored: the table's first row that fits it."""
    return next(row for row in PATTERNS if row.fits(scene, spoken, place, is_read=is_read))


def are_like(one: Mood, other: Mood) -> bool:
    """Whether one cue may hold both moods."""
    groups: list[list[str]] = _TABLE["like"]["groups"]
    return one == other or any({one.value, other.value} <= set(group) for group in groups)


def say(key: str, **parts: str | Told) -> Told:
    """Return a sentence of the notes, its names filled in."""
    row = _TABLE["words"][key]
    return _filled(row["en"], row["zh"], parts)


def say_act(kind: str, who: str, whom: str) -> Told:
    """Return what an act is told as."""
    row, suffix = ACTS[kind], "_whom" if whom and "en_whom" in ACTS[kind] else ""
    return _filled(row[f"en{suffix}"], row[f"zh{suffix}"], {"who": who, "whom": whom})


def _filled(en: str, zh: str, parts: dict[str, str | Told]) -> Told:
    tongues = {
        name: part if isinstance(part, Told) else Told(part, part) for name, part in parts.items()
    }
    return Told(
        en.format(**{name: told.en for name, told in tongues.items()}),
        zh.format(**{name: told.zh for name, told in tongues.items()}),
    )


def mood_words() -> dict[str, Mood]:
    """Return what a person may call each mood, in both languages."""
    moods: dict[str, list[str]] = _TABLE["moods"]
    return {word: Mood(name) for name, words in moods.items() for word in words}


def told_mood(mood: Mood) -> Told:
    """Return what a mood is called in the notes."""
    en, zh, *_ = _TABLE["moods"][mood.value]
    return Told(en, zh)

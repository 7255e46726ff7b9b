"""The nouns of a film's score: its themes, and its cues at their places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mstation.sound.cue import CuePlan, MotifNote
from mstation.sound.spots import Told

SCHEMA = "mstation.score-plan/1"


@dataclass(frozen=True, slots=True)
class Theme:
    """A tune that stands for somebody, for a place, or for the film."""

    id: str
    kind: Literal["film", "character", "place"]
    subject: str  # the character's id or the set's key; empty for the film's
    name: str  # as the script calls it
    notes: tuple[MotifNote, ...]
    instrument: str
    why: Told


@dataclass(frozen=True, slots=True)
class PlacedCue:
    """A cue in the film."""

    label: str
    first_frame: int  # of the film
    plan: CuePlan


@dataclass(frozen=True, slots=True)
class ScorePlan:
    """What the whole film's music means to do, before any note."""

    title: str
    rate: str
    home: str  # the film's key
    themes: tuple[Theme, ...]
    cues: tuple[PlacedCue, ...]  # in order

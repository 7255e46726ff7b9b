"""The nouns of a film's score: its themes, its cues at their places, what stands in for what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mstation.screenplay.script import Language
from mstation.sound.cue import CuePlan, MotifNote
from mstation.sound.spots import Told

SCHEMA = "mstation.score-plan/2"

Contour = Literal["arch", "valley", "climb", "fall", "wave", "turn"]
ThemeKind = Literal["film", "character", "place"]


@dataclass(frozen=True, slots=True)
class Theme:
    """A tune that stands for somebody, for a place, or for the film."""

    id: str
    kind: ThemeKind
    subject: str  # the character's id or the set's key; empty for the film's
    name: str  # as the script calls it
    contour: Contour
    signature: int  # its first leap, in steps of the mode: what the ear knows it by
    steps: int  # tones in an octave of its mode: 7, or 5
    notes: tuple[MotifNote, ...]
    instrument: str
    nearest: float  # 0 the same as another of the film's themes … 1 nothing in common
    why: Told


@dataclass(frozen=True, slots=True)
class StandIn:
    """An instrument that the soundfont lacks, and the program that is heard instead."""

    stands_in_for: str
    program: str
    why: Told


@dataclass(frozen=True, slots=True)
class PlacedCue:
    """A cue in the film."""

    label: str
    first_frame: int  # of the film
    plan: CuePlan
    relation: Told  # how its key follows from the cue before


@dataclass(frozen=True, slots=True)
class ScorePlan:
    """What the whole film's music means to do, before any note."""

    title: str
    rate: str
    language: Language  # of most of the music
    home: str  # the film's key
    themes: tuple[Theme, ...]
    cues: tuple[PlacedCue, ...]  # in order
    stand_ins: tuple[StandIn, ...]
    why: tuple[Told, ...]

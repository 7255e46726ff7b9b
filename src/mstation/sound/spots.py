"""The nouns of spotting: where music starts and stops, why, and what it is to land on.

A spot counts frames from its own first; only `PlacedSpot` knows where in the film it lies, so that
a longer scene before it changes nothing in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mstation.breakdown.scene import Mood
from mstation.screenplay.script import Language

SCHEMA = "mstation.spotting/1"

HitKind = Literal["cut", "entrance", "exit", "reveal", "action", "end"]


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence in both languages of the station."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class HitPoint:
    """A frame of the cue that music may land on."""

    frame: int
    kind: HitKind
    weight: float  # 0 may be passed over … 1 must be met
    why: Told
    subject: str = ""  # the id of whoever enters, leaves or is revealed


@dataclass(frozen=True, slots=True)
class Spot:
    """One cue as it is asked for: how long, in which mood, over which words, to which hits."""

    id: str  # opaque; the same while the scene that it begins in is the same
    scene_ids: tuple[str, ...]
    frames: int
    mood: Mood
    strength: float  # of the mood: 0 a tint … 1 in full
    tension: float  # 0 … 1, the scene's
    language: Language
    hits: tuple[HitPoint, ...]  # in order
    speech: tuple[tuple[int, int], ...]  # frames of the cue, half-open
    characters: tuple[str, ...]  # ids of whose scene it is, the most present first
    place: str  # the set's key
    why: tuple[Told, ...]  # where it starts, where it stops, and what it is for
    pace_bpm: float = 0.0  # as a person asks for it; 0: as the mood and the tension ask


@dataclass(frozen=True, slots=True)
class PlacedSpot:
    """A spot in the film."""

    label: str  # 1M1: the first cue of the first reel, as cue sheets number them
    first_frame: int  # of the film
    spot: Spot


@dataclass(frozen=True, slots=True)
class Silence:
    """A stretch of the film without music, and why there is none; film frames, half-open."""

    first_frame: int
    end_frame: int
    why: Told


@dataclass(frozen=True, slots=True)
class Spotting:
    """Where a film has music and where it has none."""

    title: str
    rate: str
    frames: int
    seed: int
    cues: tuple[PlacedSpot, ...]  # in order
    silences: tuple[Silence, ...] = ()

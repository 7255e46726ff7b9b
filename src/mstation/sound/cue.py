"""The nouns of a score: a cue is what a stretch of music means to do, section by section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mstation.breakdown.scene import Mood
from mstation.screenplay.script import Language

SCHEMA = "mstation.cue/1"

Texture = Literal["silence", "drone", "bed", "sparse", "theme", "flow", "pulse", "drive", "ring"]
Transform = Literal["none", "statement", "answer", "augmented", "fragment"]
HitKind = Literal["downbeat", "beat", "near", "miss"]
Role = Literal["bass", "pad", "arp", "melody", "pulse", "drums", "ring"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A frame that the music was asked to land on, and how it lands."""

    frame: int
    kind: HitKind
    error_frames: float  # the nearest beat comes so many frames late (+) or early (−)


@dataclass(frozen=True, slots=True)
class MotifNote:
    """A note of the theme: a step of the mode (0 is the tonic) held for some beats."""

    degree: int
    beats: float


@dataclass(frozen=True, slots=True)
class Part:
    """Who plays what in a section: a role and the instrument (`instruments.toml`)."""

    role: Role
    instrument: str


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the cue in one tempo and one texture; frames of the scene, half-open.

    The section holds a whole number of beats, so its tempo is beats over length, exactly, and
    the next section begins on its own first downbeat.
    """

    first_frame: int
    end_frame: int
    beats: int
    bpm: float  # for people; the beats and the frames are what is played
    harmony: tuple[str, ...]  # one chord a bar, in Roman numerals of the key
    texture: Texture
    orchestration: tuple[Part, ...]
    dynamics: tuple[float, float]  # 0 silent … 1 full, at its start and at its end
    transform: Transform
    why: str


@dataclass(frozen=True, slots=True)
class CuePlan:
    """What one cue means to do: the chain of thought before any note."""

    cue_id: str
    frames: int
    bpm: float
    meter: int  # quarters in a bar
    tonic: int  # pitch class, 0 is C
    key: str
    mode: str
    mood: Mood
    tension: float
    language: Language
    motif: tuple[MotifNote, ...]
    sections: tuple[Section, ...]
    hits: tuple[Hit, ...]
    speech: tuple[tuple[int, int], ...]
    seed: int
    why: tuple[str, ...]

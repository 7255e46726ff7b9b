"""The nouns of a score: a cue is what a stretch of music means to do, section by section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mstation.breakdown.scene import Mood
from mstation.screenplay.script import Language
from mstation.sound.beatmap import LandingKind, Stretch
from mstation.sound.spots import Told

SCHEMA = "mstation.cue/2"

Texture = Literal["silence", "drone", "bed", "sparse", "theme", "flow", "pulse", "drive", "ring"]
Place = Literal["open", "talk", "gap", "climax", "close"]
Transform = Literal["statement", "answer", "fragment", "inversion", "augmentation"]
Cadence = Literal["half", "authentic", "plagal", "deceptive", "open"]
Passage = Literal["pivot", "common tone", "mediant"]
_NOTHING = Told("", "")

Accent = Literal["stinger", "stop", "turn", "mark", "none"]
Role = Literal["bass", "pad", "arp", "melody", "pulse", "drums", "ring"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A frame that the music was asked to land on, how it lands, and what is played there."""

    frame: int
    kind: LandingKind
    error_frames: float  # the nearest beat comes so many frames late (+) or early (−)
    weight: float = 0.5
    accent: Accent = "none"
    why: Told = _NOTHING


@dataclass(frozen=True, slots=True)
class MotifNote:
    """A note of a theme: a step of the mode (0 is the tonic) held for some quarters."""

    degree: int
    beats: float


@dataclass(frozen=True, slots=True)
class ThemeUse:
    """A theme as one section has it: which, changed how, on what, and why."""

    theme_id: str
    transform: Transform
    instrument: str
    notes: tuple[MotifNote, ...]  # as they are played, in steps of the section's mode
    why: Told


@dataclass(frozen=True, slots=True)
class Phrase:
    """A few bars that lead to a cadence."""

    bars: int
    harmony: tuple[str, ...]  # one chord a bar, in Roman numerals of the section's key
    cadence: Cadence
    source: str  # the row of `harmony.toml` cites it
    why: Told


@dataclass(frozen=True, slots=True)
class Modulation:
    """How a section comes from the key before it into its own."""

    kind: Passage
    key: str  # the one that it leaves
    chord: str  # the door: the last chord before it, a numeral of the key that it leaves
    why: Told


@dataclass(frozen=True, slots=True)
class Part:
    """Who plays what in a section: a role and the instrument (`instruments.toml`)."""

    role: Role
    instrument: str


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the cue in one key and one texture; frames of the cue, half-open.

    Its first frame is the nearest to a downbeat: exactly on one where a hit is met there.
    """

    first_frame: int
    end_frame: int
    bars: tuple[int, ...]  # the beats of each; one of another length lands what follows it
    bpm: float  # for people; the beats and the frames are what is played
    place: Place
    tonic: int  # pitch class, 0 is C
    key: str
    mode: str
    phrases: tuple[Phrase, ...]
    texture: Texture
    orchestration: tuple[Part, ...]
    dynamics: tuple[float, float]  # 0 silent … 1 full, at its start and at its end
    theme: ThemeUse | None
    modulation: Modulation | None
    why: Told

    @property
    def beats(self) -> int:
        """The beats that it holds."""
        return sum(self.bars)

    @property
    def harmony(self) -> tuple[str, ...]:
        """One chord a bar."""
        return tuple(chord for phrase in self.phrases for chord in phrase.harmony)


@dataclass(frozen=True, slots=True)
class CuePlan:
    """What one cue means to do: the chain of thought before any note."""

    cue_id: str
    frames: int
    bpm: float
    meter: int  # quarters in a bar
    tonic: int
    key: str
    mode: str
    mood: Mood
    tension: float
    language: Language
    tempo: tuple[Stretch, ...]
    sections: tuple[Section, ...]
    hits: tuple[Hit, ...]
    speech: tuple[tuple[int, int], ...]
    seed: int
    why: tuple[Told, ...]

    @property
    def met(self) -> tuple[Hit, ...]:
        """The hits that it lands on and lets be heard."""
        return tuple(hit for hit in self.hits if hit.accent != "none")

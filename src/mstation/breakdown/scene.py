"""The nouns of a breakdown: scenes, their beats, the cast."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from mstation.breakdown.element import ContinuityNote, Sheet
from mstation.screenplay.script import Language, Mark

SCHEMA = "mstation.breakdown/1"
SCENE_SCHEMA = "mstation.scene/1"


class Interior(StrEnum):
    """Where the camera stands."""

    INT = "INT"
    EXT = "EXT"
    INT_EXT = "INT/EXT"


class TimeOfDay(StrEnum):
    """The light that a scene is played in; the words of both languages map to these."""

    DAWN = "dawn"
    DAY = "day"
    DUSK = "dusk"
    NIGHT = "night"


class Mood(StrEnum):
    """What the scene's words say of how it feels; the score and the light listen to it."""

    CALM = "calm"
    TENSE = "tense"
    SAD = "sad"
    WARM = "warm"
    WONDER = "wonder"
    ACTION = "action"


class Weather(StrEnum):
    """What falls or hangs in the air of a scene, by its heading and action."""

    CLEAR = "clear"
    WET = "wet"  # the rain has stopped, or the ground is said to be wet
    RAIN = "rain"
    STORM = "storm"
    SNOW = "snow"
    FOG = "fog"


class Presence(StrEnum):
    """How a voice is there."""

    ON = "on"  # in the scene, may be seen
    OFF_SCREEN = "off_screen"  # O.S., 画外: near, not seen
    VOICE_OVER = "voice_over"  # V.O., 旁白: not there at all
    PRE_LAP = "pre_lap"  # PRE-LAP, 声音先入: of the next scene, heard before it is seen
    PHONE = "phone"  # on the other end of a line


@dataclass(frozen=True, slots=True)
class Turn:
    """A parenthetical and where in a speech's text it stands: how it goes on from there."""

    at: int
    manner: str


@dataclass(frozen=True, slots=True)
class Line:
    """One speech: what one person says without a break, as one piece of voice."""

    id: str
    character_id: str
    text: str  # what is spoken; no wrylies, no notes
    manner: str = ""  # the parentheticals joined with "; ", as written
    presence: Presence = Presence.ON
    is_dual: bool = False  # overlaps the line before
    source_line: int = 0
    turns: tuple[Turn, ...] = ()  # its parentheticals by place, if one stands amid the words


@dataclass(frozen=True, slots=True)
class Action:
    """One paragraph of action."""

    id: str
    text: str
    character_ids: tuple[str, ...] = ()  # who is named in it, in order of mention
    props: tuple[str, ...] = ()  # things in CAPITALS or read or handled, as written
    reads: str = ""  # what is written on a thing that is read: a letter, a sign, a screen
    est_seconds: float = 1.0
    source_line: int = 0


@dataclass(frozen=True, slots=True)
class Beat:
    """A unit of playing: exactly one of `line` and `action` is there."""

    id: str
    line: Line | None = None
    action: Action | None = None
    marks: tuple[Mark, ...] = ()  # the director's, before or inside it: shot, break_axis, style


@dataclass(frozen=True, slots=True)
class Character:
    """A person or a voice of the film."""

    id: str
    name: str  # as first written, without extensions: MARA, 林晚
    aliases: tuple[str, ...] = ()
    sex: Literal["female", "male", "unknown"] = "unknown"
    age: int = 35  # years, from the script where it says, else a guess (`is_age_guess`)
    is_age_guess: bool = True
    description: str = ""  # the words that introduce the person
    lines: int = 0
    words: int = 0  # words (en) or Han characters (zh) spoken
    number: int = 0  # the id on boards and call sheets, by importance from 1


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene, ready to be voiced, staged and shot."""

    id: str
    number: str  # "12", "12A": the script's own, else counted from 1
    heading: str
    interior: Interior
    place: str  # as written: "PROJECTION BOOTH"
    set_key: str  # the same for every return to the place, e.g. "projection booth"
    time: TimeOfDay
    time_text: str  # as written: "LATER", "傍晚"
    mood: Mood
    tension: float  # 0 calm … 1 at the edge
    beats: tuple[Beat, ...]
    present: tuple[str, ...]  # ids of characters seen in the scene, in order of appearance
    opens_place: bool = True  # first scene here, or not seen in the two scenes before
    eighths: int = 1  # eighths of a page, rounded up, never under 1
    est_seconds: float = 0.0
    transition_in: str = ""  # the transition written before it: "FADE IN:", "CUT TO:", "叠化"
    transition_out: str = ""
    language: Language = "en"
    weather: Weather = Weather.CLEAR

    @property
    def label(self) -> str:
        """The number as file names and shots carry it: 012, 012A, A012."""
        return label_of(self.number)


def label_of(number: str) -> str:
    """Return a scene's number with three digits, its letters where they stand: A12 is A012."""
    digits = "".join(character for character in number if character.isdigit())
    before, _, _ = number.partition(digits[:1]) if digits else (number, "", "")
    after = "".join(ch for ch in number[len(before) :] if not ch.isdigit())
    return f"{before}{int(digits):03d}{after}" if digits else number


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A script broken down."""

    title: str
    language: Language
    scenes: tuple[Scene, ...]
    cast: tuple[Character, ...]
    eighths: int
    est_seconds: float
    pages: int = 0  # printed pages, an estimate
    adjusted_eighths: int = 0
    seconds_low: float = 0.0
    seconds_high: float = 0.0
    sheets: tuple[Sheet, ...] = ()  # one a scene, in the scenes' order
    continuity: tuple[ContinuityNote, ...] = ()

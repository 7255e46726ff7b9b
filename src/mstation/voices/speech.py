"""The nouns of speech: a voice, a spoken line with its times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SCHEMA = "mstation.speech/1"
CASTING_SCHEMA = "mstation.casting/1"

Engine = Literal["hibari", "espeak"]
FileEngine = Literal["piper", "kokoro"]  # what speaks a voice that a person brought as files
# Who is heard: an engine, or a person who was recorded.
Speaker = Engine | FileEngine | Literal["take"]


@dataclass(frozen=True, slots=True)
class Voice:
    """One character's voice, as an engine and how it is bent."""

    character_id: str
    engine: Engine
    variant: str = ""  # espeak-ng variant (f2, m3 …) or empty
    pitch_scale: float = 1.0
    formant_scale: float = 1.0
    pitch_range: float = 1.0  # how lively the melody is
    speed: float = 1.0
    tilt_db: float = 0.0  # dB an octave against a plain voice: under 0 dark, over 0 pressed
    breath: float = 0.0  # 0 all voice … 1 all whisper
    roughness: float = 0.0  # how uneven the pitch is, a share of it


@dataclass(frozen=True, slots=True)
class Casting:
    """Who speaks with which voice."""

    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A spoken word and when it is heard, in seconds from the start of the line."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Mouth:
    """How the mouth stands from `start_s` on: 0 shut … 1 wide open; −1 rounded … 1 spread.

    `pressed` is how tightly the lips are shut: 1 in m, b and p, less where teeth meet a lip.
    """

    start_s: float
    open: float
    spread: float
    pressed: float = 0.0


@dataclass(frozen=True, slots=True)
class Speech:
    """One line as it was spoken; the sound itself is a WAV beside it (48 kHz mono)."""

    duration_s: float
    words: tuple[Word, ...]
    mouths: tuple[Mouth, ...]
    engine: Speaker
    loudness_lufs: float
    longest_gap_s: float = 0.0  # silence inside one of its words

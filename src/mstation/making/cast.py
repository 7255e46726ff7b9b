"""The cast as it passes between steps."""

from __future__ import annotations

from dataclasses import dataclass

from mstation.breakdown.scene import Character
from mstation.breakdown.voicing import VoiceWish
from mstation.screenplay.script import Language
from mstation.stage.performance import Body

CAST_SCHEMA = "mstation.cast/1"
CALL_SCHEMA = "mstation.casting-call/1"
BODIES_SCHEMA = "mstation.bodies/1"


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone in the film, in order of appearance."""

    language: Language
    characters: tuple[Character, ...]


@dataclass(frozen=True, slots=True)
class CastingCall:
    """What casting is told beside the cast: who is heard together, what a person wants."""

    together: tuple[tuple[str, ...], ...]  # ids of those who speak and share a scene
    wishes: tuple[tuple[str, VoiceWish], ...] = ()  # by character id


@dataclass(frozen=True, slots=True)
class Bodies:
    """Everyone's body, in the same order."""

    bodies: tuple[Body, ...]

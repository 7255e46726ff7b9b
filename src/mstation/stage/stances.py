"""The nouns between blocking and motion: how someone is, and what someone does for a while.

A scene is a row of steps. At the ends of a step everyone is in the plain pose of a stance;
what happens in between depends on the step alone, so a longer line moves the rest in time
and changes nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mstation.stage.layout import Vec3
from mstation.voices.speech import Speech

Posture = Literal["stand", "sit", "lie", "kneel"]
Look = str | Vec3  # a character's id, a point in the world, or "" for straight ahead
Floor = tuple[float, float]  # x, z
Tread = tuple[float, float]  # metres along a way, and how high the floor is from there on
AT_WORK = frozenset({"write", "type", "wheel"})  # carries that keep a body where its hands are


@dataclass(frozen=True, slots=True)
class Stance:
    """How someone is at rest: where, which way, in which posture, with what in hand."""

    x: float
    z: float
    yaw_rad: float
    posture: Posture = "stand"
    seat_height_m: float = 0.0
    carry: str = ""  # what the arms keep doing: "", hold, bag, read … (poses.toml)
    look: Look = ""
    is_present: bool = True
    weight: int = 0  # the leg that carries a standing body: −1 left, 0 both, +1 right
    mark: str = ""  # the mark's name, or ""
    recline_rad: float = 0.0  # how far a bed's back is raised under one who lies
    floor_m: float = 0.0  # how high the floor is here: a platform, a landing

    @property
    def floor(self) -> Floor:
        """Where on the floor: x, z."""
        return (self.x, self.z)


@dataclass(frozen=True, slots=True)
class Utterance:
    """A line in someone's mouth: the speech, and when in the step it begins."""

    line_id: str
    speech: Speech
    manner: str
    start_s: float
    is_gesturing: bool = True


@dataclass(frozen=True, slots=True)
class Playing:
    """What one person does in one step, from stance to stance."""

    character_id: str
    before: Stance
    after: Stance
    path: tuple[Floor, ...] = ()  # the way on the floor when walking, ends included
    treads: tuple[Tread, ...] = ()  # where the way goes up or down by steps
    is_running: bool = False
    pace_m_s: float = 0.0  # of the walk; 0 is one's own pace
    falls: bool = False  # goes down without meaning to
    delay_s: float = 0.0
    gesture: str = ""  # a row of poses.toml, played once
    gesture_s: float = 0.0
    aim: Look = ""  # what the gesture points at
    glances: tuple[tuple[float, float, Look], ...] = ()  # looks away and back, in seconds
    utterances: tuple[Utterance, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of the scene in which everyone goes from one stance to the next."""

    beat_id: str
    key: str  # names the step for its seeds: the beat's id and a count within it
    frames: int
    playings: tuple[Playing, ...]

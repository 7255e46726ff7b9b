"""The director's hand: what a person wants of a shot, and where in a scene it is wanted.

A `Direction` names a shot by its id and says only what it changes; a `Wish` is a note of the
script, or a direction, brought to the beats of one scene. The person's word always wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mstation.shots.shot import Angle, Move, Role, Size

Way = Literal["", "left", "right", "up", "down", "in", "out"]


@dataclass(frozen=True, slots=True)
class Direction:
    """What a person wants of one shot. What is None or empty stays with the designer."""

    shot_id: str
    size: Size | None = None
    angle: Angle | None = None
    move: Move | None = None
    lens_mm: float | None = None
    duration_s: float | None = None
    subjects: tuple[str, ...] = ()  # names as written, the principal first
    locked: bool = False  # the shot stays as it is: its frames, its camera, its subjects


@dataclass(frozen=True, slots=True)
class Wish:
    """A shot that is wanted at a beat: a note of the script, or a direction brought there.

    `subjects` are character ids. `first_frame` is −1 where the beat alone says when. A wish
    from a direction also knows which shot it changes.
    """

    beat_id: str
    asked: str  # as written, for people
    size: Size | None = None
    angle: Angle | None = None
    move: Move | None = None
    role: Role | None = None
    lens_mm: float | None = None
    duration_s: float | None = None
    subjects: tuple[str, ...] = ()
    prop: str = ""  # an insert's
    breaks_axis: bool = False  # the cut to this beat may cross the line
    shot_id: str = ""
    first_frame: int = -1
    end_frame: int = -1
    locked: bool = False
    way: Way = ""  # of the move; "" is the designer's choice
    handheld: bool = False  # the camera is on a shoulder


@dataclass(frozen=True, slots=True)
class StyleChange:
    """From this beat on the scene is shot in another style."""

    beat_id: str
    style: str  # a row of styles.toml
    asked: str

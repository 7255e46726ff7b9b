"""The nouns of a film as it was read: people as joints, cameras as matrices, lines, the set.

Everything here comes from the exported files. Frames are of the scene, from 0, half-open; a
film frame is the scene's first film frame plus that. World: metres, Y up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mstation.check.finding import Fault
from mstation.space import Array, Sensor
from mstation.timebase import FrameRate

Flags = NDArray[np.bool_]
Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Somebody of the cast over the frames of one scene.

    joints   # (frames, joints, 3) in the world, in the order of `joint_names`
    facing   # (frames, 3) unit: where the face looks, up and down too
    present  # (frames,) bool: on the set and visible
    """

    name: str  # the prim's name, as subjects and axes call them
    written: str  # the name as written in the script
    stature_m: float
    joint_names: tuple[str, ...]
    joints: Array
    facing: Array
    present: Flags

    def joint(self, name: str) -> Array:
        """Return one joint over the scene, (frames, 3)."""
        return self.joints[:, self.joint_names.index(name)]


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A shot: what it says of itself, and what its camera really does.

    world_from_camera  # (frames, 4, 4) over the shot's own frames
    focal_mm           # (frames,)
    """

    label: str
    scene: str
    size: str
    angle: str
    move: str
    role: str
    lens_mm: float
    subjects: tuple[str, ...]
    axis: tuple[str, ...]
    declared: tuple[str, ...]  # rules that the director broke on purpose
    first_frame: int
    end_frame: int
    sensor: Sensor
    world_from_camera: Array
    focal_mm: Array
    shake_deg: float = 0.0

    @property
    def frames(self) -> int:
        """How long the shot is."""
        return self.end_frame - self.first_frame


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word, in frames of the scene (not whole)."""

    text: str
    first: float
    end: float


@dataclass(frozen=True, slots=True)
class Line:
    """A voice: who speaks, when it is heard. `speaker` is a prim name, or empty for no body."""

    id: str
    speaker: str
    written: str
    text: str
    presence: str  # on, off_screen, voice_over, pre_lap, phone
    first_frame: int
    end_frame: int
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """A paragraph of action and when it is played."""

    id: str
    text: str
    people: tuple[str, ...]
    first_frame: int
    end_frame: int


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """A piece of the set or a prop: its triangles in the world, (n, 3, 3).

    A thing that moves, or that is not there all the time, stands where it is first seen.

    written  # what people call it, where its file says so
    moved    # (frames, 4, 4): from there to where it is; None where it never moves
    present  # (frames,) bool; None where it is always there
    """

    name: str
    triangles: Array
    is_prop: bool = False
    moved: Array | None = None
    present: Flags | None = None
    written: str = ""

    @property
    def called(self) -> str:
        """What it is called among people; without a word of theirs, its name without a number."""
        words = self.name.replace("_", " ").split()
        plain = words[:-1] if len(words) > 1 and words[-1].isdigit() else words
        return self.written or " ".join(plain)

    def at(self, frame: int) -> Array:
        """Return its triangles at a frame of the scene; none where it is not there."""
        if self.present is not None and not self.present[frame]:
            return np.zeros((0, 3, 3))
        if self.moved is None:
            return self.triangles
        matrix = self.moved[frame]
        return np.asarray(self.triangles @ matrix[:3, :3].T + matrix[:3, 3])


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One scene of the film."""

    label: str
    heading: str
    place: str
    film_first_frame: int
    frames: int
    people: dict[str, Person]  # by prim name
    shots: tuple[Shot, ...]
    lines: tuple[Line, ...]
    actions: tuple[Action, ...]
    things: tuple[Thing, ...]
    eighths: int = 0  # of a page; nought where the film does not say
    extras: dict[str, Person] = field(default_factory=dict)  # the background, in no shot's name

    def there(self, frame: int) -> tuple[str, ...]:
        """Return who is on the set at a frame."""
        return tuple(name for name, person in self.people.items() if person.present[frame])


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """A finished film, as its files have it."""

    folder: Path
    title: str
    rate: FrameRate
    frames: int
    language: str
    style: str
    asl_s: float  # the mean shot length that its style aims at; nought where none is said
    scenes: tuple[Scene, ...]
    movie: Path | None = None  # None: there is no movie to look at
    differences: tuple[Fault, ...] = ()  # where its files contradict each other

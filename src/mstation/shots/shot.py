"""The nouns of a shot list: a shot is a camera over some frames of a scene, and why."""

from __future__ import annotations

import io
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from mstation import document
from mstation.space import Sensor
from mstation.stage.layout import Vec3
from mstation.stage.performance import Body, Motion, Prop, read_motions, write_motions

SCHEMA = "mstation.scene_shots/2"
TAKE_SCHEMA = "mstation.take/1"


class Size(StrEnum):
    """Shot sizes, widest first."""

    EWS = "EWS"
    WS = "WS"
    FS = "FS"
    MLS = "MLS"
    MS = "MS"
    MCU = "MCU"
    CU = "CU"
    ECU = "ECU"
    INSERT = "INSERT"


class Angle(StrEnum):
    """The camera's height and pitch at its subject."""

    EYE = "eye"
    HIGH = "high"
    LOW = "low"
    TOP = "top"
    WORM = "worm"
    DUTCH = "dutch"


class Move(StrEnum):
    """What the camera does."""

    STATIC = "static"
    PAN = "pan"
    TILT = "tilt"
    PUSH_IN = "push_in"
    PULL_OUT = "pull_out"
    TRUCK = "truck"
    PEDESTAL = "pedestal"
    CRANE = "crane"
    ARC = "arc"
    TRACK = "track"
    ZOOM = "zoom"
    DOLLY_ZOOM = "dolly_zoom"


class Role(StrEnum):
    """What a shot is for in the coverage."""

    ESTABLISHING = "establishing"
    MASTER = "master"
    TWO_SHOT = "two_shot"
    OTS = "ots"
    SINGLE = "single"
    REACTION = "reaction"
    ACTION = "action"
    POV = "pov"
    INSERT = "insert"


class Need(StrEnum):
    """What a shot is needed for, as its reason tells it."""

    PLACE = "place"
    PLACE_AND_PEOPLE = "place_and_people"
    MASTER = "master"
    TWO_SHOT = "two_shot"
    OTS = "ots"
    SINGLE = "single"
    SINGLE_ALONE = "single_alone"
    REACTION = "reaction"
    ACTION = "action"
    POV = "pov"
    INSERT = "insert"


@dataclass(frozen=True, slots=True)
class CameraKey:
    """Where the camera is at one frame of the shot."""

    frame: int
    position: Vec3
    target: Vec3
    focal_length_mm: float
    roll_rad: float = 0.0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a shot is what it is: the need, who shaped it, the rules that gave way."""

    need: Need
    size: Size
    people: tuple[str, ...] = ()  # names of those seen, or of the one who sees
    other: str = ""  # the name of whom they look at, or over whose shoulder they are seen
    prop: str = ""  # inserts: the prop's name
    move: Move = Move.STATIC
    asked: str = ""  # the director's words, as written
    gave_way: tuple[str, ...] = ()  # rules, because nothing else was left


@dataclass(frozen=True, slots=True)
class Shot:
    """One shot. Frames count from the start of the scene, half-open."""

    id: str
    label: str  # "012-003"
    scene_id: str
    role: Role
    size: Size
    angle: Angle
    move: Move
    lens_mm: float
    subjects: tuple[str, ...]  # character ids, the principal first
    axis: tuple[str, ...]  # the pair whose line of interest holds: two ids, or none
    side: int  # −1 or +1: the side of the axis the camera is on; 0 neutral or no axis
    first_frame: int
    end_frame: int
    beats: tuple[str, ...]
    lines: tuple[str, ...]
    camera: tuple[CameraKey, ...]  # at least one key
    prop: str = ""  # inserts: the prop's name
    breaks: tuple[str, ...] = ()  # rules that gave way because nothing else was left
    declared: tuple[str, ...] = ()  # rules that the director broke on purpose: "axis", …
    direction: str = ""  # the director's words that shaped it, as written
    shake_deg: float = 0.0  # handheld: how far the camera sways; nought is on a tripod
    fade_in_frames: int = 0
    fade_out_frames: int = 0
    why: Reason | None = None  # `reasons.told` says it in either language

    @property
    def frames(self) -> int:
        """How long the shot is."""
        return self.end_frame - self.first_frame


@dataclass(frozen=True, slots=True)
class Remark:
    """What a director's note made impossible, and the nearest legal answer that was shot."""

    shot_id: str
    asked: str  # the note as written
    text: str
    zh: str


@dataclass(frozen=True, slots=True)
class ShotList:
    """The shots of one scene, in order, without gap or overlap, covering every frame."""

    scene_id: str
    scene_label: str
    frames: int
    shots: tuple[Shot, ...]
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class TakeSheet:
    """What a take holds beside its curves; the frames of props count from the take's start."""

    bodies: tuple[Body, ...]  # whoever is present in any frame of the take
    props: tuple[Prop, ...]
    sensor: Sensor
    fade_in_frames: int = 0
    fade_out_frames: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """All that a renderer needs for one shot beside the set: frames count from its start.

    world_from_camera  # (frames, 4, 4) float32
    focal_length_mm    # (frames,) float32
    """

    world_from_camera: NDArray[np.float32]
    focal_length_mm: NDArray[np.float32]
    motions: tuple[Motion, ...]
    sheet: TakeSheet


def write_take(take: Take) -> bytes:
    """Return a take as one uncompressed NPZ; the same take gives the same bytes."""
    buffer = io.BytesIO()
    np.savez(
        buffer,
        allow_pickle=False,
        world_from_camera=np.round(take.world_from_camera, 6),
        focal_length_mm=np.round(take.focal_length_mm, 4),
        motions=np.frombuffer(write_motions(take.motions), np.uint8),
        sheet=np.frombuffer(document.write(take.sheet, TAKE_SCHEMA), np.uint8),
    )
    return buffer.getvalue()


def read_take(data: bytes) -> Take:
    """Return the take that `write_take` stored."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return Take(
            arrays["world_from_camera"],
            arrays["focal_length_mm"],
            read_motions(arrays["motions"].tobytes()),
            document.read(arrays["sheet"].tobytes(), TakeSheet, TAKE_SCHEMA),
        )

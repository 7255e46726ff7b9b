"""The nouns of playing: bodies, who is where and does what when, and the joint curves.

`Performance` is for people and for the shot designer; `Motion` holds the numbers.
All frames are of the scene, from 0, half-open.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mstation.stage.layout import Rgb, Vec3

SCHEMA = "mstation.performance/1"

JOINTS = (
    "Hips", "Spine", "Chest", "Neck", "Head", "HeadTop", "LeftEye", "RightEye",
    "LeftShoulder", "LeftElbow", "LeftWrist", "RightShoulder", "RightElbow", "RightWrist",
    "LeftHip", "LeftKnee", "LeftAnkle", "LeftToe", "RightHip", "RightKnee", "RightAnkle",
    "RightToe",
)  # fmt: skip
PARENTS = (-1, 0, 1, 2, 3, 4, 4, 4, 2, 8, 9, 2, 11, 12, 0, 14, 15, 16, 0, 18, 19, 20)


HairStyle = Literal["short", "long", "bun", "bald", "cap", "bob", "ponytail", "curly", "hat"]
Garment = Literal["shirt", "coat", "dress", "jacket", "hoodie", "uniform", "skirt"]


class Shape(IntEnum):
    """What face and hands do beside their joints; each is 0 at rest … 1 in full."""

    MOUTH_OPEN = 0  # the jaw drops
    MOUTH_WIDE = 1  # the corners are drawn apart, as in "see"
    MOUTH_ROUND = 2  # the lips are pursed, as in "you"
    MOUTH_PRESSED = 3  # the lips are shut tight, as in "m"
    SMILE = 4
    SAD = 5  # the corners hang
    BLINK = 6
    BROW_UP = 7
    BROW_DOWN = 8
    LEFT_GRIP = 9  # the fingers are curled to a fist
    RIGHT_GRIP = 10


@dataclass(frozen=True, slots=True)
class Body:
    """How a person is built and dressed; the same in every scene."""

    character_id: str
    name: str
    stature_m: float
    build: float  # 0.8 slight … 1.2 heavy, scales widths
    sex: Literal["female", "male", "unknown"]
    age: int
    skin: Rgb
    hair: Rgb
    hair_style: HairStyle
    top: Rgb  # clothes above the waist
    bottom: Rgb
    shoes: Rgb
    garment: Garment
    aliases: tuple[str, ...] = ()  # other names that the script calls the person by


@dataclass(frozen=True, slots=True)
class Act:
    """One thing one person does for a while.

    kind: stand, sit, lie, walk, turn, rise, sit_down, speak, listen, look, read, hold,
    gesture, enter, exit, embrace, give, … (`stage/verbs.toml`).
    """

    character_id: str
    kind: str
    first_frame: int
    end_frame: int
    beat_id: str
    towards: str = ""  # the character id, or the piece, that it is directed at
    line_id: str = ""


@dataclass(frozen=True, slots=True)
class BeatTiming:
    """When a beat of the scene is played."""

    beat_id: str
    first_frame: int
    end_frame: int
    line_id: str = ""
    # The voice itself; sound of frame n starts at that sample. Below 0: heard before the scene.
    speech_first_frame: int = 0
    speech_end_frame: int = 0


@dataclass(frozen=True, slots=True)
class Presence:
    """The frames in which a person is on the set."""

    character_id: str
    first_frame: int
    end_frame: int


@dataclass(frozen=True, slots=True)
class Prop:
    """A thing that the script names, lying on the set or held."""

    name: str
    kind: str  # letter, phone, book, photo, cup, bag, lantern, gun, screen, sign …
    position: Vec3
    yaw_rad: float
    size: Vec3
    beat_id: str
    writing: str = ""  # what can be read on it
    holder_id: str = ""
    first_frame: int = 0
    end_frame: int = 0


@dataclass(frozen=True, slots=True)
class Performance:
    """A scene as it is played."""

    scene_id: str
    frames: int
    bodies: tuple[Body, ...]
    presences: tuple[Presence, ...]
    beats: tuple[BeatTiming, ...]
    acts: tuple[Act, ...]
    props: tuple[Prop, ...]
    extras: tuple[Body, ...] = ()  # the background: there all the time, framed by no camera


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """One person's joint curves over some frames.

    positions  # (frames, 3) float32, Hips in the world, metres
    rotations  # (frames, 22, 4) float32, local to the parent joint, quaternion w x y z;
               # the Hips' is local to the world
    offsets    # (22, 3) float32, rest translation from the parent joint, metres
    face       # (frames, 11) float32, a column a `Shape`
    present    # (frames,) bool
    At rest (all rotations identity) a body stands upright, faces −Z, arms hanging down.
    """

    character_id: str
    positions: NDArray[np.float32]
    rotations: NDArray[np.float32]
    offsets: NDArray[np.float32]
    face: NDArray[np.float32]
    present: NDArray[np.bool_]

    def cut(self, first_frame: int, end_frame: int) -> Motion:
        """Return the same motion over some of its frames."""
        span = slice(first_frame, end_frame)
        return Motion(
            self.character_id,
            self.positions[span],
            self.rotations[span],
            self.offsets,
            self.face[span],
            self.present[span],
        )

    def world_from_joints(self) -> NDArray[np.float64]:
        """Return (frames, 22, 4, 4): every joint's frame in the world."""
        return world_of_joints(self.positions, self.rotations, self.offsets)


def world_of_joints(
    positions: NDArray[np.float32], rotations: NDArray[np.float32], offsets: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return (frames, 22, 4, 4): the frames in the world of joints given as a `Motion` has them."""
    frames = len(positions)
    world = np.zeros((frames, len(JOINTS), 4, 4))
    local = np.zeros((frames, len(JOINTS), 4, 4))
    local[..., :3, :3] = matrices_of_quaternions(rotations.astype(np.float64))
    local[..., :3, 3] = offsets
    local[:, 0, :3, 3] = positions
    local[..., 3, 3] = 1.0
    for joint, parent in enumerate(PARENTS):
        world[:, joint] = local[:, joint] if parent < 0 else world[:, parent] @ local[:, joint]
    return world


def matrices_of_quaternions(quaternions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rotation matrices (..., 3, 3) of unit quaternions (..., 4), w x y z."""
    w, x, y, z = np.moveaxis(quaternions, -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def write_motions(motions: tuple[Motion, ...]) -> bytes:
    """Return motions as one uncompressed NPZ; the same motions give the same bytes."""
    arrays: dict[str, NDArray[np.generic]] = {
        "ids": np.array([motion.character_id for motion in motions], dtype="U32")
    }
    for index, motion in enumerate(motions):
        arrays[f"{index}.positions"] = np.round(motion.positions, 5)
        arrays[f"{index}.rotations"] = np.round(motion.rotations, 6)
        arrays[f"{index}.offsets"] = np.round(motion.offsets, 5)
        arrays[f"{index}.face"] = np.round(motion.face, 4)
        arrays[f"{index}.present"] = motion.present
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def read_motions(data: bytes) -> tuple[Motion, ...]:
    """Return the motions that `write_motions` stored."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return tuple(
            Motion(
                str(character_id),
                arrays[f"{index}.positions"],
                arrays[f"{index}.rotations"],
                arrays[f"{index}.offsets"],
                arrays[f"{index}.face"],
                arrays[f"{index}.present"],
            )
            for index, character_id in enumerate(arrays["ids"])
        )

"""A prop in, its mesh out, and where it is in a frame: lying on the set or in a hand."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from importlib import resources
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mstation.identity import seed_of
from mstation.previs import papers, things
from mstation.previs.finish import Builder, finish_of
from mstation.previs.lettering import lettering_mesh
from mstation.previs.mesh import Mesh
from mstation.previs.primitives import assembled, join_as_part, moved
from mstation.screenplay.script import Language
from mstation.stage.contacts import GRIP_SHARE
from mstation.stage.hands import PALM_M
from mstation.stage.layout import Rgb
from mstation.stage.performance import JOINTS, Motion, Prop

Grip = Literal["read", "upright", "hang", "point"]
Matrix = NDArray[np.float64]

BUILDERS: dict[str, Builder] = {**papers.BUILDERS, **things.BUILDERS}
_DATA = tomllib.loads(resources.files("mstation.previs").joinpath("props.toml").read_text("utf-8"))
_WORDS: dict[str, str] = _DATA["words"]
_GRIPS: dict[str, Grip] = {kind: grip for grip, kinds in _DATA["grips"].items() for kind in kinds}
_LEAST_M = 0.002
_INK: Rgb = (0.02, 0.02, 0.03)
_BRIGHT: Rgb = (0.02, 0.05, 0.09)
_LIFT_M = 0.0035  # letters stand this far off their ground, so that they never flicker
_MARGIN = 0.84  # of the face is for writing
_EAR_M, _NEAR_EAR_M = 0.13, 0.21  # from the ear: a palm so near has a telephone at it
_TOGETHER_M = (0.05, 0.12)  # beyond a page's width: palms so near hold it together
_WRIST, _LEFT_WRIST, _HEAD, _LEFT_EYE, _RIGHT_EYE = (
    JOINTS.index(name) for name in ("RightWrist", "LeftWrist", "Head", "LeftEye", "RightEye")
)


def kind_of(prop: Prop) -> str:
    """Return the kind that is built for a prop: its own, another word's, else a parcel."""
    if prop.kind in BUILDERS:
        return prop.kind
    return _WORDS.get(prop.kind, "parcel")


def is_flat(prop: Prop) -> bool:
    """Whether a prop lies, so that its top is read; else its front (−Z) is."""
    width, height, depth = prop.size
    return height < 0.5 * min(width, depth)


def prop_mesh(prop: Prop, *, has_glass: bool = True) -> Mesh:
    """Return a prop: the middle of its foot at the origin, its front to −Z.

    Without its glass a thing of glass is what is in it and on it.

    What is written on it stands on its top when it is flat (read from −Z), else on its front.
    """
    kind = kind_of(prop)
    clear = things.CLEAR.get(kind)
    meshes = _built(prop, BUILDERS[kind] if has_glass or clear is None else clear.contents)
    if prop.writing:
        width, height, depth = (max(_LEAST_M, side) for side in prop.size)
        meshes.append(_writing(prop, kind, width, height, depth))
    return assembled(meshes)


def prop_glass(prop: Prop) -> tuple[Mesh, float] | None:
    """Return the clear part of a prop and how opaque it is; none of what is not of glass."""
    clear = things.CLEAR.get(kind_of(prop))
    return None if clear is None else (assembled(_built(prop, clear.glass)), clear.opacity)


def _built(prop: Prop, builder: Builder) -> list[Mesh]:
    width, height, depth = (max(_LEAST_M, side) for side in prop.size)
    finish = finish_of((0.5, 0.5, 0.5), seed_of("prop", prop.name), is_lit=True)
    return builder(width, height, depth, finish)


def _writing(prop: Prop, kind: str, width: float, height: float, depth: float) -> Mesh:
    """Return the letters on a prop's face."""
    language: Language = "zh" if any("\u3400" <= ch <= "\u9fff" for ch in prop.writing) else "en"
    flat = is_flat(prop)
    tall = depth if flat else height
    letters = join_as_part(
        lettering_mesh(
            prop.writing,
            width_m=width * _MARGIN,
            height_m=tall * _MARGIN,
            colour=_BRIGHT if kind in ("screen", "phone") else _INK,
            language=language,
        )
    )
    lift = min(_LIFT_M, 0.03 * min(width, tall))
    if not flat:
        return moved(letters, np.eye(3), (0, height / 2, -depth / 2 - lift))
    laid = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])  # the front turned up to +Y
    return moved(letters, laid, (0, height + lift, 0))


def prop_transform(prop: Prop, motions: Sequence[Motion], frame: int) -> NDArray[np.float32]:
    """Return world_from_prop (4, 4) at a frame of the motions.

    A held prop follows its holder's right hand; what is read turns its face to the holder's
    eyes and lies along both hands when both are at it, a telephone at the ear lies along the
    cheek. Otherwise the prop lies where the performance put it.
    """
    if prop.holder_id and prop.first_frame <= frame < prop.end_frame:
        for motion in motions:
            if motion.character_id == prop.holder_id:
                at = min(max(frame, 0), len(motion.positions) - 1)
                if motion.present[at]:
                    return _held(prop, motion.cut(at, at + 1).world_from_joints()[0])
    return _lying(prop)


def _lying(prop: Prop) -> NDArray[np.float32]:
    cos, sin = math.cos(prop.yaw_rad), math.sin(prop.yaw_rad)
    world_from_prop = np.eye(4, dtype=np.float32)
    world_from_prop[:3, :3] = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
    world_from_prop[:3, 3] = prop.position
    return world_from_prop


def _held(prop: Prop, world_from_joints: Matrix) -> NDArray[np.float32]:
    wrist = world_from_joints[_WRIST]
    hand = _palm(wrist)
    eyes = (world_from_joints[_LEFT_EYE, :3, 3] + world_from_joints[_RIGHT_EYE, :3, 3]) / 2
    facing = -world_from_joints[_HEAD, :3, 2]
    width, height, depth = prop.size
    grip: Matrix
    match _GRIPS.get(kind_of(prop), "upright"):
        case "read":
            rotation = _read(prop, world_from_joints, hand, eyes, facing)
            # By a lower corner, at the reader's right, so that the thumb hides little.
            lower = (
                np.array([0, 0, -0.44 * depth])
                if is_flat(prop)
                else np.array([0, 0.06 * height, 0])
            )
            aside = -0.5 * GRIP_SHARE * width
            grip = lower + np.array([aside, height / 2 if is_flat(prop) else 0, 0])
            at_ear = _at_ear(hand, world_from_joints, eyes) if kind_of(prop) == "phone" else 0.0
            if at_ear > 0:
                grip = grip + at_ear * (np.array([0, height / 2, -0.2 * depth]) - grip)
                rotation = _between(rotation, _along_cheek(world_from_joints), at_ear)
        case "point":
            rotation = _pointing(wrist[:3, :3])
            grip = np.array([0, 0.45 * height, 0.3 * depth])
        case "hang":
            rotation = _level(facing)
            grip = np.array([0, 0.96 * height, 0])
        case "upright":
            rotation = _level(facing)
            grip = np.array([0, 0.45 * height, 0])
    world_from_prop = np.eye(4)
    world_from_prop[:3, :3] = rotation
    world_from_prop[:3, 3] = hand - rotation @ grip
    return world_from_prop.astype(np.float32)


def _palm(wrist: Matrix) -> Matrix:
    out: Matrix = wrist[:3, :3] @ np.array(PALM_M) + wrist[:3, 3]
    return out


def _read(
    prop: Prop, world_from_joints: Matrix, hand: Matrix, eyes: Matrix, facing: Matrix
) -> Matrix:
    """Return axes of what is read: to the eyes, and along both hands when both are at it."""
    alone = _towards(eyes - hand, facing, is_flat=is_flat(prop))
    across = _palm(world_from_joints[_LEFT_WRIST]) - hand
    near, far = (prop.size[0] + beyond for beyond in _TOGETHER_M)
    share = float(np.clip((far - np.linalg.norm(across)) / (far - near), 0.0, 1.0))
    if share <= 0:
        return alone
    # The reader looks against the page's face, across the line of the hands.
    ahead = np.cross(across, [0.0, 1.0, 0.0])
    ahead = ahead if ahead @ facing > 0 else -ahead
    both = _towards(eyes - (hand + across / 2), ahead, is_flat=is_flat(prop))
    return _between(alone, both, share)


def _at_ear(hand: Matrix, world_from_joints: Matrix, eyes: Matrix) -> float:
    """Return how much a hand has what it holds at the right ear: 0 … 1."""
    head = world_from_joints[_HEAD]
    aside = 2.3 * float(np.linalg.norm(world_from_joints[_RIGHT_EYE, :3, 3] - eyes))
    ear = eyes + head[:3, :3] @ np.array([aside, 0.0, aside])
    away = float(np.linalg.norm(hand - ear))
    return float(np.clip((_NEAR_EAR_M - away) / (_NEAR_EAR_M - _EAR_M), 0.0, 1.0))


def _along_cheek(world_from_joints: Matrix) -> Matrix:
    """Return axes of a telephone at the right ear: its face to the cheek, its foot to the mouth."""
    turn = world_from_joints[_HEAD, :3, :3]
    face = turn @ np.array([-1.0, 0.0, 0.0])
    over = turn @ _unit(np.array([0.0, 1.0, 0.45]))  # the upper end, at the ear
    return np.column_stack([np.cross(face, over), face, over])


def _between(start: Matrix, end: Matrix, share: float) -> Matrix:
    """Return axes between two, put square again."""
    mixed = (1.0 - share) * start + share * end
    x, y = _unit(mixed[:, 0]), mixed[:, 1]
    y = _unit(y - x * float(x @ y))
    return np.column_stack([x, y, np.cross(x, y)])


def _unit(vector: Matrix) -> Matrix:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 1e-9 else np.array([0.0, 0.0, -1.0])


def _towards(way: Matrix, facing: Matrix, *, is_flat: bool) -> Matrix:
    """Return axes of a prop whose written face looks along `way`, its lines level to the reader.

    What is read low down has its upper edge away from the reader, what is held up has it above.
    A reader sees the prop's x run from right to left, as a mesh that faces −Z has it.
    """
    out = _unit(way)
    ahead = _unit(np.array([facing[0], 0.0, facing[2]]))
    steep = float(np.clip(out[1], -1, 1))
    up = np.array([0.0, math.sqrt(1 - steep * steep), 0.0]) + steep * ahead
    across = _unit(np.cross(out, up))  # to the left of a reader who looks against `out`
    over = np.cross(across, out)
    if is_flat:
        return np.column_stack([across, out, over])
    return np.column_stack([across, over, -out])


def _level(facing: Matrix) -> Matrix:
    """Return axes that stand upright with the front where the holder faces."""
    out = np.array([facing[0], 0.0, facing[2]])
    out = _unit(out)
    up = np.array([0.0, 1.0, 0.0])
    return np.column_stack([np.cross(up, -out), up, -out])


def _pointing(wrist: Matrix) -> Matrix:
    """Return axes whose front looks where the fingers point, the top towards the thumb."""
    out, thumb = -wrist[:, 1], -wrist[:, 2]
    return np.column_stack([np.cross(thumb, -out), thumb, -out])

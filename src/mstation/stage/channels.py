"""The dials of a pose: one column each, and the named poses that set them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mstation.identity import seed_of
from mstation.stage.performance import Body
from mstation.stage.skeleton import rest_offsets
from mstation.stage.stances import Stance

Array = NDArray[np.float64]

ARM = ("flex", "abd", "twist", "swing", "elbow", "wrist", "hand")
TORSO = (
    "hip_pitch", "hip_roll", "hip_yaw",
    "spine_pitch", "spine_roll", "spine_yaw",
    "chest_pitch", "chest_roll", "chest_yaw",
    "head_pitch", "head_roll", "head_yaw",
    "eye_pitch", "eye_yaw",
)  # fmt: skip
FOOT = ("x", "y", "z", "yaw", "pitch")  # the ankle in the world; pitch up lifts the toes
GOAL = ("x", "y", "z", "share")  # where a palm is wanted in the world, and how much
ROOT = ("x", "z", "yaw", "y")  # the hips; yaw is the body's
NAMES = (
    *ROOT,
    *TORSO,
    *(f"{side}_{name}" for side in "lr" for name in ARM),
    *(f"{side}f_{name}" for side in "lr" for name in FOOT),
    *(f"{side}g_{name}" for side in "lr" for name in GOAL),
)
COLUMN = {name: column for column, name in enumerate(NAMES)}
X, Z, YAW, Y = (COLUMN[name] for name in ROOT)
ARM_L, ARM_R = (slice(COLUMN[f"{s}_flex"], COLUMN[f"{s}_hand"] + 1) for s in "lr")
FOOT_L, FOOT_R = (slice(COLUMN[f"{s}f_x"], COLUMN[f"{s}f_pitch"] + 1) for s in "lr")
GOAL_L, GOAL_R = (slice(COLUMN[f"{s}g_x"], COLUMN[f"{s}g_share"] + 1) for s in "lr")

_CROUCH_STANDING = 0.002  # of stature: knees are never quite locked
_KNEEL_HIPS = 0.30
_THIGH_SLOPE = 0.28
_TOE_OUT = np.deg2rad(9.0)
_WEIGHT_SHIFT_M, _WEIGHT_ROLL = 0.042, np.deg2rad(4.6)
_HABIT = 0.3  # of a weight: nobody stands quite evenly


@cache
def pose_table() -> dict[str, Any]:
    """Return `poses.toml`."""
    text = files("mstation.stage").joinpath("poses.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def arm_angles(name: str, side: str) -> Array | None:
    """Return the seven angles in radians that a named pose gives an arm, or None."""
    row = pose_table()["arms"].get(name, {})
    return np.deg2rad(np.array(row[side], float)) if side in row else None


class Measures:
    """A body's lengths that poses need, metres; read once from its rest skeleton."""

    def __init__(self, body: Body) -> None:
        self.offsets = rest_offsets(body)
        offsets = self.offsets.astype(np.float64)
        self.stature = body.stature_m
        self.habit = 1 if seed_of("habit", body.character_id) % 2 else -1  # the leg one prefers
        self.hips = float(offsets[0, 1])
        self.hip_half = float(offsets[18, 0])
        self.thigh = float(-offsets[19, 1])
        self.shank = float(-offsets[20, 1])
        self.ankle = float(-offsets[21, 1])
        self.foot = float(-offsets[21, 2])
        self.eyes = float(offsets[1:5, 1].sum() + offsets[6, 1])  # above the hips
        self.leg = self.thigh + self.shank
        self.sit_flesh = 0.05 * self.stature * (0.6 + 0.4 * body.build)
        self.stride = 0.365 * self.stature * (self.hips / (0.53 * self.stature))


def plain_pose(stance: Stance, measures: Measures) -> Array:
    """Return (channels,): the pose that a stance is at rest, eyes ahead."""
    pose = np.zeros(len(NAMES))
    pose[X], pose[Z], pose[YAW] = stance.x, stance.z, stance.yaw_rad
    match stance.posture:
        case "stand":
            _stand(pose, stance, measures)
        case "sit":
            _sit(pose, stance, measures)
        case "kneel":
            _kneel(pose, measures)
        case "lie":
            _lie(pose, stance, measures)
    pose[[Y, FOOT_L.start + 1, FOOT_R.start + 1]] += stance.floor_m
    for side, span in (("l", ARM_L), ("r", ARM_R)):
        carried = arm_angles(stance.carry, side)
        if carried is not None:
            pose[span] = carried
    row = pose_table()["arms"].get(stance.carry, {})
    for name in TORSO:
        pose[COLUMN[name]] += np.deg2rad(row.get(name, 0.0))
    return pose


def _arms(pose: Array, name: str) -> None:
    for side, span in (("l", ARM_L), ("r", ARM_R)):
        angles = arm_angles(name, side)
        assert angles is not None, name
        pose[span] = angles


def _foot(pose: Array, side: str, ahead: float, out: float, height: float, pitch: float) -> None:
    """Set an ankle `ahead` and `out` metres from the root, as seen by the body."""
    sign = 1.0 if side == "r" else -1.0
    yaw = pose[YAW]
    right = np.array([np.cos(yaw), -np.sin(yaw)])
    front = np.array([-np.sin(yaw), -np.cos(yaw)])
    x, z = pose[[X, Z]] + sign * out * right + ahead * front
    pose[FOOT_L if side == "l" else FOOT_R] = x, height, z, yaw - sign * _TOE_OUT, pitch


def _stand(pose: Array, stance: Stance, measures: Measures) -> None:
    pose[Y] = measures.hips - _CROUCH_STANDING * measures.stature
    stride = 0.012 * measures.stature
    for side in "lr":
        free = stance.weight == (1 if side == "l" else -1)
        ahead = 3.4 * stride if free else 0.0
        out = 1.5 if free else 1.22
        _foot(pose, side, ahead, out * measures.hip_half, measures.ankle, 0.0)
        if free:
            turned = FOOT_L if side == "l" else FOOT_R
            pose[turned.start + 3] -= stance.weight * -_TOE_OUT
    weight = stance.weight or _HABIT * measures.habit
    yaw, shift = pose[YAW], weight * _WEIGHT_SHIFT_M * measures.stature / 1.7
    pose[X] += shift * np.cos(yaw)
    pose[Z] -= shift * np.sin(yaw)
    pose[Y] -= 0.004 * measures.stature * abs(weight)
    roll = weight * _WEIGHT_ROLL
    pose[COLUMN["hip_roll"]] = roll
    pose[COLUMN["hip_yaw"]] = 0.9 * roll  # the free side of the hips comes forward
    pose[COLUMN["spine_yaw"]] = -0.7 * roll
    pose[COLUMN["spine_roll"]] = -1.35 * roll
    pose[COLUMN["chest_roll"]] = -0.25 * roll
    pose[COLUMN["head_roll"]] = 0.6 * roll
    _arms(pose, "hang")
    loose = "l" if weight > 0 else "r"  # the arm over the free leg hangs looser
    pose[COLUMN[f"{loose}_flex"]] += np.deg2rad(5.0) * abs(weight)
    pose[COLUMN[f"{loose}_elbow"]] += np.deg2rad(9.0) * abs(weight)
    pose[COLUMN[f"{'r' if loose == 'l' else 'l'}_abd"]] += np.deg2rad(3.5) * abs(weight)


def _sit(pose: Array, stance: Stance, measures: Measures) -> None:
    pose[Y] = stance.seat_height_m + measures.sit_flesh
    # Thighs may slope down a little to let the feet reach the floor; then the shanks hang.
    hanging = pose[Y] - measures.shank - _THIGH_SLOPE * measures.thigh
    ankle = max(measures.ankle, hanging)
    rise = ankle + measures.shank - pose[Y]  # of the knee above the hips
    ahead = np.sqrt(max(measures.thigh**2 - rise**2, 0.02)) + 0.02
    for side in "lr":
        _foot(pose, side, ahead, 1.35 * measures.hip_half, ankle, 0.0)
    pose[COLUMN["hip_pitch"]] = np.deg2rad(7.0)
    pose[COLUMN["spine_pitch"]] = np.deg2rad(-3.0)
    pose[COLUMN["chest_pitch"]] = np.deg2rad(-4.0)
    _arms(pose, "lap")


def _kneel(pose: Array, measures: Measures) -> None:
    pose[Y] = _KNEEL_HIPS * measures.stature
    _foot(pose, "l", 0.23 * measures.stature, measures.hip_half, measures.ankle, 0.0)
    tucked = np.deg2rad(-50.0)  # on the toes, heel up
    height = -measures.foot * np.sin(tucked) + measures.ankle * np.cos(tucked)
    _foot(pose, "r", -0.2 * measures.stature, measures.hip_half, float(height), float(tucked))
    pose[COLUMN["spine_pitch"]] = np.deg2rad(-6.0)
    _arms(pose, "knee")


def _lie(pose: Array, stance: Stance, measures: Measures) -> None:
    pose[Y] = stance.seat_height_m + 0.062 * measures.stature
    height = stance.seat_height_m + 0.035 * measures.stature
    for side in "lr":
        _foot(pose, side, 0.985 * measures.leg, 1.5 * measures.hip_half, height, np.deg2rad(70.0))
    recline = stance.recline_rad
    pose[COLUMN["hip_pitch"]] = np.deg2rad(88.0) - 0.35 * recline
    pose[COLUMN["spine_pitch"]] = -0.35 * recline
    pose[COLUMN["chest_pitch"]] = -0.3 * recline
    pose[COLUMN["head_pitch"]] = np.deg2rad(-16.0) + 0.2 * recline
    _arms(pose, "bed")

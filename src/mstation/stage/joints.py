"""Pose dials in, joint rotations out: forward for arms and spine, inverse for legs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mstation.stage.channels import (
    ARM_L,
    ARM_R,
    COLUMN,
    FOOT_L,
    FOOT_R,
    YAW,
    Array,
    Measures,
    X,
    Y,
    Z,
)
from mstation.stage.hands import set_hands
from mstation.stage.performance import JOINTS, matrices_of_quaternions
from mstation.stage.turns import about, quaternions_of_matrices, times

_JOINT = {name: joint for joint, name in enumerate(JOINTS)}
_FULL_REACH = 0.9985  # of the leg: a knee never locks
_NECK_SHARE = 0.22  # of the head's turn that the neck takes


def joints_of_pose(
    pose: Array, measures: Measures
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return positions (frames, 3) of the Hips and rotations (frames, 22, 4) of a pose's frames."""
    frames = len(pose)
    local = np.zeros((frames, len(JOINTS), 4))
    local[..., 0] = 1.0
    local[:, 0] = _turns(pose, "hip", extra_yaw=pose[:, YAW])
    local[:, 1] = _turns(pose, "spine")
    local[:, 2] = _turns(pose, "chest")
    local[:, 3] = _turns(pose, "head", share=_NECK_SHARE)
    local[:, 4] = _turns(pose, "head", share=1.0 - _NECK_SHARE)
    eyes = times(about(1, pose[:, COLUMN["eye_yaw"]]), about(0, pose[:, COLUMN["eye_pitch"]]))
    local[:, 6] = local[:, 7] = eyes
    _set_arms(local, pose)
    positions = pose[:, [X, Y, Z]].copy()
    _set_legs(local, positions, pose, measures)
    set_hands(local, positions, pose, measures)
    local *= np.where(local[..., :1] < 0, -1.0, 1.0)
    local /= np.linalg.norm(local, axis=-1, keepdims=True)
    return positions.astype(np.float32), local.astype(np.float32)


def _turns(pose: Array, part: str, *, share: float = 1.0, extra_yaw: Array | float = 0.0) -> Array:
    yaw, pitch, roll = (
        share * pose[:, COLUMN[f"{part}_{way}"]] for way in ("yaw", "pitch", "roll")
    )
    return times(about(1, yaw + extra_yaw), about(0, pitch), about(2, roll))


def _set_arms(local: Array, pose: Array) -> None:
    for side, span, sign in (("Left", ARM_L, -1.0), ("Right", ARM_R, 1.0)):
        flex, abd, twist, swing, elbow, wrist, hand = pose[:, span].T
        local[:, _JOINT[f"{side}Shoulder"]] = times(
            about(1, -sign * swing),
            about(2, sign * abd),
            about(0, flex),
            about(1, sign * twist),
        )
        local[:, _JOINT[f"{side}Elbow"]] = about(0, elbow)
        local[:, _JOINT[f"{side}Wrist"]] = times(about(1, sign * hand), about(0, wrist))


def _set_legs(local: Array, positions: Array, pose: Array, measures: Measures) -> None:
    world_from_hips = matrices_of_quaternions(local[:, 0])
    sides = (("Left", FOOT_L, -1.0), ("Right", FOOT_R, 1.0))
    ankles = [pose[:, span][:, :3] for _, span, _ in sides]
    sockets = [world_from_hips[:, :, 0] * (sign * measures.hip_half) for _, _, sign in sides]
    positions[:, 1] -= sink(positions, ankles, sockets, measures)
    for (side, span, _), ankle, socket in zip(sides, ankles, sockets, strict=True):
        yaw, pitch = pose[:, span][:, 3], pose[:, span][:, 4]
        foot = matrices_of_quaternions(times(about(1, yaw), about(0, pitch)))
        thigh, shank = _leg(positions + socket, ankle, world_from_hips, foot, measures)
        chain = (world_from_hips, thigh, shank, foot)
        for joint, (parent, child) in zip(("Hip", "Knee", "Ankle"), pairwise(chain), strict=True):
            turned = np.swapaxes(parent, -1, -2) @ child
            local[:, _JOINT[f"{side}{joint}"]] = quaternions_of_matrices(turned)


def sink(positions: Array, ankles: list[Array], sockets: list[Array], measures: Measures) -> Array:
    """Return how far the hips must come down for both feet to stay where they are."""
    reach = _FULL_REACH * measures.leg
    down = np.zeros(len(positions))
    for ankle, socket in zip(ankles, sockets, strict=True):
        away = ankle - (positions + socket)
        flat = away[:, 0] ** 2 + away[:, 2] ** 2
        allowed = np.sqrt(np.maximum(reach**2 - flat, 0.0))
        short = np.where(flat < (0.8 * reach) ** 2, -away[:, 1] - allowed, 0.0)
        down = np.maximum(down, short)
    return down


def _leg(
    hip: Array, ankle: Array, world_from_hips: Array, foot: Array, measures: Measures
) -> tuple[Array, Array]:
    """Return the thigh's and the shank's frames in the world (two-bone inverse kinematics)."""
    way = ankle - hip
    length = np.linalg.norm(way, axis=-1, keepdims=True)
    way = way / np.maximum(length, 1e-9)
    thigh, shank = measures.thigh, measures.shank
    length = np.clip(length, abs(thigh - shank) + 1e-3, _FULL_REACH * (thigh + shank))
    along = (thigh**2 - shank**2 + length**2) / (2 * length)
    bulge = np.sqrt(np.maximum(thigh**2 - along**2, 1e-12))
    # A knee points where hips and foot point; a lying or sitting knee also points up.
    pole = -world_from_hips[:, :, 2] - 0.6 * foot[:, :, 2] + 0.05 * foot[:, :, 1]
    pole -= way * np.sum(pole * way, axis=-1, keepdims=True)
    pole /= np.maximum(np.linalg.norm(pole, axis=-1, keepdims=True), 1e-9)
    knee = hip + way * along + pole * bulge
    hinge = np.cross(pole, -way)
    return _bone(hip - knee, hinge), _bone(knee - (hip + way * length), hinge)


def _bone(up: Array, hinge: Array) -> Array:
    """Return frames whose Y runs up a bone and whose X is the joint's hinge."""
    y = up / np.linalg.norm(up, axis=-1, keepdims=True)
    x = hinge - y * np.sum(hinge * y, axis=-1, keepdims=True)
    x /= np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-9)
    return np.stack([x, y, np.cross(x, y)], axis=-1)

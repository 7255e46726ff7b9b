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
from mstation.stage.performance import JOINTS, matrices_of_quaternions

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
    eyes = _times(_about(1, pose[:, COLUMN["eye_yaw"]]), _about(0, pose[:, COLUMN["eye_pitch"]]))
    local[:, 6] = local[:, 7] = eyes
    _set_arms(local, pose)
    positions = pose[:, [X, Y, Z]].copy()
    _set_legs(local, positions, pose, measures)
    local *= np.where(local[..., :1] < 0, -1.0, 1.0)
    local /= np.linalg.norm(local, axis=-1, keepdims=True)
    return positions.astype(np.float32), local.astype(np.float32)


def _about(axis: int, angle: Array) -> Array:
    """Return quaternions (frames, 4) that turn about x, y or z."""
    out = np.zeros((len(angle), 4))
    out[:, 0] = np.cos(angle / 2)
    out[:, 1 + axis] = np.sin(angle / 2)
    return out


def _times(first: Array, *rest: Array) -> Array:
    """Return the product of quaternions, the leftmost outermost."""
    out = first
    for other in rest:
        w, x, y, z = out.T
        a, b, c, d = other.T
        out = np.stack(
            [
                w * a - x * b - y * c - z * d,
                w * b + x * a + y * d - z * c,
                w * c - x * d + y * a + z * b,
                w * d + x * c - y * b + z * a,
            ],
            axis=-1,
        )
    return out


def _turns(pose: Array, part: str, *, share: float = 1.0, extra_yaw: Array | float = 0.0) -> Array:
    yaw, pitch, roll = (
        share * pose[:, COLUMN[f"{part}_{way}"]] for way in ("yaw", "pitch", "roll")
    )
    return _times(_about(1, yaw + extra_yaw), _about(0, pitch), _about(2, roll))


def _set_arms(local: Array, pose: Array) -> None:
    for side, span, sign in (("Left", ARM_L, -1.0), ("Right", ARM_R, 1.0)):
        flex, abd, twist, swing, elbow, wrist, hand = pose[:, span].T
        local[:, _JOINT[f"{side}Shoulder"]] = _times(
            _about(1, -sign * swing),
            _about(2, sign * abd),
            _about(0, flex),
            _about(1, sign * twist),
        )
        local[:, _JOINT[f"{side}Elbow"]] = _about(0, elbow)
        local[:, _JOINT[f"{side}Wrist"]] = _times(_about(1, sign * hand), _about(0, wrist))


def _set_legs(local: Array, positions: Array, pose: Array, measures: Measures) -> None:
    world_from_hips = matrices_of_quaternions(local[:, 0])
    sides = (("Left", FOOT_L, -1.0), ("Right", FOOT_R, 1.0))
    ankles = [pose[:, span][:, :3] for _, span, _ in sides]
    sockets = [world_from_hips[:, :, 0] * (sign * measures.hip_half) for _, _, sign in sides]
    positions[:, 1] -= sink(positions, ankles, sockets, measures)
    for (side, span, _), ankle, socket in zip(sides, ankles, sockets, strict=True):
        yaw, pitch = pose[:, span][:, 3], pose[:, span][:, 4]
        foot = matrices_of_quaternions(_times(_about(1, yaw), _about(0, pitch)))
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


def quaternions_of_matrices(matrices: Array) -> Array:
    """Return unit quaternions (..., 4), w x y z, of rotation matrices (..., 3, 3).

    Source: Shepperd (1978): the largest of the four is found first.
    """
    m = matrices
    trace = m[..., 0, 0] + m[..., 1, 1] + m[..., 2, 2]
    squares = np.stack([1 + trace] + [1 + 2 * m[..., i, i] - trace for i in range(3)], axis=-1)
    yz, zx, xy = (m[..., j, k] for j, k in ((2, 1), (0, 2), (1, 0)))
    zy, xz, yx = (m[..., j, k] for j, k in ((1, 2), (2, 0), (0, 1)))
    rows = np.stack(
        [
            np.stack([squares[..., 0], yz - zy, zx - xz, xy - yx], -1),
            np.stack([yz - zy, squares[..., 1], xy + yx, zx + xz], -1),
            np.stack([zx - xz, xy + yx, squares[..., 2], yz + zy], -1),
            np.stack([xy - yx, zx + xz, yz + zy, squares[..., 3]], -1),
        ],
        axis=-2,
    )
    best = np.argmax(squares, axis=-1)
    chosen = np.take_along_axis(rows, best[..., None, None], axis=-2)[..., 0, :]
    out: Array = chosen / np.linalg.norm(chosen, axis=-1, keepdims=True)
    return out

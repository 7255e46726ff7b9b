"""Poses and a bare studio, to look at figures in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mstation.previs.figures import Style, figure_mesh
from mstation.previs.mesh import SkinnedMesh
from mstation.previs.picture import picture_of
from mstation.previs.primitives import assembled, panel
from mstation.previs.render import paint_frames, player_of
from mstation.previs.scenery import scenery_of
from mstation.shots.shot import Take, TakeSheet
from mstation.space import look_at, sensor_for
from mstation.stage.performance import JOINTS, Body, Motion, Shape
from mstation.stage.skeleton import rest_offsets
from tests.previs.picture_set import DAY

Pose = dict[str, tuple[int, float]]  # joint: axis (0 X, 1 Y, 2 Z) and degrees

HANG: Pose = {
    "LeftShoulder": (2, -8), "RightShoulder": (2, 8), "LeftElbow": (0, 14), "RightElbow": (0, 14),
}  # fmt: skip
SIT: Pose = {
    "LeftHip": (0, 90), "RightHip": (0, 86), "LeftKnee": (0, -90), "RightKnee": (0, -86),
    "LeftShoulder": (0, 22), "RightShoulder": (0, 22), "LeftElbow": (0, 50), "RightElbow": (0, 50),
}  # fmt: skip
WALK: Pose = {
    "LeftHip": (0, 28), "RightHip": (0, -18), "LeftKnee": (0, -12), "RightKnee": (0, -32),
    "LeftShoulder": (0, -25), "RightShoulder": (0, 25), "RightElbow": (0, 25),
}  # fmt: skip
REACH: Pose = {"LeftShoulder": (2, -165), "RightShoulder": (0, 160), "RightElbow": (0, 20)}
POSES = {"hang": HANG, "sit": SIT, "walk": WALK, "reach": REACH}


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody in the studio."""

    body: Body
    at: tuple[float, float] = (0.0, 0.0)
    yaw_deg: float = 180.0
    pose: Pose = field(default_factory=lambda: HANG)
    shapes: dict[Shape, float] = field(default_factory=dict)
    style: Style = "people"


def motion_of(who: Standing) -> Motion:
    """Return one frame of somebody's motion."""
    offsets = rest_offsets(who.body)
    rotations = np.zeros((1, len(JOINTS), 4), np.float32)
    rotations[..., 0] = 1
    for joint, (axis, degrees) in {**who.pose, "Hips": (1, who.yaw_deg)}.items():
        half = np.radians(degrees) / 2
        rotations[0, JOINTS.index(joint)] = 0
        rotations[0, JOINTS.index(joint), 0] = np.cos(half)
        rotations[0, JOINTS.index(joint), 1 + axis] = np.sin(half)
    face = np.zeros((1, len(Shape)), np.float32)
    for shape, share in who.shapes.items():
        face[0, shape] = share
    height = offsets[0, 1] * (0.6 if who.pose is SIT else 1.0)
    place = np.array([[who.at[0], height, who.at[1]]], np.float32)
    return Motion(who.body.character_id, place, rotations, offsets, face, np.ones(1, np.bool_))


def bent(figure: SkinnedMesh, motion: Motion, frame: int = 0) -> NDArray[np.float64]:
    """Return the points (n, 3) of a figure where its joints carry it, its face at rest."""
    moved = motion.world_from_joints()[frame] @ np.linalg.inv(figure.rest_from_joints.astype(float))
    points = np.column_stack([figure.mesh.points, np.ones(len(figure.mesh.points))])
    held = np.einsum("nk,nkij->nij", figure.weights, moved[figure.joints])
    return np.asarray(np.einsum("nij,nj->ni", held, points)[:, :3])


def photograph(
    people: Sequence[Standing],
    eye: tuple[float, float, float],
    target: tuple[float, float, float],
    focal_length_mm: float,
    size: tuple[int, int],
) -> NDArray[np.uint8]:
    """Return the picture (height, width, 3) of people before a grey wall."""
    motions = [motion_of(who) for who in people]
    figures = [
        player_of(figure_mesh(who.body, motion.offsets, style=who.style), motion)
        for who, motion in zip(people, motions, strict=True)
    ]
    grey = (0.42, 0.41, 0.39)
    floor = panel([(-9, 0, 3), (9, 0, 3), (9, 0, -6), (-9, 0, -6)], grey)
    wall = panel([(-9, 0, -6), (9, 0, -6), (9, 6, -6), (-9, 6, -6)], (0.33, 0.36, 0.4))
    studio = assembled([floor, wall])
    low, high = np.array([-4.0, -0.4, -3.0]), np.array([4.0, 3.0, 3.0])
    scenery = scenery_of(studio, studio, DAY, low, high)
    camera = look_at(np.array(eye), np.array(target))[None].astype(np.float32)
    lens = np.array([focal_length_mm], np.float32)
    take = Take(camera, lens, (), TakeSheet((), (), sensor_for(*size)))
    ends = np.array([eye, target])
    picture = picture_of(scenery, tuple(figures), ends, width=size[0], height=size[1])
    list(paint_frames(picture, take))
    return np.ascontiguousarray(np.moveaxis(picture.canvas.final, 0, -1))

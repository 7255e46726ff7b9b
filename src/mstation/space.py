"""Metres, axes, transforms and lens geometry.

The world is right-handed, Y up; a person and a camera look along their own −Z; yaw turns
counter-clockwise seen from above (yaw 0 looks to −Z, yaw +90° looks to −X). Matrices act on
column vectors and read by adjacent names: `point_world = world_from_camera @ point_camera`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Super 35, the active width for every aspect; the height follows the aspect.
# Source: reference sheet of the designer, section 1 (ARRI Super 35 3-perf, 24.89 x 14.00 mm).
SUPER35_WIDTH_MM = 24.89
PRIME_KIT_MM = (18.0, 21.0, 25.0, 32.0, 35.0, 40.0, 50.0, 65.0, 75.0, 85.0, 100.0)


@dataclass(frozen=True, slots=True)
class Sensor:
    """The active area of the camera's sensor."""

    width_mm: float
    height_mm: float


def sensor_for(width_px: int, height_px: int) -> Sensor:
    """Return the Super 35 area for a picture; upright pictures turn the sensor."""
    if height_px > width_px:
        return Sensor(SUPER35_WIDTH_MM * width_px / height_px, SUPER35_WIDTH_MM)
    return Sensor(SUPER35_WIDTH_MM, SUPER35_WIDTH_MM * height_px / width_px)


def forward(yaw_rad: float) -> Array:
    """Return the unit vector on the floor that a yaw looks along."""
    return np.array([-math.sin(yaw_rad), 0.0, -math.cos(yaw_rad)])


def yaw_towards(origin: Array, target: Array) -> float:
    """Return the yaw in which someone at `origin` faces `target`."""
    return math.atan2(origin[0] - target[0], origin[2] - target[2])


def wrap_angle(angle_rad: float) -> float:
    """Return the same angle in (−π, π]."""
    return -((-angle_rad + math.pi) % (2 * math.pi) - math.pi)


def wrap_angles(angles_rad: Array) -> Array:
    """Return the same angles, of any shape, in [−π, π)."""
    return np.asarray((angles_rad + math.pi) % (2 * math.pi) - math.pi)


def look_at(eye: Array, target: Array, roll_rad: float = 0.0) -> Array:
    """Return world_from_camera (4, 4) of a camera at `eye` that looks at `target`, Y up."""
    eyes, targets = np.asarray(eye, float)[None], np.asarray(target, float)[None]
    return np.asarray(looks_at(eyes, targets, np.array([roll_rad]))[0])


def looks_at(eyes: Array, targets: Array, roll_rad: Array) -> Array:
    """Return world_from_camera (n, 4, 4) of cameras at eyes (n, 3), Y up, rolled by (n,)."""
    back = eyes - targets
    back = back / np.linalg.norm(back, axis=1, keepdims=True)
    right = np.column_stack([back[:, 2], np.zeros(len(back)), -back[:, 0]])
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    up = np.cross(back, right)
    cos, sin = np.cos(roll_rad)[:, None], np.sin(roll_rad)[:, None]
    world_from_camera = np.tile(np.eye(4), (len(back), 1, 1))
    world_from_camera[:, :3, 0] = cos * right + sin * up
    world_from_camera[:, :3, 1] = cos * up - sin * right
    world_from_camera[:, :3, 2] = back
    world_from_camera[:, :3, 3] = eyes
    return world_from_camera


def project(
    points_world: Array, world_from_camera: Array, focal_length_mm: float, sensor: Sensor
) -> Array:
    """Return (n, 3): x and y of points in the picture, and metres in front of the camera.

    x runs 0 (left) to 1 (right), y runs 0 (top) to 1 (bottom); what lies behind the camera
    has a depth of 0 or less and no meaningful x and y.
    """
    points = np.atleast_2d(np.asarray(points_world, float))
    rotation, eye = world_from_camera[:3, :3], world_from_camera[:3, 3]
    camera = (points - eye) @ rotation
    depth = -camera[:, 2]
    safe = np.where(np.abs(depth) < 1e-9, 1e-9, depth)
    x = 0.5 + camera[:, 0] / safe * focal_length_mm / sensor.width_mm
    y = 0.5 - camera[:, 1] / safe * focal_length_mm / sensor.height_mm
    return np.column_stack([x, y, depth])

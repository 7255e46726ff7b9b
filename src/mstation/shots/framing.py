"""Landmarks and a size in, cameras out: how far, how high, aimed where. All in arrays.

A camera stands at distance D in a level direction from its subject and is turned so that the
subject is at `screen_x` and the size's cut lies on the lower edge; D makes the headroom right.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.compiled import kernel
from mstation.space import PRIME_KIT_MM, Array, Sensor

_STEPS = 7  # of the fixed point; the error falls about twentyfold in each


@dataclass(frozen=True, slots=True, eq=False)
class Cameras:
    """Cameras as arrays: position (n, 3), target (n, 3), lens_mm (n,)."""

    position: Array
    target: Array
    lens_mm: Array

    def __len__(self) -> int:
        return len(self.lens_mm)

    def rows(self, index: NDArray[np.intp]) -> Cameras:
        """Return some of the cameras."""
        return Cameras(self.position[index], self.target[index], self.lens_mm[index])

    def project(self, points: Array, sensor: Sensor) -> Array:
        """Return x, y in the picture and metres in front, (n, m, 3), of points (n, m, 3)."""
        seen = np.empty(points.shape)
        _project(self.position, self.target, self.lens_mm, np.ascontiguousarray(points, float),
                 (sensor.width_mm, sensor.height_mm), seen)  # fmt: skip
        return seen


@kernel
def _project(
    position: Array, target: Array, lens_mm: Array, points: Array, sensor: tuple[float, float],
    seen: Array,
) -> None:  # fmt: skip
    for row in range(len(points)):
        x, y, z = (position[row, 0] - target[row, 0], position[row, 1] - target[row, 1],
                   position[row, 2] - target[row, 2])  # fmt: skip
        flat = max(math.hypot(x, z), 1e-9)
        length = math.sqrt(x * x + y * y + z * z)
        for place in range(points.shape[1]):
            px = points[row, place, 0] - position[row, 0]
            py = points[row, place, 1] - position[row, 1]
            pz = points[row, place, 2] - position[row, 2]
            right = (px * z - pz * x) / flat
            up = (py * flat - y * (px * x + pz * z) / flat) / length
            depth = -(px * x + py * y + pz * z) / length
            scale = lens_mm[row] / (depth if abs(depth) >= 1e-6 else 1e-6)
            seen[row, place, 0] = 0.5 + right * scale / sensor[0]
            seen[row, place, 1] = 0.5 - up * scale / sensor[1]
            seen[row, place, 2] = depth


@dataclass(frozen=True, slots=True, eq=False)
class Aimed:
    """Cameras as a way puts them, n rows, before anyone has looked through them.

    step  # (n,) the size as a step of `grammar.SIZES`
    cost  # (n,) what the way itself costs
    """

    cameras: Cameras
    step: NDArray[np.intp]
    cost: Array

    def rows(self, index: NDArray[np.intp]) -> Aimed:
        """Return some of the cameras."""
        return Aimed(self.cameras.rows(index), self.step[index], self.cost[index])


@dataclass(frozen=True, slots=True, eq=False)
class Framing:
    """What single figures are framed by; every field has n rows.

    top, cut  # (n, 3) the crown, and the point that the lower edge cuts at
    anchor    # (n, 3) what stands at screen_x: the middle of the eyes
    view      # (n, 3) unit, level: from the subject towards the camera
    height_m  # (n,) of the camera
    """

    top: Array
    cut: Array
    anchor: Array
    view: Array
    lens_mm: Array
    height_m: Array
    headroom: Array
    screen_x: Array


def ahead_of(framing: Framing, sensor: Sensor) -> Array:
    """Return (n, 3), level: where the camera looks when its subject stands at `screen_x`."""
    turn = np.arctan((framing.screen_x - 0.5) * sensor.width_mm / framing.lens_mm)
    cos, sin = np.cos(turn), np.sin(turn)
    x, z = -framing.view[:, 0], -framing.view[:, 2]
    return np.column_stack([cos * x + sin * z, np.zeros(len(x)), cos * z - sin * x])


def solve_distance(framing: Framing, sensor: Sensor, first_guess_m: Array) -> Array:
    """Return (n,): the distance at which crown and cut are where the size wants them."""
    ahead = ahead_of(framing, sensor)
    half = sensor.height_mm / framing.lens_mm
    wanted = np.arctan((0.5 - framing.headroom) * half) + np.arctan(0.5 * half)
    distance = first_guess_m.copy()
    for _ in range(_STEPS):
        up_top, up_cut = elevations(framing, ahead, distance)
        found = np.maximum(up_top - up_cut, 1e-4)
        distance = distance * np.clip(np.tan(found / 2) / np.tan(wanted / 2), 0.5, 2.0)
    return distance


def elevations(framing: Framing, ahead: Array, distance: Array) -> tuple[Array, Array]:
    """Return (n,), (n,): the angles over the horizon of the crown and of the cut."""
    stand = framing.anchor + framing.view * distance[:, None]
    angles = []
    for point in (framing.top, framing.cut):
        depth = np.maximum(np.einsum("nk,nk->n", point - stand, ahead), 0.05)
        angles.append(np.arctan2(point[:, 1] - framing.height_m, depth))
    return angles[0], angles[1]


def cameras_at(framing: Framing, sensor: Sensor, distance: Array) -> Cameras:
    """Return cameras at these distances, tilted so that the headroom is kept."""
    ahead = ahead_of(framing, sensor)
    up_top, _ = elevations(framing, ahead, distance)
    half = sensor.height_mm / framing.lens_mm
    pitch = up_top - np.arctan((0.5 - framing.headroom) * half)
    position = framing.anchor + framing.view * distance[:, None]
    position[:, 1] = framing.height_m
    reach = distance[:, None]
    aim = ahead * np.cos(pitch)[:, None]
    aim[:, 1] = np.sin(pitch)
    return Cameras(position, position + aim * reach, framing.lens_mm)


def primes_near(lens_mm: Array, shift: Array) -> Array:
    """Return (n,): the primes nearest to focal lengths, some steps longer or shorter."""
    kit = np.array(PRIME_KIT_MM)
    nearest = np.abs(lens_mm[:, None] - kit).argmin(axis=1)
    return np.asarray(kit[np.clip(nearest + np.asarray(shift, dtype=np.intp), 0, len(kit) - 1)])


def turned(direction: Array, angle_rad: Array | float) -> Array:
    """Return level directions (n, 3) turned counter-clockwise, seen from above."""
    cos, sin = np.cos(angle_rad), np.sin(angle_rad)
    x, z = direction[..., 0], direction[..., 2]
    return np.stack([cos * x + sin * z, np.zeros_like(x), cos * z - sin * x], axis=-1)

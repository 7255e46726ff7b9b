"""Two targets and where they belong in the picture in, the cameras that put them there out.

All cameras that see two points under one angle lie on a torus through them; along it a camera is
known by the angle at which the first target sees it. With the horizon level everything else
follows in closed form.

Source: Lino and Christie, Intuitive and Efficient Camera Control with the Toric Space, 2015.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.framing import Cameras
from mstation.space import Array, Sensor, wrap_angles

_LEAST = 1e-9
_UPRIGHT_RAD = np.radians(89.0)

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two targets and where they should be seen, n rows.

    first, second        # (n, 3) metres
    first_at, second_at  # (n, 2) x and y in the picture, 0 to 1 from the left and the top
    lens_mm              # (n,)
    """

    first: Array
    second: Array
    first_at: Array
    second_at: Array
    lens_mm: Array


def seen_angle(pair: Pair, sensor: Sensor) -> Array:
    """Return (n,): the angle, rad, between the two targets as the camera sees them."""
    one, other = _rays(pair, sensor)
    cosine = np.einsum("nk,nk->n", one, other)
    cosine = cosine / (np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1))
    return np.asarray(np.arccos(np.clip(cosine, -1.0, 1.0)))


def cameras_of(pair: Pair, at_first_rad: Array, sensor: Sensor) -> tuple[Cameras, Flags]:
    """Return cameras without roll that see both targets where they belong, and which exist.

    Two targets at one height, as far off and as high in the picture as each other, leave the
    tilt open; where the two are seen over depth it is well held.

    Args:
        pair: the targets.
        at_first_rad: (n,) the angle at the first target between the second and the camera, more
            than 0 and less than π less `seen_angle`.
        sensor: of the camera.
    """
    one, other = _rays(pair, sensor)
    seen = seen_angle(pair, sensor)
    at_second = np.pi - seen - at_first_rad
    way = pair.second - pair.first
    apart = np.linalg.norm(way, axis=1)
    # The triangle of the camera and its targets, by the law of sines.
    scale = apart / np.maximum(np.sin(seen), _LEAST)
    far_first = scale * np.sin(at_second) / np.linalg.norm(one, axis=1)
    far_second = scale * np.sin(at_first_rad) / np.linalg.norm(other, axis=1)
    seen_way = far_second[:, None] * other - far_first[:, None] * one
    # The tilt that gives the way between them its rise, then the bearing that it has.
    reach = np.maximum(np.hypot(seen_way[:, 1], seen_way[:, 2]), _LEAST)
    rise = way[:, 1] / reach
    lean = np.arctan2(seen_way[:, 2], seen_way[:, 1])
    turn = np.arccos(np.clip(rise, -1.0, 1.0))
    tilts = np.stack([wrap_angles(turn - lean), wrap_angles(-turn - lean)])
    tilt = np.where(np.abs(tilts[0]) <= np.abs(tilts[1]), tilts[0], tilts[1])
    tilted = _tilted(seen_way, tilt)
    bearing = np.arctan2(way[:, 0], way[:, 2]) - np.arctan2(tilted[:, 0], tilted[:, 2])
    position = pair.first - _turned(_tilted(far_first[:, None] * one, tilt), bearing)
    ahead = np.tile([0.0, 0.0, -1.0], (len(apart), 1)) * far_first[:, None]
    target = position + _turned(_tilted(ahead, tilt), bearing)
    exists = (at_first_rad > 0) & (at_second > 0) & (np.abs(rise) <= 1.0) & (seen > _LEAST)
    exists &= (np.abs(tilt) < _UPRIGHT_RAD) & (apart > _LEAST)  # further, it hangs upside down
    return Cameras(position, target, pair.lens_mm), np.asarray(exists)


def angle_for_reach(pair: Pair, reach_m: Array, sensor: Sensor) -> Array:
    """Return (n,): the angle at the first target with which it is `reach_m` from the camera.

    Of two such cameras this is the one beyond the second target, over whose shoulder it looks.
    It is nan where the two targets stand too near each other for that.
    """
    seen = seen_angle(pair, sensor)
    apart = np.linalg.norm(pair.second - pair.first, axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.arcsin(reach_m * np.sin(seen) / np.maximum(apart, _LEAST)) - seen)


def azimuth_beside(
    first_x: Array, second_x: Array, reach_m: Array, apart_m: Array, lens_mm: Array, sensor: Sensor
) -> Array:
    """Return how far round, rad, a camera goes off the way from the first target to the second.

    It keeps the first at `first_x` and, from beyond the second, sees that one at `second_x`; as
    near to it as the distance between them allows.
    """
    angles = [np.arctan((x - 0.5) * sensor.width_mm / lens_mm) for x in (first_x, second_x)]
    seen = np.abs(angles[1] - angles[0])
    sine = reach_m * np.sin(seen) / np.maximum(apart_m, _LEAST)
    return np.asarray(np.arcsin(np.clip(sine, 0.0, 1.0)) - seen)


def azimuth_between(
    first_x: Array, second_x: Array, reach_m: Array, apart_m: Array, lens_mm: Array, sensor: Sensor
) -> Array:
    """Return how far round, rad, a camera goes off the square view of two targets.

    It is then `reach_m` from them on the mean, and sees them at `first_x` and `second_x`; square
    to them where they stand too near each other for that.
    """
    angles = [np.arctan((x - 0.5) * sensor.width_mm / lens_mm) for x in (first_x, second_x)]
    half = np.abs(angles[1] - angles[0]) / 2
    cosine = 2 * reach_m * np.sin(half) / np.maximum(apart_m, _LEAST)
    return np.asarray(np.arccos(np.clip(cosine, 0.0, 1.0)))


def _rays(pair: Pair, sensor: Sensor) -> tuple[Array, Array]:
    """Return the ways to both targets in the camera's axes, one metre deep."""
    rays = []
    for at in (pair.first_at, pair.second_at):
        x = (at[:, 0] - 0.5) * sensor.width_mm / pair.lens_mm
        y = (0.5 - at[:, 1]) * sensor.height_mm / pair.lens_mm
        rays.append(np.column_stack([x, y, -np.ones(len(x))]))
    return rays[0], rays[1]


def _tilted(vectors: Array, angle: Array) -> Array:
    """Return vectors (n, 3) turned about the x axis, up for an angle above nought."""
    cos, sin = np.cos(angle), np.sin(angle)
    x, y, z = vectors.T
    return np.column_stack([x, cos * y - sin * z, sin * y + cos * z])


def _turned(vectors: Array, angle: Array) -> Array:
    """Return vectors (n, 3) turned counter-clockwise about the upright, seen from above."""
    cos, sin = np.cos(angle), np.sin(angle)
    x, y, z = vectors.T
    return np.column_stack([cos * x + sin * z, y, cos * z - sin * x])

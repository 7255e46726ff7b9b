"""The light that a camera carries for the people before it: a soft one on the face, a thin rim.

Both are added to the light at a figure's points; they cast no shadow and light nothing else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import Floats, Light
from mstation.previs.kernel import kernel
from mstation.previs.mesh import SkinnedMesh
from mstation.stage.performance import JOINTS

Places = NDArray[np.float64]

_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)
# From the lens the face light stands this far round towards the key, and this far up.
_ASIDE_RAD, _ABOVE_RAD = math.radians(38), math.radians(24)
_RIM = 0.55  # a rim's strength on white, before exposure


@dataclass(frozen=True, slots=True)
class Beauty:
    """How one figure is flattered in a take."""

    face: float = 0.0  # strength of the face light; 1 lights a white wall to white
    net: float = 1.0  # under 1: the share of all light that is let through to the head


PLAIN = Beauty()
# Flags keep the face light off the clothes: what share of it moves with which joint.
_BELOW, _ON_NECK = 0.12, 0.6


def shares_of(figure: SkinnedMesh) -> Floats:
    """(points,) the share of its face light that each point of a figure gets."""
    flags = np.full(len(JOINTS), _BELOW)
    flags[[JOINTS.index(name) for name in ("Head", "HeadTop", "LeftEye", "RightEye")]] = 1.0
    flags[JOINTS.index("Neck")] = _ON_NECK
    return np.asarray((flags[figure.joints] * figure.weights).sum(axis=1), np.float32)


def face_light(beauty: Beauty, head: Places, eye: Places, light: Light, exposure: float) -> Floats:
    """Return a figure's lights as the loop reads them.

    head, eye  # (3,) metres: the middle of the head, the lens
    Returns (15,): the way to the face light, its colour, the eye, way to the rim, its colour.
    """
    view = eye - head
    bearing = math.atan2(view[0], view[2])
    key = light.towards_sun
    turn = math.remainder(math.atan2(key[0], key[2]) - bearing, 2 * math.pi)
    side = math.copysign(_ASIDE_RAD, turn if abs(turn) > 1e-6 else 1.0)
    towards = _way(bearing + side, _ABOVE_RAD)
    back = _way(bearing + math.pi - side, math.radians(35))
    colour = _tinted(light.sun, 0.35)
    rim = _tinted(light.horizon, 0.5)
    strength, edge = beauty.face / exposure, _RIM / exposure
    lit, edged = (c * strength for c in colour), (c * edge for c in rim)
    return np.array([*towards, *lit, *eye, *back, *edged], np.float32)


def _way(bearing: float, height: float) -> tuple[float, float, float]:
    flat = math.cos(height)
    return (math.sin(bearing) * flat, math.sin(height), math.cos(bearing) * flat)


def _tinted(colour: Floats, share: float) -> list[float]:
    """Return white that leans to a colour, as bright as white is."""
    most = float(max(colour)) or 1.0
    leaning = [1 - share + share * float(channel) / most for channel in colour]
    luma = 0.2126 * leaning[0] + 0.7152 * leaning[1] + 0.0722 * leaning[2]
    return [channel / luma for channel in leaning]


@kernel
def flatter(
    points: Floats,
    normals: Floats,
    first: int,
    end: int,
    shares: Floats,
    lights: Floats,
    soft: Floats,
) -> None:
    """Add a figure's own lights to the soft light at its points.

    shares  # (points of the figure,) of the face light that each gets
    """
    for i in range(first, end):
        px, py, pz = points[i, 0], points[i, 1], points[i, 2]
        nx, ny, nz = normals[i, 0], normals[i, 1], normals[i, 2]
        slant = nx * lights[0] + ny * lights[1] + nz * lights[2]
        wrapped = max(slant * np.float32(0.7) + np.float32(0.3), _ZERO)
        amount = wrapped * shares[i - first]
        vx, vy, vz = lights[6] - px, lights[7] - py, lights[8] - pz
        per = _ONE / np.sqrt(vx * vx + vy * vy + vz * vz + np.float32(1e-6))
        away = _ONE - max((nx * vx + ny * vy + nz * vz) * per, _ZERO)
        from_behind = max(nx * lights[9] + ny * lights[10] + nz * lights[11], _ZERO)
        edge = min(max((away - np.float32(0.45)) * np.float32(2.2), _ZERO), _ONE)
        rim = edge * edge * from_behind
        for c in range(3):
            soft[i, c] += lights[3 + c] * amount + lights[12 + c] * rim

"""The surface of a head, in heads: x to the right, y from chin (0) to crown (1), a ahead.

One function gives the skin everywhere, so that brows, lips and hair lie on it. Colours and
joints come in `head.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mstation.previs.tailoring import Measures

Floats = NDArray[np.float64]

EYE_HEIGHT = 0.508
_EYE_HALF = (0.130, 0.158)  # how close and how wide apart eyes may stand
# Level, lift at the back, half width, ahead, behind, power of the outline.
_LEVELS = np.array([
    (-0.03, 0.26, 0.130, 0.200, 0.10, 2.0),
    (0.000, 0.25, 0.165, 0.345, 0.16, 2.1),
    (0.025, 0.24, 0.200, 0.378, 0.20, 2.2),
    (0.060, 0.21, 0.232, 0.388, 0.25, 2.2),
    (0.130, 0.17, 0.280, 0.386, 0.31, 2.1),
    (0.200, 0.13, 0.306, 0.394, 0.34, 2.05),
    (0.280, 0.09, 0.322, 0.402, 0.37, 2.05),
    (0.360, 0.05, 0.334, 0.405, 0.39, 2.1),
    (0.440, 0.02, 0.342, 0.402, 0.41, 2.15),
    (0.510, 0.00, 0.345, 0.400, 0.43, 2.2),
    (0.580, 0.00, 0.348, 0.412, 0.445, 2.25),
    (0.660, 0.00, 0.350, 0.410, 0.455, 2.25),
    (0.740, 0.00, 0.345, 0.390, 0.452, 2.2),
    (0.820, 0.00, 0.322, 0.345, 0.425, 2.15),
    (0.890, 0.00, 0.275, 0.275, 0.365, 2.1),
    (0.945, 0.00, 0.205, 0.195, 0.275, 2.0),
    (0.980, 0.00, 0.125, 0.115, 0.170, 2.0),
    (1.000, 0.00, 0.0, 0.0, 0.0, 2.0),
])  # fmt: skip
_NOSE = np.array([
    (0.270, 0.000, 0.055), (0.285, 0.014, 0.054), (0.302, 0.056, 0.050), (0.322, 0.084, 0.046),
    (0.342, 0.088, 0.043), (0.370, 0.074, 0.039), (0.405, 0.057, 0.036), (0.450, 0.041, 0.034),
    (0.500, 0.030, 0.034), (0.550, 0.022, 0.040), (0.600, 0.008, 0.060), (0.640, 0.000, 0.060),
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Face:
    """The measures of one head, in heads."""

    jaw: float  # width of the jaw, 1 middling
    nose: float  # how far the nose stands out, 1 middling
    brow: float  # how far the brows stand out
    eye_half: float  # half the distance between the eyes
    eye_radius: float
    shift: float  # how far the skull lies ahead of the neck, so that eyes sit at their joints
    lips: float  # how full the lips are
    cheeks: float
    gaze_holds: bool  # the eyes stand at their joints, so they can turn there

    def profile(self, heights: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Return lift, half width, ahead, behind and power at levels, before the nose."""
        lift, width, ahead, behind, power = (
            _through(_LEVELS[:, 0], _LEVELS[:, column], heights) for column in range(1, 6)
        )
        low = np.clip((0.42 - heights) / 0.42, 0, 1)
        width = width * (1 + (self.jaw - 1) * low)
        return lift, width, ahead, behind, power

    def relief(self, x: Floats, y: Floats) -> Floats:
        """Return how far nose, brows, sockets, cheeks, lips and chin stand out of the oval."""
        side = np.abs(x)
        amount = np.interp(y, _NOSE[:, 0], _NOSE[:, 1])
        spread = np.interp(y, _NOSE[:, 0], _NOSE[:, 2])
        out = self.nose * amount * np.exp(-((side / spread) ** 2))
        out = out + self.nose * _hill(side - 0.050, y - 0.315, 0.024, 0.022, 0.020)
        out = out - _hill(side - self.eye_half, y - 0.512, 0.085, 0.05, 0.026)
        out = out + self.brow * _hill(side - 0.13, y - 0.592, 0.12, 0.032, 0.012)
        out = out + self.cheeks * _hill(side - 0.195, y - 0.36, 0.085, 0.09, 0.016)
        out = out + _hill(x, y - 0.188, 0.105, 0.05, 0.016)
        out = out - _hill(x, y - 0.112, 0.085, 0.028, 0.010)
        out = out + _hill(x, y - 0.045, 0.075, 0.042, 0.014)
        return np.asarray(out)

    def ahead(self, x: Floats, y: Floats) -> Floats:
        """Return how far ahead the front of the face is at x and y."""
        _, width, ahead, _, power = self.profile(y)
        inside = np.clip(1 - (np.abs(x) / np.maximum(width, 1e-6)) ** power, 1e-4, 1)
        return np.asarray(ahead * inside ** (1 / power) + self.relief(x, y) + self.shift)

    def oval_normals(self, points: Floats) -> Floats:
        """Return unit normals (…, 3) of the head without its features, in x, y, ahead."""
        middle = np.array([0.0, 0.50, self.shift - 0.02])
        away = (points - middle) / np.array([0.35, 0.52, 0.44]) ** 2
        return np.asarray(away / np.linalg.norm(away, axis=-1, keepdims=True))

    def around(self, angles: Floats, levels: Floats) -> Floats:
        """Return points (…, 3) as x, y, ahead, at angles from the nose (0) to the right (90°)."""
        lift, width, ahead, behind, power = self.profile(levels)
        sin, cos = np.sin(angles), np.cos(angles)
        bulge = 2 / power
        x = np.sign(sin) * np.abs(sin) ** bulge * width
        depth = np.where(cos > 0, ahead, behind)
        out = np.sign(cos) * np.abs(cos) ** bulge * depth
        total = np.maximum(ahead + behind, 1e-6)
        y = levels + lift * (ahead - out) / total
        front = np.clip(cos * 2.2, 0, 1)
        out = out + front * front * (3 - 2 * front) * self.relief(x, levels)
        return np.stack([x, y, out + self.shift], axis=-1)


def _hill(dx: Floats, dy: Floats, wide: float, tall: float, height: float) -> Floats:
    return np.asarray(height * np.exp(-((dx / wide) ** 2) - (dy / tall) ** 2))


def _through(levels: Floats, values: Floats, at: Floats) -> Floats:
    """Return a smooth curve through values at levels (Catmull-Rom tangents)."""
    slopes = np.gradient(values, levels)
    index = np.clip(np.searchsorted(levels, at, side="right") - 1, 0, len(levels) - 2)
    span = levels[index + 1] - levels[index]
    t = np.clip((at - levels[index]) / span, 0, 1)
    t2, t3 = t * t, t * t * t
    curve = (
        (2 * t3 - 3 * t2 + 1) * values[index]
        + (t3 - 2 * t2 + t) * span * slopes[index]
        + (3 * t2 - 2 * t3) * values[index + 1]
        + (t3 - t2) * span * slopes[index + 1]
    )
    return np.asarray(curve)


def face_of(measures: Measures) -> Face:
    """Return the face of a body: its sex and age shape it, its eye joints place it."""
    female, child = measures.female, measures.child
    left, right = measures.at("LeftEye"), measures.at("RightEye")
    joint_half = float(right[0] - left[0]) / 2 / measures.head
    eye_half = float(np.clip(joint_half, *_EYE_HALF))
    face = Face(
        jaw=1.05 - 0.10 * female - 0.05 * child,
        nose=1.0 - 0.16 * female - 0.38 * child,
        brow=1.0 - 0.75 * female - 0.9 * child,
        eye_half=eye_half,
        eye_radius=0.098 + 0.006 * female + 0.012 * child,
        shift=0.0,
        lips=0.85 + 0.35 * female,
        cheeks=1.0 + 0.3 * female + 0.5 * child,
        gaze_holds=abs(joint_half - eye_half) < 0.02,
    )
    socket = face.ahead(np.array([eye_half]), np.array([EYE_HEIGHT]))[0]
    open_socket = float(socket) + 0.026 + 0.002
    eye_ahead = -float(left[2] + right[2]) / 2 / measures.head
    return replace(face, shift=eye_ahead - (open_socket - face.eye_radius))


def normals_in_world(normals: Floats) -> Floats:
    """Return normals with −Z ahead for normals in x, y, ahead."""
    return np.asarray(normals * np.array([1.0, 1.0, -1.0]))


def in_metres(points: Floats, measures: Measures) -> Floats:
    """Return metres, −Z ahead, for points in heads (x, y, ahead)."""
    scaled = points * measures.head
    return np.stack([scaled[..., 0], scaled[..., 1] + measures.chin, -scaled[..., 2]], axis=-1)

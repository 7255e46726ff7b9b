"""The shape of a trunk: rings from the seat to the collar, in units of an adult's stature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mstation.previs.tailoring import Floats, Measures

# Level, half width, front, back; a man's and a woman's.
_MAN = np.array([
    (0.462, 0.040, 0.040, 0.046), (0.474, 0.074, 0.058, 0.068), (0.495, 0.089, 0.065, 0.078),
    (0.525, 0.0935, 0.067, 0.078), (0.560, 0.091, 0.066, 0.070), (0.600, 0.0855, 0.064, 0.059),
    (0.640, 0.0860, 0.065, 0.058), (0.680, 0.0905, 0.069, 0.063), (0.720, 0.0960, 0.073, 0.069),
    (0.755, 0.0995, 0.072, 0.072), (0.785, 0.1030, 0.064, 0.070), (0.804, 0.1085, 0.053, 0.063),
    (0.815, 0.1075, 0.044, 0.055), (0.824, 0.1020, 0.039, 0.050), (0.832, 0.0910, 0.037, 0.047),
    (0.840, 0.0750, 0.035, 0.045), (0.848, 0.0550, 0.034, 0.043), (0.855, 0.0440, 0.033, 0.042),
])  # fmt: skip
_WOMAN = np.array([
    (0.462, 0.040, 0.040, 0.046), (0.474, 0.076, 0.058, 0.070), (0.495, 0.095, 0.065, 0.081),
    (0.525, 0.0985, 0.066, 0.081), (0.560, 0.0930, 0.063, 0.070), (0.600, 0.0775, 0.058, 0.053),
    (0.640, 0.0755, 0.057, 0.051), (0.680, 0.0805, 0.061, 0.056), (0.720, 0.0850, 0.065, 0.062),
    (0.755, 0.0880, 0.063, 0.064), (0.785, 0.0920, 0.056, 0.062), (0.804, 0.0960, 0.046, 0.056),
    (0.815, 0.0945, 0.039, 0.049), (0.824, 0.0895, 0.035, 0.045), (0.832, 0.0800, 0.033, 0.042),
    (0.840, 0.0665, 0.031, 0.040), (0.848, 0.0490, 0.030, 0.039), (0.855, 0.0390, 0.029, 0.037),
])  # fmt: skip
_POWER = 2.35


@dataclass(frozen=True, slots=True, eq=False)
class Trunk:
    """A trunk in metres: half width, front and back at every level."""

    levels: Floats
    half_width: Floats
    front: Floats
    back: Floats
    bust: float  # metres
    bust_at: tuple[float, float]  # x and level, metres
    unit: float

    def shape(self, heights: Floats) -> tuple[Floats, Floats, Floats]:
        """Return half width, front and back at heights above the floor."""
        half, front, back = (
            np.interp(heights, self.levels, values)
            for values in (self.half_width, self.front, self.back)
        )
        return half, front, back

    def ahead(self, x: Floats, y: Floats) -> Floats:
        """Return z of the front of the trunk at x and y (the front is −Z)."""
        half, front, _ = self.shape(y)
        inside = np.clip(1 - (np.abs(x) / half) ** _POWER, 1e-4, 1)
        return -front * inside ** (1 / _POWER) - self._swell(x, y)

    def _swell(self, x: Floats, y: Floats) -> Floats:
        side, level = self.bust_at
        wide, tall = 0.036 * self.unit, 0.036 * self.unit
        below = np.where(y < level, 0.8, 1.3)
        return self.bust * np.exp(
            -(((np.abs(x) - side) / wide) ** 2) - ((y - level) / (tall * below)) ** 2
        )

    def rings(self, heights: Floats, *, sides: int, ease: float = 0.0) -> Floats:
        """Return level rings (k, sides, 3) around the trunk, `ease` metres off it."""
        angles = 2 * np.pi * np.arange(sides) / sides
        cos, sin = np.cos(angles), np.sin(angles)
        bulge = 2 / _POWER
        half, front, back = (value[:, None] + ease for value in self.shape(heights))
        x = np.sign(cos) * np.abs(cos) ** bulge * half
        z = -np.sign(sin) * np.abs(sin) ** bulge * np.where(sin > 0, front, back)
        y = np.broadcast_to(heights[:, None], x.shape)
        z = z - np.where(sin > 0.05, self._swell(x, y) * np.clip(sin * 3, 0, 1), 0)
        return np.stack([x, y, z], axis=-1)


def trunk_of(measures: Measures) -> Trunk:
    """Return the trunk of a body: its sex, build and age shape it, its shoulders place it."""
    body, unit, girth = measures.body, measures.unit, measures.girth
    table = _MAN + (_WOMAN - _MAN) * measures.female
    levels = table[:, 0] * unit
    shoulders = abs(measures.at("LeftShoulder")[0]) / unit
    middling = 0.112 - 0.013 * measures.female
    high = np.clip((table[:, 0] - 0.66) / 0.1, 0, 1)
    broad = girth + (shoulders / middling * 1.0 - girth) * high
    half, front, back = table[:, 1] * broad, table[:, 2] * girth, table[:, 3] * girth
    waist = np.exp(-(((table[:, 0] - 0.61) / 0.065) ** 2))
    belly = 0.09 * max(0.0, body.build - 1.0) + 0.012 * float(np.clip((body.age - 45) / 25, 0, 1))
    front = front + belly * waist + 0.010 * measures.child * waist
    half = half + 0.45 * belly * waist + 0.008 * measures.child * waist
    bust = 0.021 * unit * measures.female * (1 if body.age > 15 else 0)
    return Trunk(
        levels,
        half * unit,
        front * unit,
        back * unit,
        bust,
        (0.042 * unit * girth, 0.722 * unit),
        unit,
    )

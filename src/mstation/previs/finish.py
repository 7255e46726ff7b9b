"""How a piece is painted: the tones of its colour, its own dice, whether its lights are on."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mstation.previs.mesh import Mesh
from mstation.previs.primitives import cylinder, moved, placed, tone
from mstation.screenplay.script import Language
from mstation.stage.layout import Rgb, Vec3

# Materials that do not take the piece's colour, linear Rec. 709.
WOOD: Rgb = (0.23, 0.12, 0.06)
DARK_WOOD: Rgb = (0.09, 0.045, 0.025)
METAL: Rgb = (0.28, 0.29, 0.31)
IRON: Rgb = (0.035, 0.037, 0.042)
STEEL: Rgb = (0.5, 0.52, 0.54)
GLASS: Rgb = (0.1, 0.15, 0.19)
LINEN: Rgb = (0.72, 0.69, 0.62)
PAPER: Rgb = (0.78, 0.74, 0.64)
BLACK: Rgb = (0.015, 0.015, 0.018)
CLAY: Rgb = (0.4, 0.14, 0.07)
STONE: Rgb = (0.3, 0.29, 0.27)
LEAF: Rgb = (0.07, 0.18, 0.05)
BARK: Rgb = (0.1, 0.065, 0.04)
LAMPLIGHT: Rgb = (1.0, 0.78, 0.45)
SCREENLIGHT: Rgb = (0.42, 0.62, 0.8)
RED_PAPER: Rgb = (0.62, 0.035, 0.02)
GOLD: Rgb = (0.6, 0.38, 0.1)

_CLOTHS: tuple[Rgb, ...] = (
    (0.3, 0.05, 0.04),
    (0.06, 0.14, 0.24),
    (0.1, 0.2, 0.1),
    (0.35, 0.22, 0.07),
    (0.2, 0.1, 0.2),
)
_UNPAINTED: Rgb = (0.5, 0.5, 0.5)  # what a piece is when nobody chose a colour


@dataclass(frozen=True, slots=True)
class Finish:
    """The tones of one piece, and what its builder may ask beside its size."""

    base: Rgb
    light: Rgb
    dark: Rgb
    dice: np.random.Generator
    is_lit: bool  # lamps, windows and screens shine
    language: Language = "en"  # what is written on it

    def cloth(self) -> Rgb:
        """Return one of the colours that cloth and covers are dyed in."""
        return _CLOTHS[int(self.dice.integers(len(_CLOTHS)))]

    def or_natural(self, natural: Rgb) -> Rgb:
        """Return the chosen colour, or the material's own where none was chosen."""
        return natural if self.base == _UNPAINTED else self.base


Builder = Callable[[float, float, float, Finish], list[Mesh]]  # width, height, depth in metres


def finish_of(colour: Rgb, seed: int, *, is_lit: bool, language: Language = "en") -> Finish:
    """Return the tones of a colour: itself, its lit edge, its shaded side."""
    dice = np.random.default_rng(seed)
    return Finish(colour, tone(colour, 1.3), tone(colour, 0.62), dice, is_lit, language)


def wheel(centre: Vec3, radius: float, width: float, colour: Rgb, *, sides: int = 12) -> Mesh:
    """Return a disc that stands on its rim, its axle along X."""
    upright = cylinder((0.0, -width / 2, 0.0), radius, width, colour, sides=sides)
    return moved(upright, np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]), centre)


def disc(centre: Vec3, radius: float, depth: float, colour: Rgb, *, sides: int = 16) -> Mesh:
    """Return a disc that faces −Z and +Z."""
    return placed(
        wheel((0.0, 0.0, 0.0), radius, depth, colour, sides=sides), at=centre, yaw_rad=math.pi / 2
    )


def lengthwise(mesh: Mesh) -> Mesh:
    """Return a mesh drawn from its left side, its x turned to point ahead (−Z)."""
    return placed(mesh, yaw_rad=math.pi / 2)

"""A place in the world in, whether the lens sees it out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from mstation.previs.canvas import Camera
from mstation.previs.passes.geometry import Geometry, Places
from mstation.previs.raster import NEAR_M

_TOUCHING_M = 0.02  # what is no nearer than this hides nothing


class Sight(Enum):
    """How a place is seen."""

    CLEAR = "clear"
    BEHIND_ITSELF = "behind itself"  # its own body is in the way
    HIDDEN = "hidden"  # something else is in the way
    OFF = "off"  # outside the picture, or behind the lens


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a place is in the picture: pixels from its top left corner, and how it is seen."""

    x: float
    y: float
    sight: Sight
    is_ahead: bool  # of the lens: otherwise x and y mean nothing


def spot_of(geometry: Geometry, camera: Camera, place: Places, thing: int, within_m: float) -> Spot:
    """Return where a place (3,) of a thing is seen in the frame that was drawn last.

    `within_m` is how deep in its own body the place may lie and still be seen.
    """
    x, y, ahead_m = camera.project.astype(float) @ np.append(place, 1.0)
    if ahead_m <= NEAR_M:
        return Spot(0.0, 0.0, Sight.OFF, is_ahead=False)
    x, y = x / ahead_m, y / ahead_m
    width, height = geometry.size
    if not (0 <= x < width and 0 <= y < height):
        return Spot(x, y, Sight.OFF, is_ahead=True)
    rows = slice(max(int(y) - 1, 0), int(y) + 2)
    columns = slice(max(int(x) - 1, 0), int(x) + 2)
    owners = geometry.owners[geometry.ids[rows, columns]]
    nearness = np.maximum(geometry.depth[rows, columns], 1e-9)
    nearer_m = ahead_m - 1.0 / nearness  # how much nearer than the place what is drawn there is
    is_own = owners == thing
    if np.any(nearer_m <= np.where(is_own, within_m, _TOUCHING_M)):
        return Spot(x, y, Sight.CLEAR, is_ahead=True)
    sight = Sight.BEHIND_ITSELF if is_own.any() else Sight.HIDDEN
    return Spot(x, y, sight, is_ahead=True)

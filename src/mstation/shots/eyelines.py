"""Placed singles in, how their faces look past the lens out: at whom, to which side, how far off.

A look is the face's mean direction over the second that follows, as an audience reads it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.framing import Cameras
from mstation.shots.landmarks import Figures
from mstation.space import Array, wrap_angles

_AT_RAD, _TIED_RAD = np.radians(40.0), np.radians(4.0)  # a face looks at whoever is this near
_FRONTAL_RAD = np.radians(3.0)  # nearer to the lens a face looks to no side
_BLANK = 0.5  # of a level unit vector: a face that looks straight down

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """How the principals of n pictures look.

    off_deg  # (n,) off the lens, to either side
    at       # (n, people) bool: whom the face may be looking at
    way      # (n, people) +1 to frame right, −1 to the left, where that person is on that side too
    """

    off_deg: Array
    at: Flags
    way: Index


def looks_of(cameras: Cameras, principal: Index, frames: Index, figures: Figures) -> Looks:
    """Return how each picture's principal looks; a row without one looks at nobody."""
    count, people = len(frames), len(figures.ids)
    if not people:
        none = np.zeros((count, 0))
        return Looks(np.zeros(count), none.astype(bool), none.astype(np.intp))
    own = np.maximum(principal, 0)
    face, eyes = figures.gazes[own, frames], figures.eyes[own, frames]
    look = np.arctan2(face[:, 0], face[:, 2])
    to_lens = _bearing(cameras.position - eyes)
    towards = _bearing(figures.eyes[:, frames].transpose(1, 0, 2) - eyes[:, None])
    gone = np.abs(wrap_angles(towards - look[:, None]))
    gone = np.where(figures.present[:, frames].T, gone, np.inf)
    gone[np.arange(count), own] = np.inf
    at = (gone <= _AT_RAD) & (gone <= gone.min(axis=1, keepdims=True) + _TIED_RAD)
    at &= ((principal >= 0) & (np.linalg.norm(face, axis=1) > _BLANK))[:, None]
    off = wrap_angles(look - to_lens)
    agrees = off[:, None] * wrap_angles(towards - to_lens[:, None]) >= 0
    way = np.where(agrees & (np.abs(off) >= _FRONTAL_RAD)[:, None], np.sign(off)[:, None], 0)
    return Looks(np.degrees(np.abs(off)), at, way.astype(np.intp))


def _bearing(ways: Array) -> Array:
    return np.asarray(np.arctan2(ways[..., 0], ways[..., 2]))

"""Walkers in, the way a following camera goes out: a pan turns after them, a track goes along."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mstation.shots.framing import Cameras
from mstation.shots.rows import TRACK, Rows
from mstation.shots.taken import Ground, Taken
from mstation.space import Array

_NEAR_M, _MOST_RAD = 0.3, math.radians(30.0)

Index = NDArray[np.intp]


def cameras_at(index: Index, frame: int, rows: Rows, taken: Taken, ground: Ground) -> Cameras:
    """Return setups' cameras as they are at a frame of the scene.

    A following camera goes as its people go, from the cut to the end of the shot.
    """
    cameras = taken.cameras.rows(index)
    moving = np.flatnonzero(rows.follow[index])
    if not len(moving):
        return cameras
    drift = drift_of(index[moving], frame, rows, ground)
    position, target = cameras.position.copy(), cameras.target.copy()
    target[moving] += drift
    tracks = rows.follow[index[moving]] == TRACK
    position[moving[tracks]] += drift[tracks]
    followed = Cameras(position, target, cameras.lens_mm)
    _tilt(followed, cameras, index, moving, frame, rows, ground)
    return followed


def _tilt(
    followed: Cameras, composed: Cameras, index: Index, moving: Index, frame: int, rows: Rows,
    ground: Ground,
) -> None:  # fmt: skip
    """Tilt cameras so that the first of their people keeps the room over the head.

    Who comes nearer, or sits down on the way, would lose it or gain too much.
    """
    figures, first = ground.figures, rows.principal[index[moving]]
    begun = rows.frame[index[moving]]
    now = min(frame, figures.crowns.shape[1] - 1)
    angles = []
    for cameras, when in ((composed, begun), (followed, np.full(len(moving), now))):
        position, target = cameras.position[moving], cameras.target[moving]
        crown = figures.crowns[first, when] - position[:, 1]
        away = figures.paths[first, when] - position
        aim = target - position
        up = np.arctan2(crown, np.maximum(np.hypot(away[:, 0], away[:, 2]), _NEAR_M))
        reach = np.hypot(aim[:, 0], aim[:, 2])
        angles.append((up, np.arctan2(aim[:, 1], reach), reach))
    (up_then, pitch_then, _), (up_now, _, reach) = angles
    pitch = np.clip(pitch_then + up_now - up_then, -_MOST_RAD, _MOST_RAD)
    followed.target[moving, 1] = followed.position[moving, 1] + reach * np.tan(pitch)


def drift_of(index: Index, frame: int, rows: Rows, ground: Ground) -> Array:
    """Return how far the people of each setup have gone since it was composed, (n, 3)."""
    paths = ground.figures.paths
    members = rows.members[index][..., None]
    count = members.sum(axis=1)
    composed = rows.frame[index]
    now = min(frame, paths.shape[1] - 1)
    gone = paths[:, now][:, None] - paths[:, composed]
    return np.asarray((gone.transpose(1, 0, 2) * members).sum(axis=1) / count)

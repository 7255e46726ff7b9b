"""Walkers in, the way a following camera goes out: a pan turns after them, a track goes along."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mstation.shots.framing import Cameras
from mstation.shots.rows import TRACK, Rows
from mstation.shots.taken import Ground, Taken
from mstation.space import Array

Index = NDArray[np.intp]


def cameras_at(
    index: Index, frame: int, rows: Rows, taken: Taken, ground: Ground, *, hold: int = 0
) -> Cameras:
    """Return setups' cameras as they are at a frame of the scene.

    A following camera is composed for the place its people reach a moment after the cut, waits
    for them there, and stops `hold` frames before the shot ends.
    """
    cameras = taken.cameras.rows(index)
    moving = np.flatnonzero(rows.follow[index])
    if not len(moving):
        return cameras
    drift = drift_of(index[moving], frame - hold, rows, ground)
    position, target = cameras.position.copy(), cameras.target.copy()
    target[moving] += drift
    tracks = rows.follow[index[moving]] == TRACK
    position[moving[tracks]] += drift[tracks]
    return Cameras(position, target, cameras.lens_mm)


def drift_of(index: Index, frame: int, rows: Rows, ground: Ground) -> Array:
    """Return how far the people of each setup have gone since it was composed, (n, 3)."""
    paths = ground.figures.paths
    members = rows.members[index][..., None]
    count = members.sum(axis=1)
    composed = rows.frame[index]
    now = np.clip(frame, composed, paths.shape[1] - 1)
    gone = paths[:, now] - paths[:, composed]
    return np.asarray((gone.transpose(1, 0, 2) * members).sum(axis=1) / count)

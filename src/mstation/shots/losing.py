"""Running shots in, bits out: whose picture loses its people, whose camera comes too near.

Asked of all setups that run through a stretch at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mstation.shots.cutting import Segment
from mstation.shots.film import Film
from mstation.shots.following import cameras_at
from mstation.shots.glimpses import Glimpse
from mstation.shots.grammar import grammar
from mstation.shots.rows import TRACK, Rows
from mstation.shots.taken import CLEARANCE, INSERT_STEP, VISIBILITY, Ground

_MOVED_M = 0.3
_WATCH_EVERY = 6  # frames between two looks at who comes near the camera

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


def lost(segment: Segment, glimpses: tuple[Glimpse, Glimpse], film: Film) -> Index:
    """Return bits: a principal out of the picture or hidden, a following camera without room."""
    ends = glimpses[-1]
    figures, rows, index = film.ground.figures, film.rows, ends.index
    bits = np.zeros(len(index), np.intp)
    if not len(figures.ids):
        return bits
    principal = rows.principal[index]
    single = ~rows.is_group[index] & (principal >= 0)
    own = np.maximum(principal, 0)
    grouped = rows.is_group[index] & rows.members[index].any(axis=1)
    moved = _has_moved(index, segment.end_frame - 1, rows, film.ground)
    for seen in glimpses:
        there = figures.present[:, seen.frame]
        shown = (seen.inside & rows.members[index]).any(axis=1) | ~there.any()
        kept = np.take_along_axis(seen.inside, own[:, None], 1)[:, 0]
        bits |= np.where((single & ~kept) | (grouped & ~shown), VISIBILITY, 0)
        bits |= _blocked(np.flatnonzero(moved & (principal >= 0)), own, seen, film.ground)
    return bits | _crowded(segment, index, film)


def _crowded(segment: Segment, index: Index, film: Film) -> Index:
    """Return the bit of clearance where a tracking camera, or a walker, comes too near."""
    rows, ground = film.rows, film.ground
    tracks = rows.follow[index] == TRACK
    way = ground.figures.paths[:, segment.first_frame : segment.end_frame]
    walks = np.ptp(way, axis=1).max(initial=0.0) >= _MOVED_M / 2
    asked = np.flatnonzero(rows.step[index] != INSERT_STEP) if walks else np.flatnonzero(tracks)
    bits = np.zeros(len(index), np.intp)
    if not len(asked):
        return bits
    frames = range(segment.first_frame, segment.end_frame, _WATCH_EVERY)
    position = np.concatenate(
        [cameras_at(index[asked], frame, rows, film.taken, ground).position for frame in frames]
    )
    when = np.repeat(np.array(frames), len(asked))
    lookers = np.tile(rows.looker[index[asked]], len(frames))
    near = ground.around.nearest_body(position, when, lookers) < grammar().tolerance.body_m
    follows = np.tile(tracks[asked], len(frames))
    if follows.any():
        near[follows] |= ~ground.around.has_room(position[follows], when[follows])
    bits[asked] = np.where(near.reshape(len(frames), -1).any(axis=0), CLEARANCE, 0)
    return bits


def _has_moved(index: Index, frame: int, rows: Rows, ground: Ground) -> Flags:
    """Return whose principals have gone so far that what hides them must be asked anew."""
    paths, own = ground.figures.paths, np.maximum(rows.principal[index], 0)
    gone = paths[own, frame] - paths[own, rows.frame[index]]
    return np.asarray(np.hypot(gone[:, 0], gone[:, 2]) > _MOVED_M)


def _blocked(moved: Index, own: Index, seen: Glimpse, ground: Ground) -> Index:
    bits = np.zeros(len(own), np.intp)
    if not len(moved):
        return bits
    spare = np.ones((len(moved), len(ground.figures.ids)), bool)
    points = ground.figures.eyes[own[moved], seen.frame]
    frames = np.full(len(moved), seen.frame)
    clear = ground.around.sees(seen.position[moved], points, frames, spare)
    bits[moved] = np.where(clear, 0, VISIBILITY)
    return bits

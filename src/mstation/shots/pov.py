"""Looks in, points of view out: the camera at somebody's eyes, at what they look at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mstation.shots.asked import Asked
from mstation.shots.faults import misframed
from mstation.shots.framing import Aimed, Cameras, Framing, cameras_at
from mstation.shots.grammar import SIZES, STEP, grammar
from mstation.shots.landmarks import Figures
from mstation.shots.shot import Size
from mstation.shots.taken import CLEARANCE, SIZE, VISIBILITY, Ground, Taken
from mstation.space import PRIME_KIT_MM, Array

# A way is a lens of the kit: somebody looked at stands where he stands, and of all the lenses
# there is one with which the frame cuts him where some size does.
VIEW_ROUNDS: tuple[Array, ...] = (np.array([(lens,) for lens in PRIME_KIT_MM]),)
_BEFORE_M = 0.09  # in front of the eyes, out of the head
_TIGHT = tuple(SIZES.index(size) for size in SIZES if STEP[size] >= STEP[Size.FS])
_PLACE_MM = 32.0  # what eyes take in
_FAR_M = 4.0  # how far off something without a body is taken to be
_ROOM_M = 0.06  # eyes may be nearer to a wall than a camera on its legs

Index = NDArray[np.intp]


def aim_views(asked: Asked, ground: Ground, ways: Array, mates: Index) -> Aimed:
    """Return points of view: as near to a size as a lens brings whoever is looked at."""
    del mates  # nobody looks back through the lens
    figures, frames = ground.figures, asked.frame
    lens = np.where(asked.own_lens > 0, asked.own_lens, ways[:, 0])
    look = figures.looks[asked.looker, frames]
    eyes = figures.eyes[asked.looker, frames]
    seen = figures.eyes[np.maximum(asked.principal, 0), frames]
    at_somebody = asked.principal >= 0
    way = np.where(at_somebody[:, None], seen - eyes, look)
    way = way / np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-6)
    stand = eyes + _BEFORE_M * way
    free = Cameras(stand, stand + way * _FAR_M, lens)
    cost = np.where(at_somebody, 0.0, 0.02 * np.abs(lens - _PLACE_MM))
    if not at_somebody.any():
        return Aimed(free, asked.step, cost)
    step, miss, framed = _framed(asked, stand, lens, figures, ground)
    pick = at_somebody[:, None]
    cameras = Cameras(stand, np.where(pick, framed.target, free.target), lens)
    wished = np.abs(step - asked.step) * 0.1
    step = np.where(at_somebody, step, asked.step)
    return Aimed(cameras, step, np.where(at_somebody, miss * 4.0 + wished, cost))


def _framed(
    asked: Asked, stand: Array, lens: Array, figures: Figures, ground: Ground
) -> tuple[Index, Array, Cameras]:
    """Return the size that a lens comes nearest to from its stand, by how much it misses."""
    people, frames = np.maximum(asked.principal, 0), asked.frame
    anchor = figures.eyes[people, frames]
    offset = stand - anchor
    distance = np.maximum(np.hypot(offset[:, 0], offset[:, 2]), 0.1)
    view = offset / distance[:, None]
    view[:, 1] = 0.0
    rules = [grammar().sizes[SIZES[step]] for step in _TIGHT]
    half = ground.sensor.height_mm / lens / 2
    top = figures.tops[people, frames]
    rise = np.arctan2(top[:, 1] - stand[:, 1], distance)
    misses = []
    for step, rule in zip(_TIGHT, rules, strict=True):
        low = figures.cuts[people, frames, step]
        span = rise - np.arctan2(low[:, 1] - stand[:, 1], distance)
        wanted = np.arctan((1.0 - 2 * rule.headroom) * half) + np.arctan(half)
        misses.append(np.abs(np.log(np.maximum(span, 1e-3) / wanted)))
    best = np.array(misses).argmin(axis=0)
    step = np.array(_TIGHT)[best]
    framing = Framing(
        top=top,
        cut=figures.cuts[people, frames, step],
        anchor=anchor,
        view=view,
        lens_mm=lens,
        height_m=stand[:, 1],
        headroom=np.array([rule.headroom for rule in rules])[best],
        screen_x=np.full(len(lens), 0.5),
    )
    return step, np.array(misses).min(axis=0), cameras_at(framing, ground.sensor, distance)


def judge_views(asked: Asked, aimed: Aimed, ground: Ground) -> Taken:
    """Return what points of view break; the looker's own head hides nothing."""
    figures, frames, cameras = ground.figures, asked.frame, aimed.cameras
    free = ground.around.obstacles.points_free(cameras.position, _ROOM_M)
    broken = np.where(free, 0, CLEARANCE)
    at = np.flatnonzero(asked.principal >= 0)
    if len(at):
        people = asked.principal[at]
        spare = np.zeros((len(at), len(figures.ids)), bool)
        spare[np.arange(len(at)), people] = True
        spare[np.arange(len(at)), asked.looker[at]] = True
        some = cameras.rows(at)
        eyes = figures.eyes[people, frames[at]]
        seen = ground.around.sees(some.position, eyes, frames[at], spare)
        broken[at] |= np.where(seen, 0, VISIBILITY)
        wrong = misframed(some, people, frames[at], aimed.step[at], figures, ground.sensor)
        broken[at] |= np.where(wrong, SIZE, 0)
    return Taken(cameras, aimed.step, np.asarray(broken, dtype=np.intp), aimed.cost)

"""Placed setups and a frame in, what their pictures show then: heads, sizes, sides, whose it is.

Asked at both ends of every stretch that a shot may run for: a cut joins the last glimpse of one
shot to the first of the next.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.following import cameras_at
from mstation.shots.framing import Cameras
from mstation.shots.grammar import SIZES, STEP, grammar
from mstation.shots.rows import Rows
from mstation.shots.shot import Size
from mstation.shots.taken import INSERT_STEP, Ground, Taken
from mstation.space import Array, Sensor

_NEAREST_M = 0.1
_EDGE = 0.05  # of the frame: a head this far outside leaves an edge of it inside
_HALF_HEAD = 0.07  # of the stature, from the eyes to the chin or the crown
MOST_WIDE_STEP = STEP[Size.WS] + 0.45  # the largest that people are in a wide view
_ALIKE = 0.8  # of what the principal draws: as good as a principal
_AWAY, _MIDDLE = 0.25, 0.35  # what the back of a head counts, and one off the middle

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Glimpse:
    """What n pictures show at one frame; `(…, people)` where a figure has its own value.

    x, y       # (n, people) in the picture, of the eyes
    head_x     # (n, people) of the middle of the head: the eyes of a profile are off it
    inside     # (n, people) bool: the head is in the picture
    partly     # (n, people) bool: the head, or an edge of it, is in the picture
    to_lens    # (n, people) cosine of each face to the camera
    step       # (n, people) the size that each is really seen in, between the sizes too
    bearing    # (n, people) where the camera stands as seen from each head, radians
    drawn      # (n, people) bool: whoever draws the eye as much as anybody in the picture
    principal  # (n,) whose picture it is, −1 where nobody is seen
    """

    index: Index
    frame: int
    position: Array
    target: Array
    x: Array
    y: Array
    head_x: Array
    inside: Flags
    partly: Flags
    to_lens: Array
    step: Array
    bearing: Array
    drawn: Flags
    principal: Index

    def pick(self, places: Index) -> Glimpse:
        """Return the same of some of the pictures."""
        return Glimpse(
            self.index[places], self.frame, self.position[places], self.target[places],
            self.x[places], self.y[places], self.head_x[places],
            self.inside[places], self.partly[places], self.to_lens[places],
            self.step[places],
            self.bearing[places], self.drawn[places], self.principal[places],
        )  # fmt: skip


def glimpse(index: Index, frame: int, rows: Rows, taken: Taken, ground: Ground) -> Glimpse:
    """Return what these setups show at a frame of the scene."""
    cameras = cameras_at(index, frame, rows, taken, ground)
    return glimpse_from(cameras, index, frame, rows, ground)


def glimpse_from(cameras: Cameras, index: Index, frame: int, rows: Rows, ground: Ground) -> Glimpse:
    """Return what cameras show at a frame of the scene, each in the place of a setup."""
    figures = ground.figures
    count = len(figures.ids)
    if not count:
        none = np.zeros((len(index), 0))
        nobody = none.astype(bool)
        return Glimpse(index, frame, cameras.position, cameras.target, none, none, none,
                       nobody, nobody, none, none, none, nobody,
                       np.full(len(index), -1))  # fmt: skip
    eyes = figures.eyes[:, frame]
    points = np.concatenate([eyes, figures.skulls[:, frame]])
    picture = cameras.project(np.broadcast_to(points, (len(index), *points.shape)), ground.sensor)
    x, y, depth = picture[:, :count, 0], picture[:, :count, 1], picture[:, :count, 2]
    head_x = picture[:, count:, 0]
    aside, above = np.abs(x - 0.5) - 0.5, np.abs(y - 0.5) - 0.5
    beside = np.minimum(aside, np.abs(head_x - 0.5) - 0.5)
    ahead = ground.called[:, frame] & (depth > _NEAREST_M)
    inside = ahead & (np.maximum(aside, above) <= 0)
    away = cameras.position[:, None] - eyes
    around = cameras.position[:, None] - figures.skulls[:, frame]
    reach = np.maximum(np.linalg.norm(away, axis=2), 1e-6)
    to_lens = (away * figures.looks[:, frame]).sum(axis=2) / reach
    share = stature_shares(depth, cameras, figures.statures, ground.sensor)
    steps = step_of_share(share)
    drawn = np.exp(-(((x - 0.5) / _MIDDLE) ** 2)) / share
    drawn = drawn * (_AWAY + (1 - _AWAY) * np.maximum(to_lens, 0.0)) * inside
    principal = np.where(inside.any(axis=1), drawn.argmax(axis=1), -1)
    return Glimpse(
        index=index,
        frame=frame,
        position=cameras.position,
        target=cameras.target,
        x=x,
        y=y,
        head_x=head_x,
        inside=inside,
        partly=ahead & (beside <= _EDGE) & (above <= np.maximum(_EDGE, _HALF_HEAD / share)),
        to_lens=to_lens,
        step=np.where((rows.step[index] == INSERT_STEP)[:, None], INSERT_STEP, steps),
        bearing=np.arctan2(around[..., 0], around[..., 2]),
        drawn=inside & (drawn >= _ALIKE * drawn.max(axis=1, keepdims=True)),
        principal=np.where(rows.step[index] == INSERT_STEP, -1, principal),
    )


def stature_shares(depth: Array, cameras: Cameras, statures: Array, sensor: Sensor) -> Array:
    """Return (cameras, people): how many statures each frame is high where people are.

    depth: (cameras, people) metres before each camera.
    """
    near = np.maximum(depth, _NEAREST_M)
    return np.asarray(near * (sensor.height_mm / cameras.lens_mm)[:, None] / statures)


def step_of_share(share: Array) -> Array:
    """Return the sizes of figures, in steps, by how many statures the frame is high there."""
    visible = np.array([grammar().sizes[size].visible for size in SIZES])
    return np.asarray(np.interp(-np.log(share), -np.log(visible), np.arange(len(SIZES))))


def lines_shown(seen: Glimpse, pairs: tuple[Pair, ...], ground: Ground) -> tuple[Flags, Index]:
    """Return (n, pairs), (n, pairs): whether each picture shows a pair, and the side it is on.

    A pair is shown where both are called and the head of one is in the picture.
    """
    count = len(seen.index)
    shown, side = np.zeros((count, len(pairs)), bool), np.zeros((count, len(pairs)), np.intp)
    for number, (a, b) in enumerate(pairs):
        if ground.called[[a, b], seen.frame].all():
            shown[:, number] = seen.inside[:, a] | seen.inside[:, b]
            side[:, number] = _sides((a, b), seen, ground)
    return shown, side


def first_shown(shown: Flags) -> Flags:
    """Return (n, pairs): only the first pair that each picture shows."""
    return np.asarray(shown & (np.cumsum(shown, axis=1) == 1))


def _sides(pair: Pair, seen: Glimpse, ground: Ground) -> Index:
    """Return (n,): the side of a pair's line each camera is on, 0 within the neutral band."""
    one, other = ground.figures.eyes[list(pair), seen.frame]
    line = other - one
    x = seen.position[:, 0] - (one[0] + other[0]) / 2
    z = seen.position[:, 2] - (one[2] + other[2]) / 2
    cross = line[2] * x - line[0] * z
    neutral = math.sin(math.radians(grammar().tolerance.neutral_deg))
    band = neutral * math.hypot(line[0], line[2])
    sides = np.sign(cross) * (cross * cross >= band * band * (x * x + z * z))
    return np.asarray(sides, dtype=np.intp)

"""A set, people and views in; pictures out, without a shot list: to look at one thing by itself."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mstation.previs.render import render_take
from mstation.previs.vantage import Vantage, pose_of
from mstation.shots.shot import Take, TakeSheet
from mstation.space import sensor_for
from mstation.stage.layout import Layout, Mark
from mstation.stage.motion import move
from mstation.stage.performance import Body, Motion
from mstation.stage.stances import Playing, Stance, Step
from mstation.timebase import FrameRate

_RATE = FrameRate(24, 1)
I420 = NDArray[np.uint8]  # (height · 3 // 2, width), as `render_take` yields
Standing = tuple[tuple[Body, Mark], ...]

# Source: ITU-R BT.709-6, from limited-range Y′CbCr.
_FROM_LUMA, _RED_CR, _GREEN_CB, _GREEN_CR, _BLUE_CB = 255 / 219, 1.7927, -0.2132, -0.5329, 2.1124


def pictures(
    layout: Layout, views: tuple[Vantage, ...], people: Standing = (), *, width: int, height: int
) -> Iterator[NDArray[np.uint8]]:
    """Yield one picture a view, (height, width, 3) uint8 sRGB, top row first.

    Each is drawn at twice its size and averaged, so that no edge has steps.
    """
    for frame in filmed(layout, views, people, width=2 * width, height=2 * height):
        yield halved(rgb_of(frame))


def filmed(
    layout: Layout, views: tuple[Vantage, ...], people: Standing = (), *, width: int, height: int
) -> Iterator[I420]:
    """Yield one frame a view as the encoder takes it; people stand on their marks and breathe."""
    take = Take(
        np.stack([pose_of(view) for view in views]),
        np.array([view.focal_length_mm for view in views], np.float32),
        _standing(people, len(views)),
        TakeSheet(tuple(body for body, _ in people), (), sensor_for(width, height)),
    )
    return render_take(layout, take, width=width, height=height)


def rgb_of(frame: I420) -> NDArray[np.uint8]:
    """Return the picture (height, width, 3) sRGB of a frame as the encoder takes it."""
    rows, width = frame.shape
    height = rows * 2 // 3
    size, quarter = height * width, height * width // 4
    flat = frame.reshape(-1)
    luma = (flat[:size].reshape(height, width).astype(np.float32) - 16) * _FROM_LUMA
    blue, red = (
        np.kron(plane.reshape(height // 2, width // 2).astype(np.float32) - 128, np.ones((2, 2)))
        for plane in (flat[size : size + quarter], flat[size + quarter :])
    )
    channels = [
        luma + _RED_CR * red,
        luma + _GREEN_CB * blue + _GREEN_CR * red,
        luma + _BLUE_CB * blue,
    ]
    return np.asarray(np.rint(np.clip(np.stack(channels, axis=-1), 0, 255)), np.uint8)


def halved(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture at half its size, every pixel the mean of four."""
    height, width, _ = picture.shape
    quads = picture.reshape(height // 2, 2, width // 2, 2, 3).astype(np.uint16)
    return np.asarray((quads.sum(axis=(1, 3)) + 2) // 4, np.uint8)


def _standing(people: Standing, frames: int) -> tuple[Motion, ...]:
    """Return the motions of people who are on their marks and stay."""
    if not people:
        return ()
    playings = tuple(_waiting(body, mark) for body, mark in people)
    return move((Step("look", "look", frames, playings),), tuple(b for b, _ in people), _RATE)


def _waiting(body: Body, mark: Mark) -> Playing:
    x, _, z = mark.position
    stance = Stance(x, z, mark.yaw_rad, mark.posture, mark.seat_height_m, mark=mark.name)
    return Playing(body.character_id, stance, stance)

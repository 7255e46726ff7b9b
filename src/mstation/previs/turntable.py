"""A model in, a movie once round it and a picture of it out: marked with whose it is.

It stands in an empty, light room, lit from above its left, and turns once. Both sides of every
triangle are drawn: models from outside do not agree which is the front.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from mstation.media.marks import Mark, marked
from mstation.media.pictures import converted
from mstation.previs.canvas import Floats, Ints
from mstation.previs.encode import encode_segment
from mstation.previs.model import Model
from mstation.previs.raster import draw, face_normals, to_picture
from mstation.timebase import FrameRate

WIDTH, HEIGHT = 640, 480
RATE, FRAMES = FrameRate(24, 1), 72
_FINER, _PLACES = 2, (0, 1)  # pixels that are drawn for each that is shown, across and down
_PITCH_RAD, _POSTER_RAD = 0.30, 0.6
_AWAY, _LENS = 3.6, 2.9  # radii; widths of half a picture's height at 1 radius
_GROUND_TOP, _GROUND_FOOT = (0.86, 0.87, 0.89), (0.62, 0.64, 0.67)  # sRGB
_KEY, _SKY, _FOOT = 0.85, 0.42, 0.20  # light: from the lamp, from above, from below
_TOWARDS_LAMP = np.array([-0.45, 0.75, 0.60]) / np.linalg.norm([-0.45, 0.75, 0.60])


@dataclass(frozen=True, slots=True, eq=False)
class _Stage:
    """A model that is ready to be drawn: each triangle twice, the second its back."""

    model: Model
    triangles: Ints
    normals: Floats
    homogeneous: Floats
    screen: Floats


def write_turntable(model: Model, mark: Mark, out: Path) -> int:
    """Write the movie, and return its number of frames."""
    stage = _staged(model)
    frames = (_video(marked(frame, mark)) for frame in _turns(stage))
    return encode_segment(frames, out, width=WIDTH, height=HEIGHT, rate=RATE)


def poster_of(model: Model) -> NDArray[np.uint8]:
    """Return a picture of a model, not marked yet: (height, width, 3) uint8, sRGB."""
    return _drawn(_staged(model), _POSTER_RAD, 2 * WIDTH, 2 * HEIGHT)


def _turns(stage: _Stage) -> Iterator[NDArray[np.uint8]]:
    for number in range(FRAMES):
        yield _drawn(stage, _POSTER_RAD + 2 * np.pi * number / FRAMES, WIDTH, HEIGHT)


def _staged(model: Model) -> _Stage:
    count = model.triangles
    fronts = np.arange(3 * count, dtype=np.int32).reshape(-1, 3)
    triangles = np.ascontiguousarray(np.concatenate([fronts, fronts[:, ::-1]]))
    normals = np.zeros((2 * count, 3), np.float32)
    face_normals(model.points, triangles, 0, 2 * count, normals)
    room = np.zeros((len(model.points), 3), np.float32)
    return _Stage(model, triangles, normals, room, room.copy())


def _drawn(stage: _Stage, yaw_rad: float, width: int, height: int) -> NDArray[np.uint8]:
    """Return a picture of the model, seen from a place on the circle round it."""
    wide, high = width * _FINER, height * _FINER
    eye, project, axes = _camera(yaw_rad, wide, high)
    depth, ids = np.zeros((high, wide), np.float32), np.full((high, wide), -1, np.int32)
    points, extent = stage.model.points, np.zeros(6, np.float32)
    to_picture(points, project, stage.homogeneous, stage.screen, extent)
    draw(points, stage.homogeneous, stage.screen, stage.triangles, stage.normals, eye, 0,
         len(stage.triangles), depth, ids)  # fmt: skip
    down = np.linspace(0, 1, high)[:, None, None]
    page = np.array(_GROUND_TOP) * (1 - down) + np.array(_GROUND_FOOT) * down
    page = np.ascontiguousarray(np.broadcast_to(page, (high, wide, 3)), np.float32)
    rows, columns = np.nonzero(ids >= 0)
    if len(rows):
        page[rows, columns] = _shaded(stage, ids[rows, columns], rows, columns, axes)
    small = sum(page[row::_FINER, left::_FINER] for row in _PLACES for left in _PLACES)
    return np.asarray(np.rint(np.clip(small / _FINER**2, 0, 1) * 255), np.uint8)


def _camera(yaw_rad: float, wide: int, high: int) -> tuple[Floats, Floats, NDArray[np.float64]]:
    """Return the eye, what puts points into the picture (3, 4), and the lens's axes as rows."""
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    back = np.array([s * np.cos(_PITCH_RAD), np.sin(_PITCH_RAD), c * np.cos(_PITCH_RAD)])
    right = np.array([c, 0.0, -s])
    axes = np.stack([right, np.cross(back, right), back])
    eye = back * _AWAY
    seen = np.concatenate([axes, -(axes @ eye)[:, None]], 1)  # x right, y up, z behind
    scale = _LENS * high / 2
    ahead = -seen[2]
    project = np.stack(
        [seen[0] * scale + ahead * (wide / 2), -seen[1] * scale + ahead * (high / 2), ahead]
    )
    return eye.astype(np.float32), project.astype(np.float32), axes


def _shaded(
    stage: _Stage, faces: Ints, rows: NDArray[np.intp], columns: NDArray[np.intp],
    axes: NDArray[np.float64],
) -> Floats:  # fmt: skip
    """Return the display colour of pixels: (pixels, 3)."""
    model = stage.model
    corners = stage.triangles[faces]  # (pixels, 3)
    shares = _shares(stage.screen[corners], columns, rows)
    colour = _mixed(model.colours[corners], shares)
    spots = _mixed(model.spots[corners], shares)
    own = faces % model.triangles
    for number, picture in enumerate(model.pictures):
        here = model.skins[own] == number
        if here.any():
            colour[here] *= _linear(_looked_up(picture, spots[here]))
    normals = _mixed(model.normals[corners], shares)
    normals /= np.maximum(np.sqrt(_dot(normals, normals)), 1e-9)[:, None]
    normals[_dot(normals, stage.normals[faces]) < 0] *= -1
    lamp = np.clip(normals @ (_TOWARDS_LAMP @ axes), 0, 1)
    above = normals[:, 1] * 0.5 + 0.5
    light = _KEY * lamp + _SKY * above + _FOOT * (1 - above)
    return _display(colour * light[:, None]).astype(np.float32)


def _shares(
    corners: Floats, columns: NDArray[np.intp], rows: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return how much of each corner a pixel has: (pixels, 3), true to the perspective."""
    x, y = columns.astype(np.float64) + 0.5, rows.astype(np.float64) + 0.5
    wide = corners.astype(np.float64)
    (ax, ay), (bx, by), (cx, cy) = ((wide[:, n, 0], wide[:, n, 1]) for n in range(3))
    area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
    area = np.where(np.abs(area) < 1e-12, 1e-12, area)
    b = ((x - ax) * (cy - ay) - (cx - ax) * (y - ay)) / area
    c = ((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / area
    flat = np.clip(np.stack([1 - b - c, b, c], 1), 0, 1) * wide[:, :, 2]
    whole = flat[:, 0] + flat[:, 1] + flat[:, 2]
    return np.asarray(flat / np.maximum(whole, 1e-12)[:, None])


def _mixed(corners: Floats, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what pixels have of their three corners, (pixels, 3, values), by their shares."""
    return np.asarray(np.einsum("pcv,pc->pv", corners, shares))


def _dot(one: NDArray[np.floating], other: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.asarray(np.einsum("pv,pv->p", one, other))


def _looked_up(picture: NDArray[np.uint8], spots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the picture's colours at spots, which repeat beyond its edges: 0 to 1, sRGB."""
    height, width, _ = picture.shape
    across = (np.mod(spots[:, 0], 1) * width).astype(int) % width
    down = (np.mod(spots[:, 1], 1) * height).astype(int) % height
    return np.asarray(picture[down, across] / 255)


# Source: IEC 61966-2-1.
def _linear(shown: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)


def _display(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def _video(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    frame = VideoFrame.from_ndarray(picture, "rgb24")
    return np.asarray(converted(frame, frame.width, frame.height, "yuv420p").to_ndarray())

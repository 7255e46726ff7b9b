"""A model that came from outside, as it is drawn: triangles, with colours or pictures on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.errors import InvalidInput

MOST_TRIANGLES = 3_000_000
MOST_POINTS = 6_000_000

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Skin:
    """What a surface looks like.

    colour   # (3,) linear Rec. 709, times the picture's
    picture  # (height, width, 3) uint8, sRGB, top row first; None: it has none
    """

    colour: Floats
    picture: NDArray[np.uint8] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A part of a model, where it stands: one skin.

    points     # (n, 3) Y up
    normals    # (n, 3); None: each triangle is flat
    spots      # (n, 2) on the skin's picture, from its top left; None: there are none
    colours    # (n, 3) linear, times the skin's; None: there are none
    triangles  # (m, 3)
    """

    points: Floats
    triangles: Ints
    skin: Skin
    normals: Floats | None = None
    spots: Floats | None = None
    colours: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Everything that is drawn of a model, as one.

    corners of a triangle are points of its own, so that each has one normal and one spot.

    points, normals  # (3 m, 3)
    spots            # (3 m, 2)
    colours          # (3 m, 3) linear
    skins            # (m,) numbers of `pictures`, −1 none
    """

    points: Floats
    normals: Floats
    spots: Floats
    colours: Floats
    skins: Ints
    pictures: tuple[NDArray[np.uint8], ...]

    @property
    def triangles(self) -> int:
        """How many triangles it has."""
        return len(self.skins)


def model_of(pieces: Sequence[Piece]) -> Model:
    """Return the model of its pieces, moved to the middle and scaled to a radius of 1.

    Raises:
        InvalidInput: when nothing of it can be drawn, or it is too much.
    """
    pieces = [piece for piece in pieces if len(piece.triangles)]
    require_size(sum(len(piece.triangles) for piece in pieces))
    if not pieces:
        raise InvalidInput(
            "the model has no triangles to draw; export its meshes",
            zh="模型中没有可绘制的三角面，请导出网格",
        )
    pictures: list[NDArray[np.uint8]] = []
    numbers = []
    for piece in pieces:
        known = piece.skin.picture is not None and piece.spots is not None
        numbers.append(np.full(len(piece.triangles), len(pictures) if known else -1, np.int32))
        if known and piece.skin.picture is not None:
            pictures.append(piece.skin.picture)
    points = np.concatenate([piece.points[piece.triangles].reshape(-1, 3) for piece in pieces])
    return Model(
        _fitted(points),
        np.concatenate([_normals(piece) for piece in pieces]),
        np.concatenate([_spots(piece) for piece in pieces]),
        np.concatenate([_colours(piece) for piece in pieces]),
        np.concatenate(numbers),
        tuple(pictures),
    )


def require_size(triangles: int) -> None:
    """Refuse a model of more triangles than are drawn.

    Raises:
        InvalidInput: when it has more.
    """
    if triangles > MOST_TRIANGLES:
        raise InvalidInput(
            f"the model has more than {MOST_TRIANGLES:,} triangles; send a lighter one",
            zh=f"模型超过 {MOST_TRIANGLES:,} 个三角面，请减面后上传",
        )


def _fitted(points: Floats) -> Floats:
    if not np.isfinite(points).all():
        raise InvalidInput(
            "the model has points that are nowhere; export it again",
            zh="模型含有无效坐标，请重新导出",
        )
    wide = points.astype(np.float64)
    low, high = wide.min(0), wide.max(0)
    wide -= (low + high) / 2
    radius = float(np.sqrt((wide**2).sum(1).max()))
    return (wide / max(radius, 1e-12)).astype(np.float32)


def _normals(piece: Piece) -> Floats:
    """Return a unit normal of each corner."""
    if piece.normals is None:
        a, b, c = (piece.points[piece.triangles[:, n]].astype(np.float64) for n in range(3))
        found = np.repeat(np.cross(b - a, c - a), 3, axis=0)
    else:
        found = piece.normals[piece.triangles].reshape(-1, 3).astype(np.float64)
    length = np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(np.nan_to_num(found / np.maximum(length, 1e-20)), np.float32)


def _spots(piece: Piece) -> Floats:
    if piece.spots is None:
        return np.zeros((3 * len(piece.triangles), 2), np.float32)
    return np.nan_to_num(piece.spots[piece.triangles].reshape(-1, 2)).astype(np.float32)


def _colours(piece: Piece) -> Floats:
    count = 3 * len(piece.triangles)
    own = np.broadcast_to(np.nan_to_num(piece.skin.colour), (count, 3))
    if piece.colours is None:
        return np.ascontiguousarray(own, np.float32)
    return (own * np.nan_to_num(piece.colours[piece.triangles].reshape(-1, 3))).astype(np.float32)

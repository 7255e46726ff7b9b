"""Pieces of a figure's surface: cut along a line, pushed outwards, dyed, sewn together.

A line is where a number that is known at every point passes zero; a cut along it is clean,
however coarse the triangles are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mstation.previs.mesh import Mesh, SkinnedMesh
from mstation.previs.primitives import point_normals
from mstation.stage.layout import Rgb
from mstation.stage.performance import Shape

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SLIVER = 0.04  # of an edge: a cut nearer than that to a corner goes through the corner


class Ink(IntEnum):
    """Outlines are drawn between these."""

    HEAD = 0
    HAIR = 1
    TOP = 2
    TRIM = 3
    BOTTOM = 4
    LEFT_HAND = 5
    RIGHT_HAND = 6
    SHOES = 7
    COLLAR = 8
    FACE = 9
    HEADGEAR = 10
    OVER = 11
    BELT = 12
    LEFT_EYE = 13
    RIGHT_EYE = 14
    SKIN = 15


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A piece of surface.

    Attributes:
        points: (n, 3) metres, as bound.
        home: (n, 3) where the points are on the base body; lines are drawn there.
        normals: (n, 3) unit.
        weights: (n, 22).
        shapes: (shapes, n, 3), or (0, n, 3) of what no shape moves.
        triangles: (m, 3).
        colours: (m, 3) linear.
        inks: (m,).
    """

    points: Floats
    home: Floats
    normals: Floats
    weights: Floats
    shapes: Floats
    triangles: Ints
    colours: Floats
    inks: Ints

    def dyed(self, colour: Rgb, ink: Ink) -> Piece:
        """Return the piece in one colour and one ink."""
        count = len(self.triangles)
        return replace(
            self, colours=np.tile(np.asarray(colour, float), (count, 1)), inks=np.full(count, ink)
        )

    def pushed(self, metres: ArrayLike) -> Piece:
        """Return the piece moved outwards along its normals, by one amount or one a point."""
        away = np.asarray(metres, float).reshape(-1, 1) * self.normals
        return replace(self, points=self.points + away)

    def smoothed(self) -> Piece:
        """Return the piece with the normals that its surface has now."""
        return replace(self, normals=point_normals(self.points, self.triangles.astype(np.int32)))

    def turned(self) -> Piece:
        """Return the piece seen from its other side: a lining."""
        return replace(self, triangles=self.triangles[:, ::-1], normals=-self.normals)


def drawn(points: Floats, triangles: ArrayLike, weights: Floats, colour: Rgb, ink: Ink) -> Piece:
    """Return a piece that is no part of the base body."""
    faces = np.asarray(triangles, np.int64).reshape(-1, 3)
    count = len(faces)
    return Piece(
        points,
        points,
        point_normals(points, faces.astype(np.int32)),
        weights,
        np.zeros((0, len(points), 3)),
        faces,
        np.tile(np.asarray(colour, float), (count, 1)),
        np.full(count, ink),
    )


def woven(rows: int, columns: int, *, closed: bool = False) -> Ints:
    """Return the triangles of a cloth over rows of points, row after row.

    closed: The last point of a row lies beside its first.
    """
    low = np.arange(columns if closed else columns - 1)
    beside = (low + 1) % columns
    return np.concatenate(
        [
            np.concatenate(
                [
                    np.column_stack([r + low, r + columns + low, r + columns + beside]),
                    np.column_stack([r + low, r + columns + beside, r + beside]),
                ]
            )
            for r in range(0, (rows - 1) * columns, columns)
        ]
    )


def taken(piece: Piece, triangles: Ints) -> Piece:
    """Return some of a piece's triangles, and only the points that they need."""
    faces = piece.triangles[triangles]
    points, inverse = np.unique(faces, return_inverse=True)
    return replace(
        _picked(piece, points),
        triangles=inverse.reshape(-1, 3),
        colours=piece.colours[triangles],
        inks=piece.inks[triangles],
    )


def split(piece: Piece, line: Floats) -> tuple[Piece, Piece]:
    """Return the part of a piece where the line's number is above zero, and the other part.

    line  # (n,) a number a point
    """
    whole, line = _scored(piece, np.asarray(line, float))
    middles = line[whole.triangles]
    inside = np.where(np.abs(middles).max(axis=1) > 0, middles.sum(axis=1) > 0, False)
    return taken(whole, np.flatnonzero(inside)), taken(whole, np.flatnonzero(~inside))


def kept(piece: Piece, line: Floats) -> Piece:
    """Return the part of a piece where the line's number is above zero."""
    return split(piece, line)[0]


def painted(piece: Piece, line: Floats, colour: Rgb, ink: Ink) -> Piece:
    """Return the piece with another colour where the line's number is above zero."""
    whole, line = _scored(piece, np.asarray(line, float))
    inside = line[whole.triangles].sum(axis=1) > 0
    return replace(
        whole,
        colours=np.where(inside[:, None], np.asarray(colour, float), whole.colours),
        inks=np.where(inside, int(ink), whole.inks),
    )


def _scored(piece: Piece, line: Floats) -> tuple[Piece, Floats]:
    """Return the piece with every triangle that the line crosses cut along it."""
    sides = line[piece.triangles]
    rows = np.flatnonzero((sides.min(axis=1) < 0) & (sides.max(axis=1) > 0))
    if not len(rows):
        return piece, line
    faces, count = piece.triangles[rows], len(piece.points)
    pairs = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    codes, which = np.unique(pairs[:, 0] * count + pairs[:, 1], return_inverse=True)
    edges = np.column_stack([codes // count, codes % count])
    a, b = line[edges[:, 0]], line[edges[:, 1]]
    share = a / np.where(a == b, 1.0, a - b)
    crossed = (a * b < 0) & (share > 0) & (share < 1)
    # A line that all but meets a point goes through it.
    near = crossed & ((share < _SLIVER) | (share > 1 - _SLIVER))
    line = line.copy()
    line[np.where(share[near] < 0.5, edges[near, 0], edges[near, 1])] = 0.0
    a, b = line[edges[:, 0]], line[edges[:, 1]]
    crossed = a * b < 0
    new = np.full(len(edges), -1)
    new[crossed] = len(piece.points) + np.arange(int(crossed.sum()))
    first, second = edges[crossed, 0], edges[crossed, 1]
    at = (a[crossed] / (a[crossed] - b[crossed]))[:, None]
    grown = _with_points(piece, first, second, at)
    line = np.concatenate([line, np.zeros(len(first))])
    cut = np.full(piece.triangles.shape, -1)
    cut[rows] = new[which.reshape(-1, 3)]
    return _recut(grown, cut), line


def _with_points(piece: Piece, first: Ints, second: Ints, at: Floats) -> Piece:
    def between(values: Floats) -> Floats:
        mixed = values[..., first, :] * (1 - at) + values[..., second, :] * at
        return np.concatenate([values, mixed], axis=-2)

    normals = between(piece.normals)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    return replace(
        piece,
        points=between(piece.points),
        home=between(piece.home),
        normals=normals,
        weights=between(piece.weights),
        shapes=between(piece.shapes),
    )


def _recut(piece: Piece, cut: Ints) -> Piece:
    """Return the piece with its triangles cut at new points on their edges (m, 3), −1 none."""
    faces: list[Ints] = []
    origin: list[Ints] = []

    def add(rows: Ints, *corners: Ints) -> None:
        faces.append(np.column_stack(corners))
        origin.append(rows)

    count = (cut >= 0).sum(axis=1)
    add(np.flatnonzero(count == 0), *piece.triangles[count == 0].T)
    for turn in range(3):
        one, two, three = ((turn + step) % 3 for step in range(3))
        corner, edge = piece.triangles, cut
        both = np.flatnonzero((count == 2) & (edge[:, one] >= 0) & (edge[:, three] >= 0))
        p, q, r = corner[both, one], corner[both, two], corner[both, three]
        m, k = edge[both, one], edge[both, three]
        add(both, p, m, k)
        add(both, m, q, r)
        add(both, m, r, k)
        single = np.flatnonzero((count == 1) & (edge[:, one] >= 0))
        p, q, r = corner[single, one], corner[single, two], corner[single, three]
        m = edge[single, one]
        add(single, p, m, r)
        add(single, m, q, r)
    rows = np.concatenate(origin)
    return replace(
        piece,
        triangles=np.concatenate(faces),
        colours=piece.colours[rows],
        inks=piece.inks[rows],
    )


def _picked(piece: Piece, points: Ints) -> Piece:
    return replace(
        piece,
        points=piece.points[points],
        home=piece.home[points],
        normals=piece.normals[points],
        weights=piece.weights[points],
        shapes=piece.shapes[:, points],
    )


def sewn(pieces: Sequence[Piece], frames: Floats) -> SkinnedMesh:
    """Return the figure that the pieces make, each point held by at most four joints."""
    pieces = [piece for piece in pieces if len(piece.triangles)]
    starts = np.cumsum([0, *(len(piece.points) for piece in pieces[:-1])])
    faces = np.concatenate([p.triangles + s for p, s in zip(pieces, starts, strict=True)])
    count = len(faces)
    normals = np.concatenate([piece.normals for piece in pieces])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    mesh = Mesh(
        np.concatenate([piece.points for piece in pieces]).astype(np.float32),
        normals.astype(np.float32),
        np.ascontiguousarray(faces.astype(np.int32)),
        np.clip(np.concatenate([piece.colours for piece in pieces]), 0, 1).astype(np.float32),
        np.concatenate([piece.inks for piece in pieces]).astype(np.int32),
        np.ones(count, np.bool_),
        np.zeros(count, np.float32),
    )
    dense = np.concatenate([piece.weights for piece in pieces])
    joints = np.argsort(-dense, axis=1, kind="stable")[:, :4]
    weights = np.take_along_axis(dense, joints, axis=1)
    weights /= weights.sum(axis=1, keepdims=True)
    shapes = np.zeros((len(Shape), len(mesh.points), 3))
    for piece, start in zip(pieces, starts, strict=True):
        if len(piece.shapes):
            shapes[:, start : start + len(piece.points)] = piece.shapes
    return SkinnedMesh(
        mesh,
        joints.astype(np.int32),
        weights.astype(np.float32),
        frames.astype(np.float32),
        shapes.astype(np.float32),
    )

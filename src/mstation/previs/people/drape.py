"""Flat patterns laid on a figure: brows, plackets, pockets, ties."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from mstation.previs.people.cloth import Floats, Ink, Piece, woven
from mstation.stage.layout import Rgb

_NEAR = 0.02  # metres around a pattern in which its ground is looked for


def ribbon(
    piece: Piece, left: ArrayLike, right: ArrayLike, colour: Rgb, ink: Ink, *, lift_m: float
) -> Piece:
    """Return a strip between two rows of points (k, 2), x and y, laid on the piece's front.

    Seen from the front, the first row is on the viewer's left.
    """
    one, two = np.asarray(left, float), np.asarray(right, float)
    faces = woven(2, len(one))
    laid = _laid(piece, np.concatenate([one, two]), faces)
    corners = laid.home[faces]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])[:, 2].sum()
    if facing > 0:
        laid = replace(laid, triangles=faces[:, ::-1])
    return laid.dyed(colour, ink).pushed(lift_m)


def _laid(piece: Piece, flat: Floats, faces: np.ndarray) -> Piece:
    """Return points of the piece's foremost surface under (k, 2) x and y, with all they have."""
    corners = piece.home[piece.triangles]
    a, b, c = (corners[:, i, :2] for i in range(3))
    area = _cross(b - a, c - a)
    low, high = flat.min(axis=0) - _NEAR, flat.max(axis=0) + _NEAR
    spread = corners[:, :, :2]
    is_near = (spread.max(axis=1) > low).all(axis=1) & (spread.min(axis=1) < high).all(axis=1)
    rows = np.flatnonzero((area < -1e-10) & is_near)  # they face the front
    p = flat[:, None, :]
    u = _cross(b[rows] - p, c[rows] - p) / area[rows]
    v = _cross(c[rows] - p, a[rows] - p) / area[rows]
    w = 1 - u - v
    shares = np.stack([u, v, w], axis=-1)
    outside = np.maximum(0.0, -shares.min(axis=-1))
    depth = np.einsum("pti,ti->pt", np.clip(shares, 0, 1), corners[rows, :, 2])
    best = np.argmin(outside * 20 + depth * 0.5, axis=1)
    chosen = piece.triangles[rows[best]]
    weight = np.clip(shares[np.arange(len(flat)), best], 0, 1)
    weight /= weight.sum(axis=1, keepdims=True)

    def held(values: Floats) -> Floats:
        return np.asarray(np.einsum("pi,...pij->...pj", weight, values[..., chosen, :]))

    normals = held(piece.normals)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    count = len(faces)
    return Piece(
        held(piece.points), held(piece.home), normals, held(piece.weights), held(piece.shapes),
        faces, np.zeros((count, 3)), np.zeros(count, np.int64),
    )  # fmt: skip


def _cross(one: Floats, other: Floats) -> Floats:
    return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0])

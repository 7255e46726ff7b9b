"""Meshes in, what is known beforehand about their outlines out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import Ints
from mstation.previs.mesh import Mesh

_OWNERS = 3  # players that are told apart by a surface's bits; 0 is the set
_REMEMBERED = 32  # meshes: those of the takes of a few scenes


class Edges(NamedTuple):
    """What is known beforehand about where outlines can be."""

    parts: Ints  # (m,)
    surfaces: Ints  # (m,) faces alike in plane, part and paint: number · 8 + owner · 2 + is round
    beside: Ints  # (m, 3) the face across each side, −1 none


def edges_of(meshes: Sequence[Mesh], parts: Ints) -> Edges:
    """Which faces make one surface and which lie side by side: of the set, then of each player.

    parts  # (m,) the ink ids of all their faces, no two meshes having the same
    """
    each = [_outlines(mesh) for mesh in meshes]
    surfaces, beside = [], []
    number, first = 0, 0
    for owner, (own, sides) in enumerate(each):
        code = (owner - 1) % _OWNERS + 1 if owner else 0
        surfaces.append(own + np.int32(number * 8 + code * 2))
        beside.append(np.where(sides >= 0, sides + np.int32(first), np.int32(-1)))
        number += int(own.max(initial=-8)) // 8 + 1
        first += len(own)
    return Edges(np.ascontiguousarray(parts), np.concatenate(surfaces), np.concatenate(beside))


@lru_cache(maxsize=_REMEMBERED)
def _outlines(mesh: Mesh) -> tuple[Ints, Ints]:
    """Return a mesh's surfaces, (m,) number · 8 + is round, and (m, 3) what lies beside each face.

    It is remembered with its mesh, which is never written into: sets and figures are the same
    in one take after the other.
    """
    return _surfaces(mesh), _beside(mesh.triangles)


def _surfaces(mesh: Mesh) -> Ints:
    corners = mesh.points[mesh.triangles].astype(float)
    one, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    normals = np.cross(one, other)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    offset = np.einsum("ij,ij->i", normals, corners[:, 0])
    planes = np.round(np.concatenate([normals * 200, offset[:, None] * 200], axis=1))
    planes[mesh.smooth] = 0
    paint = np.round(mesh.colours * 1000)
    keys = np.concatenate([planes, paint, mesh.parts[:, None], mesh.smooth[:, None]], axis=1)
    _, numbers = np.unique(_hashed(keys.astype(np.int64)), return_inverse=True)
    kept: Ints = (numbers * 8 + mesh.smooth).astype(np.int32)
    return kept


def _hashed(rows: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return (n,) one number a row, alike for rows that are alike and, in 2^64, only for those.

    Source: the finalizer of MurmurHash3 (A. Appleby, public domain), chained over the columns.
    """
    mixed = np.zeros(len(rows), np.uint64)
    for column in rows.T.view(np.uint64):
        mixed = (mixed ^ column) * np.uint64(0xFF51AFD7ED558CCD)
        mixed = (mixed ^ (mixed >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
        mixed ^= mixed >> np.uint64(33)
    return mixed


def _beside(triangles: Ints) -> Ints:
    count = len(triangles)
    beside = np.full(3 * count, -1, np.int32)
    starts, ends = triangles.reshape(-1), triangles[:, [1, 2, 0]].reshape(-1)
    size = int(triangles.max(initial=0)) + 1
    ways = starts.astype(np.int64) * size + ends
    order = np.argsort(ways, kind="stable")
    if count:
        back = ends.astype(np.int64) * size + starts
        found = np.minimum(np.searchsorted(ways[order], back), 3 * count - 1)
        match = ways[order][found] == back
        beside[match] = (order[found][match] // 3).astype(np.int32)
    return beside.reshape(count, 3)

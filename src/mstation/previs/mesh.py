"""Meshes: the bodies, walls and things that a frame is drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

__all__ = ["Mesh", "SkinnedMesh", "face_normals", "join", "spans_of", "with_only"]


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Triangles with their colours.

    Triangles are single-sided: a wall seen from behind is not drawn.

    Attributes:
        points: (n, 3) metres.
        normals: (n, 3) unit vectors.
        triangles: (m, 3) point numbers, counter-clockwise seen from outside.
        colours: (m, 3) linear Rec. 709.
        parts: (m,) ink id: outlines are drawn between different parts.
        smooth: (m,) true: shade with point normals; false: flat.
        glow: (m,) emitted light, 0 none, 1 a lit lampshade or screen.
    """

    points: NDArray[np.float32]
    normals: NDArray[np.float32]
    triangles: NDArray[np.int32]
    colours: NDArray[np.float32]
    parts: NDArray[np.int32]
    smooth: NDArray[np.bool_]
    glow: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class SkinnedMesh:
    """A figure that moves with its joints.

    Attributes:
        mesh: The rest pose: every joint rotation identity, the hips at (0, hip height, 0).
        joints: (n, 4) indices into JOINTS.
        weights: (n, 4), each row summing to 1.
        rest_from_joints: (22, 4, 4) where each joint stands in the rest pose.
        morphs: (shapes, n, 3) point offsets, one a `Shape` (or none), each at 1.
    """

    mesh: Mesh
    joints: NDArray[np.int32]
    weights: NDArray[np.float32]
    rest_from_joints: NDArray[np.float32]
    morphs: NDArray[np.float32]


def spans_of(morphs: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return (shapes, 2): the points from the first to behind the last that each morph moves."""
    spans = np.zeros((len(morphs), 2), np.int32)
    for shape, morph in enumerate(morphs):
        moved = np.flatnonzero(morph.any(axis=1))
        if len(moved):
            spans[shape] = moved[0], moved[-1] + 1
    return spans


def face_normals(mesh: Mesh) -> NDArray[np.float32]:
    """Return (m, 3): each triangle's own unit normal, outwards; nought where it has no area."""
    a, b, c = np.moveaxis(mesh.points[mesh.triangles].astype(np.float64), 1, 0)
    across = np.cross(b - a, c - a)
    length = np.linalg.norm(across, axis=1, keepdims=True)
    return np.asarray(across / np.maximum(length, 1e-20), np.float32)


def with_only(mesh: Mesh, which: NDArray[np.bool_]) -> Mesh:
    """Return a mesh with only those of its triangles that are chosen (m,)."""
    return replace(
        mesh,
        triangles=mesh.triangles[which],
        colours=mesh.colours[which],
        parts=mesh.parts[which],
        smooth=mesh.smooth[which],
        glow=mesh.glow[which],
    )


def join(meshes: Sequence[Mesh]) -> Mesh:
    """The meshes as one, in order; ink ids are kept as they are."""
    if not meshes:
        return _nothing()
    starts = np.cumsum([0, *(len(mesh.points) for mesh in meshes[:-1])])
    return Mesh(
        points=np.concatenate([mesh.points for mesh in meshes]),
        normals=np.concatenate([mesh.normals for mesh in meshes]),
        triangles=np.concatenate(
            [mesh.triangles + np.int32(start) for mesh, start in zip(meshes, starts, strict=True)]
        ),
        colours=np.concatenate([mesh.colours for mesh in meshes]),
        parts=np.concatenate([mesh.parts for mesh in meshes]),
        smooth=np.concatenate([mesh.smooth for mesh in meshes]),
        glow=np.concatenate([mesh.glow for mesh in meshes]),
    )


def _nothing() -> Mesh:
    return Mesh(
        points=np.zeros((0, 3), np.float32),
        normals=np.zeros((0, 3), np.float32),
        triangles=np.zeros((0, 3), np.int32),
        colours=np.zeros((0, 3), np.float32),
        parts=np.zeros(0, np.int32),
        smooth=np.zeros(0, np.bool_),
        glow=np.zeros(0, np.float32),
    )

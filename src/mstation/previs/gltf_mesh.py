"""Meshes out as glTF: a colour a face becomes a colour a vertex, flat faces part from each other.

Source: Khronos, glTF 2.0 specification, 3.7 (meshes, skins, morph targets); KHR_materials_unlit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.previs.gltf_file import ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER, GltfFile, Json
from mstation.previs.mesh import Mesh, SkinnedMesh, face_normals
from mstation.previs.shade import GLOW
from mstation.previs.usd_mesh import PANE_OPACITY
from mstation.previs.usd_people import shape_name
from mstation.stage.performance import Shape

LIT, SHINING = 0, 1  # the materials of every file, by number
_LEAST_M = 1e-6  # a point that a shape moves less stays
_FULL = 65535  # of a colour or a weight, as glTF's normalised numbers have it
_NORMAL_STEPS = 10_000.0


def add_materials(file: GltfFile) -> None:
    """Add the materials: what is lit, what shines by itself; vertices colour both."""
    surface = {"metallicFactor": 0.0, "roughnessFactor": 0.85}
    file.add("materials", name="matte", pbrMetallicRoughness=surface)
    unlit: Json = {"KHR_materials_unlit": {}}
    file.add("materials", name="glowing", pbrMetallicRoughness=surface, extensions=unlit)


def add_mesh(file: GltfFile, name: str, mesh: Mesh, glass: tuple[Mesh, float] | None = None) -> int:
    """Add a mesh that does not bend, and return its number.

    `glass` is what is clear in it, and how opaque that is.
    """
    glows = mesh.glow > 0
    corners = _corners(mesh)
    primitives = [
        _primitive(file, mesh, corners[faces], material)[0]
        for faces, material in ((~glows, LIT), (glows, SHINING))
        if np.any(faces)
    ]
    if glass is not None:
        primitives.append(_clear(file, *glass))
    return file.add("meshes", name=name, primitives=primitives)


def add_glass(file: GltfFile, name: str, mesh: Mesh) -> int:
    """Add clear panes, and return their number."""
    return file.add("meshes", name=name, primitives=[_clear(file, mesh, PANE_OPACITY)])


def _clear(file: GltfFile, mesh: Mesh, opacity: float) -> Json:
    """Return a primitive of glass this opaque; a file has one material of each such glass."""
    surface: Json = {"metallicFactor": 0.0, "roughnessFactor": 0.05}
    surface["baseColorFactor"] = [1.0, 1.0, 1.0, opacity]
    wanted = {"name": "glass", "pbrMetallicRoughness": surface, "alphaMode": "BLEND"}
    materials = file.said["materials"]
    number = materials.index(wanted) if wanted in materials else file.add("materials", **wanted)
    return _primitive(file, mesh, _corners(mesh), number)[0]


def add_figure(file: GltfFile, name: str, figure: SkinnedMesh) -> tuple[int, list[Shape]]:
    """Add a figure's skin with its shapes, and return its number and which shapes those are."""
    primitive, points = _primitive(file, figure.mesh, _corners(figure.mesh), LIT)
    joints, weights = _bindings(figure)
    attributes = primitive["attributes"]
    attributes["JOINTS_0"] = file.array(joints[points], target=ARRAY_BUFFER)
    attributes["WEIGHTS_0"] = file.array(weights[points], target=ARRAY_BUFFER, is_normalized=True)
    moved = np.abs(figure.morphs).max(axis=2, initial=0) > _LEAST_M
    shapes = [Shape(index) for index in np.flatnonzero(moved.any(axis=1)).tolist()]
    if not shapes:
        return file.add("meshes", name=name, primitives=[primitive]), []
    primitive["targets"] = []
    for shape in shapes:
        offsets = figure.morphs[shape][points].astype(np.float32)
        rows = np.flatnonzero(moved[shape][points]).astype(np.uint32)
        target = file.sparse(len(points), rows, np.ascontiguousarray(offsets[rows]))
        primitive["targets"].append({"POSITION": target})
    names = {"targetNames": [shape_name(shape) for shape in shapes]}
    at_rest = [0.0] * len(shapes)
    number = file.add("meshes", name=name, primitives=[primitive], weights=at_rest, extras=names)
    return number, shapes


@dataclass(frozen=True, slots=True, eq=False)
class _Corners:
    """The corners of triangles: (m, 3) points, (m, 3) normals by number, (m,) colours by number."""

    points: NDArray[np.int64]
    normals: NDArray[np.int64]
    colours: NDArray[np.int64]
    flat: NDArray[np.float32]  # the normals of flat faces; a negative number is the point's own
    shades: NDArray[np.uint16]

    def __getitem__(self, faces: NDArray[np.bool_]) -> _Corners:
        return _Corners(
            self.points[faces], self.normals[faces], self.colours[faces], self.flat, self.shades
        )


def _corners(mesh: Mesh) -> _Corners:
    light = np.where(mesh.glow > 0, mesh.glow * GLOW, 1.0)[:, None] * mesh.colours
    quantised = np.round(np.clip(light, 0, 1) * _FULL).astype(np.uint16)
    shades, colours = np.unique(quantised, axis=0, return_inverse=True)
    stepped = np.round(face_normals(mesh) * _NORMAL_STEPS).astype(np.int32)
    flat, normals = np.unique(stepped, axis=0, return_inverse=True)
    own = np.where(mesh.smooth, -1, normals.reshape(-1))
    opaque = np.full((len(shades), 1), _FULL, np.uint16)
    return _Corners(
        mesh.triangles.astype(np.int64),
        np.repeat(own[:, None], 3, axis=1),
        colours.reshape(-1),
        _unit(flat.astype(np.float32)),
        np.concatenate([shades, opaque], axis=1),
    )


def _primitive(
    file: GltfFile, mesh: Mesh, corners: _Corners, material: int
) -> tuple[Json, NDArray[np.int64]]:
    """Return a primitive, and which point of the mesh each of its vertices is."""
    keys = np.stack(
        [corners.points, corners.normals, np.repeat(corners.colours[:, None], 3, axis=1)], axis=-1
    ).reshape(-1, 3)
    vertices, order = np.unique(keys, axis=0, return_inverse=True)
    points, normals, colours = vertices.T
    own = _unit(mesh.normals[points])
    used = np.where(normals[:, None] < 0, own, corners.flat[np.maximum(normals, 0)])
    indices = order.reshape(-1).astype(np.uint16 if len(vertices) < _FULL else np.uint32)
    positions = np.ascontiguousarray(mesh.points[points], np.float32)
    attributes = {
        "POSITION": file.array(positions, target=ARRAY_BUFFER, has_bounds=True),
        "NORMAL": file.array(used.astype(np.float32), target=ARRAY_BUFFER),
        "COLOR_0": file.array(corners.shades[colours], target=ARRAY_BUFFER, is_normalized=True),
    }
    faces = file.array(indices, target=ELEMENT_ARRAY_BUFFER)
    return {"attributes": attributes, "indices": faces, "material": material}, points


def _bindings(figure: SkinnedMesh) -> tuple[NDArray[np.uint8], NDArray[np.uint16]]:
    """Return each point's joints and weights (n, 4); the weights of a point sum to the full."""
    shares = np.round(figure.weights.astype(np.float64) * _FULL).astype(np.int64)
    rows, heaviest = np.arange(len(shares)), shares.argmax(axis=1)
    shares[rows, heaviest] += _FULL - shares.sum(axis=1)
    joints = np.where(shares > 0, figure.joints, 0)
    return joints.astype(np.uint8), shares.astype(np.uint16)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return vectors (n, 3) of length one; what has no length points up."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    up = np.array([0.0, 1.0, 0.0], np.float32)
    return np.where(length > 1e-9, vectors / np.maximum(length, 1e-9), up).astype(np.float32)

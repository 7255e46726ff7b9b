"""A `.usd` file from outside in, the model in it out: nothing but what the file itself holds.

What is drawn: the meshes at the stage's start, with their display colours. Files that name other
files are refused before anything is composed.

Source: Pixar, OpenUSD: UsdGeomMesh, UsdGeomPrimvar.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pxr import Sdf, Tf, Usd, UsdGeom

from mstation.errors import InvalidInput
from mstation.previs.model import MOST_POINTS, Floats, Model, Piece, Skin, model_of, require_size
from mstation.previs.primitives import point_normals

_GREY = 0.6
_MOST_PRIMS = 200_000


def read_usd(path: Path) -> Model:
    """Return the model of a file.

    Raises:
        InvalidInput: when the file is damaged, names other files, or is too much.
    """
    try:
        layer = Sdf.Layer.OpenAsAnonymous(str(path))
        if layer is None:
            raise _damaged()
        _refuse_others(layer)
        stage = Usd.Stage.Open(layer)
        return model_of(list(_pieces(stage)))
    except (Tf.ErrorException, RuntimeError, ValueError, IndexError) as error:
        raise _damaged() from error


def _refuse_others(layer: Sdf.Layer) -> None:
    others = sorted(layer.GetCompositionAssetDependencies())
    if others:
        raise InvalidInput(
            f"the model names another file, `{others[0][:80]}`; flatten it into one file",
            zh=f"模型引用了外部文件 `{others[0][:80]}`；请合并为单个文件后导出",
        )


def _pieces(stage: Usd.Stage) -> Iterator[Piece]:
    places, triangles = UsdGeom.XformCache(), 0
    turn = np.eye(3)
    if UsdGeom.GetStageUpAxis(stage) == UsdGeom.Tokens.z:
        turn = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
    everything = Usd.PrimRange.Stage(stage, Usd.TraverseInstanceProxies())
    for number, prim in enumerate(everything):
        if number > _MOST_PRIMS:
            raise _damaged()
        if not prim.IsA(UsdGeom.Mesh) or not _is_seen(prim):
            continue
        world = np.array(places.GetLocalToWorldTransform(prim))  # points are rows
        piece = _piece(UsdGeom.Mesh(prim), world[:3, :3] @ turn.T, world[3, :3] @ turn.T)
        triangles += len(piece.triangles)
        require_size(triangles)
        yield piece


def _is_seen(prim: Usd.Prim) -> bool:
    shown = UsdGeom.Imageable(prim)
    is_proxy = shown.ComputePurpose() in (UsdGeom.Tokens.proxy, UsdGeom.Tokens.guide)
    return not is_proxy and shown.ComputeVisibility() != UsdGeom.Tokens.invisible


def _piece(mesh: UsdGeom.Mesh, turn: NDArray[np.float64], move: NDArray[np.float64]) -> Piece:
    points = np.array(mesh.GetPointsAttr().Get() or [], np.float64).reshape(-1, 3)
    counts = np.array(mesh.GetFaceVertexCountsAttr().Get() or [], np.int64)
    order = np.array(mesh.GetFaceVertexIndicesAttr().Get() or [], np.int64)
    if len(points) > MOST_POINTS or (counts < 0).any() or counts.sum() != len(order):
        raise _damaged()
    require_size(int(np.maximum(counts - 2, 0).sum()))
    if len(order) and (order.min() < 0 or order.max() >= len(points)):
        raise _damaged()
    triangles = _fans(counts, order)
    if mesh.GetOrientationAttr().Get() == UsdGeom.Tokens.leftHanded:
        triangles = triangles[:, ::-1]
    if np.linalg.det(turn) < 0:
        triangles = triangles[:, ::-1]
    placed = points @ turn + move
    is_round = mesh.GetSubdivisionSchemeAttr().Get() != UsdGeom.Tokens.none
    normals = point_normals(placed, triangles.astype(np.int32)) if is_round else None
    colours = _point_colours(mesh, len(points))
    skin = Skin(np.ones(3, np.float32) if colours is not None else _one_colour(mesh))
    return Piece(
        placed.astype(np.float32),
        triangles.astype(np.int32),
        skin,
        None if normals is None else np.asarray(normals, np.float32),
        None,
        colours,
    )


def _fans(counts: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return faces of any number of corners as triangles (m, 3), each face a fan."""
    starts = np.cumsum(counts) - counts
    each = np.maximum(counts - 2, 0)
    first = np.repeat(starts, each)
    step = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each) + 1
    return np.stack([order[first], order[first + step], order[first + step + 1]], 1)


def _point_colours(mesh: UsdGeom.Mesh, points: int) -> Floats | None:
    """Return the colour of each point; None where they have none of their own."""
    told = mesh.GetDisplayColorPrimvar()
    if told.GetInterpolation() not in (UsdGeom.Tokens.vertex, UsdGeom.Tokens.varying):
        return None
    colours = np.array(told.ComputeFlattened() or [], np.float32).reshape(-1, 3)
    return colours if len(colours) == points else None


def _one_colour(mesh: UsdGeom.Mesh) -> Floats:
    told = np.array(mesh.GetDisplayColorPrimvar().Get() or [], np.float32).reshape(-1, 3)
    return np.clip(told.mean(0), 0, 1) if len(told) else np.full(3, _GREY, np.float32)


def _damaged() -> InvalidInput:
    return InvalidInput(
        "the file cannot be read as a USD model: it is damaged or cut off; export it again",
        zh="无法按 USD 模型读取：文件已损坏或不完整，请重新导出",
    )

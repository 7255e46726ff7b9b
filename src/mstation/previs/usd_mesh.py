"""Meshes out as USD prims: points, normals, a colour a face, and the surface they are made of.

Source: OpenUSD's UsdGeom and UsdShade schemas; the UsdPreviewSurface specification.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pxr import Sdf, Usd, UsdGeom, UsdShade, Vt

from mstation.previs.mesh import Mesh, face_normals

MATTE, GLOWING = "matte", "glowing"
_ROUGHNESS = 0.85


def define_looks(stage: Usd.Stage, path: str) -> None:
    """Define the two surfaces of a scene: what is lit, and what shines by itself.

    Both take their colour from the `displayColor` of the face that they are on.
    """
    UsdGeom.Scope.Define(stage, path)
    for name in (MATTE, GLOWING):
        material = UsdShade.Material.Define(stage, f"{path}/{name}")
        reader = UsdShade.Shader.Define(stage, f"{path}/{name}/colour")
        reader.CreateIdAttr("UsdPrimvarReader_float3")
        reader.CreateInput("varname", Sdf.ValueTypeNames.String).Set("displayColor")
        colour = reader.CreateOutput("result", Sdf.ValueTypeNames.Float3)
        surface = UsdShade.Shader.Define(stage, f"{path}/{name}/surface")
        surface.CreateIdAttr("UsdPreviewSurface")
        surface.CreateInput("roughness", Sdf.ValueTypeNames.Float).Set(_ROUGHNESS)
        lit = ("diffuseColor",) if name == MATTE else ("diffuseColor", "emissiveColor")
        for each in lit:
            surface.CreateInput(each, Sdf.ValueTypeNames.Color3f).ConnectToSource(colour)
        out = surface.CreateOutput("surface", Sdf.ValueTypeNames.Token)
        material.CreateSurfaceOutput().ConnectToSource(out)


def define_mesh(stage: Usd.Stage, path: str, mesh: Mesh, *, looks: str) -> UsdGeom.Mesh:
    """Define a mesh with its colours; `looks` is where `define_looks` put the surfaces."""
    prim = UsdGeom.Mesh.Define(stage, path)
    points = np.ascontiguousarray(mesh.points, np.float32)
    prim.CreatePointsAttr(Vt.Vec3fArray.FromNumpy(points))
    corners = np.ascontiguousarray(mesh.triangles.ravel(), np.int32)
    prim.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(corners))
    counts = np.full(len(mesh.triangles), 3, np.int32)
    prim.CreateFaceVertexCountsAttr(Vt.IntArray.FromNumpy(counts))
    prim.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
    _set_normals(prim, mesh)
    colour = prim.CreateDisplayColorPrimvar(UsdGeom.Tokens.uniform)
    colour.Set(Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(mesh.colours, np.float32)))
    prim.CreateExtentAttr(extent_of(points))
    _bind(stage, prim, mesh, looks)
    return prim


def extent_of(points: NDArray[np.float32]) -> Vt.Vec3fArray:
    """Return the least box around points (n, 3)."""
    box = np.stack([points.min(axis=0), points.max(axis=0)])
    return Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(box, np.float32))


def _set_normals(prim: UsdGeom.Mesh, mesh: Mesh) -> None:
    """Write a normal a point, or a corner where some faces are flat."""
    if np.all(mesh.smooth):
        normals, interpolation = mesh.normals, UsdGeom.Tokens.vertex
    else:
        flat = face_normals(mesh)[:, None]
        smooth = mesh.normals[mesh.triangles]
        normals = np.where(mesh.smooth[:, None, None], smooth, flat).reshape(-1, 3)
        interpolation = UsdGeom.Tokens.faceVarying
    prim.CreateNormalsAttr(Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(normals, np.float32)))
    prim.SetNormalsInterpolation(interpolation)


def _bind(stage: Usd.Stage, prim: UsdGeom.Mesh, mesh: Mesh, looks: str) -> None:
    def put_on(target: Usd.Prim, name: str) -> None:
        material = UsdShade.Material(stage.GetPrimAtPath(f"{looks}/{name}"))
        UsdShade.MaterialBindingAPI.Apply(target).Bind(material)

    glows = mesh.glow > 0
    put_on(prim.GetPrim(), GLOWING if np.all(glows) else MATTE)
    if np.any(glows) and not np.all(glows):
        faces = Vt.IntArray.FromNumpy(np.flatnonzero(glows).astype(np.int32))
        subset = UsdGeom.Subset.CreateGeomSubset(
            prim, GLOWING, UsdGeom.Tokens.face, faces, UsdShade.Tokens.materialBind
        )
        put_on(subset.GetPrim(), GLOWING)
        UsdShade.MaterialBindingAPI.Apply(prim.GetPrim())
        UsdGeom.Subset.SetFamilyType(
            prim, UsdShade.Tokens.materialBind, UsdGeom.Tokens.nonOverlapping
        )

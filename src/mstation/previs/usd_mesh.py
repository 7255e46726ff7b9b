"""Meshes out as USD prims: points, normals, a colour a face, and the surface they are made of.

Source: OpenUSD's UsdGeom and UsdShade schemas; the UsdPreviewSurface specification.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pxr import Sdf, Usd, UsdGeom, UsdShade, Vt

from mstation.previs.mesh import Mesh, face_normals
from mstation.previs.shade import GLOW

MATTE, GLOWING, GLASS = "matte", "glowing", "glass"
EMISSION = "emission"  # what a face gives off: linear Rec. 709
PANE_OPACITY = 0.1  # of a pane that is looked at straight, with what it mirrors
_ROUGHNESS, _POLISHED = 0.85, 0.05


def define_looks(stage: Usd.Stage, path: str) -> None:
    """Define the surfaces of a scene: what is lit, what also shines by itself, what is clear.

    They take their colours from what is written on each face: `displayColor` and `emission`.
    """
    UsdGeom.Scope.Define(stage, path)
    for name in (MATTE, GLOWING, GLASS):
        material = UsdShade.Material.Define(stage, f"{path}/{name}")
        surface = UsdShade.Shader.Define(stage, f"{path}/{name}/surface")
        surface.CreateIdAttr("UsdPreviewSurface")
        roughness = surface.CreateInput("roughness", Sdf.ValueTypeNames.Float)
        roughness.Set(_POLISHED if name == GLASS else _ROUGHNESS)
        if name == GLASS:
            surface.CreateInput("opacity", Sdf.ValueTypeNames.Float).Set(PANE_OPACITY)
        _read(stage, surface, "diffuseColor", "displayColor")
        if name == GLOWING:
            _read(stage, surface, "emissiveColor", EMISSION)
        out = surface.CreateOutput("surface", Sdf.ValueTypeNames.Token)
        material.CreateSurfaceOutput().ConnectToSource(out)


def _read(stage: Usd.Stage, surface: UsdShade.Shader, channel: str, primvar: str) -> None:
    reader = UsdShade.Shader.Define(stage, f"{surface.GetPath().GetParentPath()}/{primvar}")
    reader.CreateIdAttr("UsdPrimvarReader_float3")
    reader.CreateInput("varname", Sdf.ValueTypeNames.String).Set(primvar)
    colour = reader.CreateOutput("result", Sdf.ValueTypeNames.Float3)
    surface.CreateInput(channel, Sdf.ValueTypeNames.Color3f).ConnectToSource(colour)


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
    prim.CreateDisplayColorPrimvar(UsdGeom.Tokens.uniform).Set(_colours(mesh.colours))
    if glows := bool(np.any(mesh.glow > 0)):
        kind = Sdf.ValueTypeNames.Color3fArray
        shine = UsdGeom.PrimvarsAPI(prim).CreatePrimvar(EMISSION, kind, UsdGeom.Tokens.uniform)
        shine.Set(_colours(mesh.colours * mesh.glow[:, None] * GLOW))
    prim.CreateExtentAttr(extent_of(points))
    material = UsdShade.Material(stage.GetPrimAtPath(f"{looks}/{GLOWING if glows else MATTE}"))
    UsdShade.MaterialBindingAPI.Apply(prim.GetPrim()).Bind(material)
    return prim


def define_glass(stage: Usd.Stage, path: str, mesh: Mesh, *, looks: str) -> UsdGeom.Mesh:
    """Define clear panes, with how opaque they are for what reads no materials."""
    prim = define_mesh(stage, path, mesh, looks=looks)
    opacity = prim.CreateDisplayOpacityPrimvar(UsdGeom.Tokens.constant)
    opacity.Set(Vt.FloatArray([PANE_OPACITY]))
    material = UsdShade.Material(stage.GetPrimAtPath(f"{looks}/{GLASS}"))
    UsdShade.MaterialBindingAPI.Apply(prim.GetPrim()).Bind(material)
    return prim


def _colours(colours: NDArray[np.float32]) -> Vt.Vec3fArray:
    return Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(colours, np.float32))


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

"""Meshes out as USD prims: points, normals, a colour a face, and the surface they are made of.

Source: OpenUSD's UsdGeom and UsdShade schemas; the UsdPreviewSurface specification.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pxr import Sdf, Usd, UsdGeom, UsdShade, Vt

from mstation.previs.mesh import Mesh, face_normals, join
from mstation.previs.shade import GLOW

MATTE, GLOWING, GLASS = "matte", "glowing", "glass"
CONTENTS = "contents"  # what of a thing of glass one does not look through
EMISSION = "emission"  # what a face gives off: linear Rec. 709
PANE_OPACITY = 0.1  # of a pane that is looked at straight, with what it mirrors
_ROUGHNESS, _POLISHED = 0.85, 0.05


def define_looks(stage: Usd.Stage, path: str) -> None:
    """Define the surfaces of a scene: what is lit, and what also shines by itself.

    They take their colours from what is written on each face: `displayColor` and `emission`.
    """
    UsdGeom.Scope.Define(stage, path)
    _define_surface(stage, f"{path}/{MATTE}", _ROUGHNESS)
    glowing = _define_surface(stage, f"{path}/{GLOWING}", _ROUGHNESS)
    _read(stage, glowing, "emissiveColor", EMISSION)


def _define_surface(stage: Usd.Stage, path: str, roughness: float) -> UsdShade.Shader:
    material = UsdShade.Material.Define(stage, path)
    surface = UsdShade.Shader.Define(stage, f"{path}/surface")
    surface.CreateIdAttr("UsdPreviewSurface")
    surface.CreateInput("roughness", Sdf.ValueTypeNames.Float).Set(roughness)
    _read(stage, surface, "diffuseColor", "displayColor")
    out = surface.CreateOutput("surface", Sdf.ValueTypeNames.Token)
    material.CreateSurfaceOutput().ConnectToSource(out)
    return surface


def _glass(stage: Usd.Stage, looks: str, opacity: float) -> UsdShade.Material:
    """Return the surface of glass this opaque: a scene has one of each, once it is asked for."""
    path = f"{looks}/{GLASS}_{round(100 * opacity)}"
    if not stage.GetPrimAtPath(path):
        surface = _define_surface(stage, path, _POLISHED)
        surface.CreateInput("opacity", Sdf.ValueTypeNames.Float).Set(opacity)
    return UsdShade.Material(stage.GetPrimAtPath(path))


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
    material = _glass(stage, looks, PANE_OPACITY)
    UsdShade.MaterialBindingAPI.Apply(prim.GetPrim()).Bind(material)
    return prim


def define_thing(
    stage: Usd.Stage, path: str, mesh: Mesh, glass: tuple[Mesh, float] | None, *, looks: str
) -> UsdGeom.Mesh:
    """Define a thing: a mesh, and what is of glass in it, with how opaque that is.

    Both are one prim, whose faces are parted into the subsets `contents` and `glass`: not every
    reader gives the faces that are in no subset the prim's own surface.
    """
    if glass is None:
        return define_mesh(stage, path, mesh, looks=looks)
    clear, opacity = glass
    prim = define_mesh(stage, path, join([mesh, clear]), looks=looks)
    is_clear = np.repeat([False, True], [len(mesh.triangles), len(clear.triangles)])
    shares = np.where(is_clear, opacity, 1.0).astype(np.float32)
    shown = prim.CreateDisplayOpacityPrimvar(UsdGeom.Tokens.uniform)
    shown.Set(Vt.FloatArray.FromNumpy(shares))
    binding = UsdShade.MaterialBindingAPI(prim)
    own = binding.GetDirectBinding().GetMaterial()
    for name, faces, material in (
        (CONTENTS, ~is_clear, own),
        (GLASS, is_clear, _glass(stage, looks, opacity)),
    ):
        numbers = Vt.IntArray.FromNumpy(np.flatnonzero(faces).astype(np.int32))
        subset = binding.CreateMaterialBindSubset(name, numbers, UsdGeom.Tokens.face)
        UsdShade.MaterialBindingAPI.Apply(subset.GetPrim()).Bind(material)
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

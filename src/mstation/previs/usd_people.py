"""People out as USD: a skeleton with its curves, a skin, and the shapes of face and hands.

Source: OpenUSD's UsdSkel schemas.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pxr import Gf, Sdf, Usd, UsdGeom, UsdSkel, Vt

from mstation.previs.figures import figure_mesh
from mstation.previs.mesh import SkinnedMesh
from mstation.previs.usd_curves import corners_of, matrices, show_when_present
from mstation.previs.usd_mesh import define_mesh
from mstation.stage.performance import JOINTS, PARENTS, Body, Motion, Shape

_LEAST_M = 1e-6  # a point that a shape moves less stays


def joint_tokens() -> tuple[str, ...]:
    """Return the joints' full paths, parents first: `Hips`, `Hips/Spine`."""
    tokens: list[str] = []
    for joint, parent in zip(JOINTS, PARENTS, strict=True):
        tokens.append(joint if parent < 0 else f"{tokens[parent]}/{joint}")
    return tuple(tokens)


def shape_name(shape: Shape) -> str:
    """Return what a shape of face or hand is called: `MouthOpen`."""
    return shape.name.title().replace("_", "")


def define_person(stage: Usd.Stage, path: str, body: Body, motion: Motion, *, looks: str) -> None:
    """Define one person with skeleton, curves, skin and shapes."""
    root = UsdSkel.Root.Define(stage, path)
    prim = root.GetPrim()
    prim.CreateAttribute("mstation:name", Sdf.ValueTypeNames.String).Set(body.name)
    prim.CreateAttribute("mstation:stature", Sdf.ValueTypeNames.Float).Set(body.stature_m)
    show_when_present(root, motion.present)
    figure = figure_mesh(body, motion.offsets)
    skeleton = UsdSkel.Skeleton.Define(stage, f"{path}/Skeleton")
    tokens = Vt.TokenArray(joint_tokens())
    skeleton.CreateJointsAttr(tokens)
    skeleton.CreateBindTransformsAttr(matrices(figure.rest_from_joints))
    skeleton.CreateRestTransformsAttr(matrices(_local_rest(figure.rest_from_joints)))
    animation = _define_animation(stage, f"{path}/Animation", motion, tokens)
    binding = UsdSkel.BindingAPI.Apply(skeleton.GetPrim())
    binding.CreateAnimationSourceRel().SetTargets([Sdf.Path(f"{path}/Animation")])
    mesh = define_mesh(stage, f"{path}/Body", figure.mesh, looks=looks)
    skin = UsdSkel.BindingAPI.Apply(mesh.GetPrim())
    skin.CreateSkeletonRel().SetTargets([skeleton.GetPath()])
    indices = np.ascontiguousarray(figure.joints.ravel(), np.int32)
    weights = np.ascontiguousarray(figure.weights.ravel(), np.float32)
    width = figure.joints.shape[1]
    skin.CreateJointIndicesPrimvar(False, width).Set(Vt.IntArray.FromNumpy(indices))
    skin.CreateJointWeightsPrimvar(False, width).Set(Vt.FloatArray.FromNumpy(weights))
    skin.CreateGeomBindTransformAttr(Gf.Matrix4d(1.0))
    _define_shapes(stage, mesh, figure, animation, motion)
    reach = body.stature_m
    hips = motion.positions
    box = np.stack([hips.min(axis=0) - reach, hips.max(axis=0) + reach])
    root.CreateExtentAttr(Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(box, np.float32)))


def _define_animation(
    stage: Usd.Stage, path: str, motion: Motion, tokens: Vt.TokenArray
) -> UsdSkel.Animation:
    animation = UsdSkel.Animation.Define(stage, path)
    animation.CreateJointsAttr(tokens)
    ones = np.ones((len(JOINTS), 3), np.float16)
    animation.CreateScalesAttr(Vt.Vec3hArray.FromNumpy(ones))
    translations = animation.CreateTranslationsAttr()
    rotations = animation.CreateRotationsAttr()
    offsets = motion.offsets.astype(np.float32).copy()
    # USD lays a quaternion out as imaginary part, then real.
    ordered = np.ascontiguousarray(np.roll(motion.rotations, -1, axis=-1), np.float32)
    for frame, position in enumerate(motion.positions):
        offsets[0] = position
        translations.Set(Vt.Vec3fArray.FromNumpy(offsets), frame)
        rotations.Set(Vt.QuatfArray.FromNumpy(ordered[frame]), frame)
    return animation


def _define_shapes(
    stage: Usd.Stage,
    mesh: UsdGeom.Mesh,
    figure: SkinnedMesh,
    animation: UsdSkel.Animation,
    motion: Motion,
) -> None:
    """Define the shapes that move any point, of those points only, and how far each is played."""
    moved = np.abs(figure.morphs).max(axis=2, initial=0) > _LEAST_M  # (shapes, n)
    shapes = [Shape(index) for index in np.flatnonzero(moved.any(axis=1)).tolist()]
    if not shapes:
        return
    tokens = Vt.TokenArray([shape_name(shape) for shape in shapes])
    targets = []
    for shape in shapes:
        points = np.flatnonzero(moved[shape])
        target = UsdSkel.BlendShape.Define(stage, f"{mesh.GetPath()}/{shape_name(shape)}")
        offsets = np.ascontiguousarray(figure.morphs[shape, points], np.float32)
        target.CreateOffsetsAttr(Vt.Vec3fArray.FromNumpy(offsets))
        target.CreateNormalOffsetsAttr(Vt.Vec3fArray.FromNumpy(np.zeros_like(offsets)))
        target.CreatePointIndicesAttr(Vt.IntArray.FromNumpy(points.astype(np.int32)))
        targets.append(target.GetPath())
    skin = UsdSkel.BindingAPI(mesh.GetPrim())
    skin.CreateBlendShapesAttr(tokens)
    skin.CreateBlendShapeTargetsRel().SetTargets(targets)
    animation.CreateBlendShapesAttr(tokens)
    weights = animation.CreateBlendShapeWeightsAttr()
    played = np.ascontiguousarray(motion.face[:, shapes], np.float32)
    for frame in corners_of(played):
        weights.Set(Vt.FloatArray.FromNumpy(played[frame]), frame)


def _local_rest(rest_from_joints: NDArray[np.float32]) -> NDArray[np.float32]:
    local = rest_from_joints.copy()
    for joint, parent in enumerate(PARENTS):
        if parent >= 0:
            local[joint] = np.linalg.inv(rest_from_joints[parent]) @ rest_from_joints[joint]
    return local

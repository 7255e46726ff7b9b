"""A scene out as a USD layer, and the film as a stage that references its scenes.

A scene's layer counts its own frames from 0; the film references it with a layer offset, so the
composed stage reads in film frames and a longer line in one scene rewrites no other. Y up,
metres, one time code a frame. Focal lengths and apertures are in millimetres, as the lens and
the sensor have them.

Source: OpenUSD's UsdGeom, UsdSkel and UsdLux schemas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pxr import Gf, Sdf, Usd, UsdGeom, UsdLux, UsdSkel, Vt

from mstation.identity import prim_names
from mstation.previs.figures import figure_mesh
from mstation.previs.mesh import Mesh
from mstation.previs.props import prop_mesh, prop_transform
from mstation.previs.sets import set_parts
from mstation.shots.shot import Shot, ShotList, Take
from mstation.stage.layout import Layout, Lighting
from mstation.stage.performance import JOINTS, PARENTS, Body, Motion, Performance, Prop
from mstation.timebase import FrameRate


@dataclass(frozen=True, slots=True)
class SceneInFilm:
    """A scene's place in the film."""

    label: str
    first_frame: int
    frames: int
    shots: tuple[Shot, ...]


def joint_tokens() -> tuple[str, ...]:
    """Return the joints' full paths, parents first: `Hips`, `Hips/Spine`."""
    tokens: list[str] = []
    for joint, parent in zip(JOINTS, PARENTS, strict=True):
        tokens.append(joint if parent < 0 else f"{tokens[parent]}/{joint}")
    return tuple(tokens)


def write_scene(
    path: Path,
    shots: ShotList,
    layout: Layout,
    performance: Performance,
    motions: Sequence[Motion],
    takes: Sequence[Take],
    *,
    names: Mapping[str, str],
    rate: FrameRate,
) -> None:
    """Write one scene's layer to a `.usdc` file: its set, cast, props, lights and cameras.

    `names` gives each character's prim name by id.
    """
    stage = _new_stage(path, rate, performance.frames)
    root = UsdGeom.Xform.Define(stage, f"/scene_{shots.scene_label}")
    stage.SetDefaultPrim(root.GetPrim())
    base = str(root.GetPath())
    UsdGeom.Scope.Define(stage, f"{base}/set")
    for name, mesh in set_parts(layout):
        _define_mesh(stage, f"{base}/set/{name}", mesh)
    _define_lights(stage, f"{base}/lights", layout.lighting)
    _define_people(stage, base, performance, motions, names)
    _define_props(stage, f"{base}/props", performance, motions)
    UsdGeom.Scope.Define(stage, f"{base}/shots")
    for shot, take in zip(shots.shots, takes, strict=True):
        _define_shot(stage, f"{base}/shots/{shot_prim(shot)}", shot, take, names)
    stage.GetRootLayer().Save()


def write_film(path: Path, scenes: Sequence[SceneInFilm], *, title: str, rate: FrameRate) -> None:
    """Write the film's stage (`.usda`): each scene referenced at its first film frame.

    What names film frames is written here, as overs on the scenes' shots.
    """
    end = max((scene.first_frame + scene.frames for scene in scenes), default=1)
    stage = _new_stage(path, rate, end)
    film = UsdGeom.Xform.Define(stage, "/Film")
    stage.SetDefaultPrim(film.GetPrim())
    film.GetPrim().CreateAttribute("mstation:title", Sdf.ValueTypeNames.String).Set(title)
    for scene in scenes:
        prim = UsdGeom.Xform.Define(stage, f"/Film/scene_{scene.label}")
        _show_between(prim, scene.first_frame, scene.first_frame + scene.frames, end)
        for shot in scene.shots:
            over = stage.OverridePrim(f"{prim.GetPath()}/shots/{shot_prim(shot)}")
            for name, frame in (("firstFrame", shot.first_frame), ("endFrame", shot.end_frame)):
                attribute = over.CreateAttribute(f"mstation:{name}", Sdf.ValueTypeNames.Int)
                attribute.Set(scene.first_frame + frame)
    stage.GetRootLayer().Save()
    del stage
    _reference_scenes(path, scenes)


def _reference_scenes(path: Path, scenes: Sequence[SceneInFilm]) -> None:
    # On the layer, not on its stage: a stage would open the scenes, which are elsewhere as yet.
    layer = Sdf.Layer.FindOrOpen(str(path))
    for scene in scenes:
        offset = Sdf.LayerOffset(scene.first_frame)
        reference = Sdf.Reference(f"./scenes/{scene.label}.usdc", layerOffset=offset)
        layer.GetPrimAtPath(f"/Film/scene_{scene.label}").referenceList.Prepend(reference)
    layer.Save()


def shot_prim(shot: Shot) -> str:
    """Return a shot's prim name: `s003` for 012-003."""
    return f"s{shot.label.rpartition('-')[2]}"


def _new_stage(path: Path, rate: FrameRate, frames: int) -> Usd.Stage:
    stage = Usd.Stage.CreateNew(str(path))
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.y)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    fps = float(rate.fraction)
    stage.SetTimeCodesPerSecond(fps)
    stage.SetFramesPerSecond(fps)
    stage.SetStartTimeCode(0)
    stage.SetEndTimeCode(max(frames - 1, 0))
    return stage


def _show_between(prim: UsdGeom.Imageable, first: int, end: int, total: int) -> None:
    visibility = prim.CreateVisibilityAttr()
    if first > 0:
        visibility.Set(UsdGeom.Tokens.invisible, 0)
    visibility.Set(UsdGeom.Tokens.inherited, first)
    if end < total:
        visibility.Set(UsdGeom.Tokens.invisible, end)


def _define_mesh(stage: Usd.Stage, path: str, mesh: Mesh) -> UsdGeom.Mesh:
    prim = UsdGeom.Mesh.Define(stage, path)
    points = np.ascontiguousarray(mesh.points, np.float32)
    prim.CreatePointsAttr(Vt.Vec3fArray.FromNumpy(points))
    corners = np.ascontiguousarray(mesh.triangles.ravel(), np.int32)
    prim.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(corners))
    counts = np.full(len(mesh.triangles), 3, np.int32)
    prim.CreateFaceVertexCountsAttr(Vt.IntArray.FromNumpy(counts))
    prim.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
    normals = np.ascontiguousarray(mesh.normals, np.float32)
    prim.CreateNormalsAttr(Vt.Vec3fArray.FromNumpy(normals))
    prim.SetNormalsInterpolation(UsdGeom.Tokens.vertex)
    colour = prim.CreateDisplayColorPrimvar(UsdGeom.Tokens.uniform)
    colour.Set(Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(mesh.colours, np.float32)))
    prim.CreateExtentAttr(_extent(points))
    return prim


def _extent(points: NDArray[np.float32]) -> Vt.Vec3fArray:
    return Vt.Vec3fArray.FromNumpy(np.stack([points.min(axis=0), points.max(axis=0)]))


def _define_people(
    stage: Usd.Stage,
    base: str,
    performance: Performance,
    motions: Sequence[Motion],
    names: Mapping[str, str],
) -> None:
    """Define the cast, and apart from it the background."""
    UsdGeom.Scope.Define(stage, f"{base}/cast")
    bodies = {body.character_id: body for body in performance.bodies}
    extras = {body.character_id: body for body in performance.extras}
    if extras:
        UsdGeom.Scope.Define(stage, f"{base}/crowd")
    called = prim_names(extra.name for extra in performance.extras)
    places = {who: f"{base}/crowd/{name}" for who, name in zip(extras, called, strict=True)}
    places |= {who: f"{base}/cast/{names[who]}" for who in bodies}
    people = bodies | extras
    for motion in motions:
        who = motion.character_id
        _define_person(stage, places[who], people[who], motion)


def _define_person(stage: Usd.Stage, path: str, body: Body, motion: Motion) -> None:
    root = UsdSkel.Root.Define(stage, path)
    prim = root.GetPrim()
    prim.CreateAttribute("mstation:name", Sdf.ValueTypeNames.String).Set(body.name)
    prim.CreateAttribute("mstation:stature", Sdf.ValueTypeNames.Float).Set(body.stature_m)
    _show_when_present(root, motion.present)
    figure = figure_mesh(body, motion.offsets)
    skeleton = UsdSkel.Skeleton.Define(stage, f"{path}/Skeleton")
    tokens = Vt.TokenArray(joint_tokens())
    skeleton.CreateJointsAttr(tokens)
    skeleton.CreateBindTransformsAttr(_matrices(figure.rest_from_joints))
    skeleton.CreateRestTransformsAttr(_matrices(_local_rest(figure.rest_from_joints)))
    _define_animation(stage, f"{path}/Animation", motion, tokens)
    binding = UsdSkel.BindingAPI.Apply(skeleton.GetPrim())
    binding.CreateAnimationSourceRel().SetTargets([Sdf.Path(f"{path}/Animation")])
    mesh = _define_mesh(stage, f"{path}/Body", figure.mesh)
    skin = UsdSkel.BindingAPI.Apply(mesh.GetPrim())
    skin.CreateSkeletonRel().SetTargets([skeleton.GetPath()])
    indices = np.ascontiguousarray(figure.joints.ravel(), np.int32)
    weights = np.ascontiguousarray(figure.weights.ravel(), np.float32)
    skin.CreateJointIndicesPrimvar(False, 4).Set(Vt.IntArray.FromNumpy(indices))
    skin.CreateJointWeightsPrimvar(False, 4).Set(Vt.FloatArray.FromNumpy(weights))
    skin.CreateGeomBindTransformAttr(Gf.Matrix4d(1.0))
    reach = body.stature_m
    hips = motion.positions
    box = np.stack([hips.min(axis=0) - reach, hips.max(axis=0) + reach])
    root.CreateExtentAttr(Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(box, np.float32)))


def _show_when_present(root: UsdGeom.Imageable, present: NDArray[np.bool_]) -> None:
    visibility = root.CreateVisibilityAttr()
    changes = [0, *(np.flatnonzero(np.diff(present)) + 1).tolist()]
    for frame in changes:
        word = UsdGeom.Tokens.inherited if present[frame] else UsdGeom.Tokens.invisible
        visibility.Set(word, frame)


def _define_animation(stage: Usd.Stage, path: str, motion: Motion, tokens: Vt.TokenArray) -> None:
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


def _matrices(matrices: NDArray[np.float32]) -> Vt.Matrix4dArray:
    # USD's matrices act on row vectors.
    rows = np.ascontiguousarray(np.swapaxes(matrices, -1, -2), np.float64)
    return Vt.Matrix4dArray.FromNumpy(rows)


def _local_rest(rest_from_joints: NDArray[np.float32]) -> NDArray[np.float32]:
    local = rest_from_joints.copy()
    for joint, parent in enumerate(PARENTS):
        if parent >= 0:
            local[joint] = np.linalg.inv(rest_from_joints[parent]) @ rest_from_joints[joint]
    return local


def _define_props(
    stage: Usd.Stage, path: str, performance: Performance, motions: Sequence[Motion]
) -> None:
    """Define every thing once, however often it changes hands."""
    UsdGeom.Scope.Define(stage, path)
    things: dict[Prop, list[Prop]] = {}
    for prop in performance.props:
        things.setdefault(_thing(prop), []).append(prop)
    names = prim_names(thing.name for thing in things)
    for name, (thing, stretches) in zip(names, things.items(), strict=True):
        prim = _define_mesh(stage, f"{path}/{name}", prop_mesh(thing))
        prim.GetPrim().CreateAttribute("mstation:name", Sdf.ValueTypeNames.String).Set(thing.name)
        _lay_thing(prim, stretches, motions, performance.frames)


def _thing(prop: Prop) -> Prop:
    """Return what stays the same of a thing in all its stretches."""
    return replace(
        prop,
        position=(0.0, 0.0, 0.0),
        yaw_rad=0.0,
        beat_id="",
        holder_id="",
        first_frame=0,
        end_frame=0,
    )


def _lay_thing(
    prim: UsdGeom.Mesh, stretches: Sequence[Prop], motions: Sequence[Motion], frames: int
) -> None:
    """Put a thing where each stretch has it; it is unseen between them."""
    present = np.zeros(frames, np.bool_)
    places = np.tile(np.eye(4, dtype=np.float32), (frames, 1, 1))
    for prop in stretches:
        end = min(frames, prop.end_frame or frames)  # without an end it stays
        for frame in range(prop.first_frame, end):
            places[frame] = prop_transform(prop, motions, frame)
        present[prop.first_frame : end] = True
    _show_when_present(prim, present)
    transform = prim.AddTransformOp()
    matrices = _matrices(places)
    for frame in _corners(places):
        transform.Set(matrices[frame], frame)


def _corners(places: NDArray[np.float32]) -> list[int]:
    """Return the frames that hold a curve, what lies still between two of them left out."""
    turns = np.any(places[1:] != places[:-1], axis=(1, 2))
    return np.flatnonzero(np.append(True, turns) | np.append(turns, False)).tolist()


def _define_lights(stage: Usd.Stage, path: str, lighting: Lighting) -> None:
    UsdGeom.Scope.Define(stage, path)
    sun = UsdLux.DistantLight.Define(stage, f"{path}/sun")
    strength = max(lighting.sun_colour) or 1.0
    sun.CreateIntensityAttr(strength)
    sun.CreateColorAttr(Gf.Vec3f(*(channel / strength for channel in lighting.sun_colour)))
    turn = Gf.Rotation(Gf.Vec3d(0, 0, 1), Gf.Vec3d(*lighting.towards_sun))
    sun.AddTransformOp().Set(Gf.Matrix4d(turn, Gf.Vec3d(0.0)))
    for index, lamp in enumerate(lighting.lamps):
        light = UsdLux.SphereLight.Define(stage, f"{path}/lamp_{index + 1}")
        light.CreateRadiusAttr(0.05)
        light.CreateIntensityAttr(lamp.intensity)
        light.CreateColorAttr(Gf.Vec3f(*lamp.colour))
        light.CreateExtentAttr(UsdGeom.Boundable.ComputeExtentFromPlugins(light, 0))
        UsdGeom.Xformable(light).AddTranslateOp().Set(Gf.Vec3d(*lamp.position))


def _define_shot(
    stage: Usd.Stage, path: str, shot: Shot, take: Take, names: Mapping[str, str]
) -> None:
    prim = UsdGeom.Xform.Define(stage, path).GetPrim()
    string, strings = Sdf.ValueTypeNames.String, Sdf.ValueTypeNames.StringArray
    for name in ("id", "role", "size", "angle", "move", "direction"):
        prim.CreateAttribute(f"mstation:{name}", string).Set(str(getattr(shot, name)))
    for name, ids in (("subjects", shot.subjects), ("axis", shot.axis)):
        prim.CreateAttribute(f"mstation:{name}", strings).Set([names[each] for each in ids])
    prim.CreateAttribute("mstation:declared", strings).Set(list(shot.declared))
    prim.CreateAttribute("mstation:shake", Sdf.ValueTypeNames.Float).Set(shot.shake_deg)
    _define_camera(stage, f"{path}/camera", shot, take)


def _define_camera(stage: Usd.Stage, path: str, shot: Shot, take: Take) -> None:
    camera = UsdGeom.Camera.Define(stage, path)
    camera.CreateHorizontalApertureAttr(take.sheet.sensor.width_mm)
    camera.CreateVerticalApertureAttr(take.sheet.sensor.height_mm)
    camera.CreateClippingRangeAttr(Gf.Vec2f(0.1, 1000.0))
    focal_length, transform = camera.CreateFocalLengthAttr(), camera.AddTransformOp()
    matrices = _matrices(take.world_from_camera)
    lasting = np.all(take.world_from_camera == take.world_from_camera[0])
    zoomless = np.all(take.focal_length_mm == take.focal_length_mm[0])
    for index, matrix in enumerate(matrices):
        if index == 0 or not lasting:
            transform.Set(matrix, shot.first_frame + index)
        if index == 0 or not zoomless:
            focal_length.Set(float(take.focal_length_mm[index]), shot.first_frame + index)

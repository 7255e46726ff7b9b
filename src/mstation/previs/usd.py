"""A scene out as a USD layer, and the film as a stage that references its scenes.

A scene's layer counts its own frames from 0; the film references it with a layer offset, so the
composed stage reads in film frames and a longer line in one scene rewrites no other. Y up,
metres, one time code a frame. Focal lengths and apertures are in tenths of a scene unit, which is
a metre: 50 mm are 0.5.

Source: OpenUSD's UsdGeom schemas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pxr import Gf, Sdf, Usd, UsdGeom

from mstation.identity import prim_names
from mstation.previs.glass import set_glass
from mstation.previs.laid_things import laid_things, places_of
from mstation.previs.mesh import join
from mstation.previs.props import prop_glass, prop_mesh
from mstation.previs.sets import set_parts
from mstation.previs.usd_curves import corners_of, matrices, show_when_present
from mstation.previs.usd_lights import define_lights
from mstation.previs.usd_mesh import define_glass, define_looks, define_mesh, define_thing
from mstation.previs.usd_people import define_person
from mstation.previs.wording import language_of
from mstation.screenplay.script import Language
from mstation.shots.shot import Shot, ShotList, Take
from mstation.stage.layout import Layout
from mstation.stage.performance import Motion, Performance, Prop
from mstation.stage.piece_names import piece_text
from mstation.timebase import FrameRate

MM_PER_UNIT = 100.0  # a tenth of a metre


@dataclass(frozen=True, slots=True)
class SceneInFilm:
    """A scene's place in the film."""

    label: str
    first_frame: int
    frames: int
    shots: tuple[Shot, ...]


def write_scene(
    path: Path,
    shots: ShotList,
    layout: Layout,
    performance: Performance,
    motions: Sequence[Motion],
    takes: Sequence[Take],
    *,
    names: Mapping[str, str],
    language: Language,
    rate: FrameRate,
) -> None:
    """Write one scene's layer to a `.usdc` file: its set, cast, props, lights and cameras.

    `names` gives each character's prim name by id; pieces are called as the film's language does.
    """
    stage, base = _new_scene(path, shots.scene_label, layout, rate, performance.frames, language)
    _define_people(stage, base, performance, motions, names)
    _define_props(stage, base, performance.props, motions, performance.frames)
    UsdGeom.Scope.Define(stage, f"{base}/shots")
    for shot, take in zip(shots.shots, takes, strict=True):
        _define_shot(stage, f"{base}/shots/{shot_prim(shot)}", shot, take, names)
    stage.GetRootLayer().Save()


def write_take(path: Path, layout: Layout, take: Take, *, label: str, rate: FrameRate) -> None:
    """Write one take alone to a `.usdc` file, its frames counted from its own start."""
    scene, _, number = label.rpartition("-")
    frames = len(take.focal_length_mm)
    language = language_of(layout.set_key)
    stage, base = _new_scene(path, scene, layout, rate, frames, language)
    bodies = {body.character_id: body for body in take.sheet.bodies}
    called = prim_names(bodies[motion.character_id].name for motion in take.motions)
    UsdGeom.Scope.Define(stage, f"{base}/cast")
    for name, motion in zip(called, take.motions, strict=True):
        body = bodies[motion.character_id]
        define_person(stage, f"{base}/cast/{name}", body, motion, looks=f"{base}/looks")
    _define_props(stage, base, take.sheet.props, take.motions, frames)
    UsdGeom.Scope.Define(stage, f"{base}/shots")
    UsdGeom.Xform.Define(stage, f"{base}/shots/s{number}")
    _define_camera(stage, f"{base}/shots/s{number}/camera", 0, take)
    stage.GetRootLayer().Save()


def _new_scene(
    path: Path, label: str, layout: Layout, rate: FrameRate, frames: int, language: Language
) -> tuple[Usd.Stage, str]:
    """Return a layer with a scene's set and lights, and where its prims are."""
    stage = _new_stage(path, rate, frames)
    root = UsdGeom.Xform.Define(stage, f"/scene_{label}")
    stage.SetDefaultPrim(root.GetPrim())
    base = str(root.GetPath())
    define_looks(stage, f"{base}/looks")
    _define_set(stage, base, layout, language)
    define_lights(stage, f"{base}/lights", layout)
    return stage, base


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


def _define_set(stage: Usd.Stage, base: str, layout: Layout, language: Language) -> None:
    prim = UsdGeom.Scope.Define(stage, f"{base}/set").GetPrim()
    prim.CreateAttribute("mstation:kind", Sdf.ValueTypeNames.String).Set(layout.kind)
    prim.CreateAttribute("mstation:interior", Sdf.ValueTypeNames.Bool).Set(layout.is_interior)
    parts = set_parts(layout)
    first = len(parts) - len(layout.pieces)  # the pieces come last, in their order
    for index, (called, mesh) in enumerate(parts):
        part = define_mesh(stage, f"{base}/set/{called}", mesh, looks=f"{base}/looks").GetPrim()
        if index >= first:
            piece = layout.pieces[index - first]
            name = part.CreateAttribute("mstation:name", Sdf.ValueTypeNames.String)
            name.Set(piece_text(piece.kind, language))
            part.CreateAttribute("mstation:kind", Sdf.ValueTypeNames.String).Set(piece.kind)
    panes = join(set_glass(layout))
    if len(panes.triangles):
        define_glass(stage, f"{base}/set/glass", panes, looks=f"{base}/looks")


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
        define_person(stage, places[who], people[who], motion, looks=f"{base}/looks")


def _define_props(
    stage: Usd.Stage, base: str, props: Sequence[Prop], motions: Sequence[Motion], frames: int
) -> None:
    """Put every thing where each stretch has it; it is unseen between them."""
    UsdGeom.Scope.Define(stage, f"{base}/props")
    for laid in laid_things(props):
        path = f"{base}/props/{laid.name}"
        mesh, glass = prop_mesh(laid.thing, has_glass=False), prop_glass(laid.thing)
        prim = define_thing(stage, path, mesh, glass, looks=f"{base}/looks")
        name = prim.GetPrim().CreateAttribute("mstation:name", Sdf.ValueTypeNames.String)
        name.Set(laid.thing.name)
        places, present = places_of(laid, motions, frames)
        show_when_present(prim, present)
        transform = prim.AddTransformOp()
        rows = matrices(places)
        for frame in corners_of(places):
            transform.Set(rows[frame], frame)


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
    _define_camera(stage, f"{path}/camera", shot.first_frame, take)


def _define_camera(stage: Usd.Stage, path: str, first_frame: int, take: Take) -> None:
    camera = UsdGeom.Camera.Define(stage, path)
    camera.CreateHorizontalApertureAttr(take.sheet.sensor.width_mm / MM_PER_UNIT)
    camera.CreateVerticalApertureAttr(take.sheet.sensor.height_mm / MM_PER_UNIT)
    camera.CreateClippingRangeAttr(Gf.Vec2f(0.1, 1000.0))
    focal_length, transform = camera.CreateFocalLengthAttr(), camera.AddTransformOp()
    rows = matrices(take.world_from_camera)
    lasting = np.all(take.world_from_camera == take.world_from_camera[0])
    zoomless = np.all(take.focal_length_mm == take.focal_length_mm[0])
    for index, matrix in enumerate(rows):
        if index == 0 or not lasting:
            transform.Set(matrix, first_frame + index)
        if index == 0 or not zoomless:
            tenths = float(take.focal_length_mm[index]) / MM_PER_UNIT
            focal_length.Set(tenths, first_frame + index)

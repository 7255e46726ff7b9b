"""A scene's USD layer in, a Blender scene in good order out. Runs inside Blender.

Blender's reader makes meshes, armatures, shape keys and surfaces. Here its empties are cleared
away, everything is put into collections by what it is, and what moves or comes and goes is keyed.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

LEAST_VERSION = (5, 0, 0)
# Blender has Z up: its Y is our −Z.
BLENDER_FROM_OURS = np.array(
    [[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, -1.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
)
_SUFFIX = re.compile(r"\.\d{3,}$")  # Blender's for a second thing of one name; USD has no dots
Said = dict[str, Any]


def read_scene(cues: Said) -> tuple[Any, dict[str, Any]]:
    """Return a new Blender scene and its objects by their USD path below the scene."""
    if bpy.app.version < LEAST_VERSION:
        raise SystemExit(f"Blender {bpy.app.version_string} is too old: 5.0 or newer is needed")
    scene = bpy.data.scenes.new(cues["label"])
    bpy.context.window.scene = scene
    bpy.ops.wm.usd_import(
        filepath=cues["layer"],
        import_visible_only=False,
        set_frame_range=False,
        import_cameras=False,  # the cues have them
        import_lights=False,
        create_world_material=False,
    )
    placed = _unparent({_path(each): each for each in scene.objects})
    _collect(scene, placed)
    rate = cues["rate"]
    scene.render.fps, scene.render.fps_base = -(-rate[0] // rate[1]), 1.0
    scene.render.fps_base = scene.render.fps * rate[1] / rate[0]
    scene.frame_start, scene.frame_end = 0, max(cues["frames"] - 1, 0)
    _lay_things(placed, cues)
    _show(placed, cues)
    return scene, placed


def blender_matrix(row: list[float]) -> Any:
    """Return sixteen numbers of ours as a matrix of Blender's world; the object keeps its axes."""
    return Matrix((BLENDER_FROM_OURS @ np.array(row).reshape(4, 4)).tolist())


def key_curve(
    target: Any, path: str, frames: np.ndarray[Any, Any], values: np.ndarray[Any, Any], kind: str
) -> None:
    """Key a property of an object or its data: values (frames, n); `kind` joins the keys."""
    holder = target.animation_data or target.animation_data_create()
    if holder.action is None:
        holder.action = bpy.data.actions.new(target.name)
    for index in range(values.shape[1]):
        curve = holder.action.fcurve_ensure_for_datablock(target, path, index=index)
        curve.keyframe_points.add(len(frames))
        pairs = np.column_stack([frames, values[:, index]]).astype(np.float32)
        curve.keyframe_points.foreach_set("co", pairs.ravel())
        for point in curve.keyframe_points:
            point.interpolation = kind
        curve.update()


def key_places(target: Any, rows: list[list[float]], first_frame: int) -> None:
    """Key where an object is, a row a frame; one row only places it."""
    target.rotation_mode = "QUATERNION"
    target.parent = None
    target.matrix_world = blender_matrix(rows[0])
    if len(rows) < 2:
        return
    frames = np.arange(first_frame, first_frame + len(rows))
    matrices = [blender_matrix(row) for row in rows]
    turns = [matrix.to_quaternion() for matrix in matrices]
    for before, turn in pairwise(turns):
        turn.make_compatible(before)
    places = np.array([matrix.to_translation() for matrix in matrices])
    key_curve(target, "location", frames, places, "LINEAR")
    key_curve(target, "rotation_quaternion", frames, np.array(turns), "LINEAR")


def _path(target: Any) -> str:
    names = []
    while target is not None:
        names.append(_SUFFIX.sub("", target.name))
        target = target.parent
    return "/".join(reversed(names[:-1]))  # the scene's own prim left out


def _unparent(placed: dict[str, Any]) -> dict[str, Any]:
    """Return what is no empty, kept where it is without the empties that held it."""
    bpy.context.view_layer.update()
    kept = {path: each for path, each in placed.items() if each.type != "EMPTY"}
    worlds = {path: each.matrix_world.copy() for path, each in kept.items()}
    for path, each in kept.items():
        skeleton = path.rpartition("/")[0] + "/Skeleton"
        for constraint in list(each.constraints):
            each.constraints.remove(constraint)
        each.parent = kept.get(skeleton) if each.type == "MESH" else None
        if each.parent is not None:
            each.matrix_parent_inverse = worlds[skeleton].inverted()
        each.matrix_world = worlds[path]
    for path in placed.keys() - kept.keys():
        bpy.data.objects.remove(placed[path])
    return kept


def _collect(scene: Any, placed: dict[str, Any]) -> None:
    """Put everything into the collections `set`, `cast`, `crowd` and `props` of its scene."""
    for path, each in placed.items():
        kind, _, name = path.partition("/")
        _move(each, collection_of(scene, kind))
        if name.endswith("/Skeleton"):
            person = name.partition("/")[0]
            each.name = each.data.name = person
            each.show_in_front = True
            if each.animation_data and each.animation_data.action:
                each.animation_data.action.name = f"{scene.name} {person}"
        elif name.endswith("/Body"):
            each.name = each.data.name = f"{name.partition('/')[0]} body"


def collection_of(scene: Any, kind: str) -> Any:
    """Return a scene's collection of a kind, made if need be."""
    name = f"{scene.name} {kind}"
    made = bpy.data.collections.get(name)
    if made is None:
        made = bpy.data.collections.new(name)
        scene.collection.children.link(made)
    return made


def _move(each: Any, collection: Any) -> None:
    for holder in list(each.users_collection):
        holder.objects.unlink(each)
    collection.objects.link(each)


def _lay_things(placed: dict[str, Any], cues: Said) -> None:
    for path, rows in cues["things"].items():
        key_places(placed[path], rows, 0)


def _show(placed: dict[str, Any], cues: Said) -> None:
    """Key who and what is seen when."""
    for path, stretches in cues["seen"].items():
        parts = [each for name, each in placed.items() if f"{name}/".startswith(f"{path}/")]
        for each in parts:
            _key_seen(each, stretches, cues["frames"])


def _key_seen(each: Any, stretches: list[list[int]], frames: int) -> None:
    hidden = np.ones(frames, bool)
    for start, end in stretches:
        hidden[start:end] = False
    turns = np.append(0, np.flatnonzero(np.diff(hidden)) + 1)
    if len(turns) == 1:
        each.hide_render = each.hide_viewport = bool(hidden[0])
        return
    values = hidden[turns].astype(float)[:, None]
    for name in ("hide_render", "hide_viewport"):
        key_curve(each, name, turns, values, "CONSTANT")

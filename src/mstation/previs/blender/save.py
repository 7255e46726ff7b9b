"""A film's cues in, one `.blend` out: a Blender scene a scene. Runs inside Blender."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bpy

from mstation.previs.blender.cameras import add_cameras
from mstation.previs.blender.looks import dress
from mstation.previs.blender.scene_in import Said, read_scene

_SAMPLES = 128


def main(words: list[str]) -> None:
    """Read the JSON named first and save the `.blend` named second."""
    said = json.loads(Path(words[0]).read_text(encoding="utf-8"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    empty = bpy.context.scene
    scenes = [open_scene(cues, said["width"], said["height"]) for cues in said["scenes"]]
    bpy.data.scenes.remove(empty)
    if len(scenes) > 1:
        _cut(scenes, said)
    bpy.context.window.scene = bpy.data.scenes["Film"] if len(scenes) > 1 else scenes[0]
    bpy.data.orphans_purge()
    bpy.ops.wm.save_as_mainfile(filepath=words[1], compress=True)


def open_scene(cues: Said, width: int, height: int) -> Any:
    """Return one scene, ready to be played and rendered."""
    scene, placed = read_scene(cues)
    add_cameras(scene, cues["shots"])
    dress(scene, placed, cues)
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.render.engine = "CYCLES"
    scene.cycles.samples = _SAMPLES
    scene.frame_set(0)
    return scene


def _cut(scenes: list[Any], said: Said) -> None:
    """Add a scene in which all the others play one after another, as in the film."""
    film = bpy.data.scenes.new("Film")
    first, last = said["scenes"][0], said["scenes"][-1]
    film.render.fps, film.render.fps_base = scenes[0].render.fps, scenes[0].render.fps_base
    film.render.resolution_x, film.render.resolution_y = said["width"], said["height"]
    film.frame_start = first["film_first_frame"]
    film.frame_end = max(last["film_first_frame"] + last["frames"] - 1, 0)
    strips = film.sequence_editor_create().strips
    for scene, cues in zip(scenes, said["scenes"], strict=True):
        strips.new_scene(cues["label"], scene, channel=1, frame_start=cues["film_first_frame"])

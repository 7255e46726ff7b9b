"""One take's cues in, pictures by Cycles out. Runs inside Blender."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bpy

from mstation.previs.blender.save import open_scene


def main(words: list[str]) -> None:
    """Read the JSON named first and write PNG files into the folder named second."""
    said = json.loads(Path(words[0]).read_text(encoding="utf-8"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = open_scene(said["scenes"][0], said["width"], said["height"])
    denoises = _set_cycles(scene, said["samples"])
    for frame in said["frames"]:
        scene.frame_set(frame)
        scene.render.filepath = str(Path(words[1]) / f"{frame:05d}.png")
        bpy.ops.render.render(write_still=True, scene=scene.name)
    made_by = {"blender": bpy.app.version_string, "denoised": denoises}
    (Path(words[1]) / "made.json").write_text(json.dumps(made_by), encoding="utf-8")


def _set_cycles(scene: Any, samples: int) -> bool:
    """Set the path tracer, the same for the same picture; return whether it denoises."""
    cycles = scene.cycles
    cycles.device, cycles.samples, cycles.seed = "CPU", samples, 0
    cycles.use_adaptive_sampling = False
    cycles.max_bounces, cycles.diffuse_bounces, cycles.transparent_max_bounces = 6, 4, 16
    try:
        cycles.denoiser = "OPENIMAGEDENOISE"
        cycles.use_denoising = True
    except TypeError:  # Blender's word for a choice that this build of it does not have
        cycles.use_denoising = False
    image = scene.render.image_settings
    image.file_format, image.color_mode, image.color_depth = "PNG", "RGB", "8"
    return bool(cycles.use_denoising)

"""What Blender says of a file that it opened, as arrays. Runs inside Blender."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import bpy
import numpy as np


def main(words: list[str]) -> None:
    """Open or import the file named first; write what is in it to the two files named next."""
    source = Path(words[0])
    match source.suffix:
        case ".blend":
            bpy.ops.wm.open_mainfile(filepath=str(source))
        case ".glb":
            bpy.ops.wm.read_factory_settings(use_empty=True)
            bpy.context.scene.render.fps = 24
            bpy.ops.import_scene.gltf(filepath=str(source), bone_heuristic="BLENDER")
        case _:
            bpy.ops.wm.read_factory_settings(use_empty=True)
            bpy.ops.wm.usd_import(filepath=str(source))
    arrays, facts = {}, {}
    frames = range(int(words[3]))
    for scene in list(bpy.data.scenes):
        bpy.context.window.scene = scene
        facts[scene.name] = _facts(scene)
        for name, values in _curves(scene, frames).items():
            arrays[f"{scene.name}|{name}"] = np.array(values)
    np.savez(words[1], **arrays)
    Path(words[2]).write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")


def _curves(scene, frames):
    out = {}
    for frame in frames:
        scene.frame_set(frame)
        graph = bpy.context.evaluated_depsgraph_get()
        for each in scene.objects:
            now = each.evaluated_get(graph)
            world = np.array(now.matrix_world)
            if each.type == "CAMERA":
                lens = [each.data.lens, each.data.sensor_width, each.data.sensor_height]
                out.setdefault(f"camera {each.name}", []).append(world)
                out.setdefault(f"lens {each.name}", []).append(lens)
            elif each.type == "ARMATURE":
                for bone in now.pose.bones:
                    place = world @ np.array(bone.matrix)
                    out.setdefault(f"joint {each.name} {bone.name}", []).append(place)
                out.setdefault(f"hidden {each.name}", []).append([float(each.hide_render)])
            elif each.type == "MESH" and each.data.shape_keys:
                for key in each.data.shape_keys.key_blocks:
                    out.setdefault(f"shape {each.name} {key.name}", []).append([key.value])
    return out


def _facts(scene):
    return {
        "range": [scene.frame_start, scene.frame_end],
        "fps": scene.render.fps / scene.render.fps_base,
        "size": [scene.render.resolution_x, scene.render.resolution_y],
        "markers": {m.name: [m.frame, m.camera and m.camera.name] for m in scene.timeline_markers},
        "objects": {each.name: each.type for each in scene.objects},
        "collections": {
            child.name: sorted(each.name for each in child.objects)
            for child in scene.collection.children
        },
        "surfaces": {
            each.name: sorted(
                node.attribute_name
                for slot in each.material_slots
                for node in slot.material.node_tree.nodes
                if node.type == "ATTRIBUTE"
            )
            for each in scene.objects
            if each.type == "MESH"
        },
        "opacities": {
            each.name: sorted(_opacity(slot.material) for slot in each.material_slots)
            for each in scene.objects
            if each.type == "MESH"
        },
        "caches": sorted(c.type for each in scene.objects for c in each.constraints),
    }


def _opacity(material):
    """Return how opaque a surface is, whatever the colours of its points say."""
    (surface,) = (n for n in material.node_tree.nodes if n.type == "BSDF_PRINCIPLED")
    alpha = surface.inputs["Alpha"]
    if alpha.is_linked:  # the factor that a point's own share is multiplied by
        (alpha,) = (i for i in alpha.links[0].from_node.inputs if i.enabled and not i.is_linked)
    return round(alpha.default_value, 4)


main(sys.argv[sys.argv.index("--") + 1 :])

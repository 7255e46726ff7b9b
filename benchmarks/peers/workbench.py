"""Prints the seconds a frame takes in Blender's Workbench, as JSON: one number a frame.

    python benchmarks/peers/workbench.py scene.npz picture.png     # a Python that has bpy

`scene.npz` holds points (n, 3), triangles (m, 3), colours (m, 3) linear, world_from_camera
(frames, 4, 4), focal_length_mm (frames,), sensor_width_mm and size (width, height). Workbench
stands at its defaults, which have no shadows, but for the mesh's colours and FXAA, its fastest
anti-aliasing; the render call alone is timed, with the mesh standing still. The last frame is kept
as a picture.
"""

from __future__ import annotations

import json
import sys
import time

import bpy
import numpy as np
from mathutils import Matrix

file, picture = sys.argv[1:3]
stored = np.load(file)
bpy.ops.wm.read_factory_settings(use_empty=True)
scene = bpy.context.scene
mesh = bpy.data.meshes.new("film")
mesh.from_pydata(stored["points"].tolist(), [], stored["triangles"].tolist())
colours = mesh.color_attributes.new("colour", "FLOAT_COLOR", "CORNER")
corners = np.concatenate([np.repeat(stored["colours"], 3, axis=0),
                          np.ones((3 * len(stored["colours"]), 1))], axis=1)  # fmt: skip
colours.data.foreach_set("color", corners.astype(np.float32).reshape(-1))
scene.collection.objects.link(bpy.data.objects.new("film", mesh))
lens = bpy.data.cameras.new("lens")
lens.sensor_width = float(stored["sensor_width_mm"])
camera = bpy.data.objects.new("camera", lens)
scene.collection.objects.link(camera)
scene.camera = camera
scene.render.engine = "BLENDER_WORKBENCH"
scene.render.resolution_x, scene.render.resolution_y = (int(each) for each in stored["size"])
scene.display.shading.color_type = "VERTEX"
scene.display.render_aa = "FXAA"
seconds = []
for place, focal_mm in zip(stored["world_from_camera"], stored["focal_length_mm"], strict=True):
    camera.matrix_world = Matrix(place.tolist())
    lens.lens = float(focal_mm)
    started = time.perf_counter()
    bpy.ops.render.render()
    seconds.append(time.perf_counter() - started)
bpy.data.images["Render Result"].save_render(picture)
sys.stdout.write("\n" + json.dumps(seconds) + "\n")

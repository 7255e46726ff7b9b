"""Shots in, cameras out: each keyed over its own frames and bound to the timeline. In Blender."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from mstation.previs.blender.scene_in import Said, collection_of, key_curve, key_places


def add_cameras(scene: Any, shots: list[Said]) -> None:
    """Add a camera a shot, and a marker that cuts to it."""
    for shot in shots:
        data = bpy.data.cameras.new(shot["label"])
        data.sensor_fit = "HORIZONTAL"
        data.sensor_width, data.sensor_height = shot["sensor_mm"]
        data.lens = shot["focal_mm"][0]
        data.clip_start, data.clip_end = 0.1, 1000.0
        camera = bpy.data.objects.new(shot["label"], data)
        collection_of(scene, "shots").objects.link(camera)
        first = shot["first_frame"]
        key_places(camera, shot["world_from_camera"], first)
        focal_mm = np.array(shot["focal_mm"])
        if np.ptp(focal_mm) > 0:
            frames = np.arange(first, first + len(focal_mm))
            key_curve(data, "lens", frames, focal_mm[:, None], "LINEAR")
        marker = scene.timeline_markers.new(shot["label"], frame=first)
        marker.camera = camera
    if shots:
        scene.camera = bpy.data.objects[scene.timeline_markers[0].camera.name]

"""The camera's path, as other tools read it: RealEstate10K, OpenCV matrices, JSON."""

from __future__ import annotations

import json

import numpy as np
from numpy.typing import NDArray

from mstation.previs.passes.order import Delivery, Json, Order
from mstation.shots.shot import Take
from mstation.stage.layout import Layout

Matrices = NDArray[np.float64]

TITLE = "mstation.passes/1"  # the text's first line, where RealEstate10K has an address
# Ours looks along −Z with Y up; OpenCV's along +Z with Y down.
_OPENCV = np.diag([1.0, -1.0, -1.0, 1.0])


def camera_pass(layout: Layout, take: Take, order: Order) -> Delivery:
    """Return a shot's camera: `camera.txt`, `camera.c2w.npy`, `camera.intrinsics.npy`, JSON."""
    names = ("camera.txt", "camera.c2w.npy", "camera.intrinsics.npy", "camera.json")
    files = {name: order.folder / name for name in names}
    poses, lens = world_from_cameras(take), intrinsics(take, order.width, order.height)
    files["camera.txt"].write_text(realestate(poses, lens, order), encoding="ascii")
    np.save(files["camera.c2w.npy"], poses.astype(np.float32))
    np.save(files["camera.intrinsics.npy"], lens.astype(np.float32))
    document = json.dumps(_told(take, poses, lens), indent=1)
    files["camera.json"].write_text(document + "\n", encoding="ascii")
    return Delivery(files)


def world_from_cameras(take: Take) -> Matrices:
    """Return (frames, 4, 4) world from camera; the camera's x runs right, y down, z ahead."""
    return take.world_from_camera.astype(float) @ _OPENCV


def intrinsics(take: Take, width: int, height: int) -> Matrices:
    """Return (frames, 4): fx, fy, cx, cy in pixels; the first pixel's middle is at 0.5, 0.5."""
    sensor, focal_mm = take.sheet.sensor, take.focal_length_mm.astype(float)
    lens = np.empty((len(focal_mm), 4))
    lens[:, 0] = focal_mm / sensor.width_mm * width
    lens[:, 1] = focal_mm / sensor.height_mm * height
    lens[:, 2:] = width / 2, height / 2
    return lens


def realestate(poses: Matrices, lens: Matrices, order: Order) -> str:
    """Return the path as RealEstate10K has it: a title, then a line a frame.

    microseconds, fx fy cx cy as shares of width and height, 0 0, camera from world (3 × 4, rows).
    Source: RealEstate10K's data format; its readers take entries 1 to 4 and 7 to 18.
    """
    shares = lens / np.array([order.width, order.height, order.width, order.height])
    lines = [TITLE]
    for frame, (pose, share) in enumerate(zip(poses, shares, strict=True)):
        camera_from_world = np.linalg.inv(pose)[:3].ravel()
        numbers = [*share, 0.0, 0.0, *camera_from_world]
        time = round(order.rate.seconds(frame) * 1_000_000)
        lines.append(" ".join([str(time), *(f"{number:.9f}" for number in numbers)]))
    return "\n".join(lines) + "\n"


def _told(take: Take, poses: Matrices, lens: Matrices) -> Json:
    sensor = take.sheet.sensor
    return {
        "schema": "mstation.camera_path/1",
        "sensor_mm": [round(sensor.width_mm, 6), round(sensor.height_mm, 6)],
        "frames": [
            {
                "frame": frame,
                "focal_length_mm": round(float(take.focal_length_mm[frame]), 4),
                "fx_fy_cx_cy": [round(float(number), 6) for number in lens[frame]],
                "c2w_opencv": np.round(poses[frame], 6).tolist(),
                "c2w_opengl": np.round(take.world_from_camera[frame].astype(float), 6).tolist(),
            }
            for frame in range(len(poses))
        ],
    }

"""Which way every surface faces."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import Floats
from mstation.previs.passes.exr import exr_name, exr_path, write_exr
from mstation.previs.passes.geometry import draw, geometry_of
from mstation.previs.passes.order import Delivery, Order
from mstation.previs.passes.surface import normals_to_camera
from mstation.previs.passes.video import write_video
from mstation.shots.shot import Take
from mstation.stage.layout import Layout

# Source: ControlNet 1.1's normal maps: red points left, green up, blue to the camera.
_MODEL_SCALES = np.array([-127.5, 127.5, 127.5], np.float32)
_FACING = (128, 128, 255)  # the backdrop


def normals_pass(layout: Layout, take: Take, order: Order) -> Delivery:
    """Return a shot's normals: `normals.mp4` as models read them, and EXR as compositors do."""
    geometry = geometry_of(layout, take, width=order.width, height=order.height)
    files = {"normals.mp4": order.folder / "normals.mp4"}
    kept = order.exr_frames(geometry.frames)

    def pictures() -> Iterator[NDArray[np.uint8]]:
        for frame in range(geometry.frames):
            draw(geometry, frame)
            normals = normals_to_camera(geometry, frame)
            if frame in kept:
                half = normals.astype(np.float16)
                channels = {f"N.{axis}": half[..., i] for i, axis in enumerate("XYZ")}
                path = exr_path(order, "normals", frame)
                files[exr_name("normals", frame)] = write_exr(path, channels)
            yield picture_of_normals(normals)

    write_video(pictures(), files["normals.mp4"], order)
    return Delivery(files)


def picture_of_normals(normals: Floats) -> NDArray[np.uint8]:
    """Return (height, width, 3) of normals in the camera's axes; the backdrop faces the camera."""
    turned = normals * _MODEL_SCALES + np.float32(128.0)  # cut off below: rounded
    picture = turned.astype(np.uint8)
    x, y, z = normals[..., 0], normals[..., 1], normals[..., 2]
    picture[(x == 0) & (y == 0) & (z == 0)] = _FACING
    return picture

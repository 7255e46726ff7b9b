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
_MODEL_SIGNS = np.array([-1.0, 1.0, 1.0], np.float32)
_FACING = np.array([0.0, 0.0, 1.0], np.float32)  # the backdrop, in the picture


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
    is_nothing = ~normals.any(axis=-1, keepdims=True)
    turned = np.where(is_nothing, _FACING, normals * _MODEL_SIGNS)
    return np.asarray(np.round(np.clip(turned * 0.5 + 0.5, 0, 1) * 255), np.uint8)

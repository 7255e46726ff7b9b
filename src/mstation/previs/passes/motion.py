"""Where everything is seen next: motion vectors from the bodies' skins and the camera."""

from __future__ import annotations

from mstation.previs.canvas import Floats
from mstation.previs.passes.exr import exr_name, exr_path, write_exr
from mstation.previs.passes.geometry import Geometry, camera_of_frame, draw, geometry_of, projected
from mstation.previs.passes.order import Delivery, Order
from mstation.previs.passes.surface import moves
from mstation.previs.posing import pose
from mstation.shots.shot import Take
from mstation.stage.layout import Layout


def motion_pass(layout: Layout, take: Take, order: Order) -> Delivery:
    """Return a shot's motion vectors as EXR."""
    geometry = geometry_of(layout, take, width=order.width, height=order.height)
    files = {}
    for frame in sorted(order.exr_frames(geometry.frames)):
        moved = motion_of_frame(geometry, frame)
        path = exr_path(order, "motion", frame)
        channels = {"u": moved[..., 0], "v": moved[..., 1]}
        files[exr_name("motion", frame)] = write_exr(path, channels)
    return Delivery(files)


def motion_of_frame(geometry: Geometry, frame: int) -> Floats:
    """Return (height, width, 2): pixels right and down from a frame to the next.

    The last frame has no next: it moves on as it came from the frame before. Who leaves the set
    by the next frame stands still for it.
    """
    last = geometry.frames - 1
    other = frame + 1 if frame < last else max(frame - 1, 0)
    pose(geometry.picture, frame)  # so that who is gone in the other frame stands as in this one
    pose(geometry.picture, other)
    then = projected(geometry, camera_of_frame(geometry, other))
    draw(geometry, frame)
    moved = moves(geometry, frame, then, other)
    return -moved if other < frame else moved

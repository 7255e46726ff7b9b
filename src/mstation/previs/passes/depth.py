"""How far away everything is: a picture for models, metres for compositors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import Floats
from mstation.previs.passes.exr import exr_name, exr_path, write_exr
from mstation.previs.passes.geometry import Geometry, draw, geometry_of
from mstation.previs.passes.order import Delivery, Order
from mstation.previs.passes.surface import metres_ahead
from mstation.previs.passes.video import write_video
from mstation.shots.shot import Take
from mstation.stage.layout import Layout

NOTHING_M = 1e10  # metres to the backdrop in EXR, as Blender writes it
_NEAREST_SHARE, _FARTHEST_SHARE = 0.01, 0.99
_SAMPLES = 32  # frames that near and far are measured in, spread over the shot
# Nearness is counted in steps of a fiftieth of an octave, from 4 cm to 8 km.
_STEPS, _LEAST, _MOST = 50.0, -13.0, 4.7
_NO_DEPTH_M = (1.0, 100.0)  # of a shot that shows nothing but sky


def depth_pass(layout: Layout, take: Take, order: Order) -> Delivery:
    """Return a shot's depth: `depth.mp4`, near white, and metres as EXR."""
    geometry = geometry_of(layout, take, width=order.width, height=order.height)
    near_m, far_m = near_and_far(geometry)
    files = {"depth.mp4": order.folder / "depth.mp4"}
    kept = order.exr_frames(geometry.frames)

    def pictures() -> Iterator[NDArray[np.uint8]]:
        for frame in range(geometry.frames):
            draw(geometry, frame)
            if frame in kept:
                metres = metres_ahead(geometry, nothing=NOTHING_M)
                path = exr_path(order, "depth", frame)
                files[exr_name("depth", frame)] = write_exr(path, {"Z": metres})
            if order.norm == "frame":
                yield picture_of_frame(geometry.depth)
            else:
                yield picture_of_depth(geometry.depth, near_m, far_m)

    write_video(pictures(), files["depth.mp4"], order)
    facts = {"norm": order.norm, "near_m": round(near_m, 4), "far_m": round(far_m, 4)}
    return Delivery(files, facts)


def near_and_far(geometry: Geometry) -> tuple[float, float]:
    """Return the metres before and behind which a hundredth of the shot's surfaces lies."""
    counts = np.zeros(int((_MOST - _LEAST) * _STEPS) + 1, np.int64)
    last = geometry.frames - 1
    count = min(_SAMPLES, geometry.frames)
    for frame in sorted({round(last * i / max(count - 1, 1)) for i in range(count)}):
        draw(geometry, frame)
        nearness = geometry.depth[geometry.depth > 0]
        octaves = np.clip(np.log2(nearness), _LEAST, _MOST)
        steps = ((octaves - _LEAST) * _STEPS).astype(np.int64)
        counts += np.bincount(steps, minlength=len(counts))
    if not counts.any():
        return _NO_DEPTH_M
    share = np.cumsum(counts) / counts.sum()
    far = np.searchsorted(share, 1.0 - _FARTHEST_SHARE)
    near = np.searchsorted(share, 1.0 - _NEAREST_SHARE) + 1
    return float(2.0 ** -(_LEAST + near / _STEPS)), float(2.0 ** -(_LEAST + far / _STEPS))


def picture_of_depth(nearness: Floats, near_m: float, far_m: float) -> NDArray[np.uint8]:
    """Return (height, width): 255 at `near_m` and nearer, nought at `far_m`, beyond and sky."""
    near, far = 1.0 / near_m, 1.0 / far_m
    return np.asarray(np.round(np.clip((nearness - far) / (near - far), 0, 1) * 255), np.uint8)


def picture_of_frame(nearness: Floats) -> NDArray[np.uint8]:
    """Return (height, width): 255 at the frame's nearest, nought at its farthest.

    Source: VACE's annotator of depth takes off the least, divides by the most, times 255.
    """
    above = nearness - nearness.min()
    return np.asarray(np.round(above / max(float(above.max()), 1e-9) * 255), np.uint8)

"""Takes in, passes out: what compositors and generative models read beside the picture.

Everything comes from the geometry that the picture is drawn from; nothing here asks for its
light. A pass is a function of a layout, a take and an order (`order.PassOf`).
"""

from __future__ import annotations

from mstation.previs.passes.camera import camera_pass
from mstation.previs.passes.depth import depth_pass
from mstation.previs.passes.ends import ends_pass
from mstation.previs.passes.ids import ids_pass
from mstation.previs.passes.lines import lines_pass
from mstation.previs.passes.motion import motion_pass
from mstation.previs.passes.normals import normals_pass
from mstation.previs.passes.order import Delivery, Order, PassOf
from mstation.previs.passes.paths import paths_pass
from mstation.previs.passes.pose import pose_pass

__all__ = ["PASSES", "Delivery", "Order", "PassOf"]

PASSES: dict[str, PassOf] = {
    "depth": depth_pass,
    "normals": normals_pass,
    "ids": ids_pass,
    "lines": lines_pass,
    "pose": pose_pass,
    "motion": motion_pass,
    "camera": camera_pass,
    "ends": ends_pass,
    "paths": paths_pass,
}

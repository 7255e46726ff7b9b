"""How a shot begins and ends, as pictures for models that fill in what lies between."""

from __future__ import annotations

from mstation.previs.passes.order import Delivery, Order
from mstation.previs.passes.video import write_png
from mstation.previs.render import frame_of
from mstation.shots.shot import Take
from mstation.stage.layout import Layout


def ends_pass(layout: Layout, take: Take, order: Order) -> Delivery:
    """Return a shot's first and last frames in their colours: `first.png`, `last.png`."""
    frames = {"first.png": 0, "last.png": len(take.focal_length_mm) - 1}
    files = {}
    for name, frame in frames.items():
        picture = frame_of(layout, take, frame, width=order.width, height=order.height)
        files[name] = write_png(picture, order.folder / name)
    return Delivery(files)

"""Steps from takes to frames, and from scenes to USD."""

from __future__ import annotations

from mstation import document
from mstation.graph.step import Inputs, Outputs
from mstation.previs.encode import encode_segment
from mstation.previs.render import render_take
from mstation.shots.shot import read_take
from mstation.stage.layout import SCHEMA, Layout
from mstation.timebase import FrameRate


def render(inputs: Inputs) -> Outputs:
    """Return one shot as an encoded segment."""
    layout = document.read(inputs.blobs["layout"].read(), Layout, SCHEMA)
    take = read_take(inputs.blobs["take"].read())
    width, height = inputs.params["width"], inputs.params["height"]
    path = inputs.scratch / "segment.mp4"
    encode_segment(
        render_take(layout, take, width=width, height=height),
        path,
        width=width,
        height=height,
        rate=FrameRate.parse(inputs.params["rate"]),
        on_frame=inputs.tick,
    )
    return {"segment": path}

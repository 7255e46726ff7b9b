"""The step from a take to final pictures, made by a renderer that is a guest."""

from __future__ import annotations

import json
from pathlib import Path

from mstation import document
from mstation.graph.step import Inputs, Outputs
from mstation.previs.blender.cues import scene_cues, write_cues
from mstation.previs.blender.finding import find_blender
from mstation.previs.encode import encode_segment
from mstation.previs.png import planes_of
from mstation.previs.usd import write_take
from mstation.shots import shot as shots
from mstation.stage.layout import SCHEMA, Layout
from mstation.timebase import FrameRate


def final(inputs: Inputs) -> Outputs:
    """Return one shot by Cycles: its first frame as a picture, or all of them as a movie too."""
    params, folder = inputs.params, inputs.scratch
    layout = document.read(inputs.blobs["layout"].read(), Layout, SCHEMA)
    take = shots.read_take(inputs.blobs["take"].read())
    rate = FrameRate.parse(params["rate"])
    layer, cues = folder / "take.usdc", folder / "cues.json"
    write_take(layer, layout, take, label=params["label"], rate=rate)
    frames = range(len(take.focal_length_mm) if params["frames"] == "all" else 1)
    size = {"width": params["width"], "height": params["height"]}
    write_cues(
        cues, [scene_cues(layer, rate)], frames=list(frames), samples=params["samples"], **size
    )
    find_blender().run("final", str(cues), str(folder))
    outputs: Outputs = {
        "still": folder / "00000.png",
        "made by": _credit(folder / "made.json", params["samples"]),
    }
    if params["frames"] == "all":
        pictures = (planes_of(folder / f"{frame:05d}.png") for frame in frames)
        encode_segment(pictures, folder / "final.mp4", rate=rate, **size)
        outputs["movie"] = folder / "final.mp4"
    return outputs


def _credit(path: Path, samples: int) -> bytes:
    """Return what the report says of who made the pictures."""
    made = json.loads(path.read_text(encoding="utf-8"))
    denoised = ", denoised by Open Image Denoise" if made["denoised"] else ""
    credit = {
        "kind": "final renderer",
        "name": f"Cycles of Blender {made['blender']}, {samples} samples{denoised}",
        "licence": "GPL-3.0-or-later",
        "commerce": "yes",
    }
    return json.dumps(credit, sort_keys=True).encode()

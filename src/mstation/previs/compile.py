"""Compiles the renderer's loops and keeps them: `python -m mstation.previs.compile`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np

from mstation.breakdown.scene import TimeOfDay
from mstation.previs.gltf_curves import kept
from mstation.previs.render import render_take
from mstation.shots.shot import Take, TakeSheet
from mstation.space import look_at, sensor_for
from mstation.stage.layout import Lamp, Layout, Lighting, Opening, Wall
from mstation.stage.performance import Body, Motion, Prop, Shape
from mstation.stage.skeleton import rest_offsets

_SIZE = (96, 54)


def main() -> None:
    """Draw a few small frames that pass through every loop."""
    frames = sum(1 for _ in _frames())
    kept(np.array([[0.0], [1.0], [0.0]]), 1e-3)
    sys.stdout.write(f"renderer compiled ({frames} test frames)\n")


def _frames() -> Iterator[object]:
    width, height = _SIZE[0], _SIZE[1] // 2 * 2
    layout = _layout()
    for eyes in (2, 1):
        yield from render_take(layout, _take(eyes), width=width, height=height)


def _layout() -> Layout:
    grey = (0.4, 0.4, 0.4)
    lamp = Lamp("lamp", (0.5, 2.0, -0.5), (1.0, 0.8, 0.6), 1.0, 5.0)
    lighting = Lighting(
        (0.3, 0.9, 0.3), grey, grey, grey, grey, grey, (lamp,), fog_m=30.0,
        falling="rain", falling_share=0.1,
    )  # fmt: skip
    window = Opening("window", 1.0, 1.2, 0.9, 1.1)
    wall = Wall("north", (-2.0, -2.0), (2.0, -2.0), 2.5, grey, (window,))
    return Layout(
        "compile", "room", True, TimeOfDay.DAY, (-2.0, -2.0), (2.0, 2.0), grey, "plain",
        2.5, (wall,), (), (), (), lighting,
    )  # fmt: skip


def _take(still_frames: int) -> Take:
    """A standing figure and a letter; the camera waits for some frames, then moves once."""
    grey = (0.4, 0.4, 0.4)
    body = Body(
        "ch-compile", "X", 1.7, 1.0, "unknown", 40, grey, grey, "short", grey, grey, grey, "shirt"
    )
    prop = Prop("letter", "letter", (0.6, 0.0, 0.0), 0.0, (0.2, 0.02, 0.3), "bt-compile")
    frames = still_frames + 1
    rotations = np.zeros((frames, 22, 4), np.float32)
    rotations[..., 0] = 1.0
    offsets = rest_offsets(body)
    motion = Motion(
        body.character_id, np.tile(offsets[0], (frames, 1)), rotations, offsets,
        np.zeros((frames, len(Shape)), np.float32), np.ones(frames, np.bool_),
    )  # fmt: skip
    eyes = [np.array([0.0, 1.5, 1.8])] * still_frames + [np.array([0.2, 1.5, 1.8])]
    cameras = np.stack([look_at(eye, np.array([0.0, 1.2, -0.5])) for eye in eyes])
    sheet = TakeSheet((body,), (prop,), sensor_for(*_SIZE))
    return Take(cameras.astype(np.float32), np.full(frames, 24.0, np.float32), (motion,), sheet)


if __name__ == "__main__":
    main()

"""Joint curves in, small drawings of capsules out: how a motion looks, whatever dresses it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image, ImageDraw

from mstation.stage.channels import pose_table
from mstation.stage.performance import Motion
from mstation.stage.stances import Stance
from tests.stage.moving import HERE, SEATED, played, playing, together
from tests.stage.staged import JOINT, MARA, TOM

_SIZE, _FINE = (72, 96), 4  # of one drawing, and how much finer it is drawn
_METRES = 2.1  # from the lower to the upper edge
_FRAMES = (0.2, 0.45, 0.75)  # of a motion
_GREYS = {"Left": 150, "Right": 40}
_BONES = (
    ("Hips", "Chest", 0.20), ("Chest", "Neck", 0.15), ("Head", "HeadTop", 0.15),
    ("LeftShoulder", "RightShoulder", 0.10), ("LeftHip", "RightHip", 0.14),
    *((f"{side}{a}", f"{side}{b}", wide) for side in ("Left", "Right") for a, b, wide in (
        ("Hip", "Knee", 0.11), ("Knee", "Ankle", 0.08), ("Ankle", "Toe", 0.06),
        ("Shoulder", "Elbow", 0.075), ("Elbow", "Wrist", 0.06))),
)  # fmt: skip


def motions_of(name: str) -> list[Motion]:
    """Return the motions of a golden drawing: a gesture, a carry, a change or a way."""
    kind, _, what = name.partition("-")
    holds = replace(HERE, carry="hold")
    match kind:
        case "gesture" if what == "embrace":
            return together(
                playing(Stance(0, 0.18, 0, look=MARA.id), gesture=what),
                playing(Stance(0, -0.18, np.pi, look=TOM.id), who=MARA.id, gesture=what),
            )
        case "gesture":
            before = holds if pose_table()["gestures"][what].get("held") else HERE
            return [played(playing(before, gesture=what, aim=(0.0, 1.25, -0.95)))]
        case "carry":
            base = SEATED if what in ("write", "type", "wheel") else HERE
            return [played(playing(base, replace(base, carry=what)), seconds=3.0)]
    return [played(_WAYS[name])]


_WAYS = {
    "walk": playing(Stance(0, 2, 0), Stance(0, -2, 0), ((0.0, 2.0), (0.0, -2.0))),
    "run": playing(Stance(0, 4, 0), Stance(0, -4, 0), ((0.0, 4.0), (0.0, -4.0)), is_running=True),
    "stairs_up": playing(HERE, Stance(0, -4, 0, floor_m=0.54), ((0.0, 0.0), (0.0, -4.0))),
    "stairs_down": playing(
        Stance(0, 0, 0, floor_m=0.54), Stance(0, -4, 0), ((0.0, 0.0), (0.0, -4.0))
    ),
    "turn": playing(HERE, Stance(0, 0, 2.6)),
    "stand": playing(HERE, Stance(0, 0, 0, weight=1)),
    "sit_down": playing(HERE, SEATED),
    "rise": playing(SEATED, HERE),
    "kneel": playing(HERE, Stance(0, 0, 0, "kneel")),
    "lie_down": playing(HERE, Stance(0, 0.6, 0, "lie", 0.5)),
    "fall": playing(HERE, Stance(0, 0, 0, "lie"), falls=True),
}
NAMES = (
    *_WAYS,
    *(f"carry-{name}" for name in sorted(pose_table()["closed"]) if name),
    *(f"gesture-{name}" for name in sorted(pose_table()["gestures"])),
)


def drawing_of(name: str) -> Image.Image:
    """Return three moments of a motion side by side, seen from three quarters, in grey."""
    motions = motions_of(name)
    wide, high = _SIZE
    sheet = Image.new("L", (wide * len(_FRAMES) * _FINE, high * _FINE), 235)
    draw = ImageDraw.Draw(sheet)
    for number, share in enumerate(_FRAMES):
        frame = round(share * (len(motions[0].positions) - 1))
        middle = np.mean([motion.positions[frame] for motion in motions], axis=0)
        for motion in motions:
            _draw(draw, motion, frame, middle, number * wide * _FINE)
    return sheet.resize((wide * len(_FRAMES), high), Image.Resampling.BOX)


def _draw(
    draw: ImageDraw.ImageDraw, motion: Motion, frame: int, middle: np.ndarray, left: int
) -> None:
    scale = _SIZE[1] * _FINE / _METRES
    places = motion.cut(frame, frame + 1).world_from_joints()[0, :, :3, 3]
    cos, sin = np.cos(np.radians(60)), np.sin(np.radians(60))

    def seen(name: str) -> tuple[float, float, float]:
        x, y, z = places[JOINT[name]] - (middle[0], 0.0, middle[2])
        across, away = x * cos - z * sin, -z * cos - x * sin
        return (
            left + _SIZE[0] * _FINE / 2 + scale * across,
            _SIZE[1] * _FINE - scale * (y + 0.12),
            away,
        )

    rows = [(seen(start), seen(end), start, wide) for start, end, wide in _BONES]
    for (x0, y0, _), (x1, y1, _), start, wide in sorted(
        rows, key=lambda row: -round(row[0][2] + row[1][2], 3)
    ):
        grey = next((grey for side, grey in _GREYS.items() if start.startswith(side)), 95)
        half = wide * scale / 2
        draw.line((x0, y0, x1, y1), fill=grey, width=round(2 * half))
        for x, y in ((x0, y0), (x1, y1)):
            draw.ellipse((x - half, y - half, x + half, y + half), fill=grey)

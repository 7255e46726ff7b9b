"""OpenPose points in, the coloured skeleton that models are steered by out."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

# Source: OpenPose, doc/output.md: COCO, 18 points; left and right are the person's own.
POINTS = (
    "Nose", "Neck", "RSho", "RElb", "RWri", "LSho", "LElb", "LWri", "RHip", "RKne", "RAnk",
    "LHip", "LKne", "LAnk", "REye", "LEye", "REar", "LEar",
)  # fmt: skip
# Source: ControlNet's openpose annotator: limbs, colours, widths, and limbs dimmed to 0.6.
LIMBS = (
    ("Neck", "RSho"), ("Neck", "LSho"), ("RSho", "RElb"), ("RElb", "RWri"), ("LSho", "LElb"),
    ("LElb", "LWri"), ("Neck", "RHip"), ("RHip", "RKne"), ("RKne", "RAnk"), ("Neck", "LHip"),
    ("LHip", "LKne"), ("LKne", "LAnk"), ("Neck", "Nose"), ("Nose", "REye"), ("REye", "REar"),
    ("Nose", "LEye"), ("LEye", "LEar"),
)  # fmt: skip
COLOURS = (
    (255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0),
    (0, 255, 0), (0, 255, 85), (0, 255, 170), (0, 255, 255), (0, 170, 255), (0, 85, 255),
    (0, 0, 255), (85, 0, 255), (170, 0, 255), (255, 0, 255), (255, 0, 170), (255, 0, 85),
)  # fmt: skip
DRAWN = 0.3  # points of less confidence are not drawn. Source: DWPose's annotator
_DIM = 0.6
_RADIUS_PX, _ROWS = 4, 720  # in pictures up to this short side; larger ones get larger points


def skeleton_picture(people: Sequence[Points], width: int, height: int) -> NDArray[np.uint8]:
    """Return (height, width, 3) of people's points (18, 3): limbs dimmed, points on top."""
    picture = np.zeros((height, width, 3), np.uint8)
    radius = _RADIUS_PX * max(1.0, min(width, height) / _ROWS)
    for (start, end), colour in zip(LIMBS, COLOURS, strict=False):
        one, other = POINTS.index(start), POINTS.index(end)
        for points in people:
            if min(points[one, 2], points[other, 2]) >= DRAWN:
                dimmed = tuple(int(part * _DIM) for part in colour)
                _ellipse(picture, points[one, :2], points[other, :2], radius, dimmed)
    for index, colour in enumerate(COLOURS):
        for points in people:
            if points[index, 2] >= DRAWN:
                _ellipse(picture, points[index, :2], points[index, :2], radius, colour)
    return picture


def _ellipse(
    picture: NDArray[np.uint8],
    start: Points,
    end: Points,
    radius: float,
    colour: tuple[int, ...],
) -> None:
    """Fill the ellipse from a point to another; a disc where they are one."""
    height, width, _ = picture.shape
    middle, half = (start + end) / 2, (end - start) / 2
    length = math.hypot(*half)
    reach = max(length, radius)
    top, bottom = _span(middle[1], reach, height)
    left, right = _span(middle[0], reach, width)
    along = half / length if length > 0 else np.array([1.0, 0.0])
    x = np.arange(left, right) + 0.5 - middle[0]
    y = np.arange(top, bottom)[:, None] + 0.5 - middle[1]
    far = (x * along[0] + y * along[1]) / max(length, radius if length == 0 else 1.0)
    wide = (y * along[0] - x * along[1]) / radius
    picture[top:bottom, left:right][far * far + wide * wide <= 1.0] = colour


def _span(middle: float, reach: float, size: int) -> tuple[int, int]:
    return max(int(middle - reach) - 1, 0), max(min(int(middle + reach) + 2, size), 0)

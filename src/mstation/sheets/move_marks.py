"""A camera's move in, the arrows drawn upon its first frame out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from mstation.breakdown.reports.ink import tint
from mstation.breakdown.reports.layout import Area
from mstation.shots.shot import CameraKey, Move, Shot
from mstation.shots.takes import camera_curve
from mstation.space import project, sensor_for

_INTO = frozenset((Move.PUSH_IN, Move.PULL_OUT, Move.ZOOM, Move.DOLLY_ZOOM))
_TURNS = frozenset((Move.PAN, Move.TILT))
_SHAFT, _HEAD = 3.2, 8.0  # half widths of an arrow, in points
_SHARE = 0.45  # of the picture's lesser side: how long an arrow is
_PIXELS = 1000  # in which shapes of sensors are counted


def draw_move(canvas: Any, frame: Area, shot: Shot) -> None:
    """Draw how the camera moves: an arrow, or the end's frame within the first."""
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(frame.left, frame.bottom, frame.width, frame.height)
    canvas.clipPath(path, stroke=0)
    if shot.move in _INTO:
        _draw_frames(canvas, frame, shot)
    else:
        across, up = way_of(shot)
        length = math.hypot(across, up)
        if length > 1e-6:
            _draw_way(canvas, frame, across / length, up / length)
    canvas.restoreState()


def way_of(shot: Shot) -> tuple[float, float]:
    """Return where the camera turns or goes as its picture shows it: to the right, up."""
    matrices, _ = camera_curve(shot.camera, shot.frames)
    first, last = matrices[0], matrices[-1]
    if shot.move in _TURNS:
        ahead = first[:3, :3].T @ -last[:3, 2]
        return float(ahead[0]), float(ahead[1])
    gone = first[:3, :3].T @ (last[:3, 3] - first[:3, 3])
    return float(gone[0]), float(gone[1] - gone[2] * (abs(gone[2]) > abs(gone[0])))


def end_frame(first: CameraKey, last: CameraKey, aspect: float) -> tuple[float, float, float]:
    """Return the middle (x, y, as shares from the top left) and scale of the last frame.

    It is placed in the first frame; what the camera looks at in the end is taken to be in both.
    """
    sensor = sensor_for(round(_PIXELS * aspect), _PIXELS)
    matrices, _ = camera_curve((first,), 1)
    target = np.array(last.target)
    x, y, depth = project(target, matrices[0], first.focal_length_mm, sensor)[0]
    near = float(np.linalg.norm(target - np.array(last.position)))
    scale = near / max(float(depth), 0.1) * first.focal_length_mm / last.focal_length_mm
    return float(x), float(y), scale


def _draw_frames(canvas: Any, frame: Area, shot: Shot) -> None:
    """Draw the smaller of the two frames within the other, and arrows from corner to corner."""
    x, y, scale = end_frame(shot.camera[0], shot.camera[-1], frame.width / frame.height)
    is_inwards = scale < 1.0
    share = min(max(scale if is_inwards else 1.0 / scale, 0.3), 0.88)
    width, height = frame.width * share, frame.height * share
    middle_x, middle_y = (x, 1.0 - y) if is_inwards else (0.5, 0.5)
    left = frame.left + min(max(frame.width * middle_x - width / 2, 2.0), frame.width - width - 2)
    low = frame.bottom + min(
        max(frame.height * middle_y - height / 2, 2.0), frame.height - height - 2
    )
    inner = Area(left, low, width, height)
    for colour, line in (("#000000", 2.4), ("#FFFFFF", 1.1)):
        canvas.setStrokeColor(tint(colour))
        canvas.setLineWidth(line)
        canvas.rect(inner.left, inner.bottom, inner.width, inner.height)
    for corner in ((0, 0), (0, 1), (1, 0), (1, 1)):
        outer = (frame.left + corner[0] * frame.width, frame.bottom + corner[1] * frame.height)
        near = (inner.left + corner[0] * inner.width, inner.bottom + corner[1] * inner.height)
        start, end = (outer, near) if is_inwards else (near, outer)
        _arrow(canvas, _along(start, end, 0.15), _along(start, end, 0.9), half=1.3, head=4.0)


def _along(
    start: tuple[float, float], end: tuple[float, float], share: float
) -> tuple[float, float]:
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def _draw_way(canvas: Any, frame: Area, across: float, up: float) -> None:
    """Draw one arrow low in the picture, the way that the camera turns or goes."""
    length = min(frame.width, frame.height) * _SHARE
    middle = (frame.left + frame.width / 2, frame.bottom + frame.height * 0.16)
    if abs(up) > abs(across):
        middle = (frame.right - frame.width * 0.1, frame.bottom + frame.height / 2)
    start = (middle[0] - across * length / 2, middle[1] - up * length / 2)
    end = (middle[0] + across * length / 2, middle[1] + up * length / 2)
    _arrow(canvas, start, end, half=_SHAFT, head=_HEAD)


def _arrow(
    canvas: Any,
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    half: float,
    head: float,
) -> None:
    """Draw a white arrow with a dark edge, seen on any picture."""
    length = math.dist(start, end)
    if length < 1.0:
        return
    way = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    neck = max(length - head * 1.4, length * 0.4)
    outline = [
        (0.0, -half), (neck, -half), (neck, -head), (length, 0.0),
        (neck, head), (neck, half), (0.0, half),
    ]  # fmt: skip
    path = canvas.beginPath()
    for index, (along, aside) in enumerate(outline):
        point = (
            start[0] + way[0] * along - way[1] * aside,
            start[1] + way[1] * along + way[0] * aside,
        )
        path.lineTo(*point) if index else path.moveTo(*point)
    path.close()
    canvas.setFillColor(tint("#FFFFFF"))
    canvas.setStrokeColor(tint("#000000"))
    canvas.setLineWidth(0.8)
    canvas.drawPath(path, fill=1, stroke=1)

"""Line art from geometry: where one thing ends, where a surface folds, where it drops away."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import Floats, Ints
from mstation.previs.kernel import inlined, kernel
from mstation.previs.passes.camera import intrinsics
from mstation.previs.passes.geometry import CAST, Geometry, draw_posed, geometry_of
from mstation.previs.passes.order import Delivery, Order
from mstation.previs.passes.surface import normals_to_camera
from mstation.previs.passes.video import read_video, write_exact_video, write_video
from mstation.previs.picture import pose
from mstation.shots.shot import Take
from mstation.stage.layout import Layout

Bytes = NDArray[np.uint8]

_FINE = 2  # looks across a pixel, and down
_FOLD = 0.82  # cosine, about 35°: a sharper fold within one solid is a line
_BEND = 0.96  # cosine, about 16°: between two solids less is enough; flush ones have no line
_DROP = 0.03  # share of the distance by which a surface lies off its neighbour's plane
_FAR_M = 40.0  # beyond, only outlines: what is within them would be a blot


def lines_pass(layout: Layout, take: Take, order: Order) -> Delivery:
    """Return a shot's line art: `lines.mp4`, white on black; `lines-paper.mp4`, black on white."""
    geometry = geometry_of(layout, take, width=order.width, height=order.height)
    white, paper = (order.folder / name for name in ("lines.mp4", "lines-paper.mp4"))
    drawn = (lines_of_frame(geometry, frame) for frame in range(geometry.frames))
    write_exact_video((np.stack([one] * 3, axis=-1) for one in drawn), white, order)
    write_video((255 - one for one in read_video(white)), paper, order)
    return Delivery({path.name: path for path in (white, paper)})


def lines_of_frame(geometry: Geometry, frame: int) -> Bytes:
    """Return (height, width): 255 where a line is, 0 where none is, between where it is thin."""
    width, height = geometry.size
    fine = (height * _FINE, width * _FINE)
    ids, nearness = np.empty(fine, np.int32), np.empty(fine, np.float32)
    normals = np.empty((*fine, 3), np.float32)
    here, _, _ = pose(geometry.picture, frame)
    for down in range(_FINE):
        for right in range(_FINE):
            at = ((right + 0.5) / _FINE - 0.5, (down + 0.5) / _FINE - 0.5)
            draw_posed(geometry, frame, here, at=at)
            places = (slice(down, None, _FINE), slice(right, None, _FINE))
            ids[places], nearness[places] = geometry.ids, geometry.depth
            normals[places] = normals_to_camera(geometry, frame)
    people = sum(thing.kind == CAST for thing in geometry.things)
    lens = intrinsics(geometry.take, *fine[::-1])[frame]
    inked = np.zeros(fine, np.uint8)
    owners, parts = geometry.owners[ids], geometry.parts[ids]
    _ink(owners, parts, nearness, normals, people, lens, inked)
    marks = inked.reshape(height, _FINE, width, _FINE).sum(axis=(1, 3), dtype=np.int32)
    # A line is one look wide: along an edge that is every other look of a pixel.
    return np.asarray(np.minimum(marks * 255 // _FINE, 255), np.uint8)


@inlined
def _is_off_plane(
    nearness: Floats, normals: Floats, lens: Floats, y: int, x: int, other_y: int, other_x: int
) -> bool:
    """Whether one place lies off the plane of another: (y, x) has the plane."""
    nx, ny, nz = normals[y, x, 0], normals[y, x, 1], normals[y, x, 2]
    rise = -nz
    here = nx * (x + 0.5 - lens[2]) / lens[0] - ny * (y + 0.5 - lens[3]) / lens[1] + rise
    there = (
        nx * (other_x + 0.5 - lens[2]) / lens[0] - ny * (other_y + 0.5 - lens[3]) / lens[1] + rise
    )
    expected = nearness[y, x] * there
    return bool(abs(nearness[other_y, other_x] * here - expected) > _DROP * abs(expected))


@inlined
def _is_line(
    owners: Ints,
    parts: Ints,
    nearness: Floats,
    normals: Floats,
    people: int,
    lens: Floats,
    y: int,
    x: int,
    other_y: int,
    other_x: int,
) -> bool:
    if owners[y, x] != owners[other_y, other_x]:
        return True
    if owners[y, x] < 0 or nearness[y, x] * _FAR_M < 1.0:
        return False
    is_one_solid = parts[y, x] == parts[other_y, other_x]
    if owners[y, x] < people and not is_one_solid:
        return True
    alike = 0.0
    for k in range(3):
        alike += normals[y, x, k] * normals[other_y, other_x, k]
    if alike < (_FOLD if is_one_solid else _BEND):
        return True
    return _is_off_plane(nearness, normals, lens, y, x, other_y, other_x) and _is_off_plane(
        nearness, normals, lens, other_y, other_x, y, x
    )


@kernel
def _ink(
    owners: Ints,
    parts: Ints,
    nearness: Floats,
    normals: Floats,
    people: int,
    lens: Floats,
    inked: Bytes,
) -> None:
    """Mark the nearer of two neighbours that a line runs between."""
    rows, columns = owners.shape
    for y in range(rows):
        for x in range(columns):
            for k in range(2):
                other_y, other_x = y + k, x + 1 - k
                if other_y >= rows or other_x >= columns:
                    continue
                if _is_line(owners, parts, nearness, normals, people, lens, y, x, other_y, other_x):
                    if nearness[y, x] >= nearness[other_y, other_x]:
                        inked[y, x] = 1
                    else:
                        inked[other_y, other_x] = 1

"""Line art from geometry: where one thing ends, where a surface folds, drops away, is painted."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import Floats, Ints
from mstation.previs.kernel import inlined, kernel
from mstation.previs.passes.camera import intrinsics
from mstation.previs.passes.geometry import CAST, Geometry, Places, draw_posed, geometry_of
from mstation.previs.passes.order import Delivery, Order
from mstation.previs.passes.surface import normals_to_camera
from mstation.previs.passes.video import read_video, write_exact_video, write_video
from mstation.previs.posing import pose
from mstation.shots.shot import Take
from mstation.stage.layout import Layout

Bytes = NDArray[np.uint8]
# A look's number in its pixel, the pixel's row and column, its own row and column.
Look = tuple[int, int, int, int, int]

_FINE = 2  # looks across a pixel, and down
_FOLD = 0.82  # cosine, about 35°: a sharper fold within one solid is a line
_BEND = 0.96  # cosine, about 16°: between two solids less is enough
_TINT = 0.1  # of the root of a colour's light, about what an eye sees: so do paints of flush solids
_DROP = 0.03  # share of the distance by which a surface lies off its neighbour's plane
_FAR_M = 40.0  # beyond, only outlines: what is within them would be a blot
# By the looks of a pixel that are inked, a bit each: a straight line takes two of the four.
_GREYS = np.array([min(looks.bit_count() * 255 // _FINE, 255) for looks in range(16)], np.uint8)


class Drawn(NamedTuple):
    """What the looks of a frame met: `ids`, `nearness`, `normals` by look, row, column.

    ids            # (looks, rows, columns) the triangle, −1 for none
    nearness       # (looks, rows, columns) 1 / metres ahead
    normals        # (looks, rows, columns, 3) as the lens has them
    owners, parts  # by triangle: whose it is, −1 for nobody's, and of which solid
    paint          # (triangles, 3) linear Rec. 709
    people         # the first owners
    lens           # (4,) fx, fy, cx, cy in looks
    """

    ids: Ints
    nearness: Floats
    normals: Floats
    owners: Ints
    parts: Ints
    paint: Floats
    people: int
    lens: Places


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
    looks = (_FINE * _FINE, height, width)
    ids, nearness = np.empty(looks, np.int32), np.empty(looks, np.float32)
    normals = np.empty((*looks, 3), np.float32)
    here, _, _ = pose(geometry.picture, frame)
    for look in range(_FINE * _FINE):
        right, down = (look % _FINE + 0.5) / _FINE - 0.5, (look // _FINE + 0.5) / _FINE - 0.5
        draw_posed(geometry, frame, here, at=(right, down))
        ids[look], nearness[look] = geometry.ids, geometry.depth
        normals[look] = normals_to_camera(geometry, frame)
    people = sum(thing.kind == CAST for thing in geometry.things)
    lens = intrinsics(geometry.take, width * _FINE, height * _FINE)[frame]
    inked = np.zeros((height, width), np.uint8)
    owners, parts, paint = geometry.owners, geometry.parts, geometry.picture.surfaces.colours
    _ink(Drawn(ids, nearness, normals, owners, parts, paint, people, lens), inked)
    return _GREYS[inked]


@inlined
def _is_off_plane(drawn: Drawn, one: Look, other: Look) -> bool:
    """Whether one place lies off the plane of another, the first."""
    nearness, normals, lens = drawn.nearness, drawn.normals, drawn.lens
    k, y, x, fine_y, fine_x = one
    nx, ny, nz = normals[k, y, x, 0], normals[k, y, x, 1], normals[k, y, x, 2]
    here = nx * (fine_x + 0.5 - lens[2]) / lens[0] - ny * (fine_y + 0.5 - lens[3]) / lens[1] - nz
    fine_y, fine_x = other[3], other[4]
    there = nx * (fine_x + 0.5 - lens[2]) / lens[0] - ny * (fine_y + 0.5 - lens[3]) / lens[1] - nz
    expected = nearness[k, y, x] * there
    found = nearness[other[0], other[1], other[2]] * here
    return bool(abs(found - expected) > _DROP * abs(expected))


@inlined
def _is_painted_otherwise(paint: Floats, t: int, other_t: int) -> bool:
    most = 0.0
    for k in range(3):
        most = max(most, abs(np.sqrt(paint[t, k]) - np.sqrt(paint[other_t, k])))
    return most > _TINT


@inlined
def _is_line(drawn: Drawn, one: Look, other: Look) -> bool:
    owners, parts, normals = drawn.owners, drawn.parts, drawn.normals
    k, y, x = one[:3]
    other_k, other_y, other_x = other[:3]
    t, other_t = drawn.ids[k, y, x], drawn.ids[other_k, other_y, other_x]
    if owners[t] != owners[other_t]:
        return True
    if owners[t] < 0 or drawn.nearness[k, y, x] * _FAR_M < 1.0:
        return False
    is_one_solid = parts[t] == parts[other_t]
    if owners[t] < drawn.people and not is_one_solid:
        return True
    if not is_one_solid and _is_painted_otherwise(drawn.paint, t, other_t):
        return True
    alike = 0.0
    for axis in range(3):
        alike += normals[k, y, x, axis] * normals[other_k, other_y, other_x, axis]
    if alike < (_FOLD if is_one_solid else _BEND):
        return True
    return _is_off_plane(drawn, one, other) and _is_off_plane(drawn, other, one)


@inlined
def _look(fine_y: int, fine_x: int) -> Look:
    k = fine_y % _FINE * _FINE + fine_x % _FINE
    return k, fine_y // _FINE, fine_x // _FINE, fine_y, fine_x


@kernel
def _ink(drawn: Drawn, inked: Bytes) -> None:
    """Mark the nearer of two neighbouring looks that a line runs between, a bit each."""
    ids, nearness = drawn.ids, drawn.nearness
    rows, columns = inked.shape[0] * _FINE, inked.shape[1] * _FINE
    for y in range(rows):
        for x in range(columns):
            one = _look(y, x)
            for way in range(2):
                if y + way >= rows or x + 1 - way >= columns:
                    continue
                other = _look(y + way, x + 1 - way)
                if ids[one[0], one[1], one[2]] == ids[other[0], other[1], other[2]]:
                    continue
                if _is_line(drawn, one, other):
                    is_nearer = (
                        nearness[one[0], one[1], one[2]] >= nearness[other[0], other[1], other[2]]
                    )
                    k, row, column = one[:3] if is_nearer else other[:3]
                    inked[row, column] |= np.uint8(1 << k)

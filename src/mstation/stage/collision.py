"""A layout in, questions about its space out: may a body stand here, a camera, a line of sight.

Walls are upright panels with holes for their openings, pieces are turned boxes. Bodies pass
doors; cameras do not hang in them; sight passes every opening.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.compiled import kernel
from mstation.space import Array
from mstation.stage.layout import Layout, Piece, Wall
from mstation.stage.set_plans import Stem, piece_table
from mstation.stage.walking import find_path

_THIN_M = 0.05  # flat things (a rug) stand in nobody's way
_MIN_CAMERA_HEIGHT_M = 0.05
_STEP_M = 0.08  # between the samples of a walked line
_BODY_TOP_M = 2.0  # what starts above this hangs over heads
_LEAST_WAY = 1e-12
_SEAT_M = 0.1

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """Turned boxes as arrays.

    centres  # (n, 2) x, z
    halves   # (n, 2) half width, half depth
    turns    # (n, 2) cosine and sine of the yaw
    spans    # (n, 2) lowest and highest y
    """

    centres: Array
    halves: Array
    turns: Array
    spans: Array

    def local(self, x: Array, z: Array) -> tuple[Array, Array]:
        """Return points (n,) in each box's own axes: two arrays (n, boxes)."""
        dx = x[:, None] - self.centres[:, 0]
        dz = z[:, None] - self.centres[:, 1]
        cos, sin = self.turns[:, 0], self.turns[:, 1]
        return cos * dx - sin * dz, sin * dx + cos * dz


@dataclass(frozen=True, slots=True, eq=False)
class Panels:
    """Upright rectangles of wall.

    starts, ends  # (n, 2) x, z
    spans         # (n, 2) lowest and highest y
    """

    starts: Array
    ends: Array
    spans: Array


@dataclass(frozen=True, slots=True, eq=False)
class Obstacles:
    """What is in the way on a set; `obstacles(layout)` makes it."""

    floor_min: Array
    floor_max: Array
    ceiling_m: float  # 0: open sky
    room: Array  # (corners, 2), the closed ring of an interior's walls; empty when there is none
    bodies_keep_off: Boxes
    cameras_keep_off: Boxes
    hides: Boxes
    walls: Panels  # whole, openings and all: for cameras
    solid_walls: Panels  # what is left beside doors: for bodies
    view_walls: Panels  # what is left around openings: for sight

    def is_free(self, x: float, z: float, radius_m: float) -> bool:
        """Return whether a body of this radius may stand here."""
        return bool(self.floor_free(np.array([[x, z]]), radius_m)[0])

    def floor_free(self, points: Array, radius_m: float) -> Flags:
        """Return whether bodies may stand at points (n, 2) x, z: on the floor, in the room."""
        points = np.asarray(points, float)
        return self.walkable(points, radius_m) & _in_polygon(points, self.room)

    def walkable(self, points: Array, radius_m: float) -> Flags:
        """Return whether bodies may pass points (n, 2), those behind a door included."""
        inside = np.all(
            (points >= self.floor_min + radius_m) & (points <= self.floor_max - radius_m), axis=1
        )
        near_box = _distance_to_boxes(points, self.bodies_keep_off) < radius_m
        near_wall = _distance_to_panels(points, self.solid_walls) < radius_m
        return np.asarray(inside & ~near_box.any(axis=1) & ~near_wall.any(axis=1))

    def is_walk_clear(self, start: Array, end: Array, radius_m: float) -> bool:
        """Return whether a body walks the straight line between two points (x, z)."""
        length = float(np.hypot(*(end - start)))
        count = max(2, math.ceil(length / _STEP_M) + 1)
        shares = np.linspace(0.0, 1.0, count)[:, None]
        return bool(self.walkable(start + shares * (end - start), radius_m).all())

    def path(
        self, start_xz: tuple[float, float], end_xz: tuple[float, float], radius_m: float
    ) -> tuple[tuple[float, float], ...]:
        """Return the corners of a walk from start to end around furniture, both ends included.

        An end inside a piece (a seat) is walked to from the nearest spot beside it. Where no
        way is wide enough, the walk squeezes through with a smaller radius.
        """
        return find_path(self, start_xz, end_xz, radius_m)

    def points_free(self, points: Array, clearance_m: float) -> Flags:
        """Return whether cameras may be at points (n, 3)."""
        points = np.asarray(points, float)
        flat, height = points[:, [0, 2]], points[:, 1]
        free = np.all((flat >= self.floor_min) & (flat <= self.floor_max), axis=1)
        free &= _in_polygon(flat, self.room) & (height >= _MIN_CAMERA_HEIGHT_M)
        if self.ceiling_m > 0:
            free &= height <= self.ceiling_m - clearance_m
        above = _above(height, self.walls.spans)
        walls = np.hypot(_distance_to_panels(flat, self.walls), above)
        above = _above(height, self.cameras_keep_off.spans)
        boxes = np.hypot(_distance_to_boxes(flat, self.cameras_keep_off), above)
        near = (walls < clearance_m).any(axis=1) | (boxes < max(clearance_m, 1e-9)).any(axis=1)
        return np.asarray(free & ~near)

    def sees_many(self, a: Array, b: Array) -> Flags:
        """Return whether nothing hides points `a` (n, 3) from points `b` (n, 3)."""
        a, b = np.asarray(a, float), np.asarray(b, float)
        clear = np.ones(len(a), bool)
        boxes, walls = self.hides, self.view_walls
        _strike_boxes(a, b, boxes.centres, boxes.halves, boxes.turns, boxes.spans, clear)
        _strike_panels(a, b, walls.starts, walls.ends, walls.spans, clear)
        return clear


def obstacles(layout: Layout) -> Obstacles:
    """Return what is in the way on this set."""
    table = piece_table()
    solid = [part for piece in layout.pieces if piece.is_solid for part in _parts(piece, table)]
    tall = [piece for piece in layout.pieces if piece.size[1] > _THIN_M]
    camera = [part for piece in tall for part in _parts(piece, table)]
    hiding = [part for piece in tall if piece.blocks_view for part in _parts(piece, table)]
    return Obstacles(
        floor_min=np.array(layout.floor_min, float),
        floor_max=np.array(layout.floor_max, float),
        ceiling_m=layout.ceiling_m,
        room=room_of(layout.walls) if layout.is_interior else np.zeros((0, 2)),
        bodies_keep_off=_boxes([part for part in solid if part.position[1] < _BODY_TOP_M]),
        cameras_keep_off=_boxes(camera),
        hides=_boxes(hiding),
        walls=_panels([(w, 0.0, _length(w), 0.0, w.height_m) for w in layout.walls]),
        solid_walls=_panels([rest for w in layout.walls for rest in _beside_doors(w)]),
        view_walls=_panels([rest for w in layout.walls for rest in _around_openings(w)]),
    )


def room_of(walls: tuple[Wall, ...]) -> Array:
    """Return the corners (n, 2) of the first closed ring of walls, end to start; else none."""
    for first in walls:
        corners, end = [first.start], first.end
        while end != first.start:
            following = [wall for wall in walls if wall.start == end]
            if not following or len(corners) > len(walls):
                break
            corners.append(end)
            end = following[0].end
        else:
            return np.array(corners, float)
    return np.zeros((0, 2))


def _parts(piece: Piece, stems: dict[str, Stem]) -> list[Piece]:
    """Return the boxes of a piece: a tree is a stem below and a crown above, most are one."""
    stem = stems.get(piece.kind)
    if stem is None:
        return [piece]
    (x, y, z), (width, height, depth) = piece.position, piece.size
    lower = (width * stem.width_share, height * stem.height_share, depth * stem.width_share)
    upper = (width * 0.8, height - lower[1], depth * 0.8)
    return [
        _reshaped(piece, (x, y, z), lower),
        _reshaped(piece, (x, y + lower[1], z), upper),
    ]


def _reshaped(
    piece: Piece, position: tuple[float, float, float], size: tuple[float, float, float]
) -> Piece:
    return Piece(piece.name, piece.kind, position, size, piece.yaw_rad, is_solid=piece.is_solid)


def _boxes(pieces: list[Piece]) -> Boxes:
    yaws = [piece.yaw_rad for piece in pieces]
    lows = [piece.position[1] for piece in pieces]
    highs = [piece.position[1] + piece.size[1] for piece in pieces]
    return Boxes(
        centres=np.array([(p.position[0], p.position[2]) for p in pieces], float).reshape(-1, 2),
        halves=np.array([(p.size[0] / 2, p.size[2] / 2) for p in pieces], float).reshape(-1, 2),
        turns=np.column_stack([np.cos(yaws), np.sin(yaws)]).reshape(-1, 2),
        spans=np.column_stack([lows, highs]).reshape(-1, 2),
    )


Stretch = tuple[Wall, float, float, float, float]  # from and to along the wall, low, high


def _panels(stretches: list[Stretch]) -> Panels:
    starts, ends, spans = [], [], []
    for wall, from_m, to_m, low, high in stretches:
        start, end = np.array(wall.start), np.array(wall.end)
        way = (end - start) / _length(wall)
        starts.append(start + way * from_m)
        ends.append(start + way * to_m)
        spans.append((low, high))
    shape = (-1, 2)
    return Panels(
        np.array(starts, float).reshape(shape),
        np.array(ends, float).reshape(shape),
        np.array(spans, float).reshape(shape),
    )


def _length(wall: Wall) -> float:
    return math.dist(wall.start, wall.end)


def _beside_doors(wall: Wall) -> list[Stretch]:
    """Return the stretches of a wall that bodies cannot pass."""
    doors = sorted(
        (opening.start_m, opening.start_m + opening.width_m)
        for opening in wall.openings
        if opening.kind != "window"
    )
    edges = [0.0, *[edge for door in doors for edge in door], _length(wall)]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(wall, low, high, 0.0, wall.height_m) for low, high in pairs if high > low]


def _around_openings(wall: Wall) -> list[Stretch]:
    """Return the rectangles of a wall that hide what is behind: beside, under and over holes."""
    stretches, at = [], 0.0
    for hole in sorted(wall.openings, key=lambda opening: opening.start_m):
        end = hole.start_m + hole.width_m
        stretches.append((wall, at, hole.start_m, 0.0, wall.height_m))
        stretches.append((wall, hole.start_m, end, 0.0, hole.sill_m))
        stretches.append((wall, hole.start_m, end, hole.sill_m + hole.height_m, wall.height_m))
        at = end
    stretches.append((wall, at, _length(wall), 0.0, wall.height_m))
    return [item for item in stretches if item[2] > item[1] and item[4] > item[3]]


def _in_polygon(points: Array, corners: Array) -> Flags:
    """Return whether points (n, 2) lie inside a ring of corners; no ring holds everything."""
    if len(corners) == 0:
        return np.ones(len(points), bool)
    x, z = points[:, :1], points[:, 1:]
    following = np.roll(corners, -1, axis=0)
    (x0, z0), (x1, z1) = corners.T, following.T
    straddles = (z0 > z) != (z1 > z)
    rise = np.where(z1 == z0, 1.0, z1 - z0)
    crossings = straddles & (x < (x1 - x0) * (z - z0) / rise + x0)
    return np.asarray(crossings.sum(axis=1) % 2 == 1)


def _above(height: Array, spans: Array) -> Array:
    """Return how far heights (n,) are over or under each span: (n, spans)."""
    y = height[:, None]
    return np.asarray(np.maximum(0.0, np.maximum(spans[:, 0] - y, y - spans[:, 1])))


def _distance_to_boxes(points: Array, boxes: Boxes) -> Array:
    x, z = boxes.local(points[:, 0], points[:, 1])
    beyond_x = np.maximum(np.abs(x) - boxes.halves[:, 0], 0.0)
    beyond_z = np.maximum(np.abs(z) - boxes.halves[:, 1], 0.0)
    return np.asarray(np.hypot(beyond_x, beyond_z))


def _distance_to_panels(points: Array, panels: Panels) -> Array:
    way = panels.ends - panels.starts
    offset = points[:, None] - panels.starts
    squared = np.maximum((way * way).sum(axis=1), 1e-12)
    along = np.clip((offset * way).sum(axis=2) / squared, 0.0, 1.0)
    return np.asarray(np.linalg.norm(offset - along[..., None] * way, axis=2))


@kernel
def _strike_boxes(
    a: Array, b: Array, centres: Array, halves: Array, turns: Array, spans: Array, clear: Flags
) -> None:
    """Strike out the segments a→b that pass through a box, by slabs.

    Whoever sits in a piece is in its box, and is not hidden by it.
    """
    for row in range(len(a)):
        for box in range(len(centres)):
            cos, sin = turns[box, 0], turns[box, 1]
            ax, az = a[row, 0] - centres[box, 0], a[row, 2] - centres[box, 1]
            bx, bz = b[row, 0] - centres[box, 0], b[row, 2] - centres[box, 1]
            middle = (spans[box, 0] + spans[box, 1]) / 2
            origins = (cos * ax - sin * az, sin * ax + cos * az, a[row, 1] - middle)
            ends = (cos * bx - sin * bz, sin * bx + cos * bz, b[row, 1] - middle)
            reaches = (halves[box, 0], halves[box, 1], (spans[box, 1] - spans[box, 0]) / 2)
            enter, leave = 0.0, 1.0
            from_seat = to_seat = True
            for axis in range(3):
                from_seat &= abs(origins[axis]) <= reaches[axis] + _SEAT_M
                to_seat &= abs(ends[axis]) <= reaches[axis] + _SEAT_M
                way = ends[axis] - origins[axis]
                way = way if abs(way) >= _LEAST_WAY else _LEAST_WAY
                near = (-reaches[axis] - origins[axis]) / way
                far = (reaches[axis] - origins[axis]) / way
                enter, leave = max(enter, min(near, far)), min(leave, max(near, far))
            if enter < leave and not (from_seat or to_seat):
                clear[row] = False
                break


@kernel
def _strike_panels(
    a: Array, b: Array, starts: Array, ends: Array, spans: Array, clear: Flags
) -> None:
    """Strike out the segments a→b that pass through a panel."""
    for row in range(len(a)):
        sx, sz = b[row, 0] - a[row, 0], b[row, 2] - a[row, 2]
        for panel in range(len(starts)):
            wx, wz = ends[panel, 0] - starts[panel, 0], ends[panel, 1] - starts[panel, 1]
            ox, oz = starts[panel, 0] - a[row, 0], starts[panel, 1] - a[row, 2]
            turn = sx * wz - sz * wx
            if abs(turn) < _LEAST_WAY:
                continue
            share, along = (ox * wz - oz * wx) / turn, (ox * sz - oz * sx) / turn
            height = a[row, 1] + share * (b[row, 1] - a[row, 1])
            held = spans[panel, 0] <= height <= spans[panel, 1]
            if 0.0 < share < 1.0 and 0.0 <= along <= 1.0 and held:
                clear[row] = False
                break

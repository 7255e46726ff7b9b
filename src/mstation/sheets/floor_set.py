"""A set in, its outlines on a floor plan out: walls with their openings, pieces."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from mstation.sheets.plan import Item, Outline, Point, polygon, turned
from mstation.stage.layout import Layout, Opening, Piece, Wall

HANGS_M = 2.0  # what hangs higher stands in nobody's way
_WALL_M = 0.12
WALL, PIECE, PIECE_EDGE = "#4A4A4A", "#ECE6DA", "#8C8374"  # as both views draw them
_BEYOND, _GLASS, _PANE, _FLAT = "#B5B5B5", "#64B5F6", "#E3F2FD", "#F6F2EA"
_DOOR_STEPS = 10

_Place = Callable[[float, float], Point]  # along a wall, and out of the room


def set_outlines(layout: Layout) -> Iterator[Item]:
    """Yield everything that stands on a set, the low things first."""
    for piece in sorted(layout.pieces, key=lambda piece: piece.position[1]):
        yield _piece(piece)
    for wall in layout.walls:
        yield from _wall(wall)


def _piece(piece: Piece) -> Item:
    """Return a piece's outline; that of what hangs is dashed."""
    corners = piece_corners(piece)
    hangs = piece.position[1] >= HANGS_M
    fill = "" if hangs else (PIECE if piece.is_solid else _FLAT)
    return Outline(
        corners,
        PIECE_EDGE,
        0.5,
        fill=fill,
        dash_pt=(1.5, 1.5) if hangs else (),
        is_closed=True,
        name=piece.kind,
    )


def piece_corners(piece: Piece) -> tuple[Point, ...]:
    """Return the corners of a piece on the floor, its front edge first."""
    half_width, half_depth = piece.size[0] / 2, piece.size[2] / 2
    box = [(-half_width, -half_depth), (half_width, -half_depth),
           (half_width, half_depth), (-half_width, half_depth)]  # fmt: skip
    middle = (piece.position[0], piece.position[2])
    return tuple(turned(box, middle, -piece.yaw_rad))


def _wall(wall: Wall) -> Iterator[Item]:
    """Yield a wall outside its line, with gaps for its doors and panes in its windows."""
    length = math.dist(wall.start, wall.end)
    if length < 1e-3:
        return
    way = ((wall.end[0] - wall.start[0]) / length, (wall.end[1] - wall.start[1]) / length)
    out = (-way[1], way[0])  # the room is to the left

    def at(along: float, off: float) -> Point:
        return (
            wall.start[0] + way[0] * along + out[0] * off,
            wall.start[1] + way[1] * along + out[1] * off,
        )

    is_beyond = wall.name.startswith("beyond ")
    cursor = 0.0
    openings = sorted(wall.openings, key=lambda opening: opening.start_m)
    for opening in [*openings, None]:
        end = opening.start_m if opening else length
        if end > cursor:
            band = [at(cursor, 0), at(end, 0), at(end, _WALL_M), at(cursor, _WALL_M)]
            fill = _BEYOND if is_beyond else WALL
            yield polygon(band, fill=fill, stroke=fill, width_pt=0.3, name=wall.name)
        if opening:
            yield from _opening(opening, at)
            cursor = opening.start_m + opening.width_m


def _opening(opening: Opening, at: _Place) -> Iterator[Item]:
    start, end = opening.start_m, opening.start_m + opening.width_m
    if opening.kind == "window":
        pane = [at(start, 0), at(end, 0), at(end, _WALL_M), at(start, _WALL_M)]
        yield polygon(pane, fill=_PANE, stroke=_GLASS, width_pt=0.5, name="window")
        yield Outline((at(start, _WALL_M / 2), at(end, _WALL_M / 2)), _GLASS, 0.7)
        return
    for side in (start, end):
        yield Outline((at(side, 0), at(side, _WALL_M)), WALL, 0.7)
    if opening.kind == "door":
        steps = [math.pi / 2 * step / _DOOR_STEPS for step in range(_DOOR_STEPS + 1)]
        swing = [
            at(start + opening.width_m * math.cos(angle), -opening.width_m * math.sin(angle))
            for angle in steps
        ]
        yield Outline(tuple(swing), PIECE_EDGE, 0.4, dash_pt=(1.5, 1.2))
        yield Outline((at(start, 0), swing[-1]), WALL, 0.9, name="door")

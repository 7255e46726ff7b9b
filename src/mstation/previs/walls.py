"""A wall in, its inside face out: holes for doors and windows, frames, panes, a leaf ajar."""

from __future__ import annotations

import math

import numpy as np

from mstation.breakdown.scene import TimeOfDay
from mstation.identity import seed_of
from mstation.previs.decor import look_of
from mstation.previs.finish import finish_of
from mstation.previs.fittings import BUILDERS
from mstation.previs.hangings import hangings
from mstation.previs.mesh import Mesh, join, with_only
from mstation.previs.primitives import (
    assembled,
    box,
    join_as_part,
    mixed,
    panel,
    panels,
    pigments,
    placed,
    tone,
    upright,
)  # fmt: skip
from mstation.previs.wall_finish import Face, finished_wall, free_rectangles, rails
from mstation.previs.windows import window_dress, window_view
from mstation.stage.layout import Layout, Opening, Rgb, Wall

THICK_M = 0.14
_LOW_WALL_M = 1.5  # lower ones are parapets and counters
_BEHIND_M = 0.004  # the plaster lies under the finish, so that no seam shows light
_BACK_COS = 0.3  # faces that look away from the room more than this are backs
_PASSAGE_M = 1.7  # how far one sees into what lies behind a door
_AJAR_RAD = math.radians(78)
_DAY_PANE: Rgb = (0.6, 0.72, 0.82)
_NIGHT_PANE: Rgb = (0.02, 0.03, 0.055)
_FRAME: Rgb = (0.55, 0.53, 0.48)
_DOOR: Rgb = (0.2, 0.1, 0.05)


def wall_meshes(wall: Wall, layout: Layout) -> list[Mesh]:
    """Return the wall in the world, seen from its inside only, its top from above."""
    length = math.dist(wall.start, wall.end)
    if length < 1e-3:
        return []
    openings = _within(wall, length)
    meshes = [*_face(wall, length, openings, layout), _top(wall, length)]
    for opening in openings:
        meshes += _frame(opening, wall.colour, layout)
        match opening.kind:
            case "window":
                meshes += _window(opening, layout)
            case "door":
                meshes += [*_passage(opening, wall, layout), _leaf(opening)]
            case "arch":
                meshes += _passage(opening, wall, layout)
    if layout.is_interior:
        meshes += window_view(wall, openings, layout)
        hung = hangings(wall, length, openings, layout)
        meshes += [_seen_from_the_room(mesh) for mesh in hung]
    return [on_wall(mesh, wall) for mesh in meshes]


def wall_panes(wall: Wall, colour: Rgb) -> list[Mesh]:
    """Return the clear panes of a wall's windows, seen from its inside."""
    z = THICK_M * 0.75
    return [
        on_wall(
            panel(
                upright(
                    opening.start_m,
                    opening.start_m + opening.width_m,
                    opening.sill_m,
                    opening.sill_m + opening.height_m,
                    z,
                ),
                colour,
            ),
            wall,
        )
        for opening in _within(wall, math.dist(wall.start, wall.end))
        if opening.kind == "window"
    ]


def on_wall(mesh: Mesh, wall: Wall) -> Mesh:
    """Return a mesh that is drawn along +X with the room at −Z, put on its wall."""
    along = np.subtract(wall.end, wall.start)
    yaw = math.atan2(-float(along[1]), float(along[0]))
    return placed(mesh, at=(wall.start[0], 0.0, wall.start[1]), yaw_rad=yaw)


def _within(wall: Wall, length: float) -> list[Opening]:
    """Return the openings in order, without any that leave the wall or overlap the last."""
    fitting: list[Opening] = []
    for opening in sorted(wall.openings, key=lambda opening: opening.start_m):
        end = opening.start_m + opening.width_m
        last = fitting[-1].start_m + fitting[-1].width_m if fitting else 0.0
        top = opening.sill_m + opening.height_m
        if opening.start_m >= last - 1e-6 and end <= length + 1e-6 and top <= wall.height_m + 1e-6:
            fitting.append(opening)
    return fitting


def _face(wall: Wall, length: float, openings: list[Opening], layout: Layout) -> list[Mesh]:
    """Return the wall between the openings: plaster outdoors, a room's own finish indoors."""
    free = free_rectangles(length, wall.height_m, openings)
    behind = _BEHIND_M if layout.is_interior else 0.0
    quads = np.array([upright(*rect, behind) for rect in free])
    plaster = panels(quads, pigments(wall.colour, len(quads)))
    if not layout.is_interior or wall.height_m <= _LOW_WALL_M:
        return [plaster]
    dice = np.random.default_rng(seed_of(layout.set_key, "wall", wall.name))
    face = Face(length, wall.height_m, wall.colour, look_of(layout.kind), dice)
    trim = [_seen_from_the_room(rail) for rail in rails(face, openings)]
    return [join_as_part(join([plaster, finished_wall(face, free)])), *trim]


def _seen_from_the_room(mesh: Mesh) -> Mesh:
    """Return what hangs on a wall without its back: one looks through a wall from outside."""
    a, b, c = (mesh.points[mesh.triangles[:, corner]] for corner in range(3))
    across = np.cross(b - a, c - a)
    keeps = across[:, 2] <= _BACK_COS * np.linalg.norm(across, axis=1)
    return with_only(mesh, keeps)


def _top(wall: Wall, length: float) -> Mesh:
    """Return the cut edge of the wall, as a camera above the set sees it."""
    y = wall.height_m
    return panel(
        [(0, y, THICK_M), (length, y, THICK_M), (length, y, 0), (0, y, 0)], tone(wall.colour, 0.5)
    )


def _frame(opening: Opening, colour: Rgb, layout: Layout) -> list[Mesh]:
    """Return the casing around an opening and the reveal in the thickness of the wall."""
    x0, x1 = opening.start_m, opening.start_m + opening.width_m
    y0, y1 = opening.sill_m, opening.sill_m + opening.height_m
    trim = mixed(look_of(layout.kind).trim if layout.is_interior else _FRAME, colour, 0.25)
    width, depth = 0.07, THICK_M + 0.03
    z = THICK_M / 2 - 0.015
    meshes = [
        box((x0 + width / 2, y0, z), (width, y1 - y0, depth), trim),
        box((x1 - width / 2, y0, z), (width, y1 - y0, depth), trim),
        box(((x0 + x1) / 2, y1 - width, z), (x1 - x0, width, depth), trim),
    ]
    if opening.kind == "window":
        sill = (x1 - x0 + 0.12, 0.045, THICK_M + 0.14)
        meshes.append(box(((x0 + x1) / 2, y0 - 0.02, THICK_M / 2 - 0.07), sill, tone(trim, 1.1)))
    return meshes


def _window(opening: Opening, layout: Layout) -> list[Mesh]:
    """Return a window's bars, its dressing, and outdoors the pane, bright by day."""
    x0, x1 = opening.start_m, opening.start_m + opening.width_m
    y0, y1 = opening.sill_m, opening.sill_m + opening.height_m
    z = THICK_M * 0.75
    frame = tone(look_of(layout.kind).trim, 0.9) if layout.is_interior else _FRAME
    meshes = [] if layout.is_interior else [_pane(opening, layout, z)]
    across = 2 if opening.width_m < 1.7 else 3
    for index in range(1, across):
        x = x0 + opening.width_m * index / across
        meshes.append(box((x, y0, z - 0.02), (0.045, y1 - y0, 0.03), frame))
    if opening.height_m > 0.7:
        y = y0 + 0.62 * opening.height_m
        meshes.append(box(((x0 + x1) / 2, y, z - 0.02), (x1 - x0, 0.04, 0.03), frame))
    return meshes + (window_dress(opening, layout) if layout.is_interior else [])


def _pane(opening: Opening, layout: Layout, z: float) -> Mesh:
    """Return the glass of a wall that stands in the open: one does not look through it."""
    x0, x1 = opening.start_m, opening.start_m + opening.width_m
    y0, y1 = opening.sill_m, opening.sill_m + opening.height_m
    light = layout.lighting
    match layout.time:
        case TimeOfDay.NIGHT:
            pane, glow = mixed(_NIGHT_PANE, light.backdrop_horizon, 0.3), 0.35
        case TimeOfDay.DAY:
            pane, glow = mixed(_DAY_PANE, light.backdrop_horizon, 0.5), 0.85
        case _:
            pane, glow = light.backdrop_horizon, 0.7
    return panel(upright(x0, x1, y0, y1, z), pane, glow=glow)


def _passage(opening: Opening, wall: Wall, layout: Layout) -> list[Mesh]:
    """Return what is seen through a doorway of a room: a dim floor and walls."""
    if not layout.is_interior or _is_closed_behind(opening, wall, layout):
        return []
    side = 0.55
    x0, x1 = opening.start_m - side, opening.start_m + opening.width_m + side
    y1, z0, z1 = opening.sill_m + opening.height_m + 0.3, THICK_M, THICK_M + _PASSAGE_M
    plaster, boards = tone(wall.colour, 0.72), tone(layout.floor_colour, 0.8)
    inner0, inner1 = opening.start_m, opening.start_m + opening.width_m
    return [
        panel(upright(x0, x1, 0, y1, z1), plaster),
        panel([(x0, 0, z1), (x0, 0, z0), (x0, y1, z0), (x0, y1, z1)], tone(plaster, 0.85)),
        panel([(x1, 0, z0), (x1, 0, z1), (x1, y1, z1), (x1, y1, z0)], tone(plaster, 0.85)),
        panel([(x0, 0, z1), (x1, 0, z1), (x1, 0, z0), (x0, 0, z0)], boards),
        panel([(inner0, 0, z0), (inner1, 0, z0), (inner1, 0, 0), (inner0, 0, 0)], boards),
    ]


def _is_closed_behind(opening: Opening, wall: Wall, layout: Layout) -> bool:
    """Whether the layout itself has a wall within a few steps behind the opening."""
    start, way = np.array(wall.start), np.subtract(wall.end, wall.start)
    way /= np.linalg.norm(way)
    outward = np.array([-way[1], way[0]])
    middle = start + way * (opening.start_m + opening.width_m / 2)
    for other in layout.walls:
        span = np.subtract(other.end, other.start)
        crossing = outward[0] * span[1] - outward[1] * span[0]
        if other is wall or abs(crossing) < 1e-9:
            continue
        gap = np.subtract(other.start, middle)
        away = (gap[0] * span[1] - gap[1] * span[0]) / crossing
        share = (gap[0] * outward[1] - gap[1] * outward[0]) / crossing
        if 0.3 < away < 2 * _PASSAGE_M and 0 <= share <= 1:
            return True
    return False


def _leaf(opening: Opening) -> Mesh:
    """Return the door, standing open away from the room so that people can pass."""
    finish = finish_of(_DOOR, 0, is_lit=False)
    width, height = opening.width_m - 0.16, opening.height_m - 0.09
    leaf = assembled(BUILDERS["door_leaf"](width, height, 0.045, finish))
    hinged = placed(leaf, at=(width / 2, 0, 0))
    at = (opening.start_m + 0.08, opening.sill_m + 0.012, THICK_M - 0.02)
    return placed(hinged, at=at, yaw_rad=-_AJAR_RAD)

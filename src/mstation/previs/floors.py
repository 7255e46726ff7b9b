"""The ground of a set: its pattern where people walk, plain earth as far as one can see."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from mstation.previs.decor import look_of
from mstation.previs.floor_patterns import PATTERNS, rectangles
from mstation.previs.grounds import Rect, ground_colour, ground_of, laid_ground, tufts
from mstation.previs.mesh import Mesh, join
from mstation.previs.primitives import join_as_part, panels, pigments, tone
from mstation.stage.layout import Layout

GROUND_REACH_M = 260.0  # how far open ground goes on beyond the set
_SINK_M = 0.012  # the ground around lies a little lower, so that the pattern never flickers


def floor_meshes(layout: Layout, dice: np.random.Generator) -> list[Mesh]:
    """Return the floor with the ground around it and its grass as one ink part."""
    if layout.is_interior:
        return [_room_floor(layout, dice)]
    (x0, z0), (x1, z1) = layout.floor_min, layout.floor_max
    rect = (x0, z0, x1, z1)
    grass = tufts(layout, rect, dice)
    laid = panels(*laid_ground(layout, rect, dice))
    around = _ground(*rect, layout)
    return [join_as_part(join([laid, around, *([grass] if grass is not None else [])]))]


def _room_floor(layout: Layout, dice: np.random.Generator) -> Mesh:
    """Return a room's floor, and plain darker floor behind its doors, as one ink part."""
    rect, whole = _room(layout), _extent(layout)
    pattern = PATTERNS[look_of(layout.kind).floor or layout.floor_pattern]
    floor = panels(*pattern(*rect, layout.floor_colour, dice))
    if rect == whole:
        return floor
    a, b, c, d = (np.array([edge]) for edge in whole)
    beyond = panels(rectangles(a, b, c, d, -_SINK_M), pigments(tone(layout.floor_colour, 0.8), 1))
    return join_as_part(join([floor, beyond]))


def _room(layout: Layout) -> Rect:
    """Return the rectangle within a room's own walls."""
    walls = [wall for wall in layout.walls if not wall.name.startswith("beyond")]
    ends = [end for wall in walls for end in (wall.start, wall.end)]
    if not ends:
        return _extent(layout)
    xs, zs = [x for x, _ in ends], [z for _, z in ends]
    return min(xs), min(zs), max(xs), max(zs)


def _extent(layout: Layout) -> Rect:
    """Return the patterned rectangle: the floor, and indoors all that the walls enclose."""
    (x0, z0), (x1, z1) = layout.floor_min, layout.floor_max
    if layout.is_interior:
        ends = [end for wall in layout.walls for end in (wall.start, wall.end)]
        x0, x1 = min([x0, *(x for x, _ in ends)]), max([x1, *(x for x, _ in ends)])
        z0, z1 = min([z0, *(z for _, z in ends)]), max([z1, *(z for _, z in ends)])
    return x0, z0, x1, z1


def _ground(x0: float, z0: float, x1: float, z1: float, layout: Layout) -> Mesh:
    """Return the earth around the set as rings of rectangles that grow with the distance."""
    reaches = [0.0, 12.0, 45.0, 120.0, GROUND_REACH_M]
    middle_x, middle_z = (x0 + x1) / 2, (z0 + z1) / 2
    half_x, half_z = (x1 - x0) / 2, (z1 - z0) / 2
    spans = []
    for inner, outer in pairwise(reaches):
        ix, iz, ox, oz = half_x + inner, half_z + inner, half_x + outer, half_z + outer
        if inner == 0.0:
            ix, iz = max(0.0, ix - 0.3), max(0.0, iz - 0.3)
        spans += [(-ox, -oz, ox, -iz), (-ox, iz, ox, oz), (-ox, -iz, -ix, iz), (ix, -iz, ox, iz)]
    a, b, c, d = (np.array(spans) + np.array([middle_x, middle_z] * 2)).T
    ground = ground_of(layout.kind)
    quads = rectangles(a, b, c, d, -_SINK_M - ground.drop_m)
    colour = ground.around or tone(ground_colour(layout), 0.94)
    return panels(quads, pigments(colour, len(quads)))

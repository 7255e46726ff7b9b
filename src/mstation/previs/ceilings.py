"""The ceiling of a room, seen from below: plaster with a rose, beams, a grid, coffers, pipes."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mstation.identity import seed_of
from mstation.previs.decor import Ceiling, look_of
from mstation.previs.finish import METAL
from mstation.previs.mesh import Mesh
from mstation.previs.primitives import box, mixed, panel, panels, pigments, tone, tube
from mstation.stage.layout import Layout, Rgb

_PLATE_M = 0.6  # side of a plate of a hung ceiling
_STRIP_EVERY = 4  # plates from one strip light to the next
_BEAM_EVERY_M, _COFFER_M, _RIB_EVERY_M = 1.7, 1.5, 1.3
_ROSE_SIDES = 20


@dataclass(frozen=True, slots=True)
class Overhead:
    """The rectangle under a ceiling, its height, its colours."""

    x0: float
    z0: float
    x1: float
    z1: float
    y: float
    colour: Rgb
    trim: Rgb
    dice: np.random.Generator

    @property
    def is_long_in_x(self) -> bool:
        """Whether the room is longer from west to east."""
        return self.x1 - self.x0 >= self.z1 - self.z0


def ceiling_meshes(layout: Layout) -> list[Mesh]:
    """Return the ceiling of a room, seen from below only."""
    points = [end for wall in layout.walls for end in (wall.start, wall.end)
              if not wall.name.startswith("beyond")]  # fmt: skip
    (x0, z0), (x1, z1) = layout.floor_min, layout.floor_max
    if points:
        x0, z0 = min(x for x, _ in points), min(z for _, z in points)
        x1, z1 = max(x for x, _ in points), max(z for _, z in points)
    y = max([layout.ceiling_m, *(wall.height_m for wall in layout.walls)])
    wall = layout.walls[0].colour if layout.walls else layout.floor_colour
    dice = np.random.default_rng(seed_of(layout.set_key, "ceiling"))
    look = look_of(layout.kind)
    over = Overhead(x0, z0, x1, z1, y, tone(wall, 1.12), look.trim, dice)
    return _CEILINGS[look.ceiling](over)


def _flat(
    over: Overhead, span: tuple[float, float, float, float], drop: float, colour: Rgb,
    glow: float = 0.0,
) -> Mesh:  # fmt: skip
    """Return a level rectangle (x0, z0, x1, z1) that looks down, so far under the ceiling."""
    x0, z0, x1, z1 = span
    y = over.y - drop
    return panel([(x0, y, z0), (x1, y, z0), (x1, y, z1), (x0, y, z1)], colour, glow=glow)


def _whole(over: Overhead, colour: Rgb | None = None) -> Mesh:
    # A little past the walls, so that no seam shows sky.
    span = (over.x0 - 0.1, over.z0 - 0.1, over.x1 + 0.1, over.z1 + 0.1)
    return _flat(over, span, 0.0, colour or over.colour)


def _plain(over: Overhead) -> list[Mesh]:
    return [_whole(over)]


def _rose(over: Overhead) -> list[Mesh]:
    """Return plaster with a moulded rose in its middle and a frame along the walls."""
    x, z = (over.x0 + over.x1) / 2, (over.z0 + over.z1) / 2
    meshes = [_whole(over)]
    for radius, drop, shade in ((0.55, 0.012, 0.93), (0.42, 0.02, 1.0), (0.2, 0.028, 0.9)):
        angles = 2 * math.pi * np.arange(_ROSE_SIDES) / _ROSE_SIDES
        ring = [(x + radius * math.cos(a), over.y - drop, z + radius * math.sin(a)) for a in angles]
        meshes.append(panel(ring, tone(over.colour, shade)))
    inset = 0.55
    a, b = (over.x0 + inset, over.x1 - inset), (over.z0 + inset, over.z1 - inset)
    line = tone(over.colour, 0.88)
    for span in (
        (a[0], b[0], a[1], b[0] + 0.05), (a[0], b[1] - 0.05, a[1], b[1]),
        (a[0], b[0], a[0] + 0.05, b[1]), (a[1] - 0.05, b[0], a[1], b[1]),
    ):  # fmt: skip
        meshes.append(_flat(over, span, 0.01, line))
    return meshes


def _across(over: Overhead, every: float, wide: float, high: float, colour: Rgb) -> list[Mesh]:
    """Return beams across the shorter way of the room."""
    low, high_end = (over.x0, over.x1) if over.is_long_in_x else (over.z0, over.z1)
    count = max(2, round((high_end - low) / every))
    meshes = []
    for index in range(count):
        at = low + (high_end - low) * (index + 0.5) / count
        shade = float(over.dice.uniform(0.92, 1.06))
        if over.is_long_in_x:
            foot = (at, over.y - high, (over.z0 + over.z1) / 2)
            size = (wide, high, over.z1 - over.z0)
        else:
            foot = ((over.x0 + over.x1) / 2, over.y - high, at)
            size = (over.x1 - over.x0, high, wide)
        meshes.append(box(foot, size, tone(colour, shade)))
    return meshes


def _beams(over: Overhead) -> list[Mesh]:
    wood = mixed((0.15, 0.085, 0.045), over.trim, 0.25)
    return [_whole(over), *_across(over, _BEAM_EVERY_M, 0.16, 0.18, wood)]


def _ribs(over: Overhead) -> list[Mesh]:
    return [_whole(over), *_across(over, _RIB_EVERY_M, 0.06, 0.05, tone(over.trim, 0.9))]


def _grid(over: Overhead) -> list[Mesh]:
    """Return a hung ceiling of square plates, some of them lights."""
    columns = max(1, round((over.x1 - over.x0) / _PLATE_M))
    rows = max(1, round((over.z1 - over.z0) / _PLATE_M))
    xs = np.linspace(over.x0, over.x1, columns + 1)
    zs = np.linspace(over.z0, over.z1, rows + 1)
    quads, colours, lights = [], [], []
    for column in range(columns):
        for row in range(rows):
            a, b = xs[column] + 0.012, xs[column + 1] - 0.012
            c, d = zs[row] + 0.012, zs[row + 1] - 0.012
            y = over.y - 0.006
            quad = [[a, y, c], [b, y, c], [b, y, d], [a, y, d]]
            is_light = column % _STRIP_EVERY == 2 and row % 3 == 1
            if is_light:
                lights.append(quad)
            else:
                quads.append(quad)
                colours.append(tone((0.52, 0.52, 0.5), float(over.dice.uniform(0.96, 1.03))))
    meshes = [_whole(over, (0.3, 0.3, 0.3)), panels(np.array(quads), np.array(colours, np.float32))]
    if lights:
        glow = pigments((0.86, 0.9, 0.88), len(lights))
        meshes.append(panels(np.array(lights), glow, glow=0.8))
    return meshes


def _coffers(over: Overhead) -> list[Mesh]:
    """Return sunk fields between crossed beams, a painted square in each."""
    wood = mixed(over.trim, over.colour, 0.2)
    meshes = [_whole(over, tone(wood, 0.75))]
    columns = max(2, round((over.x1 - over.x0) / _COFFER_M))
    rows = max(2, round((over.z1 - over.z0) / _COFFER_M))
    xs = np.linspace(over.x0, over.x1, columns + 1)
    zs = np.linspace(over.z0, over.z1, rows + 1)
    quads = []
    for a, b in itertools.pairwise(xs):
        for c, d in itertools.pairwise(zs):
            y = over.y - 0.01
            inset = 0.24
            quads.append([[a + inset, y, c + inset], [b - inset, y, c + inset],
                          [b - inset, y, d - inset], [a + inset, y, d - inset]])  # fmt: skip
    meshes.append(panels(np.array(quads), pigments(mixed(wood, over.colour, 0.55), len(quads))))
    for x in xs:
        middle = (float(x), over.y - 0.12, (over.z0 + over.z1) / 2)
        meshes.append(box(middle, (0.14, 0.12, over.z1 - over.z0), wood))
    for z in zs:
        middle = ((over.x0 + over.x1) / 2, over.y - 0.1, float(z))
        meshes.append(box(middle, (over.x1 - over.x0, 0.1, 0.14), tone(wood, 0.92)))
    return meshes


def _pipes(over: Overhead) -> list[Mesh]:
    """Return bare concrete with pipes and a duct along the room."""
    meshes = [_whole(over, tone(over.colour, 0.75))]
    for share, radius, colour in (
        (0.16, 0.07, (0.25, 0.14, 0.09)), (0.22, 0.04, (0.12, 0.2, 0.18)), (0.84, 0.1, METAL),
    ):  # fmt: skip
        y = over.y - radius - 0.05
        if over.is_long_in_x:
            z = over.z0 + share * (over.z1 - over.z0)
            path = [(over.x0, y, z), (over.x1, y, z)]
        else:
            x = over.x0 + share * (over.x1 - over.x0)
            path = [(x, y, over.z0), (x, y, over.z1)]
        meshes.append(tube(path, radius, colour, sides=8))
    return [*meshes, *_across(over, 2.6, 0.22, 0.1, tone(over.colour, 0.66))]


def _trusses(over: Overhead) -> list[Mesh]:
    """Return steel girders with their lattice under a dark roof."""
    steel: Rgb = (0.14, 0.15, 0.16)
    meshes = [_whole(over, tone(over.colour, 0.55))]
    low, high = (over.x0, over.x1) if over.is_long_in_x else (over.z0, over.z1)
    ends = (over.z0, over.z1) if over.is_long_in_x else (over.x0, over.x1)
    deep = min(0.42, over.y * 0.12)
    for index in range(max(2, round((high - low) / 2.6))):
        at = low + (high - low) * (index + 0.5) / max(2, round((high - low) / 2.6))
        bays = max(4, round((ends[1] - ends[0]) / 0.9))
        spots = np.linspace(*ends, bays + 1)
        zigzag = [(spot, over.y - 0.06 - (deep if i % 2 else 0.0)) for i, spot in enumerate(spots)]
        for path, radius in (
            (zigzag, 0.02),
            ([(ends[0], over.y - 0.06), (ends[1], over.y - 0.06)], 0.04),
            ([(ends[0], over.y - 0.06 - deep), (ends[1], over.y - 0.06 - deep)], 0.04),
        ):
            line = [(at, y, s) if over.is_long_in_x else (s, y, at) for s, y in path]
            meshes.append(tube(line, radius, steel, sides=4))
    return meshes


def _rock(over: Overhead) -> list[Mesh]:
    """Return hanging stone: a rough net of facets."""
    columns, rows = 7, 6
    xs = np.linspace(over.x0 - 0.1, over.x1 + 0.1, columns + 1)
    zs = np.linspace(over.z0 - 0.1, over.z1 + 0.1, rows + 1)
    drops = over.dice.uniform(0.02, 0.36, (columns + 1, rows + 1))
    quads, colours = [], []
    stone = mixed(over.colour, (0.16, 0.14, 0.12), 0.7)
    for i in range(columns):
        for j in range(rows):
            corners = ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1))
            quads.append([[xs[a], over.y - drops[a, b], zs[b]] for a, b in corners])
            colours.append(tone(stone, float(over.dice.uniform(0.8, 1.1))))
    return [panels(np.array(quads), np.array(colours, np.float32))]


_CEILINGS: dict[Ceiling, Callable[[Overhead], list[Mesh]]] = {
    "plain": _plain,
    "rose": _rose,
    "beams": _beams,
    "grid": _grid,
    "coffers": _coffers,
    "pipes": _pipes,
    "trusses": _trusses,
    "ribs": _ribs,
    "rock": _rock,
}

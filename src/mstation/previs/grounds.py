"""How the ground of open sets is laid: kerbs, lanes, paths, puddles. A layout in, quads out."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import numpy as np
from pydantic import TypeAdapter

from mstation.previs.floor_patterns import PATTERNS, Quads, joined, rectangles, scattered
from mstation.previs.mesh import Mesh
from mstation.previs.primitives import mixed, pigments, solid, tone
from mstation.stage.layout import WET_LEFT, Layout, Rgb

_WHITE: Rgb = (0.5, 0.5, 0.47)
_STEP_M = 0.004  # what lies on the ground lies this much higher than what is under it
_LINE_M, _GAP_SHARE = 0.11, 1.2
_MOST_TUFTS = 380
_SLEEPER_M, _GAUGE_M = 0.65, 1.45

Rect = tuple[float, float, float, float]  # x0, z0, x1, z1


@dataclass(frozen=True, slots=True)
class Band:
    """A strip of ground from left to right."""

    z: tuple[float, float]
    pattern: str = ""
    colour: Rgb = (0.3, 0.3, 0.3)
    is_water: bool = False  # rain makes it no darker


@dataclass(frozen=True, slots=True)
class Line:
    """A painted or trodden line from left to right."""

    z: float
    wide_m: float = _LINE_M
    dash_m: float = 0.0
    colour: Rgb = _WHITE


@dataclass(frozen=True, slots=True)
class Path:
    """A winding way across the set."""

    colour: Rgb
    wide_m: float


@dataclass(frozen=True, slots=True)
class Ground:
    """How one kind of open set is laid."""

    base: str = ""
    colour: Rgb | None = None
    bands: tuple[Band, ...] = ()
    lines: tuple[Line, ...] = ()
    lines_x: tuple[float, ...] = ()
    sleepers_z: tuple[float, ...] = ()
    path: Path | None = None
    tufts: float = 0.0
    tufts_beyond_m: float = 0.0  # grass grows only this far from the middle line
    spots: float = 0.0
    spot_colours: tuple[Rgb, ...] = ()
    puddles: int = 0  # where it is wet
    around: Rgb | None = None  # what lies around the set: the water about a deck
    drop_m: float = 0.0  # how far below the set that lies


def ground_of(kind: str) -> Ground:
    """Return how the ground of a kind of set is laid."""
    grounds = _grounds()
    return grounds.get(kind, grounds["any"])


def ground_colour(layout: Layout) -> Rgb:
    """Return the colour that an open set's ground has as a whole."""
    own = ground_of(layout.kind).colour
    return layout.floor_colour if own is None else _underfoot(own, layout)


def _underfoot(dry: Rgb, layout: Layout) -> Rgb:
    """Return the colour of ground as the weather leaves it; the layout's own has it already."""
    return tone(dry, WET_LEFT) if layout.is_wet else dry


def laid_ground(layout: Layout, rect: Rect, dice: np.random.Generator) -> Quads:
    """Return all that lies flat on an open set's floor."""
    ground = ground_of(layout.kind)
    colour = ground_colour(layout)
    pattern = PATTERNS[ground.base or layout.floor_pattern]
    layers = [pattern(*rect, colour, dice)]
    for level, band in enumerate(ground.bands, 1):
        shown = band.colour if band.is_water else _underfoot(band.colour, layout)
        layers.append(_band(replace(band, colour=shown), rect, level * _STEP_M, dice))
    top = (len(ground.bands) + 1) * _STEP_M
    if ground.path is not None:
        trodden = replace(ground.path, colour=_underfoot(ground.path.colour, layout))
        layers += _winding(trodden, rect, layout, top, dice)
    for line in ground.lines:
        layers.append(_line(line, rect, top + _STEP_M))
    for x in ground.lines_x:
        layers.append(_turned_line(x, rect, top + _STEP_M))
    for z in ground.sleepers_z:
        layers += _track(z, rect, top + _STEP_M)
    if ground.spots:
        for tint in ground.spot_colours or (mixed(colour, (0.1, 0.1, 0.1), 0.4),):
            share = ground.spots / max(1, len(ground.spot_colours))
            layers.append(scattered(*rect, tint, dice, share, 0.03, 0.09))
    # Thrown on dry days too, or grass and stones would lie elsewhere when it rains.
    puddles = [_puddle(layout, rect, top + _STEP_M, dice) for _ in range(ground.puddles)]
    return joined(*layers, *(puddles if layout.is_wet else ()))


def tufts(layout: Layout, rect: Rect, dice: np.random.Generator) -> Mesh | None:
    """Return blades of grass in threes, seen from both sides, as one ink part."""
    ground = ground_of(layout.kind)
    x0, z0, x1, z1 = rect
    count = int(min(_MOST_TUFTS, (x1 - x0) * (z1 - z0) * ground.tufts))
    if count == 0:
        return None
    x, z = dice.uniform(x0, x1, count), dice.uniform(z0, z1, count)
    if ground.tufts_beyond_m:
        side = np.where(dice.random(count) < 0.5, -1.0, 1.0)
        z = side * dice.uniform(ground.tufts_beyond_m, max(-z0, z1), count)
    turn, height = dice.uniform(0, math.pi, count), dice.uniform(0.06, 0.2, count)
    green = mixed(layout.floor_colour, (0.1, 0.18, 0.05), 0.6)
    points, colours = [], []
    shades = dice.uniform(0.7, 1.3, count)
    for blade in (-1, 0, 1):
        aside = np.column_stack([np.cos(turn + blade), np.sin(turn + blade)]) * 0.02
        lean = np.column_stack([np.sin(turn), np.cos(turn)]) * 0.06 * blade
        tip = np.column_stack([x + lean[:, 0], height * (1 - 0.25 * abs(blade)), z + lean[:, 1]])
        left = np.column_stack([x - aside[:, 0], np.zeros(count), z - aside[:, 1]])
        right = np.column_stack([x + aside[:, 0], np.zeros(count), z + aside[:, 1]])
        points += [np.stack([left, right, tip], 1), np.stack([right, left, tip], 1)]
        colours += [np.asarray(green) * shades[:, None]] * 2
    cloud = np.concatenate(points).reshape(-1, 3)
    faces = np.arange(len(cloud)).reshape(-1, 3)
    paint = np.minimum(1, np.concatenate(colours)).astype(np.float32)
    normals = np.tile([0.0, 1.0, 0.0], (len(cloud), 1))
    return solid(cloud, faces, paint, normals=normals, smooth=True)


def _band(band: Band, rect: Rect, y: float, dice: np.random.Generator) -> Quads:
    x0, z0, x1, z1 = rect
    low, high = max(z0, band.z[0]), min(z1, band.z[1])
    if high <= low:
        return np.zeros((0, 4, 3)), np.zeros((0, 3), np.float32)
    if band.pattern:
        quads, colours = PATTERNS[band.pattern](x0, low, x1, high, band.colour, dice)
        return quads + np.array([0.0, y, 0.0]), colours
    flat = rectangles(np.array([x0]), np.array([low]), np.array([x1]), np.array([high]), y)
    return flat, pigments(band.colour, 1)


def _line(line: Line, rect: Rect, y: float) -> Quads:
    x0, _, x1, _ = rect
    long = line.dash_m or x1 - x0
    starts = np.arange(x0, x1 - 0.1, long * (1 + _GAP_SHARE)) if line.dash_m else np.array([x0])
    ends = np.minimum(starts + long, x1)
    low, high = (np.full_like(starts, line.z + side * line.wide_m / 2) for side in (-1, 1))
    return rectangles(starts, low, ends, high, y), pigments(line.colour, len(starts))


def _turned_line(x: float, rect: Rect, y: float) -> Quads:
    """Return dashes that run away from the eye."""
    _, z0, _, z1 = rect
    starts = np.arange(z0, z1 - 2.0, 4.0)
    low, high = np.full_like(starts, x - _LINE_M / 2), np.full_like(starts, x + _LINE_M / 2)
    return rectangles(low, starts, high, starts + 2.0, y), pigments(_WHITE, len(starts))


def _track(z: float, rect: Rect, y: float) -> list[Quads]:
    """Return sleepers and two rails."""
    x0, _, x1, _ = rect
    starts = np.arange(x0, x1 - 0.3, _SLEEPER_M)
    low, high = np.full_like(starts, z - 1.2), np.full_like(starts, z + 1.2)
    wood = (
        rectangles(starts, low, starts + 0.26, high, y),
        pigments((0.11, 0.08, 0.06), len(starts)),
    )
    rails = [
        _line(Line(z + side * _GAUGE_M / 2, 0.09, colour=(0.36, 0.35, 0.34)), rect, y + 0.02)
        for side in (-1, 1)
    ]
    return [wood, *rails]


def _winding(
    path: Path, rect: Rect, layout: Layout, y: float, dice: np.random.Generator
) -> list[Quads]:
    """Return a way from left to right that bends past the acting area, with soft edges."""
    x0, _, x1, _ = rect
    xs = np.linspace(x0, x1, 26)
    phase, swing = dice.uniform(0, 2 * math.pi), dice.uniform(1.2, 2.2)
    zs = 0.5 + swing * (np.sin(xs * 0.2 + phase) - math.sin(phase))
    layers = []
    edge = mixed(path.colour, layout.floor_colour, 0.5)
    for wide, colour, over in ((path.wide_m * 1.3, edge, 0.0), (path.wide_m, path.colour, _STEP_M)):
        half = wide / 2 * dice.uniform(0.86, 1.14, len(xs))
        quads = [
            [[xs[i], y + over, zs[i] + half[i]], [xs[i + 1], y + over, zs[i + 1] + half[i + 1]],
             [xs[i + 1], y + over, zs[i + 1] - half[i + 1]], [xs[i], y + over, zs[i] - half[i]]]
            for i in range(len(xs) - 1)
        ]  # fmt: skip
        shades = dice.uniform(0.95, 1.05, (len(quads), 1))
        paint = np.minimum(1.0, np.asarray(colour) * shades).astype(np.float32)
        layers.append((np.array(quads), paint))
    return layers


def _puddle(layout: Layout, rect: Rect, y: float, dice: np.random.Generator) -> Quads:
    """Return standing water that shows the sky."""
    x0, z0, x1, z1 = rect
    x = float(dice.uniform(max(x0, -9), min(x1, 9)))
    z = float(dice.uniform(max(z0, -5), min(z1, 5)))
    reach = float(dice.uniform(0.3, 0.8))
    angles = np.linspace(0, 2 * math.pi, 9)
    radii = reach * dice.uniform(0.65, 1.1, 9)
    radii[-1] = radii[0]
    rim = np.stack(
        [x + 1.6 * radii * np.cos(angles), np.full(9, y), z - radii * np.sin(angles)], -1
    )
    middle = np.array([x, y, z])
    quads = np.stack([np.stack([middle, rim[i], rim[i + 1], rim[i + 2]]) for i in (0, 2, 4, 6)])
    light = layout.lighting
    sky = mixed(mixed(light.backdrop_horizon, light.backdrop_top, 0.6), layout.floor_colour, 0.45)
    return quads, pigments(sky, len(quads))


@cache
def _grounds() -> dict[str, Ground]:
    text = resources.files("mstation.previs").joinpath("grounds.toml").read_text("utf-8")
    return TypeAdapter(dict[str, Ground]).validate_python(tomllib.loads(text))

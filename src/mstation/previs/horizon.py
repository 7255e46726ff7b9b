"""What closes the view of an open set: roofs, trees, hills or water, far off and cheap."""

from __future__ import annotations

import math
import tomllib
from importlib import resources
from typing import Literal

import numpy as np

from mstation.identity import seed_of
from mstation.previs.finish import LAMPLIGHT
from mstation.previs.floors import GROUND_REACH_M
from mstation.previs.mesh import Mesh
from mstation.previs.primitives import box, mixed, panel, panels, pigments, placed, solid, tone
from mstation.stage.layout import Layout, Rgb

Horizon = Literal["town", "trees", "hills", "water", "plain"]

_SURROUNDINGS = tomllib.loads(
    resources.files("mstation.previs").joinpath("sets.toml").read_text("utf-8")
)["surroundings"]
_LEAFY: Rgb = (0.045, 0.09, 0.035)
_HILLY: Rgb = (0.11, 0.15, 0.1)
_WATER: Rgb = (0.06, 0.12, 0.16)


def horizon_of(layout: Layout) -> Horizon:
    """Return what lies around the set, by the words of its kind, else by its ground."""
    words = f"{layout.kind} {layout.set_key}".lower()
    for entry in _SURROUNDINGS:
        if any(word in words for word in entry["words"]):
            found: Horizon = entry["horizon"]
            return found
    return "town" if layout.floor_pattern in ("asphalt", "tiles", "plain") else "trees"


def horizon_meshes(layout: Layout, *, is_lit: bool) -> list[Mesh]:
    """Return the far ring around the set."""
    dice = np.random.default_rng(seed_of(layout.set_key, "horizon"))
    (x0, z0), (x1, z1) = layout.floor_min, layout.floor_max
    middle = ((x0 + x1) / 2, 0.0, (z0 + z1) / 2)
    reach = math.hypot(x1 - x0, z1 - z0) / 2
    match horizon_of(layout):
        case "town":
            meshes = _town(reach, dice, layout, is_lit=is_lit)
        case "trees":
            meshes = [
                _crest(reach + 32, 6.5, 2.4, _tinted(_LEAFY, layout, 0.1), dice, 150),
                _crest(reach + 60, 11.0, 3.0, _tinted(_LEAFY, layout, 0.3), dice, 120),
            ]
        case "hills":
            meshes = _hills(reach, layout, dice)
        case "water":
            meshes = [_sea(reach, layout), *_hills(reach + 60, layout, dice)]
        case "plain":
            meshes = [
                _crest(reach + 200, 9.0, 3.0, _tinted(layout.floor_colour, layout, 0.4), dice, 48)
            ]
    return [placed(mesh, at=middle) for mesh in meshes]


def _tinted(colour: Rgb, layout: Layout, share: float) -> Rgb:
    """Return a colour that the air between has washed towards the sky's."""
    return mixed(colour, layout.lighting.backdrop_horizon, share)


def _crest(
    radius: float, height: float, rough: float, colour: Rgb, dice: np.random.Generator, count: int
) -> Mesh:
    """Return a jagged band all around, seen from the set."""
    angles = 2 * math.pi * np.arange(count + 1) / count
    tops = height + dice.uniform(-rough, rough, count)
    tops = np.append(tops, tops[0])
    x, z = np.cos(angles) * radius, np.sin(angles) * radius
    low = np.column_stack([x, np.full(count + 1, -1.0), z])
    high = np.column_stack([x, tops, z])
    quads = np.stack([low[:-1], low[1:], high[1:], high[:-1]], axis=1)
    shades = dice.uniform(0.88, 1.12, (count, 1))
    return panels(quads, np.minimum(1, np.asarray(colour) * shades).astype(np.float32))


def _hills(reach: float, layout: Layout, dice: np.random.Generator) -> list[Mesh]:
    meshes = []
    for radius, height, wash in ((110.0, 9.0, 0.35), (190.0, 26.0, 0.62)):
        count = 64
        angles = 2 * math.pi * np.arange(count + 1) / count
        phases = dice.uniform(0, 2 * math.pi, 4)
        tops = height * (
            1
            + sum(
                np.sin(wave * angles + phases[i]) / (i + 2) for i, wave in enumerate((2, 5, 9, 14))
            )
            * 0.6
        )
        x, z = np.cos(angles) * (reach + radius), np.sin(angles) * (reach + radius)
        low = np.column_stack([x * 0.86, np.full(count + 1, -1.0), z * 0.86])
        high = np.column_stack([x, tops, z])
        points = np.concatenate([low, high])
        ring = np.arange(count)
        faces = np.concatenate(
            [
                np.column_stack([ring, ring + 1, ring + count + 2]),
                np.column_stack([ring, ring + count + 2, ring + count + 1]),
            ]
        )
        meshes.append(solid(points, faces, _tinted(_HILLY, layout, wash), smooth=True))
    return meshes


def _town(reach: float, dice: np.random.Generator, layout: Layout, *, is_lit: bool) -> list[Mesh]:
    """Return two rings of house blocks, the farther higher and paler."""
    meshes: list[Mesh] = []
    lit: list[list[list[float]]] = []
    for ring, (count, away, low, high, wash) in enumerate(
        ((26, 34.0, 6.0, 13.0, 0.16), (30, 85.0, 14.0, 34.0, 0.48))
    ):
        for index in range(count):
            angle = 2 * math.pi * (index + float(dice.uniform(-0.25, 0.25))) / count
            wide, tall = float(dice.uniform(9, 19)), float(dice.uniform(low, high))
            warm = float(dice.uniform(0.1, 0.3))
            colour = _tinted((warm * 1.15, warm, warm * 0.9), layout, wash)
            radius = reach + away + float(dice.uniform(0, 14))
            block = box((0, -0.5, -radius), (wide, tall, 10.0), colour)
            meshes.append(placed(block, yaw_rad=angle))
            if ring == 0 or index % 2:
                lit += _far_windows(angle, radius - 5.05, wide, tall, dice, is_lit=is_lit)
    if lit:
        pane = LAMPLIGHT if is_lit else _tinted((0.1, 0.13, 0.16), layout, 0.2)
        meshes.append(panels(np.array(lit), pigments(pane, len(lit)), glow=0.7 if is_lit else 0.0))
    return meshes


def _far_windows(
    angle: float,
    radius: float,
    wide: float,
    tall: float,
    dice: np.random.Generator,
    *,
    is_lit: bool,
) -> list[list[list[float]]]:
    """Return some windows of a far house: those that are lit by night, a sparse grid by day."""
    cos, sin = math.cos(angle), math.sin(angle)
    quads = []
    for storey in range(min(8, int(tall / 3.4))):
        for column in range(min(5, int(wide / 3))):
            if dice.random() > (0.3 if is_lit else 0.75):
                continue
            x = -wide / 2 + 1.6 + column * 3.0
            y = 1.2 + storey * 3.3
            flat = [(x, y), (x + 1.1, y), (x + 1.1, y + 1.5), (x, y + 1.5)]
            quads.append(
                [[cos * px - sin * radius, py, -sin * px - cos * radius] for px, py in flat]
            )
    return quads


def _sea(reach: float, layout: Layout) -> Mesh:
    """Return water on the far side (−Z) of the set, out to the end of the ground."""
    far = GROUND_REACH_M * 0.95
    near = reach * 0.9 + 4
    colour = _tinted(_WATER, layout, 0.25)
    return panel(
        [(-far, 0.02, -near), (far, 0.02, -near), (far, 0.02, -far), (-far, 0.02, -far)],
        tone(colour, 1.0),
    )

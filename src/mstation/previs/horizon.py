"""What closes the view of an open set: roofs, trees, hills or water, far off and cheap."""

from __future__ import annotations

import math
import tomllib
from functools import partial
from importlib import resources
from typing import Literal

import numpy as np

from mstation.breakdown.scene import TimeOfDay
from mstation.identity import seed_of
from mstation.previs.finish import LAMPLIGHT
from mstation.previs.floors import GROUND_REACH_M
from mstation.previs.grounds import ground_of
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
_CLOUDS, _CLOUD_M = 11, 75.0  # how many, and how far beyond the set
_STAND = 46  # trees around a wood's set, as silhouettes
_MIST_M = 20.0  # in fog thicker than this there is no sky to see


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
                *_stand(reach, layout, dice),
                _crest(reach + 32, 6.5, 2.4, _tinted(_LEAFY, layout, 0.08), dice, 150),
                _crest(reach + 60, 11.0, 3.0, _tinted(_LEAFY, layout, 0.3), dice, 120),
                *_hills(reach + 40, layout, dice),
            ]
        case "hills":
            low = _crest(reach + 55, 4.2, 1.6, _tinted(_LEAFY, layout, 0.18), dice, 130)
            meshes = [low, *_hills(reach, layout, dice)]
        case "water":
            meshes = [*_sea(reach, layout, dice), *_hills(reach + 60, layout, dice)]
        case "plain":
            ground = layout.floor_colour
            meshes = [
                _ridge(reach + 70, 3.2, _tinted(ground, layout, 0.12), dice),
                _ridge(reach + 130, 9.0, _tinted(tone(ground, 0.8), layout, 0.4), dice),
                _mesas(reach + 190, _tinted(tone(ground, 0.75), layout, 0.6), dice),
            ]
    meshes += _clouds(reach, layout)
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
    """Return three chains of hills, the farther the higher and the more lost in the air."""
    return [
        _ridge(reach + away, height, _tinted(_HILLY, layout, wash), dice)
        for away, height, wash in ((95.0, 7.0, 0.26), (150.0, 15.0, 0.48), (215.0, 27.0, 0.7))
    ]


def _ridge(radius: float, height: float, colour: Rgb, dice: np.random.Generator) -> Mesh:
    """Return one chain of hills all around."""
    count = 72
    angles = 2 * math.pi * np.arange(count + 1) / count
    phases = dice.uniform(0, 2 * math.pi, 5)
    swing = sum(
        np.sin(wave * angles + phases[i]) / (i + 2) for i, wave in enumerate((2, 5, 9, 14, 27))
    )
    tops = height * (1 + 0.6 * swing)
    x, z = np.cos(angles) * radius, np.sin(angles) * radius
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
    return solid(points, faces, colour, smooth=True)


def _stand(reach: float, layout: Layout, dice: np.random.Generator) -> list[Mesh]:
    """Return the trees between the set and the far wood: trunks and crowns as silhouettes."""
    trunks, crowns, barks, greens = [], [], [], []
    arc = np.linspace(0, 2 * math.pi, 9)
    for _ in range(_STAND):
        angle, share = float(dice.uniform(0, 2 * math.pi)), float(dice.random())
        away = reach + 1.5 + 26 * share
        tall, wide = float(dice.uniform(4.5, 8.5)), float(dice.uniform(1.2, 2.3))
        at = partial(_around, angle, away)
        # Silhouettes look at the middle of the set.
        trunks.append([at(-0.16, 0, 0), at(0.16, 0, 0), at(0.12, tall * 0.6, 0),
                       at(-0.12, tall * 0.6, 0)])  # fmt: skip
        barks.append(_tinted((0.1, 0.07, 0.05), layout, 0.1 + 0.35 * share))
        for dx, dy, size in ((0.0, 0.72, 1.0), (0.45, 0.6, 0.7), (-0.5, 0.62, 0.72)):
            radii = wide * size * dice.uniform(0.85, 1.1, 9)
            rim = [
                at(dx * wide + r * math.cos(a), tall * dy + 0.85 * r * math.sin(a), -0.1 * size)
                for r, a in zip(radii, arc, strict=True)
            ]
            rim[-1] = rim[0]
            middle = at(dx * wide, tall * dy, -0.1 * size)
            shade = float(dice.uniform(0.8, 1.5))
            green = _tinted(tone(_LEAFY, shade), layout, 0.06 + 0.35 * share)
            for i in (0, 2, 4, 6):
                crowns.append([middle, rim[i], rim[i + 1], rim[i + 2]])
                greens.append(green)
    return [
        panels(np.array(trunks), np.array(barks, np.float32)),
        panels(np.array(crowns), np.array(greens, np.float32)),
    ]


def _around(angle: float, away: float, x: float, y: float, back: float) -> list[float]:
    """Return the point that lies x aside and y up from the middle's view at an angle."""
    cos, sin = math.cos(angle), math.sin(angle)
    return [cos * (away + back) - sin * x, y, sin * (away + back) + cos * x]


def _mesas(radius: float, colour: Rgb, dice: np.random.Generator) -> Mesh:
    """Return table mountains here and there."""
    quads, colours = [], []
    for index in range(9):
        angle = 2 * math.pi * (index + float(dice.uniform(-0.3, 0.3))) / 9
        wide, tall = float(dice.uniform(0.06, 0.16)), float(dice.uniform(13, 26))
        for a0, a1, top, shade in (
            (-1.25, -0.9, 0.0, 0.9), (-0.9, 0.2, 1.0, 1.0), (0.2, 0.8, 0.86, 0.92),
            (0.8, 1.2, 0.0, 0.84),
        ):  # fmt: skip
            first, last = angle + a0 * wide, angle + a1 * wide
            tops = (tall * (top if top else 0.0), tall * (top if top else 0.0))
            if top == 0.0:
                tops = (0.0, tall) if a0 < 0 else (tall * 0.86, 0.0)
            corners = [
                [radius * math.cos(t), y, radius * math.sin(t)]
                for t, y in ((first, -1.0), (last, -1.0), (last, tops[1]), (first, tops[0]))
            ]
            quads.append(corners)
            colours.append(tone(colour, shade))
    return panels(np.array(quads), np.array(colours, np.float32))


def _clouds(reach: float, layout: Layout) -> list[Mesh]:
    """Return clouds low over the horizon: flat below, heaped above, each one ink part."""
    if layout.time is TimeOfDay.NIGHT or (
        layout.lighting.fog_m and layout.lighting.fog_m < _MIST_M
    ):
        return []
    dice = np.random.default_rng(seed_of(layout.set_key, "clouds"))
    light = layout.lighting
    bright = 0.45 if layout.time is TimeOfDay.DAY else 0.12
    pale = mixed(light.backdrop_horizon, (0.9, 0.9, 0.9), bright)
    meshes = []
    for index in range(_CLOUDS):
        angle = 2 * math.pi * (index + float(dice.uniform(-0.35, 0.35))) / _CLOUDS
        away = reach + _CLOUD_M
        foot = away * math.tan(math.radians(float(dice.uniform(11.0, 19.0))))
        quads = []
        wide = float(dice.uniform(9.0, 20.0))
        for _ in range(5):
            x, size = float(dice.uniform(-0.4, 0.4)) * wide, float(dice.uniform(0.18, 0.34)) * wide
            arc = np.linspace(0, math.pi, 7)
            rim = [(x + size * math.cos(a), foot + 0.42 * size * math.sin(a)) for a in arc]
            fan = [(x, foot)] * 3
            quads += [
                [[*fan[0], -away], [*rim[i + 2], -away], [*rim[i + 1], -away], [*rim[i], -away]][
                    ::-1
                ]
                for i in (0, 2, 4)
            ]
        cloud = panels(np.array(quads), pigments(pale, len(quads)), glow=0.85)
        meshes.append(placed(cloud, yaw_rad=angle))
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


def _sea(reach: float, layout: Layout, dice: np.random.Generator) -> list[Mesh]:
    """Return water on the far side (−Z) of the set, with foam, crests, a sail and an island."""
    far, near = GROUND_REACH_M * 0.95, reach * 0.9 + 4
    colour = _tinted(_WATER, layout, 0.25)
    level = 0.02 - ground_of(layout.kind).drop_m
    flat = [(-far, level, -near), (far, level, -near), (far, level, -far), (-far, level, -far)]
    quads = []
    for _ in range(90):
        z = -near - float(dice.uniform(0, 1) ** 2) * 90
        x, wide = float(dice.uniform(-80, 80)), float(dice.uniform(2, 9))
        quads.append(_level(x, z, wide, 0.12 + 0.004 * -z, level + 0.03))
    crests = panels(np.array(quads), pigments(mixed(colour, (0.8, 0.85, 0.88), 0.4), len(quads)))
    foam = [
        _level(x, -near - 0.2 + 0.4 * math.sin(x * 0.35), 3.2, 0.5, level + 0.02)
        for x in np.arange(-70.0, 70.0, 2.6)
    ]
    surf = panels(np.array(foam), pigments((0.72, 0.75, 0.76), len(foam)))
    shore = [surf] if ground_of(layout.kind).around is None else []
    return [panel(flat, colour), crests, *shore, *_sails(near, layout, dice)]


def _level(x: float, z: float, wide: float, deep: float, y: float) -> list[list[float]]:
    a, b = x - wide / 2, x + wide / 2
    return [[a, y, z], [b, y, z], [b - wide * 0.2, y, z - deep], [a + wide * 0.2, y, z - deep]]


def _sails(near: float, layout: Layout, dice: np.random.Generator) -> list[Mesh]:
    """Return two boats under sail, far out."""
    meshes = []
    for away in (38.0, 64.0):
        x, z = float(dice.uniform(-30, 30)), -near - away
        hull = [(x + 2.2, 0.9, z), (x + 1.6, 0.1, z), (x - 1.6, 0.1, z), (x - 2.2, 0.9, z)]
        sail = [(x + 0.2, 1.2, z), (x + 0.2, 6.0, z), (x + 2.0, 1.2, z)]
        jib = [(x - 0.1, 1.2, z), (x - 1.7, 1.2, z), (x - 0.1, 5.0, z)]
        white = _tinted((0.66, 0.65, 0.6), layout, away / 130)
        meshes.append(panel(hull, _tinted((0.14, 0.08, 0.06), layout, away / 130)))
        meshes += [panel(sail[::-1], white), panel(jib, tone(white, 0.92))]
    return meshes

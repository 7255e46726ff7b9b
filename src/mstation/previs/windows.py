"""What stands before and behind the windows of a room: cloth and slats, and a painted outside.

The outside is built as on a film stage: a backing a short way behind the wall, and silhouettes
between, in forced perspective. Everything is drawn along the wall, the room at −Z.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from mstation.breakdown.scene import TimeOfDay
from mstation.identity import seed_of
from mstation.previs.decor import look_of
from mstation.previs.finish import LAMPLIGHT
from mstation.previs.horizon import horizon_of
from mstation.previs.mesh import Mesh
from mstation.previs.primitives import box, mixed, panels, pigments, tone, upright
from mstation.stage.layout import Layout, Opening, Rgb, Wall

_BACKING_M, _FAR_M, _NEAR_M = 1.35, 1.15, 0.85  # behind the wall
_ASIDE_M = 1.9  # the backing goes on beyond the windows
_SKY_BANDS = 6
_LIT_SHARE = 0.35  # of far windows by night
_SKYLINE_M = 1.35  # the horizon, as eyes see it
_CLOTHS: tuple[Rgb, ...] = (
    (0.42, 0.36, 0.27),
    (0.28, 0.36, 0.36),
    (0.40, 0.22, 0.16),
    (0.24, 0.29, 0.2),
    (0.44, 0.40, 0.33),
)
_VELVETS: tuple[Rgb, ...] = ((0.22, 0.04, 0.04), (0.05, 0.11, 0.13), (0.16, 0.09, 0.04))
_GREENERY: Rgb = (0.07, 0.14, 0.05)
_HILLS: Rgb = (0.13, 0.2, 0.14)
_WATER: Rgb = (0.10, 0.2, 0.25)
_BRICKS: tuple[Rgb, ...] = ((0.3, 0.2, 0.15), (0.32, 0.29, 0.25), (0.24, 0.22, 0.22))


def window_view(wall: Wall, openings: Sequence[Opening], layout: Layout) -> list[Mesh]:
    """Return what is seen through the windows of a wall: sky, something far, something near."""
    windows = [opening for opening in openings if opening.kind == "window"]
    if not windows:
        return []
    dice = np.random.default_rng(seed_of(layout.set_key, "outside", wall.name))
    x0 = windows[0].start_m - _ASIDE_M
    x1 = windows[-1].start_m + windows[-1].width_m + _ASIDE_M
    meshes = [_sky(x0, x1, layout)]
    match look_of(layout.kind).outside or horizon_of(layout):
        case "town":
            meshes += _roofs(x0, x1, layout, dice)
        case "trees":
            meshes += [
                _crest(x0, x1, _FAR_M, _SKYLINE_M + 0.28, 0.16, _air(_GREENERY, layout, 0.5), dice),
                _crest(
                    x0, x1, _NEAR_M, _SKYLINE_M - 0.02, 0.22, _air(_GREENERY, layout, 0.1), dice
                ),
            ]
        case "hills" | "plain":
            meshes += [
                _crest(x0, x1, _FAR_M, _SKYLINE_M + 0.22, 0.1, _air(_HILLS, layout, 0.6), dice),
                _crest(x0, x1, _NEAR_M, _SKYLINE_M - 0.12, 0.08, _air(_HILLS, layout, 0.15), dice),
            ]
        case "water":
            meshes += [
                _crest(x0, x1, _FAR_M, _SKYLINE_M + 0.1, 0.05, _air(_HILLS, layout, 0.7), dice),
                _crest(x0, x1, _NEAR_M, _SKYLINE_M - 0.06, 0.0, _air(_WATER, layout, 0.25), dice),
            ]
    return meshes


def window_dress(opening: Opening, layout: Layout) -> list[Mesh]:
    """Return what hangs before a window, by the kind of room."""
    dice = np.random.default_rng(seed_of(layout.set_key, "cloth"))
    look = look_of(layout.kind)
    cloth = _CLOTHS[int(dice.integers(len(_CLOTHS)))]
    match look.windows:
        case "curtains":
            return _curtains(opening, cloth, 0.3, opening.sill_m - 0.22)
        case "drapes":
            return _curtains(opening, _VELVETS[int(dice.integers(len(_VELVETS)))], 0.42, 0.04)
        case "blinds":
            return _slats(opening, 0.3 + 0.25 * float(dice.random()))
        case "lattice":
            return _lattice(opening, tone(look.trim, 0.9))
        case "bars":
            return _bars(opening)
        case "stained":
            return _stained(opening, layout, dice)
        case "none":
            return []


def _air(colour: Rgb, layout: Layout, share: float) -> Rgb:
    """Return a colour as it looks outside now, washed by so much air."""
    light = {TimeOfDay.NIGHT: 0.12, TimeOfDay.DAY: 1.35}.get(layout.time, 0.6)
    return mixed(tone(colour, light), layout.lighting.backdrop_horizon, share)


def _sky(x0: float, x1: float, layout: Layout) -> Mesh:
    light = layout.lighting
    ys = np.linspace(-0.2, 3.4, _SKY_BANDS + 1)
    quads, colours = [], []
    for low, high in itertools.pairwise(ys):
        share = min(1.0, max(0.0, ((low + high) / 2 - _SKYLINE_M) / 2.4))
        quads.append(upright(x0, x1, low, high, _BACKING_M))
        colours.append(mixed(light.backdrop_horizon, light.backdrop_top, share**0.8))
    return panels(np.array(quads), np.array(colours, np.float32), glow=1.0)


def _crest(
    x0: float, x1: float, z: float, top: float, rough: float, colour: Rgb, dice: np.random.Generator
) -> Mesh:
    """Return a ragged silhouette: trees, hills, the edge of water."""
    count = max(8, round((x1 - x0) / 0.22))
    xs = np.linspace(x0, x1, count + 1)
    waves = np.zeros(len(xs))
    for index, wave in enumerate((0.9, 2.7, 7.0)):
        waves += np.sin(xs * wave + dice.uniform(0, 6.3)) / (index + 1)
    tops = top + rough * 0.6 * waves
    quads = [
        [[b, 0.0, z], [a, 0.0, z], [a, ta, z], [b, tb, z]]
        for a, b, ta, tb in zip(xs[:-1], xs[1:], tops[:-1], tops[1:], strict=True)
    ]
    return panels(np.array(quads), pigments(colour, count), glow=1.0)


def _roofs(x0: float, x1: float, layout: Layout, dice: np.random.Generator) -> list[Mesh]:
    """Return two rows of house fronts with windows, some lit by night."""
    is_night = layout.time in (TimeOfDay.NIGHT, TimeOfDay.DUSK)
    fronts: list[list[list[float]]] = []
    paints: list[Rgb] = []
    panes: list[list[list[float]]] = []
    lights: list[Rgb] = []
    for z, low, high, wash in ((_FAR_M, 0.2, 0.75, 0.62), (_NEAR_M, -0.2, 0.2, 0.25)):
        x = x0
        while x < x1:
            wide = float(dice.uniform(0.35, 0.8))
            top = _SKYLINE_M + float(dice.uniform(low, high))
            colour = _air(_BRICKS[int(dice.integers(len(_BRICKS)))], layout, wash)
            fronts.append(upright(x, min(x + wide, x1), 0.0, top, z))
            paints.append(colour)
            for row in range(int((top - 0.7) / 0.17)):
                for column in range(int(wide / 0.16)):
                    y, px = top - 0.13 - 0.17 * row, x + 0.06 + 0.16 * column
                    if px + 0.07 > x1:
                        continue
                    shines = dice.random() < _LIT_SHARE and is_night
                    panes.append(upright(px, px + 0.07, y - 0.1, y, z - 0.01))
                    lights.append(tone(LAMPLIGHT, 0.8) if shines else tone(colour, 0.62))
            x += wide
    return [
        panels(np.array(fronts), np.array(paints, np.float32), glow=1.0),
        panels(np.array(panes), np.array(lights, np.float32), glow=1.0),
    ]


def _curtains(opening: Opening, cloth: Rgb, share: float, foot: float) -> list[Mesh]:
    """Return two drawn-back lengths of cloth on a rod."""
    x0, x1 = opening.start_m - 0.16, opening.start_m + opening.width_m + 0.16
    top = opening.sill_m + opening.height_m + 0.13
    wide = min(0.62, share * opening.width_m)
    rod = box(((x0 + x1) / 2, top, -0.09), (x1 - x0 + 0.1, 0.03, 0.03), (0.12, 0.07, 0.04))
    pelmet = box(((x0 + x1) / 2, top - 0.1, -0.12), (x1 - x0, 0.13, 0.02), tone(cloth, 0.8))
    foot = max(0.03, foot)
    return [
        rod,
        _pleats(x0, x0 + wide, foot, top, cloth),
        _pleats(x1 - wide, x1, foot, top, cloth),
        *([pelmet] if share > 0.4 else []),
    ]


def _pleats(x0: float, x1: float, foot: float, top: float, cloth: Rgb) -> Mesh:
    """Return hanging cloth in folds, wider at the foot, as one ink part."""
    count = 2 * max(3, round((x1 - x0) / 0.1))
    xs = np.linspace(x0, x1, count + 1)
    zs = np.where(np.arange(count + 1) % 2 == 0, -0.05, -0.1)
    quads = [
        [[b, foot, zb], [a, foot, za], [a, top, za], [b, top, zb]]
        for a, b, za, zb in zip(xs[:-1], xs[1:], zs[:-1], zs[1:], strict=True)
    ]
    shades = np.where(np.arange(count) % 2 == 0, 1.06, 0.78)[:, None]
    colours = np.minimum(1.0, np.asarray(cloth) * shades).astype(np.float32)
    return panels(np.array(quads), colours)


def _slats(opening: Opening, drawn: float) -> list[Mesh]:
    """Return a venetian blind let down part of the way."""
    x0, x1 = opening.start_m + 0.03, opening.start_m + opening.width_m - 0.03
    top = opening.sill_m + opening.height_m - 0.06
    count = max(3, round(drawn * opening.height_m / 0.06))
    quads = [
        [[x1, y, 0.03], [x0, y, 0.03], [x0, y + 0.046, 0.055], [x1, y + 0.046, 0.055]]
        for y in (top - 0.06 * (index + 1) for index in range(count))
    ]
    shades = np.where(np.arange(count) % 2 == 0, 1.0, 0.92)[:, None]
    slats = panels(np.array(quads), (np.array([[0.55, 0.54, 0.5]]) * shades).astype(np.float32))
    head = box(((x0 + x1) / 2, top, 0.04), (x1 - x0, 0.05, 0.05), (0.45, 0.44, 0.41))
    return [slats, head]


def _lattice(opening: Opening, wood: Rgb) -> list[Mesh]:
    """Return a fretwork of bars: squares within squares."""
    x0, y0 = opening.start_m, opening.sill_m
    wide, high = opening.width_m, opening.height_m
    meshes = []
    across, up = max(3, round(wide / 0.26)), max(3, round(high / 0.26))
    for index in range(1, across):
        bar = (x0 + wide * index / across, y0, 0.05)
        meshes.append(box(bar, (0.025, high, 0.025), wood))
    for index in range(1, up):
        bar = (x0 + wide / 2, y0 + high * index / up, 0.05)
        meshes.append(box(bar, (wide, 0.025, 0.025), wood))
    return meshes


def _bars(opening: Opening) -> list[Mesh]:
    count = max(3, round(opening.width_m / 0.14))
    return [
        box(
            (opening.start_m + opening.width_m * (i + 0.5) / count, opening.sill_m, 0.04),
            (0.028, opening.height_m, 0.028),
            (0.06, 0.06, 0.065),
        )
        for i in range(count)
    ]


def _stained(opening: Opening, layout: Layout, dice: np.random.Generator) -> list[Mesh]:
    """Return panes of coloured glass that glow by day."""
    hues: tuple[Rgb, ...] = (
        (0.5, 0.08, 0.06), (0.08, 0.16, 0.5), (0.6, 0.42, 0.08), (0.08, 0.34, 0.16),
        (0.45, 0.5, 0.55),
    )  # fmt: skip
    across, up = 3, max(4, round(opening.height_m / 0.36))
    wide, high = opening.width_m / across, opening.height_m / up
    quads, colours = [], []
    for row in range(up):
        for column in range(across):
            x, y = opening.start_m + column * wide, opening.sill_m + row * high
            quads.append(upright(x + 0.01, x + wide - 0.01, y + 0.01, y + high - 0.01, 0.09))
            colours.append(hues[int(dice.integers(len(hues)))])
    is_night = layout.time is TimeOfDay.NIGHT
    glass = np.array(colours, np.float32) * (0.12 if is_night else 1.0)
    return [panels(np.array(quads), glass, glow=0.8)]

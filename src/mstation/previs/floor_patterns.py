"""The patterns that floors are laid in: boards, parquet, tiles, slabs, carpet, tar, earth.

A rectangle and a colour in; level quads with their colours out. Quads may lie on others, a little
higher.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mstation.previs.primitives import mixed, pigments, tone
from mstation.stage.layout import Rgb

_BOARD_M, _TILE_M, _SLAB_M = 0.17, 0.5, 2.4
_MOST_TILES = 2400
_OVER_M = 0.006  # what is painted on a floor lies this much higher

Quads = tuple[NDArray[np.float64], NDArray[np.float32]]  # (k, 4, 3) metres, (k, 3) colours
Pattern = Callable[[float, float, float, float, Rgb, np.random.Generator], Quads]


def rectangles(
    x0: NDArray[np.float64],
    z0: NDArray[np.float64],
    x1: NDArray[np.float64],
    z1: NDArray[np.float64],
    y: float = 0.0,
) -> NDArray[np.float64]:
    """Return (k, 4, 3): level rectangles that are seen from above."""
    level = np.full(len(x0), y)
    corners = [(x0, z1), (x1, z1), (x1, z0), (x0, z0)]
    return np.stack([np.stack([x, level, z], axis=-1) for x, z in corners], axis=1)


def _shaded(
    colour: Rgb, count: int, spread: float, dice: np.random.Generator
) -> NDArray[np.float32]:
    shades = 1 + dice.uniform(-spread, spread, (count, 1))
    return np.minimum(1.0, np.asarray(colour) * shades).astype(np.float32)


def _boards(
    x0: float, z0: float, x1: float, z1: float, colour: Rgb, dice: np.random.Generator
) -> Quads:
    """Return planks along the longer side, each row cut at its own places."""
    is_along_x = x1 - x0 >= z1 - z0
    low, high, near, far = (x0, x1, z0, z1) if is_along_x else (z0, z1, x0, x1)
    rows = max(1, min(160, round((far - near) / _BOARD_M)))
    step = (far - near) / rows
    spans = []
    for row in range(rows):
        cut = low
        first = float(dice.uniform(0.4, 2.2))
        while cut < high - 1e-6:
            end = min(high, cut + (first if cut == low else 2.2))
            if high - end < 0.3:
                end = high
            spans.append((cut, near + row * step, end, near + (row + 1) * step))
            cut = end
    a, b, c, d = np.array(spans, np.float64).T
    quads = rectangles(a, b, c, d) if is_along_x else rectangles(b, a, d, c)
    return quads, _shaded(colour, len(spans), 0.13, dice)


def _grid(
    x0: float, z0: float, x1: float, z1: float, side: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return level squares that fill a rectangle, and which of two colours each has."""
    area = (x1 - x0) * (z1 - z0)
    side = max(side, math.sqrt(area / _MOST_TILES))
    columns, rows = max(1, round((x1 - x0) / side)), max(1, round((z1 - z0) / side))
    index = np.arange(columns * rows)
    column, row = index % columns, index // columns
    x, z = np.linspace(x0, x1, columns + 1), np.linspace(z0, z1, rows + 1)
    quads = rectangles(x[column], z[row], x[column + 1], z[row + 1])
    return quads, (column + row) % 2


def _tiles(
    x0: float, z0: float, x1: float, z1: float, colour: Rgb, dice: np.random.Generator
) -> Quads:
    quads, parity = _grid(x0, z0, x1, z1, _TILE_M)
    colours = _shaded(colour, len(quads), 0.025, dice)
    return quads, (colours * np.where(parity[:, None] == 0, 1.0, 0.84)).astype(np.float32)


def _patches(spread: float, side: float) -> Pattern:
    """Return a pattern of large patches that differ a little: grass, snow, sand, tar."""

    def pattern(
        x0: float, z0: float, x1: float, z1: float, colour: Rgb, dice: np.random.Generator
    ) -> Quads:
        quads, _ = _grid(x0, z0, x1, z1, side)
        return quads, _shaded(colour, len(quads), spread, dice)

    return pattern


def joined(*layers: Quads) -> Quads:
    """Return several layers of quads as one."""
    return np.concatenate([q for q, _ in layers]), np.concatenate([c for _, c in layers])


def _rectangle(x0: float, z0: float, x1: float, z1: float, colour: Rgb, y: float) -> Quads:
    quad = rectangles(np.array([x0]), np.array([z0]), np.array([x1]), np.array([z1]), y)
    return quad, pigments(colour, 1)


def _border(
    x0: float, z0: float, x1: float, z1: float, colour: Rgb, inset: float, wide: float
) -> Quads:
    """Return a band that runs along the walls."""
    a, b, c, d = x0 + inset, z0 + inset, x1 - inset, z1 - inset
    if c - a < 4 * wide or d - b < 4 * wide:
        return np.zeros((0, 4, 3)), np.zeros((0, 3), np.float32)
    return joined(
        _rectangle(a, b, c, b + wide, colour, _OVER_M),
        _rectangle(a, d - wide, c, d, colour, _OVER_M),
        _rectangle(a, b + wide, a + wide, d - wide, colour, _OVER_M),
        _rectangle(c - wide, b + wide, c, d - wide, colour, _OVER_M),
    )


def _parquet(
    x0: float, z0: float, x1: float, z1: float, colour: Rgb, dice: np.random.Generator
) -> Quads:
    """Return basket-work: squares of three staves, each turned against its neighbours."""
    side = max(0.48, math.sqrt((x1 - x0) * (z1 - z0) / 420))
    columns, rows = max(1, round((x1 - x0) / side)), max(1, round((z1 - z0) / side))
    wide, deep = (x1 - x0) / columns, (z1 - z0) / rows
    spans = []
    for column in range(columns):
        for row in range(rows):
            x, z = x0 + column * wide, z0 + row * deep
            for stave in range(3):
                if (column + row) % 2:
                    spans.append((x + stave * wide / 3, z, x + (stave + 1) * wide / 3, z + deep))
                else:
                    spans.append((x, z + stave * deep / 3, x + wide, z + (stave + 1) * deep / 3))
    a, b, c, d = np.array(spans, np.float64).T
    laid = rectangles(a, b, c, d), _shaded(colour, len(spans), 0.12, dice)
    return joined(laid, _border(x0, z0, x1, z1, tone(colour, 0.55), 0.28, 0.09))


def _checker(
    x0: float, z0: float, x1: float, z1: float, colour: Rgb, dice: np.random.Generator
) -> Quads:
    """Return tiles of two colours with a dark border."""
    quads, parity = _grid(x0, z0, x1, z1, 0.42)
    colours = _shaded(colour, len(quads), 0.03, dice)
    pale = np.asarray(mixed(colour, (0.5, 0.49, 0.45), 0.6))
    colours = np.where(parity[:, None] == 0, pale, colours * 0.72).astype(np.float32)
    border = _border(x0, z0, x1, z1, tone(colour, 0.4), 0.2, 0.12)
    return joined((quads, colours), border)


def _slabs(
    x0: float, z0: float, x1: float, z1: float, colour: Rgb, dice: np.random.Generator
) -> Quads:
    """Return stone slabs in courses, cut at their own places."""
    area = (x1 - x0) * (z1 - z0)
    deep = max(0.62, math.sqrt(area / 900))
    rows = max(1, round((z1 - z0) / deep))
    step = (z1 - z0) / rows
    spans = []
    for row in range(rows):
        x = x0 - float(dice.uniform(0, deep))
        while x < x1:
            end = x + float(dice.uniform(1.1, 2.0)) * deep
            spans.append((max(x, x0), z0 + row * step, min(end, x1), z0 + (row + 1) * step))
            x = end
    kept = [span for span in spans if span[2] - span[0] > 1e-3]
    a, b, c, d = np.array(kept, np.float64).T
    return rectangles(a, b, c, d), _shaded(colour, len(kept), 0.09, dice)


def _carpet(
    x0: float, z0: float, x1: float, z1: float, colour: Rgb, dice: np.random.Generator
) -> Quads:
    """Return close carpet with a worn middle and a border of two lines."""
    quads, _ = _grid(x0, z0, x1, z1, 1.1)
    soft = mixed(colour, (0.16, 0.17, 0.2), 0.35)
    ground = quads, _shaded(soft, len(quads), 0.025, dice)
    return joined(
        ground,
        _border(x0, z0, x1, z1, tone(soft, 0.62), 0.3, 0.16),
        _border(x0, z0, x1, z1, tone(soft, 1.35), 0.54, 0.04),
    )


def _lino(
    x0: float, z0: float, x1: float, z1: float, colour: Rgb, dice: np.random.Generator
) -> Quads:
    """Return sheets of linoleum with a coved edge."""
    quads, _ = _grid(x0, z0, x1, z1, 1.6)
    polished = mixed(colour, (0.36, 0.38, 0.36), 0.4)
    return joined(
        (quads, _shaded(polished, len(quads), 0.02, dice)),
        _border(x0, z0, x1, z1, tone(polished, 0.6), 0.0, 0.2),
    )


def _earth(
    x0: float, z0: float, x1: float, z1: float, colour: Rgb, dice: np.random.Generator
) -> Quads:
    """Return trodden earth: patches, and stones here and there."""
    quads, _ = _grid(x0, z0, x1, z1, 1.0)
    ground = quads, _shaded(colour, len(quads), 0.05, dice)
    return joined(ground, scattered(x0, z0, x1, z1, tone(colour, 0.72), dice, 0.5, 0.05, 0.16))


def _cobbles(
    x0: float, z0: float, x1: float, z1: float, colour: Rgb, dice: np.random.Generator
) -> Quads:
    """Return setts in courses, no two of one shade."""
    side = max(0.42, math.sqrt((x1 - x0) * (z1 - z0) / 1500))
    quads, _ = _grid(x0, z0, x1, z1, side)
    return quads, _shaded(colour, len(quads), 0.16, dice)


def _waves(along_m: float, spread: float) -> Pattern:
    """Return strips from left to right in turn lighter and darker: furrows, ripples of sand."""

    def pattern(
        x0: float, z0: float, x1: float, z1: float, colour: Rgb, dice: np.random.Generator
    ) -> Quads:
        rows = max(2, round((z1 - z0) / along_m))
        columns = 10
        zs, xs = np.linspace(z0, z1, rows + 1), np.linspace(x0, x1, columns + 1)
        bend = dice.uniform(-0.3, 0.3, (rows + 1, columns + 1)) * along_m
        bend[[0, -1]] = 0.0
        lines = zs[:, None] + bend
        spots = np.stack([np.broadcast_to(xs, lines.shape), np.zeros_like(lines), lines], axis=-1)
        quads = np.stack([spots[1:, :-1], spots[1:, 1:], spots[:-1, 1:], spots[:-1, :-1]], axis=2)
        shades = np.where(np.arange(rows) % 2 == 0, 1 + spread, 1 - spread)[:, None]
        shades = shades + dice.uniform(-spread / 3, spread / 3, (rows, columns))
        paint = np.minimum(1.0, np.asarray(colour) * shades.reshape(-1, 1)).astype(np.float32)
        return quads.reshape(-1, 4, 3), paint

    return pattern


def scattered(
    x0: float,
    z0: float,
    x1: float,
    z1: float,
    colour: Rgb,
    dice: np.random.Generator,
    per_m2: float,
    least: float,
    most: float,
) -> Quads:
    """Return small spots thrown over a floor: gravel, leaves, stains."""
    count = int(min(240, (x1 - x0) * (z1 - z0) * per_m2))
    x, z = dice.uniform(x0 + most, x1 - most, count), dice.uniform(z0 + most, z1 - most, count)
    size, turn = dice.uniform(least, most, count), dice.uniform(0, math.pi, count)
    corners = []
    for quarter in range(4):
        angle = turn - quarter * math.pi / 2
        reach = size * (0.6 if quarter % 2 else 1.0)
        corners.append(
            np.stack(
                [x + reach * np.cos(angle), np.full(count, _OVER_M), z + reach * np.sin(angle)], -1
            )
        )
    return np.stack(corners, axis=1), _shaded(colour, count, 0.2, dice)


PATTERNS: dict[str, Pattern] = {
    "plain": _patches(0.018, 1.8),
    "boards": _boards,
    "tiles": _tiles,
    "grass": _patches(0.07, 1.6),
    "asphalt": _patches(0.03, _SLAB_M),
    "snow": _patches(0.02, 2.5),
    "sand": _patches(0.04, 2.0),
    "parquet": _parquet,
    "checker": _checker,
    "slabs": _slabs,
    "carpet": _carpet,
    "lino": _lino,
    "earth": _earth,
    "cobbles": _cobbles,
    "furrows": _waves(0.7, 0.09),
    "dunes": _waves(1.2, 0.03),
}

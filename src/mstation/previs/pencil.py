"""A finished picture and its lines in, a storyboard artist's sheet out.

Everything irregular belongs to the sheet: where a line wavers, how hard the pencil presses and
where its hatching runs stay where they are on the paper from the first frame to the last, so a
drawing never boils and a locked camera's background stands still.
"""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import Bytes, Floats
from mstation.previs.kernel import kernel

_ROWS = 720  # the picture height that lengths are given for
_WAVER_PX, _WAVE_PX = 1.5, 58.0  # how far lines waver, and over what length
_AGAIN_PX = 2.0  # how far the second, lighter line runs beside the first
_STROKE_PX = 92.0  # a hatched line is drawn anew after about so many pixels
# Of each tone: spacing px, angle, half a line's width px.
_TONES = ((8.0, -45.0, 0.85), (6.5, -52.0, 0.95), (6.0, 38.0, 0.9))

_HALF = np.float32(0.5)
_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)
_BYTE = np.float32(1.0 / 255.0)
# Below which light each tone is hatched, and how dark its lines are.
_FROM = (np.float32(0.54), np.float32(0.38), np.float32(0.24))
_DARK = (np.float32(0.42), np.float32(0.5), np.float32(0.55))
_SOFT = np.float32(0.09)  # of light: over what range a tone sets in
_SMUDGE = np.float32(0.34)  # how much of the shade is rubbed in, beside the hatching
_SOLID = np.float32(0.26)  # light below which a thing is drawn black: brows, pupils, hair
_LINE, _LINE_AGAIN = np.float32(0.94), np.float32(0.42)
_TINT = np.float32(0.62)  # how much of a person's colour is washed in
_PAPER = (np.float32(250.0), np.float32(247.0), np.float32(240.0))
_GRAPHITE = (np.float32(38.0), np.float32(38.0), np.float32(44.0))


class Sheet(NamedTuple):
    """A sheet of paper and the hand that draws on it."""

    waver: Floats  # (4, rows, columns) pixels right and down, of the first line and the second
    press: Floats  # (rows, columns) 0.6 … 1
    tooth: Floats  # (rows, columns) how much graphite the paper takes, 0.7 … 1
    tones: Floats  # (3, rows, columns) the lines of each tone, 0 … 1


@functools.cache
def sheet_of(width: int, height: int) -> Sheet:
    """Return the sheet for a size of picture, always the same one."""
    dice = np.random.default_rng(20)
    scale = height / _ROWS
    fields = [_waves(dice, width, height, _WAVE_PX * scale) for _ in range(4)]
    waver = np.stack(fields) * _WAVER_PX * scale
    waver[2:] += np.array([_AGAIN_PX, -_AGAIN_PX])[:, None, None] * 0.6 * scale
    press = 0.8 + 0.2 * _waves(dice, width, height, 140 * scale)
    tooth = 0.86 + 0.14 * _waves(dice, width, height, max(1.3 * scale, 1.0))
    tones = [
        _hatching(dice, width, height, spacing * scale, math.radians(angle), half * scale)
        for spacing, angle, half in _TONES
    ]
    return Sheet(
        waver.astype(np.float32),
        press.astype(np.float32),
        tooth.astype(np.float32),
        np.stack(tones).astype(np.float32),
    )


def _waves(
    dice: np.random.Generator, width: int, height: int, length_px: float
) -> NDArray[np.float64]:
    """Return smooth noise (rows, columns), −1 … 1, of about one wave a length."""
    rows, columns = int(height / length_px) + 3, int(width / length_px) + 3
    knots = dice.uniform(-1, 1, (rows, columns))
    down, across = np.arange(height) / length_px, np.arange(width) / length_px
    rows_of = _smoothed(knots, down)
    return _smoothed(rows_of.T, across).T


def _smoothed(knots: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    first = at.astype(int)
    t = (at - first)[:, None]
    t = t * t * (3 - 2 * t)
    return np.asarray(knots[first] * (1 - t) + knots[first + 1] * t)


def _hatching(
    dice: np.random.Generator,
    width: int,
    height: int,
    spacing_px: float,
    angle_rad: float,
    half_px: float,
) -> NDArray[np.float64]:
    """Return parallel pencil strokes (rows, columns), each a little bent, its ends tapered."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    bent = _waves(dice, width, height, spacing_px * 11) * spacing_px * 0.35
    along = x * math.cos(angle_rad) + y * math.sin(angle_rad)
    across = (y * math.cos(angle_rad) - x * math.sin(angle_rad) + bent) / spacing_px
    line = np.floor(across).astype(int)
    starts = dice.uniform(0, 1, 4096)[line % 4096]
    aside = dice.uniform(-0.22, 0.22, 4096)[line % 4096]
    length = _STROKE_PX * spacing_px / 7
    at = (along / length + starts) % 1.0
    taper = np.clip(np.minimum(at, 1 - at) * length / (2.2 * half_px) - 0.4, 0, 1)
    off_px = np.abs(across - line - 0.5 - aside) * spacing_px
    return np.asarray(np.clip(half_px + 0.5 - off_px, 0, 1) * taper * (0.65 + 0.35 * starts))


@kernel
def _sampled(ink: Bytes, x: np.float32, y: np.float32) -> np.float32:
    """How much ink is at a place between pixels, 0 … 1."""
    rows, columns = ink.shape
    x = min(max(x, _ZERO), np.float32(columns) - np.float32(1.01))
    y = min(max(y, _ZERO), np.float32(rows) - np.float32(1.01))
    i, j = int(x), int(y)
    u, v = x - np.float32(i), y - np.float32(j)
    above = np.float32(ink[j, i]) * (_ONE - u) + np.float32(ink[j, i + 1]) * u
    below = np.float32(ink[j + 1, i]) * (_ONE - u) + np.float32(ink[j + 1, i + 1]) * u
    return np.float32((above * (_ONE - v) + below * v) * _BYTE)


@kernel
def _hatched(tones: Floats, y: int, x: int, light: np.float32) -> np.float32:
    """How much of the paper the hatching leaves white at a pixel of some light, 0 … 1."""
    left = _ONE
    for k in range(3):
        depth = min(max((_FROM[k] - light) / _SOFT, _ZERO), _ONE)
        left *= _ONE - tones[k, y, x] * _DARK[k] * depth
    return np.float32(left)


@kernel
def draw_page(final: Bytes, ink: Bytes, sheet: Sheet, page: Bytes) -> None:
    """Write the drawing of a picture: its lines, its light as hatching, its colours as a wash.

    page  # (3, rows, columns)
    """
    rows, columns = ink.shape
    for y in range(rows):
        for x in range(columns):
            px, py = np.float32(x), np.float32(y)
            first = _sampled(ink, px + sheet.waver[0, y, x], py + sheet.waver[1, y, x])
            again = _sampled(ink, px + sheet.waver[2, y, x], py + sheet.waver[3, y, x])
            press = sheet.press[y, x]
            lines = _ONE - first * press * _LINE
            lines *= _ONE - again * (np.float32(1.6) - press) * _LINE_AGAIN
            red, green, blue = (
                np.float32(final[0, y, x]),
                np.float32(final[1, y, x]),
                np.float32(final[2, y, x]),
            )
            grey = np.float32(0.3) * red + np.float32(0.59) * green + np.float32(0.11) * blue
            light = grey * _BYTE
            sparing = np.float32(0.22) * (press - np.float32(0.8))
            white = lines * _hatched(sheet.tones, y, x, light + sparing)
            white = _ONE - (_ONE - white) * sheet.tooth[y, x]
            rubbed = _ONE - _SMUDGE * (_ONE - light) * (_ONE - light) * sheet.tooth[y, x]
            solid = min(max((_SOLID - light) / _SOLID, _ZERO), _ONE) * np.float32(0.75)
            white *= _ONE - solid * sheet.tooth[y, x]
            per = _ONE / max(grey, np.float32(8.0))
            for c in range(3):
                colour = np.float32(final[c, y, x])
                wash = min(_ONE + _TINT * (colour * per - _ONE), _ONE)
                paper = _PAPER[c] * rubbed * wash
                shown = _GRAPHITE[c] + (paper - _GRAPHITE[c]) * white
                page[c, y, x] = np.uint8(min(max(shown + _HALF, _ZERO), np.float32(255.0)))

"""A shot's name and a frame in, its slate burnt into the picture's planes out.

A slate tells the shot's own frames, from 00:00:00:00: a shot is rendered from its take and does
not know where in the film it stands.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.previs.lettering import advance, glyph
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import Language
from mstation.timebase import FrameRate, timecode

_LETTER = 1 / 30  # of the picture's height
_LEAST_PX = 9
_MARGIN = 1 / 36  # of the picture's height, from its lower left corner
_WIDEST = 0.94  # of the picture's width
_SAMPLES = 6  # across a pixel, down a pixel
_SHADE = 0.62  # how much of the picture the slate's ground swallows
_BLACK, _WHITE, _GREY = 16, 228, 128  # Source: ITU-R BT.709, limited range
_NAMES = {"en": ("SC", "SHOT"), "zh": ("场", "镜")}

Grey = NDArray[np.float32]  # (rows, columns) how much of each pixel ink covers


@dataclass(frozen=True, slots=True)
class Slate:
    """What a shot's slate says beside its lens and its frame."""

    label: str  # "012-003": scene and shot
    size: str
    language: Language
    rate: FrameRate


def slate_text(slate: Slate, frame: int, focal_length_mm: float) -> str:
    """Return what a slate says at a frame of its shot."""
    scene, _, shot = slate.label.rpartition("-")
    scene_word, shot_word = _NAMES[slate.language]
    return "  ".join(
        [
            f"{scene_word} {scene}",
            f"{shot_word} {shot}",
            _size_told(slate),
            f"{round(focal_length_mm)}mm",
            timecode(frame, slate.rate),
        ]
    )


def _size_told(slate: Slate) -> str:
    if slate.language == "en":
        return slate.size
    return str(lexicon("mstation.shots", "reasons")["sizes"][slate.size])


def burn(
    planes: NDArray[np.uint8], slate: Slate, frame: int, focal_length_mm: float
) -> NDArray[np.uint8]:
    """Return the planes (height · 3 // 2, width) of I420 with the slate at the lower left."""
    height, width = planes.shape[0] * 2 // 3, planes.shape[1]
    letters = _letters(slate_text(slate, frame, focal_length_mm), slate.language, width, height)
    rows, columns = letters.shape
    left = min(_even(height * _MARGIN), _even(width - columns))
    top = _even(height - rows - height * _MARGIN)
    burnt = planes.copy()
    box = burnt[top : top + rows, left : left + columns]
    ground = box + _SHADE * (_BLACK - box.astype(np.float32))
    box[:] = np.round(ground + letters * (_WHITE - ground))
    quarter = height * width // 4
    for plane in range(2):
        start = height * width + plane * quarter
        colour = burnt.reshape(-1)[start : start + quarter].reshape(height // 2, width // 2)
        part = colour[top // 2 : (top + rows) // 2, left // 2 : (left + columns) // 2]
        part[:] = np.round(part + _SHADE * (_GREY - part.astype(np.float32)))
    return burnt


def _even(pixels: float) -> int:
    return max(0, int(pixels) // 2 * 2)


def _letters(text: str, language: Language, width: int, height: int) -> Grey:
    """Return the text on its ground, sides even, no wider than the picture."""
    wide_em = sum(advance(character, language) for character in text)
    room = (width * _WIDEST) / (wide_em + 1.2)
    size_px = int(min(max(height * _LETTER, _LEAST_PX), room))
    rows, columns = _even(size_px * 1.5 + 1), _even(size_px * (wide_em + 1.2) + 1)
    page = np.zeros((rows, columns), np.float32)
    pen = 0.6 * size_px
    for character in text:
        drawn = _character(character, language, size_px)
        left = round(pen)
        part = page[:, left : left + drawn.shape[1]]
        part += drawn[:rows, : part.shape[1]]
        pen += advance(character, language) * size_px
    return np.minimum(page, 1)


@functools.cache
def _character(character: str, language: Language, size_px: int) -> Grey:
    """Return one character, its baseline where a slate's line has it."""
    points, triangles = glyph(character, language)
    rows, columns = int(size_px * 1.5) + 2, int(size_px * 1.2) + 2
    x = (np.arange(columns * _SAMPLES) + 0.5) / _SAMPLES / size_px
    y = 1.09 - (np.arange(rows * _SAMPLES) + 0.5) / _SAMPLES / size_px
    inside = np.zeros((len(y), len(x)), np.bool_)
    for corners in points[triangles]:
        here = np.ones_like(inside)
        turn = np.sign(_side(corners[0], corners[1], *corners[2]))
        for one, other in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            here &= _side(one, other, x[None, :], y[:, None]) * turn >= 0
        inside |= here
    blocks = inside.reshape(rows, _SAMPLES, columns, _SAMPLES)
    return np.asarray(blocks.mean(axis=(1, 3)), np.float32)


def _side(
    one: NDArray[np.float64],
    other: NDArray[np.float64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
) -> NDArray[np.float64]:
    ahead = other - one
    return np.asarray(ahead[0] * (y - one[1]) - ahead[1] * (x - one[0]))

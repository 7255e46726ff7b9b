"""Speech sounds in, the mouth's keys out."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from mstation.voices.speech import Mouth
from mstation.voices.utterance import Phone, Sound

_KEYS_A_SECOND = 25
_GRID = 200  # shapes are worked out at this rate, then thinned to keys
# Lips and jaw slide from one shape to the next in about this time.
_SLIDE_S = 0.05
_SHUT = (0.0, 0.0, 1.0)
_LETTER_UNKNOWN = (0.25, 0.0, 0.0)

Shape = tuple[float, float, float]  # open, spread, pressed


@dataclass(frozen=True, slots=True)
class _Shapes:
    """The table of mouth shapes by phonetic letter."""

    vowels: dict[str, Shape]
    glides: dict[str, Shape]
    closures: dict[str, Shape]
    consonants: dict[str, Shape]


def mouths_of(phones: Sequence[Phone], samples: Sound, rate: int) -> tuple[Mouth, ...]:
    """Return the mouth's keys over a line: 25 a second while it moves, shut at both ends.

    The shape comes from the speech sounds; how wide the mouth goes follows the loudness too, so
    a whisper moves it less than a shout within the same line.
    """
    duration_s = len(samples) / rate
    count = max(2, int(duration_s * _GRID) + 1)
    shape, closed = _targets(phones, count)
    shape = _slid(shape)
    shape[:, 0] *= 0.55 + 0.45 * _envelope(samples, rate, count)
    shape[closed] = _SHUT
    shape[0] = shape[-1] = 0.0
    return _keys(shape, closed, duration_s)


def _targets(phones: Sequence[Phone], count: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return (count, 3) open, spread, pressed before any sliding, and where the lips are shut."""
    target = np.zeros((count, 3))
    closed = np.zeros(count, bool)
    shapes = _shapes()
    for phone in phones:
        steps = _steps(phone.symbol, shapes)
        edges = np.linspace(phone.start_s, phone.end_s, len(steps) + 1) if steps else ()
        for step, start, end in zip(steps, edges, edges[1:], strict=False):
            first = min(int(start * _GRID), count - 1)
            last = max(first + 1, min(int(end * _GRID), count))
            target[first:last] = step
            closed[first:last] = step == _SHUT
    return target, closed


def _steps(symbol: str, shapes: _Shapes) -> list[Shape]:
    """Return the shapes that a speech sound passes through, in order."""
    vowels = [letter for letter in symbol if letter in shapes.vowels]
    if vowels:
        steps: list[Shape] = []
        for letter in vowels:
            steps.append(shapes.vowels[letter])
            if letter in shapes.glides:
                steps.append(shapes.glides[letter])
        return steps
    for letter in symbol:
        if letter in shapes.closures:
            return [_SHUT]
        if letter in shapes.consonants:
            return [shapes.consonants[letter]]
    return [_LETTER_UNKNOWN] if any(letter.isalpha() for letter in symbol) else []


def _slid(target: NDArray[np.float64]) -> NDArray[np.float64]:
    width = round(_SLIDE_S * _GRID) | 1
    window = np.hanning(width + 2)[1:-1]
    window /= window.sum()
    padded = np.pad(target, ((width // 2, width // 2), (0, 0)))
    columns = [
        np.convolve(padded[:, axis], window, mode="valid") for axis in range(target.shape[1])
    ]
    return np.column_stack(columns)


def _envelope(samples: Sound, rate: int, count: int) -> NDArray[np.float64]:
    """Return (count,) how loud the line is at each grid step, 0 to 1 of its loud parts."""
    hop = rate / _GRID
    edges = np.minimum((np.arange(count + 1) * hop).astype(int), len(samples))
    sums = np.concatenate([[0.0], np.cumsum(samples.astype(np.float64) ** 2)])
    level = np.sqrt((sums[edges[1:]] - sums[edges[:-1]]) / np.maximum(np.diff(edges), 1))
    level = np.convolve(np.pad(level, 4, mode="edge"), np.full(9, 1 / 9), mode="valid")
    loud = float(np.percentile(level, 90)) if level.any() else 1.0
    result: NDArray[np.float64] = np.clip(level / max(loud, 1e-9), 0.0, 1.0)
    return result


def _keys(
    shape: NDArray[np.float64], closed: NDArray[np.bool_], duration_s: float
) -> tuple[Mouth, ...]:
    """Return the grid thinned to keys; a closure falls on a key however short it is."""
    step = _GRID // _KEYS_A_SECOND
    keys: list[Mouth] = []
    held: Mouth | None = None
    for first in range(0, len(shape), step):
        part = slice(first, first + step)
        is_shut = closed[part].sum() * 3 >= step
        stand = _SHUT if is_shut else tuple(float(value) for value in shape[part].mean(axis=0))
        key = Mouth(round(first / _GRID, 3), *(round(value, 3) for value in stand))
        if keys and replace(key, start_s=keys[-1].start_s) == keys[-1]:
            held = key  # said again before it changes: a mouth that stays does not slide
            continue
        if held is not None:
            keys.append(held)
        keys.append(key)
        held = None
    keys = [key for key in keys if key.start_s < duration_s]
    end = Mouth(round(max(duration_s - 0.01, 0.0), 3), 0.0, 0.0)
    if not keys or keys[0].open > 0:
        keys.insert(0, Mouth(0.0, 0.0, 0.0))
        keys = [keys[0], *(key for key in keys[1:] if key.start_s > 0)]
    if replace(keys[-1], start_s=0.0) != Mouth(0.0, 0.0, 0.0):
        keys = [*(key for key in keys if key.start_s < end.start_s), end]
    return tuple(keys)


@cache
def _shapes() -> _Shapes:
    """Return the table of shapes; read once, never changed."""
    text = resources.files("mstation.voices").joinpath("mouths.toml").read_text("utf-8")
    tables = {
        name: {letter: _shape(row) for letter, row in table.items()}
        for name, table in tomllib.loads(text).items()
    }
    return _Shapes(**tables)


def _shape(row: list[float]) -> Shape:
    return (float(row[0]), float(row[1]), float(row[2]) if len(row) > 2 else 0.0)

"""A set, its hour and its weather in, the bed of its sound out: no place is digitally dead.

Production sound is never without the tone of the place; a cut from speech to nothing is heard as a
fault. What a bed is made of stands in `ambience.toml`. The same place at the same hour in the same
weather sounds the same on every return, and words lie well above it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mstation.breakdown.scene import Interior, TimeOfDay, Weather
from mstation.identity import seed_of
from mstation.screenplay.characters import simplified
from mstation.sound.layers import Loop, layer
from mstation.stage.layout import Layout
from mstation.timebase import SAMPLE_RATE

PIECE = 10 * SAMPLE_RATE
CROSSFADE_S = 0.06  # of one scene's bed into the next: short, for a cut is a cut


class Setting(Protocol):
    """Where and when a scene is, as far as it is heard: the scene itself, or what a step knows."""

    @property
    def place(self) -> str:
        """The place, as the heading names it."""

    @property
    def interior(self) -> Interior:
        """Inside, or in the open."""

    @property
    def time(self) -> TimeOfDay:
        """The hour."""

    @property
    def weather(self) -> Weather:
        """The weather."""


def layers_of(scene: Setting, layout: Layout) -> tuple[str, ...]:
    """Return the names of the layers that a scene's place has at its hour, in its weather."""
    table = _table()
    is_inside = scene.interior is not Interior.EXT
    any_bed = table["beds"]["any_inside" if is_inside else "any_outside"]
    bed = table["beds"].get(layout.kind, any_bed)
    names = [*bed["layers"], *_said(scene.place)]
    weather = table["weather"].get(scene.weather.value)
    if weather is not None and layout.kind not in table["shut_off"]["kinds"]:
        names += weather["inside" if is_inside else "outside"]
    return tuple(dict.fromkeys(name for name in names if _is_now(name, scene)))


def _said(place: str) -> Iterator[str]:
    words = simplified(place.lower())
    for row in _table()["words"]:
        english = "|".join(re.escape(word) for word in row["en"])
        if re.search(rf"\b(?:{english})\b", words) or any(word in words for word in row["zh"]):
            yield from row["layers"]


def _is_now(name: str, scene: Setting) -> bool:
    """Return whether a layer is heard at this hour in this weather."""
    table = _table()
    falls = scene.weather in (Weather.RAIN, Weather.STORM, Weather.SNOW)
    if falls and name in table["dry"]["layers"]:
        return False
    if name in table["wet"]["layers"] and scene.weather in (Weather.CLEAR, Weather.FOG):
        return False
    hours = table["hours"].get(name)
    return hours is None or scene.time in [TimeOfDay(hour) for hour in hours]


def ambience(setting: Setting, layout: Layout) -> Loop:
    """Return all layers of a place at its hour, in its weather, as one loop, (2^n, 2) float32."""
    loops = [_loop(name, layout.set_key) for name in layers_of(setting, layout)]
    whole = np.zeros((max(map(len, loops), default=1), 2), np.float32)
    for loop in loops:  # the lengths of all are powers of two
        whole.reshape(-1, len(loop), 2)[:] += loop
    return whole


def bed(
    loop: Loop, samples: int, *, fade_in: int = 0, fade_out: int = 0
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Yield a scene's bed as pieces (first sample, (n, 2) float32), ten seconds at most.

    `loop` is the place's. It comes in at the cut and rings a moment past the scene's end, so that
    it crosses over into the next; where the picture fades (`fade_in`, `fade_out`, samples) it
    fades along.
    """
    cross = round(CROSSFADE_S * SAMPLE_RATE)
    total = samples if fade_out else samples + cross
    rise, fall = max(fade_in, cross), max(fade_out, cross)
    for first in range(0, total, PIECE):
        end = min(total, first + PIECE)
        piece = np.zeros((end - first, 2), np.float32)
        _add_round(piece, loop, first)
        if first < rise or end > total - fall:
            at = np.arange(first, end)
            share = np.clip(np.minimum((at + 1) / rise, (total - at) / fall), 0.0, 1.0)
            piece *= np.sin(np.pi / 2 * share).astype(np.float32)[:, None]
        yield first, piece


def _add_round(piece: NDArray[np.float32], loop: Loop, first: int) -> None:
    """Add a loop as it goes round, from a sample of the scene on."""
    done = 0
    while done < len(piece):
        at = (first + done) % len(loop)
        stretch = loop[at : at + len(piece) - done]
        piece[done : done + len(stretch)] += stretch
        done += len(stretch)


def _loop(name: str, set_key: str) -> Loop:
    table = _table()
    dice = np.random.default_rng(seed_of("ambience", set_key, name))
    return layer(table["layers"][name], table["songs"], dice)


@cache
def _table() -> dict[str, Any]:
    text = (resources.files(__package__) / "ambience.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)

"""Styles of coverage as data: how long shots last, how tight, how often the camera moves."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from mstation.errors import NotFound

CLASSICAL, VERTICAL = "classical", "vertical"


@dataclass(frozen=True, slots=True)
class Style:
    """One row of `styles.toml`, which says what each field means."""

    name: str
    words: tuple[str, ...]
    asl_s: float
    sigma: float
    longest_s: float
    tightness: float
    gain: float
    reactions: float
    off_boundary: float
    moves: float
    shake_deg: float
    height: Literal["eye", "low"]
    takes: Literal["full", "single"]


@cache
def styles() -> dict[str, Style]:
    """Return every style by its name."""
    text = files("mstation.shots").joinpath("styles.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)
    return {
        name: Style(name=name, words=tuple(row.pop("words")), **row) for name, row in rows.items()
    }


def style_named(word: str) -> Style:
    """Return the style that a word of either language means.

    Raises:
        NotFound: no style is called so.
    """
    wanted = " ".join(word.lower().split())
    for style in styles().values():
        if wanted == style.name or wanted in style.words:
            return style
    known = ", ".join(styles())
    raise NotFound(
        f"no style is called `{word}`; there are {known}",
        zh=f"没有名为“{word}”的风格；可用：{known}",
    )


def style_for(width_px: int, height_px: int) -> Style:
    """Return the style of a film whose maker names none: an upright picture has its own."""
    return styles()[VERTICAL if height_px > width_px else CLASSICAL]

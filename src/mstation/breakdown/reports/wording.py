"""The words and signs of the reports, and how pages, days and times are written."""

from __future__ import annotations

import math
from typing import Any

from mstation.breakdown.element import FoundBy
from mstation.breakdown.scene import Interior, Scene, TimeOfDay
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import Language

# from who is surest to who guesses: the fuller sign is the surer one
SIGNS = {
    FoundBy.PERSON: "★",
    FoundBy.TAG: "●",
    FoundBy.LIST: "■",
    FoundBy.CAPS: "▲",
    FoundBy.LEXICON: "○",
}
_DARK = 0.5  # luminance under which letters are white


def words_of(language: Language) -> dict[str, Any]:
    """Return what the reports say in a language, by key."""
    chosen: dict[str, Any] = lexicon("mstation.breakdown.reports", "words")[language]
    return chosen


def category_colour(key: str) -> str:
    """Return the colour of a category's marks, `#RRGGBB`."""
    return str(lexicon("mstation.breakdown.reports", "colours")["categories"][key]["colour"])


def category_mark(key: str) -> str:
    """Return how a category without a colour is marked: `circle`, `asterisk`, `box` or nothing."""
    table = lexicon("mstation.breakdown.reports", "colours")["categories"]
    return str(table[key].get("mark", ""))


def strip_colour(scene: Scene) -> str:
    """Return the colour of the scene's strip on a board, `#RRGGBB`."""
    return light_colour(scene.interior, scene.time)


def light_colour(interior: Interior, time: TimeOfDay) -> str:
    """Return the colour of strips that are played there in such light, `#RRGGBB`."""
    strips = lexicon("mstation.breakdown.reports", "colours")["strips"]
    return str(strips[interior.value][time.value])


def ink_on(colour: str) -> str:
    """Return the colour of letters on a colour: black or white. Source of weights: BT.709."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#FFFFFF" if luminance < _DARK else "#111111"


def day_text(script_day: str) -> str:
    """Return a script day as sheets write it: `D3`; `FB1` as it is."""
    return f"D{script_day}" if script_day.isdigit() else script_day


def clock_text(seconds: float) -> str:
    """Return a length as minutes and seconds: `1:05`."""
    minutes, rest = divmod(math.floor(seconds + 0.5), 60)
    return f"{minutes}:{rest:02d}"


def range_text(low: float, high: float) -> str:
    """Return a length that is not known exactly: `0:45–1:20`, or `0:45` where both ends agree."""
    shortest, longest = clock_text(low), clock_text(high)
    return shortest if shortest == longest else f"{shortest}–{longest}"


def one_line(text: str) -> str:
    """Return a text without line breaks, tabs and what no printer or spreadsheet takes."""
    if not text.isprintable():
        text = "".join(ch if ch.isprintable() else " " for ch in text)
    return " ".join(text.split())

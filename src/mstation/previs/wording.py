"""What is written on walls and shop fronts, in the language of the film."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

import numpy as np

from mstation.previs.lettering import lettering_mesh
from mstation.previs.mesh import Mesh
from mstation.previs.primitives import placed
from mstation.screenplay.script import Language
from mstation.stage.layout import Rgb

_HAN_FIRST, _HAN_LAST = "\u3400", "\u9fff"


def language_of(set_key: str) -> Language:
    """Return the language that a place's name is written in."""
    return "zh" if any(_HAN_FIRST <= letter <= _HAN_LAST for letter in set_key) else "en"


def wording(where: str, language: Language, dice: np.random.Generator) -> str:
    """Return one of the words that stand on a kind of sign."""
    choices = _wordings()[where][language]
    return choices[int(dice.integers(len(choices)))]


def written(
    text: str,
    centre: tuple[float, float, float],
    width_m: float,
    height_m: float,
    colour: Rgb,
    language: Language,
) -> Mesh:
    """Return letters that face −Z, as large as fits."""
    letters = lettering_mesh(
        text, width_m=width_m, height_m=height_m, colour=colour, language=language
    )
    return placed(letters, at=centre)


@cache
def _wordings() -> dict[str, dict[str, list[str]]]:
    text = resources.files("mstation.previs").joinpath("wording.toml").read_text("utf-8")
    return tomllib.loads(text)

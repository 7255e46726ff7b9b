"""The cast in, dressed bodies out: told apart at a glance, the same in every scene."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mstation.breakdown.scene import Character
from mstation.identity import seed_of
from mstation.stage.layout import Rgb
from mstation.stage.performance import Body, Garment, HairStyle

# Mean stature in metres by age, girls and boys. Source: WHO growth reference 2007, medians.
_AGES = (0.5, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0, 60.0, 90.0)
_STATURES: dict[str, tuple[float, ...]] = {
    "female": (0.68, 0.86, 1.03, 1.15, 1.27, 1.39, 1.51, 1.60, 1.63, 1.65, 1.64, 1.57),
    "male": (0.70, 0.88, 1.04, 1.16, 1.28, 1.38, 1.49, 1.63, 1.73, 1.77, 1.76, 1.69),
}
_STATURES["unknown"] = tuple(
    (a + b) / 2 for a, b in zip(_STATURES["female"], _STATURES["male"], strict=True)
)
_GREYING, _WHITE = 52, 74
_DARK_SKIN = 0.12  # luminance under which hair is dark


def dress(cast: tuple[Character, ...]) -> tuple[Body, ...]:
    """Return a body for each of the cast, in its order; who says most chooses colours first."""
    ranks = sorted(range(len(cast)), key=lambda i: (-cast[i].words, -cast[i].lines, i))
    bodies: dict[int, Body] = {}
    told = {index: _colour_of(cast[index].description) for index in ranks}
    worn = [colour for colour in told.values() if colour is not None]
    for rank, index in enumerate(ranks):
        top = told[index]
        if top is None:
            top = _farthest_top(worn)
            worn.append(top)
        bodies[index] = _body(cast[index], top, rank=rank)
    return tuple(bodies[index] for index in range(len(cast)))


def linear_of_hex(code: str) -> Rgb:
    """Return linear Rec. 709 of `#rrggbb`. Source: IEC 61966-2-1."""
    channels = (int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return (round(red, 4), round(green, 4), round(blue, 4))


@cache
def _wardrobe() -> dict[str, Any]:
    text = files("mstation.stage").joinpath("wardrobe.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _body(character: Character, top: Rgb, *, rank: int) -> Body:
    wardrobe = _wardrobe()
    words = character.description
    is_chinese = any("\u4e00" <= ch <= "\u9fff" for ch in character.name)
    skin = _picked(character, "skin", wardrobe["skin_east_asian" if is_chinese else "skin_varied"])
    return Body(
        character_id=character.id,
        name=character.name,
        stature_m=_stature(character),
        build=_build(character),
        sex=character.sex,
        age=character.age,
        skin=skin,
        hair=_hair(character, skin, is_chinese=is_chinese),
        hair_style=_hair_style(character, rank),
        top=top,
        bottom=_bottom(character, top),
        shoes=_picked(character, "shoes", wardrobe["shoes"]),
        garment=_garment(words, character, rank),
        aliases=character.aliases,
    )


def _chance(character: Character, what: str) -> float:
    """Return a number in [0, 1) that this person always has."""
    return (seed_of("body", character.id, what) % 100_003) / 100_003


def _picked(character: Character, what: str, codes: list[str]) -> Rgb:
    return linear_of_hex(codes[int(_chance(character, what) * len(codes))])


def _named(words: str, table: dict[str, list[str]]) -> str | None:
    """Return the row of the table whose longest word stands in the description, or None."""
    found: list[tuple[int, str]] = []
    for row, names in table.items():
        for name in names:
            bounded = rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name)
            if re.search(bounded, words, re.IGNORECASE):
                found.append((len(name), row))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _colour_of(words: str) -> Rgb | None:
    """Return the colour that stands right before a garment in the description, if one does."""
    wardrobe = _wardrobe()
    garments = [name for names in wardrobe["garments"].values() for name in names]
    for garment in sorted(garments, key=len, reverse=True):
        at = words.lower().find(garment.lower())
        if at >= 0:
            code = _named(words[max(0, at - 14) : at], wardrobe["colours"])
            return None if code is None else linear_of_hex(code)
    return None


def _lab(colour: Rgb) -> NDArray[np.float64]:
    """Return OKLab of a linear colour. Source: Björn Ottosson, 2020."""
    lms = np.cbrt(
        np.array(
            [
                [0.4122214708, 0.5363325363, 0.0514459929],
                [0.2119034982, 0.6806995451, 0.1073969566],
                [0.0883024619, 0.2817188376, 0.6299787005],
            ]
        )
        @ np.array(colour)
    )
    to_lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return np.asarray(to_lab @ lms)


# Red against green is what most colour-blind eyes miss, so that axis counts least.
_SEEN = np.array([1.4, 0.45, 1.0])


def contrast(one: Rgb, other: Rgb) -> float:
    """Return how far apart two colours are for every eye, colour-blind ones too."""
    return float(np.linalg.norm((_lab(one) - _lab(other)) * _SEEN))


def _farthest_top(worn: list[Rgb]) -> Rgb:
    """Return the palette's colour least like what others wear, strong colours preferred."""
    tops = [linear_of_hex(code) for code in _wardrobe()["tops"]]
    if not worn:
        return tops[0]

    def merit(index: int) -> float:
        crowding = min(contrast(tops[index], colour) for colour in worn[-8:])
        return min(crowding, 0.4) - 0.003 * index - 0.3 * (tops[index] in worn)

    return tops[max(range(len(tops)), key=lambda index: (merit(index), -index))]


def _stature(character: Character) -> float:
    mean = float(np.interp(character.age, _AGES, _STATURES[character.sex]))
    told = _named(character.description, _wardrobe()["statures"]) if character.age >= 16 else None
    share = float(told) if told else 1.0 + 0.07 * (_chance(character, "stature") - 0.5)
    return round(mean * share, 3)


def _build(character: Character) -> float:
    told = _named(character.description, _wardrobe()["builds"])
    if told:
        return float(told)
    middle = 0.92 if character.age < 14 else 0.98 if character.age < 40 else 1.03
    return round(middle + 0.14 * (_chance(character, "build") - 0.5), 3)


def _hair(character: Character, skin: Rgb, *, is_chinese: bool) -> Rgb:
    wardrobe = _wardrobe()
    told = _named(character.description, wardrobe["hair_colours"])
    if told and (character.age >= 35 or "grey" not in character.description.lower()):
        return linear_of_hex(told)
    if character.age >= _WHITE:
        return linear_of_hex(wardrobe["hair_white"])
    if is_chinese:
        young = _picked(character, "hair", wardrobe["hair_east_asian"])
    elif skin[1] < _DARK_SKIN:
        young = _picked(character, "hair", wardrobe["hair_of_dark_skin"])
    else:
        young = _picked(character, "hair", wardrobe["hair_varied"])
    grey = linear_of_hex(wardrobe["hair_grey"])
    share = min(1.0, max(0.0, (character.age - _GREYING) / 10))
    red, green, blue = (round(y + (g - y) * share, 4) for y, g in zip(young, grey, strict=True))
    return (red, green, blue)


def _hair_style(character: Character, rank: int) -> HairStyle:
    told = _named(character.description, _wardrobe()["hair_styles"])
    if told:
        return told  # type: ignore[return-value]
    has_hair = _named(character.description, _wardrobe()["hair_colours"]) is not None
    choices: tuple[HairStyle, ...] = ("short", "curly")
    if character.sex == "female":
        is_young = character.age < 45
        choices = (
            ("bob", "long", "bun", "ponytail", "curly") if is_young else ("bun", "bob", "curly")
        )
    elif character.age >= 45 and not has_hair:
        choices = ("short", "bald", "curly")
    return choices[rank // len(_garments(character)) % len(choices)]


def _garment(words: str, character: Character, rank: int) -> Garment:
    told = _named(words, _wardrobe()["garments"])
    if told:
        return told  # type: ignore[return-value]
    choices = _garments(character)
    return choices[rank % len(choices)]


def _garments(character: Character) -> tuple[Garment, ...]:
    """Return what somebody may wear; with the hair it makes a shape for each of the leads."""
    if character.age < 20:
        return ("shirt", "hoodie")
    if character.sex == "female":
        return ("shirt", "coat", "dress", "jacket", "skirt")
    return (
        ("jacket", "shirt", "coat", "hoodie") if character.age < 45 else ("jacket", "shirt", "coat")
    )


def _bottom(character: Character, top: Rgb) -> Rgb:
    """Return trousers or a skirt that do not melt into the top."""
    codes = _wardrobe()["bottoms"]
    first = int(_chance(character, "bottom") * len(codes))
    ring = [linear_of_hex(codes[(first + i) % len(codes)]) for i in range(len(codes))]
    return next((colour for colour in ring if contrast(colour, top) > 0.25), ring[0])

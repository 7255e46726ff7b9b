"""A body in, its bare form out: age, sex, build, origin and a face of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.identity import seed_of
from mstation.previs.people.data import Stock, mirrored
from mstation.stage.performance import Body, Shape

Floats = NDArray[np.float64]

_AGES = {"baby": 1.0, "child": 9.0, "young": 24.0, "old": 84.0}
_BUILD_GAIN = 1.6  # the base data's slight and heavy are milder than a casting director's
_DARK_SKIN = 0.12  # green of a linear colour
# How far a feature may go either way; a face is a seeded draw of all of them.
_FEATURES = {
    "nose-scale-vert-incr": 0.75, "nose-scale-horiz-incr": 0.9, "nose-hump-incr": 0.9,
    "nose-point-up": 0.8, "nose-scale-depth-incr": 0.6, "head-round": 0.6, "head-square": 0.5,
    "head-oval": 0.6, "head-invertedtriangular": 0.5, "head-fat-incr": 0.4,
    "chin-width-incr": 0.6, "chin-height-incr": 0.3, "chin-prominent-incr": 0.4,
    "cheek-bones-incr": 0.8, "cheek-volume-incr": 0.6, "eye-scale-incr": 0.4,
    "eye-corner1-up": 1.0, "eyebrows-angle-up": 0.5, "mouth-scale-horiz-incr": 0.6,
    "mouth-upperlip-volume-incr": 0.6, "mouth-lowerlip-volume-incr": 0.6,
}  # fmt: skip
# What every face of a sex has besides: eyes read better a little large and well open, but wide
# open they stare; jaws and lips tell men from women at a distance. Shares: women, men.
_OF_SEX = {
    "eye-scale-incr": (0.75, 0.4), "awake": (0.25, 0.08), "chin-width-incr": (-0.3, 0.35),
    "chin-prominent-incr": (-0.1, 0.3), "head-square": (0.0, 0.35), "head-oval": (0.25, 0.0),
    "mouth-upperlip-volume-incr": (0.3, -0.2), "mouth-lowerlip-volume-incr": (0.25, -0.15),
    "nose-scale-horiz-incr": (-0.2, 0.2),
}  # fmt: skip
_GROWN_ONLY = {name for name in _OF_SEX if name not in ("eye-scale-incr", "awake")}
_ONE_SIDED = ("head-round", "head-square", "head-oval", "head-invertedtriangular")


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A bare body in the pose of the base mesh.

    Attributes:
        points: (n, 3) metres.
        landmarks: (3,) by name: joints and knuckles of the left half.
        shapes: (shapes, n, 3) how the points move with each `Shape`.
    """

    points: Floats
    landmarks: dict[str, Floats]
    shapes: Floats


def form_of(body: Body, stock: Stock) -> Form:
    """Return the form of a body; the same character always has the same face."""
    half = np.zeros((len(stock.points) - int(stock.is_right.sum()), 3))
    places = stock.landmarks.copy()
    for name, share in _shares(body).items():
        half += share * stock.moves[name]
        places += share * stock.landmark_moves[name]
    points = stock.points + mirrored(half, stock.left, stock.is_right)
    names = stock.landmark_names
    return Form(points, {name: places[i] for i, name in enumerate(names)}, _shapes(stock))


def _shares(body: Body) -> dict[str, float]:
    """Return how much of each target a body has."""
    shares: dict[str, float] = {}
    female = {"female": 1.0, "male": 0.0, "unknown": 0.5}[body.sex]
    for age, of_age in _ages(body.age).items():
        for sex, of_sex in (("female", female), ("male", 1 - female)):
            for origin, of_origin in _origins(body).items():
                share = of_age * of_sex * of_origin
                name = f"{origin}-{age}" if age == "baby" else f"{origin}-{sex}-{age}"
                shares[name] = shares.get(name, 0.0) + share
            if age != "baby":
                weight = "maxweight" if body.build > 1 else "minweight"
                gain = _BUILD_GAIN if body.build > 1 else 1.0
                shares[f"{sex}-{age}-{weight}"] = (
                    min(1.0, abs(body.build - 1) / 0.2) * gain * of_age * of_sex
                )
    grown = float(np.clip((body.age - 6) / 14, 0.25, 1))
    for name, reach in _FEATURES.items():
        draw = _draw(body, name)
        side = max(0.0, draw) if name in _ONE_SIDED else draw
        shares[name] = side * reach * grown
    adult = float(np.clip((body.age - 10) / 8, 0, 1))
    for name, (of_woman, of_man) in _OF_SEX.items():
        share = of_woman * female + of_man * (1 - female)
        shares[name] = shares.get(name, 0.0) + share * (adult if name in _GROWN_ONLY else 1.0)
    shares["head-age-incr"] = float(np.clip((body.age - 45) / 30, 0, 1)) * 0.9
    shares["neck-scale-horiz-incr"] = (body.build - 1) * 2 + 0.05 - 0.5 * female
    return {name: share for name, share in shares.items() if abs(share) > 1e-4}


def _draw(body: Body, name: str) -> float:
    """Return a number in −1 … 1 that this person always has."""
    return (seed_of("face", body.character_id, name) % 20_011) / 10_005.5 - 1


def _ages(age: float) -> dict[str, float]:
    """Return how much a body is of each of two neighbouring ages."""
    names, years = list(_AGES), list(_AGES.values())
    place = float(np.interp(age, years, range(len(years))))
    low = min(int(place), len(names) - 2)
    return {names[low]: 1 - (place - low), names[low + 1]: place - low}


def _origins(body: Body) -> dict[str, float]:
    """Return where a face is from, as far as name and skin tell."""
    if any("\u4e00" <= letter <= "\u9fff" for letter in body.name):
        return {"asian": 0.85, "caucasian": 0.15}
    if body.skin[1] < _DARK_SKIN:
        return {"african": 0.7, "caucasian": 0.3}
    return {"caucasian": 0.8, "asian": 0.1, "african": 0.1}


def _shapes(stock: Stock) -> Floats:
    """Return (shapes, n, 3): what face and hands do, before the body is fitted."""
    shapes = np.zeros((len(Shape), *stock.points.shape))
    for shape in Shape:
        name = "LEFT_GRIP" if shape is Shape.RIGHT_GRIP else shape.name
        move = mirrored(stock.moves[name].astype(float), stock.left, stock.is_right)
        if shape is Shape.LEFT_GRIP:
            move[stock.points[:, 0] > 0] = 0
        if shape is Shape.RIGHT_GRIP:
            move[stock.points[:, 0] < 0] = 0
        shapes[shape] = move
    return shapes

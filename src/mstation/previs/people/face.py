"""The head of a figure: skin, lips, brows, eyes that turn, teeth behind the lips."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mstation.identity import seed_of
from mstation.previs.people.cloth import Floats, Ink, Piece, drawn, painted
from mstation.previs.people.drape import ribbon
from mstation.previs.people.lines import smooth
from mstation.previs.primitives import mixed, point_normals, tone
from mstation.stage.layout import Rgb
from mstation.stage.performance import JOINTS, Body

EYE = np.array([0.031, 0.728, 0.125])
_EYE_RADIUS = 0.0146
_TEETH_BACK_M, _TEETH_DOWN_M = 0.009, 0.0035
_MOUTH = np.array([0.0, 0.66, -0.1])
# The egg that a face is lit like: its middle and half its size on the base head.
_EGG, _EGG_HALF = np.array([0.0, 0.728, -0.035]), np.array([0.08, 0.135, 0.1])
_SOFTNESS = 0.5
_LASHES = 0.65  # of the lashes' length is kept: ink is drawn around them
_LASHES_AHEAD_M = 0.0012
_GUMS: Rgb = (0.075, 0.018, 0.016)
_TEETH: Rgb = (0.36, 0.33, 0.28)
_WHITE: Rgb = (0.42, 0.405, 0.38)
_BLACK: Rgb = (0.006, 0.005, 0.005)
_IRISES: tuple[Rgb, ...] = (
    (0.09, 0.042, 0.018), (0.055, 0.026, 0.014), (0.07, 0.12, 0.16), (0.08, 0.1, 0.05),
)  # fmt: skip
_FAIR_SKIN = 0.4  # green of a linear colour: who is fairer may have light eyes
# A brow from the nose outwards, on the base head: x, y and half its height.
_BROW = ((0.0110, 0.7524, 0.0010), (0.0135, 0.7531, 0.0020), (0.020, 0.7542, 0.0025),
         (0.028, 0.7553, 0.0026), (0.036, 0.7562, 0.0023), (0.044, 0.7553, 0.0017),
         (0.051, 0.7525, 0.0010), (0.055, 0.7498, 0.0003))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a head."""

    skin: Rgb
    lips: Rgb
    brows: Rgb
    iris: Rgb


def palette_of(body: Body) -> Palette:
    """Return the colours of a head."""
    red, green, blue = body.skin
    strength = 0.5 if body.sex == "female" and body.age > 13 else 0.26
    rosy = (red * 0.74, green * 0.42, blue * 0.44)
    fair = body.skin[1] > _FAIR_SKIN
    irises = _IRISES if fair and body.hair[0] > 0.03 else _IRISES[:2]
    iris = irises[seed_of("iris", body.character_id) % len(irises)]
    grey = min(1.0, max(0.0, (body.age - 60) / 25)) * 0.6
    brows = mixed(mixed(tone(body.hair, 0.75), (0.35, 0.34, 0.32), grey), body.skin, 0.15)
    if min(brows) > 0.2:
        brows = mixed(tone(brows, 0.55), tone(body.skin, 0.5), 0.5)
    return Palette(body.skin, mixed(body.skin, rosy, strength), brows, iris)


def head_pieces(head: Piece, lips: Floats, palette: Palette, body: Body) -> tuple[Piece, Piece]:
    """Return the skin of the head with its lips, and the brows laid on it."""
    skin = head.dyed(palette.skin, Ink.HEAD)
    outwards = point_normals(skin.home, skin.triangles.astype(np.int32))  # alike in every face
    inwards = (outwards * (_MOUTH - skin.home)).sum(axis=1)
    far = np.linalg.norm(skin.home - _MOUTH, axis=1)
    inside = ((inwards > 0) & (far < 0.048)) | ((inwards > 0.005) & (far < 0.058))
    inside &= skin.home[:, 1] > 0.624
    skin.colours[inside[skin.triangles].sum(axis=1) > 1] = _GUMS
    skin = painted(skin, np.where(inside, -1.0, lips - 0.3), palette.lips, Ink.HEAD)
    return skin, _brow(head, palette, body)


def softened(skin: Piece) -> Piece:
    """Return the skin of a head lit a little as an egg is: small forms cast no blotches."""
    x, y, z = skin.home.T
    egg = (skin.home - _EGG) / _EGG_HALF**2
    egg /= np.linalg.norm(egg, axis=1, keepdims=True)
    share = _SOFTNESS * smooth(-z, 0.0, 0.07) * smooth(y, 0.6, 0.64)
    below_jaw = smooth(-skin.normals[:, 1], 0.35, 0.8) * smooth(-y, -0.67, -0.63)
    share *= 1 - below_jaw
    share *= 1 - smooth(np.abs(x), 0.068, 0.076)  # ears
    normals = skin.normals + share[:, None] * (egg - skin.normals)
    return replace(skin, normals=normals / np.linalg.norm(normals, axis=1, keepdims=True))


def _brow(head: Piece, palette: Palette, body: Body) -> Piece:
    x, y, half = np.array(_BROW).T
    thick, low = {"male": (1.3, 0.0022), "female": (0.8, 0.0), "unknown": (1.0, 0.001)}[body.sex]
    if body.age < 12:
        thick, low = 0.7, 0.0
    draw = seed_of("brows", body.character_id) % 101 / 100
    half, y = half * thick * (0.8 + 0.4 * draw), y - low
    rows = []
    for side in (-1, 1):
        upper, lower = np.column_stack([side * x, y + half]), np.column_stack([side * x, y - half])
        rows.append(ribbon(head, upper, lower, palette.brows, Ink.HEAD, lift_m=0.0011))
    return joined(rows)


def joined(pieces: list[Piece]) -> Piece:
    """Return pieces as one."""
    starts = np.cumsum([0, *(len(piece.points) for piece in pieces[:-1])])
    return Piece(
        np.concatenate([p.points for p in pieces]),
        np.concatenate([p.home for p in pieces]),
        np.concatenate([p.normals for p in pieces]),
        np.concatenate([p.weights for p in pieces]),
        np.concatenate([p.shapes for p in pieces], axis=1),
        np.concatenate([p.triangles + s for p, s in zip(pieces, starts, strict=True)]),
        np.concatenate([p.colours for p in pieces]),
        np.concatenate([p.inks for p in pieces]),
    )


def eyes(middles: tuple[Floats, Floats], scale: float, palette: Palette) -> list[Piece]:
    """Return both eyeballs around their middles; `scale` is of this head to the base head."""
    pieces = []
    for side, middle in zip(("Left", "Right"), middles, strict=True):
        ball, colours = _eyeball(_EYE_RADIUS * scale, palette.iris)
        weights = np.zeros((len(ball), len(JOINTS)))
        weights[:, JOINTS.index(f"{side}Eye")] = 1.0
        ink = Ink.LEFT_EYE if side == "Left" else Ink.RIGHT_EYE
        piece = drawn(ball + middle, _cap_faces(), weights, _WHITE, ink)
        piece.colours[:] = colours
        pieces.append(piece)
    return pieces


_SIDES = 14
# Angles from the line of sight, and the colour of the ring within each.
_RINGS = (0.0, 0.17, 0.19, 0.40, 0.45, 0.85, 1.5)


def _eyeball(radius: float, iris: Rgb) -> tuple[Floats, NDArray[np.float64]]:
    angles = np.array(_RINGS[1:])
    around = 2 * np.pi * np.arange(_SIDES) / _SIDES
    x = np.sin(angles)[:, None] * np.cos(around)
    y = np.sin(angles)[:, None] * np.sin(around)
    z = -np.repeat(np.cos(angles)[:, None], _SIDES, axis=1)
    rings = np.stack([x, y, z], axis=-1).reshape(-1, 3)
    points = np.concatenate([[[0.0, 0.0, -1.0]], rings]) * radius
    bands = [_BLACK, tone(iris, 0.6), iris, tone(iris, 0.35), _WHITE, tone(_WHITE, 0.8)]
    colours = np.repeat(np.array(bands), [_SIDES, *[2 * _SIDES] * 5], axis=0)
    # The light of a window: two facets of the pupil's rim, above and to one side.
    colours[_SIDES + 2 * 3 : _SIDES + 2 * 5] = (0.85, 0.85, 0.83)
    return points, colours


def _cap_faces() -> NDArray[np.int64]:
    low = np.arange(_SIDES)
    high = (low + 1) % _SIDES
    faces = [np.column_stack([np.zeros(_SIDES, np.int64), high + 1, low + 1])]
    for ring in range(len(_RINGS) - 2):
        one, two = 1 + ring * _SIDES, 1 + (ring + 1) * _SIDES
        quads = np.stack(
            [
                np.column_stack([one + low, one + high, two + high]),
                np.column_stack([one + low, two + high, two + low]),
            ],
            axis=1,
        )
        faces.append(quads.reshape(-1, 3))
    return np.concatenate(faces)


def mouth_pieces(teeth: Piece, lashes: Piece, body: Body) -> list[Piece]:
    """Return what shows when lips part and what rims the eyes, seen from both sides."""
    dark = mixed(tone(body.hair, 0.4), _BLACK, 0.6)
    dark = mixed(dark, tone(body.skin, 0.35), 0.25 if body.sex == "female" else 0.6)
    lashes = _short(lashes).dyed(dark, Ink.HEAD)
    # Closed lids turn the lashes down: then their other side is seen.
    return [_behind_lips(teeth).dyed(_TEETH, Ink.HEAD), lashes, lashes.turned()]


def _short(lashes: Piece) -> Piece:
    """Return the lashes nearer to the lids that they grow on."""
    points = lashes.points.copy()
    for side in (-1, 1):
        rows = np.flatnonzero(np.sign(lashes.home[:, 0]) == side)
        eye = EYE * np.array([side, 1.0, -1.0])
        away = lashes.home[rows] - eye
        far = np.linalg.norm(away, axis=1, keepdims=True)
        points[rows] -= (1 - _LASHES) * away * (1 - far.min() / far)
    return replace(lashes, points=points + np.array([0.0, 0.0, -_LASHES_AHEAD_M]))


def _behind_lips(teeth: Piece) -> Piece:
    """Return teeth that closed lips hide and that show as one band under the upper lip."""
    away = np.array([0.0, -_TEETH_DOWN_M, _TEETH_BACK_M])
    return replace(teeth, points=teeth.points * np.array([0.76, 1.0, 1.0]) + away)

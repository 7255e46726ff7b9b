"""A body in, its figure out: a person of skin, hair and cloth that bends with its joints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mstation.previs.mesh import SkinnedMesh
from mstation.previs.people import lines
from mstation.previs.people.cloth import Floats, Ink, Piece, kept, sewn, taken
from mstation.previs.people.data import Stock, stock
from mstation.previs.people.face import eyes, head_pieces, mouth_pieces, palette_of, softened
from mstation.previs.people.fitting import Fitted, fitted
from mstation.previs.people.hair import hair_pieces
from mstation.previs.people.mannequin import mannequin
from mstation.previs.people.outfits import dressed
from mstation.previs.people.shape import form_of
from mstation.previs.primitives import point_normals
from mstation.stage.layout import Rgb
from mstation.stage.performance import Body

Style = Literal["people", "mannequin"]

_GREY: Rgb = (0.42, 0.42, 0.43)
_REMEMBERED = 24  # figures: more than any scene has
_NECK_UNDER_M = 0.02  # how far skin goes on under a collar


def figure_mesh(
    body: Body, offsets: NDArray[np.float32], *, style: Style = "people"
) -> SkinnedMesh:
    """Return the figure of a body in its rest pose, ready to be bent by joints (22, 3 offsets).

    It is bound with its limbs a little apart; with every joint unturned its arms hang. Ink
    ids are those of `cloth.Ink`. A mannequin is one matte grey, with no face of its own.
    Who was asked for before is the very same figure again, for every take of the film: a value
    remembered by value, not to be written into.
    """
    return _figure(body, np.asarray(offsets, np.float32).tobytes(), style)


@lru_cache(maxsize=_REMEMBERED)
def _figure(body: Body, offset_bytes: bytes, style: Style) -> SkinnedMesh:
    """Return a figure; `offset_bytes` are (22, 3) float32, as bytes so that they compare."""
    offsets = np.frombuffer(offset_bytes, np.float32).reshape(-1, 3)
    base = stock()
    fit = fitted(form_of(body, base), base, body, offsets)
    whole = _whole(fit, base)
    parts = {name: _still(taken(whole, rows)) for name, rows in base.parts.items()}
    if style == "mannequin":
        doll = mannequin(parts["tights"], _place(parts["head"]), _GREY)
        return sewn([*doll, *_hands(parts["hand"], _GREY)], fit.frames)
    return sewn([*_head(body, base, fit, parts), *_clothes(body, fit, parts)], fit.frames)


def _whole(fit: Fitted, base: Stock) -> Piece:
    count = len(base.triangles)
    return Piece(
        fit.points,
        base.points,
        point_normals(fit.points, base.triangles.astype(np.int32)),
        base.weights,
        fit.shapes,
        base.triangles,
        np.zeros((count, 3)),
        np.zeros(count, np.int64),
    )


def _still(part: Piece) -> Piece:
    """Return a part without its shapes if none of them moves it."""
    return part if part.shapes.any() else replace(part, shapes=part.shapes[:0])


def _head(body: Body, base: Stock, fit: Fitted, parts: dict[str, Piece]) -> list[Piece]:
    palette = palette_of(body)
    head = parts["head"]
    lips = base.lips[np.unique(base.triangles[base.parts["head"]])]
    skin, brows = head_pieces(head, lips, palette, body)
    scale = fit.head / base.head
    covered = kept(skin, _NECK_UNDER_M - lines.below_neck(skin, 0.567))
    mouth = mouth_pieces(parts["upper teeth"], parts["lashes"], body)
    bare, *hair = hair_pieces(covered, body, _place(head), scale)
    return [
        softened(bare),
        *hair,
        brows,
        *eyes(fit.eyes, scale, palette),
        *mouth,
    ]


def _place(head: Piece) -> Callable[[Floats], Floats]:
    """Return what tells where points (n, 3) on the base head are on this head."""
    linear, *_ = np.linalg.lstsq(np.column_stack([head.home, np.ones(len(head.home))]), head.points)
    return lambda points: np.asarray(points @ linear[:3] + linear[3])


def _clothes(body: Body, fit: Fitted, parts: dict[str, Piece]) -> list[Piece]:
    worn = dressed(body, parts["tights"], body.skin, fit.frames)
    return [*worn, *_hands(parts["hand"], body.skin)]


def _hands(both: Piece, colour: Rgb) -> list[Piece]:
    middles = both.home[both.triangles].mean(axis=1)[:, 0]
    left, right = (taken(both, np.flatnonzero(side)) for side in (middles < 0, middles > 0))
    return [left.dyed(colour, Ink.LEFT_HAND), right.dyed(colour, Ink.RIGHT_HAND)]

"""A jointed doll: the plain figure of a sketch, without a face or anything else of a body."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from mstation.previs.people import lines
from mstation.previs.people.cloth import Floats, Ink, Ints, Piece, drawn, painted
from mstation.previs.people.lines import smooth
from mstation.previs.primitives import point_normals, tone
from mstation.stage.layout import Rgb
from mstation.stage.performance import JOINTS

_ROUNDS, _STEP, _NECK = 9, 0.5, 0.5
# Rings of neck and head on the base body: height, depth of the middle, half width, half depth.
_HEAD = (
    (0.490, -0.012, 0.076, 0.062), (0.560, -0.018, 0.064, 0.058), (0.606, -0.032, 0.054, 0.050),
    (0.620, -0.062, 0.036, 0.062), (0.640, -0.068, 0.048, 0.075), (0.675, -0.062, 0.062, 0.090),
    (0.715, -0.052, 0.071, 0.102), (0.760, -0.046, 0.075, 0.106), (0.800, -0.045, 0.069, 0.096),
    (0.830, -0.045, 0.051, 0.070), (0.845, -0.045, 0.026, 0.036), (0.8495, -0.045, 0.001, 0.001),
)  # fmt: skip
_SIDES = 20
_ARM_JOINTS, _BAND, _BAND_M = (1.0, 1.93), 0.05, 0.014


def mannequin(tights: Piece, place: Callable[[Floats], Floats], colour: Rgb) -> list[Piece]:
    """Return trunk and limbs, smooth, with dark rings at the joints, and a plain head on a neck.

    place: Gives where points (n, 3) on the base head are on this head.
    """
    joint = tone(colour, 0.6)
    trunk = _smoothed(tights).dyed(colour, Ink.TOP)
    for level in (lines.WAIST, lines.KNEE, lines.ANKLE):
        for shade, edge in ((joint, _BAND_M), (colour, -_BAND_M)):
            below = lines.off_arms(trunk, level + edge - lines.height(trunk))
            trunk = painted(trunk, below, shade, Ink.TOP)
    for share in _ARM_JOINTS:
        for shade, edge in ((joint, -_BAND), (colour, _BAND)):
            trunk = painted(trunk, lines.along_arm(trunk) - share - edge, shade, Ink.TOP)
    return [trunk, _head(place, colour)]


def _head(place: Callable[[Floats], Floats], colour: Rgb) -> Piece:
    turns = 2 * np.pi * np.arange(_SIDES) / _SIDES
    y, z, wide, deep = (column[:, None] for column in np.array(_HEAD).T)
    rings = np.stack(
        [wide * np.sin(turns), y + 0 * turns, z - deep * np.cos(turns)], axis=-1
    ).reshape(-1, 3)
    low = np.arange(_SIDES)
    high = (low + 1) % _SIDES
    faces = [
        np.column_stack([r + a, r + b, r + c])
        for r in range(0, (len(_HEAD) - 1) * _SIDES, _SIDES)
        for a, b, c in ((low, high, high + _SIDES), (low, high + _SIDES, low + _SIDES))
    ]
    weights = np.zeros((len(rings), len(JOINTS)))
    head = smooth(rings[:, 1], 0.56, 0.615)
    neck = smooth(rings[:, 1], 0.49, 0.55) * (1 - head)
    weights[:, JOINTS.index("Head")] = head
    weights[:, JOINTS.index("Neck")] = neck
    weights[:, JOINTS.index("Chest")] = 1 - head - neck
    return drawn(place(rings), np.concatenate(faces), weights, colour, Ink.HEAD)


def _smoothed(piece: Piece) -> Piece:
    """Return the piece with its small forms ironed out; its rims at the wrists stay.

    Source: Taubin, A signal processing approach to fair surface design, 1995, without the
    step back: a doll may lose a little girth.
    """
    edges, uses = _edges(piece.triangles)
    count = len(piece.points)
    degree = np.bincount(edges.ravel(), minlength=count)
    free = np.ones(count, np.bool_)
    free[np.unique(edges[uses == 1])] = False
    free |= piece.home[:, 1] > _NECK  # the head's own neck stands in that rim
    both = np.column_stack([piece.points, piece.home])  # lines stay straight on what is ironed
    for _ in range(_ROUNDS):
        total = np.zeros_like(both)
        np.add.at(total, edges[:, 0], both[edges[:, 1]])
        np.add.at(total, edges[:, 1], both[edges[:, 0]])
        mean = total / np.maximum(degree, 1)[:, None]
        both[free] += _STEP * (mean - both)[free]
    points, home = np.ascontiguousarray(both[:, :3]), np.ascontiguousarray(both[:, 3:])
    normals = point_normals(points, piece.triangles.astype(np.int32))
    return replace(piece, points=points, home=home, normals=normals)


def _edges(triangles: Ints) -> tuple[Ints, Ints]:
    """Return (e, 2) edges and how many triangles use each."""
    pairs = np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    edges, uses = np.unique(pairs, axis=0, return_counts=True)
    return edges, uses

"""Skirts and tails of coats: cloth that hangs from the waist around both legs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mstation.previs.people.cloth import Floats, Ink, Piece, drawn, woven
from mstation.previs.people.lines import smooth
from mstation.previs.primitives import tone
from mstation.stage.layout import Rgb
from mstation.stage.performance import JOINTS

_SIDES = 22
_OVERLAP, _OVER_M = (0.1, 0.32), 0.004  # of a side of the cloth; above it
_LINING_M = 0.006


@dataclass(frozen=True, slots=True)
class Cut:
    """How a skirt is cut: heights as shares of the hips' height, widths in metres."""

    waist: float
    hem: float
    ease_m: float  # between the body and the cloth
    flare_m: float  # how much wider the hem is


def skirt(
    body: Piece, frames: Floats, cut: Cut, colour: Rgb, ink: Ink, *, slit: bool = False
) -> list[Piece]:
    """Return the cloth and its dark inside, around the trunk and legs of a bound body.

    slit: It is the tails of a coat, which overlap in front.
    """
    hips, knee = (frames[JOINTS.index(j), 1, 3] for j in ("Hips", "LeftKnee"))
    hip_x = abs(frames[JOINTS.index("LeftHip"), 0, 3])
    top, hem = cut.waist * hips, cut.hem * hips
    levels = np.unique(np.concatenate([
        np.linspace(top, hips * 0.93, 3), np.linspace(hips * 0.93, hem, 6)
    ]))[::-1]  # fmt: skip
    rings = np.stack([_ring(body, y, cut, top, hem) for y in levels])
    _never_narrower(rings)
    points = rings.reshape(-1, 3)
    # Thighs that are bound a little apart swing in when they hang: the hem is then level.
    slant = float(frames[JOINTS.index("LeftHip"), 0, 1] / frames[JOINTS.index("LeftHip"), 1, 1])
    hanging = smooth(-points[:, 1], -hips, -hips * 0.86)
    points[:, 1] += slant * (np.abs(points[:, 0]) - hip_x) * hanging
    weights = _weights(points, float(hips), float(knee), float(hip_x))
    rows = len(levels)
    faces = woven(rows, _SIDES, closed=True)
    a, b, c = (points[faces[:, i]] for i in range(3))
    outwards = np.einsum("ij,ij->", (a + b + c) * np.array([1.0, 0, 1.0]), np.cross(b - a, c - a))
    if outwards < 0:
        faces = faces[:, ::-1]
    cloth = drawn(points, faces, weights, colour, ink)
    lining = cloth.turned().pushed(_LINING_M).dyed(tone(colour, 0.3), Ink.BOTTOM)
    pieces = [cloth, lining, _lid(points, weights, rows, colour)]
    return [*pieces, _overlap(cloth, rows)] if slit else pieces


def _overlap(cloth: Piece, rows: int) -> Piece:
    """Return the edge of a coat's front where one side lies over the other."""
    left = np.arange(rows) * _SIDES
    right = left + 1

    def between(values: Floats, share: float) -> Floats:
        return np.asarray(values[left] + share * (values[right] - values[left]))

    points, weights, normals = (
        np.concatenate([between(values, share) for share in _OVERLAP])
        for values in (cloth.points, cloth.weights, cloth.normals)
    )
    low = np.arange(rows - 1)
    faces = np.concatenate(
        [
            np.column_stack([low, low + rows + 1, low + rows]),
            np.column_stack([low, low + 1, low + rows + 1]),
        ]
    )
    a, b, c = (points[faces[:, i]] for i in range(3))
    if np.cross(b - a, c - a)[:, 2].sum() > 0:
        faces = faces[:, ::-1]
    shade = tone(tuple(cloth.colours[0]), 0.6)
    return drawn(points + _OVER_M * normals, faces, weights, shade, Ink.TRIM)


def _ring(body: Piece, y: float, cut: Cut, top: float, hem: float) -> Floats:
    """Return (sides, 3) around what of the trunk and legs is at a height."""
    near = np.abs(body.points[:, 1] - y) < 0.035
    cloud = body.points[near]
    share = (top - y) / (top - hem)
    ease = cut.ease_m + cut.flare_m * share
    wide = float(np.abs(cloud[:, 0]).max()) + ease
    ahead, behind = float(-cloud[:, 2].min()) + ease, float(cloud[:, 2].max()) + ease
    around = 2 * np.pi * np.arange(_SIDES) / _SIDES
    sin, cos = np.sin(around), np.cos(around)
    bulge = 2 / 2.3
    x = wide * np.sign(sin) * np.abs(sin) ** bulge
    z = -np.sign(cos) * np.abs(cos) ** bulge * np.where(cos > 0, ahead, behind)
    return np.column_stack([x, np.full(_SIDES, y), z])


def _never_narrower(rings: Floats) -> None:
    """Let every ring from the hips down be at least as wide as the one above."""
    for upper, lower in pairwise(rings):
        lower[:, 0] = np.sign(lower[:, 0]) * np.maximum(
            np.abs(lower[:, 0]), np.abs(upper[:, 0]) * 0.985
        )
        lower[:, 2] = np.sign(lower[:, 2]) * np.maximum(
            np.abs(lower[:, 2]), np.abs(upper[:, 2]) * 0.985
        )


def _weights(points: Floats, hips: float, knee: float, hip_x: float) -> Floats:
    """Return (n, 22): the waist follows the hips, the sides their thighs, the hem the shins."""
    x, y, _ = points.T
    weights = np.zeros((len(points), len(JOINTS)))
    left = 1 - smooth(x, -1.1 * hip_x, 1.1 * hip_x)
    leg = smooth(-y, -(hips * 1.06), -(hips * 0.86))
    shin = smooth(-y, -(knee * 1.12), -(knee * 0.72)) * 0.9
    high = smooth(y, hips * 1.08, hips * 1.2)
    weights[:, JOINTS.index("Hips")] = (1 - leg) * (1 - high)
    weights[:, JOINTS.index("Spine")] = (1 - leg) * high
    for side, share in (("Left", left), ("Right", 1 - left)):
        weights[:, JOINTS.index(f"{side}Hip")] = leg * share * (1 - shin)
        weights[:, JOINTS.index(f"{side}Knee")] = leg * share * shin
    return weights


def _lid(points: Floats, weights: Floats, rows: int, colour: Rgb) -> Piece:
    """Return the dark under a skirt, a little above its hem."""
    first = (rows - 2) * _SIDES
    rim = (points[first : first + _SIDES] + points[first + _SIDES :]) / 2
    held = (weights[first : first + _SIDES] + weights[first + _SIDES :]) / 2
    rim = rim + (rim.mean(axis=0) - rim) * 0.14
    cloud = np.concatenate([rim, rim.mean(axis=0, keepdims=True)])
    low = np.arange(_SIDES)
    faces = np.column_stack([low, (low + 1) % _SIDES, np.full(_SIDES, _SIDES)])
    a, b, c = (cloud[faces[:, i]] for i in range(3))
    if np.cross(b - a, c - a)[:, 1].sum() > 0:
        faces = faces[:, ::-1]
    shares = np.concatenate([held, held.mean(axis=0, keepdims=True)])
    return drawn(cloud, faces, shares, tone(colour, 0.3), Ink.BOTTOM)

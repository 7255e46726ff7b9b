"""Collars and hoods: cloth that stands or lies around a neck."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mstation.previs.people.cloth import Floats, Ink, Piece, drawn, woven
from mstation.stage.layout import Rgb
from mstation.stage.performance import JOINTS

# The neck of the base body where a collar sits: its middle, and half its width and depth.
_MIDDLE = np.array([0.0, 0.572, -0.022])
_HALF = np.array([0.0615, 0.054])
_TILT = 0.34  # how much lower it is in front, a metre of depth
_OPEN_DEG = 7.0


def collar(tights: Piece, colour: Rgb, lift_m: float, *, tucked: bool = False) -> list[Piece]:
    """Return a folded collar with two leaves, open at the throat, and its underside.

    tucked: its leaves lie close to the neck, under a jacket.
    """
    turns = np.radians(np.linspace(_OPEN_DEG, 360 - _OPEN_DEG, 27))
    off = np.degrees(np.minimum(turns, 2 * np.pi - turns))
    ahead = np.clip(1 - (off - _OPEN_DEG) / 60, 0, 1)  # it falls open towards the throat
    apart = np.radians(9.0) * ahead * np.sign(np.pi - turns)
    leaf = 0.022 + 0.026 * np.clip(1 - np.abs(off - 20) / 26, 0, 1)
    spread = 1.0 + lift_m * 6
    out = 1.16 if tucked else 1.29
    inside = _around(turns + apart, 1.02, 0.008 - 0.012 * ahead)
    top = _around(turns + apart, 1.06, 0.026 - 0.024 * ahead)
    fold = _around(turns + apart, (1.14 if tucked else 1.16) * spread, 0.018 - 0.02 * ahead)
    # The leaves lie on the chest, which comes forward as it goes down.
    edge = _around(turns, out * spread, 0.008 - leaf)
    edge[:, 2] -= 0.75 * np.maximum(0.0, leaf - 0.022)
    cloth = _sewn(tights, np.stack([inside, top, fold, edge]), colour, closed=False)
    return [cloth, cloth.turned().pushed(0.002)]


def hood(tights: Piece, colour: Rgb) -> Piece:
    """Return a hood that lies on the shoulders, a roll that is thick behind."""
    turns = np.radians(np.arange(0, 360, 15))
    behind = (1 - np.cos(turns)) / 2
    thick = 0.012 + 0.02 * behind
    rows = []
    for angle in np.radians(np.arange(150, -211, -45)):
        out = 1.12 + (thick * (1 + np.cos(angle)) + 0.01 * behind) / 0.058
        rows.append(_around(turns, out, thick * np.sin(angle) * 1.2 + 0.006))
    return _sewn(tights, np.stack(rows), colour, closed=True)


def _around(turns: Floats, wider: float | Floats, rise: Floats) -> Floats:
    """Return (k, 3) around the neck of the base body, from the front by its left."""
    x = -_HALF[0] * wider * np.sin(turns)
    z = -_HALF[1] * wider * np.cos(turns)
    return np.column_stack([x, _MIDDLE[1] + rise + _TILT * z + 2.0 * x * x, z + _MIDDLE[2]])


def _sewn(tights: Piece, rows: Floats, colour: Rgb, *, closed: bool) -> Piece:
    """Return a cloth over rows (k, n, 3) of the base body, on this body's neck."""
    faces = woven(*rows.shape[:2], closed=closed)
    home = rows.reshape(-1, 3)
    near = (tights.home[:, 1] > 0.5) & (np.abs(tights.home[:, 0]) < 0.11)
    known = np.column_stack([tights.home[near], np.ones(int(near.sum()))])
    linear, *_ = np.linalg.lstsq(known, tights.points[near])
    weights = np.zeros((len(home), len(JOINTS)))
    weights[:, JOINTS.index("Neck")] = 0.45
    weights[:, JOINTS.index("Chest")] = 0.55
    placed = np.column_stack([home, np.ones(len(home))]) @ linear
    piece = drawn(placed, faces, weights, colour, Ink.COLLAR)
    return replace(piece, home=home)

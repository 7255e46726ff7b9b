"""The lines that clothes and hair are cut along, as numbers known at every point.

All of them are drawn on the base body, in metres of its own: its soles are at −0.82, its hips
at 0.05, its shoulders at 0.525, its chin at 0.62, its eyes at 0.728, its crown at 0.85. So a
collar sits on every neck, however the body that wears it is built.
"""

from __future__ import annotations

import numpy as np

from mstation.previs.people.cloth import Floats, Piece
from mstation.stage.performance import JOINTS

SOLE, ANKLE, KNEE, HIPS, WAIST = -0.822, -0.745, -0.369, 0.049, 0.125
SHOULDER = np.array([-0.168, 0.525, -0.015])
ELBOW = np.array([-0.313, 0.349, -0.013])
WRIST = np.array([-0.431, 0.245, -0.176])
_ROUNDING = 5.0  # per metre: a neckline rises towards the shoulders
_ARM = [JOINTS.index(s + j) for s in ("Left", "Right") for j in ("Shoulder", "Elbow", "Wrist")]


def height(piece: Piece) -> Floats:
    """Return (n,) metres above the middle of the base body."""
    return piece.home[:, 1]


def arm_share(piece: Piece) -> Floats:
    """Return (n,) how much of an arm a point is, 0 … 1."""
    return np.asarray(piece.weights[:, _ARM].sum(axis=1))


def off_arms(piece: Piece, line: Floats) -> Floats:
    """Return (n,) a line that leaves the arms out."""
    return np.where(arm_share(piece) > 0.3, -1.0, line)


def along_arm(piece: Piece) -> Floats:
    """Return (n,) 0 at the shoulder, 1 at the elbow, 2 at the wrist; −1 off the arms."""
    at = piece.home.copy()
    at[:, 0] = -np.abs(at[:, 0])
    upper = (at - SHOULDER) @ (ELBOW - SHOULDER) / ((ELBOW - SHOULDER) @ (ELBOW - SHOULDER))
    lower = (at - ELBOW) @ (WRIST - ELBOW) / ((WRIST - ELBOW) @ (WRIST - ELBOW))
    place = np.where(upper < 1, upper, np.maximum(1, 1 + lower))
    return np.where(arm_share(piece) > 0.3, place, -1.0)


def below_neck(piece: Piece, level: float = 0.567, slope: float = 0.3) -> Floats:
    """Return (n,) metres under a round neckline, which is lower in front."""
    x, y, z = piece.home.T
    return np.asarray(level + slope * z - y + _ROUNDING * x * x)


def beside_wedge(piece: Piece, point: float, spread: float, *, least: float = 0.0) -> Floats:
    """Return (n,) metres beside an opening in front that widens upwards from a point."""
    x, y, z = piece.home.T
    half = np.maximum(least, spread * (y - point))
    return np.asarray(np.abs(x) - half + np.maximum(0.0, z) * 10)


def smooth(value: Floats, low: float, high: float) -> Floats:
    """Return 0 … 1 as values pass from low to high, without a corner."""
    share = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share))

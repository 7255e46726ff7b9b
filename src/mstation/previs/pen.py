"""How the lines of a picture are drawn, and where its edges are worked on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import TILE_ROWS, Bytes, Floats, Ints

FOLD = np.float32(0.04)  # change of nearness between pixels that is an edge on a round body
OWNER = np.int32(6)  # the bits of a surface's number that tell whose it is
# Half a line's width in pixels of a picture 720 rows high: around players, where one thing
# stands before another, and where a thing bends.
AROUND, BEFORE, BENT = np.float32(0.95), np.float32(0.62), np.float32(0.5)
LINE_WIDEST = np.float32(0.95)  # two pixels beside an edge are looked at, no more
FULL_PX = np.float32(420.0)  # pixels a metre at which a line is as wide as said
CLEAR_PX = np.float32(130.0)  # and from which on it is as dark as said
FACES_PX = (np.float32(60.0), np.float32(150.0))  # between which features get their lines
THIN = np.float32(0.5)  # what is left of the ink on a thing as thin as its lines
RING = TILE_ROWS + 4
STEPS = 6  # triangles that a search for an outline crosses
# By these the shaders draw the same lines.
INK = {
    "FOLD": float(FOLD),
    "OWNER": int(OWNER),
    "STEPS": STEPS,
    "AROUND": float(AROUND),
    "BEFORE": float(BEFORE),
    "BENT": float(BENT),
    "LINE_WIDEST": float(LINE_WIDEST),
    "FULL_PX": float(FULL_PX),
    "CLEAR_PX": float(CLEAR_PX),
    "FEW_FACES_PX": float(FACES_PX[0]),
    "ALL_FACES_PX": float(FACES_PX[1]),
    "THIN": float(THIN),
}


class Pen(NamedTuple):
    """How lines are drawn."""

    strength: np.float32  # 0 none … 1 black
    scale: np.float32  # the picture's height over 720 rows
    per_m: np.float32  # pixels in a metre one metre from the lens
    blur_px: np.float32  # how wide a point infinitely far away is; 0: all is sharp
    focus_m: np.float32
    margin: np.float32  # of |1 − focus / distance|, within which all is sharp
    flush: np.float32  # of a line between features that lie flush on a face: 0 none … 1


class EdgeRoom(NamedTuple):
    """Where rows are compared, and what has been found out about them.

    Crossings are those between a pixel and the next one to the right, or below: both pixels
    beside an edge, and those two away, ask for the same.
    """

    surfaces: Ints  # (12, columns) of a row of tiles, and two rows above and below it
    numbered: Ints  # (12, 3) which row is kept there, from which column to which
    flags: Bytes  # (columns, rounded up to eights)
    eights: NDArray[np.uint64]  # the same memory
    at: Floats  # (2, 4, columns) right and below, of four rows: where the edge lies
    across: Floats  # the same of how slanted it is
    found: Ints  # the same of the row for which it was found


def edge_room(width: int) -> EdgeRoom:
    """Room to finish a picture of some width."""
    flags = np.zeros(-(-width // 8) * 8, np.uint8)
    return EdgeRoom(
        np.zeros((RING, width), np.int32),
        np.zeros((RING, 3), np.int32),
        flags,
        flags.view(np.uint64),
        np.zeros((2, 4, width), np.float32),
        np.zeros((2, 4, width), np.float32),
        np.zeros((2, 4, width), np.int32),
    )

"""Curves as USD writes them: matrices by rows, a key only where something changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pxr import UsdGeom, Vt


def matrices(columns: NDArray[np.floating]) -> Vt.Matrix4dArray:
    """Return matrices (n, 4, 4) that act on columns as USD has them, acting on rows."""
    return Vt.Matrix4dArray.FromNumpy(
        np.ascontiguousarray(np.swapaxes(columns, -1, -2), np.float64)
    )


def corners_of(values: NDArray[np.floating]) -> list[int]:
    """Return the frames that hold a curve (frames, …), what lies still between two left out."""
    turns = np.any(values[1:] != values[:-1], axis=tuple(range(1, values.ndim)))
    return np.flatnonzero(np.append(True, turns) | np.append(turns, False)).tolist()


def show_when_present(prim: UsdGeom.Imageable, present: NDArray[np.bool_]) -> None:
    """Let a prim be seen in the frames (n,) in which it is there."""
    visibility = prim.CreateVisibilityAttr()
    changes = [0, *(np.flatnonzero(np.diff(present)) + 1).tolist()]
    for frame in changes:
        word = UsdGeom.Tokens.inherited if present[frame] else UsdGeom.Tokens.invisible
        visibility.Set(word, frame)

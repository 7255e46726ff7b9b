"""Scene-linear pixels in, what a screen shows out: the ACES view that OpenColorIO ships.

A file says what its numbers mean by its chromaticities; those of ACES2065-1, of ACEScg and of
Rec. 709 are known, and a file that names none is Rec. 709, as the standard says. The view is ACES
2.0, standard range, on an sRGB screen: 0.18 becomes a middle grey, and what is brighter than white
is rolled off, not cut.

Sources: OpenEXR, Standard Attributes; SMPTE ST 2065-1, ST 2065-4; Academy S-2014-004 (ACEScg).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import PyOpenColorIO
from numpy.typing import NDArray

CONFIG = "cg-config-v4.0.0_aces-v2.0_ocio-v2.5"
DISPLAY, VIEW = "sRGB - Display", "ACES 2.0 - SDR 100 nits (Rec.709)"
_LOG = "ACEScct"
_GRID = 65  # points of the table a channel: on the whole it is 0.15 of 255 off

_PRIMARIES = {  # red and green x and y tell them apart
    (0.7347, 0.2653, 0.0, 1.0): "ACES2065-1",
    (0.713, 0.293, 0.165, 0.83): "ACEScg",
    (0.64, 0.33, 0.3, 0.6): "Linear Rec.709 (sRGB)",
    (0.708, 0.292, 0.17, 0.797): "Linear Rec.2020",
    (0.68, 0.32, 0.265, 0.69): "Linear P3-D65",
}
_UNNAMED = "Linear Rec.709 (sRGB)"


def space_of(chromaticities: tuple[float, ...] | None) -> str:
    """Return the colour space of a file with these chromaticities; of others: Rec. 709."""
    if chromaticities is not None:
        for primaries, space in _PRIMARIES.items():
            if np.allclose(tuple(chromaticities)[:4], primaries, atol=0.002):
                return space
    return _UNNAMED


def shown(pixels: NDArray[np.float32], space: str, *, exactly: bool = True) -> NDArray[np.uint8]:
    """Return linear pixels (height, width, 3) as sRGB for a screen.

    exactly: by the transform itself; otherwise by a table made of it, seven times as fast.
    """
    processor = _exact(space) if exactly else _tabled(space)
    out = np.ascontiguousarray(pixels, np.float32)
    out = out.copy() if out is pixels else out
    processor.applyRGB(out)
    return np.rint(np.clip(out, 0, 1) * 255).astype(np.uint8)


@cache
def _config() -> PyOpenColorIO.Config:
    return PyOpenColorIO.Config.CreateFromBuiltinConfig(CONFIG)


@cache
def _exact(space: str) -> PyOpenColorIO.CPUProcessor:
    view = PyOpenColorIO.DisplayViewTransform(src=space, display=DISPLAY, view=VIEW)
    return _config().getProcessor(view).getDefaultCPUProcessor()


@cache
def _tabled(space: str) -> PyOpenColorIO.CPUProcessor:
    steps = np.linspace(0, 1, _GRID, dtype=np.float32)
    table = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1).copy()
    _exact(_LOG).applyRGB(table)
    cube = PyOpenColorIO.Lut3DTransform(_GRID)
    cube.setData(table.reshape(-1))
    cube.setInterpolation(PyOpenColorIO.INTERP_TETRAHEDRAL)
    group = PyOpenColorIO.GroupTransform(
        [PyOpenColorIO.ColorSpaceTransform(src=space, dst=_LOG), cube]
    )
    return _config().getProcessor(group).getDefaultCPUProcessor()

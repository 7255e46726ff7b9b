"""What the renderer's loops read and write: lens, surfaces, light, shadow, canvas."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]

STEP = 16
# Rows and columns of what a frame changes as one; the width is a multiple of STEP.
TILE_ROWS, TILE_WIDTH = 8, 16
# A body dims the floor up to this many of its radii away.
CONTACT_RADII = np.float32(4.5)
SHADOW_BIAS_M = np.float32(0.02)
# The widest and narrowest edge of a shadow, in texels; a look-up reads one more than the widest.
WIDEST = np.float32(7.0)
NARROWEST = np.float32(2.5)
TONE_SHIFT = 15
TONE_FLOOR = 2.0**-14
TONE_CEILING = 15.99
TONE_BASE = int(np.float32(TONE_FLOOR).view(np.int32)) >> TONE_SHIFT
TONE_SIZE = (int(np.float32(TONE_CEILING).view(np.int32)) >> TONE_SHIFT) - TONE_BASE + 1


class Camera(NamedTuple):
    """A lens in the world: the ray of a pixel is `ray + x · ray_x + y · ray_y`."""

    eye: Floats
    ray: Floats
    ray_x: Floats
    ray_y: Floats
    project: Floats  # (3, 4)


class Surfaces(NamedTuple):
    """What the shading needs of every triangle and point."""

    triangles: Ints  # (m, 3)
    normals: Floats  # (m, 3) of the triangle itself
    colours: Floats  # (m, 3)
    glow: Floats  # (m,)
    smooth: Bools  # (m,)
    toon: Bools  # (m,) figures: light falls in bands
    homogeneous: Floats  # (n, 3)
    soft: Floats  # (n, 4) light at points: ambient and lamps r g b, and the sun's slant


class Light(NamedTuple):
    """The light of a set, as the loops read it."""

    towards_sun: Floats
    sun: Floats
    sky: Floats
    ground: Floats
    top: Floats
    horizon: Floats
    lamps: Floats  # (n, 7): position, colour × intensity, radius
    fog_m: np.float32  # 0 none
    patch: np.float32  # what comes through the windows, in strengths of the sun; 0 none


class Shadow(NamedTuple):
    """A shadow map: `texel = metres · scale + origin`."""

    near: Floats  # (rows, columns) metres towards the sun of the nearest back
    lowest: Floats  # (rows // 8, columns // 8) of the 16 × 16 texels that begin at a block
    highest: Floats
    origin: Floats  # (2,) texels
    scale: np.float32  # texels in a metre
    spread: np.float32  # texels that an edge widens in a metre behind its caster


class Volume(NamedTuple):
    """How crowded the set is around every place: corners get less of the ambient light."""

    cells: Floats  # (z, y, x)
    origin: Floats
    per_m: np.float32
    reach_m: np.float32


class Scratch(NamedTuple):
    """Where a picture's light is worked on."""

    rows: Floats  # (3, columns) linear light of a row
    bits: Ints  # the same memory
    nodes: Floats  # (columns // STEP + 3, 4)
    slant: Floats  # (columns,) cosine to the sun, on round surfaces
    banded: Floats  # (columns,) 1 where that light falls in bands, 0 elsewhere
    sunny: Floats  # (3, columns) what the full sun adds there
    places: Floats  # (2, 3, STEP) as the sun sees them: across, down, towards it
    sunlight: Floats  # (rows, columns) of the picture


def scratch(width: int, height: int) -> Scratch:
    """Room to work on the light of a picture."""
    rows = np.zeros((3, width), np.float32)
    return Scratch(
        rows,
        rows.view(np.int32),
        np.zeros((width // STEP + 3, 4), np.float32),
        np.zeros(width, np.float32),
        np.zeros(width, np.float32),
        np.zeros((3, width), np.float32),
        np.zeros((2, 3, STEP), np.float32),
        np.zeros((height, width), np.float32),
    )


class Canvas(NamedTuple):
    """A picture in the making."""

    depth: Floats  # (rows, columns) nearness
    ids: Ints  # (rows, columns) triangle, −1 the backdrop
    raw: Bytes  # (3, rows, columns) display colour before edges
    final: Bytes  # (3, rows, columns)
    ink: Bytes  # (rows, columns) lines kept apart from the colours, or (0, 0)

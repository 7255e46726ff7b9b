"""A set and its light in, the empty set ready to be drawn out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import Bytes, Floats, Light, Volume
from mstation.previs.light import light_of, sun_axes, tone_table
from mstation.previs.mesh import Mesh
from mstation.previs.occlusion import open_places
from mstation.previs.raster import face_normals
from mstation.stage.layout import Lighting

Places = NDArray[np.float64]

CHUNK = 192  # triangles that are looked for in the picture together


@dataclass(frozen=True, slots=True, eq=False)
class Scenery:
    """The empty set and everything about it that no frame changes."""

    mesh: Mesh
    normals: Floats
    casters: Mesh
    walls: Mesh  # what keeps out the sun that comes through the windows
    softness: float
    chunks: Places  # (n, 2, 3) least and most of every chunk of triangles
    light: Light
    axes: Floats
    volume: Volume
    tone: Bytes
    exposure: float


def scenery_of(
    mesh: Mesh,
    casters: Mesh,
    lighting: Lighting,
    low: Places,
    high: Places,
    *,
    walls: Mesh | None = None,
) -> Scenery:
    """An empty set made ready; `low` and `high` are the corners of where people play.

    `casters` is what keeps the sun out; `walls` is what does so where it comes through windows.
    """
    order = _near_ones_together(mesh)
    mesh = Mesh(
        mesh.points,
        mesh.normals,
        np.ascontiguousarray(mesh.triangles[order]),
        mesh.colours[order],
        mesh.parts[order],
        mesh.smooth[order],
        mesh.glow[order],
    )
    normals = np.zeros((len(mesh.triangles), 3), np.float32)
    face_normals(mesh.points, mesh.triangles, 0, len(mesh.triangles), normals)
    corners = mesh.points[mesh.triangles].astype(float)
    starts = range(0, len(corners), CHUNK)
    chunks = [
        [corners[i : i + CHUNK].min(axis=(0, 1)), corners[i : i + CHUNK].max(axis=(0, 1))]
        for i in starts
    ]
    light = light_of(lighting)
    return Scenery(
        mesh,
        normals,
        casters,
        casters if walls is None else walls,
        lighting.softness,
        np.array(chunks, float).reshape(-1, 2, 3),
        light,
        sun_axes(light.towards_sun),
        open_places(mesh, low, high),
        tone_table(lighting.exposure),
        lighting.exposure,
    )


def _near_ones_together(mesh: Mesh) -> NDArray[np.intp]:
    """An order of the triangles in which neighbours on the set follow each other."""
    if not len(mesh.triangles):
        return np.zeros(0, np.intp)
    middles = mesh.points[mesh.triangles].mean(axis=1)
    cells = np.floor((middles - middles.min(axis=0)) / 2.0).astype(np.int64)
    return np.lexsort((cells[:, 0] + cells[:, 2] * 1000,))

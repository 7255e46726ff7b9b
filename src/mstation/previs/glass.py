"""A set and its things in, their glass out: panes and tumblers, laid over the finished picture.

Glass is no part of the set's own mesh: it throws no shadow, lets the sun in, hides nobody, and
has neither depth nor id in the passes. It is drawn in toon; clay and pencil have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import Bytes, Camera, Canvas, Floats
from mstation.previs.decor import look_of
from mstation.previs.glass_blend import Mirrored, blend_glass, room_for_glass
from mstation.previs.light import toned
from mstation.previs.mesh import Mesh, join
from mstation.previs.primitives import panel
from mstation.previs.props import prop_glass
from mstation.previs.vehicles import vehicle_panes
from mstation.previs.walls import wall_panes
from mstation.stage.layout import Layout, Lighting, Rgb
from mstation.stage.performance import Prop

PANE_SHARE = 0.07  # of what is behind a pane that its own colour hides, looked at straight
PANE: Rgb = (0.42, 0.56, 0.52)  # thick float glass is a little green
_UNGLAZED = ("lattice", "stained")  # paper, and glass that nobody looks through


@dataclass(frozen=True, slots=True, eq=False)
class Sheets:
    """Clear triangles that stand or move together.

    places   # (frames, 3, 4) world from rest, or (1, 3, 4) where they stay
    present  # (frames,) bool, or (1,)
    """

    mesh: Mesh
    opacity: float
    is_one_sided: bool
    places: Floats
    present: NDArray[np.bool_]

    def shows(self, frame: int) -> bool:
        """Whether they are there in a frame."""
        return bool(self.present[min(frame, len(self.present) - 1)])


@dataclass(frozen=True, slots=True, eq=False)
class Glazing:
    """All the glass of a take, and what it mirrors."""

    sheets: tuple[Sheets, ...]
    mirrored: Mirrored
    light: NDArray[np.float64]  # (3,) exposed, on a white thing: what the glass's own colour gets


def set_glass(layout: Layout) -> tuple[Mesh, Mesh]:
    """Return the clear panes of a set: those of its walls, seen from inside, and of a vehicle."""
    panes: list[Mesh] = []
    if layout.is_interior and look_of(layout.kind).windows not in _UNGLAZED:
        panes = [
            pane
            for wall in layout.walls
            for pane in wall_panes(wall, PANE)
        ]  # fmt: skip
    return join(panes), join([panel(corners, PANE) for corners in vehicle_panes(layout)])


def glazing_of(
    layout: Layout, props: Sequence[tuple[Prop, Floats, NDArray[np.bool_]]]
) -> Glazing | None:
    """Return the glass of a set and of the props with their places (frames, 3, 4) and presence."""
    at_rest = np.eye(4, dtype=np.float32)[None, :3]
    always = np.ones(1, np.bool_)
    walls, vehicle = set_glass(layout)
    sheets = [
        Sheets(walls, PANE_SHARE, True, at_rest, always),
        Sheets(vehicle, PANE_SHARE, False, at_rest, always),
    ]
    for prop, places, present in props:
        glass = prop_glass(prop)
        if glass is not None:
            sheets.append(Sheets(*glass, False, places, present))
    kept = tuple(each for each in sheets if len(each.mesh.triangles))
    if not kept:
        return None
    lighting = layout.lighting
    light = np.array(lighting.sky_colour) + 0.5 * np.array(lighting.ground_colour)
    return Glazing(kept, _mirrored(lighting, layout.is_interior), light * lighting.exposure)


def _mirrored(lighting: Lighting, is_interior: bool) -> Mirrored:
    """Return what glass mirrors above, ahead and below, and the bright bands in it."""
    sky, ground = np.array(lighting.sky_colour), np.array(lighting.ground_colour)
    top, horizon = np.array(lighting.backdrop_top), np.array(lighting.backdrop_horizon)
    if is_interior:
        lights = [0.6 * sky, 0.4 * (sky + ground), 0.4 * ground, 1.1 * sky]
    else:
        lights = [0.6 * top + 0.4 * horizon, horizon, 0.3 * (sky + ground), 1.3 * horizon]
    shown = toned(np.stack(lights) * lighting.exposure) * 255
    return Mirrored(*(np.asarray(each, np.float32) for each in shown))


def draw_glass(
    glazing: Glazing, canvas: Canvas, camera: Camera, frame: int, picture: Bytes
) -> None:
    """Lay the glass of a frame over a picture (3, rows, columns), the farthest first."""
    posed = [_posed(each, glazing.light, frame) for each in glazing.sheets if each.shows(frame)]
    if not posed:
        return
    corners, normals, tints, opacity, one_sided = map(np.concatenate, zip(*posed, strict=True))
    project = camera.project.astype(np.float64)
    homogeneous = corners @ project[:, :3].T + project[:, 3]
    order = np.argsort(-homogeneous[:, :, 2].mean(axis=1), kind="stable")
    blend_glass(
        np.ascontiguousarray(homogeneous[order], np.float32),
        np.ascontiguousarray(normals[order], np.float32),
        np.ascontiguousarray(tints[order], np.float32),
        np.ascontiguousarray(opacity[order], np.float32),
        np.ascontiguousarray(one_sided[order]),
        glazing.mirrored,
        camera,
        room_for_glass(),
        canvas.depth,
        picture,
    )


def _posed(
    sheets: Sheets, light: NDArray[np.float64], frame: int
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return triangles as they are in a frame.

    Corners and normals (m, 3, 3), display colours (m, 3), opacity (m,), whether from one side (m,).
    """
    place, mesh = sheets.places[min(frame, len(sheets.places) - 1)].astype(float), sheets.mesh
    count = len(mesh.triangles)
    return (
        (mesh.points @ place[:, :3].T + place[:, 3])[mesh.triangles],
        (mesh.normals @ place[:, :3].T)[mesh.triangles],
        toned(mesh.colours * light) * 255,
        np.full(count, sheets.opacity),
        np.full(count, sheets.is_one_sided),
    )

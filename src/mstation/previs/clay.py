"""A set, its light and its players in; the same in clay, or on paper, out.

Clay has no colours of its own: what a thing is made of is left out, so that light and form
tell the picture. A drawing begins as pale clay; `pencil` turns its light into hatching.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mstation.previs.look import Look, Style
from mstation.previs.mesh import Mesh
from mstation.stage.layout import Lighting, Rgb

# Source: ITU-R BT.709, the luminance of linear red, green and blue.
_LUMA = np.array([0.2126, 0.7152, 0.0722])
_SET: dict[Style, float] = {"clay": 0.66, "pencil": 1.1}
_KEPT: dict[Style, float] = {"clay": 0.42, "pencil": 0.45}  # of how dark and light things are
_SHADES: dict[Style, tuple[float, float]] = {"clay": (0.6, 0.75), "pencil": (0.2, 1.6)}
_THINGS: Rgb = (0.8, 0.72, 0.62)  # what people handle
_TERRACOTTA = np.array([0.50, 0.33, 0.25])
_DRESS = 0.34  # how far a person's clay leans to the colour of the clothes


def moulded_set(mesh: Mesh, look: Look) -> Mesh:
    """Return a set as its style has it: in its own colours, or grey by how dark they are."""
    if look.style == "toon":
        return mesh
    return replace(mesh, colours=_greyed(mesh.colours, look.style, (1.0, 0.985, 0.95)))


def moulded_person(mesh: Mesh, look: Look, dress: Rgb) -> Mesh:
    """Return a person's mesh as its style has it; `dress` is the colour that people know it by."""
    if look.style == "toon":
        return mesh
    clay = _fired(dress)
    luma = _luma(mesh.colours)[:, None]
    # Hair, cloth and skin stay apart by their lightness alone.
    least, range_ = _SHADES[look.style]
    shade = least + range_ * np.sqrt(np.clip(luma, 0, 1))
    return replace(mesh, colours=(clay * shade).astype(np.float32))


def moulded_thing(mesh: Mesh, look: Look) -> Mesh:
    """Return the mesh of a prop as its style has it."""
    if look.style == "toon":
        return mesh
    return replace(mesh, colours=_greyed(mesh.colours, look.style, _THINGS))


def moulded_light(lighting: Lighting, look: Look) -> Lighting:
    """Return a set's light as its style has it: clay and paper take little of its colour."""
    if look.style == "toon":
        return lighting
    kept = 0.45 if look.style == "clay" else 0.0
    return replace(
        lighting,
        sun_colour=_paler(lighting.sun_colour, kept),
        sky_colour=_paler(lighting.sky_colour, kept),
        ground_colour=_paler(lighting.ground_colour, kept),
        backdrop_top=_paler(lighting.backdrop_top, kept),
        backdrop_horizon=_paler(lighting.backdrop_horizon, kept),
        lamps=tuple(replace(lamp, colour=_paler(lamp.colour, kept)) for lamp in lighting.lamps),
    )


def _fired(dress: Rgb) -> NDArray[np.float64]:
    """Return terracotta that leans to a colour, in hue more than in lightness."""
    colour = np.array(dress) + 0.02
    lean = colour / _luma(colour[None])[0] * 0.3
    lightness = 0.8 + 0.5 * np.sqrt(_luma(colour[None])[0])
    return np.asarray(np.clip((_TERRACOTTA * (1 - _DRESS) + lean * _DRESS) * lightness, 0, 0.8))


def _greyed(colours: NDArray[np.float32], style: Style, tint: Rgb) -> NDArray[np.float32]:
    luma = np.clip(_luma(colours), 0.02, 1.0)
    grey = np.minimum(_SET[style] ** (1 - _KEPT[style]) * luma ** _KEPT[style], 0.85)
    return np.asarray((grey[:, None] * np.array(tint)), np.float32)


def _luma(colours: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(colours.astype(np.float64) @ _LUMA)


def _paler(colour: Rgb, kept: float) -> Rgb:
    grey = float(np.dot(colour, _LUMA))
    red, green, blue = (grey + (c - grey) * kept for c in colour)
    return red, green, blue

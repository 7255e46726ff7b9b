"""A set's weather in; what falls through the air before a lens out, over the finished picture.

Rain and snow stand still in the world while the lens turns: every drop is one of endlessly many
on fixed lines, and a layer shows those within a box that goes with the lens. The near layer has
few, long streaks, the far one many faint ones. The same set and frame give the same drops.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.identity import seed_of
from mstation.previs.canvas import Bytes, Camera, Canvas, Floats, Light
from mstation.previs.light import shadow_map, sun_axes
from mstation.previs.look import Style
from mstation.previs.mesh import Mesh, face_normals
from mstation.previs.raster import draw_shadow, to_light
from mstation.previs.weather_strokes import Brush, Roofs, draw_drops, draw_splashes, place_drops
from mstation.stage.layout import Layout

FRAME_S = 1 / 24  # a take does not know its rate; drops need no more
_AHEAD = 0.45  # of a box's side: how far before the lens its middle is
_SPLASH_M = 9.0  # from the lens: farther ones are too small to see
_ROOFS_M, _ROOF_TEXELS = 32.0, 640
_DOWN = np.array([0.0, -1.0, 0.0], np.float32)
_GRAPHITE = (84.0, 86.0, 94.0)
_PAPER = (252.0, 250.0, 245.0)


@dataclass(frozen=True, slots=True)
class Layer:
    """Drops at one range of distances."""

    box_m: float  # the side of the box that goes with the lens
    count: int
    radius_m: float
    share: float  # of what is behind a drop that it hides


@dataclass(frozen=True, slots=True)
class _Kind:
    """What falls, and how."""

    layers: tuple[Layer, ...]
    speed_m_s: float
    wind_m_s: tuple[float, float]
    exposure_s: float  # the shutter's: how long its streaks are
    taper: float  # how much fainter a streak is at its ends
    sway_m: float  # how far a flake swings to each side
    splashes: float  # on a square metre at a time


# A shutter of 180° stands open for 1/48 s; flakes are drawn sharper, or they look like rain.
# Drops of 2 to 3 mm fall at 7 to 9 m/s, flakes at 1 to 2.
# Source: Gunn and Kinzer 1949, "The terminal velocity of fall for water droplets in stagnant air".
_KINDS = {
    "rain": _Kind(
        layers=(
            Layer(4.5, 240, 0.0011, 0.34),
            Layer(12.0, 1900, 0.0025, 0.5),
            Layer(32.0, 5200, 0.0085, 0.55),
        ),
        speed_m_s=8.6,
        wind_m_s=(0.5, 1.7),
        exposure_s=1 / 48,
        taper=0.85,
        sway_m=0.0,
        splashes=7.0,
    ),
    "snow": _Kind(
        layers=(
            Layer(4.5, 260, 0.005, 0.75),
            Layer(12.0, 2600, 0.009, 0.9),
            Layer(34.0, 7000, 0.022, 0.9),
        ),
        speed_m_s=1.25,
        wind_m_s=(0.2, 0.6),
        exposure_s=1 / 96,
        taper=0.0,
        sway_m=0.09,
        splashes=0.0,
    ),
}


@dataclass(frozen=True, slots=True, eq=False)
class Fall:
    """What falls on a set during a take.

    heads, tails  # of each layer (n, 3): where its drops are when the shutter shuts and opens
    """

    layers: tuple[Layer, ...]
    seed: int
    velocity: Floats  # (3,) metres a second
    exposure_s: float
    taper: float
    sway_m: float
    splashes: float
    roofs: Roofs
    brush: Brush
    heads: tuple[Floats, ...]
    tails: tuple[Floats, ...]


def fall_of(
    layout: Layout, mesh: Mesh, light: Light, tone: Bytes, eyes: NDArray[np.floating], style: Style
) -> Fall | None:
    """Return what falls on a set before a lens that is at `eyes` (n, 3); none in clay.

    `mesh` is what keeps it off what is below.
    """
    kind = _KINDS.get(layout.lighting.falling)
    if kind is None or style == "clay":
        return None
    share = layout.lighting.falling_share
    layers = tuple(
        Layer(layer.box_m, round(layer.count * share), layer.radius_m, layer.share)
        for layer in kind.layers
    )
    seed = seed_of("falling", layout.set_key)
    dice = np.random.default_rng(seed)
    way, strength = dice.uniform(0, 2 * np.pi), dice.uniform(*kind.wind_m_s) * share
    velocity = (np.cos(way) * strength, -kind.speed_m_s, np.sin(way) * strength)
    return Fall(
        layers,
        seed % (1 << 31),
        np.array(velocity, np.float32),
        kind.exposure_s,
        kind.taper,
        kind.sway_m,
        kind.splashes * share,
        roofs_of(mesh, np.asarray(eyes, float)),
        _brush(layout.lighting.falling, light, tone, style),
        tuple(np.zeros((layer.count, 3), np.float32) for layer in layers),
        tuple(np.zeros((layer.count, 3), np.float32) for layer in layers),
    )


def _brush(falling: str, light: Light, tone: Bytes, style: Style) -> Brush:
    """Return how drops look: water shows the sky upside down, snow the light that it gets."""
    if falling == "rain":
        own = 0.4 * light.top + 0.65 * light.horizon + 0.2 * light.sky
        caught = 0.5
    else:
        own = 0.8 * light.sky + 0.4 * light.sun + 0.2 * light.ground + 0.7 * light.horizon
        caught = 0.8
    drawn = _GRAPHITE if falling == "rain" else _PAPER
    room = np.zeros(3, np.float32)
    return Brush(
        own.astype(np.float32),
        light.lamps,
        np.float32(caught),
        light.fog_m,
        tone,
        np.array(drawn if style == "pencil" else (-1.0, -1.0, -1.0), np.float32),
        np.zeros(3, np.float32),
        room,
        room.view(np.int32),
    )


def roofs_of(mesh: Mesh, eyes: NDArray[np.float64]) -> Roofs:
    """Return how high up the highest thing lies over every place near the lens."""
    low, high = eyes.min(axis=0) - _ROOFS_M, eyes.max(axis=0) + _ROOFS_M
    up = shadow_map(sun_axes(-_DOWN), np.stack([low, high]), _ROOF_TEXELS, 0.0)
    screen = np.empty((len(mesh.points), 3), np.float32)
    to_light(mesh.points, up.light_from_world, screen, np.zeros(4, np.float32))
    # Seen against the fall, what turns its back is what faces up.
    draw_shadow(
        screen,
        mesh.triangles,
        face_normals(mesh),
        _DOWN,
        0,
        len(mesh.triangles),
        up.shadow.near,
        up.ids,
    )
    return Roofs(up.shadow.near, up.light_from_world)


def drops_at(fall: Fall, layer: int, camera: Camera, frame: int) -> tuple[Floats, Floats]:
    """Return where a layer's drops are at a frame (n, 3), and where they were as it began."""
    drawn = fall.layers[layer]
    ahead = camera.project[2, :3]
    centre = camera.eye + ahead * np.float32(_AHEAD * drawn.box_m)
    place_drops(
        fall.seed + layer,
        np.float32(drawn.box_m),
        centre.astype(np.float32),
        fall.velocity,
        np.float32(frame * FRAME_S),
        np.float32(fall.exposure_s),
        np.float32(fall.sway_m),
        fall.heads[layer],
        fall.tails[layer],
    )
    return fall.heads[layer], fall.tails[layer]


def draw_fall(fall: Fall, canvas: Canvas, camera: Camera, frame: int, picture: Bytes) -> None:
    """Draw what falls at a frame over a picture (3, rows, columns), behind what is nearer."""
    if fall.splashes > 0:
        draw_splashes(
            fall.seed,
            np.float32(frame * FRAME_S),
            np.float32(fall.splashes),
            np.float32(_SPLASH_M),
            fall.roofs,
            fall.brush,
            camera,
            canvas.depth,
            picture,
        )
    for number in reversed(range(len(fall.layers))):
        heads, tails = drops_at(fall, number, camera, frame)
        layer = fall.layers[number]
        draw_drops(
            heads,
            tails,
            np.float32(layer.radius_m),
            np.float32(layer.share),
            np.float32(layer.box_m),
            np.float32(fall.taper),
            fall.roofs,
            fall.brush,
            camera,
            canvas.depth,
            picture,
        )

"""The nouns of a set: floor, walls, pieces, marks, light. No pixels, no meshes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mstation.breakdown.scene import TimeOfDay

SCHEMA = "mstation.layout/1"
WET_LEFT = 0.55  # of the light that ground throws back, when it is wet

Vec3 = tuple[float, float, float]  # metres, Y up
Rgb = tuple[float, float, float]  # linear Rec. 709, 0 to 1


@dataclass(frozen=True, slots=True)
class Piece:
    """A thing on the set: its kind names the mesh, its box is what bodies must not enter.

    `position` is the middle of its foot on the floor; `size` is width (x), height, depth (z)
    before the turn; its front looks along `space.forward(yaw_rad)`.
    """

    name: str
    kind: str  # table, chair, sofa, bed, shelf, desk, counter, lamp, tree, bush, rock, car, …
    position: Vec3
    size: Vec3
    yaw_rad: float = 0.0
    colour: Rgb = (0.5, 0.5, 0.5)
    is_solid: bool = True  # false: a rug, a picture on the wall, grass
    blocks_view: bool = True


@dataclass(frozen=True, slots=True)
class Opening:
    """A door or a window in a wall, measured along it from the wall's start."""

    kind: Literal["door", "window", "arch"]
    start_m: float
    width_m: float
    sill_m: float
    height_m: float  # of the opening itself


@dataclass(frozen=True, slots=True)
class Wall:
    """An upright wall from `start` to `end` on the floor; its inside is to the left of that way.

    Seen from above with −Z up the page, left of start→end. A room's walls run so that the
    room is on their left.
    """

    name: str
    start: tuple[float, float]  # x, z
    end: tuple[float, float]
    height_m: float
    colour: Rgb
    openings: tuple[Opening, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to be: where a body stands or sits, and where it faces."""

    name: str
    position: Vec3  # between the feet; for a seat, on the floor under the hips
    yaw_rad: float
    posture: Literal["stand", "sit", "lie"] = "stand"
    seat_height_m: float = 0.0
    piece: str = ""  # the chair, the desk … it belongs to


@dataclass(frozen=True, slots=True)
class Entrance:
    """A way in and out: `outside` is out of sight, `inside` is the first mark within."""

    name: str
    outside: Vec3
    inside: Vec3


@dataclass(frozen=True, slots=True)
class Lamp:
    """A practical light."""

    name: str
    position: Vec3
    colour: Rgb
    intensity: float  # 1.0 lights a white wall at 2 m to middle grey
    radius_m: float  # beyond this its light is nothing


@dataclass(frozen=True, slots=True)
class Lighting:
    """Sun or moon, sky and practicals; colours linear."""

    towards_sun: Vec3  # unit, from the set towards the light
    sun_colour: Rgb
    sky_colour: Rgb  # ambient from above
    ground_colour: Rgb  # ambient from below
    backdrop_top: Rgb  # what is seen where there is no set
    backdrop_horizon: Rgb
    lamps: tuple[Lamp, ...] = ()
    exposure: float = 1.0
    fog_m: float = 0.0  # distance at which the backdrop has half swallowed things; 0 none
    patch: float = 0.0  # rooms: sun or moon through the windows, in strengths of `sun_colour`
    softness: float = 0.03  # metres that a shadow's edge widens in a metre behind its caster
    falling: Literal["", "rain", "snow"] = ""  # in the open; a roof of the set keeps it off
    falling_share: float = 0.0  # how thick it falls: 1 a steady rain, 2 a downpour


@dataclass(frozen=True, slots=True)
class Layout:
    """A set. Everything is inside `floor_min`…`floor_max` (x, z); actors stay within."""

    set_key: str
    kind: str  # kitchen, office, street, forest …: which pattern built it
    is_interior: bool
    time: TimeOfDay
    floor_min: tuple[float, float]
    floor_max: tuple[float, float]
    floor_colour: Rgb
    floor_pattern: Literal["plain", "boards", "tiles", "grass", "asphalt", "snow", "sand"]
    ceiling_m: float  # 0: open sky
    walls: tuple[Wall, ...]
    pieces: tuple[Piece, ...]
    marks: tuple[Mark, ...]
    entrances: tuple[Entrance, ...]
    lighting: Lighting
    stood_in: str = ""  # what was asked for, when this kind only stands in for it
    is_wet: bool = False  # in the open, by rain that falls or has fallen: puddles stand on it

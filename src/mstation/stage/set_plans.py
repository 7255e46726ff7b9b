"""The tables of sets read from their files: what each kind of place and piece is made of.

`set_kinds/*.toml` hold the plans of places, `pieces.toml` the pieces, `themes.toml` the colours.
The tables ship with the program and never change while it runs, so each is read once.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

from pydantic import TypeAdapter

from mstation.stage.layout import Rgb

Side = Literal["north", "east", "south", "west"]
FloorPattern = Literal["plain", "boards", "tiles", "grass", "asphalt", "snow", "sand"]
Hand = Literal["front", "back", "left", "right"]
Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stem:
    """The thin lower part of a thing with a crown, as shares of its width and height."""

    width_share: float
    height_share: float


@dataclass(frozen=True, slots=True)
class PieceKind:
    """What a kind of piece is when the plan does not say otherwise."""

    size: tuple[float, float, float]
    material: str = "wood"
    is_solid: bool = True
    blocks_view: bool = True
    variety: float = 0.0  # how far the size varies, as a share
    mixed: bool = False  # each takes any of the theme's colours, not the scheme's
    seats: Literal["", "one", "row", "edge"] = ""  # edge: on the left long side, as on a bed
    seat_height_m: float = 0.45  # 0: the top of the piece
    seat_back_m: float = 0.0  # how far behind the middle the hips are
    lies: bool = False
    hang_m: float = 0.0  # foot above the floor
    lamp: bool = False
    lamp_height_m: float = 0.0
    lamp_strength: float = 0.0
    lamp_radius_m: float = 0.0
    lamp_colour: Rgb = (1.0, 0.72, 0.42)
    stem: Stem | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """Seats round a piece, by its own sides; each faces the piece."""

    left: int = 0
    right: int = 0
    front: int = 0
    back: int = 0


@dataclass(frozen=True, slots=True)
class PiecePlan:
    """One line of a plan: which piece, how many, and where."""

    kind: str
    wall: Side | None = None  # against this wall, `at` of the way from west or north
    at: float = 0.5
    spot: Pair | None = None  # x, z in metres from the middle of the set
    ring: Pair | None = None  # scattered between these distances from the acting area
    count: tuple[int, int] = (1, 1)
    step: Pair = (0.0, 0.0)
    yaw_deg: float = 0.0
    size: tuple[float, float, float] | None = None
    material: str = ""
    hang_m: float = 0.0
    chance: float = 1.0
    jitter_m: float = 0.0
    around: Around | None = None
    chair: str = "chair"
    mark: str = ""  # the name of an activity mark at this piece
    mark_side: Hand = "front"
    on: str = ""  # stands on top of the last piece of this kind
    offset: Pair = (0.0, 0.0)  # with `on`: x, z in that piece's own axes


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """Windows of one wall, evenly spread."""

    wall: Side
    count: int = 1
    width_m: float = 1.5
    sill_m: float = 0.9
    height_m: float = 1.4


@dataclass(frozen=True, slots=True)
class DoorPlan:
    """A way through one wall, `at` of the way from west or north."""

    wall: Side
    at: float = 0.5
    width_m: float = 0.95
    height_m: float = 2.1
    kind: Literal["door", "arch"] = "door"
    name: str = "door"


@dataclass(frozen=True, slots=True)
class WallPlan:
    """A wall that stands free on an open set."""

    start: Pair
    end: Pair
    height_m: float = 2.4
    doors: tuple[tuple[float, float, float], ...] = ()  # start, width, height in metres
    windows: tuple[tuple[float, float, float, float], ...] = ()  # start, width, sill, height
    material: str = "wall"


@dataclass(frozen=True, slots=True)
class EdgePlan:
    """A way on and off an open set."""

    name: str
    outside: Pair
    inside: Pair


@dataclass(frozen=True, slots=True)
class SetPlan:
    """How a kind of place is built."""

    name: str
    en: tuple[str, ...]
    zh: tuple[str, ...]
    is_interior: bool
    theme: str
    shown_as: str  # plain words for notes: "a plain hall"
    width_m: Pair
    depth_m: Pair
    height_m: Pair = (0.0, 0.0)
    floor: FloorPattern = "plain"
    floor_material: str = "floor"
    stage: Pair = (0.0, 0.3)  # middle of the acting area
    stage_radius_m: float = 1.5
    shown_as_zh: str = ""
    en_like: tuple[str, ...] = ()  # words of places that this kind only stands in for
    zh_like: tuple[str, ...] = ()
    from_outside: str = ""  # the open set that shows this place from outside
    en_general: tuple[str, ...] = ()  # words that yield to any more particular one
    zh_general: tuple[str, ...] = ()  # a single character counts only at the end of a name
    doors: tuple[DoorPlan, ...] = ()
    windows: tuple[WindowPlan, ...] = ()
    walls: tuple[WallPlan, ...] = ()
    edges: tuple[EdgePlan, ...] = ()
    pieces: tuple[PiecePlan, ...] = ()
    is_open_frame: bool = False  # an interior without walls: a car's seats, seen in open air
    seats_in_order: bool = False  # seat1 is the first of the plan, as behind a wheel


@dataclass(frozen=True, slots=True)
class Hint:
    """What stands in for a place that no kind names, by a part of its name."""

    en: tuple[str, ...]  # beginnings of words
    zh: tuple[str, ...]
    inside: str  # the kind for an interior
    outside: str


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours that go together: each material has as many variants as the theme has schemes."""

    schemes: int
    materials: dict[str, tuple[Rgb, ...]] = field(default_factory=dict)


@cache
def set_plans() -> dict[str, SetPlan]:
    """Return every kind of place by name, in the order of the files."""
    plans: dict[str, SetPlan] = {}
    folder = resources.files("mstation.stage").joinpath("set_kinds")
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            tables = tomllib.loads(file.read_text("utf-8"))
            plans |= {name: _plan(name, table) for name, table in tables.items()}
    return plans


@cache
def hints() -> tuple[Hint, ...]:
    """Return what stands in for places without a kind of their own, in order."""
    return TypeAdapter(tuple[Hint, ...]).validate_python(_table("set_hints.toml")["hints"])


@cache
def piece_kinds() -> dict[str, PieceKind]:
    """Return every kind of piece by name."""
    return TypeAdapter(dict[str, PieceKind]).validate_python(_table("pieces.toml"))


def piece_table() -> dict[str, Stem]:
    """Return the stems of the pieces that have a crown."""
    return {name: kind.stem for name, kind in piece_kinds().items() if kind.stem is not None}


@cache
def themes() -> dict[str, Theme]:
    """Return the colour themes by name."""
    result = {}
    for name, materials in _table("themes.toml").items():
        typed = TypeAdapter(dict[str, tuple[Rgb, ...]]).validate_python(materials)
        result[name] = Theme(max(len(variants) for variants in typed.values()), typed)
    return result


_plan_reader = TypeAdapter(SetPlan)


def _plan(name: str, table: dict[str, Any]) -> SetPlan:
    return _plan_reader.validate_python({"name": name, **table})


def _table(file_name: str) -> dict[str, Any]:
    text = resources.files("mstation.stage").joinpath(file_name).read_text("utf-8")
    return tomllib.loads(text)

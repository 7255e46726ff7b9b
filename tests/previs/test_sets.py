from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.breakdown.scene import TimeOfDay
from mstation.previs.horizon import horizon_of
from mstation.previs.sets import set_mesh
from mstation.previs.walls import wall_meshes
from mstation.stage.layout import Layout, Lighting, Opening, Piece, Wall
from tests.previs.mesh_checks import assert_sound, same

LIGHT = Lighting(
    (-0.4, 0.7, -0.5), (1, 0.95, 0.85), (0.3, 0.35, 0.4), (0.2, 0.18, 0.15), (0.25, 0.45, 0.75),
    (0.6, 0.7, 0.8),
)  # fmt: skip
PLASTER = (0.46, 0.43, 0.36)
WINDOW = Opening("window", 1.0, 1.6, 0.9, 1.2)
DOOR = Opening("door", 4.0, 0.95, 0.0, 2.1)
ARCH = Opening("arch", 2.0, 1.4, 0.0, 2.2)
NORTH = Wall("north", (3, -2.5), (-3, -2.5), 2.7, PLASTER, (WINDOW, DOOR))
ROOM = Layout(
    "kitchen", "kitchen", True, TimeOfDay.DAY, (-3, -2.5), (3, 2.5), (0.26, 0.16, 0.09), "boards",
    2.7,
    (
        NORTH,
        Wall("west", (-3, -2.5), (-3, 2.5), 2.7, PLASTER, (ARCH,)),
        Wall("south", (-3, 2.5), (3, 2.5), 2.7, PLASTER),
        Wall("east", (3, 2.5), (3, -2.5), 2.7, PLASTER),
    ),
    (
        Piece("table 1", "table", (0, 0, 0), (0.85, 0.75, 1.4)),
        Piece("shelf 1", "bookcase", (-2, 0, -2.2), (1.2, 2.1, 0.35)),
    ),
    (), (), LIGHT,
)  # fmt: skip
STREET = replace(
    ROOM, set_key="street", kind="street", is_interior=False, walls=(), ceiling_m=0.0,
    floor_pattern="asphalt", floor_min=(-12, -9), floor_max=(12, 9),
)  # fmt: skip
PATTERNS = get_args(Layout.__annotations__["floor_pattern"]) or (
    "plain", "boards", "tiles", "grass", "asphalt", "snow", "sand",
)  # fmt: skip


def first_hit(
    layout: Layout, origin: tuple[float, float, float], way: tuple[float, float, float]
) -> float:
    """Return metres to the first face that looks against a ray, infinite when there is none."""
    mesh = set_mesh(layout)
    a, b, c = (mesh.points[mesh.triangles[:, corner]].astype(float) for corner in range(3))
    start, ray = np.array(origin, float), np.array(way, float)
    side, other = b - a, c - a
    p = np.cross(ray, other)
    det = np.einsum("ij,ij->i", side, p)
    seen = det > 1e-9  # front faces only
    inverse = 1 / np.where(seen, det, 1)
    gap = start - a
    u = np.einsum("ij,ij->i", gap, p) * inverse
    q = np.cross(gap, side)
    v = (q @ ray) * inverse
    away = np.einsum("ij,ij->i", other, q) * inverse
    hits = away[seen & (u >= 0) & (v >= 0) & (u + v <= 1) & (away > 1e-6)]
    return float(hits.min()) if len(hits) else float("inf")


def test_a_room_is_sound_and_cheap() -> None:
    mesh = set_mesh(ROOM)
    assert_sound(mesh)
    assert len(mesh.triangles) < 20_000


def test_walls_are_seen_from_inside_and_looked_through_from_outside() -> None:
    assert first_hit(ROOM, (0, 1.5, 0), (0, 0, 1)) == pytest.approx(2.5, abs=0.05)
    assert first_hit(ROOM, (2.6, 1.5, 6), (0, 0, -1)) > 3.6  # through the south wall
    assert first_hit(ROOM, (0, 1.5, 0), (1, 0, 0)) == pytest.approx(3.0, abs=0.05)


def test_openings_are_holes() -> None:
    beside = first_hit(ROOM, (2.5, 1.5, 0), (0, 0, -1))
    window = first_hit(ROOM, (1.6, 1.3, 0), (0, 0, -1))
    doorway = first_hit(ROOM, (-1.3, 1.2, 0), (0, 0, -1))
    assert 2.35 < beside < 2.51  # the wall, or what hangs on it
    assert 3.2 < window < 4.0  # the painted outside
    assert doorway > 3.0


def test_there_is_floor_underfoot_everywhere_and_a_ceiling_above() -> None:
    for x, z in ((0.7, 0.1), (-2.9, 2.4), (2.9, 2.4)):
        assert first_hit(ROOM, (x, 0.5, z), (0, -1, 0)) == pytest.approx(0.5, abs=0.1)
    assert first_hit(ROOM, (2, 1, 1), (0, 1, 0)) == pytest.approx(1.7, abs=0.01)
    assert first_hit(ROOM, (2, 5, 1), (0, -1, 0)) == pytest.approx(5, abs=0.1)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_open_ground_goes_on_beyond_what_one_can_see(pattern: str) -> None:
    street = replace(STREET, floor_pattern=pattern)
    mesh = set_mesh(street)
    assert_sound(mesh)
    assert len(mesh.triangles) < 30_000
    assert np.abs(mesh.points[:, 0]).max() > 150
    for x, z in ((0.0, 0.05), (40.0, 20.0), (-150.0, 120.0), (12.001, 0.0)):
        assert first_hit(street, (x, 60.0, z), (0, -1, 0)) < 60.2


@pytest.mark.parametrize(
    ("kind", "horizon"),
    [("street", "town"), ("harbour", "water"), ("forest", "trees"), ("village", "hills"),
     ("码头", "water"), ("胡同", "town"), ("竹林", "trees")],
)  # fmt: skip
def test_the_kind_of_set_says_what_closes_the_view(kind: str, horizon: str) -> None:
    layout = replace(STREET, kind=kind, set_key=kind)
    assert horizon_of(layout) == horizon
    assert_sound(set_mesh(layout))


def test_windows_are_bright_by_day_and_dim_by_night() -> None:
    day = set_mesh(ROOM)
    dark = replace(LIGHT, backdrop_top=(0.01, 0.02, 0.05), backdrop_horizon=(0.04, 0.06, 0.1))
    night = set_mesh(replace(ROOM, time=TimeOfDay.NIGHT, lighting=dark))
    shining = [mesh.colours[mesh.glow > 0.9].mean() for mesh in (day, night)]
    assert shining[0] > 2 * shining[1]


def test_the_same_layout_gives_the_same_bytes_and_another_key_another_floor() -> None:
    assert same(set_mesh(ROOM), set_mesh(ROOM))
    assert not same(set_mesh(ROOM), set_mesh(replace(ROOM, set_key="attic")))


def test_pieces_have_ink_of_their_own() -> None:
    bare = set_mesh(replace(ROOM, pieces=()))
    assert set_mesh(ROOM).parts.max() > bare.parts.max() + 6


@settings(max_examples=60, deadline=None)
@given(
    start=st.floats(-0.5, 6), width=st.floats(0.3, 3), sill=st.floats(0, 2),
    height=st.floats(0.2, 3), kind=st.sampled_from(["door", "window", "arch"]),
)  # fmt: skip
def test_any_opening_leaves_a_wall(
    start: float, width: float, sill: float, height: float, kind: str
) -> None:
    opening = Opening(kind, start, width, sill, height)  # type: ignore[arg-type]
    wall = replace(NORTH, openings=(opening, WINDOW))
    meshes = wall_meshes(wall, ROOM)
    assert meshes
    assert all(np.isfinite(mesh.points).all() for mesh in meshes)

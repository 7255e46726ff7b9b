import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.breakdown.scene import TimeOfDay
from mstation.stage.collision import Obstacles, obstacles, room_of
from mstation.stage.layout import Layout, Lighting, Opening, Piece, Wall

GREY = (0.5, 0.5, 0.5)
LIGHTING = Lighting((0, 1, 0), GREY, GREY, GREY, GREY, GREY)
DOOR = Opening("door", 4.0, 1.0, 0.0, 2.1)
WINDOW = Opening("window", 2.0, 2.0, 1.0, 1.2)


def _room(*pieces: Piece) -> Layout:
    walls = (
        Wall("south", (-4, 3), (4, 3), 2.8, GREY, (DOOR,)),
        Wall("east", (4, 3), (4, -3), 2.8, GREY, (WINDOW,)),
        Wall("north", (4, -3), (-4, -3), 2.8, GREY),
        Wall("west", (-4, -3), (-4, 3), 2.8, GREY),
    )
    return Layout(
        "room", "room", True, TimeOfDay.DAY, (-4, -3), (4, 5), GREY, "boards", 2.8,
        walls, pieces, (), (), LIGHTING,
    )  # fmt: skip


def _is_free_at(space: Obstacles, point: tuple[float, ...], clearance_m: float) -> bool:
    return bool(space.points_free(np.array([point]), clearance_m)[0])


def _sees(space: Obstacles, a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return bool(space.sees_many(np.array([a], float), np.array([b], float))[0])


BOX = Piece("box", "crate", (0.0, 0.0, 0.0), (2.0, 1.0, 1.0))
TREE = Piece("tree", "tree", (0.0, 0.0, 0.0), (3.0, 5.0, 3.0))


def test_bodies_keep_off_pieces_and_walls() -> None:
    space = obstacles(_room(BOX))
    assert not space.is_free(0.0, 0.0, 0.2)
    assert not space.is_free(1.1, 0.0, 0.2)
    assert space.is_free(1.3, 0.0, 0.2)
    assert not space.is_free(-3.9, 0.0, 0.2)


def test_a_turned_piece_is_as_wide_as_it_stands() -> None:
    turned = Piece("box", "crate", (0.0, 0.0, 0.0), (2.0, 1.0, 1.0), math.pi / 2)
    space = obstacles(_room(turned))
    assert space.is_free(0.8, 0.0, 0.2)
    assert not space.is_free(0.0, 0.9, 0.2)


def test_a_rug_stops_nobody() -> None:
    rug = Piece("rug", "rug", (0.0, 0.0, 0.0), (2.0, 0.01, 2.0), is_solid=False)
    space = obstacles(_room(rug))
    assert space.is_free(0.0, 0.0, 0.3)
    assert _is_free_at(space, (0.0, 0.3, 0.0), 0.2)


def test_nobody_stands_behind_the_door_but_one_walks_in_from_there() -> None:
    space = obstacles(_room())
    assert not space.is_free(0.5, 4.0, 0.2)
    way = space.path((2.5, 4.2), (0.0, 0.0), 0.25)
    assert len(way) > 2
    assert all(space.is_walk_clear(np.array(a), np.array(b), 0.2) for a, b in pairwise(way))


def test_cameras_stay_in_the_room_and_out_of_openings() -> None:
    space = obstacles(_room(BOX))
    assert _is_free_at(space, (2.0, 1.5, 0.0), 0.3)
    assert not _is_free_at(space, (2.0, 2.7, 0.0), 0.3)  # in the ceiling
    assert not _is_free_at(space, (5.0, 1.5, 0.0), 0.3)  # outside
    assert not _is_free_at(space, (0.5, 1.5, 3.0), 0.1)  # in the doorway
    assert not _is_free_at(space, (0.0, 1.2, 0.0), 0.3)  # too near the box's top
    assert _is_free_at(space, (0.0, 1.5, 0.0), 0.3)  # over the box


def test_sight_stops_at_walls_and_boxes_and_passes_openings() -> None:
    space = obstacles(_room(BOX))
    assert not _sees(space, (-2, 0.5, 0), (2, 0.5, 0))
    assert _sees(space, (-2, 1.5, 0), (2, 1.5, 0))
    assert not _sees(space, (-2, 1.5, 0), (-6, 1.5, 0))
    assert _sees(space, (2, 1.5, 0), (6, 1.5, 0))  # through the window
    assert not _sees(space, (2, 0.5, 0), (6, 0.5, 0))  # under its sill
    assert _sees(space, (0.5, 1.5, 2), (0.5, 1.5, 4.5))  # through the door
    assert not _sees(space, (0.5, 2.5, 2), (0.5, 2.5, 4.5))  # over it


def test_a_tree_is_a_stem_below_and_a_crown_above() -> None:
    space = obstacles(_room(TREE))
    assert space.is_free(0.9, 0.0, 0.3)
    assert not space.is_free(0.3, 0.0, 0.3)
    assert not _sees(space, (-2, 3.5, 0.5), (2, 3.5, 0.5))
    assert _sees(space, (-2, 1.2, 0.8), (2, 1.2, 0.8))


def test_the_room_is_the_closed_ring_of_walls() -> None:
    walls = _room().walls
    assert len(room_of(walls)) == 4
    assert len(room_of(walls[:3])) == 0


def test_a_free_way_is_straight_and_a_blocked_one_is_not() -> None:
    space = obstacles(_room(BOX))
    assert space.path((-3, 2), (3, 2), 0.25) == ((-3, 2), (3, 2))
    way = space.path((-3, 0), (3, 0), 0.25)
    assert 3 <= len(way) <= 6
    length = sum(math.dist(a, b) for a, b in pairwise(way))
    assert length < 7.0


def test_a_seat_is_walked_to() -> None:
    space = obstacles(_room(BOX))
    way = space.path((-3, 2), (0.0, 0.2), 0.25)
    assert way[-1] == (0.0, 0.2)
    assert math.dist(way[-1], way[-2]) < 0.9
    back = space.path((0.0, 0.2), (-3, 2), 0.25)
    assert back[0] == (0.0, 0.2)


@pytest.fixture(scope="module")
def space() -> Obstacles:
    return obstacles(_room(BOX, Piece("post", "crate", (-2, 0, 1), (0.3, 2.0, 0.3), 0.4)))


coordinate = st.floats(-3.9, 3.9)
point = st.tuples(coordinate, st.floats(0.1, 2.7), st.floats(-2.9, 2.9))


@given(a=point, b=point)
def test_sight_is_mutual(space: Obstacles, a, b) -> None:
    assert _sees(space, a, b) == _sees(space, b, a)


@given(points=st.lists(point, min_size=1, max_size=8), clearance=st.floats(0.05, 0.5))
def test_many_points_are_asked_like_one(space: Obstacles, points, clearance) -> None:
    many = space.points_free(np.array(points), clearance)
    assert [_is_free_at(space, one, clearance) for one in points] == many.tolist()


@settings(max_examples=25, deadline=None)
@given(start=point, end=point)
def test_walks_stay_on_free_ground(space: Obstacles, start, end) -> None:
    here, there = start[::2], end[::2]
    if not (space.is_free(*here, 0.3) and space.is_free(*there, 0.3)):
        return
    way = space.path(here, there, 0.25)
    assert way == space.path(here, there, 0.25)
    assert (way[0], way[-1]) == (here, there)
    assert all(space.is_walk_clear(np.array(a), np.array(b), 0.2) for a, b in pairwise(way))

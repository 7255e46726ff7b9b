import math
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation import document
from mstation.breakdown.scene import Interior, Mood, TimeOfDay
from mstation.stage.collision import obstacles
from mstation.stage.layout import SCHEMA, Layout, Mark
from mstation.stage.set_plans import SetPlan, piece_kinds, set_plans, themes
from mstation.stage.sets import design_set

PLANS = set_plans()
KINDS = tuple(PLANS)


def _asked_as(plan: SetPlan) -> tuple[str, Interior]:
    words = plan.en + plan.zh + plan.en_general + plan.zh_general
    return words[0], Interior.INT if plan.is_interior else Interior.EXT


@cache
def _set(kind: str, seed: int = 0, people: int = 2) -> Layout:
    place, interior = _asked_as(PLANS[kind])
    key = f"{kind} {seed}"
    return design_set(key, place, interior, TimeOfDay.DAY, people=people, mood=Mood.CALM)


def _marks(layout: Layout) -> dict[str, Mark]:
    return {mark.name: mark for mark in layout.marks}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_builds_itself(kind: str) -> None:
    layout = _set(kind)
    assert layout.kind == kind
    assert layout.stood_in == "" or not PLANS[kind].en
    assert len(layout.pieces) >= 6
    assert layout.is_interior == (PLANS[kind].is_interior and not PLANS[kind].is_open_frame)


@pytest.mark.parametrize("kind", KINDS)
def test_standing_marks_are_free_and_enough(kind: str) -> None:
    layout = _set(kind)
    space = obstacles(layout)
    standing = [mark for mark in layout.marks if mark.posture == "stand"]
    assert len(standing) >= 4
    for mark in standing:
        assert space.is_free(mark.position[0], mark.position[2], 0.35), mark


@pytest.mark.parametrize("kind", KINDS)
def test_seats_keep_clear_of_everything_but_their_own_piece(kind: str) -> None:
    layout = _set(kind)
    pieces = {piece.name: piece for piece in layout.pieces}
    for mark in layout.marks:
        if mark.posture == "stand":
            continue
        own = pieces[mark.piece]
        others = tuple(piece for piece in layout.pieces if piece.name != own.name)
        wide = replace(layout, floor_min=(-99, -99), floor_max=(99, 99), walls=())
        space = obstacles(replace(wide, pieces=others))
        assert space.walkable(np.array([mark.position[::2]]), 0.34)[0], mark
        assert 0.3 < mark.seat_height_m <= own.size[1] + 0.05


@pytest.mark.parametrize("kind", KINDS)
def test_every_entrance_reaches_every_mark(kind: str) -> None:
    layout = _set(kind)
    space = obstacles(layout)
    assert layout.entrances
    for entrance in layout.entrances:
        inside = entrance.inside[::2]
        for mark in layout.marks:
            way = space.path(inside, mark.position[::2], 0.25)
            assert way[0] == inside
            # Only the last step, on to a seat, may leave free ground.
            corners = [np.array(corner) for corner in way]
            for start, end in pairwise(corners[:-1]):
                assert space.is_walk_clear(start, end, 0.12), (kind, mark.name)
            if mark.posture == "stand":
                assert space.is_walk_clear(corners[-2], corners[-1], 0.12), (kind, mark.name)
            else:
                assert math.dist(corners[-2], corners[-1]) < 2.0, (kind, mark.name)


@pytest.mark.parametrize("kind", KINDS)
def test_one_can_walk_in_from_outside(kind: str) -> None:
    layout = _set(kind)
    space = obstacles(layout)
    for entrance in layout.entrances:
        way = [np.array(c) for c in space.path(entrance.outside[::2], entrance.inside[::2], 0.25)]
        assert all(space.is_walk_clear(a, b, 0.12) for a, b in pairwise(way))


@pytest.mark.parametrize("kind", KINDS)
def test_pieces_and_entrances_stay_on_the_floor(kind: str) -> None:
    layout = _set(kind)
    (low_x, low_z), (high_x, high_z) = layout.floor_min, layout.floor_max
    for piece in layout.pieces:
        cos, sin = abs(math.cos(piece.yaw_rad)), abs(math.sin(piece.yaw_rad))
        reach_x = (cos * piece.size[0] + sin * piece.size[2]) / 2
        reach_z = (sin * piece.size[0] + cos * piece.size[2]) / 2
        x, _, z = piece.position
        assert low_x - 1e-6 <= x - reach_x <= x + reach_x <= high_x + 1e-6, piece
        assert low_z - 1e-6 <= z - reach_z <= z + reach_z <= high_z + 1e-6, piece
    for entrance in layout.entrances:
        for x, _, z in (entrance.outside, entrance.inside):
            assert low_x <= x <= high_x
            assert low_z <= z <= high_z


@pytest.mark.parametrize("kind", KINDS)
def test_names_are_unique(kind: str) -> None:
    layout = _set(kind)
    for things in (layout.pieces, layout.marks, layout.entrances, layout.walls):
        names = [thing.name for thing in things]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_two_marks_face_each_other(kind: str) -> None:
    layout = _set(kind)
    marks = _marks(layout)
    first, second = marks["a1"], marks["a2"]
    distance = math.dist(first.position, second.position)
    assert 1.1 <= distance <= 1.6
    for mark, other in ((first, second), (second, first)):
        toward = np.array(other.position) - np.array(mark.position)
        facing = np.array([-math.sin(mark.yaw_rad), 0, -math.cos(mark.yaw_rad)])
        assert facing @ toward / distance > 0.99


@pytest.mark.parametrize("kind", KINDS)
def test_a_camera_finds_room_around_the_acting_area(kind: str) -> None:
    layout = _set(kind)
    space = obstacles(layout)
    marks = _marks(layout)
    middle = (np.array(marks["a1"].position) + np.array(marks["a2"].position)) / 2
    face = middle + np.array([0, 1.5, 0])
    angles = np.linspace(0, 2 * math.pi, 24, endpoint=False)
    ring = np.column_stack([np.cos(angles), np.full(24, 1.6), np.sin(angles)])
    eyes = middle + ring * np.array([2.4, 1.0, 2.4])
    free = space.points_free(eyes, 0.25)
    seen = space.sees_many(eyes, np.repeat([face], 24, axis=0))
    assert (free & seen).sum() >= 6


@pytest.mark.parametrize("kind", KINDS)
def test_a_set_survives_being_written(kind: str) -> None:
    layout = _set(kind)
    data = document.write(layout, SCHEMA)
    assert document.write(document.read(data, Layout, SCHEMA), SCHEMA) == data


@settings(max_examples=40, deadline=None)
@given(kind=st.sampled_from(KINDS), seed=st.integers(1, 10_000), people=st.integers(1, 14))
def test_any_seed_leaves_marks_free(kind: str, seed: int, people: int) -> None:
    place, interior = _asked_as(PLANS[kind])
    layout = design_set(f"{seed}", place, interior, TimeOfDay.NIGHT, people=people, mood=Mood.TENSE)
    space = obstacles(layout)
    standing = [mark for mark in layout.marks if mark.posture == "stand"]
    assert len(standing) >= people + 2
    spots = np.array([mark.position[::2] for mark in standing])
    assert space.floor_free(spots, 0.35).all()
    apart = np.linalg.norm(spots[:, None] - spots, axis=2) + np.eye(len(spots))
    assert apart.min() >= 0.45
    assert {"a1", "a2"} <= set(_marks(layout))


@settings(max_examples=15, deadline=None)
@given(kind=st.sampled_from(KINDS), seed=st.integers(1, 10_000), pick=st.randoms())
def test_any_seed_lets_people_in(kind: str, seed: int, pick) -> None:
    layout = _set(kind, seed)
    space = obstacles(layout)
    for entrance in layout.entrances:
        for mark in pick.sample(layout.marks, 4):
            way = [np.array(c) for c in space.path(entrance.inside[::2], mark.position[::2], 0.25)]
            legs = list(pairwise(way))
            legs = legs if mark.posture == "stand" else legs[:-1]
            assert all(space.is_walk_clear(a, b, 0.12) for a, b in legs), (kind, seed, mark.name)


def test_the_same_key_gives_the_same_set() -> None:
    for kind in ("kitchen", "forest"):
        place, interior = _asked_as(PLANS[kind])
        again = design_set(f"{kind} 0", place, interior, TimeOfDay.DAY, people=2, mood=Mood.CALM)
        assert again == _set(kind)


@pytest.mark.parametrize("kind", KINDS[::4])
def test_another_key_gives_another_set_of_the_kind(kind: str) -> None:
    first, second = _set(kind), _set(kind, 1)
    assert first.kind == second.kind
    assert first.pieces != second.pieces


def test_time_mood_and_people_leave_the_place_alone() -> None:
    place, interior = _asked_as(PLANS["living_room"])
    day = design_set("home", place, interior, TimeOfDay.DAY, people=2, mood=Mood.CALM)
    night = design_set("home", place, interior, TimeOfDay.NIGHT, people=2, mood=Mood.SAD)
    crowd = design_set("home", place, interior, TimeOfDay.NIGHT, people=9, mood=Mood.SAD)
    assert replace(night, time=day.time, lighting=day.lighting) == day
    assert night.lighting != day.lighting
    assert replace(crowd, marks=night.marks) == night


def test_tables_name_only_what_exists() -> None:
    pieces, colours = piece_kinds(), themes()
    for plan in PLANS.values():
        assert plan.theme in colours
        materials = colours[plan.theme].materials | colours["any"].materials
        assert plan.floor_material in materials
        for piece in plan.pieces:
            assert (piece.material or pieces[piece.kind].material) in materials
            assert piece.chair in pieces
        if plan.is_interior:
            assert not PLANS[plan.from_outside].is_interior


def test_a_large_crowd_fits() -> None:
    layout = _set("living_room", people=24)
    assert sum(mark.posture == "stand" for mark in layout.marks) >= 26

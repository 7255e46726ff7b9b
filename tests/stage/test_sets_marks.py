"""Marks for six people: every kind of set gives them places to stand, see and be seen."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.breakdown.scene import Interior, Mood, TimeOfDay
from mstation.stage.collision import Obstacles, obstacles
from mstation.stage.layout import Layout, Mark
from mstation.stage.lighting import WINDOW_LIGHT
from mstation.stage.set_plans import set_plans
from mstation.stage.sets import design_set

PLANS = set_plans()
PEOPLE = 6
APART_M, VIEW_M, FACE_M, LENS_M = 0.6, 2.0, 1.5, 0.2
UNLIT = {
    "river_bank",
    "forest",
    "mountain",
    "desert",
    "coast",
    "field",
    "snow_field",
    "open_ground",
}


@cache
def _set(kind: str, seed: int) -> Layout:
    plan = PLANS[kind]
    word = (plan.en + plan.zh + plan.en_general + plan.zh_general)[0]
    interior = Interior.INT if plan.is_interior else Interior.EXT
    return design_set(
        f"{kind} {seed}", word, interior, TimeOfDay.NIGHT, people=PEOPLE, mood=Mood.CALM
    )


def _six(layout: Layout) -> list[Mark]:
    """Return the six marks that a scene of six would use first: the group, then what is free."""
    standing = [mark for mark in layout.marks if mark.posture == "stand"]
    chosen: list[Mark] = []
    for mark in standing:
        if all(math.dist(mark.position, other.position) >= APART_M for other in chosen):
            chosen.append(mark)
    return chosen[:PEOPLE]


def _is_reached(space: Obstacles, layout: Layout, mark: Mark) -> bool:
    for entrance in layout.entrances:
        way = space.path(entrance.inside[::2], mark.position[::2], 0.25)
        legs = pairwise([np.array(corner) for corner in way])
        if all(space.is_walk_clear(a, b, 0.12) for a, b in legs):
            return True
    return False


def _is_seen(space: Obstacles, mark: Mark) -> bool:
    """Return whether a camera finds a place at least two metres off that sees this face."""
    x, _, z = mark.position
    turns = np.linspace(0, 2 * math.pi, 24, endpoint=False)
    eyes = np.concatenate(
        [
            np.column_stack(
                [x + away * np.cos(turns), np.full(24, FACE_M), z + away * np.sin(turns)]
            )
            for away in (VIEW_M, 2.5, 3.0)
        ]
    )
    face = np.tile([x, FACE_M, z], (len(eyes), 1))
    return bool((space.points_free(eyes, LENS_M) & space.sees_many(eyes, face)).any())


def _assert_marks(kind: str, seed: int) -> None:
    layout = _set(kind, seed)
    space = obstacles(layout)
    marks = _six(layout)
    assert len(marks) == PEOPLE, kind
    for mark in marks:
        x, _, z = mark.position
        assert space.is_free(x, z, 0.3), (kind, seed, mark)
        assert _is_reached(space, layout, mark), (kind, seed, mark)
        assert _is_seen(space, mark), (kind, seed, mark)


@pytest.mark.parametrize("kind", PLANS)
def test_six_people_have_marks_to_stand_and_be_seen_on(kind: str) -> None:
    _assert_marks(kind, 0)


@settings(max_examples=60, deadline=None)
@given(kind=st.sampled_from(tuple(PLANS)), seed=st.integers(1, 10_000))
def test_six_people_have_marks_whatever_the_seed(kind: str, seed: int) -> None:
    _assert_marks(kind, seed)


@pytest.mark.parametrize("kind", [kind for kind, plan in PLANS.items() if plan.is_interior])
def test_a_room_has_a_door_and_most_have_a_window(kind: str) -> None:
    layout = _set(kind, 0)
    assert layout.entrances
    if not PLANS[kind].is_open_frame:
        kinds = {opening.kind for wall in layout.walls for opening in wall.openings}
        assert kinds & {"door", "arch"}
        if PLANS[kind].windows:
            assert "window" in kinds


@pytest.mark.parametrize("kind", PLANS)
def test_there_are_practical_lamps_where_people_have_built(kind: str) -> None:
    practical = [
        lamp for lamp in _set(kind, 0).lighting.lamps if not lamp.name.startswith(WINDOW_LIGHT)
    ]
    assert bool(practical) or kind in UNLIT

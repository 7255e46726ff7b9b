"""Shots into packages: every shot in one part, in the film's order, always alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.errors import InvalidInput, NotFound
from mstation.station.change import STATION
from mstation.station.production.cuts import Clip, add_editor_cut
from mstation.station.production.entities import Kind, add_entity
from mstation.station.station import Station
from mstation.station.work_orders.packages import PackageItem
from mstation.station.work_orders.splitting import (
    balanced,
    by_count,
    by_scene,
    items_of,
    scenes_of,
    shots_named,
)
from mstation.timebase import FrameRate
from tests.station.crew import Crew

ITEMS = st.lists(st.integers(1, 5_000) | st.none(), min_size=1, max_size=40).map(
    lambda lengths: [PackageItem(f"{n:03}", None, each) for n, each in enumerate(lengths)]
)


@given(ITEMS, st.integers(1, 8))
def test_parts_of_equal_frames_hold_every_shot_once_in_order_and_differ_by_one_shot_at_most(
    items: list[PackageItem], parts: int
) -> None:
    if parts > len(items):
        with pytest.raises(InvalidInput):
            balanced(items, parts)
        return
    made = balanced(items, parts)
    assert len(made) == parts
    assert sorted(item.label for part in made for item in part) == [i.label for i in items]
    assert all([i.label for i in part] == sorted(i.label for i in part) for part in made)
    loads = [sum(item.frames or 1 for item in part) for part in made]
    assert min(len(part) for part in made) > 0
    assert max(loads) - min(loads) <= max(item.frames or 1 for item in items)
    assert made == balanced(items, parts)


@given(ITEMS, st.integers(1, 9))
def test_parts_by_number_are_the_shots_in_order(items: list[PackageItem], most: int) -> None:
    made = by_count(items, most)
    assert [item for part in made for item in part] == items
    assert all(len(part) == most for part in made[:-1])


def test_shots_are_split_by_their_scenes(station: Station, crew: Crew) -> None:
    with station.change(STATION) as change:
        scene = add_entity(change, crew.project, kind=Kind.SCENE, label="002")
        add_entity(
            change, crew.project, kind=Kind.SHOT, label="002-001", parent_id=scene.id, position=9
        )
        items = items_of(
            change.connection, crew.project, shots_named(change.connection, crew.project, [])
        )
        split = by_scene(items, scenes_of(change.connection, crew.project))
    assert [(label, len(part)) for label, part in split] == [("", 3), ("002", 1)]


def test_how_long_a_shot_is_the_cut_that_plays_says(station: Station, crew: Crew) -> None:
    shot = crew.shots[0]
    clips = (
        Clip(shot.id, shot.label, 0, 24, 10, 34),
        Clip(shot.id, shot.label, 24, 48, 30, 54),  # used again, further on
    )
    with station.change(STATION) as change:
        add_editor_cut(
            change, crew.project, clips, title="Reel", rate=FrameRate(24), start_frame=0,
            document="",
        )  # fmt: skip
        items = items_of(change.connection, crew.project, crew.shots)
    assert [item.frames for item in items] == [44, None, None]


def test_stretches_are_named_as_people_write_them(station: Station, crew: Crew) -> None:
    def named(*names: str) -> list[str]:
        with station.reading() as connection:
            return [shot.label for shot in shots_named(connection, crew.project, names)]

    assert named("001-001…003") == ["001-001", "001-002", "001-003"]
    assert named("001-002..001-003") == named("001-003", "001-002") == ["001-002", "001-003"]
    with pytest.raises(InvalidInput, match="before it begins"):
        named("001-003…001")
    with pytest.raises(NotFound, match="no shot"):
        named("001-001…009")

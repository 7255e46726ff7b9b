"""Rows and their events are one thing: both are kept, or neither."""

from __future__ import annotations

import itertools
import threading

import pytest

from mstation.errors import Conflict, Stale
from mstation.station.change import STATION, Actor, find, find_where
from mstation.station.events import events_after, last_number
from mstation.station.ids import ID_LENGTH, new_id
from mstation.station.production.entities import Entity, Kind, add_entity
from mstation.station.station import Station
from tests.station.crew import Crew


def test_ids_come_in_the_order_of_their_making() -> None:
    ids = [new_id() for _ in range(10_000)]
    assert all(one < other for one, other in itertools.pairwise(ids))
    assert {len(each) for each in ids} == {ID_LENGTH}


def test_a_change_is_told_with_who_what_before_and_after(station: Station, crew: Crew) -> None:
    shot, artist = crew.shots[0], crew.people["artist"]
    with station.reading() as connection:
        before = last_number(connection)
    with station.change(Actor("account", artist.id, artist.id)) as change:
        change.edit(shot, description="Benno turns the key.", frames=48)
    with station.reading() as connection:
        (event,) = events_after(connection, before)
    assert (event.actor_id, event.verb, event.noun, event.noun_id) == (
        artist.id, "changed", "entities", shot.id,
    )  # fmt: skip
    assert event.before == {"description": "", "frames": None, "revision": 1}
    assert event.after == {"description": "Benno turns the key.", "frames": 48, "revision": 2}
    assert event.project_id == crew.project.id


def test_what_fails_leaves_neither_row_nor_event(station: Station, crew: Crew) -> None:
    with station.reading() as connection:
        before = last_number(connection)
    with pytest.raises(Conflict):
        _shoot(station, crew, "009-001", "009-001")
    with station.reading() as connection:
        assert last_number(connection) == before
        assert not find_where(connection, Entity, label="009-001")


def _shoot(station: Station, crew: Crew, *labels: str) -> None:
    with station.change(STATION) as change:
        for label in labels:
            add_entity(change, crew.project, kind=Kind.SHOT, label=label)


def test_two_editors_never_lose_a_change(station: Station, crew: Crew) -> None:
    shot = crew.shots[0]
    with station.change(STATION) as change:
        change.edit(shot, description="first")
    with pytest.raises(Stale), station.change(STATION) as change:
        change.edit(shot, description="second")
    with station.reading() as connection:
        assert find(connection, Entity, shot.id).description == "first"


def test_twenty_editors_at_once_lose_nothing(station: Station, crew: Crew) -> None:
    """Each adds its own word to one description, and tries again when another was faster."""
    words = [f"word{n}" for n in range(20)]

    def write(word: str) -> None:
        while True:
            with station.reading() as connection:
                shot = find(connection, Entity, crew.shots[0].id)
            try:
                with station.change(STATION) as change:
                    change.edit(shot, description=f"{shot.description} {word}".strip())
            except Stale:
                continue
            return

    threads = [threading.Thread(target=write, args=(word,)) for word in words]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with station.reading() as connection:
        kept = find(connection, Entity, crew.shots[0].id)
    assert sorted(kept.description.split()) == sorted(words)
    assert kept.revision == 21


def test_a_label_is_given_once_and_the_error_says_which(station: Station, crew: Crew) -> None:
    with pytest.raises(Conflict, match="the same project_id, kind, label"):
        _shoot(station, crew, "001-001")


def test_a_delayed_commit_holds_later_events_back(station: Station, crew: Crew) -> None:
    """Numbers are taken, the commit is late: the next change waits, so 11 never follows 12."""
    numbered, may_commit = threading.Event(), threading.Event()

    def late() -> None:
        with station.change(STATION) as change:
            change.edit(crew.shots[0], description="late")
            change.tell_all()
            numbered.set()
            may_commit.wait(5.0)

    def quick() -> None:
        with station.change(STATION) as change:
            change.edit(crew.shots[1], description="quick")

    with station.reading() as connection:
        seen = last_number(connection)
    threads = [threading.Thread(target=late), threading.Thread(target=quick)]
    threads[0].start()
    numbered.wait()
    threads[1].start()
    threads[1].join(0.3)
    with station.reading() as connection:
        assert events_after(connection, seen) == []
    may_commit.set()
    for thread in threads:
        thread.join()
    with station.reading() as connection:
        told = [event.noun_id for event in events_after(connection, seen)]
    assert told == [crew.shots[0].id, crew.shots[1].id]

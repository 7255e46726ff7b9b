"""A board that was kept is, after any changes, what reading everything again gives."""

from __future__ import annotations

from random import Random

import orjson
import pytest

from mstation.station.access import access_to
from mstation.station.change import STATION, Actor, Change, find, find_where
from mstation.station.production import board
from mstation.station.production.board import Boards
from mstation.station.production.entities import Entity, Kind, add_entity
from mstation.station.production.tasks import Task, add_task
from mstation.station.production.workflow import Status, TaskType
from mstation.station.station import Station
from tests.station.crew import Crew


def read(station: Station, crew: Crew, boards: Boards, who: str = "producer") -> bytes:
    account = crew.people[who]
    actor = Actor("account", account.id, account.id)
    with station.reading() as connection:
        return boards.read(connection, access_to(connection, actor, crew.project.id), Kind.SHOT)


def change_something(change: Change, crew: Crew, random: Random, number: int) -> None:
    shots = find_where(change.connection, Entity, project_id=crew.project.id, kind=Kind.SHOT)
    tasks = find_where(change.connection, Task, project_id=crew.project.id)
    match random.randrange(7):
        case 0:
            label = f"{number:03}-{random.randrange(10**6)}"
            add_entity(change, crew.project, kind=Kind.SHOT, label=label, position=number % 5)
        case 1:
            change.edit(random.choice(shots), position=random.randrange(9), description="…【景】")
        case 2:
            change.edit(random.choice(shots), omitted=bool(number % 2), fields={"lens": number})
        case 3:
            statuses = find_where(change.connection, Status, project_id=crew.project.id)
            change.edit(random.choice(tasks), status_id=random.choice(statuses).id)
        case 4:
            kinds = find_where(
                change.connection, TaskType, project_id=crew.project.id, of=Kind.SHOT
            )
            taken = {(task.entity_id, task.type_id) for task in tasks}
            free = [(s.id, k.id) for s in shots for k in kinds if (s.id, k.id) not in taken]
            entity_id, type_id = random.choice(free)
            add_task(change, crew.project, entity_id=entity_id, type_id=type_id)
        case 5 if len(tasks) > 2:
            change.remove(random.choice(tasks))
        case 6:
            busy = {task.entity_id for task in tasks}
            idle = [shot for shot in shots if shot.id not in busy]
            if idle:
                change.remove(random.choice(idle))


@pytest.mark.parametrize("seed", range(4))
def test_a_kept_board_is_what_reading_again_gives(station: Station, crew: Crew, seed: int) -> None:
    random, often, seldom = Random(seed), Boards(), Boards()
    assert read(station, crew, often) == read(station, crew, seldom)
    for number in range(40):
        with station.change(STATION) as change:
            for _ in range(1 + number % 3):
                change_something(change, crew, random, number)
        told = read(station, crew, Boards())
        assert orjson.loads(told)["rows"]
        assert read(station, crew, often) == told
        if number % 9 == 8:
            assert read(station, crew, seldom) == told


def test_more_news_than_are_worth_it_are_not_read_one_by_one(
    station: Station, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    boards = Boards()
    read(station, crew, boards)
    monkeypatch.setattr(board, "_MOST_NEWS", 2)
    for number in range(4):
        with station.change(STATION) as change:
            shot = find(change.connection, Entity, crew.shots[0].id)
            change.edit(shot, description=f"take {number}")
    assert read(station, crew, boards) == read(station, crew, Boards())


def test_who_sees_some_gets_nothing_of_what_is_kept(station: Station, crew: Crew) -> None:
    boards = Boards()
    everything = read(station, crew, boards)
    assert read(station, crew, boards, "vendor") == read(station, crew, Boards(), "vendor")
    assert read(station, crew, boards, "vendor") != everything
    assert read(station, crew, boards) == everything


def test_only_the_boards_last_looked_at_are_kept(
    station: Station, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "MOST_BOARDS", 1)
    boards = Boards()
    first = read(station, crew, boards)
    account = crew.people["producer"]
    with station.reading() as connection:
        access = access_to(connection, Actor("account", account.id, account.id), crew.project.id)
        boards.read(connection, access, Kind.ASSET)
    assert read(station, crew, boards) == first

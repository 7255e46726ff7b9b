"""The board: all shots of a film (or assets) in order, each with its tasks, as JSON bytes.

The page that people look at all day: rows go from the database's driver straight to bytes, and what
the database keeps as JSON is passed on as it is, never read. Of who sees everything the rows are
kept (`Boards`): the next one reads only what the events since tell of.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson
from sqlalchemy import JSON, ColumnElement, Connection, Select, Table, Text, cast, select

from mstation.station.events import events, last_number
from mstation.station.production.entities import Kind, entities
from mstation.station.production.tasks import tasks
from mstation.station.production.workflow import task_types

MOST_BOARDS = 32  # that are kept; one of a thousand shots has half a megabyte
_MOST_NEWS = 500  # events since; of more, everything is read again


class Sight(Protocol):
    """Who looks: which rows of a table they may see."""

    @property
    def project_id(self) -> str:
        """The project that is looked at."""

    def sees_all(self, table_name: str) -> bool:
        """Return whether every row of the project may be read."""

    def visible(self, table_name: str) -> ColumnElement[bool]:
        """Return the condition under which rows may be read."""


_ENTITY = (
    "id", "revision", "label", "parent_id", "description", "position", "first_frame", "frames",
    "omitted", "fields",
)  # fmt: skip
_TASK = (
    "id", "revision", "type_id", "status_id", "start_on", "due_on", "estimate_hours", "priority",
    "assignee_ids",
)  # fmt: skip
_POSITION = _ENTITY.index("position")
_COLUMNS = orjson.dumps({"entity": [*_ENTITY, "tasks"], "task": _TASK})

Place = tuple[int, str]  # in the film's order


@dataclass(slots=True)
class _Board:
    """The rows of a board as JSON, as they are at an event; it is changed by nobody."""

    number: int  # the event
    places: dict[str, Place] = field(default_factory=dict)  # by the entity's id
    rows: dict[str, bytes] = field(default_factory=dict)  # of entities, without the last `]`
    work: dict[str, dict[str, bytes]] = field(default_factory=dict)  # by entity, then by task
    homes: dict[str, str] = field(default_factory=dict)  # of each task its entity
    whole: dict[str, bytes] = field(default_factory=dict)  # of entities, with their tasks

    def copy(self, number: int) -> _Board:
        """Return one that may be changed for a later event."""
        return _Board(
            number, self.places.copy(), self.rows.copy(), self.work.copy(), self.homes.copy(),
            self.whole.copy(),
        )  # fmt: skip

    def put_entities(self, read: Iterable[Sequence[Any]]) -> None:
        """Take rows of entities."""
        for *row, omitted, fields in read:
            id_: str = row[0]
            self.places[id_] = row[_POSITION], id_
            self.rows[id_] = orjson.dumps([*row, bool(omitted), orjson.Fragment(fields)])[:-1]

    def put_tasks(self, read: Iterable[Sequence[Any]]) -> None:
        """Take rows of tasks, in their order."""
        for *row, assignee_ids, entity_id in read:
            text = orjson.dumps([*row, orjson.Fragment(assignee_ids)])
            self.work.setdefault(entity_id, {})[row[0]] = text
            self.homes[row[0]] = entity_id

    def forget(self, entity_ids: Collection[str], task_ids: Collection[str]) -> None:
        """Leave rows out, before they are taken as they are now."""
        for id_ in entity_ids:
            self.places.pop(id_, None)
            self.rows.pop(id_, None)
        for id_ in task_ids:
            home = self.homes.pop(id_, None)
            if home is not None:
                self.work[home] = {key: row for key, row in self.work[home].items() if key != id_}

    def join(self, entity_ids: Iterable[str]) -> None:
        """Lay the tasks of these entities into their rows."""
        for id_ in entity_ids:
            row = self.rows.get(id_)
            if row is None:
                self.whole.pop(id_, None)
                continue
            mine = self.work.get(id_, {})
            self.whole[id_] = b"%b,[%b]]" % (row, b",".join(mine[key] for key in sorted(mine)))

    def body(self) -> bytes:
        """Return the board."""
        order = sorted(self.places.values())
        return b'{"columns":%b,"rows":[%b]}' % (
            _COLUMNS,
            b",".join([self.whole[id_] for _, id_ in order]),
        )


class Boards:
    """The boards of a station as one process knows them, those last looked at."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, Kind], _Board] = OrderedDict()
        self._lock = threading.Lock()
        self._reading = threading.Lock()

    def read(self, connection: Connection, sight: Sight, kind: Kind) -> bytes:
        """Return `{"columns": …, "rows": […]}`: rows of entities, the last value of each its tasks.

        Values stand in the order of their columns: the names are sent once, not with each row.
        connection: one that sees a single state of everything.
        """
        if not (sight.sees_all("entities") and sight.sees_all("tasks")):
            return _read_all(connection, sight, kind).body()
        key = sight.project_id, kind
        before = self._find(key)
        if before is None:
            with self._reading:  # of many who come at once one reads everything
                before = self._find(key)
                if before is None:
                    return self._keep(key, _read_all(connection, sight, kind)).body()
        return self._keep(key, _brought_up(connection, sight, kind, before)).body()

    def _find(self, key: tuple[str, Kind]) -> _Board | None:
        with self._lock:
            return self._kept.get(key)

    def _keep(self, key: tuple[str, Kind], board: _Board) -> _Board:
        with self._lock:
            self._kept[key] = board
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_BOARDS:
                self._kept.popitem(last=False)
        return board


def _brought_up(connection: Connection, sight: Sight, kind: Kind, before: _Board) -> _Board:
    """Return a board as it is now, made of an earlier one where the events since allow it."""
    number = last_number(connection)
    if number < before.number:
        return _read_all(connection, sight, kind)
    if number == before.number:
        return before
    query = (
        select(events.c.noun, events.c.noun_id)
        .where(events.c.project_id == sight.project_id, events.c.number > before.number)
        .limit(_MOST_NEWS)
    )
    news = connection.execute(query).all()
    changed = {noun: {row.noun_id for row in news if row.noun == noun} for noun, _ in news}
    if len(news) == _MOST_NEWS or "task_types" in changed:
        return _read_all(connection, sight, kind)
    entity_ids, task_ids = changed.get("entities", set()), changed.get("tasks", set())
    board = before.copy(number)
    board.forget(entity_ids, task_ids)
    touched = entity_ids | {before.homes[id_] for id_ in task_ids if id_ in before.homes}
    if entity_ids:
        board.put_entities(_plain_rows(connection, _entities_query(sight, kind, entity_ids)))
    if task_ids:
        board.put_tasks(_plain_rows(connection, _tasks_query(sight, kind, task_ids)))
        touched |= {board.homes[id_] for id_ in task_ids if id_ in board.homes}
    board.join(touched)
    return board


def _read_all(connection: Connection, sight: Sight, kind: Kind) -> _Board:
    board = _Board(last_number(connection))
    board.put_entities(_plain_rows(connection, _entities_query(sight, kind)))
    board.put_tasks(_plain_rows(connection, _tasks_query(sight, kind)))
    board.join(board.rows)
    return board


def _plain_rows(connection: Connection, query: Select[Any]) -> list[Sequence[Any]]:
    """Return rows as the driver gives them; a date is one or its ISO text: alike in JSON."""
    cursor = connection.execute(query).cursor
    assert cursor is not None
    return list(cursor.fetchall())


def _columns(table: Table, names: Sequence[str]) -> list[ColumnElement[Any]]:
    """Return columns, those that hold JSON as its text."""
    columns = (table.c[name] for name in names)
    return [cast(each, Text) if isinstance(each.type, JSON) else each for each in columns]


def _entities_query(sight: Sight, kind: Kind, ids: Collection[str] | None = None) -> Select[Any]:
    query = (
        select(*_columns(entities, _ENTITY))
        .where(entities.c.project_id == sight.project_id, entities.c.kind == kind)
        .where(sight.visible("entities"))
    )
    return query if ids is None else query.where(entities.c.id.in_(ids))


def _tasks_query(sight: Sight, kind: Kind, ids: Collection[str] | None = None) -> Select[Any]:
    """Return the question for the tasks: by the few types of work on a kind, not by each entity."""
    types = select(task_types.c.id).where(
        task_types.c.project_id == sight.project_id, task_types.c.of == kind
    )
    query = (
        select(*_columns(tasks, _TASK), tasks.c.entity_id)
        .where(tasks.c.project_id == sight.project_id, tasks.c.type_id.in_(types))
        .where(sight.visible("tasks"))
    )
    return query if ids is None else query.where(tasks.c.id.in_(ids))

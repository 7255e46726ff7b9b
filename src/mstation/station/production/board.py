"""The board: all shots of a film (or assets) in order, each with its tasks, as JSON bytes.

The page that people look at all day: rows go from the database's driver straight to bytes, and what
the database keeps as JSON is passed on as it is, never read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import orjson
from sqlalchemy import JSON, ColumnElement, Connection, Select, Table, Text, cast, select

from mstation.station.production.entities import Kind, entities
from mstation.station.production.tasks import tasks
from mstation.station.production.workflow import task_types


class Sight(Protocol):
    """Who looks: which rows of a table they may see."""

    @property
    def project_id(self) -> str:
        """The project that is looked at."""

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


def board_of(connection: Connection, sight: Sight, kind: Kind) -> bytes:
    """Return `{"columns": …, "rows": […]}`: rows of entities, the last value of each its tasks.

    Values stand in the order of their columns: the names are sent once, not with each row.
    """
    work: dict[str, list[Sequence[Any]]] = {}
    for *task, assignee_ids, entity_id in _plain_rows(connection, _tasks_query(sight, kind)):
        task.append(orjson.Fragment(assignee_ids))
        work.setdefault(entity_id, []).append(task)
    rows = [
        [*row, bool(omitted), orjson.Fragment(fields), work.get(row[0], ())]
        for *row, omitted, fields in _plain_rows(connection, _entities_query(sight, kind))
    ]
    columns = {"entity": [*_ENTITY, "tasks"], "task": _TASK}
    return orjson.dumps({"columns": columns, "rows": rows})


def _plain_rows(connection: Connection, query: Select[Any]) -> list[Sequence[Any]]:
    """Return rows as the driver gives them; a date is one or its ISO text: alike in JSON."""
    cursor = connection.execute(query).cursor
    assert cursor is not None
    return list(cursor.fetchall())


def _columns(table: Table, names: Sequence[str]) -> list[ColumnElement[Any]]:
    """Return columns, those that hold JSON as its text."""
    columns = (table.c[name] for name in names)
    return [cast(each, Text) if isinstance(each.type, JSON) else each for each in columns]


def _entities_query(sight: Sight, kind: Kind) -> Select[Any]:
    return (
        select(*_columns(entities, _ENTITY))
        .where(entities.c.project_id == sight.project_id, entities.c.kind == kind)
        .where(sight.visible("entities"))
        .order_by(entities.c.position, entities.c.id)
    )


def _tasks_query(sight: Sight, kind: Kind) -> Select[Any]:
    """Return the question for the tasks: by the few types of work on a kind, not by each entity."""
    types = select(task_types.c.id).where(
        task_types.c.project_id == sight.project_id, task_types.c.of == kind
    )
    return (
        select(*_columns(tasks, _TASK), tasks.c.entity_id)
        .where(tasks.c.project_id == sight.project_id, tasks.c.type_id.in_(types))
        .where(sight.visible("tasks"))
        .order_by(tasks.c.id)
    )

"""The board: all shots of a film (or assets) in order, each with its tasks, as JSON bytes.

The page that people look at all day: it is read from plain rows and written straight to bytes.
"""

from __future__ import annotations

from typing import Any, Protocol

import orjson
from sqlalchemy import ColumnElement, Connection, select

from mstation.station.production.entities import Kind, entities
from mstation.station.production.tasks import tasks


class Sight(Protocol):
    """Who looks: which rows of a table they may see."""

    @property
    def project_id(self) -> str:
        """The project that is looked at."""

    def visible(self, table_name: str) -> ColumnElement[bool]:
        """Return the condition under which rows may be read."""


_ENTITY = (
    "id", "revision", "label", "parent_id", "description", "position", "first_frame", "frames",
    "fields", "omitted",
)  # fmt: skip
_TASK = (
    "id", "revision", "type_id", "status_id", "assignee_ids", "start_on", "due_on",
    "estimate_hours", "priority",
)  # fmt: skip


def board_of(connection: Connection, sight: Sight, kind: Kind) -> bytes:
    """Return `{"columns": …, "rows": […]}`: rows of entities, the last value of each its tasks.

    Values stand in the order of their columns: the names are sent once, not with each row.
    """
    work: dict[str, list[list[Any]]] = {}
    for entity_id, *task in connection.execute(_tasks_query(sight, kind)):
        work.setdefault(entity_id, []).append(task)
    rows = [
        [*row, work.get(row[0], [])] for row in connection.execute(_entities_query(sight, kind))
    ]
    columns = {"entity": [*_ENTITY, "tasks"], "task": _TASK}
    return orjson.dumps({"columns": columns, "rows": rows})


def _entities_query(sight: Sight, kind: Kind) -> Any:
    return (
        select(*(entities.c[name] for name in _ENTITY))
        .where(entities.c.project_id == sight.project_id, entities.c.kind == kind)
        .where(sight.visible("entities"))
        .order_by(entities.c.position, entities.c.id)
    )


def _tasks_query(sight: Sight, kind: Kind) -> Any:
    return (
        select(tasks.c.entity_id, *(tasks.c[name] for name in _TASK))
        .join(entities, entities.c.id == tasks.c.entity_id)
        .where(tasks.c.project_id == sight.project_id, entities.c.kind == kind)
        .where(sight.visible("tasks"))
        .order_by(tasks.c.id)
    )

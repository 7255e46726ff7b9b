"""Shots, assets or tasks out as rows under headings that never change, in English or Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from mstation.station.access import Access
from mstation.station.accounts import accounts
from mstation.station.permissions import Reach
from mstation.station.production.columns import KIND_OF, Sheet, SheetColumn, Tongue, columns_of
from mstation.station.production.entities import entities
from mstation.station.production.fields import fields_of
from mstation.station.production.kinds import Kind
from mstation.station.production.sheet_cells import cell_of
from mstation.station.production.sheet_files import Cell
from mstation.station.production.tasks import tasks
from mstation.station.production.workflow import statuses, task_types


def sheet_rows(
    connection: Connection, access: Access, sheet: Sheet, tongue: Tongue
) -> Iterator[list[Cell]]:
    """Yield the headings, then what the asker may see, in the film's order."""
    columns = columns_of(sheet)
    kind = KIND_OF.get(sheet)
    if kind is None:
        columns = _shown(access, columns)
        yield [column.heading(tongue) for column in columns]
        rows = _task_rows(connection, access)
        yield from ([cell_of(row[column.key], tongue) for column in columns] for row in rows)
        return
    own = [field.name for field in fields_of(connection, access.project_id, kind)]
    yield [*(column.heading(tongue) for column in columns), *own]
    for row in _entity_rows(connection, access, kind):
        cells = [cell_of(row[column.key], tongue) for column in columns]
        yield [*cells, *(cell_of(row["fields"].get(name), tongue) for name in own)]


def _shown(access: Access, columns: tuple[SheetColumn, ...]) -> tuple[SheetColumn, ...]:
    """Return the columns without the addresses of people whom the asker may not list."""
    may_list = access.reach("members.read") is Reach.ALL
    return tuple(column for column in columns if may_list or column.key != "people")


def _entity_rows(connection: Connection, access: Access, kind: Kind) -> Iterator[dict[str, Any]]:
    parent = entities.alias("parent")
    query = (
        select(entities, parent.c.label.label("parent"), parent.c.kind.label("above"))
        .outerjoin(parent, entities.c.parent_id == parent.c.id)
        .where(entities.c.project_id == access.project_id, entities.c.kind == kind)
        .where(access.visible("entities"))
        .order_by(entities.c.position, entities.c.id)
    )
    for row in connection.execute(query).mappings():
        yield {**row, "parent_kind": None if row["above"] is None else Kind(row["above"])}


def _task_rows(connection: Connection, access: Access) -> Iterator[dict[str, Any]]:
    query = (
        select(
            tasks,
            entities.c.label,
            entities.c.kind,
            task_types.c.name.label("type"),
            statuses.c.name.label("status"),
        )
        .join(entities, tasks.c.entity_id == entities.c.id)
        .join(task_types, tasks.c.type_id == task_types.c.id)
        .join(statuses, tasks.c.status_id == statuses.c.id)
        .where(tasks.c.project_id == access.project_id, access.visible("tasks"))
        .order_by(entities.c.kind, entities.c.position, entities.c.id, task_types.c.position)
    )
    rows = connection.execute(query).mappings().all()
    named = set().union(*(row["assignee_ids"] for row in rows))
    emails = _emails(connection, named)
    for row in rows:
        people = "; ".join(emails[each] for each in row["assignee_ids"])
        yield {**row, "kind": Kind(row["kind"]), "people": people}


def _emails(connection: Connection, ids: set[str]) -> dict[str, str]:
    query = select(accounts.c.id, accounts.c.email).where(accounts.c.id.in_(ids))
    return {row.id: row.email for row in connection.execute(query)}

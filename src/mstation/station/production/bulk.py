"""Many rows changed by one request: all of them, or none, with every fault told by its row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select

from mstation.errors import Conflict, Forbidden, InvalidInput, NotFound
from mstation.station.access import Access
from mstation.station.change import Change, stale
from mstation.station.production.entities import Entity, edit_entity
from mstation.station.production.faults import Faults
from mstation.station.production.tasks import Task, edit_task
from mstation.station.schema import noun_of, table_of

MOST_ROWS = 1000

R = TypeVar("R", Entity, Task)


@dataclass(frozen=True, slots=True)
class RowEdit:
    """What is to change of one row, and the revision of it that was seen."""

    id: str
    revision: int
    changes: dict[str, Any]


def bulk_edit(
    change: Change, access: Access, entities: Sequence[RowEdit], tasks: Sequence[RowEdit]
) -> tuple[list[Entity], list[Task]]:
    """Change entities and tasks of a project together and return them in the order given.

    Raises:
        Faulty: when any row is not there, was changed by somebody else, is not theirs to change, or
            cannot be so; nothing was changed then.
    """
    faults = Faults()
    changed = (
        _edit_all(change, access, Entity, entities, edit_entity, faults),
        _edit_all(change, access, Task, tasks, edit_task, faults),
    )
    faults.refuse()
    return changed


def _edit_all(
    change: Change,
    access: Access,
    kind: type[R],
    edits: Sequence[RowEdit],
    edit: Callable[..., R],
    faults: Faults,
) -> list[R]:
    rows = _rows(change, access, kind, [each.id for each in edits])
    done = []
    table = table_of(kind).name
    for place, each in enumerate(edits):
        try:
            row = _permitted(change, access, rows.get(each.id), each, kind)
            with change.apart():
                rows[each.id] = edit(change, access.project, row, **each.changes)
            done.append(rows[each.id])
        except (InvalidInput, NotFound, Conflict, Forbidden) as error:
            faults.add(f"{table} {place}", f"{table} {place}", error)
    return done


def _rows(change: Change, access: Access, kind: type[R], ids: list[str]) -> dict[str, R]:
    table = table_of(kind)
    query = select(table).where(table.c.id.in_(ids), table.c.project_id == access.project_id)
    return {
        row["id"]: noun_of(kind, dict(row)) for row in change.connection.execute(query).mappings()
    }


def _permitted(change: Change, access: Access, row: R | None, edit: RowEdit, kind: type[R]) -> R:
    if row is None:
        raise NotFound(
            f"there is no {kind.__name__.lower()} `{edit.id[:40]}` in this project",
            zh=f"本项目中找不到 `{edit.id[:40]}`（{kind.__name__}）",
        )
    access.require_of(change.connection, action_of(kind, edit.changes), row)
    if row.revision != edit.revision:
        raise stale(table_of(kind).name, row.id)
    return row


def action_of(kind: type[Entity | Task], changes: dict[str, Any]) -> str:
    """Return the right that a change needs: whoever a task is given to may tell its status."""
    if kind is Task and changes.keys() == {"status_id"}:
        return "tasks.report"
    return f"{table_of(kind).name}.change"

"""Many entities and tasks changed by one request."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from mstation.server.asking import ActorHere, StationHere
from mstation.server.routes.entities import EntityChanges
from mstation.server.routes.tasks import TaskChanges
from mstation.station.access import access_to
from mstation.station.production.bulk import MOST_ROWS, RowEdit, bulk_edit
from mstation.station.production.entities import Entity
from mstation.station.production.tasks import Task

router = APIRouter(prefix="/api", tags=["production"])


class _Row(BaseModel):
    id: Annotated[str, Field(max_length=20)]
    revision: Annotated[int, Field(ge=1, description="the revision that was seen")]


class EntityRow(_Row):
    """What is to change of one entity."""

    changes: EntityChanges

    def edit(self) -> RowEdit:
        """Return what the core knows."""
        return RowEdit(self.id, self.revision, self.changes.model_dump(exclude_unset=True))


class TaskRow(_Row):
    """What is to change of one task."""

    changes: TaskChanges

    def edit(self) -> RowEdit:
        """Return what the core knows."""
        return RowEdit(self.id, self.revision, self.changes.model_dump(exclude_unset=True))


class BulkEdit(BaseModel):
    """Rows that are changed together."""

    entities: Annotated[list[EntityRow], Field(max_length=MOST_ROWS)] = []
    tasks: Annotated[list[TaskRow], Field(max_length=MOST_ROWS)] = []


class BulkEdited(BaseModel):
    """Rows as they are now, in the order given."""

    entities: list[Entity]
    tasks: list[Task]


@router.patch("/projects/{project_id}/bulk")
def change_many(
    project_id: str, body: BulkEdit, station: StationHere, actor: ActorHere
) -> BulkEdited:
    """Change many entities and tasks: all of them, or none and every fault by its row."""
    with station.change(actor) as change:
        access = access_to(change.connection, actor, project_id)
        entities, tasks = bulk_edit(
            change,
            access,
            [row.edit() for row in body.entities],
            [row.edit() for row in body.tasks],
        )
    return BulkEdited(entities=entities, tasks=tasks)

"""Tasks, and the statuses and task types of a project."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.server.pages import (
    After,
    Fields,
    Most,
    Page,
    Since,
    answer_only,
    only,
    only_page,
    page_since,
)
from mstation.station.access import access_to, found
from mstation.station.change import Change, find_where
from mstation.station.ids import new_id
from mstation.station.production.entities import Kind
from mstation.station.production.tasks import (
    Task,
    add_task,
    edit_task,
    remove_unfollowed,
    tasks,
)
from mstation.station.production.workflow import Phase, Status, TaskType

router = APIRouter(prefix="/api", tags=["production"])

Name = Annotated[str, Field(min_length=1, max_length=200)]
Colour = Annotated[str, Field(pattern="^#[0-9a-f]{6}$")]
Reference = Annotated[str, Field(max_length=20)]
Number = Annotated[int, Field(ge=0, le=1_000_000)]


class NewStatus(BaseModel):
    """What a status is made of."""

    name: Name
    phase: Phase
    position: Number
    colour: Colour


class NewTaskType(BaseModel):
    """What a task type is made of."""

    name: Name
    department: Name
    of: Kind
    position: Number
    colour: Colour


class NewTask(BaseModel):
    """What a task is made of."""

    entity_id: Reference
    type_id: Reference
    status_id: Reference | None = None
    assignee_ids: tuple[Reference, ...] = ()
    start_on: date | None = None
    due_on: date | None = None
    estimate_hours: Number | None = None
    priority: Number = 0
    follows_ids: Annotated[tuple[Reference, ...], Field(max_length=100)] = ()


class TaskChanges(BaseModel):
    """What of a task may be changed; what is left out stays."""

    status_id: Reference = ""
    assignee_ids: tuple[Reference, ...] = ()
    start_on: date | None = None
    due_on: date | None = None
    estimate_hours: Number | None = None
    priority: Number = 0
    follows_ids: Annotated[tuple[Reference, ...], Field(max_length=100)] = ()


@router.get("/projects/{project_id}/statuses", response_model=list[Status])
def list_statuses(
    project_id: str, station: StationHere, actor: ActorHere, fields: Fields = None
) -> Any:
    """List a project's statuses."""
    with station.reading() as connection:
        access_to(connection, actor, project_id).require("statuses.read")
        found = find_where(connection, Status, project_id=project_id)
    return only(Status, sorted(found, key=lambda each: each.position), fields)


@router.post("/projects/{project_id}/statuses", status_code=201, response_model=Status)
def make_status(project_id: str, body: NewStatus, making: MakingHere) -> Response:
    """Make a status."""

    def make(change: Change) -> Status:
        access = access_to(change.connection, making.actor, project_id)
        access.require("statuses.add")
        own = (access.project.organisation_id, project_id)
        return change.add(
            Status(new_id(), 1, *own, body.name, body.phase, body.position, body.colour)
        )

    return making.once(make)


@router.get("/projects/{project_id}/task-types", response_model=list[TaskType])
def list_task_types(
    project_id: str, station: StationHere, actor: ActorHere, fields: Fields = None
) -> Any:
    """List a project's task types."""
    with station.reading() as connection:
        access_to(connection, actor, project_id).require("task_types.read")
        found = find_where(connection, TaskType, project_id=project_id)
    return only(TaskType, sorted(found, key=lambda each: each.position), fields)


@router.post("/projects/{project_id}/task-types", status_code=201, response_model=TaskType)
def make_task_type(project_id: str, body: NewTaskType, making: MakingHere) -> Response:
    """Make a task type."""

    def make(change: Change) -> TaskType:
        access = access_to(change.connection, making.actor, project_id)
        access.require("task_types.add")
        own = (access.project.organisation_id, project_id)
        return change.add(TaskType(new_id(), 1, *own, **body.model_dump()))

    return making.once(make)


@router.get("/projects/{project_id}/tasks", response_model=Page[Task])
def list_tasks(
    project_id: str,
    station: StationHere,
    actor: ActorHere,
    entity: Annotated[str | None, Query(max_length=20)] = None,
    since: Since = None,
    after: After = "",
    most: Most = 200,
    fields: Fields = None,
) -> Any:
    """List tasks, in pages; all, or those that changed since an event."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        query = tasks.select().where(tasks.c.project_id == project_id, access.visible("tasks"))
        if entity is not None:
            query = query.where(tasks.c.entity_id == entity)
        page = page_since(
            connection, access, Task, tasks, query, since=since, after=after, most=most
        )
    return only_page(Task, page, fields)


@router.post("/projects/{project_id}/tasks", status_code=201, response_model=Task)
def make_task(project_id: str, body: NewTask, making: MakingHere) -> Response:
    """Make a task."""

    def make(change: Change) -> Task:
        access = access_to(change.connection, making.actor, project_id)
        access.require("tasks.add")
        return add_task(change, access.project, **body.model_dump())

    return making.once(make)


@router.get("/tasks/{task_id}", response_model=Task)
def read_task(
    task_id: str,
    response: Response,
    station: StationHere,
    actor: ActorHere,
    fields: Fields = None,
) -> Any:
    """Read a task."""
    with station.reading() as connection:
        task, _ = found(connection, actor, Task, task_id, "tasks.read")
    return answer_only(task, response, fields)


@router.patch("/tasks/{task_id}", response_model=Task)
def change_task(
    task_id: str,
    body: TaskChanges,
    station: StationHere,
    actor: ActorHere,
    seen: SeenRevision,
) -> Response:
    """Change a task; whoever it is given to may change its status."""
    changes = body.model_dump(exclude_unset=True)
    action = "tasks.report" if changes.keys() == {"status_id"} else "tasks.change"
    with station.change(actor) as change:
        task, access = found(change.connection, actor, Task, task_id, action)
        require_revision(task, seen)
        task = edit_task(change, access.project, task, **changes)
    return told(task)


@router.delete("/tasks/{task_id}", status_code=204)
def remove_task(task_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision) -> None:
    """Remove a task."""
    with station.change(actor) as change:
        task, _ = found(change.connection, actor, Task, task_id, "tasks.remove")
        require_revision(task, seen)
        remove_unfollowed(change, task)

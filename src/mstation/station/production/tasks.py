"""Tasks: what is to be done with one entity, by whom, until when, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar, cast

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
    delete,
    insert,
    select,
)

from mstation.errors import Conflict, InvalidInput
from mstation.station.change import Change, find, find_where, hold
from mstation.station.ids import new_id
from mstation.station.organisations import Project, projects, role_in_project
from mstation.station.production.dependencies import circle_through
from mstation.station.production.entities import Entity
from mstation.station.production.workflow import Status, TaskType
from mstation.station.schema import Id, keep, metadata, own_columns, project_columns

P = TypeVar("P", Entity, TaskType, Status)


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of work on one entity."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    entity_id: str
    type_id: str
    status_id: str
    assignee_ids: tuple[str, ...] = ()
    start_on: date | None = None
    due_on: date | None = None
    estimate_hours: int | None = None
    priority: int = 0  # the higher, the sooner
    follows_ids: tuple[str, ...] = ()  # tasks that must be approved before


tasks = keep(
    Task,
    Table(
        "tasks",
        metadata,
        *own_columns(),
        *project_columns(),
        Column("entity_id", Id, ForeignKey("entities.id"), nullable=False),
        Column("type_id", Id, ForeignKey("task_types.id"), nullable=False),
        Column("status_id", Id, ForeignKey("statuses.id"), nullable=False),
        Column("assignee_ids", JSON, nullable=False),
        Column("start_on", Date),
        Column("due_on", Date),
        Column("estimate_hours", Integer),
        Column("priority", Integer, nullable=False),
        Column("follows_ids", JSON, nullable=False),
        UniqueConstraint("entity_id", "type_id"),
        Index("ix_tasks_project", "project_id", "entity_id"),
    ),
)

# The same as `assignee_ids`, a row each, for the question whose tasks these are.
assignments = Table(
    "assignments",
    metadata,
    Column("task_id", Id, ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("account_id", Id, ForeignKey("accounts.id"), primary_key=True, index=True),
)


def add_task(
    change: Change,
    project: Project,
    *,
    entity_id: str,
    type_id: str,
    status_id: str | None = None,
    assignee_ids: tuple[str, ...] = (),
    start_on: date | None = None,
    due_on: date | None = None,
    estimate_hours: int | None = None,
    priority: int = 0,
    follows_ids: tuple[str, ...] = (),
) -> Task:
    """Make a task; it waits, unless told otherwise.

    Raises:
        InvalidInput: when entity, type, status, people or the tasks before it are not of the
            project, or the type is not for such an entity.
        Conflict: when the entity has a task of that type.
    """
    entity = _of_project(change.connection, Entity, entity_id, project)
    task_type = _of_project(change.connection, TaskType, type_id, project)
    if task_type.of is not entity.kind:
        raise InvalidInput(
            f"{task_type.name} is work on a {task_type.of}, not on a {entity.kind}",
            zh=f"{task_type.name} 用于 {task_type.of}，不用于 {entity.kind}",
        )
    if status_id is None:
        status_id = first_status(change.connection, project).id
    _of_project(change.connection, Status, status_id, project)
    people = tuple(dict.fromkeys(assignee_ids))
    task = change.add(
        Task(
            new_id(),
            1,
            project.organisation_id,
            project.id,
            entity.id,
            task_type.id,
            status_id,
            people,
            start_on,
            due_on,
            estimate_hours,
            priority,
            tuple(dict.fromkeys(follows_ids)),
        )
    )
    _assign(change, project, task)
    _check_follows(change, project, task)
    return task


def add_tasks(change: Change, made: Sequence[Task]) -> None:
    """Write many new tasks, whose entities, types, statuses and people were looked at before.

    Raises:
        Conflict: when an entity has a task of that type.
    """
    change.add_all(made)
    rows = [
        {"task_id": task.id, "account_id": account_id}
        for task in made
        for account_id in task.assignee_ids
    ]
    if rows:
        change.connection.execute(insert(assignments), rows)


def edit_task(change: Change, project: Project, task: Task, **changes: object) -> Task:
    """Change a task.

    Raises:
        InvalidInput: when a status, somebody or a task before it is not of the project, or when
            tasks would follow each other in a circle.
        Stale: when somebody else changed it since it was read.
    """
    if "status_id" in changes:
        _of_project(change.connection, Status, str(changes["status_id"]), project)
    for name in ("assignee_ids", "follows_ids"):
        if name in changes:
            changes[name] = tuple(dict.fromkeys(cast("tuple[str, ...]", changes[name])))
    after = change.edit(task, **changes)
    if after.assignee_ids != task.assignee_ids:
        _assign(change, project, after)
    if after.follows_ids != task.follows_ids:
        _check_follows(change, project, after)
    return after


def remove_unfollowed(change: Change, task: Task) -> None:
    """Remove a task that no other follows.

    Raises:
        Conflict: when others follow it, or notes and time logs are about it.
        Stale: when somebody else changed it since it was read.
    """
    followers = [
        each for each, before in _follows(change.connection, task.project_id).items()
        if task.id in before
    ]  # fmt: skip
    if followers:
        raise Conflict(
            f"task `{followers[0]}` follows this one; let it follow another first",
            zh=f"任务 `{followers[0]}` 依赖此任务，请先解除依赖",
        )
    change.remove(task)


def first_status(connection: Connection, project: Project) -> Status:
    """Return the status in which tasks begin."""
    return min(
        find_where(connection, Status, project_id=project.id), key=lambda each: each.position
    )


def own_tasks(account_id: str) -> ColumnElement[bool]:
    """Return the condition under which a row of `tasks` is given to somebody."""
    mine = select(assignments.c.task_id).where(assignments.c.account_id == account_id)
    return tasks.c.id.in_(mine)


def _assign(change: Change, project: Project, task: Task) -> None:
    change.connection.execute(delete(assignments).where(assignments.c.task_id == task.id))
    for account_id in task.assignee_ids:
        if role_in_project(change.connection, project, account_id) is None:
            raise InvalidInput(
                f"`{account_id}` has no role in this project; add them first",
                zh=f"`{account_id}` 不在此项目中，请先添加",
            )
        row = {"task_id": task.id, "account_id": account_id}
        change.connection.execute(insert(assignments).values(row))


def _check_follows(change: Change, project: Project, task: Task) -> None:
    """Refuse tasks of another project, and circles."""
    if not task.follows_ids:
        return
    hold(change.connection, projects, project.id)  # two halves of a circle, one after the other
    same = (tasks.c.project_id == project.id) & tasks.c.id.in_(task.follows_ids)
    known = set(change.connection.execute(select(tasks.c.id).where(same)).scalars())
    for each in task.follows_ids:
        if each not in known:
            raise InvalidInput(
                f"there is no task `{each[:40]}` in this project",
                zh=f"本项目中没有任务 `{each[:40]}`",
            )
    circle = circle_through(task.id, _follows(change.connection, project.id))
    if circle is not None:
        way = " → ".join(f"`{each}`" for each in (*circle, task.id))
        raise InvalidInput(
            f"the tasks would wait for each other in a circle: {way}",
            zh=f"任务之间会循环等待：{way}",
        )


def _follows(connection: Connection, project_id: str) -> dict[str, tuple[str, ...]]:
    query = select(tasks.c.id, tasks.c.follows_ids).where(tasks.c.project_id == project_id)
    return {row.id: tuple(row.follows_ids) for row in connection.execute(query) if row.follows_ids}


def _of_project(connection: Connection, kind: type[P], id_: str, project: Project) -> P:
    noun = find(connection, kind, id_)
    if noun.project_id != project.id:
        raise InvalidInput(f"`{id_}` belongs to another project", zh=f"`{id_}` 属于另一个项目")
    return noun

"""Time logs: minutes a day on a task."""

from __future__ import annotations

from datetime import date
from typing import Annotated

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
from mstation.server.pages import After, Most, Page, page_of
from mstation.station.access import access_to, found
from mstation.station.accounts import account_of
from mstation.station.change import Change
from mstation.station.production.tasks import Task
from mstation.station.production.time_logs import (
    DAY_MINUTES,
    TimeLog,
    add_time_log,
    edit_time_log,
    time_logs,
)
from mstation.station.wording import MOST_SIGNS

router = APIRouter(prefix="/api", tags=["production"])

Minutes = Annotated[int, Field(strict=True, ge=1, le=DAY_MINUTES)]
Comment = Annotated[str, Field(max_length=MOST_SIGNS)]


class NewTimeLog(BaseModel):
    """What a time log is made of."""

    day: date
    minutes: Minutes
    comment: Comment = ""


class TimeLogChanges(BaseModel):
    """What of a time log may be changed; what is left out stays."""

    minutes: Minutes = 1
    comment: Comment = ""


@router.get("/projects/{project_id}/time-logs")
def list_time_logs(
    project_id: str,
    station: StationHere,
    actor: ActorHere,
    task: Annotated[str | None, Query(max_length=20)] = None,
    account: Annotated[str | None, Query(max_length=20)] = None,
    first_day: Annotated[date | None, Query()] = None,
    last_day: Annotated[date | None, Query()] = None,
    after: After = "",
    most: Most = 200,
) -> Page[TimeLog]:
    """List time logs, in pages."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        query = time_logs.select().where(
            time_logs.c.project_id == project_id, access.visible("time_logs")
        )
        wanted = {"task_id": task, "account_id": account}
        query = query.filter_by(**{name: each for name, each in wanted.items() if each is not None})
        if first_day is not None:
            query = query.where(time_logs.c.day >= first_day)
        if last_day is not None:
            query = query.where(time_logs.c.day <= last_day)
        return Page(**page_of(connection, TimeLog, time_logs, query, after, most))


@router.post("/tasks/{task_id}/time-logs", status_code=201, response_model=TimeLog)
def make_time_log(task_id: str, body: NewTimeLog, making: MakingHere) -> Response:
    """Log the asker's own work on a task."""

    def make(change: Change) -> TimeLog:
        task, _ = found(change.connection, making.actor, Task, task_id, "time_logs.add")
        account = account_of(change.connection, making.actor)
        return add_time_log(change, task, account.id, **body.model_dump())

    return making.once(make)


@router.get("/time-logs/{log_id}", response_model=TimeLog)
def read_time_log(log_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a time log."""
    with station.reading() as connection:
        log, _ = found(connection, actor, TimeLog, log_id, "time_logs.read")
    return told(log)


@router.patch("/time-logs/{log_id}", response_model=TimeLog)
def change_time_log(
    log_id: str,
    body: TimeLogChanges,
    station: StationHere,
    actor: ActorHere,
    seen: SeenRevision,
) -> Response:
    """Change a time log."""
    with station.change(actor) as change:
        log, _ = found(change.connection, actor, TimeLog, log_id, "time_logs.change")
        require_revision(log, seen)
        log = edit_time_log(change, log, **body.model_dump(exclude_unset=True))
    return told(log)


@router.delete("/time-logs/{log_id}", status_code=204)
def remove_time_log(
    log_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> None:
    """Remove a time log."""
    with station.change(actor) as change:
        log, _ = found(change.connection, actor, TimeLog, log_id, "time_logs.remove")
        require_revision(log, seen)
        change.remove(log)

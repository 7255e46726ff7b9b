"""Time logs: how many minutes somebody worked on a task, a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
    func,
    select,
)

from mstation.errors import InvalidInput
from mstation.station.accounts import accounts
from mstation.station.change import Change, hold
from mstation.station.ids import new_id
from mstation.station.production.tasks import Task
from mstation.station.schema import Id, keep, metadata, own_columns, project_columns
from mstation.station.wording import MOST_SIGNS, prose

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class TimeLog:
    """What somebody worked on a task on a day."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    task_id: str
    account_id: str
    day: date
    minutes: int
    comment: str = ""


time_logs = keep(
    TimeLog,
    Table(
        "time_logs",
        metadata,
        *own_columns(),
        *project_columns(indexed=True),
        Column("task_id", Id, ForeignKey("tasks.id"), nullable=False),
        Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
        Column("day", Date, nullable=False),
        Column("minutes", Integer, nullable=False),
        Column("comment", String(MOST_SIGNS), nullable=False),
        UniqueConstraint("account_id", "day", "task_id"),
    ),
)


def add_time_log(
    change: Change, task: Task, account_id: str, *, day: date, minutes: int, comment: str = ""
) -> TimeLog:
    """Log somebody's work on a task on a day.

    Raises:
        InvalidInput: when the day has not that many minutes left.
        Conflict: when the day's work on the task is logged already: change that.
    """
    _check_day(change.connection, account_id, day, minutes)
    own = (task.organisation_id, task.project_id, task.id, account_id)
    return change.add(TimeLog(new_id(), 1, *own, day, minutes, prose(comment, "comment", "说明")))


def edit_time_log(change: Change, log: TimeLog, **changes: Any) -> TimeLog:
    """Change how long somebody worked, or what they say of it.

    Raises:
        InvalidInput: when the day has not that many minutes left.
        Stale: when somebody else changed it since it was read.
    """
    if "minutes" in changes:
        more = changes["minutes"] - log.minutes
        _check_day(change.connection, log.account_id, log.day, more)
    if "comment" in changes:
        changes["comment"] = prose(changes["comment"], "comment", "说明")
    return change.edit(log, **changes)


def own_time_logs(account_id: str) -> ColumnElement[bool]:
    """Return the condition under which a row of `time_logs` is somebody's own."""
    return time_logs.c.account_id == account_id


def _check_day(connection: Connection, account_id: str, day: date, more: int) -> None:
    hold(connection, accounts, account_id)  # one log after another
    mine = (time_logs.c.account_id == account_id) & (time_logs.c.day == day)
    logged = connection.execute(select(func.sum(time_logs.c.minutes)).where(mine)).scalar() or 0
    if logged + more > DAY_MINUTES:
        raise InvalidInput(
            f"{day} has {DAY_MINUTES - logged} minutes left to log",
            zh=f"{day} 只剩 {DAY_MINUTES - logged} 分钟可以登记",
        )

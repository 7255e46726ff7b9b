"""Jobs: work that programs do for a project, and what people ask of it: do, stop, try again.

Some are of no project but of a party: the station asks for them, when an asset gets a version.

How workers take jobs in hand is told in `leases`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from heapq import heappop, heappush
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
)

from mstation.errors import Conflict, InvalidInput
from mstation.station.change import Change, find, find_where
from mstation.station.database import is_sqlite
from mstation.station.ids import new_id
from mstation.station.organisations import Project
from mstation.station.schema import (
    Id,
    Moment,
    keep,
    metadata,
    moment_of,
    now,
    own_columns,
    project_columns,
)

STEP_SIGNS = 200


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    CANCELLING = "cancelling"  # runs, and is to stop
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


IN_HAND = (JobState.RUNNING, JobState.CANCELLING)
ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class AttemptState(StrEnum):
    """How an attempt went."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"  # its worker is gone, or gave it back


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work, asked for once: for a project, or for a party."""

    id: str
    revision: int
    organisation_id: str | None
    project_id: str | None
    kind: str
    made_at: datetime
    ready_at: datetime  # not before
    # They may hold a whole screenplay: no feed and no list tells them.
    parameters: dict[str, Any] = field(default_factory=dict, metadata={"secret": True})
    account_id: str | None = None  # who asked for it; None: the station
    state: JobState = JobState.WAITING
    priority: int = 0  # the higher, the sooner
    after_ids: tuple[str, ...] = ()  # jobs that must be done before
    tries: int = 1  # how often it may fail before it has failed
    tries_left: int = 1
    attempt: int = 0  # the number of the newest
    progress: float = 0.0  # 0 to 1
    step: str = ""  # what it is at
    result: dict[str, Any] | None = None
    error: str = ""
    error_zh: str = ""
    ended_at: datetime | None = None
    party_id: str | None = None  # whose it is, where it is of no project


@dataclass(frozen=True, slots=True)
class Attempt:
    """One worker at one job."""

    id: str
    revision: int
    organisation_id: str | None
    project_id: str | None
    job_id: str
    number: int  # from 1
    worker: str  # the machine and the process
    started_at: datetime
    leased_until: datetime  # renewed without an event
    state: AttemptState = AttemptState.RUNNING
    ended_at: datetime | None = None
    log: str = ""  # its end, where it failed


jobs = keep(
    Job,
    Table(
        "jobs",
        metadata,
        *own_columns(),
        *project_columns(optional=True),
        Column("kind", String(40), nullable=False),
        Column("parameters", JSON, nullable=False),
        Column("made_at", Moment, nullable=False),
        Column("ready_at", Moment, nullable=False),
        Column("account_id", Id, ForeignKey("accounts.id")),
        Column("state", String(16), nullable=False),
        Column("priority", Integer, nullable=False),
        Column("after_ids", JSON, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("tries_left", Integer, nullable=False),
        Column("attempt", Integer, nullable=False),
        Column("progress", Float, nullable=False),
        Column("step", String(STEP_SIGNS), nullable=False),
        Column("result", JSON(none_as_null=True)),
        Column("error", Text, nullable=False),
        Column("error_zh", Text, nullable=False),
        Column("ended_at", Moment),
        Column("party_id", Id),
        Index("ix_jobs_project", "project_id", "id"),
        Index("ix_jobs_next", "state", "priority", "id"),
    ),
)

attempts = keep(
    Attempt,
    Table(
        "attempts",
        metadata,
        *own_columns(),
        *project_columns(optional=True),
        Column("job_id", Id, ForeignKey("jobs.id"), nullable=False),
        Column("number", Integer, nullable=False),
        Column("worker", String(200), nullable=False),
        Column("started_at", Moment, nullable=False),
        Column("leased_until", Moment, nullable=False),
        Column("state", String(16), nullable=False),
        Column("ended_at", Moment),
        Column("log", Text, nullable=False),
        UniqueConstraint("job_id", "number"),
        Index("ix_attempts_lease", "state", "leased_until"),
    ),
)

# The same as `after_ids`, a row each, for the question what may run now.
precedences = Table(
    "precedences",
    metadata,
    Column("job_id", Id, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("after_id", Id, ForeignKey("jobs.id"), primary_key=True, index=True),
)


def clock(connection: Connection) -> datetime:
    """Return the moment by the database's clock: the one that all its workers share."""
    if is_sqlite(connection):
        return now()
    told = connection.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one()
    return moment_of(round(told * 1_000_000))


def submit(
    change: Change,
    project: Project,
    *,
    kind: str,
    parameters: dict[str, Any],
    priority: int = 0,
    after_ids: tuple[str, ...] = (),
    tries: int = 1,
) -> Job:
    """Ask for work; `parameters` are checked already.

    Raises:
        NotFound: when a job that it is to come after is not there.
        InvalidInput: when that one is another project's.
        Conflict: when that one was cancelled: it will never be done.
    """
    after_ids = tuple(dict.fromkeys(after_ids))
    for id_ in sorted(after_ids):
        before = locked(change.connection, id_)
        if before.project_id != project.id:
            raise InvalidInput(f"`{id_}` belongs to another project", zh=f"`{id_}` 属于另一个项目")
        if before.state is JobState.CANCELLED:
            raise Conflict(
                f"job `{id_}` was cancelled; retry it first", zh=f"任务 `{id_}` 已取消，请先重试它"
            )
    at = clock(change.connection)
    job = change.add(
        Job(
            new_id(),
            1,
            project.organisation_id,
            project.id,
            kind,
            at,
            at,
            parameters,
            change.actor.account_id,
            priority=priority,
            after_ids=after_ids,
            tries=tries,
            tries_left=tries,
        )
    )
    for id_ in after_ids:
        change.connection.execute(insert(precedences).values(job_id=job.id, after_id=id_))
    return job


def submit_for_party(
    change: Change,
    party_id: str,
    *,
    kind: str,
    parameters: dict[str, Any],
    priority: int = 0,
    tries: int = 1,
) -> Job:
    """Ask for work on something of a party; `parameters` are checked already."""
    at = clock(change.connection)
    own = (None, None, kind, at, at, parameters, change.actor.account_id)
    return change.add(
        Job(new_id(), 1, *own, priority=priority, tries=tries, tries_left=tries, party_id=party_id)
    )


def own_jobs(account_id: str) -> ColumnElement[bool]:
    """Return the condition under which a row of `jobs` was asked for by somebody."""
    return jobs.c.account_id == account_id


def attempts_of(connection: Connection, job: Job) -> list[Attempt]:
    """Return the attempts at a job, the first one first."""
    found = find_where(connection, Attempt, job_id=job.id)
    return sorted(found, key=lambda each: each.number)


def cancel(change: Change, job_id: str) -> Job:
    """Stop a job and those that wait for it; what runs is stopped by its worker, what ended stays.

    Raises:
        NotFound: when there is none.
    """
    waiting = [job_id]  # a heap: whoever waits was made later, so rows are locked in one order
    while waiting:
        job = locked(change.connection, heappop(waiting))
        if job.state is JobState.WAITING:
            change.edit(job, state=JobState.CANCELLED, ended_at=clock(change.connection))
        elif job.state is JobState.RUNNING:
            change.edit(job, state=JobState.CANCELLING)
        for id_ in _followers(change.connection, job.id):
            if id_ not in waiting:
                heappush(waiting, id_)
    return find(change.connection, Job, job_id)


def retry(change: Change, job_id: str) -> Job:
    """Let a job that failed or was cancelled wait again, with all its tries.

    Raises:
        NotFound: when there is none.
        Conflict: when it has not ended, or is done.
    """
    job = locked(change.connection, job_id)
    if job.state not in (JobState.FAILED, JobState.CANCELLED):
        raise Conflict(
            f"job `{job_id}` is {job.state}; only what failed or was cancelled can be tried again",
            zh=f"任务 `{job_id}` 当前为 {job.state}；只有失败或已取消的任务可以重试",
        )
    ready = {"ready_at": clock(change.connection), "ended_at": None, "tries_left": job.tries}
    return change.edit(
        job, state=JobState.WAITING, error="", error_zh="", progress=0.0, step="", **ready
    )


def _followers(connection: Connection, job_id: str) -> list[str]:
    """Return the ids of those that wait for a job."""
    query = select(precedences.c.job_id).where(precedences.c.after_id == job_id)
    return list(connection.execute(query).scalars())


def locked(connection: Connection, job_id: str) -> Job:
    """Return a job that nobody else changes before this transaction ends.

    Raises:
        NotFound: when there is none.
    """
    connection.execute(select(jobs.c.id).where(jobs.c.id == job_id).with_for_update())
    return find(connection, Job, job_id)

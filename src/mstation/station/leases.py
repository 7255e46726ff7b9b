"""Leases: how workers take jobs in hand, keep them, and say how they ended.

A worker claims a job for a while: the lease. It renews the lease while it works; one that is killed
does not, and the job is given to the next. A job has one running attempt at most, the newest, and
only that one may say how the job ended: whoever lost the lease is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, select

from mstation.errors import Stale
from mstation.station.change import Change, find
from mstation.station.ids import new_id
from mstation.station.jobs import (
    IN_HAND,
    STEP_SIGNS,
    Attempt,
    AttemptState,
    Job,
    JobState,
    attempts,
    clock,
    jobs,
    locked,
    precedences,
)
from mstation.station.schema import noun_of

_FIRST_WAIT_S, _LONGEST_WAIT_S = 5, 600  # before a job that failed is tried again
_ERROR_SIGNS, _LOG_SIGNS = 2000, 8000


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed, for people."""

    english: str
    chinese: str = ""
    log: str = ""


def is_any_ready(connection: Connection, kinds: tuple[str, ...]) -> bool:
    """Return whether a claim would find something to do; it takes no lock."""
    at = clock(connection)
    found = connection.execute(_next(kinds, at)).first() or connection.execute(_overdue(at)).first()
    return found is not None


def claim(
    change: Change, *, worker: str, kinds: tuple[str, ...], lease_s: float
) -> tuple[Job, Attempt] | None:
    """Take the next job in hand: the most urgent, the oldest of those; None where none is ready.

    Jobs whose lease ran out are given back first.
    """
    _lose_overdue(change)
    at = clock(change.connection)
    query = _next(kinds, at).with_for_update(skip_locked=True, of=jobs)
    row = change.connection.execute(query).mappings().first()
    if row is None:
        return None
    job = noun_of(Job, dict(row))
    job = change.edit(
        job,
        state=JobState.RUNNING,
        attempt=job.attempt + 1,
        tries_left=job.tries_left - 1,
        progress=0.0,
        step="",
        error="",
        error_zh="",
    )
    until = at + timedelta(seconds=lease_s)
    own = (job.organisation_id, job.project_id, job.id)
    return job, change.add(Attempt(new_id(), 1, *own, job.attempt, worker, at, until))


def _next(kinds: tuple[str, ...], at: datetime) -> Select[Any]:
    before = jobs.alias("before")
    is_blocked = exists().where(
        precedences.c.job_id == jobs.c.id,
        before.c.id == precedences.c.after_id,
        before.c.state != JobState.DONE,
    )
    return (
        select(jobs)
        .where(jobs.c.state == JobState.WAITING, jobs.c.ready_at <= at, jobs.c.kind.in_(kinds))
        .where(~is_blocked)
        .order_by(jobs.c.priority.desc(), jobs.c.id)
        .limit(1)
    )


def _overdue(at: datetime) -> Select[Any]:
    is_running = attempts.c.state == AttemptState.RUNNING
    return (
        select(attempts)
        .join(jobs, jobs.c.id == attempts.c.job_id)
        .where(is_running, attempts.c.leased_until < at)
    )


def _lose_overdue(change: Change) -> None:
    query = _overdue(clock(change.connection)).with_for_update(
        skip_locked=True
    )  # of both rows: nobody renews it now
    for row in change.connection.execute(query).mappings().all():
        attempt = noun_of(Attempt, dict(row))
        _give_back(change, find(change.connection, Job, attempt.job_id), attempt)


def _give_back(change: Change, job: Job, attempt: Attempt) -> None:
    """Let a job wait for the next worker; one that was to stop, or used up its tries, has ended."""
    at = clock(change.connection)
    change.edit(attempt, state=AttemptState.LOST, ended_at=at)
    if job.state is JobState.CANCELLING:
        change.edit(job, state=JobState.CANCELLED, ended_at=at)
    elif job.tries_left > 0:
        change.edit(job, state=JobState.WAITING, ready_at=at)
    else:
        change.edit(
            job,
            state=JobState.FAILED,
            ended_at=at,
            error=f"its worker was lost {job.tries} times; see the attempts",
            error_zh=f"执行进程 {job.tries} 次意外中断，详见各次尝试",
        )


def renew(connection: Connection, attempt: Attempt, *, lease_s: float) -> bool:
    """Hold a lease for longer, without an event; False when it was lost."""
    until = clock(connection) + timedelta(seconds=lease_s)
    ours = and_(attempts.c.id == attempt.id, attempts.c.state == AttemptState.RUNNING)
    return connection.execute(attempts.update().where(ours).values(leased_until=until)).rowcount > 0


def is_wanted(connection: Connection, attempt: Attempt) -> bool:
    """Return whether an attempt is still the one that is to do its job."""
    ours = and_(
        attempts.c.id == attempt.id,
        attempts.c.state == AttemptState.RUNNING,
        jobs.c.state == JobState.RUNNING,
    )
    query = select(jobs.c.id).join(attempts, attempts.c.job_id == jobs.c.id).where(ours)
    return connection.execute(query).first() is not None


def report(change: Change, attempt: Attempt, *, progress: float, step: str) -> Job:
    """Tell how far a job is; not more often than each second, for each telling is an event.

    Raises:
        Stale: when the attempt lost its lease.
    """
    job, _ = _held(change.connection, attempt)
    progress = round(min(max(progress, 0.0), 1.0), 3)
    return change.edit(job, progress=progress, step=_plain(step)[:STEP_SIGNS])


def finish(change: Change, attempt: Attempt, result: dict[str, Any]) -> Job:
    """End a job well.

    Raises:
        Stale: when the attempt lost its lease: its result is not taken.
    """
    job, attempt = _held(change.connection, attempt)
    at = clock(change.connection)
    change.edit(attempt, state=AttemptState.DONE, ended_at=at)
    return change.edit(job, state=JobState.DONE, ended_at=at, progress=1.0, result=result)


def fail(change: Change, attempt: Attempt, failure: Failure, *, again: bool) -> Job:
    """End an attempt badly; the job waits, longer each time, and is tried again if that can help.

    Raises:
        Stale: when the attempt lost its lease.
    """
    job, attempt = _held(change.connection, attempt)
    at = clock(change.connection)
    change.edit(
        attempt, state=AttemptState.FAILED, ended_at=at, log=_plain(failure.log)[-_LOG_SIGNS:]
    )
    told = {
        "error": _plain(failure.english)[:_ERROR_SIGNS],
        "error_zh": _plain(failure.chinese)[:_ERROR_SIGNS],
    }
    if job.state is JobState.CANCELLING:
        return change.edit(job, state=JobState.CANCELLED, ended_at=at, **told)
    if again and job.tries_left > 0:
        ready_at = at + timedelta(seconds=wait_s(job.tries - job.tries_left))
        return change.edit(job, state=JobState.WAITING, ready_at=ready_at, **told)
    return change.edit(job, state=JobState.FAILED, ended_at=at, **told)


def wait_s(failed: int) -> int:
    """Return how long a job that failed so often waits, in seconds: twice as long each time."""
    return min(_FIRST_WAIT_S << (failed - 1), _LONGEST_WAIT_S)


def release(change: Change, attempt: Attempt) -> None:
    """Give a job back unfinished: its worker stops.

    Raises:
        Stale: when the attempt lost its lease.
    """
    _give_back(change, *_held(change.connection, attempt))


def end_cancelled(change: Change, attempt: Attempt) -> Job:
    """Say that a job was stopped, as was asked.

    Raises:
        Stale: when the attempt lost its lease.
    """
    job, attempt = _held(change.connection, attempt)
    at = clock(change.connection)
    change.edit(attempt, state=AttemptState.CANCELLED, ended_at=at)
    return change.edit(job, state=JobState.CANCELLED, ended_at=at)


def _held(connection: Connection, attempt: Attempt) -> tuple[Job, Attempt]:
    """Return an attempt and its job as they are now, locked, if the attempt still has it in hand.

    Raises:
        Stale: when it has not.
    """
    job = locked(connection, attempt.job_id)
    attempt = find(connection, Attempt, attempt.id)
    if attempt.state is not AttemptState.RUNNING:
        raise Stale(
            f"attempt {attempt.number} at job `{job.id}` lost its lease; its result is not taken",
            zh=f"任务 `{job.id}` 的第 {attempt.number} 次尝试已失去租约，结果不予采用",
        )
    assert job.state in IN_HAND
    assert job.attempt == attempt.number, "a job has one running attempt: the newest"
    return job, attempt


def _plain(text: str) -> str:
    """Return text that every database keeps."""
    return text.replace("\0", "").encode(errors="replace").decode()

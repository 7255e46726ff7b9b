"""Jobs: work that programs do, asked for, followed and stopped."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from mstation.server.asking import ActorHere, MakingHere, StationHere, answer
from mstation.server.pages import After, Most, Page, page_of
from mstation.station.access import access_to, found
from mstation.station.change import Change, find
from mstation.station.jobs import (
    Attempt,
    Job,
    JobState,
    attempts_of,
    cancel,
    jobs,
    retry,
    submit,
)
from mstation.station.naming import require_files
from mstation.work.kinds import files_named, kind_of, read_parameters

router = APIRouter(prefix="/api", tags=["jobs"])

Reference = Annotated[str, Field(max_length=20)]
_UNSAID = {"parameters"}  # may hold a whole screenplay: told where one job is read


class NewJob(BaseModel):
    """What a job is made of."""

    kind: Annotated[str, Field(max_length=40)]
    parameters: dict[str, Any] = {}
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    after_ids: Annotated[tuple[Reference, ...], Field(max_length=100)] = ()


@router.get("/projects/{project_id}/jobs", response_model_exclude={"rows": {"__all__": _UNSAID}})
def list_jobs(
    project_id: str,
    station: StationHere,
    actor: ActorHere,
    state: Annotated[JobState | None, Query()] = None,
    after: After = "",
    most: Most = 200,
) -> Page[Job]:
    """List a project's jobs, the oldest first, in pages, without their parameters."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        query = jobs.select().where(jobs.c.project_id == project_id, access.visible("jobs"))
        if state is not None:
            query = query.where(jobs.c.state == state)
        return Page(**page_of(connection, Job, jobs, query, after, most))


@router.post(
    "/projects/{project_id}/jobs",
    status_code=201,
    response_model=Job,
    response_model_exclude=_UNSAID,
)
def make_job(project_id: str, body: NewJob, making: MakingHere) -> Response:
    """Ask for work; its workers take it by priority, then by age."""

    def make(change: Change) -> Job:
        access = access_to(change.connection, making.actor, project_id)
        access.require("jobs.add")
        kind = kind_of(body.kind)
        for action in kind.needs:
            access.require(action)
        parameters = read_parameters(kind, body.parameters)
        require_files(change.connection, access, files_named(kind, parameters))
        return submit(
            change,
            access.project,
            kind=body.kind,
            parameters=parameters,
            priority=body.priority,
            after_ids=body.after_ids,
            tries=kind.tries,
        )

    return making.once(make)


@router.get("/jobs/{job_id}")
def read_job(job_id: str, response: Response, station: StationHere, actor: ActorHere) -> Job:
    """Read a job: how far it is, or how it ended."""
    with station.reading() as connection:
        job = find(connection, Job, job_id)
        access_to(connection, actor, job.project_id).require_of(connection, "jobs.read", job)
    answer(job, response)
    return job


@router.get("/jobs/{job_id}/attempts")
def list_attempts(job_id: str, station: StationHere, actor: ActorHere) -> list[Attempt]:
    """List the attempts at a job, the first one first."""
    with station.reading() as connection:
        job = find(connection, Job, job_id)
        access_to(connection, actor, job.project_id).require_of(connection, "jobs.read", job)
        return attempts_of(connection, job)


@router.post("/jobs/{job_id}/cancel", response_model_exclude=_UNSAID)
def cancel_job(job_id: str, response: Response, station: StationHere, actor: ActorHere) -> Job:
    """Stop a job and those that wait for it, whatever it is at; what has ended stays as it is."""
    with station.change(actor) as change:
        job, _ = found(change.connection, actor, Job, job_id, "jobs.cancel")
        job = cancel(change, job_id)
    answer(job, response)
    return job


@router.post("/jobs/{job_id}/retry", response_model_exclude=_UNSAID)
def retry_job(job_id: str, response: Response, station: StationHere, actor: ActorHere) -> Job:
    """Let a job that failed or was cancelled wait again."""
    with station.change(actor) as change:
        job, _ = found(change.connection, actor, Job, job_id, "jobs.retry")
        job = retry(change, job_id)
    answer(job, response)
    return job

"""A build's shot list, and what it does to the tracked shots: first told, then done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, model_validator
from sqlalchemy import Connection

from mstation.film_shots import new_pictures
from mstation.server.asking import ActorHere, StationHere
from mstation.server.problems import language_of
from mstation.station.access import Access, access_to
from mstation.station.films import built_film, pictures_of_film, shots_of_film
from mstation.station.jobs import Job, submit
from mstation.station.production.pictures import seen_pictures, tracked_shots
from mstation.station.production.script import Plan, ShotList, carry_out, plan_of, read_shots
from mstation.station.station import Station
from mstation.work.kinds import kind_of, read_parameters

router = APIRouter(prefix="/api", tags=["production"])

_PUBLISHING = "film.publish"


class Listed(BaseModel):
    """`shots.json` of a build, or the job of the station that built the film."""

    shots: dict[str, Any] | None = None
    job_id: Annotated[str, Field(max_length=20)] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Listed:
        if (self.shots is None) is (self.job_id is None):
            raise ValueError("give either `shots` or `job_id`")
        return self


class Agreed(Listed):
    """The same, and the digest of the plan that somebody agreed to."""

    plan: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    tell_people: bool = True  # by a note on each task that somebody has on what changes


@dataclass(frozen=True, slots=True)
class Planned(Plan):
    """A plan, and how many shots get a new picture; None: only who has the film knows."""

    new_pictures: int | None = None


@dataclass(frozen=True, slots=True)
class Applied(Plan):
    """A plan that was carried out, and the job that takes the film's pictures, if one does."""

    job_id: str | None = None


@router.post("/projects/{project_id}/script/plan")
def plan_script(project_id: str, body: Listed, station: StationHere, actor: ActorHere) -> Planned:
    """Tell what a build would change: shots added, changed, omitted, kept, and whom it touches."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        access.require("script.apply")
        shots, job = _listed(station, connection, access, body)
        plan = plan_of(connection, access.project, shots)
        count = None if job is None else _count_new(station, connection, plan, job)
    return Planned(plan.steps, plan.people, plan.digest, count)


@router.post("/projects/{project_id}/script")
def apply_script(
    project_id: str, body: Agreed, request: Request, station: StationHere, actor: ActorHere
) -> Applied:
    """Do what the agreed plan says; nothing when the project changed since.

    The pictures of a film that the station built are taken by a job, which is asked for here.
    """
    language = language_of(request) if body.tell_people else None
    with station.change(actor) as change:
        access = access_to(change.connection, actor, project_id)
        access.require("script.apply")
        shots, film = _listed(station, change.connection, access, body)
        plan = carry_out(change, access.project, shots, body.plan, tell=language)
        job = None
        if film is not None:
            kind = kind_of(_PUBLISHING)
            for action in kind.needs:
                access.require(action)
            parameters = read_parameters(kind, {"job_id": film.id})
            job = submit(
                change, access.project, kind=_PUBLISHING, parameters=parameters, tries=kind.tries
            )
    return Applied(plan.steps, plan.people, plan.digest, None if job is None else job.id)


def _listed(
    station: Station, connection: Connection, access: Access, body: Listed
) -> tuple[ShotList, Job | None]:
    """Return a build's shots, and the job that built it where it was the station's."""
    if body.job_id is None:
        return read_shots(body.shots), None
    access.require("jobs.read")
    job = built_film(connection, access.project_id, body.job_id)
    return read_shots(shots_of_film(station.data, job)), job


def _count_new(station: Station, connection: Connection, plan: Plan, job: Job) -> int:
    seen = seen_pictures(connection, job.project_id or "")
    return len(new_pictures(pictures_of_film(station.data, job), tracked_shots(plan), seen))

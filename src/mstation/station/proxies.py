"""Proxies of files: asked for as jobs, by whoever wants one, and by the station for new versions.

The station knows the kind of job by its name; what does it stands in `mstation.work.proxies`.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, or_, select

from mstation.media.kinds import Kind
from mstation.station.change import Change, find
from mstation.station.derived import is_known
from mstation.station.files import File, files
from mstation.station.jobs import IN_HAND, Job, JobState, jobs, submit
from mstation.station.organisations import Project
from mstation.station.schema import noun_of

PROXY_JOB = "media.proxy"
_PRIORITY = -100  # whatever a person asks for comes first
_TRIES = 3
_MOVIES = ("video/", "application/mxf", "image/gif")  # beginnings of media types that have frames


def ask_proxies(change: Change, project_id: str, digests: Iterable[str]) -> None:
    """Ask for the proxies of those contents that are movies of a project and have none yet."""
    is_movie = or_(*(files.c.media_type.startswith(begin) for begin in _MOVIES))
    query = select(files).where(
        files.c.project_id == project_id, files.c.digest.in_(set(digests)), is_movie
    )
    rows = change.connection.execute(query.order_by(files.c.id)).mappings()
    for file in {row["digest"]: noun_of(File, dict(row)) for row in rows}.values():
        _ask(change, file)


def job_for(connection: Connection, file: File) -> Job | None:
    """Return the job that makes a file's proxy, waiting or at work; None: there is none."""
    query = select(jobs).where(
        jobs.c.project_id == file.project_id,
        jobs.c.kind == PROXY_JOB,
        jobs.c.state.in_((JobState.WAITING, *IN_HAND)),
        jobs.c.parameters["file_id"].as_string() == file.id,
    )
    row = connection.execute(query.order_by(jobs.c.id)).mappings().first()
    return None if row is None else noun_of(Job, dict(row))


def _ask(change: Change, file: File) -> None:
    if is_known(change.connection, file.digest, Kind.PROXY) or job_for(change.connection, file):
        return
    submit(
        change,
        find(change.connection, Project, file.project_id),
        kind=PROXY_JOB,
        parameters={"file_id": file.id},
        priority=_PRIORITY,
        tries=_TRIES,
    )

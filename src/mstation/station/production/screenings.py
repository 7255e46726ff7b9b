"""Screenings: what a cut looked and sounded like when it was rendered, as one movie.

A job of the kind `cut.render` makes the movie; when it is a blob of the station, `add_screening`
says so. What each clip showed is told by the job's own parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    select,
)

from mstation.errors import InvalidInput
from mstation.station.change import Change, find, find_where
from mstation.station.ids import new_id
from mstation.station.jobs import Job
from mstation.station.production.cuts import Cut
from mstation.station.schema import Id, Moment, keep, metadata, own_columns, project_columns


@dataclass(frozen=True, slots=True)
class ScreenedClip:
    """What was shown of a shot."""

    name: str
    entity_id: str | None
    version_id: str | None  # None: nothing was there yet
    first_frame: int  # of the film, from 0


@dataclass(frozen=True, slots=True)
class Screening:
    """A rendered cut."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    cut_id: str
    job_id: str  # which made it
    digest: str  # of the movie
    size: int  # bytes
    frames: int
    made_at: datetime
    # Thousands in a long film: no feed and no list tells them.
    clips: tuple[ScreenedClip, ...] = field(default=(), metadata={"secret": True})


screenings = keep(
    Screening,
    Table(
        "screenings",
        metadata,
        *own_columns(),
        *project_columns(),
        Column("cut_id", Id, ForeignKey("cuts.id"), nullable=False, index=True),
        Column("job_id", Id, ForeignKey("jobs.id"), nullable=False, unique=True),
        Column("digest", String(64), nullable=False),
        Column("size", BigInteger, nullable=False),
        Column("frames", Integer, nullable=False),
        Column("made_at", Moment, nullable=False),
        Column("clips", JSON, nullable=False),
        Index("ix_screenings_project", "project_id", "id"),
    ),
)


def add_screening(
    change: Change, *, cut_id: str, job_id: str, digest: str, size: int, frames: int
) -> Screening:
    """Say that a job rendered a cut, and which blob the movie is; said again, nothing changes.

    Raises:
        NotFound: when there is no such cut or job.
        InvalidInput: when the cut belongs to another project than the job.
    """
    cut, job = find(change.connection, Cut, cut_id), find(change.connection, Job, job_id)
    if cut.project_id != job.project_id:
        raise InvalidInput(
            f"`{cut_id}` belongs to another project", zh=f"`{cut_id}` 属于另一个项目"
        )
    made = find_where(change.connection, Screening, job_id=job.id)
    if made:
        return made[0]
    own = (cut.organisation_id, cut.project_id, cut.id, job.id)
    clips = _clips_of(job.parameters)
    return change.add(Screening(new_id(), 1, *own, digest, size, frames, change.at, clips))


def last_screening(connection: Connection, project_id: str) -> Screening | None:
    """Return the newest screening of a project; None: nothing was rendered yet."""
    mine = screenings.c.project_id == project_id
    query = select(screenings.c.id).where(mine).order_by(screenings.c.id.desc()).limit(1)
    id_ = connection.execute(query).scalar()
    return None if id_ is None else find(connection, Screening, id_)


def _clips_of(parameters: dict[str, Any]) -> tuple[ScreenedClip, ...]:
    """Return what a job's parameters say of each shot; black between two is none."""
    clips, at = [], 0
    for told in parameters.get("clips", ()):
        if told["name"]:
            ids = (told.get("entity_id"), told.get("version_id"))
            clips.append(ScreenedClip(told["name"], *ids, at))
        at += told["frames"]
    return tuple(clips)

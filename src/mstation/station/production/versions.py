"""Versions: what was made of a shot or an asset, numbered, with where it came from; publishes.

A version never changes, but for how its review went: whoever looks at version 3 next year sees
what was approved today. To publish a version is to tell the others to work with it from now on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    func,
    select,
)

from mstation.errors import InvalidInput
from mstation.station.accounts import written
from mstation.station.change import Change, find, hold
from mstation.station.ids import new_id
from mstation.station.production.entities import Entity, entities
from mstation.station.production.tasks import own_tasks, tasks
from mstation.station.production.workflow import TaskType
from mstation.station.proxies import ask_proxies
from mstation.station.schema import Id, Moment, keep, metadata, own_columns, project_columns
from mstation.station.wording import MOST_SIGNS, prose


class Review(StrEnum):
    """How the review of a version went."""

    PENDING = "pending"
    RETAKE = "retake"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class VersionFile:
    """A file of a version: what it is called, and the SHA-256 of its bytes in hexadecimal."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Version:
    """One state of the work on an entity; only `review` ever changes."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    entity_id: str
    type_id: str | None  # of which kind of work; None: of the entity as a whole
    number: int  # from 1, within the kind of work on the entity
    account_id: str | None  # who made it; None: the station itself
    made_at: datetime
    comment: str = ""
    build: str | None = None  # which build of the film it came out of
    files: tuple[VersionFile, ...] = ()
    frames: int | None = None  # how many it has
    review: Review = Review.PENDING
    head_frames: int = 0  # how many of these lie before the shot's first frame


@dataclass(frozen=True, slots=True)
class Publish:
    """A version that the others are to work with, since when, by whose word."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    entity_id: str
    version_id: str
    account_id: str | None
    published_at: datetime
    comment: str = ""


versions = keep(
    Version,
    Table(
        "versions",
        metadata,
        *own_columns(),
        *project_columns(indexed=True),
        Column("entity_id", Id, ForeignKey("entities.id"), nullable=False),
        Column("type_id", Id, ForeignKey("task_types.id")),
        Column("number", Integer, nullable=False),
        Column("account_id", Id, ForeignKey("accounts.id")),
        Column("made_at", Moment, nullable=False),
        Column("comment", String(MOST_SIGNS), nullable=False),
        Column("build", String(64)),
        Column("files", JSON, nullable=False),
        Column("frames", Integer),
        Column("review", String(16), nullable=False),
        Column("head_frames", Integer, nullable=False, server_default="0"),
    ),
)
# NULL equals nothing, so that the versions of an entity as a whole need an index of their own.
Index(
    "uq_versions_of_work", versions.c.entity_id, versions.c.type_id, versions.c.number, unique=True
)
Index(
    "uq_versions_of_whole",
    versions.c.entity_id,
    versions.c.number,
    unique=True,
    sqlite_where=versions.c.type_id.is_(None),
    postgresql_where=versions.c.type_id.is_(None),
)
publishes = keep(
    Publish,
    Table(
        "publishes",
        metadata,
        *own_columns(),
        *project_columns(indexed=True),
        Column("entity_id", Id, ForeignKey("entities.id"), nullable=False, index=True),
        Column("version_id", Id, ForeignKey("versions.id"), nullable=False, index=True),
        Column("account_id", Id, ForeignKey("accounts.id")),
        Column("published_at", Moment, nullable=False),
        Column("comment", String(MOST_SIGNS), nullable=False),
    ),
)


def add_version(
    change: Change,
    entity: Entity,
    *,
    type_id: str | None = None,
    comment: str = "",
    build: str | None = None,
    files: tuple[VersionFile, ...] = (),
    frames: int | None = None,
    head_frames: int = 0,
) -> Version:
    """Make the next version of the work on an entity; movies among its files get a proxy by a job.

    head_frames: how many of its frames lie before the first that the film shows: its handle.

    Raises:
        InvalidInput: when the kind of work is not for such an entity, the words cannot be kept, or
            nothing is left after the handle.
    """
    if frames is not None and head_frames >= frames:
        raise InvalidInput(
            f"of {frames} frames {head_frames} cannot lie before the shot's first",
            zh=f"共 {frames} 帧，镜头首帧之前不可能有 {head_frames} 帧",
        )
    if type_id is not None:
        _check_type(change.connection, entity, type_id)
    hold(change.connection, entities, entity.id)  # one number after another
    ask_proxies(change, entity.project_id, (file.digest for file in files))
    return change.add(
        Version(
            new_id(),
            1,
            entity.organisation_id,
            entity.project_id,
            entity.id,
            type_id,
            1 + _last_number(change.connection, entity.id, type_id),
            change.actor.account_id,
            change.at,
            prose(comment, "comment", "说明"),
            None if build is None else written(build, "build", "构建"),
            tuple(VersionFile(written(file.name), file.digest) for file in files),
            frames,
            head_frames=head_frames,
        )
    )


def review_version(change: Change, version: Version, review: Review) -> Version:
    """Say how the review of a version went: all that may change of one."""
    return change.edit(version, review=review)


def add_publish(change: Change, version: Version, *, comment: str = "") -> Publish:
    """Tell the others to work with a version from now on.

    Raises:
        InvalidInput: when the version has no file to work with.
    """
    if not version.files:
        raise InvalidInput(
            f"version {version.number} has no file that others could work with; "
            "make a version with files",
            zh=f"版本 {version.number} 没有可供使用的文件；请先创建带文件的版本",
        )
    own = (version.organisation_id, version.project_id, version.entity_id, version.id)
    words = prose(comment, "comment", "说明")
    return change.add(Publish(new_id(), 1, *own, change.actor.account_id, change.at, words))


def own_versions(account_id: str) -> ColumnElement[bool]:
    """Return the condition under which a row of `versions` is of somebody's task, or by them."""
    of_task = (tasks.c.entity_id == versions.c.entity_id) & (tasks.c.type_id == versions.c.type_id)
    given = select(tasks.c.id).where(of_task, own_tasks(account_id)).exists()
    return given | (versions.c.account_id == account_id)


def _check_type(connection: Connection, entity: Entity, type_id: str) -> None:
    task_type = find(connection, TaskType, type_id)
    if (task_type.project_id, task_type.of) != (entity.project_id, entity.kind):
        raise InvalidInput(
            f"`{type_id}` is no kind of work on a {entity.kind} of this project",
            zh=f"`{type_id}` 不是本项目中用于 {entity.kind} 的任务类型",
        )


def _last_number(connection: Connection, entity_id: str, type_id: str | None) -> int:
    same = versions.c.type_id.is_(None) if type_id is None else versions.c.type_id == type_id
    query = select(func.max(versions.c.number)).where(versions.c.entity_id == entity_id, same)
    return connection.execute(query).scalar() or 0

"""Files of a project: a name that a person gave, and the blob that holds the bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
)

from mstation.errors import InvalidInput
from mstation.station.accounts import written
from mstation.station.blobs import Blob
from mstation.station.change import Change
from mstation.station.ids import new_id
from mstation.station.organisations import Project
from mstation.station.schema import Id, keep, metadata, own_columns, project_columns


@dataclass(frozen=True, slots=True)
class File:
    """A file that somebody brought; its content never changes."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    account_id: str | None  # who brought it
    task_id: str | None  # for which work
    name: str  # for people; no file of ours is named by it
    size: int  # bytes
    digest: str  # SHA-256 of its content
    media_type: str  # by its content


files = keep(
    File,
    Table(
        "files",
        metadata,
        *own_columns(),
        *project_columns(),
        Column("account_id", Id, ForeignKey("accounts.id")),
        Column("task_id", Id, ForeignKey("tasks.id"), index=True),
        Column("name", String(200), nullable=False),
        Column("size", BigInteger, nullable=False),
        Column("digest", String(64), nullable=False, index=True),
        Column("media_type", String(100), nullable=False),
        Index("ix_files_project", "project_id", "id"),
    ),
)


def add_file(
    change: Change,
    project: Project,
    blob: Blob,
    *,
    name: str,
    media_type: str,
    account_id: str | None = None,
    task_id: str | None = None,
) -> File:
    """Name a blob as a file of a project.

    Raises:
        InvalidInput: when the name cannot be shown.
    """
    return change.add(
        File(
            new_id(),
            1,
            project.organisation_id,
            project.id,
            account_id,
            task_id,
            file_name(name),
            blob.size,
            blob.digest,
            media_type,
        )
    )


def file_name(told: str) -> str:
    """Return a file's name as it may be shown: without folders, one line, of a sane length.

    Raises:
        InvalidInput: when nothing is left of it, it is too long or holds control characters.
    """
    name = written(PurePosixPath(told.strip().replace("\\", "/")).name, "file name", "文件名")
    if name == "..":
        raise InvalidInput("`..` is no file name", zh="`..` 不是文件名")
    return name

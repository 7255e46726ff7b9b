"""Playlists: versions in the order in which they are looked at together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    String,
    Table,
    func,
    select,
)

from mstation.errors import InvalidInput
from mstation.station.accounts import written
from mstation.station.change import Change
from mstation.station.ids import new_id
from mstation.station.json_lists import texts_in
from mstation.station.organisations import Project
from mstation.station.production.versions import versions
from mstation.station.schema import keep, metadata, own_columns, project_columns

MOST_VERSIONS = 2000


@dataclass(frozen=True, slots=True)
class Playlist:
    """Versions in order; one may come twice."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    name: str
    version_ids: tuple[str, ...] = ()


playlists = keep(
    Playlist,
    Table(
        "playlists",
        metadata,
        *own_columns(),
        *project_columns(indexed=True),
        Column("name", String(200), nullable=False),
        Column("version_ids", JSON, nullable=False),
    ),
)


def add_playlist(
    change: Change, project: Project, *, name: str, version_ids: tuple[str, ...] = ()
) -> Playlist:
    """Make a playlist.

    Raises:
        InvalidInput: when a version is not of the project.
    """
    _check(change.connection, project.id, version_ids)
    own = (project.organisation_id, project.id)
    return change.add(Playlist(new_id(), 1, *own, written(name), version_ids))


def edit_playlist(change: Change, playlist: Playlist, **changes: Any) -> Playlist:
    """Change a playlist's name, or what is in it and in which order.

    Raises:
        InvalidInput: when a version is not of the project.
        Stale: when somebody else changed it since it was read.
    """
    if "name" in changes:
        changes["name"] = written(changes["name"])
    if "version_ids" in changes:
        _check(change.connection, playlist.project_id, changes["version_ids"])
    return change.edit(playlist, **changes)


def in_playlist(playlist_id: str) -> ColumnElement[bool]:
    """Return the condition under which a row of `versions` is in a playlist."""
    listed = select(texts_in(playlists.c.version_ids)).select_from(playlists)
    return versions.c.id.in_(listed.where(playlists.c.id == playlist_id))


def _check(connection: Connection, project_id: str, version_ids: tuple[str, ...]) -> None:
    wanted = set(version_ids)
    of_project = (versions.c.project_id == project_id) & versions.c.id.in_(wanted)
    query = select(func.count()).select_from(versions).where(of_project)
    if connection.execute(query).scalar_one() != len(wanted):
        known = set(connection.execute(select(versions.c.id).where(of_project)).scalars())
        missing = ", ".join(f"`{each[:40]}`" for each in sorted(wanted - known)[:5])
        raise InvalidInput(
            f"not versions of this project: {missing}", zh=f"不是本项目的版本：{missing}"
        )

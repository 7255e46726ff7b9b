"""Playlists: what is looked at together."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.server.pages import After, Most, Page, page_of
from mstation.station.access import access_to, found
from mstation.station.change import Change
from mstation.station.production.playlists import (
    MOST_VERSIONS,
    Playlist,
    add_playlist,
    edit_playlist,
    playlists,
)

router = APIRouter(prefix="/api", tags=["production"])

Name = Annotated[str, Field(min_length=1, max_length=200)]
Versions = Annotated[
    tuple[Annotated[str, Field(max_length=20)], ...], Field(max_length=MOST_VERSIONS)
]


class NewPlaylist(BaseModel):
    """What a playlist is made of: versions in order."""

    name: Name
    version_ids: Versions = ()


class PlaylistChanges(BaseModel):
    """What of a playlist may be changed; what is left out stays."""

    name: Name = ""
    version_ids: Versions = ()


@router.get("/projects/{project_id}/playlists")
def list_playlists(
    project_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[Playlist]:
    """List playlists, in pages."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        query = playlists.select().where(
            playlists.c.project_id == project_id, access.visible("playlists")
        )
        return Page(**page_of(connection, Playlist, playlists, query, after, most))


@router.post("/projects/{project_id}/playlists", status_code=201, response_model=Playlist)
def make_playlist(project_id: str, body: NewPlaylist, making: MakingHere) -> Response:
    """Make a playlist."""

    def make(change: Change) -> Playlist:
        access = access_to(change.connection, making.actor, project_id)
        access.require("playlists.add")
        return add_playlist(change, access.project, **body.model_dump())

    return making.once(make)


@router.get("/playlists/{playlist_id}", response_model=Playlist)
def read_playlist(playlist_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a playlist."""
    with station.reading() as connection:
        playlist, _ = found(connection, actor, Playlist, playlist_id, "playlists.read")
    return told(playlist)


@router.patch("/playlists/{playlist_id}", response_model=Playlist)
def change_playlist(
    playlist_id: str,
    body: PlaylistChanges,
    station: StationHere,
    actor: ActorHere,
    seen: SeenRevision,
) -> Response:
    """Change a playlist."""
    with station.change(actor) as change:
        playlist, _ = found(change.connection, actor, Playlist, playlist_id, "playlists.change")
        require_revision(playlist, seen)
        playlist = edit_playlist(change, playlist, **body.model_dump(exclude_unset=True))
    return told(playlist)


@router.delete("/playlists/{playlist_id}", status_code=204)
def remove_playlist(
    playlist_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> None:
    """Remove a playlist; its versions stay."""
    with station.change(actor) as change:
        playlist, _ = found(change.connection, actor, Playlist, playlist_id, "playlists.remove")
        require_revision(playlist, seen)
        change.remove(playlist)

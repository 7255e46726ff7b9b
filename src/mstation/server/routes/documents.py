"""Papers that prove rights, and releases of those who are shown."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import BaseModel, Field

from mstation.errors import InvalidInput
from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.server.moments import Instant
from mstation.server.ranges import answer_blob
from mstation.station.blobs import Blob
from mstation.station.change import Change, find, find_where
from mstation.station.exchange.assets import Asset
from mstation.station.exchange.documents import (
    Document,
    Release,
    ReleaseKind,
    add_document,
    add_release,
)
from mstation.station.exchange.holdings import require_reader
from mstation.station.parties import acting_for

router = APIRouter(prefix="/api", tags=["exchange"])

_PAPER: dict[int | str, dict[str, Any]] = {
    200: {"description": "The bytes", "content": {"application/octet-stream": {}}}
}


class NewRelease(BaseModel):
    """What a release is made of; without a document: nobody needs to agree."""

    kind: ReleaseKind
    document_id: Annotated[str, Field(max_length=20)] | None = None
    words: Annotated[str, Field(min_length=1, max_length=200)]
    starts_at: Instant
    ends_at: Instant | None = None


@router.post("/parties/{party_id}/documents", status_code=201, response_model=Document)
def make_document(
    party_id: str,
    name: Annotated[str, Query(min_length=1, max_length=200)],
    content: Annotated[bytes, Body(media_type="application/octet-stream")],
    making: MakingHere,
) -> Response:
    """Bring a paper of a party: its bytes are the body."""
    if not content:
        raise InvalidInput("the document is empty", zh="文件为空")

    def make(change: Change) -> Document:
        party = acting_for(change.connection, making.actor, party_id, "holdings.add")
        return add_document(change, party, making.station.blobs.put(content), name=name)

    return making.once(make)


@router.get("/documents/{document_id}", response_model=Document)
def read_document(document_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read what is known of a paper."""
    return told(_readable(document_id, station, actor))


@router.get("/documents/{document_id}/content", response_class=Response, responses=_PAPER)
def read_document_content(
    document_id: str, request: Request, station: StationHere, actor: ActorHere
) -> Response:
    """Read a paper, as its party or as the house that judges it."""
    paper = _readable(document_id, station, actor)
    return answer_blob(
        request, station.blobs, Blob(paper.digest, paper.size),
        media_type="application/octet-stream", name=paper.name,
    )  # fmt: skip


def _readable(document_id: str, station: StationHere, actor: ActorHere) -> Document:
    with station.reading() as connection:
        paper = find(connection, Document, document_id)
        require_reader(connection, actor, paper.party_id)
    return paper


@router.get("/assets/{asset_id}/releases")
def list_releases(asset_id: str, station: StationHere, actor: ActorHere) -> list[Release]:
    """List the releases of an asset."""
    with station.reading() as connection:
        asset = find(connection, Asset, asset_id)
        acting_for(connection, actor, asset.party_id, "holdings.read")
        return find_where(connection, Release, asset_id=asset.id)


@router.post("/assets/{asset_id}/releases", status_code=201, response_model=Release)
def make_release(asset_id: str, body: NewRelease, making: MakingHere) -> Response:
    """Say that those who are shown agreed, or that nobody is."""

    def make(change: Change) -> Release:
        asset = find(change.connection, Asset, asset_id)
        acting_for(change.connection, making.actor, asset.party_id, "holdings.add")
        return add_release(change, asset, **body.model_dump())

    return making.once(make)


@router.delete("/releases/{release_id}", status_code=204)
def remove_release(
    release_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> None:
    """Take a release back."""
    with station.change(actor) as change:
        release = find(change.connection, Release, release_id)
        acting_for(change.connection, actor, release.party_id, "holdings.remove")
        require_revision(release, seen)
        change.remove(release)

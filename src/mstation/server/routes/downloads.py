"""Originals: to who offers them, and by a licence that holds, each download written down."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from mstation.server.asking import ActorHere, StationHere
from mstation.server.ranges import answer_blob
from mstation.station.access import forbidden
from mstation.station.accounts import account_of
from mstation.station.blobs import Blob
from mstation.station.change import Actor, find
from mstation.station.exchange.assets import AssetVersion
from mstation.station.exchange.catalogue import own_asset
from mstation.station.exchange.entitlements import (
    Download,
    Entitlement,
    begin_download,
    content_of,
    downloads_of,
    entitlement_of,
    require_holding,
)
from mstation.station.exchange.licences import Licence
from mstation.station.exchange.sight import licence_for
from mstation.station.parties import may_act_for
from mstation.station.schema import now
from mstation.station.station import Station

router = APIRouter(prefix="/api", tags=["exchange"])

_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The original", "content": {"application/octet-stream": {}}},
    206: {"description": "The range", "content": {"application/octet-stream": {}}},
    304: {"description": "Nothing new"},
}


@router.get("/licences/{licence_id}/content", response_class=Response, responses=_BYTES)
def read_licensed_content(
    licence_id: str, request: Request, station: StationHere, actor: ActorHere
) -> Response:
    """Read the original that a licence opens, or a range of it; the download is written down."""
    with station.change(actor) as change:
        licence = _as_licensee(change.connection, actor, licence_id)
        account = account_of(change.connection, actor)
        begin_download(change, licence, account.id)
        version = content_of(change.connection, licence)
    return _content(request, station, version)


@router.head("/licences/{licence_id}/content", response_class=Response, include_in_schema=False)
def tell_licensed_content(
    licence_id: str, request: Request, station: StationHere, actor: ActorHere
) -> Response:
    """Say how long the original is and what it is: no download."""
    with station.reading() as connection:
        licence = _as_licensee(connection, actor, licence_id)
        require_holding(licence, now())
        version = content_of(connection, licence)
    return _content(request, station, version)


@router.get("/licences/{licence_id}/entitlement")
def read_entitlement(licence_id: str, station: StationHere, actor: ActorHere) -> Entitlement:
    """Read how often a licence's original may be fetched, and was."""
    with station.reading() as connection:
        return entitlement_of(
            connection, licence_for(connection, actor, licence_id, "licences.read")
        )


@router.get("/licences/{licence_id}/downloads")
def list_downloads(licence_id: str, station: StationHere, actor: ActorHere) -> list[Download]:
    """List who fetched what a licence opens, and when: to its licensee."""
    with station.reading() as connection:
        licence = licence_for(connection, actor, licence_id, "licences.read")
        _require(connection, actor, licence, "downloads.read")
        return downloads_of(connection, licence)


@router.get("/asset-versions/{version_id}/content", response_class=Response, responses=_BYTES)
def read_own_content(
    version_id: str, request: Request, station: StationHere, actor: ActorHere
) -> Response:
    """Read a version's original, or a range of it, as who offers it."""
    with station.reading() as connection:
        version = find(connection, AssetVersion, version_id)
        own_asset(connection, actor, version.asset_id, "assets.change")
    return _content(request, station, version)


def _as_licensee(connection: Connection, actor: Actor, licence_id: str) -> Licence:
    licence = licence_for(connection, actor, licence_id, "licences.read")
    _require(connection, actor, licence, "downloads.add")
    return licence


def _require(connection: Connection, actor: Actor, licence: Licence, action: str) -> None:
    """Refuse whoever sees a licence and does not act for its licensee.

    Raises:
        Forbidden: when they may not.
    """
    if not may_act_for(connection, actor, licence.party_id, action):
        raise forbidden(action)


def _content(request: Request, station: Station, version: AssetVersion) -> Response:
    blob = Blob(version.digest, version.size)
    return answer_blob(
        request, station.blobs, blob, media_type=version.media_type, name=version.name
    )

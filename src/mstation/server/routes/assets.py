"""Assets: what is offered, found, shown before it is paid for, and judged by the house."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, Select

from mstation.server.asking import (
    ActorHere,
    Making,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.server.pages import After, Most, Page, page_of
from mstation.server.problems import language_of
from mstation.server.ranges import answer_blob, disposition
from mstation.server.routes.licences import Format, ListKind
from mstation.server.routes.sheets import A_SHEET, FileHere, making_of_file
from mstation.station.accounts import account_of
from mstation.station.blobs import Blob
from mstation.station.change import Change, find_where
from mstation.station.exchange.asset_sheets import AssetImport, asset_rows, take_in_assets
from mstation.station.exchange.assets import (
    Asset,
    AssetKind,
    AssetVersion,
    add_asset,
    assets,
    edit_asset,
    withdraw_asset,
)
from mstation.station.exchange.catalogue import (
    JUDGE,
    Sought,
    assets_of,
    live_assets,
    own_asset,
    seen_asset,
    seen_version,
    waiting_assets,
)
from mstation.station.exchange.offering import judge_asset, offer_asset
from mstation.station.exchange.preparing import (
    Preparation,
    Rendition,
    RenditionKind,
    preparation_of,
    rendition_of,
    renditions_of,
)
from mstation.station.exchange.templates import Template
from mstation.station.parties import acting_for, acting_for_house
from mstation.station.production.sheet_files import MOST_ROWS, write_csv
from mstation.station.wording import MOST_SIGNS

router = APIRouter(prefix="/api", tags=["exchange"])

Title = Annotated[str, Field(max_length=200)]
Prose = Annotated[str, Field(max_length=MOST_SIGNS)]

_LIST: dict[int | str, dict[str, Any]] = {
    200: {"model": Page[Asset], "content": {"text/csv": {"schema": {"type": "string"}}}}
}
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The preview", "content": {"application/octet-stream": {}}},
    206: {"description": "The range", "content": {"application/octet-stream": {}}},
    304: {"description": "Nothing new"},
}


class NewAsset(BaseModel):
    """What an asset is made of."""

    kind: AssetKind
    title: Title = ""
    title_zh: Title = ""
    description: Prose = ""


class AssetChanges(BaseModel):
    """What of an asset may be changed; what is left out stays."""

    kind: AssetKind = AssetKind.IMAGE
    title: Title = ""
    title_zh: Title = ""
    description: Prose = ""


class Judgement(BaseModel):
    """What the house found."""

    approves: bool
    finding: Prose = ""


class ShownVersion(BaseModel):
    """A version, how far its previews are, and what there is of them."""

    version: AssetVersion
    preparation: Preparation
    renditions: list[Rendition]


def sought_of(
    q: Annotated[str, Query(max_length=200, description="words, in English or Chinese")] = "",
    kind: AssetKind | None = None,
    party: Annotated[str | None, Query(max_length=20, description="who offers it")] = None,
    media_type: Annotated[str | None, Query(max_length=100)] = None,
    least_width: Annotated[int | None, Query(ge=0, description="pixels")] = None,
    least_height: Annotated[int | None, Query(ge=0, description="pixels")] = None,
    least_s: Annotated[float | None, Query(ge=0, description="seconds")] = None,
    most_s: Annotated[float | None, Query(ge=0, description="seconds")] = None,
    most_triangles: Annotated[int | None, Query(ge=0)] = None,
    template: Annotated[Template | None, Query(description="of a licence that is offered")] = None,
) -> Sought:
    """Return what of the catalogue is looked for."""
    size = (least_width, least_height, least_s, most_s, most_triangles)
    return Sought(q, kind, party, media_type, *size, template)


SoughtHere = Annotated[Sought, Depends(sought_of)]


@router.get("/assets", response_model=Page[Asset], responses=_LIST)
def list_assets(
    request: Request,
    station: StationHere,
    actor: ActorHere,
    sought: SoughtHere,
    format_: Format = ListKind.JSON,
    after: After = "",
    most: Most = 200,
) -> Any:
    """List what is offered to everybody who is signed in, in pages, or search it; CSV: all."""
    with station.reading() as connection:
        account_of(connection, actor)
        query = live_assets(connection, sought)
        return _listed(connection, request, query, format_, after, most)


@router.get("/parties/{party_id}/assets", response_model=Page[Asset], responses=_LIST)
def list_own_assets(
    party_id: str,
    request: Request,
    station: StationHere,
    actor: ActorHere,
    sought: SoughtHere,
    format_: Format = ListKind.JSON,
    after: After = "",
    most: Most = 200,
) -> Any:
    """List a party's own assets, whatever their state, in pages; as CSV all of them."""
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "assets.read")
        query = assets_of(connection, party_id, sought)
        return _listed(connection, request, query, format_, after, most)


def _listed(
    connection: Connection, request: Request, query: Select[Any], format_: ListKind, after: str,
    most: int,
) -> Any:  # fmt: skip
    if format_ is ListKind.JSON:
        return Page[Asset](**page_of(connection, Asset, assets, query, after, most))
    body = write_csv(asset_rows(connection, query.limit(MOST_ROWS), language_of(request)))
    named = {"Content-Disposition": disposition("assets.csv", is_shown=False)}
    return Response(body, headers=named, media_type="text/csv; charset=utf-8")


@router.post(
    "/parties/{party_id}/assets/imports",
    status_code=201,
    response_model=AssetImport,
    openapi_extra=A_SHEET,
)
def import_assets(
    party_id: str, making: Annotated[Making, Depends(making_of_file)], data: FileHere
) -> Response:
    """Add and change assets as a sheet says, CSV or XLSX: all of it, or nothing and every fault."""

    def make(change: Change) -> AssetImport:
        owner = acting_for(change.connection, making.actor, party_id, "assets.change")
        return take_in_assets(change, owner, data)

    return making.once(make)


@router.get("/house/assets")
def list_waiting_assets(
    station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[Asset]:
    """List the assets that wait for the house, in pages."""
    with station.reading() as connection:
        acting_for_house(connection, actor, JUDGE)
        query = waiting_assets(connection)
        return Page(**page_of(connection, Asset, assets, query, after, most))


@router.post("/parties/{party_id}/assets", status_code=201, response_model=Asset)
def make_asset(party_id: str, body: NewAsset, making: MakingHere) -> Response:
    """Begin an asset: a draft that only its owner sees."""

    def make(change: Change) -> Asset:
        owner = acting_for(change.connection, making.actor, party_id, "assets.add")
        return add_asset(change, owner, **body.model_dump())

    return making.once(make)


@router.get("/assets/{asset_id}", response_model=Asset)
def read_asset(asset_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read an asset that is offered, or that is the asker's own."""
    with station.reading() as connection:
        asset = seen_asset(connection, actor, asset_id)
    return told(asset)


@router.patch("/assets/{asset_id}", response_model=Asset)
def change_asset(
    asset_id: str, body: AssetChanges, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> Response:
    """Change what an asset says of itself."""
    with station.change(actor) as change:
        asset = own_asset(change.connection, actor, asset_id, "assets.change")
        require_revision(asset, seen)
        asset = edit_asset(change, asset, **body.model_dump(exclude_unset=True))
    return told(asset)


@router.post("/assets/{asset_id}/offer", response_model=Asset)
def offer_asset_to_all(asset_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Offer an asset to everybody: at once if its owner is verified, else when the house agrees."""
    with station.change(actor) as change:
        asset = own_asset(change.connection, actor, asset_id, "assets.offer")
        asset = offer_asset(change, asset)
    return told(asset)


@router.post("/assets/{asset_id}/withdrawal", response_model=Asset)
def withdraw_asset_from_all(asset_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Offer an asset to nobody new."""
    with station.change(actor) as change:
        asset = own_asset(change.connection, actor, asset_id, "assets.offer")
        asset = withdraw_asset(change, asset)
    return told(asset)


@router.post("/assets/{asset_id}/judgement", response_model=Asset)
def judge_asset_for_house(
    asset_id: str, body: Judgement, station: StationHere, actor: ActorHere
) -> Response:
    """Say as the house whether an asset in review is offered."""
    with station.change(actor) as change:
        acting_for_house(change.connection, actor, JUDGE)
        asset = seen_asset(change.connection, actor, asset_id)
        asset = judge_asset(change, asset, approves=body.approves, finding=body.finding)
    return told(asset)


@router.get("/assets/{asset_id}/versions")
def list_asset_versions(
    asset_id: str, station: StationHere, actor: ActorHere
) -> list[AssetVersion]:
    """List all versions of an asset to its owner, the first one first."""
    with station.reading() as connection:
        asset = own_asset(connection, actor, asset_id, "assets.read")
        found = find_where(connection, AssetVersion, asset_id=asset.id)
        return sorted(found, key=lambda each: each.number)


@router.get("/asset-versions/{version_id}")
def read_asset_version(version_id: str, station: StationHere, actor: ActorHere) -> ShownVersion:
    """Read a version: what it is, how far its previews are, and what there is of them."""
    with station.reading() as connection:
        version = seen_version(connection, actor, version_id)
        return ShownVersion(
            version=version,
            preparation=preparation_of(connection, version),
            renditions=renditions_of(connection, version.id),
        )


@router.get(
    "/asset-versions/{version_id}/previews/{kind}", response_class=Response, responses=_BYTES
)
def read_preview(
    version_id: str, kind: RenditionKind, request: Request, station: StationHere, actor: ActorHere
) -> Response:
    """Read a preview, or a range of it: marked with whose it is."""
    with station.reading() as connection:
        version = seen_version(connection, actor, version_id)
        found = rendition_of(connection, version.id, kind)
    blob = Blob(found.digest, found.size)
    return answer_blob(
        request, station.blobs, blob, media_type=found.media_type, name=f"{version.name}.{kind}"
    )

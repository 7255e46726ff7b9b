"""Numbers by which others know assets and parties: EIDR, ISAN, ISNI, USCC and so on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
)
from mstation.station.accounts import account_of
from mstation.station.change import Actor, Change, find
from mstation.station.check_digits import MOST_SIGNS, Scheme
from mstation.station.exchange.assets import Asset, AssetState
from mstation.station.exchange.identifiers import (
    Bearer,
    ExternalId,
    add_identifier,
    bearers_of,
    identifiers_of,
)
from mstation.station.parties import acting_for, may_act_for

router = APIRouter(prefix="/api", tags=["exchange"])

Value = Annotated[str, Field(min_length=1, max_length=MOST_SIGNS)]


class NewExternalId(BaseModel):
    """A number of a registry, with or without the signs between its digits."""

    scheme: Scheme
    value: Value


@router.get("/assets/{asset_id}/identifiers")
def list_asset_identifiers(
    asset_id: str, station: StationHere, actor: ActorHere
) -> list[ExternalId]:
    """List the numbers of an asset: of one that is live to everybody who is signed in."""
    with station.reading() as connection:
        account_of(connection, actor)
        asset = find(connection, Asset, asset_id)
        if asset.state is not AssetState.LIVE:
            acting_for(connection, actor, asset.party_id, "identifiers.read")
        return identifiers_of(connection, Bearer.ASSETS, asset.id)


@router.post("/assets/{asset_id}/identifiers", status_code=201, response_model=ExternalId)
def add_asset_identifier(asset_id: str, body: NewExternalId, making: MakingHere) -> Response:
    """Say by which number others know an asset."""

    def make(change: Change) -> ExternalId:
        asset = find(change.connection, Asset, asset_id)
        acting_for(change.connection, making.actor, asset.party_id, "identifiers.add")
        return add_identifier(change, asset, scheme=body.scheme, value=body.value)

    return making.once(make)


@router.get("/parties/{party_id}/identifiers")
def list_party_identifiers(
    party_id: str, station: StationHere, actor: ActorHere
) -> list[ExternalId]:
    """List the numbers of a party."""
    with station.reading() as connection:
        party = acting_for(connection, actor, party_id, "identifiers.read")
        return identifiers_of(connection, Bearer.PARTIES, party.id)


@router.post("/parties/{party_id}/identifiers", status_code=201, response_model=ExternalId)
def add_party_identifier(party_id: str, body: NewExternalId, making: MakingHere) -> Response:
    """Say by which number others know a party."""

    def make(change: Change) -> ExternalId:
        party = acting_for(change.connection, making.actor, party_id, "identifiers.add")
        return add_identifier(change, party, scheme=body.scheme, value=body.value)

    return making.once(make)


@router.get("/identifiers")
def find_by_identifier(
    station: StationHere,
    actor: ActorHere,
    scheme: Annotated[Scheme, Query()],
    value: Annotated[str, Query(min_length=1, max_length=MOST_SIGNS)],
) -> list[ExternalId]:
    """Find who and what bears a number, of what the asker may see."""
    with station.reading() as connection:
        account_of(connection, actor)
        found = bearers_of(connection, scheme, value)
        return [each for each in found if _is_shown(connection, actor, each)]


@router.delete("/identifiers/{identifier_id}", status_code=204)
def remove_identifier(
    identifier_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> None:
    """Take back a number."""
    with station.change(actor) as change:
        held = find(change.connection, ExternalId, identifier_id)
        acting_for(change.connection, actor, held.party_id, "identifiers.remove")
        require_revision(held, seen)
        change.remove(held)


def _is_shown(connection: Connection, actor: Actor, held: ExternalId) -> bool:
    is_live = held.bearer is Bearer.ASSETS and (
        find(connection, Asset, held.bearer_id).state is AssetState.LIVE
    )
    return is_live or may_act_for(connection, actor, held.party_id, "identifiers.read")

"""Holdings: which rights a seller has, and what the house found of that."""

from __future__ import annotations

from typing import Annotated, Any

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
from mstation.server.moments import Instant
from mstation.station.change import Change, find, find_where
from mstation.station.exchange.assets import Asset
from mstation.station.exchange.holdings import (
    Evidence,
    Holding,
    add_holding,
    judge_holding,
    remove_holding,
    require_reader,
)
from mstation.station.exchange.profile import Medium
from mstation.station.exchange.terms import RightKind, make_terms
from mstation.station.exchange.territories import WORLD
from mstation.station.parties import WHOLE_BP, acting_for, acting_for_house

router = APIRouter(prefix="/api", tags=["exchange"])

Territories = Annotated[
    list[Annotated[str, Field(max_length=3)]], Field(min_length=1, max_length=300)
]
Media = Annotated[list[Medium], Field(min_length=1, max_length=len(Medium))]
Counted = Annotated[int, Field(strict=True, ge=1)]


class WrittenTerms(BaseModel):
    """Of what a right goes: where, in which media, when; and how much of it."""

    right_kind: RightKind = RightKind.COPYRIGHT
    territories: Territories = [WORLD]
    media: Media = list(Medium)
    starts_at: Instant
    ends_at: Instant | None = None
    is_exclusive: bool = False


class NewHolding(BaseModel):
    """What a holding is made of."""

    terms: WrittenTerms
    percent_bp: Annotated[int, Field(strict=True, ge=1, le=WHOLE_BP)] = WHOLE_BP
    source_id: Annotated[str, Field(max_length=20)] | None = None
    document_id: Annotated[str, Field(max_length=20)] | None = None


class Judgement(BaseModel):
    """What the house found of a holding."""

    state: Evidence


@router.get("/assets/{asset_id}/holdings")
def list_holdings(asset_id: str, station: StationHere, actor: ActorHere) -> list[Holding]:
    """List which rights the owner of an asset holds."""
    with station.reading() as connection:
        asset = find(connection, Asset, asset_id)
        require_reader(connection, actor, asset.party_id)
        return find_where(connection, Holding, asset_id=asset.id)


@router.post("/assets/{asset_id}/holdings", status_code=201, response_model=Holding)
def make_holding(asset_id: str, body: NewHolding, making: MakingHere) -> Response:
    """Say which right the owner of an asset holds, and what proves it."""

    def make(change: Change) -> Holding:
        asset = find(change.connection, Asset, asset_id)
        acting_for(change.connection, making.actor, asset.party_id, "holdings.add")
        terms = make_terms(**body.terms.model_dump())
        return add_holding(
            change, asset, terms, percent_bp=body.percent_bp, source_id=body.source_id,
            document_id=body.document_id,
        )  # fmt: skip

    return making.once(make)


@router.get("/holdings/{holding_id}", response_model=Holding)
def read_holding(holding_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a holding."""
    with station.reading() as connection:
        holding = find(connection, Holding, holding_id)
        require_reader(connection, actor, holding.party_id)
    return told(holding)


@router.delete("/holdings/{holding_id}", status_code=204)
def remove_one(holding_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision) -> None:
    """Take back that a right is held; what was licensed stays."""
    with station.change(actor) as change:
        holding = find(change.connection, Holding, holding_id)
        acting_for(change.connection, actor, holding.party_id, "holdings.remove")
        require_revision(holding, seen)
        remove_holding(change, holding)


@router.post("/holdings/{holding_id}/judgement", response_model=Holding)
def judge_one(holding_id: str, body: Judgement, station: StationHere, actor: ActorHere) -> Any:
    """Say as the house whether a right is held."""
    with station.change(actor) as change:
        acting_for_house(change.connection, actor, "holdings.judge")
        holding = find(change.connection, Holding, holding_id)
        holding = judge_holding(change, holding, body.state)
    return told(holding)

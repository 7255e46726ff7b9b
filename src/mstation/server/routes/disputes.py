"""Disputes: what two sides of an order or a contract do not agree about; the house rules."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy import or_

from mstation.money import MOST_MINOR
from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.server.pages import After, Most, Page, page_of
from mstation.station.change import Change, find
from mstation.station.exchange import disputes as verbs
from mstation.station.exchange.disputes import Dispute, DisputeState, Ruling, disputes
from mstation.station.exchange.money_sight import dispute_for, line_side
from mstation.station.parties import WHOLE_BP, acting_for, acting_for_house
from mstation.station.wording import MOST_SIGNS

router = APIRouter(prefix="/api", tags=["exchange"])

Reason = Annotated[str, Field(min_length=1, max_length=MOST_SIGNS)]


class NewDispute(BaseModel):
    """Why a line of an order is disputed."""

    reason: Reason


class NewRuling(BaseModel):
    """What the house rules, and why.

    refund_bp: of a split, the part of what is held that goes back; or refund_amount: so many minor
    units of it.
    """

    ruling: Ruling
    reason: Reason
    refund_bp: Annotated[int, Field(strict=True, ge=0, le=WHOLE_BP)] | None = None
    refund_amount: Annotated[int, Field(strict=True, ge=1, le=MOST_MINOR)] | None = None


@router.post("/order-lines/{line_id}/disputes", status_code=201, response_model=Dispute)
def open_dispute(line_id: str, body: NewDispute, making: MakingHere) -> Response:
    """Dispute a line of an order, as its buyer or its seller: its money stays where it is."""

    def make(change: Change) -> Dispute:
        line, whose = line_side(change.connection, making.actor, line_id, "disputes.open")
        against = line.party_id if whose == line.buyer_id else line.buyer_id
        return verbs.open_dispute(
            change, party_id=whose, against_id=against, about=line.about, reason=body.reason
        )

    return making.once(make)


@router.get("/parties/{party_id}/disputes")
def list_disputes(
    party_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[Dispute]:
    """List the disputes that a party opened, or that are against it."""
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "disputes.read")
        theirs = or_(disputes.c.party_id == party_id, disputes.c.against_id == party_id)
        query = disputes.select().where(theirs)
        return Page(**page_of(connection, Dispute, disputes, query, after, most))


@router.get("/house/disputes")
def list_all_disputes(
    station: StationHere,
    actor: ActorHere,
    state: DisputeState = DisputeState.OPEN,
    after: After = "",
    most: Most = 200,
) -> Page[Dispute]:
    """List as the house what waits for a ruling, or is over."""
    with station.reading() as connection:
        acting_for_house(connection, actor, "disputes.rule")
        query = disputes.select().where(disputes.c.state == state)
        return Page(**page_of(connection, Dispute, disputes, query, after, most))


@router.get("/disputes/{dispute_id}", response_model=Dispute)
def read_dispute(dispute_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a dispute, as one of its sides or as the house."""
    with station.reading() as connection:
        return told(dispute_for(connection, actor, dispute_id))


@router.post("/disputes/{dispute_id}/withdrawal", response_model=Dispute)
def withdraw_dispute(
    dispute_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> Response:
    """Let it go on, as the party that opened it."""
    with station.change(actor) as change:
        dispute = dispute_for(change.connection, actor, dispute_id)
        acting_for(change.connection, actor, dispute.party_id, "disputes.open")
        require_revision(dispute, seen)
        dispute = verbs.withdraw_dispute(change, dispute)
    return told(dispute)


@router.post("/disputes/{dispute_id}/ruling", response_model=Dispute)
def rule_dispute(
    dispute_id: str, body: NewRuling, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> Response:
    """Rule as the house: the money goes on, back or in part each, at once; or all goes on."""
    with station.change(actor) as change:
        acting_for_house(change.connection, actor, "disputes.rule")
        dispute = find(change.connection, Dispute, dispute_id)
        require_revision(dispute, seen)
        dispute = verbs.rule(
            change, dispute, body.ruling, reason=body.reason, refund_bp=body.refund_bp,
            refund_amount=body.refund_amount,
        )  # fmt: skip
    return told(dispute)

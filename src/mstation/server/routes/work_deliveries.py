"""Deliveries for milestones: sent by the vendor, checked, waived or sent back by who ordered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from mstation.server.asking import ActorHere, MakingHere, StationHere, told
from mstation.station.access import found
from mstation.station.change import Change, find, find_where
from mstation.station.parties import acting_for
from mstation.station.wording import MOST_SIGNS
from mstation.station.work_orders import acceptance, deliveries
from mstation.station.work_orders.acceptance import Wanted
from mstation.station.work_orders.contracts import Contract, Milestone
from mstation.station.work_orders.deliveries import Delivery, Nonconformity, Sent, deliveries_of
from mstation.station.work_orders.packages import MOST_ITEMS
from mstation.station.work_orders.sides import read_contract

router = APIRouter(prefix="/api", tags=["work orders"])

Name = Annotated[str, Field(min_length=1, max_length=200)]
Reference = Annotated[str, Field(min_length=1, max_length=20)]


class SentTold(BaseModel):
    """What is sent for one item: a version of the shot, or files where it is none."""

    label: Name
    version_id: Reference | None = None
    file_ids: Annotated[list[Reference], Field(max_length=10_000)] = []


class NewDelivery(BaseModel):
    """What is delivered for a milestone: every item of it once."""

    items: Annotated[list[SentTold], Field(max_length=MOST_ITEMS)]
    note: Annotated[str, Field(max_length=MOST_SIGNS)] = ""

    def sent(self) -> list[Sent]:
        """Return what is sent."""
        return [Sent(each.label, each.version_id, tuple(each.file_ids)) for each in self.items]


class Waiver(BaseModel):
    """Why a delivery is taken as it is."""

    reason: Annotated[str, Field(min_length=1, max_length=1000)]


class WantedTold(BaseModel):
    """What is to be changed of an item; label empty: of all."""

    label: Annotated[str, Field(max_length=200)] = ""
    text: Annotated[str, Field(min_length=1, max_length=MOST_SIGNS)]


class Changes(BaseModel):
    """What is to be changed of a delivery."""

    nonconformities: Annotated[list[WantedTold], Field(min_length=1, max_length=1000)]


@router.get("/milestones/{milestone_id}/deliveries")
def list_deliveries(milestone_id: str, station: StationHere, actor: ActorHere) -> list[Delivery]:
    """List what was delivered for a milestone, on either side."""
    with station.reading() as connection:
        milestone = find(connection, Milestone, milestone_id)
        read_contract(connection, actor, milestone.contract_id)
        return deliveries_of(connection, milestone.id)


@router.post("/milestones/{milestone_id}/deliveries", status_code=201, response_model=Delivery)
def make_delivery(milestone_id: str, body: NewDelivery, making: MakingHere) -> Response:
    """Deliver a milestone; a job checks it."""

    def make(change: Change) -> Delivery:
        milestone = find(change.connection, Milestone, milestone_id)
        acting_for(change.connection, making.actor, milestone.party_id, "work.deliver")
        return deliveries.deliver(change, milestone_id, body.sent(), note=body.note)

    return making.once(make)


@router.get("/work-deliveries/{delivery_id}", response_model=Delivery)
def read_work_delivery(delivery_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a delivery with the report of its check, on either side."""
    with station.reading() as connection:
        delivery = find(connection, Delivery, delivery_id)
        read_contract(connection, actor, delivery.contract_id)
    return told(delivery)


@router.post("/work-deliveries/{delivery_id}/waiver", response_model=Delivery)
def waive_check(delivery_id: str, body: Waiver, station: StationHere, actor: ActorHere) -> Response:
    """Take a delivery as it is, signed by the asker, though its check found faults."""
    with station.change(actor) as change:
        delivery = find(change.connection, Delivery, delivery_id)
        found(change.connection, actor, Contract, delivery.contract_id, "work_deliveries.accept")
        delivery = deliveries.waive(change, delivery, body.reason)
    return told(delivery)


@router.post("/milestones/{milestone_id}/changes", response_model=Milestone)
def ask_changes(
    milestone_id: str, body: Changes, station: StationHere, actor: ActorHere
) -> Response:
    """Send a delivery back with what is to be changed."""
    with station.change(actor) as change:
        milestone = find(change.connection, Milestone, milestone_id)
        found(change.connection, actor, Contract, milestone.contract_id, "work_deliveries.review")
        wanted = [Wanted(each.label, each.text) for each in body.nonconformities]
        milestone = acceptance.ask_changes(change, milestone_id, wanted)
    return told(milestone)


@router.get("/milestones/{milestone_id}/nonconformities")
def list_nonconformities(
    milestone_id: str, station: StationHere, actor: ActorHere
) -> list[Nonconformity]:
    """List what was to be changed of a milestone's deliveries, on either side."""
    with station.reading() as connection:
        milestone = find(connection, Milestone, milestone_id)
        read_contract(connection, actor, milestone.contract_id)
        return find_where(connection, Nonconformity, milestone_id=milestone.id)

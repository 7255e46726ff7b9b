"""Contracts: milestones, money paid in and released, change orders, disputes; for both sides."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from mstation.money import MOST_MINOR
from mstation.server.asking import ActorHere, MakingHere, StationHere, told
from mstation.server.pages import After, Most, Page, page_of
from mstation.server.routes.bids import PlannedTold
from mstation.station.access import access_to, found
from mstation.station.change import Actor, Change, find, find_where
from mstation.station.exchange.disputes import Dispute, disputes_about
from mstation.station.exchange.settlement import Payment
from mstation.station.parties import acting_for
from mstation.station.wording import MOST_SIGNS
from mstation.station.work_orders import change_orders, disputes, releasing, staffing
from mstation.station.work_orders.acceptance import accept
from mstation.station.work_orders.change_orders import ChangeOrder, Repriced, Side
from mstation.station.work_orders.contracts import (
    MOST_MILESTONES,
    Contract,
    Milestone,
    contracts,
    milestones_of,
)
from mstation.station.work_orders.packages import MOST_ROUNDS
from mstation.station.work_orders.sides import acting_in, read_contract

router = APIRouter(prefix="/api", tags=["work orders"])

Reference = Annotated[str, Field(min_length=1, max_length=20)]
Amount = Annotated[int, Field(strict=True, ge=1, le=MOST_MINOR)]
Reason = Annotated[str, Field(min_length=1, max_length=MOST_SIGNS)]


class People(BaseModel):
    """Who of the vendor works on a contract."""

    account_ids: Annotated[list[Reference], Field(max_length=staffing.MOST_PEOPLE)]


class RepricedTold(BaseModel):
    """What a milestone that nobody has paid in costs from now on, in minor units."""

    milestone_id: Reference
    amount: Amount
    due_on: date | None = None


class NewChangeOrder(BaseModel):
    """What one side would change of a contract."""

    reason: Reason
    repriced: Annotated[list[RepricedTold], Field(max_length=MOST_MILESTONES)] = []
    added: Annotated[list[PlannedTold], Field(max_length=MOST_MILESTONES)] = []
    rounds_more: Annotated[int, Field(ge=-MOST_ROUNDS, le=MOST_ROUNDS)] = 0


class NewDispute(BaseModel):
    """What a dispute is about."""

    reason: Reason


@router.get("/projects/{project_id}/contracts")
def list_project_contracts(
    project_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[Contract]:
    """List the contracts of a project's work, in pages."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        query = contracts.select().where(
            contracts.c.project_id == project_id, access.visible("contracts")
        )
        return Page(**page_of(connection, Contract, contracts, query, after, most))


@router.get("/parties/{party_id}/contracts")
def list_party_contracts(
    party_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[Contract]:
    """List the contracts that a party was awarded, in pages."""
    with station.reading() as connection:
        party = acting_for(connection, actor, party_id, "work.read")
        query = contracts.select().where(contracts.c.party_id == party.id)
        return Page(**page_of(connection, Contract, contracts, query, after, most))


@router.get("/contracts/{contract_id}", response_model=Contract)
def show_contract(contract_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a contract, on either side."""
    with station.reading() as connection:
        return told(read_contract(connection, actor, contract_id))


@router.get("/contracts/{contract_id}/milestones")
def list_milestones(contract_id: str, station: StationHere, actor: ActorHere) -> list[Milestone]:
    """List the milestones of a contract, in order."""
    with station.reading() as connection:
        return milestones_of(connection, read_contract(connection, actor, contract_id).id)


@router.put("/contracts/{contract_id}/people", response_model=Contract)
def choose_people(
    contract_id: str, body: People, station: StationHere, actor: ActorHere
) -> Response:
    """Say as the vendor who works on a contract: they see its tasks, and no others do."""
    with station.change(actor) as change:
        contract = find(change.connection, Contract, contract_id)
        acting_for(change.connection, actor, contract.party_id, "work.agree")
        contract = staffing.staff(change, contract, body.account_ids)
    return told(contract)


@router.get("/milestones/{milestone_id}", response_model=Milestone)
def read_milestone(milestone_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a milestone, on either side."""
    with station.reading() as connection:
        milestone = find(connection, Milestone, milestone_id)
        read_contract(connection, actor, milestone.contract_id)
    return told(milestone)


@router.post("/milestones/{milestone_id}/payment", status_code=201, response_model=Payment)
def ask_payment(milestone_id: str, making: MakingHere) -> Response:
    """Ask what is to be paid in for a milestone; asked again, it is the same payment."""

    def make(change: Change) -> Payment:
        _as_buyer(change, making.actor, milestone_id, "contracts.change")
        return releasing.fund(change, milestone_id)

    return making.once(make)


@router.post("/milestones/{milestone_id}/accept", response_model=Milestone)
def accept_milestone(milestone_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Accept what was delivered for a milestone: its money is released."""
    with station.change(actor) as change:
        _as_buyer(change, actor, milestone_id, "work_deliveries.accept")
        accept(change, milestone_id)
        milestone = releasing.release(change, milestone_id)
    return told(milestone)


@router.post("/milestones/{milestone_id}/disputes", status_code=201, response_model=Dispute)
def make_dispute(milestone_id: str, body: NewDispute, making: MakingHere) -> Response:
    """Dispute a milestone, on either side: everything of it stands still until the house rules."""

    def make(change: Change) -> Dispute:
        contract_id = find(change.connection, Milestone, milestone_id).contract_id
        _, side = _agreeing(change, making.actor, contract_id)
        return disputes.dispute(change, milestone_id, side, body.reason)

    return making.once(make)


@router.get("/milestones/{milestone_id}/disputes")
def list_milestone_disputes(
    milestone_id: str, station: StationHere, actor: ActorHere
) -> list[Dispute]:
    """List the disputes about a milestone, on either side."""
    with station.reading() as connection:
        milestone = find(connection, Milestone, milestone_id)
        read_contract(connection, actor, milestone.contract_id)
        return disputes_about(connection, disputes.about(milestone))


@router.get("/contracts/{contract_id}/change-orders")
def list_change_orders(
    contract_id: str, station: StationHere, actor: ActorHere
) -> list[ChangeOrder]:
    """List the change orders of a contract, on either side."""
    with station.reading() as connection:
        contract = read_contract(connection, actor, contract_id)
        return find_where(connection, ChangeOrder, contract_id=contract.id)


@router.post("/contracts/{contract_id}/change-orders", status_code=201, response_model=ChangeOrder)
def make_change_order(contract_id: str, body: NewChangeOrder, making: MakingHere) -> Response:
    """Propose to change a contract, on either side; who proposes accepts it by that."""

    def make(change: Change) -> ChangeOrder:
        contract, side = _agreeing(change, making.actor, contract_id)
        return change_orders.propose_change(
            change, contract, side, reason=body.reason, rounds_more=body.rounds_more,
            repriced=[Repriced(**each.model_dump()) for each in body.repriced],
            added=[each.planned() for each in body.added],
        )  # fmt: skip

    return making.once(make)


@router.post("/change-orders/{order_id}/accept", response_model=ChangeOrder)
def accept_change_order(order_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Accept a change order; when both sides have, the contract is as it says."""
    with station.change(actor) as change:
        order = find(change.connection, ChangeOrder, order_id)
        _, side = _agreeing(change, actor, order.contract_id)
        order = change_orders.accept_change(change, order, side)
    return told(order)


@router.post("/change-orders/{order_id}/refuse", response_model=ChangeOrder)
def refuse_change_order(order_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Refuse a change order, or take one's own back."""
    with station.change(actor) as change:
        order = find(change.connection, ChangeOrder, order_id)
        _agreeing(change, actor, order.contract_id)
        order = change_orders.refuse_change(change, order)
    return told(order)


def _as_buyer(change: Change, actor: Actor, milestone_id: str, action: str) -> None:
    milestone = find(change.connection, Milestone, milestone_id)
    found(change.connection, actor, Contract, milestone.contract_id, action)


def _agreeing(change: Change, actor: Actor, contract_id: str) -> tuple[Contract, Side]:
    return acting_in(
        change.connection, actor, contract_id, buyer="contracts.change", vendor="work.agree"
    )

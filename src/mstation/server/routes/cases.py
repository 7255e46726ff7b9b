"""Review cases: what is like another party's, as the house sees it and as its owner does."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from mstation.server.asking import (
    ActorHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.server.pages import After, Most, Page, page_of
from mstation.station.accounts import account_of
from mstation.station.change import find
from mstation.station.exchange.cases import (
    Case,
    CaseState,
    OwnCase,
    ShownCase,
    cases,
    decide,
    own_case,
    shown_case,
)
from mstation.station.parties import acting_for, acting_for_house
from mstation.station.wording import MOST_SIGNS

router = APIRouter(prefix="/api", tags=["exchange"])

StateAsked = Annotated[CaseState | None, Query(description="only these")]


class Decision(BaseModel):
    """What the house found, and why."""

    state: CaseState
    note: Annotated[str, Field(max_length=MOST_SIGNS)]


@router.get("/cases")
def list_cases(
    station: StationHere,
    actor: ActorHere,
    state: StateAsked = None,
    after: After = "",
    most: Most = 200,
) -> Page[ShownCase]:
    """List the cases of the exchange, with what the house should know of each."""
    with station.reading() as connection:
        acting_for_house(connection, actor, "cases.read")
        query = cases.select()
        if state is not None:
            query = query.where(cases.c.state == state)
        page: dict[str, Any] = page_of(connection, Case, cases, query, after, most)
        rows = [shown_case(connection, case) for case in page["rows"]]
        return Page(rows=rows, next=page["next"])


@router.get("/cases/{case_id}", response_model=ShownCase)
def read_case(case_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a case as the house."""
    with station.reading() as connection:
        acting_for_house(connection, actor, "cases.read")
        return told(shown_case(connection, find(connection, Case, case_id)))


@router.patch("/cases/{case_id}", response_model=ShownCase)
def decide_case(
    case_id: str, body: Decision, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> Response:
    """Say as the house what a case is, and why."""
    with station.change(actor) as change:
        acting_for_house(change.connection, actor, "cases.decide")
        case = find(change.connection, Case, case_id)
        require_revision(case, seen)
        who = account_of(change.connection, actor).id
        case = decide(change, case, state=body.state, note=body.note, decided_by=who)
        return told(shown_case(change.connection, case))


@router.get("/parties/{party_id}/cases")
def list_own_cases(
    party_id: str,
    station: StationHere,
    actor: ActorHere,
    state: StateAsked = None,
    after: After = "",
    most: Most = 200,
) -> Page[OwnCase]:
    """List the cases about a party's versions: what waits, and what the house said."""
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "own_cases.read")
        query = cases.select().where(cases.c.party_id == party_id)
        if state is not None:
            query = query.where(cases.c.state == state)
        page = page_of(connection, Case, cases, query, after, most)
        return Page(rows=[own_case(connection, each) for each in page["rows"]], next=page["next"])

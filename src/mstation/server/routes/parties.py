"""Parties: who owns, sells, buys and works, and what happened to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
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
from mstation.station import parties
from mstation.station.access import require_in_organisation
from mstation.station.accounts import account_of
from mstation.station.change import Change, find
from mstation.station.organisations import Organisation
from mstation.station.parties import (
    House,
    Identification,
    Party,
    PartyKind,
    acting_for,
    acting_for_house,
    parties_of,
    the_house,
)

router = APIRouter(prefix="/api", tags=["exchange"])

Name = Annotated[str, Field(min_length=1, max_length=200)]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]


class NewParty(BaseModel):
    """Who becomes a party: an organisation, or the asker for themselves."""

    organisation_id: Annotated[str, Field(max_length=20)] | None = None
    country: Country
    name_zh: Annotated[str, Field(max_length=200)] = ""
    uscc: Annotated[str, Field(max_length=18)] = ""


class PartyChanges(BaseModel):
    """What of a party may be changed; what is left out stays."""

    name: Name = ""
    name_zh: Annotated[str, Field(max_length=200)] = ""
    country: Country = ""
    uscc: Annotated[str, Field(max_length=18)] = ""


class NamedParty(BaseModel):
    """Somebody who has no account here: a museum, an archive, an heir."""

    kind: PartyKind = PartyKind.ORGANISATION
    name: Name
    name_zh: Annotated[str, Field(max_length=200)] = ""
    country: Country


class Finding(BaseModel):
    """What the house found of who a party is."""

    identification: Identification


@dataclass(frozen=True, slots=True)
class Company:
    """An organisation as everybody here may know it."""

    id: str
    name: str
    name_zh: str
    country: str  # ISO 3166-1
    identification: Identification


@router.get("/house")
def read_house(station: StationHere, actor: ActorHere) -> House:
    """Read which organisation keeps the exchange, and what it takes of a sale."""
    with station.reading() as connection:
        account_of(connection, actor)
        return the_house(connection)


@router.get("/companies")
def list_companies(
    station: StationHere,
    actor: ActorHere,
    q: Annotated[
        str, Query(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", description="of their names")
    ] = "",
    after: After = "",
    most: Most = 200,
) -> Page[Company]:
    """List the organisations that are parties, by words of their names in either language.

    Whom to invite, to ask for a word on a credit, or to name as who shares. People are not listed.
    """
    with station.reading() as connection:
        account_of(connection, actor)
        query = parties.companies(q)
        page = page_of(connection, Party, parties.parties, query, after, most)
    rows = [
        Company(each.id, each.name, each.name_zh, each.country, each.identification)
        for each in page["rows"]
    ]
    return Page(rows=rows, next=page["next"])


@router.post("/parties", status_code=201, response_model=Party)
def make_party(body: NewParty, making: MakingHere) -> Response:
    """Become a party, for oneself or for an organisation."""

    def make(change: Change) -> Party:
        if body.organisation_id is None:
            account = account_of(change.connection, making.actor)
            return parties.person_party(change, account, country=body.country, name_zh=body.name_zh)
        require_in_organisation(
            change.connection, making.actor, body.organisation_id, "members.add"
        )
        organisation = find(change.connection, Organisation, body.organisation_id)
        return parties.organisation_party(
            change, organisation, country=body.country, name_zh=body.name_zh, uscc=body.uscc
        )

    return making.once(make)


@router.post("/house/parties", status_code=201, response_model=Party)
def name_party(body: NamedParty, making: MakingHere) -> Response:
    """Note as the house a party that nobody here acts for: others hold rights from it."""

    def make(change: Change) -> Party:
        acting_for_house(change.connection, making.actor, "parties.verify")
        return parties.named_party(change, **body.model_dump())

    return making.once(make)


@router.get("/parties")
def list_parties(station: StationHere, actor: ActorHere) -> list[Party]:
    """List the parties that the asker acts for."""
    with station.reading() as connection:
        return parties_of(connection, account_of(connection, actor).id)


@router.get("/parties/{party_id}", response_model=Party)
def read_party(party_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a party that the asker acts for."""
    with station.reading() as connection:
        party = acting_for(connection, actor, party_id, "parties.read")
    return told(party)


@router.patch("/parties/{party_id}", response_model=Party)
def change_party(
    party_id: str, body: PartyChanges, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> Response:
    """Change what a party says of itself."""
    with station.change(actor) as change:
        party = acting_for(change.connection, actor, party_id, "parties.change")
        require_revision(party, seen)
        party = parties.edit_party(change, party, **body.model_dump(exclude_unset=True))
    return told(party)


@router.post("/parties/{party_id}/identification", response_model=Party)
def identify_party(party_id: str, body: Finding, station: StationHere, actor: ActorHere) -> Any:
    """Say as the house whether a party is who it says."""
    with station.change(actor) as change:
        acting_for_house(change.connection, actor, "parties.verify")
        party = find(change.connection, Party, party_id)
        party = change.edit(party, identification=body.identification)
    return told(party)

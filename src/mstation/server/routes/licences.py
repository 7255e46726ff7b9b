"""Licences: as licensee, seller and house see them; what they allow; how they end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, Select, or_

from mstation.server.asking import ActorHere, StationHere, told
from mstation.server.pages import MOST, After, Most, Page, page_of
from mstation.server.ranges import disposition
from mstation.station.access import forbidden
from mstation.station.change import find
from mstation.station.exchange.evaluator import Decision, Request
from mstation.station.exchange.licences import Licence, allows, licences, revoke
from mstation.station.exchange.sight import licence_for
from mstation.station.parties import acting_for, acting_for_house, may_act_for
from mstation.station.production.sheet_files import Cell, write_csv

router = APIRouter(prefix="/api", tags=["exchange"])


class Side(StrEnum):
    """On which side of a licence a party stands."""

    LICENSEE = "licensee"
    SELLER = "seller"


class ListKind(StrEnum):
    """What a list is written as."""

    JSON = "json"
    CSV = "csv"


class Revocation(BaseModel):
    """Why a licence ends."""

    reason: Annotated[str, Field(min_length=1, max_length=200)]


Format = Annotated[ListKind, Query(alias="format")]
_LIST: dict[int | str, dict[str, Any]] = {
    200: {"model": Page[Licence], "content": {"text/csv": {"schema": {"type": "string"}}}}
}


@router.get("/parties/{party_id}/licences", response_model=Page[Licence], responses=_LIST)
def list_licences(
    party_id: str,
    station: StationHere,
    actor: ActorHere,
    side: Side | None = None,
    format_: Format = ListKind.JSON,
    after: After = "",
    most: Most = 200,
) -> Any:
    """List the licences that a party has or gave, in pages; as CSV all of them."""
    theirs = {Side.LICENSEE: licences.c.party_id, Side.SELLER: licences.c.seller_id}
    columns = [column for name, column in theirs.items() if side in (None, name)]
    query = licences.select().where(or_(*(column == party_id for column in columns)))
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "licences.read")
        return _listed(connection, query, format_, after, most)


@router.get("/house/licences", response_model=Page[Licence], responses=_LIST)
def audit_licences(
    station: StationHere,
    actor: ActorHere,
    format_: Format = ListKind.JSON,
    after: After = "",
    most: Most = 200,
) -> Any:
    """List every licence of the exchange as the house, in pages; as CSV all of them."""
    with station.reading() as connection:
        acting_for_house(connection, actor, "licences.audit")
        return _listed(connection, licences.select(), format_, after, most)


def _listed(
    connection: Connection, query: Select[Any], kind: ListKind, after: str, most: int
) -> Any:
    if kind is ListKind.JSON:
        return Page(**page_of(connection, Licence, licences, query, after, most))
    headers = {"Content-Disposition": disposition("licences.csv", is_shown=False)}
    body = write_csv(_rows(_all(connection, query)))
    return Response(body, headers=headers, media_type="text/csv; charset=utf-8")


def _all(connection: Connection, query: Select[Any]) -> Iterator[Licence]:
    after: str | None = ""
    while after is not None:
        page = page_of(connection, Licence, licences, query, after, MOST)
        yield from page["rows"]
        after = page["next"]


def _rows(found: Iterator[Licence]) -> Iterator[Sequence[Cell]]:
    """Return licences as rows of a table under headings that never change."""
    yield (
        "Number", "State", "Template", "Licensee", "Seller", "Asset", "Version", "Right",
        "Territories", "Media", "From", "To", "Exclusive", "Seats", "Print run", "Project", "Order",
        "Policy SHA-256", "Reason",
    )  # fmt: skip
    for each in found:
        terms = each.terms
        yield (
            each.number, each.state, each.template, each.party_id, each.seller_id, each.asset_id,
            each.asset_version_id, each.right_kind, " ".join(terms.territories),
            " ".join(terms.media), each.starts_at.isoformat(),
            "" if each.ends_at is None else each.ends_at.isoformat(),
            "yes" if terms.is_exclusive else "no", terms.seats or "", terms.print_run or "",
            terms.project or "", each.order_id or "", each.policy_digest, each.reason,
        )  # fmt: skip


@router.get("/licences/{licence_id}", response_model=Licence)
def read_licence(licence_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a licence, its policy with it."""
    with station.reading() as connection:
        return told(licence_for(connection, actor, licence_id, "licences.read"))


@router.post("/licences/{licence_id}/decision")
def decide_request(
    licence_id: str, body: Request, station: StationHere, actor: ActorHere
) -> Decision:
    """Ask whether a licence allows something: permit, deny or undetermined, and why."""
    with station.reading() as connection:
        licence = licence_for(connection, actor, licence_id, "licences.read")
        return allows(connection, licence, body)


@router.post("/licences/{licence_id}/revocation", response_model=Licence)
def revoke_licence(
    licence_id: str, body: Revocation, station: StationHere, actor: ActorHere
) -> Response:
    """End a licence for good, as its seller, and say why."""
    with station.change(actor) as change:
        licence = licence_for(change.connection, actor, licence_id, "licences.read")
        if not may_act_for(change.connection, actor, licence.seller_id, "licences.revoke"):
            raise forbidden("licences.revoke")
        licence = revoke(change, licence, body.reason)
    return told(licence)


@router.post("/house/licences/{licence_id}/revocation", response_model=Licence)
def end_licence(
    licence_id: str, body: Revocation, station: StationHere, actor: ActorHere
) -> Response:
    """End a licence for good, as the house, and say why."""
    with station.change(actor) as change:
        acting_for_house(change.connection, actor, "licences.end")
        licence = revoke(change, find(change.connection, Licence, licence_id), body.reason)
    return told(licence)

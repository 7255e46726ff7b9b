"""The books: statements, balances, the way of a cent, shares and taxes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from mstation.server.asking import ActorHere, MakingHere, StationHere, told
from mstation.server.ranges import disposition
from mstation.station.change import Change, find, find_where
from mstation.station.exchange.assets import Asset
from mstation.station.exchange.ledger import About, Balance, balances
from mstation.station.exchange.shares import MOST_SHARES, Part, Split, agree_shares, shares_of
from mstation.station.exchange.statements import (
    StatementLine,
    beancount,
    rows_of,
    statement,
)
from mstation.station.exchange.taxes import TaxRate, set_tax_rate
from mstation.station.exchange.trails import Trail, trail_of
from mstation.station.parties import acting_for, acting_for_house
from mstation.station.production.sheet_files import write_csv
from mstation.station.work_orders.contracts import Contract, contracts

router = APIRouter(prefix="/api", tags=["exchange"])


class BookKind(StrEnum):
    """As what the books are told."""

    JSON = "json"
    CSV = "csv"
    BEANCOUNT = "beancount"


Format = Annotated[BookKind, Query(alias="format")]
Day = Annotated[date | None, Query(description="a day in UTC, itself included")]
_BOOKS: dict[int | str, dict[str, Any]] = {
    200: {
        "model": list[StatementLine],
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "text/plain": {"schema": {"type": "string"}},
        },
    }
}


class Agreed(BaseModel):
    """Who shares in what an asset earns: 10,000 basis points in all."""

    parts: Annotated[list[Part], Field(min_length=1, max_length=MOST_SHARES)]


class NewRate(BaseModel):
    """The tax in the prices of what is sold to a country, in basis points."""

    bp: Annotated[int, Field(strict=True, ge=0, lt=10_000)]


@router.get("/parties/{party_id}/statement", responses=_BOOKS)
def read_statement(
    party_id: str,
    station: StationHere,
    actor: ActorHere,
    first: Day = None,
    last: Day = None,
    format_: Format = BookKind.JSON,
) -> Any:
    """Read every entry of a party's accounts, with what was on them after it."""
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "statements.read")
        lines = statement(connection, party_id=party_id, first=first, last=last)
        return _told(lines, format_, "statement")


@router.get("/parties/{party_id}/balances")
def read_balances(party_id: str, station: StationHere, actor: ActorHere) -> list[Balance]:
    """Read what a party is owed, what is on its way to it, and what it owes."""
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "statements.read")
        return balances(connection, party_id=party_id)


@router.get("/books", responses=_BOOKS)
def read_books(
    station: StationHere,
    actor: ActorHere,
    first: Day = None,
    last: Day = None,
    format_: Format = BookKind.JSON,
) -> Any:
    """Read the whole books as the house: JSON, CSV, or text for Beancount."""
    with station.reading() as connection:
        acting_for_house(connection, actor, "books.read")
        return _told(statement(connection, first=first, last=last), format_, "books")


@router.get("/books/balances")
def read_all_balances(station: StationHere, actor: ActorHere) -> list[Balance]:
    """Read what is on every account of the books, as the house."""
    with station.reading() as connection:
        acting_for_house(connection, actor, "books.read")
        return balances(connection)


@router.get("/books/postings/{posting_id}/trail")
def read_trail(posting_id: str, station: StationHere, actor: ActorHere) -> Trail:
    """Follow one entry of the books, as the house, to its order or contract, and who did what."""
    with station.reading() as connection:
        acting_for_house(connection, actor, "books.read")
        return trail_of(connection, posting_id)


@router.get("/assets/{asset_id}/shares")
def read_shares(asset_id: str, station: StationHere, actor: ActorHere) -> list[Part]:
    """Read who shares in what an asset earns, as its owner."""
    with station.reading() as connection:
        asset = find(connection, Asset, asset_id)
        acting_for(connection, actor, asset.party_id, "shares.read")
        return shares_of(connection, About("assets", asset.id), asset.party_id)


@router.post("/assets/{asset_id}/shares", status_code=201, response_model=Split)
def set_shares(asset_id: str, body: Agreed, making: MakingHere) -> Response:
    """Say who shares in what an asset earns from now on, as its owner."""

    def make(change: Change) -> Split:
        asset = find(change.connection, Asset, asset_id)
        owner = acting_for(change.connection, making.actor, asset.party_id, "shares.change")
        return agree_shares(change, owner, About("assets", asset.id), body.parts)

    return making.once(make)


@router.get("/contracts/{contract_id}/shares")
def read_contract_shares(contract_id: str, station: StationHere, actor: ActorHere) -> list[Part]:
    """Read who shares in what a contract earns, as its vendor."""
    with station.reading() as connection:
        contract = find(connection, Contract, contract_id)
        acting_for(connection, actor, contract.party_id, "shares.read")
        return shares_of(connection, About(contracts.name, contract.id), contract.party_id)


@router.post("/contracts/{contract_id}/shares", status_code=201, response_model=Split)
def set_contract_shares(contract_id: str, body: Agreed, making: MakingHere) -> Response:
    """Say who shares in what is released of a contract from now on, as its vendor."""

    def make(change: Change) -> Split:
        contract = find(change.connection, Contract, contract_id)
        vendor = acting_for(change.connection, making.actor, contract.party_id, "shares.change")
        return agree_shares(change, vendor, About(contracts.name, contract.id), body.parts)

    return making.once(make)


@router.get("/house/tax-rates")
def list_tax_rates(station: StationHere, actor: ActorHere) -> list[TaxRate]:
    """List which tax is in the prices, by the buyer's country, as the house."""
    with station.reading() as connection:
        acting_for_house(connection, actor, "books.read")
        return find_where(connection, TaxRate)


@router.put("/house/tax-rates/{country}", response_model=TaxRate)
def change_tax_rate(
    country: str, body: NewRate, station: StationHere, actor: ActorHere
) -> Response:
    """Say as the house which tax is in the prices of what is sold to a country from now on."""
    with station.change(actor) as change:
        acting_for_house(change.connection, actor, "tax_rates.change")
        rate = set_tax_rate(change, country, body.bp)
    return told(rate)


def _told(lines: Iterator[StatementLine], kind: BookKind, name: str) -> Any:
    if kind is BookKind.JSON:
        return list(lines)
    if kind is BookKind.CSV:
        headers = {"Content-Disposition": disposition(f"{name}.csv", is_shown=False)}
        body = write_csv(rows_of(lines))
        return Response(body, headers=headers, media_type="text/csv; charset=utf-8")
    headers = {"Content-Disposition": disposition(f"{name}.beancount", is_shown=False)}
    text = "".join(beancount(lines))
    return Response(text, headers=headers, media_type="text/plain; charset=utf-8")

"""Quotes, as their buyer and their seller see them."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlalchemy import or_

from mstation.server.asking import ActorHere, StationHere, told
from mstation.server.pages import After, Most, Page, page_of
from mstation.station.exchange.quotes import Quote, quotes
from mstation.station.exchange.sight import quote_for
from mstation.station.parties import acting_for

router = APIRouter(prefix="/api", tags=["exchange"])


@router.get("/parties/{party_id}/quotes")
def list_quotes(
    party_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[Quote]:
    """List the quotes that a party asked for or gave, in pages."""
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "quotes.read")
        query = quotes.select().where(
            or_(quotes.c.party_id == party_id, quotes.c.buyer_id == party_id)
        )
        return Page(**page_of(connection, Quote, quotes, query, after, most))


@router.get("/quotes/{quote_id}", response_model=Quote)
def read_quote(quote_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a quote."""
    with station.reading() as connection:
        return told(quote_for(connection, actor, quote_id, "quotes.read"))

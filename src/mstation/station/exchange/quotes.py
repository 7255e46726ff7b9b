"""Quotes: what a seller asks of a buyer for exactly these terms, line by line, until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, String, Table

from mstation.errors import Conflict
from mstation.money import Money
from mstation.station.change import Change
from mstation.station.exchange.assets import AssetVersion
from mstation.station.exchange.grants import require_free
from mstation.station.exchange.offers import (
    Offer,
    require_sellable,
    require_takeable,
    require_within,
)
from mstation.station.exchange.pricing import Line, price
from mstation.station.exchange.templates import kept
from mstation.station.exchange.terms import Terms, narrowed
from mstation.station.ids import new_id
from mstation.station.parties import Party
from mstation.station.schema import Id, Moment, keep, metadata, own_columns

STANDS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Quote:
    """What a seller (party_id) asks of a buyer for a version of an asset on some terms."""

    id: str
    revision: int
    party_id: str
    buyer_id: str
    asset_version_id: str
    offer_id: str
    request: Terms
    lines: tuple[Line, ...]
    total: int  # minor units
    currency: str
    made_at: datetime
    expires_at: datetime

    @property
    def sum(self) -> Money:
        """What it costs."""
        return Money(self.total, self.currency)


quotes = keep(
    Quote,
    Table(
        "quotes",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("buyer_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("asset_version_id", Id, ForeignKey("asset_versions.id"), nullable=False),
        Column("offer_id", Id, ForeignKey("offers.id"), nullable=False),
        Column("request", JSON, nullable=False),
        Column("lines", JSON, nullable=False),
        Column("total", BigInteger, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("made_at", Moment, nullable=False),
        Column("expires_at", Moment, nullable=False),
    ),
)


def quote(
    change: Change, offer: Offer, version: AssetVersion, buyer: Party, wanted: Mapping[str, Any]
) -> Quote:
    """Answer what a buyer asks for with a price.

    wanted: what of the offer's terms is asked for otherwise: less places, media, time, …

    Raises:
        InvalidInput: when what is wanted are no terms.
        Conflict: when the offer, or what the seller holds, does not cover it, or it is taken.
    """
    asset = require_takeable(change.connection, offer)
    if version.asset_id != asset.id:
        raise Conflict(
            "the version is not of the asset that is offered", zh="该版本不属于所报价的资产"
        )
    if buyer.id == offer.party_id:
        raise Conflict("nobody buys from themselves", zh="不能向自己购买")
    terms = narrowed(offer.terms, {**wanted, **_fixed(offer)})
    require_within(offer, terms)
    require_sellable(change.connection, asset, offer.template, terms)
    require_free(change.connection, asset, terms)
    total, lines = price(offer.price_rule, terms, offer.currency)
    own = (offer.party_id, buyer.id, version.id, offer.id, terms, lines)
    return change.add(
        Quote(new_id(), 1, *own, total.amount, total.currency, change.at, change.at + STANDS)
    )


def _fixed(offer: Offer) -> dict[str, Any]:
    """Return what of the terms the licence itself fixes, and nobody asks for otherwise."""
    return {name: getattr(offer.terms, name) for name in kept(offer.template).terms}


def require_standing(change: Change, asked: Quote) -> None:
    """Refuse a quote that has expired.

    Raises:
        Conflict: when it has.
    """
    if change.at >= asked.expires_at:
        raise Conflict(
            f"the quote expired on {asked.expires_at:%Y-%m-%d %H:%M} UTC; ask for a new one",
            zh=f"报价已于 {asked.expires_at:%Y-%m-%d %H:%M} UTC 过期；请重新询价",
        )

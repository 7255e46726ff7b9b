"""A seller with pictures whose rights are proved, and buyers: what licences are tested with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from mstation.station.change import STATION, Change
from mstation.station.exchange.assets import (
    Asset,
    AssetKind,
    AssetState,
    AssetVersion,
    add_asset,
    add_asset_version,
)
from mstation.station.exchange.documents import ReleaseKind, add_document, add_release
from mstation.station.exchange.holdings import add_holding
from mstation.station.exchange.licences import Licence, reserve
from mstation.station.exchange.offers import Offer, add_offer
from mstation.station.exchange.pricing import PriceRule
from mstation.station.exchange.quotes import Quote, quote
from mstation.station.exchange.templates import Template
from mstation.station.exchange.terms import Terms, make_terms
from mstation.station.parties import Party
from mstation.station.station import Station
from tests.station.market import Market

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2030, 1, 1, tzinfo=UTC)
PRICE = PriceRule(100_00, {"001": "1"}, {"*": "1"}, exclusive="5")
ALL = make_terms(starts_at=START, is_exclusive=True)


@dataclass(frozen=True)
class Shop:
    """A live picture of a lantern, all of whose rights the seller proved, with its releases."""

    station: Station
    market: Market
    asset: Asset
    version: AssetVersion

    def offer(
        self, template: Template = Template.RIGHTS_MANAGED, terms: Terms = ALL, **more: Any
    ) -> Offer:
        """Offer it."""
        told = {"price_rule": PRICE, "currency": "CNY", "credit": "Lantern Archive", **more}
        with self.station.change(STATION) as change:
            return add_offer(change, self.asset, template, terms, **told)

    def quote(self, offer: Offer, buyer: Party | None = None, **wanted: Any) -> Quote:
        """Ask for a price."""
        with self.station.change(STATION) as change:
            return quote(change, offer, self.version, buyer or self.market.buyer, wanted)

    def reserve(self, quote: Quote) -> Licence:
        """Reserve a licence."""
        with self.station.change(STATION) as change:
            return reserve(change, quote, order_id=None)


def open_shop(station: Station, market: Market, *, holding: Terms | None = ALL) -> Shop:
    """Put a picture on show."""
    with station.change(STATION) as change:
        asset, version = lantern(change, station, market.seller)
        if holding is not None:
            paper = add_document(change, market.seller, station.blobs.put(b"deed"), name="deed.pdf")
            add_holding(change, asset, holding, document_id=paper.id)
    return Shop(station, market, asset, version)


def lantern(change: Change, station: Station, owner: Party) -> tuple[Asset, AssetVersion]:
    """Make a live picture whose people and places agreed."""
    asset = add_asset(
        change, owner, kind=AssetKind.IMAGE, title="Bronze lantern", title_zh="青铜灯"
    )
    content = station.blobs.put(f"lantern of {asset.id}".encode())
    version = add_asset_version(
        change, asset, content, name="lantern.exr", media_type="image/x-exr"
    )
    for kind in (ReleaseKind.MODEL, ReleaseKind.PROPERTY):
        add_release(
            change, asset, kind=kind, document_id=None, words="nobody is shown", starts_at=START
        )
    return change.edit(asset, state=AssetState.LIVE), version


def of_all(**fewer: Any) -> Terms:
    """Return all there is, but for what is said otherwise."""
    told = {"starts_at": START, "is_exclusive": True, **fewer}
    return make_terms(**told)


def exclusively(terms: Terms, is_exclusive: bool = True) -> Terms:
    """Return terms, exclusive or not."""
    return replace(terms, is_exclusive=is_exclusive)

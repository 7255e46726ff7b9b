"""What is held, offered, quoted and licensed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from starlette.testclient import TestClient

from mstation.station.change import STATION, find_where
from mstation.station.exchange.assets import AssetVersion
from mstation.station.exchange.documents import add_document
from mstation.station.exchange.holdings import Holding, add_holding
from mstation.station.exchange.licences import activate
from mstation.station.exchange.offers import Offer
from tests.server.asks.asking import Ask, delete, get, of_shop, patch, post
from tests.station.exchange.shop import ALL, Shop, lantern
from tests.station.market import Market


def _document(client: TestClient, market: Market, who: str) -> int:
    url = f"/api/parties/{market.seller.id}/documents?name=deed.pdf"
    kind = {"Content-Type": "application/octet-stream"}
    return client.post(url, content=b"deed", headers=market.signed(who) | kind).status_code


def _of_licence(path: str, make: Callable[..., Ask] = get, **body: object) -> Ask:
    """Ask about a licence that the freelancer has of the seller."""

    def of(shop: Shop) -> Ask:
        licence = shop.reserve(shop.quote(shop.offer(), shop.market.freelancer))
        with shop.station.change(STATION) as change:
            activate(change, licence)
        return make(path.format(licence=licence.id, quote=licence.quote_id), **body)

    return of_shop(of)


def _of_bought(path: str) -> Ask:
    """Ask about a licence that the seller has of the museum."""

    def of(shop: Shop) -> Ask:
        offer = _of_museum(shop)
        with shop.station.reading() as connection:
            version = find_where(connection, AssetVersion, asset_id=offer.asset_id)[0]
        bought = replace(shop, version=version)
        licence = bought.reserve(bought.quote(offer, shop.market.seller))
        with shop.station.change(STATION) as change:
            activate(change, licence)
        return get(path.format(licence=licence.id))

    return of_shop(of)


def _held(shop: Shop) -> str:
    with shop.station.reading() as connection:
        return find_where(connection, Holding, asset_id=shop.asset.id)[0].id


def _of_museum(shop: Shop) -> Offer:
    """Return an offer of somebody else: nobody buys from themselves."""
    with shop.station.change(STATION) as change:
        asset, version = lantern(change, shop.station, shop.market.museum)
        paper = add_document(change, shop.market.museum, shop.station.blobs.put(b"x"), name="x")
        add_holding(change, asset, ALL, document_id=paper.id)
    return replace(shop, asset=asset, version=version).offer()


OFFER = {
    "template": "rights_managed", "currency": "CNY", "credit": "Lantern Archive",
    "terms": {"starts_at": "2026-01-01T00:00:00Z"},
    "price_rule": {"base": 100, "territories": {"001": "1"}, "media": {"*": "1"}},
}  # fmt: skip

ASKS: dict[str, Ask] = {
    "downloads.add": _of_bought("/api/licences/{licence}/content"),
    "downloads.read": _of_bought("/api/licences/{licence}/downloads"),
    "holdings.read": of_shop(lambda shop: get(f"/api/holdings/{_held(shop)}")),
    "holdings.add": _document,
    "holdings.remove": of_shop(lambda shop: delete(f"/api/holdings/{_held(shop)}")),
    "offers.add": of_shop(lambda shop: post(f"/api/assets/{shop.asset.id}/offers", **OFFER)),
    "offers.change": of_shop(
        lambda shop: patch(f"/api/offers/{shop.offer().id}", state="withdrawn")
    ),
    "quotes.read": _of_licence("/api/quotes/{quote}"),
    "quotes.ask": of_shop(
        lambda shop: post(
            f"/api/offers/{_of_museum(shop).id}/quotes", buyer_id=shop.market.seller.id
        )
    ),
    "licences.read": _of_licence("/api/licences/{licence}"),
    "licences.revoke": _of_licence("/api/licences/{licence}/revocation", post, reason="no credit"),
    "holdings.judge": of_shop(
        lambda shop: post(f"/api/holdings/{_held(shop)}/judgement", state="verified")
    ),
    "licences.audit": get("/api/house/licences"),
    "licences.end": _of_licence(
        "/api/house/licences/{licence}/revocation", post, reason="by court order"
    ),
}

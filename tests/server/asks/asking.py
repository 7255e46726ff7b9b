"""Asking for a right as somebody: what the pages of asks are made of."""

from __future__ import annotations

from collections.abc import Callable

from starlette.testclient import TestClient

from mstation.station.station import Station
from tests.station.exchange.shop import Shop, open_shop
from tests.station.market import Market

Ask = Callable[[TestClient, Market, str], int]
"""Asks for an action in the seller's name, or the house's, as somebody; the answer's status."""


def get(path: str) -> Ask:
    def ask(client: TestClient, market: Market, who: str) -> int:
        return client.get(filled(path, market), headers=market.signed(who)).status_code

    return ask


def post(path: str, **body: object) -> Ask:
    def ask(client: TestClient, market: Market, who: str) -> int:
        url = filled(path, market)
        return client.post(url, json=body, headers=market.signed(who)).status_code

    return ask


def put(path: str, **body: object) -> Ask:
    def ask(client: TestClient, market: Market, who: str) -> int:
        header = {**market.signed(who), "If-Match": '"1"'}
        return client.put(path, json=body, headers=header).status_code

    return ask


def patch(path: str, owner: str = "seller-owner", **body: object) -> Ask:
    def ask(client: TestClient, market: Market, who: str) -> int:
        url = filled(path, market)
        tag = client.get(url, headers=market.signed(owner)).headers["etag"]
        header = {**market.signed(who), "If-Match": tag}
        return client.patch(url, json=body, headers=header).status_code

    return ask


def delete(path: str, tag: str = '"1"') -> Ask:
    def ask(client: TestClient, market: Market, who: str) -> int:
        header = {**market.signed(who), "If-Match": tag}
        return client.delete(path, headers=header).status_code

    return ask


def of_shop(make: Callable[[Shop], Ask]) -> Ask:
    """Ask about a shop of its own: nothing that was done before stands in the way."""

    def ask(client: TestClient, market: Market, who: str) -> int:
        return make(open_shop(station_of(client), market))(client, market, who)

    return ask


def station_of(client: TestClient) -> Station:
    station: Station = client.app.state.station  # type: ignore[attr-defined]
    return station


def filled(path: str, market: Market) -> str:
    return path.format(seller=market.seller.id, buyer=market.buyer.id)

"""Cases, identifiers and what is like a picture."""

from __future__ import annotations

from collections.abc import Callable

from starlette.testclient import TestClient

from mstation.station.change import STATION, find_where
from mstation.station.exchange.identifiers import ExternalId
from tests.server.asks.asking import Ask, get, patch, station_of
from tests.station.likenesses import open_case, png
from tests.station.market import Market


def _of_a_case(ask: Callable[[str], Ask]) -> Ask:
    """Let a version be like another party's, and ask for the case."""

    def asked(client: TestClient, market: Market, who: str) -> int:
        case = open_case(station_of(client), market)
        return ask(f"/api/cases/{case.id}")(client, market, who)

    return asked


def _decide(path: str) -> Ask:
    return patch(path, owner="house-owner", state="unrelated", note="two other harbours")


def _identify(client: TestClient, market: Market, who: str) -> int:
    url = f"/api/parties/{market.seller.id}/identifiers"
    with station_of(client).change(STATION) as change:
        for held in find_where(change.connection, ExternalId):
            change.remove(held)
    body = {"scheme": "isni", "value": "000000012150090X"}
    return client.post(url, json=body, headers=market.signed(who)).status_code


def _unidentify(client: TestClient, market: Market, who: str) -> int:
    _identify(client, market, "seller-owner")
    listed = client.get(
        f"/api/parties/{market.seller.id}/identifiers", headers=market.signed("seller-owner")
    )
    header = {**market.signed(who), "If-Match": '"1"'}
    url = f"/api/identifiers/{listed.json()[0]['id']}"
    return client.delete(url, headers=header).status_code


def _look_alike(client: TestClient, market: Market, who: str) -> int:
    url = f"/api/parties/{market.seller.id}/likeness"
    return client.post(url, content=png(), headers=market.signed(who)).status_code


ASKS: dict[str, Ask] = {
    "cases.read": _of_a_case(get),
    "cases.decide": _of_a_case(_decide),
    "identifiers.read": get("/api/parties/{seller}/identifiers"),
    "identifiers.add": _identify,
    "identifiers.remove": _unidentify,
    "likeness.search": _look_alike,
    "own_cases.read": get("/api/parties/{seller}/cases"),
}

"""Assets, from a draft to the catalogue."""

from __future__ import annotations

from starlette.testclient import TestClient

from mstation.station.change import STATION, find
from mstation.station.exchange.assets import Asset, AssetState
from tests.server.asks.asking import Ask, get, post, station_of
from tests.station.market import Market


def _new_asset(client: TestClient, market: Market) -> str:
    """Let the seller's owner make an asset, and return its address."""
    url = f"/api/parties/{market.seller.id}/assets"
    body = {"kind": "image", "title": "Mask"}
    made = client.post(url, json=body, headers=market.signed("seller-owner"))
    return f"/api/assets/{made.json()['id']}"


def _of_an_asset(state: AssetState, method: str, path: str, **body: object) -> Ask:
    """Ask something of an asset of the seller's that stands so."""

    def ask(client: TestClient, market: Market, who: str) -> int:
        url = _new_asset(client, market)
        with station_of(client).change(STATION) as change:
            asset = find(change.connection, Asset, url.rpartition("/")[2])
            asset = change.edit(asset, state=state, version_id="a")
        header = {**market.signed(who), "If-Match": f'"{asset.revision}"'}
        return client.request(method, url + path, json=body, headers=header).status_code

    return ask


ASKS: dict[str, Ask] = {
    "assets.add": post("/api/parties/{seller}/assets", kind="image", title="Mask"),
    "assets.change": _of_an_asset(AssetState.DRAFT, "PATCH", "", title="Bronze mask"),
    "assets.judge": _of_an_asset(AssetState.REVIEW, "POST", "/judgement", approves=True),
    "assets.offer": _of_an_asset(AssetState.DRAFT, "POST", "/offer"),
    "assets.read": get("/api/parties/{seller}/assets"),
}

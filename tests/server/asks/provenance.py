"""What a machine made, credentials, certificates."""

from __future__ import annotations

from collections.abc import Callable

from starlette.testclient import TestClient

from mstation.station.change import STATION, find_where
from mstation.station.exchange.assets import AssetKind, add_asset, add_asset_version
from mstation.station.exchange.authority import Certificate, signer_of
from mstation.station.exchange.chains import fingerprint
from mstation.station.exchange.licences import activate
from tests.server.asks.asking import Ask, get, post, put, station_of
from tests.station.exchange.shop import open_shop
from tests.station.market import Market


def _of_asset(then: Callable[[str], Ask], *, declared: bool = True) -> Ask:
    """Ask about a version of a draft of the seller's, or about what was declared of it."""

    def ask(client: TestClient, market: Market, who: str) -> int:
        station = station_of(client)
        with station.change(STATION) as change:
            asset = add_asset(change, market.seller, kind=AssetKind.IMAGE, title="Lantern")
            told = {"name": "lantern.exr", "media_type": "image/x-exr"}
            version = add_asset_version(change, asset, station.blobs.put(b"a lantern"), **told)
        if not declared:
            return then(version.id)(client, market, who)
        url = f"/api/asset-versions/{version.id}/ai-declaration"
        header = market.signed("seller-owner")
        made = client.post(url, json={"involvement": "none"}, headers=header)
        return then(made.json()["id"])(client, market, who)

    return ask


def _of_licence(then: Callable[[str], Ask]) -> Ask:
    """Ask about a licence that the seller sold to the freelancer."""

    def ask(client: TestClient, market: Market, who: str) -> int:
        station = station_of(client)
        shop = open_shop(station, market)
        reserved = shop.reserve(shop.quote(shop.offer(), market.freelancer))
        with station.change(STATION) as change:
            activate(change, reserved)
        return then(f"/api/licences/{reserved.id}/certificates")(client, market, who)

    return ask


def _distrust(client: TestClient, market: Market, who: str) -> int:
    station = station_of(client)
    root = signer_of(station).chain[-1]
    with station.reading() as connection:
        (kept,) = find_where(connection, Certificate, fingerprint=fingerprint(root))
    header = {**market.signed(who), "If-Match": f'"{kept.revision}"'}
    return client.post(f"/api/certificates/{kept.id}/distrust", headers=header).status_code


ASKS: dict[str, Ask] = {
    "ai_declarations.read": _of_asset(lambda made: get(f"/api/ai-declarations/{made}")),
    "ai_declarations.add": _of_asset(
        lambda made: post(f"/api/asset-versions/{made}/ai-declaration", involvement="none"),
        declared=False,
    ),
    "ai_declarations.change": _of_asset(
        lambda made: put(f"/api/ai-declarations/{made}", involvement="unknown")
    ),
    "certificates.distrust": _distrust,
    "credentials.read": _of_asset(lambda made: get(f"/api/ai-declarations/{made}/credentials")),
    "credentials.add": _of_asset(lambda made: post(f"/api/ai-declarations/{made}/credentials")),
    "licence_certificates.read": _of_licence(get),
    "licence_certificates.add": _of_licence(post),
}

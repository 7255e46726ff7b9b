"""Assets over HTTP: brought in pieces, seen marked, found, and fetched by a licence."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from starlette.testclient import TestClient

from mstation.station.change import STATION, find
from mstation.station.exchange.assets import Asset, AssetState
from mstation.station.exchange.licences import activate, revoke
from mstation.station.exchange.preparing import Made, RenditionKind, keep_previews
from mstation.station.station import Station
from tests.station.exchange.shop import open_shop
from tests.station.market import Market

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = {**TUS, "Content-Type": "application/offset+octet-stream"}


def made(client: TestClient, market: Market, **told: object) -> dict[str, Any]:
    """Let the seller begin an asset."""
    url = f"/api/parties/{market.seller.id}/assets"
    body = {"kind": "image", "title": "Bronze mask", "title_zh": "青铜面具", **told}
    answer = client.post(url, json=body, headers=market.signed("seller-owner"))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def started(client: TestClient, market: Market, asset_id: str, name: str, data: bytes) -> str:
    """Start an upload, and return where it goes."""
    named = base64.b64encode(name.encode()).decode()
    header = {
        **TUS, "Upload-Length": str(len(data)), "Upload-Metadata": f"filename {named}",
        **market.signed("seller-owner"),
    }  # fmt: skip
    answer = client.post(f"/api/assets/{asset_id}/uploads", headers=header)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def test_a_version_comes_in_pieces_and_goes_on_where_it_was(
    client: TestClient, market: Market, station: Station
) -> None:
    asset = made(client, market)
    url, signed = started(client, market, asset["id"], "mask.png", PNG), market.signed
    owner = signed("seller-owner")
    half = len(PNG) // 2
    first = client.patch(url, content=PNG[:half], headers={**CHUNK, **owner, "Upload-Offset": "0"})
    assert first.headers["upload-offset"] == str(half)
    assert client.head(url, headers={**TUS, **owner}).headers["upload-offset"] == str(half)
    header = {**CHUNK, **owner, "Upload-Offset": str(half)}
    done = client.patch(url, content=PNG[half:], headers=header)
    version_id = done.headers["x-asset-version-id"]
    assert client.get(url, headers=owner).json()["asset_version_id"] == version_id
    shown = client.get(f"/api/asset-versions/{version_id}", headers=owner).json()
    assert shown["version"]["name"] == "mask.png"
    assert shown["preparation"]["state"] == "waiting"
    path = f"/api/asset-versions/{version_id}/content"
    assert client.get(path, headers=owner).content == PNG
    assert client.get(path, headers=signed("seller-artist")).status_code == 403
    assert client.get(path, headers=signed("buyer-owner")).status_code == 404
    assert client.head(url, headers={**TUS, **signed("buyer-owner")}).status_code == 404


def test_content_that_is_not_what_it_says_is_refused_by_name(
    client: TestClient, market: Market
) -> None:
    asset = made(client, market)
    data = b"PK\x03\x04" + b"\0" * 60
    url = started(client, market, asset["id"], "mask.jpg", data)
    header = {**CHUNK, **market.signed("seller-owner"), "Upload-Offset": "0"}
    answer = client.patch(url, content=data, headers={**header, "Accept-Language": "zh"})
    assert answer.status_code == 422
    assert "mask.jpg" in answer.json()["detail"]
    assert "application/zip" in answer.json()["detail"]
    listed = client.get(
        f"/api/assets/{asset['id']}/versions", headers=market.signed("seller-owner")
    )
    assert listed.json() == []


def test_before_a_licence_others_see_the_marked_previews_of_what_is_live_and_no_more(
    client: TestClient, market: Market, station: Station
) -> None:
    shop = open_shop(station, market)
    small = station.blobs.put(b"marked")
    with station.change(STATION) as change:
        preview = Made(RenditionKind.WATERMARKED, small, "image/jpeg", {})
        keep_previews(change, shop.version, {"width": 640}, [preview])
        asset = find(change.connection, Asset, shop.asset.id)
        change.edit(asset, state=AssetState.LIVE)
    buyer, version = market.signed("buyer-artist"), f"/api/asset-versions/{shop.version.id}"
    listed = client.get("/api/assets?q=青铜灯&least_width=600", headers=buyer).json()["rows"]
    assert [each["id"] for each in listed] == [shop.asset.id]
    assert client.get("/api/assets?q=lan&least_width=700", headers=buyer).json()["rows"] == []
    assert client.get("/api/assets?q=%22", headers=buyer).status_code == 422
    assert client.get(f"{version}/previews/watermarked", headers=buyer).content == b"marked"
    assert client.get(f"{version}/previews/proxy", headers=buyer).status_code == 404
    assert client.get(f"{version}/content", headers=buyer).status_code == 403
    with station.change(STATION) as change:
        change.edit(find(change.connection, Asset, shop.asset.id), state=AssetState.WITHDRAWN)
    assert client.get(version, headers=buyer).status_code == 404
    assert client.get(f"/api/assets/{shop.asset.id}", headers=buyer).status_code == 404


def test_a_licence_opens_the_original_in_ranges_until_it_is_revoked(
    client: TestClient, market: Market, station: Station
) -> None:
    shop = open_shop(station, market)
    licence = shop.reserve(shop.quote(shop.offer()))
    url, buyer = f"/api/licences/{licence.id}/content", market.signed("buyer-artist")
    assert client.get(url, headers=buyer).status_code == 403
    with station.change(STATION) as change:
        licence = activate(change, licence)
    whole = client.get(url, headers=buyer)
    assert whole.content == f"lantern of {shop.asset.id}".encode()
    part = client.get(url, headers={**buyer, "Range": "bytes=0-6"})
    assert (part.status_code, part.content) == (206, b"lantern")
    assert client.head(url, headers=buyer).headers["content-length"] == str(len(whole.content))
    told = client.get(
        f"/api/licences/{licence.id}/downloads", headers=market.signed("buyer-owner")
    ).json()
    assert [each["account_id"] for each in told] == [market.people["buyer-artist"].id]
    assert client.get(url, headers=market.signed("seller-owner")).status_code == 403
    assert client.get(url, headers=market.signed("stranger")).status_code == 404
    with station.change(STATION) as change:
        revoke(change, licence, "no credit given")
    dead = client.get(url, headers={**buyer, "Accept-Language": "zh"})
    assert (dead.status_code, "revoked" in dead.json()["detail"]) == (403, True)
    assert client.head(url, headers=buyer).status_code == 403


def test_the_house_sees_what_waits_and_sends_back_with_a_reason(
    client: TestClient, market: Market, station: Station
) -> None:
    asset = made(client, market)
    with station.change(STATION) as change:
        waiting = find(change.connection, Asset, asset["id"])
        change.edit(waiting, state=AssetState.REVIEW, version_id="a")
    house = market.signed("house-coordinator")
    rows = client.get("/api/house/assets", headers=house).json()["rows"]
    assert [each["id"] for each in rows] == [asset["id"]]
    assert client.get("/api/house/assets", headers=market.signed("seller-owner")).status_code == 403
    url = f"/api/assets/{asset['id']}/judgement"
    assert client.post(url, json={"approves": False}, headers=house).status_code == 422
    back = client.post(url, json={"approves": False, "finding": "no release"}, headers=house)
    assert (back.json()["state"], back.json()["finding"]) == ("draft", "no release")
    read = client.get(f"/api/assets/{asset['id']}", headers=house)
    assert read.status_code == 404


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "=1+1", "𠮷野家 🏮"])
def test_titles_are_text_and_nothing_else(client: TestClient, market: Market, title: str) -> None:
    asset = made(client, market, title=title)
    read = client.get(f"/api/assets/{asset['id']}", headers=market.signed("seller-owner"))
    assert read.json()["title"] == title
    assert read.headers["content-type"] == "application/json"


def test_titles_that_cannot_be_kept_are_refused(client: TestClient, market: Market) -> None:
    url = f"/api/parties/{market.seller.id}/assets"
    for title in ("", " ", "a\0b", "x" * 201):
        body = {"kind": "image", "title": title}
        answer = client.post(url, json=body, headers=market.signed("seller-owner"))
        assert answer.status_code == 422, title

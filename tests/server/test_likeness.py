"""Cases, numbers and what is alike, as the server answers."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from mstation.station.station import Station
from tests.media import scenes
from tests.station.likenesses import bring_asset, look, open_case, png
from tests.station.market import Market

PIXELS = scenes.scene(1, 320, 240)


def test_the_house_lists_decides_and_is_held_to_what_it_saw(
    client: TestClient, station: Station, market: Market
) -> None:
    case = open_case(station, market)
    house = market.signed("house-producer")
    (row,) = client.get("/api/cases?state=open", headers=house).json()["rows"]
    assert (row["id"], row["match_version_id"]) == (case.id, case.match_version_id)
    assert row["flags"] == ["likely", "part"]
    assert row["title"] == "Harbour (1)"
    said = {"state": "same", "note": "a crop of 5 %"}
    url = f"/api/cases/{case.id}"
    tag = client.get(url, headers=house).headers["etag"]
    done = client.patch(url, json=said, headers={**house, "If-Match": tag})
    assert done.json()["decided_by"] == market.people["house-producer"].id
    late = client.patch(url, json=said, headers={**house, "If-Match": tag})
    assert late.status_code == 412
    assert client.get("/api/cases?state=open", headers=house).json()["rows"] == []


def test_an_owner_sees_that_it_waits_and_why_but_not_whose_it_is_like(
    client: TestClient, station: Station, market: Market
) -> None:
    case = open_case(station, market)
    url = f"/api/parties/{market.seller.id}/cases"
    (row,) = client.get(url, headers=market.signed("seller-owner")).json()["rows"]
    assert (row["id"], row["state"], row["asset_version_id"]) == (
        case.id, "open", case.asset_version_id,
    )  # fmt: skip
    told = client.get(url, headers=market.signed("seller-owner")).text
    events = client.get(
        f"/api/parties/{market.seller.id}/events", headers=market.signed("seller-owner")
    ).text
    for secret in (market.buyer.id, case.match_version_id):
        assert secret not in told
        assert secret not in events


def test_what_is_alike_is_found_by_sending_a_picture(
    client: TestClient, station: Station, market: Market
) -> None:
    content = png(PIXELS)
    version = bring_asset(station, market.seller, content)
    look(station, version, content)
    draft = png(scenes.scene(2, 320, 240))
    look(station, bring_asset(station, market.seller, draft, is_live=False), draft)
    url, buyer = f"/api/parties/{market.buyer.id}/likeness", market.signed("buyer-artist")
    asked = png(scenes.mirrored(scenes.cropped(PIXELS)))
    (found,) = client.post(url, content=asked, headers=buyer).json()
    assert (found["asset_version_id"], found["is_same"]) == (version.id, True)
    assert client.post(url, content=draft, headers=buyer).json() == []
    own = f"/api/parties/{market.seller.id}/likeness"
    assert len(client.post(own, content=draft, headers=market.signed("seller-owner")).json()) == 1


@pytest.mark.parametrize(
    "content", [b"", b"words", b"\x89PNG\r\n\x1a\nrubbish", b"<svg xmlns='x'/>"]
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_shows_nothing_is_refused_with_what_to_do(
    client: TestClient, market: Market, content: bytes, language: str
) -> None:
    headers = {**market.signed("buyer-owner"), "Accept-Language": language}
    url = f"/api/parties/{market.buyer.id}/likeness"
    refused = client.post(url, content=content, headers=headers)
    assert refused.status_code in (415, 422)
    assert refused.json()["detail"].isascii() is (language == "en")


def test_numbers_are_kept_as_they_are_written_and_found_however_they_are_told(
    client: TestClient, station: Station, market: Market
) -> None:
    asset_id = bring_asset(station, market.seller, b"1", is_live=False).asset_id
    seller, stranger = market.signed("seller-owner"), market.signed("stranger")
    url = f"/api/assets/{asset_id}/identifiers"
    number = {"scheme": "eidr", "value": "10.5240/779185342C23903086105"}
    made = client.post(url, json=number, headers=seller)
    assert made.json()["value"] == "10.5240/7791-8534-2C23-9030-8610-5"
    assert client.post(url, json=number, headers=seller).status_code == 409
    assert client.post(url, json=number, headers=stranger).status_code == 404
    assert client.get(url, headers=stranger).status_code == 404
    asked = f"/api/identifiers?scheme=eidr&value={number['value']}"
    assert [each["bearer_id"] for each in client.get(asked, headers=seller).json()] == [asset_id]
    assert client.get(asked, headers=stranger).json() == []
    live = bring_asset(station, market.seller, b"2").asset_id
    client.post(f"/api/assets/{live}/identifiers", json=number, headers=seller)
    assert [each["bearer_id"] for each in client.get(asked, headers=stranger).json()] == [live]
    header = {**seller, "If-Match": made.headers["etag"]}
    assert client.delete(f"/api/identifiers/{made.json()['id']}", headers=header).status_code == 204


@pytest.mark.parametrize(
    "number",
    [
        {"scheme": "eidr", "value": "10.5240/7791-8534-2C23-9030-8610-6"},
        {"scheme": "isni", "value": "000000012150090X"},  # of people and firms
        {"scheme": "isbn", "value": "9783161484100"},
    ],
)
def test_a_number_that_cannot_be_is_refused(
    client: TestClient, station: Station, market: Market, number: dict[str, str]
) -> None:
    asset_id = bring_asset(station, market.seller, b"1").asset_id
    refused = client.post(
        f"/api/assets/{asset_id}/identifiers", json=number, headers=market.signed("seller-owner")
    )
    assert refused.status_code == 422

"""What anybody may ask without an account: is it genuine, does it hold; and nothing private."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from mstation.media.credentials import Claim, sign
from mstation.station.change import STATION
from mstation.station.exchange.authority import signer_of
from mstation.station.exchange.chains import es256
from mstation.station.exchange.licences import Licence, activate, revoke, suspend
from mstation.station.guesses import ADDRESS
from mstation.station.station import Station
from tests.media.credentialed import Signing, picture
from tests.station.exchange.shop import END, START, Shop, open_shop
from tests.station.market import Market

HTML = "<img src=x onerror=alert(1)>"


@pytest.fixture
def shop(station: Station, market: Market) -> Shop:
    shop = open_shop(station, market)
    with station.change(STATION) as change:
        asset = change.edit(shop.asset, title=HTML)
        change.edit(market.buyer, name="Secret Buyer")
    return Shop(station, market, asset, shop.version)


@pytest.fixture
def licence(shop: Shop) -> Licence:
    offer = shop.offer()
    reserved = shop.reserve(shop.quote(offer, starts_at=START, ends_at=END, project="Secret film"))
    with shop.station.change(STATION) as change:
        return activate(change, reserved)


def certificate(client: TestClient, market: Market, licence: Licence, kind: str) -> bytes:
    header = market.signed("buyer-owner")
    made = client.post(f"/api/licences/{licence.id}/certificates", json={}, headers=header)
    assert made.status_code == 201, made.text
    answer = client.get(f"/api/licence-certificates/{made.json()['id']}/{kind}", headers=header)
    assert answer.status_code == 200, answer.text
    return answer.content


def test_a_page_tells_people_in_both_languages_and_runs_nothing(
    client: TestClient, licence: Licence
) -> None:
    answer = client.get(f"/verify/{licence.number}")
    assert answer.status_code == 200
    page = answer.text
    for told in ("This licence is active.", "本许可有效。", licence.number, "青铜灯"):
        assert told in page
    assert HTML not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<script" not in page
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    for private in ("Secret", "CNY", licence.party_id, licence.quote_id):
        assert private not in page
        assert private not in client.get(f"/api/verify/{licence.number}").text


def test_the_page_tells_what_became_of_a_licence(
    client: TestClient, station: Station, licence: Licence, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/verify/{licence.number}"
    monkeypatch.setattr("mstation.server.routes.verification.now", lambda: END)
    assert "has expired" in client.get(path).text
    assert client.get(f"/api{path}").json()["standing"] == "expired"
    monkeypatch.setattr(
        "mstation.server.routes.verification.now", lambda: START - timedelta(days=1)
    )
    assert "尚未生效" in client.get(path).text
    monkeypatch.undo()
    with station.change(STATION) as change:
        suspended = suspend(change, licence, "disputed by the museum")
    assert "suspended" in client.get(path).text
    with station.change(STATION) as change:
        revoke(change, suspended, "not paid")
    page = client.get(path).text
    assert "was revoked" in page
    assert "已被撤销" in page
    assert "disputed" not in page


@pytest.mark.parametrize("number", ["MS-2026-AAAAAA-A", "%3Cscript%3E", "x" * 300, "%00", "灯"])
def test_a_number_that_is_none_is_told_safely(client: TestClient, number: str) -> None:
    answer = client.get(f"/verify/{number}")
    assert answer.status_code == 404
    assert "没有此编号的许可" in answer.text
    assert "<script" not in answer.text
    assert client.get(f"/api/verify/{number}").status_code == 404


def test_who_guesses_numbers_waits(client: TestClient, licence: Licence) -> None:
    answers = [client.get(f"/api/verify/guess{n}").status_code for n in range(ADDRESS.free + 2)]
    assert answers[0] == 404
    assert answers[-1] == 429
    assert client.get(f"/verify/{licence.number}").status_code == 429


def test_a_certificate_that_is_brought_is_told_to_be_genuine_or_not(
    client: TestClient, station: Station, market: Market, licence: Licence
) -> None:
    for kind in ("pdf", "json"):
        data = certificate(client, market, licence, kind)
        told = client.post("/api/verify", content=data).json()
        assert told["kind"] == f"certificate_{kind}"
        assert (told["signature"], told["standing"]) == ("intact", "active")
        assert "Secret" not in json.dumps(told)
    edited = data.replace(b'"is_exclusive": true', b'"is_exclusive": false')
    assert edited != data
    assert client.post("/api/verify", content=edited).json()["signature"] == "altered"


def test_media_that_are_brought_tell_by_whom_they_are(
    client: TestClient, station: Station, tmp_path: Path
) -> None:
    source, out = tmp_path / "source", tmp_path / "out"
    source.write_bytes(picture("PNG"))
    signer, stranger = signer_of(station), Signing("Somebody")
    sign(source, out, "image/png", Claim("a"), chain=signer.pem,
         key=lambda data: es256(signer.key, data))  # fmt: skip
    told = client.post("/api/verify", content=out.read_bytes()).json()
    assert (told["kind"], told["proof"]["trust"]) == ("media", "trusted")
    changed = bytearray(out.read_bytes())
    changed[changed.rindex(b"IDAT") + 20] ^= 4
    told = client.post("/api/verify", content=bytes(changed)).json()["proof"]
    assert (told["trust"], told["reasons"]) == ("invalid", ["assertion.dataHash.mismatch"])
    sign(source, out, "image/png", Claim("a"), chain=stranger.chain, key=stranger)
    told = client.post("/api/verify", content=out.read_bytes()).json()["proof"]
    assert (told["trust"], told["organisation"]) == ("valid", "Somebody")
    told = client.post("/api/verify", content=source.read_bytes()).json()["proof"]
    assert told["trust"] == "none"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 422),
        (b"hello", 422),
        (b"%PDF-1.7 and no more", 422),
        (b"\x89PNG\r\n\x1a\n and no more", 422),
        (b"<html><script>alert(1)</script>", 200),  # nothing that could prove anything
        (b'{"certificate": "' + b"x" * 400_000 + b'"}', 200),
    ],
)
def test_what_is_not_what_it_says_is_refused(client: TestClient, data: bytes, status: int) -> None:
    answer = client.post("/api/verify", content=data)
    assert answer.status_code == status, answer.text
    if status == 200:
        assert answer.json()["proof"]["trust"] == "none"
    else:
        assert re.search("file|certificate", answer.json()["detail"])


def test_huge_files_are_refused_and_nothing_of_them_stays(
    client: TestClient, station: Station
) -> None:
    answer = client.post("/api/verify", content=b"\0" * (32 * 2**20 + 1))
    assert answer.status_code in (413, 422)
    assert not list(station.uploads.iterdir())


def test_certificates_that_sign_are_told_to_everybody_without_their_keys(
    client: TestClient, station: Station
) -> None:
    signer_of(station)
    told = client.get("/api/certificates").json()
    assert {each["standing"] for each in told} == {"root", "signer"}
    assert "PRIVATE" not in json.dumps(told)

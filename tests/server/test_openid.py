"""Signing in by a provider: a real one, on loopback, that also lies when it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2
import pytest
from starlette.testclient import TestClient

from mstation.server.app import make_app
from mstation.station.change import STATION
from mstation.station.settings import Provider, Settings
from mstation.station.station import Station
from tests.server.provider import CLIENT_ID, CLIENT_SECRET, FakeProvider, providing
from tests.station.crew import PASSWORD, Crew

OTTO = {"sub": "otto-1", "email": "otto@example.org", "email_verified": True, "name": "Otto 奥托"}
MARA = {"email": "mara@example.org", "name": "Mara", "password": PASSWORD}


@pytest.fixture(scope="module")
def one_provider() -> Iterator[FakeProvider]:
    with providing() as provider:
        yield provider


@pytest.fixture
def provider(one_provider: FakeProvider) -> FakeProvider:
    one_provider.who, one_provider.twist = dict(OTTO), lambda claims: claims
    one_provider.sign_with, one_provider.names_issuer = "RS256", True
    return one_provider


def _browser(
    station: Station, provider: FakeProvider, *, makes_accounts: bool = True
) -> TestClient:
    own = Provider(
        "studio", "Studio 灯笼", provider.issuer, CLIENT_ID, CLIENT_SECRET, makes_accounts
    )
    settings = Settings("http://station.test", (own,))
    return TestClient(
        make_app(station, settings), base_url="http://station.test", follow_redirects=False
    )


def _visit(browser: TestClient, *, connect: bool = False) -> str:
    """Go to the provider; the address that it sends the browser back to."""
    begun = browser.post("/api/openid/studio/visits", json={"connect": connect})
    assert begun.status_code == 201, begun.text
    return httpx2.get(begun.json()["address"]).headers["location"]


def _come_back(browser: TestClient, address: str, **headers: str) -> httpx2.Response:
    parts = urlsplit(address)
    return browser.get(f"{parts.path}?{parts.query}", headers=headers)


def _sign_in(browser: TestClient) -> httpx2.Response:
    return _come_back(browser, _visit(browser))


def test_somebody_new_gets_an_account_and_comes_back_to_it(
    station: Station, provider: FakeProvider
) -> None:
    browser = _browser(station, provider)
    assert browser.get("/api/openid").json() == [{"name": "studio", "label": "Studio 灯笼"}]
    told = _sign_in(browser)
    assert (told.status_code, told.headers["location"]) == (303, "/")
    me = browser.get("/api/me").json()
    assert (me["email"], me["name"]) == ("otto@example.org", "Otto 奥托")
    provider.who["email"] = "otto.new@example.org"  # issuer and subject are who they are
    provider.sign_with = "ES256"
    again = _browser(station, provider)
    assert _sign_in(again).status_code == 303
    assert again.get("/api/me").json()["id"] == me["id"]
    asked = provider.asked[-1]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert asked["redirect_uri"] == "http://station.test/api/openid/studio/back"


def test_nobody_new_gets_in_where_the_provider_makes_no_accounts(
    station: Station, provider: FakeProvider
) -> None:
    told = _sign_in(_browser(station, provider, makes_accounts=False))
    assert told.status_code == 401
    assert "invitation" in told.json()["detail"]


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://evil.test"},
        {"aud": "another-station"},
        {"aud": [CLIENT_ID, "another-station"]},
        {"nonce": "of another visit"},
        {"nonce": None},
        {"exp": 1},
        {"sub": ""},
        {"sub": "s" * 256},
    ],
)
def test_a_token_that_is_not_sound_signs_nobody_in(
    station: Station, provider: FakeProvider, lie: dict[str, object]
) -> None:
    provider.twist = lambda claims: {
        name: value for name, value in {**claims, **lie}.items() if value is not None
    }
    browser = _browser(station, provider)
    told = _sign_in(browser)
    assert told.status_code == 401
    assert "Studio" in told.json()["detail"]
    assert "mstation_session" not in browser.cookies


@pytest.mark.parametrize("how", ["stranger", "HS256"])
def test_a_token_signed_by_anybody_else_signs_nobody_in(
    station: Station, provider: FakeProvider, how: str
) -> None:
    provider.sign_with = how
    assert _sign_in(_browser(station, provider)).status_code == 401


def test_the_way_back_is_for_one_browser_and_once(station: Station, provider: FakeProvider) -> None:
    browser, victim = _browser(station, provider), _browser(station, provider)
    back = _visit(browser)
    assert _come_back(victim, back).status_code == 401  # who never set out
    _visit(victim)
    assert _come_back(victim, back).status_code == 401  # who set out on another visit
    state = browser.cookies["mstation_visit"]
    assert _come_back(browser, back).status_code == 303
    browser.cookies.set("mstation_visit", state)
    chinese = _come_back(browser, back, **{"Accept-Language": "zh"})
    assert chinese.status_code == 401
    assert "重新登录" in chinese.json()["detail"]


def test_an_answer_that_does_not_name_its_issuer_is_refused(
    station: Station, provider: FakeProvider
) -> None:
    provider.names_issuer = False
    assert _sign_in(_browser(station, provider)).status_code == 401


def test_who_says_no_there_is_told_so(station: Station, provider: FakeProvider) -> None:
    browser = _browser(station, provider)
    _visit(browser)
    state = browser.cookies["mstation_visit"]
    told = browser.get(f"/api/openid/studio/back?error=access_denied&state={state}")
    assert told.status_code == 401
    assert "access_denied" in told.json()["detail"]


def test_a_provider_that_is_gone_is_said_to_be(station: Station) -> None:
    gone = FakeProvider(issuer="http://127.0.0.1:9")
    told = _browser(station, gone).post("/api/openid/studio/visits", json={})
    assert told.status_code == 401
    assert "try again" in told.json()["detail"]


def test_the_same_address_is_the_same_person_only_where_both_sides_have_shown_it(
    station: Station, crew: Crew, provider: FakeProvider
) -> None:
    browser = _browser(station, provider)
    provider.who.update(email="artist@example.org", email_verified=False)
    assert _sign_in(browser).status_code == 401
    provider.who["email_verified"] = True  # but nobody knows whether the account's address is
    told = _sign_in(browser)
    assert told.status_code == 401
    assert "connect" in told.json()["detail"]
    with station.change(STATION) as change:
        change.edit(crew.people["artist"], is_email_proven=True)
    assert _sign_in(browser).status_code == 303
    assert browser.get("/api/me").json()["id"] == crew.people["artist"].id


def test_who_is_signed_in_connects_a_provider_and_lets_it_go(
    station: Station, crew: Crew, provider: FakeProvider
) -> None:
    browser, who = _browser(station, provider), crew.people["artist"]
    assert browser.post("/api/openid/studio/visits", json={"connect": True}).status_code == 401
    browser.post("/api/session", json={"email": who.email, "password": PASSWORD})
    assert _come_back(browser, _visit(browser, connect=True)).status_code == 303
    (identity,) = browser.get("/api/me/identities").json()
    assert (identity["issuer"], identity["subject"]) == (provider.issuer, "otto-1")
    other = _browser(station, provider)
    assert _sign_in(other).status_code == 303
    assert other.get("/api/me").json()["id"] == who.id
    vendor = _browser(station, provider)
    vendor.post("/api/session", json={"email": "vendor@example.org", "password": PASSWORD})
    assert _come_back(vendor, _visit(vendor, connect=True)).status_code == 409
    assert vendor.delete(f"/api/me/identities/{identity['id']}").status_code == 404
    assert browser.delete(f"/api/me/identities/{identity['id']}").status_code == 204


def test_the_only_way_in_is_not_removed(station: Station, provider: FakeProvider) -> None:
    browser = _browser(station, provider)
    _sign_in(browser)
    (identity,) = browser.get("/api/me/identities").json()
    assert browser.delete(f"/api/me/identities/{identity['id']}").status_code == 409
    told = browser.post("/api/me/password", json={"old": "", "new": PASSWORD})
    assert told.status_code == 403
    guess = {"email": OTTO["email"], "password": "nobody has this password"}
    assert browser.post("/api/session", json=guess).status_code == 401

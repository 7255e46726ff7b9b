"""One's own sessions and password, and how often one may try."""

from __future__ import annotations

import time

import pytest
from starlette.testclient import TestClient

from mstation.server.app import make_app
from mstation.station import passwords
from mstation.station.guesses import HERE
from mstation.station.station import Station
from tests.station.crew import PASSWORD, Crew

WHO = {"email": "artist@example.org", "password": PASSWORD}
NEW = "nine paper boats downstream"


def _browser(station: Station, name: str) -> TestClient:
    client = TestClient(
        make_app(station), base_url="http://station.test", headers={"User-Agent": name}
    )
    assert client.post("/api/session", json=WHO).status_code == 201
    return client


def test_people_see_where_they_are_signed_in_and_end_it(station: Station, crew: Crew) -> None:
    laptop, phone = _browser(station, "laptop"), _browser(station, "phone")
    listed = {each["agent"]: each for each in laptop.get("/api/sessions").json()}
    assert listed["laptop"]["is_this"]
    assert not listed["phone"]["is_this"]
    assert "key_digest" not in listed["phone"]
    url = f"/api/sessions/{listed['phone']['id']}"
    assert laptop.delete(url, headers=crew.signed("vendor")).status_code == 404
    assert laptop.delete(url).status_code == 204
    assert phone.get("/api/me").status_code == 401
    assert laptop.get("/api/me").status_code == 200
    other = _browser(station, "tablet")
    assert laptop.delete("/api/sessions").status_code == 204
    assert other.get("/api/me").status_code == 401
    assert len(laptop.get("/api/sessions").json()) == 1


def test_a_new_password_ends_all_other_sessions(station: Station, crew: Crew) -> None:
    laptop, phone = _browser(station, "laptop"), _browser(station, "phone")
    url = "/api/me/password"
    wrong = laptop.post(url, json={"old": "not this one", "new": NEW})
    assert wrong.status_code == 403
    assert laptop.post(url, json={"old": PASSWORD, "new": "password123"}).status_code == 422
    assert laptop.post(url, json={"old": PASSWORD, "new": NEW}).status_code == 204
    assert laptop.get("/api/me").status_code == 200
    assert phone.get("/api/me").status_code == 401
    assert phone.post("/api/session", json=WHO).status_code == 401
    assert phone.post("/api/session", json={**WHO, "password": NEW}).status_code == 201


def test_who_guesses_is_told_how_long_to_wait(client: TestClient, crew: Crew) -> None:
    wrong = {**WHO, "password": "not this one"}
    told = [client.post("/api/session", json=wrong) for _ in range(HERE.free + 2)]
    assert [each.status_code for each in told] == [401] * (HERE.free + 1) + [429]
    assert int(told[-1].headers["retry-after"]) == 1
    right = client.post("/api/session", json=WHO, headers={"Accept-Language": "zh"})
    assert right.status_code == 429
    assert "秒后再试" in right.json()["detail"]
    time.sleep(1.1)
    assert client.post("/api/session", json=WHO).status_code == 201


@pytest.mark.parametrize("email", ["nobody@example.org", "no\u0007body", "a\x00b", ""])
def test_strange_addresses_are_only_unknown(client: TestClient, crew: Crew, email: str) -> None:
    told = client.post("/api/session", json={"email": email, "password": "not this one"})
    assert told.status_code == 401


def test_an_unknown_address_costs_as_much_as_a_wrong_password(crew: Crew) -> None:
    """In time of the processor: others may use the machine meanwhile."""
    passwords.matches("", "warms up")
    costs = []
    for kept in (crew.people["artist"].password_hash, ""):
        start = time.process_time()
        assert not passwords.matches(kept, "nobody has this password")
        costs.append(time.process_time() - start)
    assert 1 / 4 < costs[0] / costs[1] < 4

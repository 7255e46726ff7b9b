"""Who asks: cookies of sessions, tokens of programs, and nobody else."""

from __future__ import annotations

from starlette.testclient import TestClient

from mstation.station.station import Station
from tests.station.crew import PASSWORD, Crew

FIRST = {"email": "Mara@Example.org", "name": "Mara", "password": PASSWORD}


def test_the_first_account_is_made_on_first_use_and_only_then(client: TestClient) -> None:
    assert client.get("/api/first-account").json() == {"waiting": True}
    made = client.post("/api/first-account", json=FIRST)
    assert made.status_code == 201
    assert made.json()["email"] == "mara@example.org"
    assert "HttpOnly" in made.headers["set-cookie"]
    assert "SameSite=lax" in made.headers["set-cookie"]
    assert client.get("/api/me").json()["name"] == "Mara"
    assert client.get("/api/first-account").json() == {"waiting": False}
    assert client.post("/api/first-account", json=FIRST).status_code == 403


def test_a_session_ends_when_its_person_signs_out(client: TestClient, crew: Crew) -> None:
    who = {"email": "artist@example.org", "password": PASSWORD}
    assert client.post("/api/session", json=who).status_code == 201
    key = client.cookies["mstation_session"]
    assert client.delete("/api/session").status_code == 204
    client.cookies.set("mstation_session", key)
    assert client.get("/api/me").status_code == 401


def test_a_wrong_password_and_an_unknown_address_are_told_alike(
    client: TestClient, crew: Crew
) -> None:
    wrong = client.post(
        "/api/session", json={"email": "artist@example.org", "password": "not this one"}
    )
    unknown = client.post(
        "/api/session", json={"email": "nobody@example.org", "password": "not this one"}
    )
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.headers["content-type"] == "application/problem+json"


def test_a_page_of_another_site_changes_nothing(client: TestClient) -> None:
    client.post("/api/first-account", json=FIRST)
    body = {"name": "Stolen Pictures"}
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
    ):
        assert client.post("/api/organisations", json=body, headers=headers).status_code == 403
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://station.test"}, {}):
        assert client.post("/api/organisations", json=body, headers=headers).status_code == 201


def test_passwords_that_thieves_know_are_refused_in_both_languages(client: TestClient) -> None:
    for password, told in (("password123", "stolen"), ("short", "10 to 512")):
        refused = client.post("/api/first-account", json={**FIRST, "password": password})
        assert refused.status_code == 422
        assert told in refused.json()["detail"]
    chinese = {"Accept-Language": "zh-CN,zh;q=0.9"}
    refused = client.post(
        "/api/first-account", json={**FIRST, "password": "password123"}, headers=chinese
    )
    assert "泄露" in refused.json()["detail"]


def test_a_token_with_scopes_does_only_what_they_say(client: TestClient, crew: Crew) -> None:
    scopes = ["projects.read", "entities.read"]
    made = client.post(
        "/api/tokens", json={"name": "farm", "scopes": scopes}, headers=crew.signed("producer")
    )
    header = {"Authorization": f"Bearer {made.json()['key']}"}
    entities = f"/api/projects/{crew.project.id}/entities"
    assert client.get(entities, headers=header).status_code == 200
    new = {"kind": "shot", "label": "005-001"}
    assert client.post(entities, json=new, headers=header).status_code == 403
    assert client.post("/api/tokens", json={"name": "more"}, headers=header).status_code == 403
    listed = client.get("/api/tokens", headers=crew.signed("producer")).json()
    assert [each["key"] for each in listed] == [None, None]
    unknown = {"name": "x", "scopes": ["everything"]}
    refused = client.post("/api/tokens", json=unknown, headers=crew.signed("producer"))
    assert refused.status_code == 422
    gone = client.delete(f"/api/tokens/{made.json()['id']}", headers=crew.signed("producer"))
    assert gone.status_code == 204
    assert client.get(entities, headers=header).status_code == 401


def test_sent_again_it_is_the_same_token_with_the_same_key_which_the_database_does_not_know(
    station: Station, client: TestClient, crew: Crew
) -> None:
    header = {**crew.signed("producer"), "Idempotency-Key": "k1"}
    one, two = (client.post("/api/tokens", json={"name": "farm"}, headers=header) for _ in "12")
    assert (one.status_code, one.json()) == (201, two.json())
    key = one.json()["key"]
    assert key.startswith("ms_")
    assert "link" not in one.json()
    assert client.get("/api/me", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    other = client.post("/api/tokens", json={"name": "desk"}, headers=header)
    assert other.status_code == 409
    mine = client.post("/api/tokens", json={"name": "farm"}, headers={
        **crew.signed("owner"), "Idempotency-Key": "k1"})  # fmt: skip
    assert mine.json()["key"] != key
    listed = client.get("/api/tokens", headers=crew.signed("producer")).json()
    assert sum(each["name"] == "farm" for each in listed) == 1
    with station.reading() as connection:
        kept = connection.exec_driver_sql("SELECT body, request FROM answers").all()
    assert kept
    assert not any(key[3:].encode() in bytes(body) or key in told for body, told in kept)

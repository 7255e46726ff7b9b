"""A link makes somebody a member, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from starlette.testclient import TestClient

from mstation.station.change import STATION, find
from mstation.station.invitations import Invitation
from mstation.station.schema import now
from mstation.station.station import Station
from tests.station.crew import PASSWORD, Crew

NEWCOMER = {"email": "nia@example.org", "name": "Nia 妮娅", "password": PASSWORD}


def _invite(client: TestClient, crew: Crew, who: str = "producer", **body: object) -> dict:
    url = f"/api/projects/{crew.project.id}/invitations"
    made = client.post(url, json={"role": "artist", **body}, headers=crew.signed(who))
    assert made.status_code == 201, made.text
    return made.json()


def test_a_newcomer_makes_an_account_and_is_in_the_project(client: TestClient, crew: Crew) -> None:
    made = _invite(client, crew)
    assert made["link"] == f"http://station.test/invitation#{made['key']}"
    offer = client.post("/api/invitations/offer", json={"key": made["key"]}).json()
    assert (offer["organisation"], offer["project"]) == ("Lantern Pictures", "The Last Reel")
    mine = {**NEWCOMER, "key": made["key"]}
    weak = client.post("/api/invitations/account", json={**mine, "password": "password123"})
    assert weak.status_code == 422  # and the invitation is still good
    assert client.post("/api/invitations/account", json=mine).status_code == 201
    assert [each["id"] for each in client.get("/api/projects").json()] == [crew.project.id]
    again = {**mine, "email": "other@example.org"}
    refused = client.post("/api/invitations/account", json=again, headers={"Accept-Language": "zh"})
    assert refused.status_code == 404
    assert "邀请" in refused.json()["detail"]


def test_somebody_with_an_account_accepts_a_role(client: TestClient, crew: Crew) -> None:
    url = f"/api/organisations/{crew.organisation.id}/invitations"
    made = client.post(url, json={"role": "producer"}, headers=crew.signed("owner")).json()
    held, stranger = {"key": made["key"]}, crew.signed("stranger")
    assert client.post("/api/invitations/acceptance", json=held).status_code == 401
    told = client.post("/api/invitations/acceptance", json=held, headers=stranger)
    assert told.status_code == 204
    assert len(client.get("/api/organisations", headers=stranger).json()) == 2
    assert client.get(f"/api/projects/{crew.project.id}", headers=stranger).status_code == 200
    (listed,) = client.get(url, headers=crew.signed("producer")).json()
    assert listed["used_by"] == crew.people["stranger"].id
    assert listed["key"] is None
    assert "key_digest" not in listed


def test_an_invitation_for_one_address_is_for_nobody_else(client: TestClient, crew: Crew) -> None:
    held = {"key": _invite(client, crew, email="Nia@Example.org")["key"]}
    told = client.post("/api/invitations/acceptance", json=held, headers=crew.signed("stranger"))
    assert told.status_code == 403
    other = {**NEWCOMER, **held, "email": "other@example.org"}
    assert client.post("/api/invitations/account", json=other).status_code == 403
    assert client.post("/api/invitations/account", json={**NEWCOMER, **held}).status_code == 201


def test_of_many_who_accept_at_once_one_is_in(client: TestClient, crew: Crew) -> None:
    held = {"key": _invite(client, crew)["key"]}
    people = ("stranger", "artist", "vendor", "client")

    def ask(who: str) -> int:
        url = "/api/invitations/acceptance"
        return client.post(url, json=held, headers=crew.signed(who)).status_code

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(ask, ["stranger"] * 4))
    assert told.count(204) == 1
    assert set(told) <= {204, 404, 409, 412}
    assert [ask(who) for who in people] == [404] * 4


def test_what_was_taken_back_or_is_over_opens_nothing(
    station: Station, client: TestClient, crew: Crew
) -> None:
    gone, old = _invite(client, crew), _invite(client, crew)
    url = f"/api/invitations/{gone['id']}"
    assert client.delete(url, headers=crew.signed("stranger")).status_code == 404
    assert client.delete(url, headers=crew.signed("artist")).status_code == 403
    assert client.delete(url, headers=crew.signed("producer")).status_code == 204
    with station.change(STATION) as change:
        row = find(change.connection, Invitation, old["id"])
        change.edit(row, ends_at=now() - timedelta(seconds=1))
    for each in (gone, old):
        told = client.post("/api/invitations/offer", json={"key": each["key"]})
        assert told.status_code == 404


def test_only_an_owner_makes_owners(client: TestClient, crew: Crew) -> None:
    for path in (f"organisations/{crew.organisation.id}", f"projects/{crew.project.id}"):
        role = {"role": "owner"}
        url = f"/api/{path}/invitations"
        told = client.post(url, json=role, headers=crew.signed("producer"))
        assert told.status_code == 403
        assert client.post(url, json=role, headers=crew.signed("owner")).status_code == 201
        given = {**role, "account_id": crew.people["stranger"].id}
        url = f"/api/{path}/members"
        assert client.post(url, json=given, headers=crew.signed("producer")).status_code == 403


def test_sent_again_it_is_the_same_invitation_with_the_same_key(
    station: Station, client: TestClient, crew: Crew
) -> None:
    url = f"/api/projects/{crew.project.id}/invitations"
    header = {**crew.signed("producer"), "Idempotency-Key": "k1"}
    told = [client.post(url, json={"role": "artist"}, headers=header) for _ in range(2)]
    assert told[0].json() == told[1].json()
    assert len(client.get(url, headers=crew.signed("producer")).json()) == 1
    with station.reading() as connection:
        kept = connection.exec_driver_sql("SELECT body FROM answers").scalars().all()
    assert kept
    assert not any(told[0].json()["key"].encode() in bytes(body) for body in kept)

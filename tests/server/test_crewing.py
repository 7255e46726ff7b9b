"""Crewing over HTTP: proposed with reasons, decided by a person, kept as it was."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from mstation.station.change import STATION
from mstation.station.intervals import Interval
from mstation.station.parties import person_party
from mstation.station.station import Station
from mstation.station.talent.availability import AvailabilityKind, add_availability
from tests.station.crew import Crew
from tests.station.places import DAY, MONDAY
from tests.station.test_needs import A_FILM

NEED: dict[str, Any] = {
    "id": "gaffer, day 1", "role": "gaffer", "starts_at": MONDAY.isoformat(),
    "ends_at": (MONDAY + DAY).isoformat(), "skills": {"rigging": 2},
}  # fmt: skip


def _person(id_: str, rate: int, **more: object) -> dict[str, Any]:
    return {"id": id_, "roles": ["gaffer"], "day_rate": rate, "skills": {"rigging": 3}, **more}


def _run(client: TestClient, crew: Crew, who: str = "producer", **body: object) -> Any:
    path = f"/api/projects/{crew.project.id}/match-runs"
    return client.post(path, json={"requirements": [NEED], **body}, headers=crew.signed(who))


def test_a_run_proposes_with_reasons_and_a_person_decides(
    client: TestClient, crew: Crew, station: Station
) -> None:
    people = [_person("a", 500_00), _person("b", 400_00), _person("c", 1, skills={})]
    run = _run(client, crew, candidates=people).json()
    assert [each["candidate_id"] for each in run["result"]["chosen"]] == ["b"]
    told = {each["candidate_id"]: each["reason"] for each in run["result"]["passed"]}
    assert told["a"] == {"why": "dearer", "detail": "10000"}
    assert told["c"] == {"why": "skill", "detail": "rigging 0/2"}
    url = f"/api/match-runs/{run['id']}"
    body = {"requirement_id": NEED["id"], "candidate_id": "a", "reason": "knows the house"}
    made = client.post(f"{url}/decisions", json=body, headers=crew.signed("producer"))
    assert made.json()["account_id"] == crew.people["producer"].id
    assert client.get(f"{url}/decisions", headers=crew.signed("owner")).json() == [made.json()]
    assert client.get(url, headers=crew.signed("owner")).json() == run
    nobody = {**body, "candidate_id": "z"}
    assert (
        client.post(f"{url}/decisions", json=nobody, headers=crew.signed("owner")).status_code
        == 422
    )
    with station.reading() as connection:
        events = str(connection.exec_driver_sql("SELECT * FROM events").all())
    assert "rigging" not in events  # what is known of people stays out of the log
    again = _run(client, crew, candidates=people[::-1]).json()
    assert (again["plan_sha256"], again["result"]) == (run["plan_sha256"], run["result"])


def test_whoever_told_the_station_that_they_are_busy_is_not_proposed(
    client: TestClient, crew: Crew, station: Station
) -> None:
    with station.change(STATION) as change:
        own = person_party(change, crew.people["producer"], country="FR")
        other = person_party(change, crew.people["stranger"], country="FR")
        busy = Interval(MONDAY, MONDAY + DAY / 2)
        add_availability(change, own, kind=AvailabilityKind.HOLD, interval=busy)
    run = _run(client, crew, candidates=[_person("me", 1, party_id=own.id)]).json()
    assert run["result"]["chosen"] == []
    assert run["result"]["unfilled"][0]["refusals"] == {"free": 1}
    asked = _run(client, crew, candidates=[_person("them", 1, party_id=other.id)])
    assert asked.status_code == 404  # whose time is nothing to the asker


def test_needs_come_of_a_films_breakdown(client: TestClient, crew: Crew) -> None:
    path = f"/api/projects/{crew.project.id}/crew-needs"
    told = client.post(path, json=A_FILM, headers=crew.signed("producer")).json()
    assert {"gaffer", "chaperone", "animal_wrangler"} <= {each["role"] for each in told}
    assert client.post(path, json={}, headers=crew.signed("producer")).status_code == 422
    assert client.post(path, json=A_FILM, headers=crew.signed("stranger")).status_code == 404


def test_what_cannot_be_weighed_is_refused(client: TestClient, crew: Crew) -> None:
    twice = _run(client, crew, candidates=[_person("a", 1), _person("a", 2)])
    assert twice.status_code == 422
    backwards = {**NEED, "ends_at": NEED["starts_at"]}
    assert _run(client, crew, requirements=[backwards], candidates=[]).status_code == 422

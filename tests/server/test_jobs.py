"""Jobs over HTTP: only known kinds, checked before they are kept, told without their parameters."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient

from mstation.station.change import Actor
from mstation.station.jobs import submit
from mstation.station.station import Station
from mstation.work.kinds import KINDS
from tests.station.crew import Crew

BUILD = {"kind": "film.build", "parameters": {"script": "INT. KITCHEN - DAY", "rate": "23.976"}}


def _ask(client: TestClient, crew: Crew, **body: object) -> tuple[int, str]:
    url = f"/api/projects/{crew.project.id}/jobs"
    told = json.dumps({**BUILD, **body})  # as httpx writes it, half characters escaped besides
    header = {**crew.signed("producer"), "Content-Type": "application/json"}
    answer = client.post(url, content=told, headers=header)
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({}, "script"),
        ({"script": "x", "width": 65}, "width"),
        ({"script": "x", "height": 100_000}, "height"),
        ({"script": "x", "rate": "fast"}, "fast"),
        ({"script": "x", "name": "../../etc/passwd"}, "name"),
        ({"script": "x", "renderer": "rm -rf"}, "renderer"),
        ({"script": ["x"]}, "script"),
        ({"script": "INT. ROOM \ud800"}, "script"),
        ({"script": "x", "score_wishes": "#" * 1_000_001}, "score_wishes"),
        ({"script": "x", "score_wishes": "# \udfff"}, "score_wishes"),
        ({"script": "x", "score_wishes": {"cues": {}}}, "score_wishes"),
        ({"script": "x", "subtitles": "../../etc"}, "subtitles"),
        ({"script": "x", "subtitles": "burn-bilingual"}, "translation"),
        ({"script": "x", "translation": "a", "translation_file_id": "b"}, "translation"),
        ({"script": "x", "translation": "," * 4_000_001}, "translation"),
        ({"script": "x", "take_file_ids": ["a"] * 5001}, "take_file_ids"),
        ({"script": "x", "take_file_ids": "all"}, "take_file_ids"),
        ({"script": "x", "take_file_ids": ["../../etc/passwd-and-more"]}, "take_file_ids"),
        ({"script": "x", "take_file_ids": ["../etc/passwd"]}, "../etc/passwd"),
        ({"script": "x", "voices": "/etc"}, "voices"),
    ],
)
def test_parameters_that_cannot_be_meant_are_refused(
    client: TestClient, crew: Crew, parameters: dict[str, object], told: str
) -> None:
    status, text = _ask(client, crew, parameters=parameters)
    assert status == 422
    assert told in text


def test_only_known_kinds_are_asked_for(client: TestClient, crew: Crew) -> None:
    status, text = _ask(client, crew, kind="os.system")
    assert status == 422
    assert all((name in text) is kind.is_asked_for for name, kind in KINDS.items())


def test_what_the_station_asks_for_itself_nobody_else_does(client: TestClient, crew: Crew) -> None:
    status, _ = _ask(client, crew, kind="asset.prepare", parameters={"asset_version_id": "a"})
    assert status == 422


def test_a_job_is_asked_for_read_stopped_and_tried_again(client: TestClient, crew: Crew) -> None:
    header = {**crew.signed("producer"), "Idempotency-Key": "once"}
    url = f"/api/projects/{crew.project.id}/jobs"
    made = client.post(url, json=BUILD, headers=header)
    assert client.post(url, json=BUILD, headers=header).json() == made.json()
    job = made.json()
    follower = client.post(
        url, json={**BUILD, "after_ids": [job["id"]]}, headers=crew.signed("producer")
    ).json()
    listed = client.get(url, headers=header).json()["rows"]
    assert [each["id"] for each in listed] == [job["id"], follower["id"]]
    assert not any("parameters" in each for each in (*listed, job))
    read = client.get(f"/api/jobs/{job['id']}", headers=header)
    assert (read.json()["parameters"]["rate"], read.headers["etag"]) == ("24000/1001", '"1"')
    stopped = client.post(f"/api/jobs/{job['id']}/cancel", headers=header)
    assert (stopped.json()["state"], stopped.headers["etag"]) == ("cancelled", '"2"')
    listed = client.get(url, params={"state": "cancelled"}, headers=header).json()["rows"]
    assert [each["id"] for each in listed] == [job["id"], follower["id"]]
    again = client.post(f"/api/jobs/{job['id']}/retry", headers=header).json()
    assert (again["state"], again["ended_at"]) == ("waiting", None)
    assert client.post(f"/api/jobs/{job['id']}/retry", headers=header).status_code == 409


def test_a_supervisor_stops_only_what_they_asked_for(
    client: TestClient, crew: Crew, station: Station
) -> None:
    for who, status in (("supervisor", 200), ("producer", 403)):
        person = crew.people[who].id
        with station.change(Actor("account", person, person)) as change:
            job = submit(change, crew.project, kind="film.build", parameters={})
        stop = f"/api/jobs/{job.id}/cancel"
        assert client.post(stop, headers=crew.signed("supervisor")).status_code == status

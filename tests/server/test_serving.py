"""One command, and the station answers."""

from __future__ import annotations

import itertools
import json
import threading
import time
from pathlib import Path

import httpx2

from tests.server.running import running
from tests.station.crew import PASSWORD

FIRST = {"email": "mara@example.org", "name": "Mara", "password": PASSWORD}


def test_a_fresh_folder_serves_and_keeps_what_was_made(tmp_path: Path) -> None:
    with running("--data", "here", cwd=tmp_path) as server, server.asking() as client:
        assert client.post("/api/first-account", json=FIRST).status_code == 201
        made = client.post("/api/organisations", json={"name": "灯笼影业"})
        assert made.status_code == 201
    with running("--data", "here", cwd=tmp_path) as server, server.asking() as client:
        assert client.post("/api/session", json=FIRST).status_code == 201
        assert [each["name"] for each in client.get("/api/organisations").json()] == ["灯笼影业"]


def test_a_follower_loses_nothing_and_sees_nothing_twice(tmp_path: Path) -> None:
    """Ten dropped lines while a hundred shots are made."""
    with running("--data", "here", cwd=tmp_path) as server, server.asking() as client:
        client.post("/api/first-account", json=FIRST)
        organisation = client.post("/api/organisations", json={"name": "Lantern"}).json()["id"]
        made = client.post(f"/api/organisations/{organisation}/projects", json={"name": "Reel"})
        project = made.json()["id"]
        start = client.get(f"/api/projects/{project}/events", params={"most": 1000}).json()

        def shoot() -> None:
            with server.asking() as other:
                other.cookies = client.cookies
                for number in range(100):
                    body = {"kind": "shot", "label": f"{number:03}"}
                    other.post(f"/api/projects/{project}/entities", json=body)

        thread = threading.Thread(target=shoot)
        thread.start()
        url = f"/api/projects/{project}/events/live"
        seen = _follow(client, url, start[-1]["number"], lines=10, most=100)
        thread.join()
    assert [event["after"]["label"] for event in seen] == [f"{n:03}" for n in range(100)]
    numbers = [event["number"] for event in seen]
    assert all(one < other for one, other in itertools.pairwise(numbers))


def _follow(
    client: httpx2.Client, url: str, number: int, *, lines: int, most: int
) -> list[dict[str, object]]:
    """Follow events over lines that drop after some of them each, the last one after all."""
    seen: list[dict[str, object]] = []
    until = time.monotonic() + 60
    for line in range(lines):
        wanted = most if line == lines - 1 else most * (line + 1) // lines
        with client.stream("GET", url, headers={"Last-Event-ID": str(number)}) as answer:
            for told in answer.iter_lines():
                assert time.monotonic() < until
                if told.startswith("data:"):
                    seen.append(json.loads(told.removeprefix("data:")))
                    number = int(str(seen[-1]["number"]))
                if len(seen) >= wanted:
                    break
    return seen

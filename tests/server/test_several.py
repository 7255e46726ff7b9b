"""Several servers on one database, and servers that are killed: nothing is lost, nothing twice."""

from __future__ import annotations

import json
import os
import random
import subprocess
import threading
import time
from pathlib import Path

import httpx2

from mstation.station.production.entities import entities
from mstation.station.station import open_station
from tests.server.running import MSTATION, Running, running
from tests.station.crew import PASSWORD
from tests.station.databases import NewDatabase

FIRST = {"email": "mara@example.org", "name": "Mara", "password": PASSWORD}


def project_in(server: Running) -> tuple[httpx2.Client, str]:
    """Return a client that is signed in, and the address of a new project."""
    client = server.asking()
    client.post("/api/first-account", json=FIRST)
    client.post("/api/session", json=FIRST)
    organisation = client.post("/api/organisations", json={"name": "Lantern"}).json()["id"]
    made = client.post(f"/api/organisations/{organisation}/projects", json={"name": "Reel"})
    return client, f"/api/projects/{made.json()['id']}"


def shoot(
    server: Running, cookies: httpx2.Cookies, project: str, name: str, most: int
) -> list[str]:
    """Make shots until there are enough or the server is gone; return the ids it acknowledged."""
    made = []
    with server.asking() as client:
        client.cookies = cookies
        try:
            for number in range(most):
                body = {"kind": "shot", "label": f"{name}-{number:03}"}
                answer = client.post(f"{project}/entities", json=body)
                assert answer.status_code == 201
                made.append(answer.json()["id"])
        except httpx2.TransportError:
            pass
    return made


def test_two_servers_tell_the_same_in_the_same_order(
    new_database: NewDatabase, tmp_path: Path
) -> None:
    database = ("--database", new_database())
    made: list[str] = []
    told: dict[str, list[tuple[int, str]]] = {}
    with running(*database, cwd=tmp_path) as one, running(*database, cwd=tmp_path) as two:
        client, project = project_in(one)
        start = client.get(f"{project}/events", params={"most": 1000}).json()[-1]["number"]

        def follow(server: Running) -> None:
            with server.asking(**{"Last-Event-ID": str(start)}) as other:
                other.cookies = client.cookies
                seen = told.setdefault(server.address, [])
                with other.stream("GET", f"{project}/events/live") as answer:
                    for line in answer.iter_lines():
                        if line.startswith("data:"):
                            event = json.loads(line.removeprefix("data:"))
                            seen.append((event["number"], event["noun_id"]))
                        if len(seen) == 80:
                            break

        def make(server: Running, name: str) -> None:
            made.extend(shoot(server, client.cookies, project, name, 40))

        jobs = [(follow, (one,)), (follow, (two,)), (make, (one, "a")), (make, (two, "b"))]
        threads = [threading.Thread(target=do, args=what) for do, what in jobs]  # type: ignore[arg-type]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        client.close()
    first, second = told.values()
    assert first == second
    assert [number for number, _ in first] == sorted(number for number, _ in first)
    assert sorted(noun_id for _, noun_id in first) == sorted(made)


def test_a_server_killed_at_any_moment_lost_nothing_it_acknowledged(
    new_database: NewDatabase, tmp_path: Path
) -> None:
    address = new_database()
    moments = random.Random(7)
    made: list[str] = []
    for turn in range(2):
        with running("--database", address, cwd=tmp_path) as server:
            client, project = project_in(server)

            def make(name: str, server: Running = server, project: str = project) -> None:
                made.extend(shoot(server, client.cookies, project, name, 10_000))  # noqa: B023

            threads = [threading.Thread(target=make, args=(f"{turn}-{name}",)) for name in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(moments.uniform(0.5, 2.0))
            server.process.kill()
            for thread in threads:
                thread.join()
            client.close()
    verified = subprocess.run(
        [str(MSTATION), "verify", "--database", address, "--data", str(tmp_path)],
        env={**os.environ, "MSTATION_LANG": "en"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (verified.returncode, verified.stderr) == (0, ""), verified.stdout
    station = open_station(address)
    with station.reading() as connection:
        kept = set(connection.execute(entities.select().with_only_columns(entities.c.id)).scalars())
    station.close()
    assert made
    assert set(made) <= kept

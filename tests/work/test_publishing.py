"""From an uploaded script to versions of its shots: what did not change keeps its version."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import av

from mstation.studio import Studio
from tests.server.running import running
from tests.station.crew import PASSWORD
from tests.work.test_building import FIRST

LAMP = """Title: Two Lamps

INT. ATTIC - NIGHT

Ida lights a lamp.

IDA
Still warm.

INT. CELLAR - NIGHT

Tom waits in the dark.

TOM
{line}
"""
SMALL = {"name": "lamps.fountain", "width": 64, "height": 64, "rate": "1"}


def test_only_what_the_script_changed_gets_another_version(tmp_path: Path) -> None:
    with running("--data", "here", cwd=tmp_path) as server:
        with server.asking() as asking:
            asking.post("/api/first-account", json=FIRST)
        key = Studio(server.address).sign_in(FIRST["email"], PASSWORD, name="tests")
        client = Studio(server.address, key)
        project = _project(client)

        plan, first = _published(client, project, tmp_path, "Who is there?")
        assert (first["made"], plan["new_pictures"]) == (first["shots"], first["shots"])
        shots = {row["id"]: row for row in client.board(project)}
        (cut,) = client.rows(f"/api/projects/{project}/cuts")
        assert (cut["plays"], cut["build"]) == (True, first["build"])
        before = _versions(client, project)
        assert {(each["entity_id"], each["number"]) for each in before} == {
            (id_, 1) for id_ in shots
        }
        for version in before:
            (file,) = version["files"]
            movie = tmp_path / "shot.mp4"
            client.download(project, file["digest"], movie)
            with av.open(movie) as opened:
                frames = opened.streams.video[0].frames
            assert frames == version["frames"] == shots[version["entity_id"]]["frames"]
            movie.unlink()

        plan, second = _published(client, project, tmp_path, "Who is there, and why so late?")
        after = _versions(client, project)
        new = [each for each in after if each["number"] == 2]
        assert second["made"] == plan["new_pictures"] == len(new) == len(after) - len(before) > 0
        scenes = {row["id"]: row["label"][:3] for row in client.board(project)}
        assert {scenes[each["entity_id"]] for each in new} == {"002"}
        assert len(list(client.rows(f"/api/projects/{project}/cuts"))) == 2

        _, again = _published(client, project, tmp_path, "Who is there, and why so late?")
        assert (again["made"], again["cut_id"]) == (0, second["cut_id"])
        assert not list((tmp_path / "here" / "films").glob("*/*/.pieces-*"))


def _project(client: Studio) -> str:
    organisation = client.add("/api/organisations", {"name": "Lantern"})["id"]
    path = f"/api/organisations/{organisation}/projects"
    return str(client.add(path, {"name": "Reel", "rate": "1"})["id"])


def _published(
    client: Studio, project: str, folder: Path, line: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Build the film of an uploaded script and publish it; the plan, and what was done."""
    script = folder / "script.fountain"
    script.write_text(LAMP.format(line=line))
    file = client.upload(script, project)
    built = client.add(
        f"/api/projects/{project}/jobs",
        {"kind": "film.build", "parameters": {**SMALL, "script_file_id": file["id"]}},
    )
    _done(client, built["id"])
    body = {"job_id": built["id"]}
    plan = client.ask("POST", f"/api/projects/{project}/script/plan", body)
    body["plan"] = plan["digest"]
    applied = client.ask("POST", f"/api/projects/{project}/script", body)
    return plan, _done(client, applied["job_id"])


def _versions(client: Studio, project: str) -> list[dict[str, Any]]:
    return list(client.versions(project))


def _done(client: Studio, job_id: str) -> dict[str, Any]:
    until = time.monotonic() + 240
    while True:
        job = client.ask("GET", f"/api/jobs/{job_id}")
        if job["ended_at"] is not None:
            assert job["state"] == "done", job
            return dict(job["result"])
        assert time.monotonic() < until, job
        time.sleep(0.5)

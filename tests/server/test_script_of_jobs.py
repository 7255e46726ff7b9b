"""A film that the station built goes to its project by the job's id, and by nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from mstation.station.change import STATION, find, find_where
from mstation.station.files import add_file
from mstation.station.films import film_folder
from mstation.station.jobs import Job, JobState, submit
from mstation.station.organisations import Project
from mstation.station.station import Station
from tests.station.crew import Crew
from tests.station.test_script import FIRST


def built(station: Station, project: Project, state: JobState = JobState.DONE) -> str:
    """Return the id of a job that built the film FIRST, as far as a plan needs it."""
    with station.change(STATION) as change:
        job = submit(change, project, kind="film.build", parameters={"script": "x"})
        change.edit(job, state=state)
    folder = film_folder(station.data, project.id, job.id)
    folder.mkdir(parents=True)
    (folder / "shots.json").write_text(json.dumps(FIRST))
    pictures = {f"sh-{n}": f"{n}" * 64 for n in (1, 2, 3)}
    (folder / "pictures.json").write_text(json.dumps(pictures))
    return job.id


def ask(client: TestClient, crew: Crew, path: str, who: str = "producer", **body: Any) -> Any:
    url = f"/api/projects/{crew.project.id}/{path}"
    return client.post(url, json=body, headers=crew.signed(who))


def test_a_built_film_is_planned_applied_and_its_pictures_asked_for(
    client: TestClient, crew: Crew, station: Station
) -> None:
    job_id = built(station, crew.project)
    with station.change(STATION) as change:  # their labels are the film's
        for shot in crew.shots:
            change.edit(shot, label=f"old {shot.label}")
    plan = ask(client, crew, "script/plan", job_id=job_id).json()
    assert (len(plan["steps"]), plan["new_pictures"]) == (5, 3)
    by_hand = ask(client, crew, "script/plan", shots=FIRST).json()
    assert (by_hand["digest"], by_hand["new_pictures"]) == (plan["digest"], None)

    stale = ask(client, crew, "script", job_id=job_id, plan="0" * 64)
    assert stale.status_code == 412
    applied = ask(client, crew, "script", job_id=job_id, plan=plan["digest"])
    assert applied.status_code == 200, applied.text
    with station.reading() as connection:
        job = find(connection, Job, applied.json()["job_id"])
        asked = find_where(connection, Job, project_id=crew.project.id, kind="film.publish")
    assert [each.id for each in asked] == [job.id]  # none for the plan that was stale
    assert job.parameters == {"job_id": job_id}
    assert job.account_id == crew.people["producer"].id


def test_other_jobs_and_other_projects_films_are_refused(
    client: TestClient, crew: Crew, station: Station
) -> None:
    job_id = built(station, crew.project)
    for body, status in (
        ({"job_id": built(station, crew.elsewhere)}, 404),
        ({"job_id": built(station, crew.project, JobState.FAILED)}, 422),
        ({"job_id": "../../x"}, 404),
        ({"job_id": job_id, "shots": FIRST}, 422),
        ({}, 422),
    ):
        assert ask(client, crew, "script/plan", **body).status_code == status, body
    for file in film_folder(station.data, crew.project.id, job_id).iterdir():
        file.unlink()
    gone = ask(client, crew, "script/plan", job_id=job_id)
    assert (gone.status_code, "build it again" in gone.text) == (404, True)


@pytest.mark.parametrize(
    ("more", "status"), [([], 403), (["versions.add", "files.add", "cuts.add"], 200)]
)
def test_a_token_takes_pictures_only_with_the_scopes_for_them(
    client: TestClient, crew: Crew, station: Station, more: list[str], status: int
) -> None:
    with station.change(STATION) as change:
        for shot in crew.shots:
            change.edit(shot, label=f"old {shot.label}")
    scopes = ["projects.read", "script.apply", "jobs.read", "jobs.add", *more]
    body = {"name": "farm", "scopes": scopes}
    key = client.post("/api/tokens", json=body, headers=crew.signed("owner")).json()["key"]
    header = {"Authorization": f"Bearer {key}"}
    url = f"/api/projects/{crew.project.id}/script"
    told = {"job_id": built(station, crew.project)}
    plan = client.post(f"{url}/plan", json=told, headers=header).json()
    told["plan"] = plan["digest"]
    assert client.post(url, json=told, headers=header).status_code == status
    by_hand = {"kind": "film.publish", "parameters": {"job_id": told["job_id"]}}
    made = client.post(f"{url.removesuffix('script')}jobs", json=by_hand, headers=header)
    assert (made.status_code == 201) is (status == 200), made.text


def test_a_film_is_built_of_a_file_of_its_own_project_alone(
    client: TestClient, crew: Crew, station: Station
) -> None:
    with station.change(STATION) as change:
        own, other = (
            add_file(change, project, station.blobs.put(b"INT. ROOM - DAY"), name="a.fountain",
                     media_type="text/plain")
            for project in (crew.project, crew.elsewhere)
        )  # fmt: skip
    told = {"script": "INT. ROOM - DAY"}
    for parameters, status in (
        ({"script_file_id": own.id}, 201),
        ({"script_file_id": other.id}, 422),
        ({"script_file_id": "nobody"}, 422),
        ({**told, "translation_file_id": own.id}, 201),
        ({**told, "translation_file_id": other.id}, 422),
        ({**told, "take_file_ids": [own.id]}, 201),
        ({**told, "take_file_ids": [own.id, other.id]}, 422),
        ({**told, "take_file_ids": ["nobody"]}, 422),
        ({"script_file_id": own.id, "script": "INT. ROOM - DAY"}, 422),
    ):
        made = ask(client, crew, "jobs", kind="film.build", parameters=parameters)
        assert made.status_code == status, (parameters, made.text)

"""Nobody comes to a file by naming it; who may read a note or a version may read what it names."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from mstation.station.files import File
from mstation.station.station import Station
from tests.server.test_production import Desk
from tests.station.crew import Crew, bring

PARTS = ("", "/content", "/probe")


def _reads(client: TestClient, crew: Crew, who: str, file: File) -> bool:
    """Return whether somebody reads a file: its row, its bytes, in the list; all or nothing."""
    header = crew.signed(who)
    listed = client.get(f"/api/projects/{file.project_id}/files", headers=header)
    rows = listed.json()["rows"] if listed.status_code == 200 else []
    told = {file.id in [each["id"] for each in rows]}
    for part in PARTS:
        told.add(client.get(f"/api/files/{file.id}{part}", headers=header).status_code != 404)
    assert len(told) == 1, told
    return told.pop()


@pytest.fixture
def secret(station: Station, crew: Crew) -> File:
    """A file of the project that is nothing to the vendor."""
    return bring(station, crew.project, b"the ending", account_id=crew.people["artist"].id)


def _named(file: File) -> dict[str, str]:
    return {"name": "mine.mov", "digest": file.digest}


def test_who_may_read_a_version_may_read_the_files_that_it_names(
    station: Station, client: TestClient, crew: Crew, secret: File
) -> None:
    same = bring(station, crew.elsewhere, b"the ending")
    desk = Desk(client, crew)
    desk.post(f"/tasks/{crew.tasks[2].id}/versions", files=[_named(secret)])
    assert not _reads(client, crew, "vendor", secret)  # it is somebody else's work
    desk.post(f"/tasks/{crew.tasks[1].id}/versions", files=[_named(secret)])
    assert _reads(client, crew, "vendor", secret)
    assert not _reads(client, crew, "vendor", same)  # the same bytes of another project
    assert not _reads(client, crew, "stranger", secret)
    desk.patch(f"/tasks/{crew.tasks[1].id}", 1, assignee_ids=[])
    assert not _reads(client, crew, "vendor", secret)


@pytest.mark.parametrize("path", ["/tasks/{task}/versions", "/entities/{shot}/versions"])
def test_nobody_comes_to_a_file_by_naming_its_digest(
    station: Station, client: TestClient, crew: Crew, secret: File, path: str
) -> None:
    path = path.format(task=crew.tasks[1].id, shot=crew.shots[1].id)
    own = bring(station, crew.project, b"a comp", account_id=crew.people["vendor"].id)
    elsewhere = bring(station, crew.elsewhere, b"another film")
    station.blobs.put(b"no file at all")
    vendor = Desk(client, crew, "vendor")
    told = [
        vendor.post(path, 422, files=[_named(own), {"name": "x", "digest": digest}])["detail"]
        for digest in (secret.digest, elsewhere.digest, "ab" * 32)
    ]
    words = {line.replace(digest[:20], "") for line, digest in zip(
        told, (secret.digest, elsewhere.digest, "ab" * 32), strict=True)}  # fmt: skip
    assert len(words) == 1  # nobody learns which of them is there
    assert not _reads(client, crew, "vendor", secret)
    Desk(client, crew).post(path, 422, files=[_named(elsewhere)])  # nor an owner, of elsewhere
    assert vendor.post(path, files=[_named(own)])["number"] == 1


def test_an_attachment_is_read_by_who_may_read_its_note(
    station: Station, client: TestClient, crew: Crew, secret: File
) -> None:
    desk = Desk(client, crew)
    for_others, for_vendor = (f"/tasks/{crew.tasks[n].id}/notes" for n in (2, 1))
    desk.post(for_others, text="See this.", attachment_ids=[secret.id])
    assert not _reads(client, crew, "vendor", secret)
    note = desk.post(for_vendor, text="See this.", attachment_ids=[secret.id])
    assert _reads(client, crew, "vendor", secret)
    desk.delete(f"/notes/{note['id']}", 1)
    assert not _reads(client, crew, "vendor", secret)


def test_nobody_comes_to_a_file_by_attaching_it(
    station: Station, client: TestClient, crew: Crew, secret: File
) -> None:
    elsewhere = bring(station, crew.elsewhere, b"another film")
    path = f"/tasks/{crew.tasks[1].id}/notes"
    for who, file in (("vendor", secret), ("vendor", elsewhere), ("owner", elsewhere)):
        told = Desk(client, crew, who).post(path, 422, text="x", attachment_ids=[file.id])
        assert file.id in told["detail"]
    Desk(client, crew).post(path, 422, text="x", attachment_ids=["nothere"])
    assert not _reads(client, crew, "vendor", secret)
    own = bring(station, crew.project, b"a comp", account_id=crew.people["vendor"].id)
    Desk(client, crew, "vendor").post(path, text="x", attachment_ids=[own.id])


def test_a_token_that_may_read_no_files_names_none(
    station: Station, client: TestClient, crew: Crew, secret: File
) -> None:
    desk = Desk(client, crew)
    reads = ["projects.read", "tasks.read", "entities.read", "notes.read", "versions.read"]
    made = desk.post("/tokens", name="narrow", scopes=[*reads, "notes.add", "versions.add"])
    desk.headers = {"Authorization": f"Bearer {made['key']}"}
    work = f"/tasks/{crew.tasks[0].id}"
    desk.post(f"{work}/versions", 403, files=[_named(secret)])
    desk.post(f"{work}/notes", 403, text="x", attachment_ids=[secret.id])
    desk.post(f"{work}/notes", text="x")

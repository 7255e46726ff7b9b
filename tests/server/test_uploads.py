"""Resumable uploads, asked as the protocol says, and files as browsers read them."""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Mapping

import pytest
from starlette.testclient import TestClient

from mstation.station import uploads
from mstation.station.change import STATION, find
from mstation.station.station import Station
from mstation.station.uploads import Upload
from tests.station.crew import Crew

SPEAKS = {"Tus-Resumable": "1.0.0"}
CHUNK = {**SPEAKS, "Content-Type": "application/offset+octet-stream"}
DATA = random.Random(5).randbytes(300_000)


def encoded(**told: str) -> str:
    return ",".join(f"{n} {base64.b64encode(v.encode()).decode()}" for n, v in told.items())


def start(
    client: TestClient, crew: Crew, size: int, who: str = "artist", **told: str
) -> tuple[str, dict[str, str]]:
    """Start an upload; return its address and who sends it."""
    header = crew.signed(who)
    answer = client.post(
        f"/api/projects/{crew.project.id}/uploads",
        headers={**header, **SPEAKS, "Upload-Length": str(size),
                 "Upload-Metadata": encoded(**({"filename": "plate.mov"} | told))},
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    assert answer.headers["tus-resumable"] == "1.0.0"
    assert "upload-expires" in answer.headers
    return answer.headers["location"], header


def send(
    client: TestClient, where: str, header: Mapping[str, str], data: bytes, offset: int, **more: str
) -> object:
    told = {**header, **CHUNK, "Upload-Offset": str(offset), **more}
    return client.patch(where, content=data, headers=told)


def offset_of(client: TestClient, where: str, header: Mapping[str, str]) -> int:
    answer = client.head(where, headers={**header, **SPEAKS})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return int(answer.headers["upload-offset"])


def uploaded(client: TestClient, crew: Crew, data: bytes, who: str = "artist", **told: str) -> dict:
    where, header = start(client, crew, len(data), who, **told)
    assert send(client, where, header, data, 0).status_code == 204 or not data
    file_id = client.get(where, headers=header).json()["file_id"]
    return client.get(f"/api/files/{file_id}", headers=header).json()


def test_a_server_says_which_protocol_it_speaks(client: TestClient, crew: Crew) -> None:
    answer = client.options(f"/api/projects/{crew.project.id}/uploads")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert set(answer.headers["tus-extension"].split(",")) == {
        "creation", "checksum", "termination", "expiration",
    }  # fmt: skip
    assert int(answer.headers["tus-max-size"]) >= 4 * 1024**3
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256"
    where, header = start(client, crew, 10)
    for version in ({}, {"Tus-Resumable": "0.2.2"}):
        refused = client.head(where, headers={**header, **version})
        assert refused.status_code == 412
        assert refused.headers["tus-version"] == "1.0.0"


def test_an_upload_in_pieces_becomes_a_file(client: TestClient, crew: Crew) -> None:
    where, header = start(client, crew, len(DATA))
    for first in range(0, len(DATA), 100_000):
        assert offset_of(client, where, header) == first
        answer = send(client, where, header, DATA[first : first + 100_000], first)
        assert answer.status_code == 204
        assert int(answer.headers["upload-offset"]) == min(len(DATA), first + 100_000)
    file = client.get(f"/api/files/{answer.headers['x-file-id']}", headers=header).json()
    assert (file["name"], file["size"]) == ("plate.mov", len(DATA))
    assert file["digest"] == hashlib.sha256(DATA).hexdigest()
    assert file["account_id"] == crew.people["artist"].id
    assert client.get(f"/api/files/{file['id']}/content", headers=header).content == DATA
    again = client.head(where, headers={**header, **SPEAKS})
    assert again.headers["upload-offset"] == again.headers["upload-length"] == str(len(DATA))
    assert again.headers["upload-metadata"] == encoded(filename="plate.mov")


def test_a_wrong_offset_type_or_length_changes_nothing(client: TestClient, crew: Crew) -> None:
    where, header = start(client, crew, 100)
    assert send(client, where, header, b"abc", 5).status_code == 409
    assert send(client, where, header, b"x" * 101, 0).status_code == 413
    told = {**header, **SPEAKS, "Upload-Offset": "0"}
    assert client.patch(where, content=b"abc", headers=told).status_code == 415
    for offset in ("", "-1", "1e3", "9" * 30, "٣"):
        told = {**header, **CHUNK, "Upload-Offset": offset.encode()}
        assert client.patch(where, content=b"abc", headers=told).status_code == 400
    assert offset_of(client, where, header) == 0

    def without_length() -> object:
        yield b"x" * 80
        yield b"x" * 80

    assert client.patch(where, content=without_length(), headers={**header, **CHUNK,
                        "Upload-Offset": "0"}).status_code == 422  # fmt: skip
    assert offset_of(client, where, header) == 0


@pytest.mark.parametrize("kind", ["sha1", "sha256"])
def test_bytes_that_are_not_those_of_their_checksum_do_not_count(
    client: TestClient, crew: Crew, kind: str
) -> None:
    where, header = start(client, crew, 6)
    right = base64.b64encode(hashlib.new(kind, b"abc").digest()).decode()
    damaged = send(client, where, header, b"abX", 0, **{"Upload-Checksum": f"{kind} {right}"})
    assert damaged.status_code == 460
    assert offset_of(client, where, header) == 0
    for wrong in ("md5 abc=", "sha1 §", "sha1"):
        told = {"Upload-Checksum": wrong.encode("latin-1")}
        assert send(client, where, header, b"abc", 0, **told).status_code in (400, 460)
    whole = send(client, where, header, b"abc", 0, **{"Upload-Checksum": f"{kind} {right}"})
    assert (whole.status_code, whole.headers["upload-offset"]) == (204, "3")


def test_an_upload_may_be_ended_and_is_then_gone(
    client: TestClient, crew: Crew, station: Station
) -> None:
    where, header = start(client, crew, 10)
    send(client, where, header, b"abc", 0)
    assert client.delete(where, headers={**header, **SPEAKS}).status_code == 204
    assert client.head(where, headers={**header, **SPEAKS}).status_code == 404
    assert send(client, where, header, b"abc", 3).status_code == 404
    assert not list(station.uploads.iterdir())


def test_who_can_only_post_says_what_is_meant(client: TestClient, crew: Crew) -> None:
    where, header = start(client, crew, 3)
    told = {**header, **CHUNK, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert client.post(where, content=b"abc", headers=told).status_code == 204
    assert client.post(where, content=b"abc", headers={**header, **SPEAKS}).status_code == 405


def test_uploads_of_others_are_not_seen(client: TestClient, crew: Crew) -> None:
    where, _ = start(client, crew, 10)
    for who in ("owner", "vendor", "stranger"):
        header = crew.signed(who)
        assert client.get(where, headers=header).status_code == 404
        assert send(client, where, header, b"abc", 0).status_code == 404
        assert client.delete(where, headers={**header, **SPEAKS}).status_code == 404


def test_one_upload_is_written_by_one(client: TestClient, crew: Crew, station: Station) -> None:
    where, header = start(client, crew, 10)
    with station.reading() as connection:
        upload = find(connection, Upload, where.rpartition("/")[2])
    with uploads.receiving(station, upload):
        assert send(client, where, header, b"abc", 0).status_code == 423
    assert send(client, where, header, b"abc", 0).status_code == 204


def test_bytes_that_were_not_acknowledged_are_cut_off(
    client: TestClient, crew: Crew, station: Station
) -> None:
    where, header = start(client, crew, 6)
    send(client, where, header, b"abc", 0)
    with (station.uploads / where.rpartition("/")[2]).open("ab") as file:
        file.write(b"garbage of a killed server")
    assert offset_of(client, where, header) == 3
    assert send(client, where, header, b"def", 3).status_code == 204
    file_id = client.get(where, headers=header).json()["file_id"]
    assert client.get(f"/api/files/{file_id}/content", headers=header).content == b"abcdef"


def test_an_upload_that_a_server_left_when_it_was_whole_becomes_a_file(
    client: TestClient, crew: Crew, station: Station
) -> None:
    where, header = start(client, crew, 3)
    with station.reading() as connection:
        upload = find(connection, Upload, where.rpartition("/")[2])
    with uploads.receiving(station, upload) as receiving:
        receiving.write(b"abc", is_sure=True)
        receiving.keep()
    station.blobs.take(station.uploads / upload.id)  # killed before it said so
    assert offset_of(client, where, header) == 3
    assert client.get(where, headers=header).json()["file_id"] is not None
    assert not list(station.uploads.iterdir())


def test_uploads_that_waited_too_long_are_swept(
    client: TestClient, crew: Crew, station: Station
) -> None:
    where, header = start(client, crew, 10)
    send(client, where, header, b"abc", 0)
    with station.change(STATION) as change:
        upload = find(change.connection, Upload, where.rpartition("/")[2])
        change.edit(upload, expires_at=change.at - uploads.KEPT)
    start(client, crew, 10)
    assert client.head(where, headers={**header, **SPEAKS}).status_code == 404
    assert upload.id not in {each.name for each in station.uploads.iterdir()}


def test_starting_again_with_the_same_key_makes_one_upload(client: TestClient, crew: Crew) -> None:
    header = {**crew.signed("artist"), **SPEAKS, "Idempotency-Key": "plate", "Upload-Length": "3"}
    inside = f"/api/projects/{crew.project.id}/uploads"
    first, second = (client.post(inside, headers=header) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert client.post(inside, headers={**header, "Upload-Length": "4"}).status_code == 409


def test_only_uploads_may_be_larger_than_any_message(client: TestClient, crew: Crew) -> None:
    told = b'{"name": "' + b"x" * (65 * 1024 * 1024) + b'"}'
    header = {**crew.signed("owner"), "Content-Type": "application/json"}
    assert client.post("/api/organisations", content=told, headers=header).status_code == 413
    where, header = start(client, crew, len(told))
    assert send(client, where, header, told, 0).status_code == 204


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\films\\plate.exr", "plate.exr"),
        ("<script>alert(1)</script>.mov", "script>.mov"),
        ("镜头 012.mov", "镜头 012.mov"),
    ],
)
def test_names_are_for_people_and_lead_nowhere(
    client: TestClient, crew: Crew, told: str, kept: str
) -> None:
    file = uploaded(client, crew, b"", filename=told)
    assert file["name"] == kept
    header = crew.signed("artist")
    said = client.get(f"/api/files/{file['id']}/content", headers=header)
    assert said.headers["content-disposition"].isascii()
    assert "\n" not in said.headers["content-disposition"]


@pytest.mark.parametrize("told", ["a\nb.mov", "a\0.mov", "a\u202egpj.exe", "..", "x" * 300, "a/"])
def test_names_that_cannot_be_shown_are_refused(client: TestClient, crew: Crew, told: str) -> None:
    told = told if told != "a/" else "\u200b"
    answer = client.post(
        f"/api/projects/{crew.project.id}/uploads",
        headers={**crew.signed("artist"), **SPEAKS, "Upload-Length": "3",
                 "Upload-Metadata": encoded(filename=told)},
    )  # fmt: skip
    assert answer.status_code == 422


def test_what_is_told_of_an_upload_badly_is_refused(client: TestClient, crew: Crew) -> None:
    inside = f"/api/projects/{crew.project.id}/uploads"
    header = {**crew.signed("artist"), **SPEAKS}
    for told in ("filename §§", "filename !!!", "a " + "A" * 5000, "filename //79"):
        answer = client.post(
            inside, headers={**header, "Upload-Length": "3", "Upload-Metadata": told.encode()}
        )
        assert answer.status_code == 422, told
    for length in ("", "-3", "three"):
        assert client.post(inside, headers={**header, "Upload-Length": length}).status_code == 400
    too_long = {**header, "Upload-Length": str(uploads.MOST_BYTES + 1)}
    assert client.post(inside, headers=too_long).status_code == 413
    elsewhere = encoded(filename="a", task=crew.project.id)
    lost = {**header, "Upload-Length": "3", "Upload-Metadata": elsewhere}
    assert client.post(inside, headers=lost).status_code == 404


def test_a_vendor_brings_files_for_its_tasks_and_reads_no_others(
    client: TestClient, crew: Crew
) -> None:
    own = uploaded(client, crew, b"mine", "vendor", task=crew.tasks[1].id)
    plate = uploaded(client, crew, b"its plate", "artist", task=crew.tasks[1].id)
    other = uploaded(client, crew, b"not its", "artist", task=crew.tasks[0].id)
    header = crew.signed("vendor")
    listed = client.get(f"/api/projects/{crew.project.id}/files", headers=header).json()["rows"]
    assert {each["id"] for each in listed} == {own["id"], plate["id"]}
    for path in ("", "/content", "/thumbnail"):
        assert client.get(f"/api/files/{other['id']}{path}", headers=header).status_code == 404
    inside = f"/api/projects/{crew.project.id}/uploads"
    for told, status in ((encoded(task=crew.tasks[0].id), 404), ("", 403)):
        header = {**crew.signed("vendor"), **SPEAKS, "Upload-Length": "3", "Upload-Metadata": told}
        assert client.post(inside, headers=header).status_code == status


def test_a_file_may_be_removed_while_another_shares_its_bytes(
    client: TestClient, crew: Crew
) -> None:
    first, second = (uploaded(client, crew, b"the same") for _ in range(2))
    header = {**crew.signed("owner"), "If-Match": '"1"'}
    assert client.delete(f"/api/files/{first['id']}", headers=header).status_code == 204
    assert client.get(f"/api/files/{first['id']}", headers=header).status_code == 404
    kept = client.get(f"/api/files/{second['id']}/content", headers=crew.signed("artist"))
    assert kept.content == b"the same"

"""Files as browsers read them: ranges, types, and what is derived of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from mstation.server.ranges import disposition, span_of
from mstation.station.blobs import FolderBlobs
from mstation.station.change import STATION
from mstation.station.files import File, add_file
from mstation.station.station import Station
from tests.media.making import write_movie, write_sound
from tests.station.crew import Crew

DATA = bytes(range(256)) * 20


def kept(station: Station, crew: Crew, data: bytes, media_type: str, name: str = "file") -> File:
    with station.change(STATION) as change:
        blob = station.blobs.put(data)
        return add_file(change, crew.project, blob, name=name, media_type=media_type)


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=5000-", 5000, 5120),
        ("bytes=-20", 5100, 5120),
        ("bytes=-9999", 0, 5120),
        ("bytes=5119-9999", 5119, 5120),
    ],
)
def test_a_range_is_the_bytes_asked_for(
    client: TestClient, crew: Crew, station: Station, asked: str, first: int, end: int
) -> None:
    file = kept(station, crew, DATA, "video/quicktime")
    header = {**crew.signed("artist"), "Range": asked}
    answer = client.get(f"/api/files/{file.id}/content", headers=header)
    assert answer.status_code == 206
    assert answer.content == DATA[first:end]
    assert answer.headers["content-range"] == f"bytes {first}-{end - 1}/5120"
    assert answer.headers["content-length"] == str(end - first)
    assert answer.headers["etag"] == f'"{file.digest}"'


def test_ranges_that_are_not_there_or_none_at_all(
    client: TestClient, crew: Crew, station: Station
) -> None:
    file = kept(station, crew, DATA, "video/quicktime")
    where, header = f"/api/files/{file.id}/content", crew.signed("artist")
    for asked in ("bytes=5120-", "bytes=9999-10000", "bytes=-0"):
        answer = client.get(where, headers={**header, "Range": asked})
        assert answer.status_code == 416
        assert answer.headers["content-range"] == "bytes */5120"
        assert answer.json()["status"] == 416
    for asked in ("bytes=a-b", "bytes=9-3", "lines=0-3", "bytes=0-1,5-6", "bytes=-"):
        answer = client.get(where, headers={**header, "Range": asked})
        assert (answer.status_code, answer.content) == (200, DATA)
    assert span_of("bytes=0-5", 0) is None


def test_what_is_known_is_not_sent_again(client: TestClient, crew: Crew, station: Station) -> None:
    file = kept(station, crew, DATA, "video/quicktime")
    where, header = f"/api/files/{file.id}/content", crew.signed("artist")
    tag = f'"{file.digest}"'
    assert client.get(where, headers={**header, "If-None-Match": tag}).status_code == 304
    part = {**header, "Range": "bytes=0-9"}
    assert client.get(where, headers={**part, "If-Range": tag}).status_code == 206
    assert client.get(where, headers={**part, "If-Range": '"other"'}).status_code == 200
    head = client.head(where, headers=header)
    assert (head.status_code, head.headers["content-length"]) == (200, "5120")
    assert head.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize(
    "media_type", ["text/html", "image/svg+xml", "application/xml", "application/pdf", "text/plain"]
)
def test_what_could_run_is_saved_and_never_shown(
    client: TestClient, crew: Crew, station: Station, media_type: str
) -> None:
    page = b"<!doctype html><script>alert(document.cookie)</script>" + b" " * 2000
    file = kept(station, crew, page, media_type, 'a"; filename=evil.html')
    answer = client.get(f"/api/files/{file.id}/content", headers=crew.signed("artist"))
    assert answer.content == page
    told = answer.headers
    assert told["content-disposition"].startswith('attachment; filename="a__ filename_evil.html"')
    assert told["x-content-type-options"] == "nosniff"
    assert "sandbox" in told["content-security-policy"]
    assert told["cache-control"] == "private, no-cache"


def test_names_in_headers_break_out_of_nothing() -> None:
    told = disposition('夜"\r\nSet-Cookie: x=1;.mov', is_shown=True)
    assert told.isascii()
    assert "\r" not in told
    assert told.count('"') == 2
    assert told.endswith("filename*=UTF-8''%E5%A4%9C%22%0D%0ASet-Cookie%3A%20x%3D1%3B.mov")


def test_a_damaged_file_is_never_sent_whole(
    client: TestClient, crew: Crew, station: Station
) -> None:
    file = kept(station, crew, DATA, "video/quicktime")
    assert isinstance(station.blobs, FolderBlobs)
    (station.blobs.root / file.digest[:2] / file.digest[2:]).write_bytes(DATA[::-1])
    answer = client.get(f"/api/files/{file.id}/content", headers=crew.signed("artist"))
    assert answer.status_code == 503
    assert "damaged" in answer.json()["detail"]


def test_what_is_derived_is_made_once_and_kept(
    client: TestClient, crew: Crew, station: Station, tmp_path: Path
) -> None:
    movie = write_movie(tmp_path / "a.mp4", frames=30, timecode="01:00:00:00").read_bytes()
    file = kept(station, crew, movie, "video/mp4", "a.mp4")
    header = crew.signed("client")
    first = client.get(f"/api/files/{file.id}/thumbnail", headers=header)
    assert (first.status_code, first.headers["content-type"]) == (200, "image/jpeg")
    assert json.loads(first.headers["x-details"]) == {"width": 320, "height": 180}
    made = set(station.blobs.digests())
    again = client.get(f"/api/files/{file.id}/thumbnail", headers=header)
    assert again.content == first.content
    assert set(station.blobs.digests()) == made
    probe = client.get(f"/api/files/{file.id}/probe", headers=header).json()
    assert (probe["start_timecode"], probe["pictures"][0]["frames"]) == ("01:00:00:00", 30)
    assert client.get(f"/api/files/{file.id}/poster", headers=header).status_code == 422


def test_a_file_that_cannot_be_opened_says_why_and_is_not_opened_twice(
    client: TestClient, crew: Crew, station: Station, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    sound = kept(station, crew, write_sound(tmp_path / "a.wav", 0.1).read_bytes(), "audio/wav")
    noise = kept(station, crew, b"PK\x03\x04 not a movie", "video/quicktime")
    header = {**crew.signed("artist"), "Accept-Language": "zh"}
    for file in (sound, noise):
        answer = client.get(f"/api/files/{file.id}/thumbnail", headers=header)
        assert answer.status_code in (415, 422)
        assert "请" in answer.json()["detail"]
    monkeypatch.setattr("mstation.media.derive", None)
    again = client.get(f"/api/files/{noise.id}/thumbnail", headers=header)
    assert "请" in again.json()["detail"]


def test_a_proxy_that_is_not_made_says_how_to_ask_for_it_or_that_it_is_on_its_way(
    client: TestClient, crew: Crew, station: Station
) -> None:
    file = kept(station, crew, DATA, "video/mp4", "a.mp4")
    header = crew.signed("client")
    absent = client.get(f"/api/files/{file.id}/proxy", headers=header)
    assert absent.status_code == 404
    ask = {"kind": "media.proxy", "parameters": {"file_id": file.id}}
    assert f"/api/projects/{crew.project.id}/jobs with {json.dumps(ask)}" in absent.json()["detail"]
    url = f"/api/projects/{crew.project.id}/jobs"
    job = client.post(url, json=ask, headers=crew.signed("producer")).json()
    waits = client.get(f"/api/files/{file.id}/proxy", headers=header)
    assert (waits.status_code, waits.headers["location"]) == (202, f"/api/jobs/{job['id']}")
    assert waits.json() == {"job_id": job["id"], "state": "waiting", "progress": 0.0}
    client.post(f"/api/jobs/{job['id']}/cancel", headers=crew.signed("producer"))
    assert client.get(f"/api/files/{file.id}/proxy", headers=header).status_code == 404

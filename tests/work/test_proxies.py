"""Proxies are made by jobs: for new versions without being asked, for others when asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from mstation.errors import InvalidInput
from mstation.media.kinds import Kind
from mstation.station.change import STATION, find_where
from mstation.station.derived import kept
from mstation.station.files import File, add_file
from mstation.station.jobs import Job
from mstation.station.organisations import Project
from mstation.station.production.versions import VersionFile, add_version
from mstation.station.proxies import PROXY_JOB
from mstation.station.station import Station
from mstation.work.kinds import MediaProxy
from mstation.work.proxies import make
from tests.media.making import numbers_in, write_movie
from tests.station.crew import Crew
from tests.work.desks import desk_of


def file_of(station: Station, project: Project, data: bytes, media_type: str) -> File:
    with station.change(STATION) as change:
        blob = station.blobs.put(data)
        return add_file(change, project, blob, name="a.mov", media_type=media_type)


def version_with(station: Station, crew: Crew, *files: File) -> None:
    named = tuple(VersionFile(file.name, file.digest) for file in files)
    with station.change(STATION) as change:
        add_version(change, crew.shots[0], files=named)


def asked(station: Station) -> list[Job]:
    with station.reading() as connection:
        return find_where(connection, Job, kind=PROXY_JOB)


def test_a_movie_of_a_new_version_gets_its_proxy_by_one_job(
    station: Station, crew: Crew, tmp_path: Path
) -> None:
    movie = write_movie(tmp_path / "a.mov", codec="prores_ks", pixels="yuv422p10le", frames=6)
    file = file_of(station, crew.project, movie.read_bytes(), "video/quicktime")
    sheet = file_of(station, crew.project, b"what, when", "text/plain")
    version_with(station, crew, file, sheet)
    version_with(station, crew, file)
    (job,) = asked(station)
    assert (job.parameters, job.priority < 0) == ({"file_id": file.id}, True)
    result = make(MediaProxy(**job.parameters), desk_of(station, crew))
    proxy = kept(station, file.digest, Kind.PROXY)
    assert proxy is not None
    assert (result["digest"], result["details"]["frames"]) == (proxy.digest, 6)
    with station.blobs.file(proxy.digest) as path:
        assert numbers_in(path) == list(range(6))


def test_what_has_its_proxy_is_not_made_again(station: Station, crew: Crew, tmp_path: Path) -> None:
    movie = write_movie(tmp_path / "a.mp4", frames=3).read_bytes()
    file = file_of(station, crew.project, movie, "video/mp4")
    make(MediaProxy(file.id), desk_of(station, crew))
    version_with(station, crew, file)
    assert asked(station) == []


def test_a_file_that_cannot_be_opened_fails_once_and_is_not_asked_for_again(
    station: Station, crew: Crew
) -> None:
    file = file_of(station, crew.project, b"\0\0\0\x14ftypqt  rubbish", "video/quicktime")
    with pytest.raises(InvalidInput, match="damaged or cut off"):
        make(MediaProxy(file.id), desk_of(station, crew))
    version_with(station, crew, file)
    assert asked(station) == []


def test_files_of_others_and_files_that_are_gone_are_not_there(
    station: Station, crew: Crew
) -> None:
    other = file_of(station, crew.elsewhere, b"theirs", "video/mp4")
    for file_id in (other.id, "nothing"):
        with pytest.raises(InvalidInput):
            make(MediaProxy(file_id), desk_of(station, crew))

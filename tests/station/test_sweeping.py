"""What nothing needs any more is forgotten, and nothing else, whatever happens meanwhile."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mstation.media.kinds import RECIPE
from mstation.station import derived, sweeping
from mstation.station.access import access_to
from mstation.station.blobs import FolderBlobs, path_of, read
from mstation.station.change import STATION, Actor, find
from mstation.station.files import File
from mstation.station.films import film_folder
from mstation.station.jobs import Job, JobState, submit
from mstation.station.naming import require_contents
from mstation.station.production.versions import VersionFile, add_version
from mstation.station.schema import now
from mstation.station.station import Station
from mstation.station.sweeping import LEAST, Swept, sweep
from mstation.station.uploads import Upload, remove_file, start_upload
from tests.station.crew import Crew, bring

ROUNDS = 12
LONG_AGO_S = 10 * 24 * 3600.0


def age(*paths: Path) -> None:
    """Let files be as old as nobody touched them for ten days."""
    for path in paths:
        at = path.lstat().st_mtime - LONG_AGO_S
        os.utime(path, (at, at))


def blob_path(station: Station, digest: str) -> Path:
    assert isinstance(station.blobs, FolderBlobs)
    return station.blobs.root / path_of(digest)


def age_all(station: Station) -> None:
    age(*(blob_path(station, digest) for digest in station.blobs.digests()))


def forget(station: Station, file: File) -> None:
    with station.change(STATION) as change:
        remove_file(change, find(change.connection, File, file.id))


def test_content_that_no_row_names_is_forgotten_when_it_is_old(
    station: Station, crew: Crew
) -> None:
    kept, in_version, gone, young = (
        bring(station, crew.project, each) for each in (b"kept", b"version", b"gone", b"young")
    )
    with station.change(STATION) as change:
        add_version(change, crew.shots[0], files=(VersionFile("a.mov", in_version.digest),))
        submit(change, crew.project, kind="cut.render", parameters={
            "clips": [{"digest": station.blobs.put(b"in a job").digest}]})  # fmt: skip
    for file in (in_version, gone, young):
        forget(station, file)
    age_all(station)
    station.blobs.put(b"young")
    told = sweep(station, is_told_only=True)
    assert told == Swept(blobs=1, blob_bytes=4)
    assert read(station.blobs, gone.digest) == b"gone"
    assert sweep(station) == told
    assert sweep(station) == Swept()
    here = {kept.digest, in_version.digest, young.digest, station.blobs.put(b"in a job").digest}
    assert set(station.blobs.digests()) == here
    with pytest.raises(ValueError, match="a day"):
        sweep(station, older_than=LEAST - timedelta(seconds=1))


def test_what_was_derived_goes_with_its_source_or_its_recipe(station: Station, crew: Crew) -> None:
    stays, gone, old = (bring(station, crew.project, each) for each in (b"a", b"b", b"c"))
    row = {"kind": "thumbnail", "size": 1, "media_type": "image/jpeg", "details": {},
           "fault": "", "fault_zh": ""}  # fmt: skip
    made = {each.id: station.blobs.put(each.id.encode()).digest for each in (stays, gone, old)}
    with station.engine.begin() as connection:
        for file in (stays, gone, old):
            recipe = RECIPE - (file is old)
            own = {"source": file.digest, "digest": made[file.id], "recipe": recipe}
            connection.execute(derived.derived.insert().values(row | own))
    forget(station, gone)
    age_all(station)
    told = sweep(station, is_told_only=True)
    assert (told.derived, told.blobs) == (2, 3)
    assert sweep(station) == told
    assert set(station.blobs.digests()) == {stays.digest, old.digest, made[stays.id]}


def test_content_that_is_brought_while_it_is_swept_stays(
    station: Station, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = bring(station, crew.project, b"the plate")
    forget(station, file)
    age_all(station)
    names, asks = sweeping.named_digests, list[int]()

    def then_brought(*asked: Any, **more: Any) -> set[bytes]:
        found = names(*asked, **more)
        asks.append(len(found))
        if len(asks) == 2:  # the last time, before blobs are forgotten
            bring(station, crew.project, b"the plate")
        return found

    monkeypatch.setattr(sweeping, "named_digests", then_brought)
    assert sweep(station).blobs == 0
    assert len(asks) == 2
    assert read(station.blobs, file.digest) == b"the plate"


def test_whoever_brings_content_beside_a_sweep_keeps_it(station: Station, crew: Crew) -> None:
    def work(content: bytes) -> None:
        for _ in range(ROUNDS):
            file = bring(station, crew.project, content)
            assert read(station.blobs, file.digest) == content
            forget(station, file)
            with suppress(FileNotFoundError):  # swept by now, as it may be
                age(blob_path(station, file.digest))

    with ThreadPoolExecutor(2) as pool:
        workers = [pool.submit(work, content) for content in (b"take 1", b"take 2")]
        while not all(worker.done() for worker in workers):
            sweep(station)
        for worker in workers:
            worker.result()
    sweep(station)
    assert list(station.blobs.digests()) == []


def test_a_file_that_a_version_is_about_to_name_is_not_removed_before(
    station: Station, crew: Crew
) -> None:
    file = bring(station, crew.project, b"the plate")
    artist = Actor("account", crew.people["artist"].id, crew.people["artist"].id)
    with ThreadPoolExecutor(1) as pool:
        with station.change(artist) as change:
            access = access_to(change.connection, artist, crew.project.id)
            require_contents(change.connection, access, [file.digest])
            removal = pool.submit(forget, station, file)
            with pytest.raises(TimeoutError):  # it waits: else a sweep could come between
                removal.result(0.5)
            named = (VersionFile("plate.mov", file.digest),)
            add_version(change, crew.shots[0], files=named)
        removal.result()
    age_all(station)
    assert sweep(station).blobs == 0


def test_uploads_that_nobody_goes_on_with_are_forgotten_and_running_ones_stay(
    station: Station, crew: Crew
) -> None:
    who = crew.people["artist"].id
    with station.change(STATION) as change:
        over, late, fresh = (
            start_upload(change, crew.project, account_id=who, name="a.mov", size=9)
            for _ in range(3)
        )
        for each in (over, late):
            change.edit(each, expires_at=now() - timedelta(hours=1))
    for each in (over, late, fresh):
        (station.uploads / each.id).write_bytes(b"came")
    stray = station.uploads / "derived-killed"
    stray.mkdir()
    age(station.uploads / over.id, station.uploads / fresh.id, stray)
    assert sweep(station, is_told_only=True).uploads == 2
    assert sweep(station).uploads == 2
    assert {each.name for each in station.uploads.iterdir()} == {late.id, fresh.id}
    with station.reading() as connection:
        assert find(connection, Upload, late.id).id == late.id  # somebody writes it now


def _built(station: Station, crew: Crew, name: str, days_ago: int, state: JobState) -> Path:
    assert station.folder is not None
    with station.change(STATION) as change:
        job = submit(change, crew.project, kind="film.build", parameters={"name": name})
        at = now() - timedelta(days=days_ago)
        table = sweeping.jobs
        over = None if state is JobState.RUNNING else at
        told = {"made_at": at, "ended_at": over, "state": state}
        change.connection.execute(table.update().where(table.c.id == job.id).values(told))
    folder = film_folder(station.folder, crew.project.id, job.id)
    folder.mkdir(parents=True)
    (folder / "film.mp4").write_bytes(b"pictures")
    at_s = at.timestamp()
    os.utime(folder, (at_s, at_s))
    return folder


def test_of_each_script_the_newest_films_stay_and_those_that_are_not_over(
    station: Station, crew: Crew
) -> None:
    done, failed, running = JobState.DONE, JobState.FAILED, JobState.RUNNING
    lamp = [_built(station, crew, "lamp.fountain", days, done) for days in (50, 40, 30, 2)]
    other = _built(station, crew, "harbour.fountain", 60, done)
    broken = _built(station, crew, "lamp.fountain", 45, failed)
    runs = _built(station, crew, "lamp.fountain", 46, running)
    assert sweep(station, builds=2, is_told_only=True).films == 3
    assert sweep(station, builds=2).films == 3
    assert [each.exists() for each in lamp] == [False, False, True, True]
    assert (other.exists(), broken.exists(), runs.exists()) == (True, False, True)
    assert not list(other.parent.glob("*.swept"))
    assert sweep(station, builds=0).films == 2  # the youngest is not old enough
    assert lamp[-1].exists()
    with station.reading() as connection:
        assert find(connection, Job, runs.name).state is running

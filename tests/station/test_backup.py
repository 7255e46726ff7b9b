"""A running station in a file, and back: rows, events, blobs, on either database."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, String, Table

from mstation.errors import Conflict, InvalidInput, NotFound, StoreFailed, Unsupported
from mstation.station import schema
from mstation.station.backup import restore_backup, write_backup
from mstation.station.blobs import FolderBlobs, open_blobs, path_of, read
from mstation.station.change import STATION, find
from mstation.station.events import events, events_after, last_number
from mstation.station.production.entities import Entity, Kind, add_entity
from mstation.station.schema import own_columns
from mstation.station.station import Station, open_station
from mstation.station.tables import lines_of, tables_of
from mstation.station.verify import faults_of, missing_blobs
from tests.station.buckets import NewBucket, new_buckets
from tests.station.crew import Crew, bring
from tests.station.databases import NewDatabase


def rows_of(station: Station) -> dict[str, list[bytes]]:
    with station.reading() as connection:
        return {table.name: list(lines_of(connection, table)) for table in tables_of(connection)}


def wrong_with(station: Station) -> list[str]:
    with station.reading() as connection:
        return [fault.told("en") for fault in faults_of(connection, station.blobs)]


def test_a_backup_made_while_four_write_is_one_moment(
    station: Station, crew: Crew, tmp_path: Path
) -> None:
    is_over = threading.Event()

    def write(name: int) -> None:
        for number in itertools.count():
            if is_over.is_set():
                return
            with station.change(STATION) as change:
                shot = add_entity(change, crew.project, kind=Kind.SHOT, label=f"{name}-{number}")
                asset = add_entity(change, crew.project, kind=Kind.ASSET, label=f"{name}-{number}")
                change.edit(shot, frames=number)
                if number % 3 == 0:
                    change.remove(asset)

    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    try:
        manifest = write_backup(station, tmp_path / "one.zip")
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
    assert wrong_with(station) == []
    copy = f"sqlite:///{tmp_path / 'copy.db'}"
    restore_backup(tmp_path / "one.zip", copy, tmp_path / "data")
    with (restored := open_station(copy, folder=tmp_path / "data")).reading() as connection:
        kept = events_after(connection, 0, most=1_000_000)
    assert wrong_with(restored) == []
    restored.close()
    with station.reading() as connection:
        told = events_after(connection, 0, most=1_000_000)
    assert kept == [event for event in told if event.number <= manifest.number]


def test_a_station_moves_to_another_database_and_back(
    station: Station, crew: Crew, new_database: NewDatabase, tmp_path: Path
) -> None:
    with station.change(STATION) as change:
        scene = add_entity(change, crew.project, kind=Kind.SCENE, label="later than its shot")
        change.edit(crew.shots[0], parent_id=scene.id, fields={"灯": [1.5, None, True]})
    content = station.blobs.put(b"a picture").digest
    before = rows_of(station)
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    write_backup(station, first)
    sqlite, same_kind = f"sqlite:///{tmp_path / 'there.db'}", new_database()
    restore_backup(first, sqlite, tmp_path / "there")
    there = open_station(sqlite, folder=tmp_path / "there")
    assert rows_of(there) == before
    write_backup(there, second)
    there.close()
    restore_backup(second, same_kind, tmp_path / "back")
    back = open_station(same_kind, folder=tmp_path / "back")
    assert rows_of(back) == before
    assert read(back.blobs, content) == b"a picture"
    with back.change(STATION) as change:  # numbers go on, references are looked at again
        last = last_number(change.connection)
        with pytest.raises(Conflict), change.apart():
            change.edit(find(change.connection, Entity, crew.shots[1].id), parent_id="nothing")
        change.edit(find(change.connection, Entity, crew.shots[1].id), frames=1)
    with back.reading() as connection:
        assert last_number(connection) == last + 1
    back.close()


def test_what_is_no_empty_station_stays_as_it_is(
    station: Station, crew: Crew, tmp_path: Path
) -> None:
    write_backup(station, tmp_path / "one.zip")
    address = station.engine.url.render_as_string(hide_password=False)
    before = rows_of(station)
    with pytest.raises(Conflict, match="not empty"):
        restore_backup(tmp_path / "one.zip", address, tmp_path / "data")
    assert rows_of(station) == before
    FolderBlobs(tmp_path / "used" / "blobs").put(b"somebody's")
    with pytest.raises(Conflict, match="not empty"):
        restore_backup(tmp_path / "one.zip", f"sqlite:///{tmp_path}/x.db", tmp_path / "used")


@pytest.fixture
def backed_up(station: Station, crew: Crew, tmp_path: Path) -> Path:
    station.blobs.put(b"a picture")
    write_backup(station, tmp_path / "one.zip")
    return tmp_path / "one.zip"


def changed(source: Path, name: str, content: bytes) -> Path:
    target = source.with_name("changed.zip")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for each in {*old.namelist(), name}:
            new.writestr(each, content if each == name else old.read(each))
    return target


def test_files_that_are_no_whole_backup_leave_nothing_behind(backed_up: Path) -> None:
    short, text = backed_up.with_name("short.zip"), backed_up.with_name("text.zip")
    short.write_bytes(backed_up.read_bytes()[:-100])
    text.write_text("no zip")
    refused: list[tuple[Path, type[Exception]]] = [
        (short, InvalidInput), (text, InvalidInput), (backed_up.with_name("none"), NotFound),
    ]  # fmt: skip
    for source, kind in refused:
        _refuses(source, kind)
    for name, content in (
        ("blobs/../../evil", b"x"),
        (f"blobs/00/{'0' * 62}", b"not what its name says"),
        ("tables/entities.jsonl", b'["id"]\n'),
        ("tables/entities.jsonl", b"\xff"),
        ("tables/tasks.jsonl", b""),
        ("manifest.json", b"{}"),
    ):
        _refuses(changed(backed_up, name, content), InvalidInput)


def test_a_backup_of_a_newer_version_is_refused(backed_up: Path) -> None:
    with zipfile.ZipFile(backed_up) as archive:
        manifest = archive.read("manifest.json")
    newer = manifest.replace(b'"revision":"', b'"revision":"9')
    _refuses(changed(backed_up, "manifest.json", newer), Unsupported)


def _refuses(source: Path, kind: type[Exception]) -> None:
    data = source.with_name("data")
    with pytest.raises(kind):
        restore_backup(source, f"sqlite:///{source.with_name('new.db')}", data)
    assert not list(data.rglob("*"))
    source.with_name("new.db").unlink(missing_ok=True)


def test_verify_says_what_is_wrong_and_where(station: Station, crew: Crew, tmp_path: Path) -> None:
    assert wrong_with(station) == []
    entities = next(t for t in _tables(station) if t.name == "entities")
    with station.engine.begin() as connection:  # as nobody but a vandal would
        first, second = crew.shots[0].id, crew.shots[1].id
        connection.execute(entities.update().where(entities.c.id == first).values(revision=7))
        connection.execute(events.delete().where(events.c.noun_id == second))
    digest = station.blobs.put(b"a picture").digest
    (tmp_path / "blobs" / path_of(digest)).write_bytes(b"another")
    told = wrong_with(station)
    assert [each.split(":")[0] for each in told] == [
        f"entities {first}", f"entities {second}", f"blob {digest}",
    ]  # fmt: skip
    assert "revision 7" in told[0]


def _tables(station: Station) -> list[Table]:
    with station.reading() as connection:
        return tables_of(connection)


@dataclass(frozen=True, slots=True)
class Picture:
    id: str
    revision: int
    digest: str
    proxy_digest: str | None


def test_every_digest_that_a_row_names_must_be_there(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = Column("digest", String(64)), Column("proxy_digest", String(64))
    table = Table("pictures", MetaData(), *own_columns(), *columns)
    monkeypatch.setitem(schema._tables, Picture, table)  # for this test alone
    here, gone = "1" * 64, "0" * 64
    rows: list[dict[str, Any]] = [
        {"id": "one", "revision": 1, "digest": here, "proxy_digest": None},
        {"id": "two", "revision": 1, "digest": here, "proxy_digest": gone},
    ]
    with station.engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), rows)
        (fault,) = missing_blobs(connection, {here}, [Picture])
    assert fault.told("en") == f"pictures two: its proxy_digest {gone} is not there"


@pytest.fixture(scope="module")
def new_bucket() -> Iterator[NewBucket]:
    with new_buckets() as new:
        yield new


LARGE = bytes(range(256)) * 40_000  # 10 MB: in a bucket it is read in three pieces


def test_a_station_moves_from_a_folder_to_a_bucket_and_back(
    station: Station, crew: Crew, new_bucket: NewBucket, tmp_path: Path
) -> None:
    contents = [b"a picture", LARGE]
    digests = [bring(station, crew.project, each).digest for each in contents]
    before, bucket = rows_of(station), new_bucket()
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    write_backup(station, first)
    there, back = f"sqlite:///{tmp_path / 'there.db'}", f"sqlite:///{tmp_path / 'back.db'}"
    restore_backup(first, there, tmp_path / "there", bucket)
    in_bucket = open_station(there, folder=tmp_path / "there", store=bucket)
    assert sorted(in_bucket.blobs.digests()) == sorted(digests)
    assert wrong_with(in_bucket) == []
    assert not list((tmp_path / "there" / "blobs").glob("??"))
    manifest = write_backup(in_bucket, second)
    assert (manifest.blobs, manifest.blob_bytes) == (2, sum(map(len, contents)))
    restore_backup(second, back, tmp_path / "back")
    in_folder = open_station(back, folder=tmp_path / "back")
    assert rows_of(in_folder) == rows_of(in_bucket) == before
    assert [read(in_folder.blobs, each) for each in digests] == contents
    in_bucket.blobs.remove(digests[0])
    assert [each for each in wrong_with(in_bucket) if digests[0] in each]
    in_bucket.close()
    in_folder.close()


def test_a_backup_that_cannot_be_restored_leaves_the_bucket_empty_and_a_used_one_is_refused(
    backed_up: Path, new_bucket: NewBucket, tmp_path: Path
) -> None:
    bucket, used = new_bucket(), new_bucket()
    open_blobs(used, tmp_path / "used").put(b"somebody's")
    new = f"sqlite:///{tmp_path / 'new.db'}"
    with pytest.raises(Conflict, match="not empty"):
        restore_backup(backed_up, new, tmp_path / "data", used)
    spoilt = changed(backed_up, f"blobs/ff/{'f' * 62}", b"not what its name says")
    with pytest.raises(InvalidInput):
        restore_backup(spoilt, new, tmp_path / "data", bucket)
    assert list(open_blobs(bucket, tmp_path / "data" / "blobs").digests()) == []
    restore_backup(backed_up, new, tmp_path / "data", bucket)


def test_a_backup_without_files_fills_the_rows_of_a_station_whose_store_stayed(
    station: Station, crew: Crew, tmp_path: Path
) -> None:
    bring(station, crew.project, b"a picture")
    manifest = write_backup(station, tmp_path / "rows.zip", with_files=False)
    assert manifest.blobs == 0
    new = f"sqlite:///{tmp_path / 'new.db'}"
    restore_backup(tmp_path / "rows.zip", new, tmp_path)  # over the same blobs
    again = open_station(new, folder=tmp_path)
    assert rows_of(again) == rows_of(station)
    assert wrong_with(again) == []
    again.close()


def test_a_damaged_blob_is_told_before_it_spoils_a_backup(station: Station, tmp_path: Path) -> None:
    digest = station.blobs.put(b"a picture").digest
    (tmp_path / "blobs" / path_of(digest)).write_bytes(b"another")
    with pytest.raises(StoreFailed, match=digest[:12]):
        write_backup(station, tmp_path / "one.zip")
    assert not list(tmp_path.glob("one.zip*"))


def test_the_command_saves_every_table_of_a_station_that_is_up_to_date(
    station: Station, crew: Crew, tmp_path: Path
) -> None:
    """A process of its own, which knows only the tables that the command itself has loaded."""
    bring(station, crew.project, b"a picture")
    address = station.engine.url.render_as_string(hide_password=False)
    target = tmp_path / "one.zip"
    where = ["--data", str(tmp_path), "--database", address]

    def run(*command: str) -> int:
        mstation = str(Path(sys.executable).with_name("mstation"))
        return subprocess.run([mstation, *command, *where], capture_output=True).returncode

    assert run("backup", str(target)) == 0
    with zipfile.ZipFile(target) as archive:
        saved = {each for each in archive.namelist() if each.startswith("tables/")}
    assert saved == {f"tables/{name}.jsonl" for name in rows_of(station)}
    assert "tables/entities.jsonl" in saved
    assert [run("sweep", "--older-than", "1"), run("verify")] == [0, 0]
    station.blobs.remove(next(iter(station.blobs.digests())))
    assert run("verify") == 1

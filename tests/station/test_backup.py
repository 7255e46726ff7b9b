"""A running station in a file, and back: rows, events, blobs, on either database."""

from __future__ import annotations

import hashlib
import itertools
import threading
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, String, Table

from mstation.errors import Conflict, InvalidInput, NotFound, Unsupported
from mstation.station import schema
from mstation.station.backup import blob_path, restore_backup, write_backup
from mstation.station.change import STATION, find
from mstation.station.events import events, events_after, last_number
from mstation.station.production.entities import Entity, Kind, add_entity
from mstation.station.schema import own_columns
from mstation.station.station import Station, open_station
from mstation.station.tables import lines_of, tables_of
from mstation.station.verify import faults_of, missing_blobs
from tests.station.crew import Crew
from tests.station.databases import NewDatabase


def blob(data: Path, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    path = blob_path(data, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return digest


def rows_of(station: Station) -> dict[str, list[bytes]]:
    with station.reading() as connection:
        return {table.name: list(lines_of(connection, table)) for table in tables_of(connection)}


def wrong_with(station: Station, data: Path) -> list[str]:
    with station.reading() as connection:
        return [fault.told("en") for fault in faults_of(connection, data)]


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
        manifest = write_backup(station, tmp_path, tmp_path / "one.zip")
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
    assert wrong_with(station, tmp_path) == []
    copy = f"sqlite:///{tmp_path / 'copy.db'}"
    restore_backup(tmp_path / "one.zip", copy, tmp_path / "data")
    with (restored := open_station(copy)).reading() as connection:
        kept = events_after(connection, 0, most=1_000_000)
    assert wrong_with(restored, tmp_path / "data") == []
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
    content = blob(tmp_path / "from", b"a picture")
    before = rows_of(station)
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    write_backup(station, tmp_path / "from", first)
    sqlite, same_kind = f"sqlite:///{tmp_path / 'there.db'}", new_database()
    restore_backup(first, sqlite, tmp_path / "there")
    there = open_station(sqlite)
    assert rows_of(there) == before
    write_backup(there, tmp_path / "there", second)
    there.close()
    restore_backup(second, same_kind, tmp_path / "back")
    back = open_station(same_kind)
    assert rows_of(back) == before
    assert blob_path(tmp_path / "back", content).read_bytes() == b"a picture"
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
    write_backup(station, tmp_path, tmp_path / "one.zip")
    address = station.engine.url.render_as_string(hide_password=False)
    before = rows_of(station)
    with pytest.raises(Conflict, match="not empty"):
        restore_backup(tmp_path / "one.zip", address, tmp_path / "data")
    assert rows_of(station) == before
    blob(tmp_path / "used", b"somebody's")
    with pytest.raises(Conflict, match="not empty"):
        restore_backup(tmp_path / "one.zip", f"sqlite:///{tmp_path}/x.db", tmp_path / "used")


@pytest.fixture
def backed_up(station: Station, crew: Crew, tmp_path: Path) -> Path:
    blob(tmp_path, b"a picture")
    write_backup(station, tmp_path, tmp_path / "one.zip")
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
    assert wrong_with(station, tmp_path) == []
    entities = next(t for t in _tables(station) if t.name == "entities")
    with station.engine.begin() as connection:  # as nobody but a vandal would
        first, second = crew.shots[0].id, crew.shots[1].id
        connection.execute(entities.update().where(entities.c.id == first).values(revision=7))
        connection.execute(events.delete().where(events.c.noun_id == second))
    path = blob_path(tmp_path, blob(tmp_path, b"a picture"))
    path.write_bytes(b"another")
    told = wrong_with(station, tmp_path)
    assert [each.split(":")[0] for each in told] == [
        f"entities {first}", f"entities {second}", str(path),
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
    station: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = Column("digest", String(64)), Column("proxy_digest", String(64))
    table = Table("pictures", MetaData(), *own_columns(), *columns)
    monkeypatch.setitem(schema._tables, Picture, table)  # for this test alone
    here, gone = blob(tmp_path, b"here"), "0" * 64
    rows: list[dict[str, Any]] = [
        {"id": "one", "revision": 1, "digest": here, "proxy_digest": None},
        {"id": "two", "revision": 1, "digest": here, "proxy_digest": gone},
    ]
    with station.engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), rows)
        (fault,) = missing_blobs(connection, tmp_path, [Picture])
    assert fault.told("en") == f"pictures two: its proxy_digest {gone} is not there"

"""A station in one file, made while it runs; and back, into an empty station of either database.

The file is a ZIP: `tables/NAME.jsonl` are the rows of one moment, `blobs/ab/cdef…` the content that
they name, `manifest.json` says what is in it. Blobs never change and are copied after the rows,
so that every blob which a row names is there, from a folder or a bucket, and go back to either.
"""

from __future__ import annotations

import re
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import datetime
from os import fsync
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, MetaData, select, text
from sqlalchemy.exc import IntegrityError

from mstation.errors import Conflict, InvalidInput, NotFound, StoreFailed, Unsupported, refusal_zh
from mstation.station import search
from mstation.station.blobs import Blobs, blob_of, damaged, open_blobs, path_of, read_through
from mstation.station.database import open_database, writing
from mstation.station.events import last_number
from mstation.station.guards import forget_laws, unguarded
from mstation.station.schema import now
from mstation.station.station import Station, migrate
from mstation.station.tables import count_on, fill, lines_of, references_last, tables_of

SCHEMA = "mstation.backup/1"
BLOBS = "blobs"
_BLOB = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}")
_LEVEL = 4


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    schema: str
    made_at: datetime
    revision: str  # of the tables: the last migration
    number: int  # of the last event
    rows: dict[str, int]  # by table
    blobs: int
    blob_bytes: int
    with_files: bool = True  # False: the blobs were left out, whoever restores it has them


def write_backup(station: Station, target: Path, *, with_files: bool = True) -> Manifest:
    """Write a running station to a file; an older file of that name stays until it is whole.

    with_files: the content too; left out where the store itself is kept safe.

    Raises:
        StoreFailed: when the disk, the store or the database refuses, or a blob is damaged.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        with station.blobs.staying() if with_files else nullcontext(), part.open("wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
                manifest = _write(station, archive, with_files)
            file.flush()
            fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        raise StoreFailed(
            f"cannot write {target}: {error.strerror}",
            zh=f"无法写入 {target}：{refusal_zh(error)}",
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _write(station: Station, archive: zipfile.ZipFile, with_files: bool) -> Manifest:
    rows = {}
    with station.reading() as connection:
        number, made_at = last_number(connection), now()
        revision = MigrationContext.configure(connection).get_current_revision()
        for table in tables_of(connection):
            name = str(table.name)
            rows[name] = -1  # the first line names the columns
            with archive.open(_entry(name), "w", force_zip64=True) as entry:
                for line in lines_of(connection, table):
                    entry.write(line)
                    rows[name] += 1
    blobs = blob_bytes = 0
    if with_files:
        for digest in station.blobs.digests():
            blob_bytes += _pack(archive, station.blobs, digest)
            blobs += 1
    manifest = Manifest(
        SCHEMA, made_at, str(revision), number, rows, blobs, blob_bytes, with_files
    )  # fmt: skip
    archive.writestr("manifest.json", orjson.dumps(asdict(manifest)))
    return manifest


def _pack(archive: zipfile.ZipFile, blobs: Blobs, digest: str) -> int:
    """Copy a blob in pieces, as it is; return its size."""
    entry = zipfile.ZipInfo(f"{BLOBS}/{path_of(digest)}")
    with archive.open(entry, "w", force_zip64=True) as packed:
        found = read_through(blobs, digest, packed.write)
    if found.digest != digest:
        raise damaged(digest)
    return found.size


def restore_backup(source: Path, address: str, data: Path, store: str | None = None) -> Manifest:
    """Fill an empty station from a file: all of it, or nothing.

    store: `s3://BUCKET/PREFIX`, where the content is not to be in the folder.

    Raises:
        NotFound: when there is no such file.
        InvalidInput: when it is no backup, or not whole.
        Unsupported: when a newer version of the station made it.
        Conflict: when the station is not empty.
        StoreFailed: when the disk or the database refuses.
    """
    if not source.is_file():
        raise NotFound(f"there is no file {source}", zh=f"找不到文件 {source}")
    engine = open_database(address)
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest_of(archive)
            with (
                _blobs_from(archive, manifest, data, store) as keep_blobs,
                writing(engine) as connection,
            ):
                _make_tables(connection, manifest.revision)
                _fill_tables(connection, archive, manifest)
                migrate(connection)
                search.rebuild_all(connection)
                keep_blobs()
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, IntegrityError) as error:
        raise _no_backup(source) from error
    except OSError as error:
        raise StoreFailed(
            f"cannot restore into {data}: {error.strerror or error}",
            zh=f"无法恢复到 {data}：{refusal_zh(error)}",
        ) from error
    finally:
        engine.dispose()
    return manifest


def _manifest_of(archive: zipfile.ZipFile) -> Manifest:
    source = Path(archive.filename or "")
    try:
        manifest = TypeAdapter(Manifest).validate_json(archive.read("manifest.json"))
    except ValidationError as error:
        raise _no_backup(source) from error
    if manifest.schema != SCHEMA:
        raise Unsupported(
            f"{source} is a `{manifest.schema[:40]}`, not a `{SCHEMA}`",
            zh=f"{source} 的格式是 `{manifest.schema[:40]}`，不是 `{SCHEMA}`",
        )
    return manifest


def _make_tables(connection: Connection, revision: str) -> None:
    """Make the tables of a backup's version, in place of empty ones."""
    found = MetaData()
    for table in tables_of(connection):
        table.to_metadata(found)
        if connection.execute(select(table).limit(1)).first() is not None:
            raise Conflict(
                f"the station is not empty, it has {table.name}; restore into a new one",
                zh=f"平台已有数据（{table.name}）；请恢复到新的空平台",
            )
    search.drop_all(connection)
    found.drop_all(connection)
    forget_laws(connection)
    connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    try:
        migrate(connection, revision)
    except CommandError as error:
        raise Unsupported(
            f"the backup is of a newer version ({revision[:40]}); bring this one up to date first",
            zh=f"备份来自更新的版本（{revision[:40]}）；请先升级本程序",
        ) from error


def _fill_tables(connection: Connection, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    tables = tables_of(connection)
    with unguarded(connection), references_last(connection):
        for table in tables:
            with archive.open(_entry(table.name)) as lines:
                count = fill(connection, table, lines)
            if count != manifest.rows.get(table.name):
                raise _no_backup(Path(archive.filename or ""))
            count_on(connection, table)


def _entry(table_name: str) -> str:
    return f"tables/{table_name}.jsonl"


@contextmanager
def _blobs_from(
    archive: zipfile.ZipFile, manifest: Manifest, data: Path, store: str | None
) -> Iterator[Callable[[], None]]:
    """Give what keeps a backup's blobs; they are gone when the block ends badly."""
    if not manifest.with_files:
        yield lambda: None
    elif store is None:
        with _into_folder(archive, data) as keep:
            yield keep
    else:
        with _into_bucket(archive, data, store) as keep:
            yield keep


@contextmanager
def _into_folder(archive: zipfile.ZipFile, data: Path) -> Iterator[Callable[[], None]]:
    """Unpack a backup's blobs beside their place, and give what moves them there."""
    place, part = data / BLOBS, data / f"{BLOBS}.part"
    if place.exists() and any(place.iterdir()):
        raise _not_empty(str(place))

    def keep() -> None:
        if place.exists():
            place.rmdir()
        part.rename(place)

    part.mkdir(parents=True, exist_ok=True)
    try:
        for name in _blob_entries(archive):
            _unpack(archive, name, part)
        yield keep
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def _into_bucket(archive: zipfile.ZipFile, data: Path, store: str) -> Iterator[Callable[[], None]]:
    """Give what sends a backup's blobs to an empty bucket, one after another."""
    blobs = open_blobs(store, data / BLOBS)
    if next(blobs.digests(), None) is not None:
        raise _not_empty(store)
    sent: list[str] = []

    def keep() -> None:
        with TemporaryDirectory(dir=data / BLOBS) as folder:
            for name in _blob_entries(archive):
                path = _unpack(archive, name, Path(folder))
                sent.append(blobs.take(path).digest)
                path.unlink()

    try:
        yield keep
    except BaseException:
        for digest in sent:
            blobs.remove(digest)
        raise


def _blob_entries(archive: zipfile.ZipFile) -> Iterator[str]:
    return (name for name in archive.namelist() if name.startswith(f"{BLOBS}/"))


def _unpack(archive: zipfile.ZipFile, name: str, part: Path) -> Path:
    key = name.removeprefix(f"{BLOBS}/")
    if not _BLOB.fullmatch(key):
        raise _no_backup(Path(archive.filename or ""))
    path = part / key
    path.parent.mkdir(exist_ok=True)
    with archive.open(name) as packed, path.open("wb") as file:
        shutil.copyfileobj(packed, file)
        file.flush()
        fsync(file.fileno())
    if blob_of(path).digest != key.replace("/", ""):
        raise _no_backup(Path(archive.filename or ""))
    return path


def _not_empty(place: str) -> Conflict:
    return Conflict(
        f"{place} is not empty; restore into a new one", zh=f"{place} 不是空的；请换一个"
    )


def _no_backup(source: Path) -> InvalidInput:
    return InvalidInput(
        "this is no backup of a station, or it is not whole",
        path=str(source),
        zh="这不是平台的备份，或文件不完整",
    )

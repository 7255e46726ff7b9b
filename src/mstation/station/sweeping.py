"""What nothing needs any more is forgotten: beside running servers, uploads and builds.

Blobs that no row names are forgotten when nobody brought them for some days. Names are looked up
in one state of the database, before. What comes to be named after that is safe: who brings bytes
makes their blob new, and who names a blob by another row holds that row until the new one is kept.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, func, select, tuple_

from mstation.errors import Stale
from mstation.media.kinds import RECIPE
from mstation.station.change import STATION, hold
from mstation.station.database import writing
from mstation.station.derived import derived
from mstation.station.due import do_due
from mstation.station.events import events
from mstation.station.files import files
from mstation.station.films import BUILD, FILMS
from mstation.station.idempotency import answers
from mstation.station.jobs import ENDED, JobState, jobs
from mstation.station.schema import noun_of, now
from mstation.station.station import Station
from mstation.station.tables import lines_of, tables_of
from mstation.station.uploads import Upload, uploads

LEAST = timedelta(days=1)  # what is younger may be on its way to be named
USUAL = timedelta(days=7)
# History names what was; what is derived is asked apart.
_NAME_NO_BLOBS = {events.name, answers.name, derived.name}
_DIGEST = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


@dataclass(frozen=True, slots=True)
class Swept:
    """How much was forgotten, or would be; and how much was due, and done."""

    uploads: int = 0  # that nobody went on with
    derived: int = 0  # of content that is gone, or made by an older recipe
    blobs: int = 0
    blob_bytes: int = 0
    films: int = 0  # folders of builds
    due: int = 0  # what time did to bookings, milestones and orders: `station/due.py`


def sweep(
    station: Station, *, older_than: timedelta = USUAL, builds: int = 3, is_told_only: bool = False
) -> Swept:
    """Do what is due by time, and forget what nothing needs any more.

    older_than: what is younger stays; a day at least.
    builds: how many films of each script stay, the newest.
    is_told_only: nothing is forgotten, and nothing done.

    Raises:
        ValueError: when `older_than` is less than a day.
        StoreFailed: when the disk, the store or the database refuses.
    """
    if older_than < LEAST:
        raise ValueError("what is younger than a day may be on its way to be named")
    before = now() - older_than
    does = not is_told_only
    due = do_due(station) if does else 0
    count = len(list(_old_uploads(station, before, does)))
    stale = _stale(station)
    if does:
        _forget_derived(station, stale)
    blobs = blob_bytes = 0
    with station.reading() as connection:
        named = named_digests(connection, apart_from=stale)
    for blob in station.blobs.older(before):
        if bytes.fromhex(blob.digest) not in named and (
            is_told_only or station.blobs.remove_older(blob.digest, before)
        ):
            blobs, blob_bytes = blobs + 1, blob_bytes + blob.size
    films = len(list(_old_films(station, before, builds, does)))
    return Swept(count, len(stale), blobs, blob_bytes, films, due)


Key = tuple[str, str, int]  # of what is derived: source, kind, recipe


def named_digests(connection: Connection, apart_from: set[Key]) -> set[bytes]:
    """Return every digest that stands in a row: 64 hexadecimal signs, wherever they stand.

    A few that name something else are among them; that keeps a blob, at worst.
    apart_from: what is derived and will be forgotten.
    """
    found: set[bytes] = set()
    for table in tables_of(connection):
        if table.name not in _NAME_NO_BLOBS:
            for line in lines_of(connection, table):
                found.update(bytes.fromhex(each.decode()) for each in _DIGEST.findall(line))
    for row in connection.execute(select(derived).where(derived.c.digest != "")):
        if (row.source, row.kind, row.recipe) not in apart_from:
            found.add(bytes.fromhex(row.digest))
    return found


def _stale(station: Station) -> set[Key]:
    """Return what was derived by an older recipe, or of content that no row names."""
    keys = select(derived.c.source, derived.c.kind, derived.c.recipe)
    with station.reading() as connection:
        rows = {(row.source, row.kind, row.recipe) for row in connection.execute(keys)}
        named = named_digests(connection, apart_from=rows)
    return {key for key in rows if key[2] < RECIPE or bytes.fromhex(key[0]) not in named}


def _forget_derived(station: Station, keys: set[Key]) -> None:
    columns = tuple_(derived.c.source, derived.c.kind, derived.c.recipe)
    told = sorted(keys)
    for start in range(0, len(told), 100):
        with writing(station.engine) as connection:
            connection.execute(delete(derived).where(columns.in_(told[start : start + 100])))


def _old_uploads(station: Station, before: datetime, does: bool) -> Iterator[str]:
    """Forget uploads that are over and of which nothing came lately, and bytes of none at all."""
    with station.reading() as connection:
        known = set(connection.execute(select(uploads.c.id)).scalars())
        query = select(uploads).where(uploads.c.expires_at < now())
        over = [noun_of(Upload, dict(row)) for row in connection.execute(query).mappings()]
    for upload in over:
        path = station.uploads / upload.id
        if not path.exists() or _is_older(path, before):
            if does:
                with suppress(Stale), station.change(STATION) as change:
                    change.remove(upload)
                path.unlink(missing_ok=True)
            yield upload.id
    for path in station.uploads.iterdir():
        if path.name not in known and _is_older(path, before):
            if does:
                _remove(path)
            yield path.name


def _old_films(station: Station, before: datetime, builds: int, does: bool) -> Iterator[Path]:
    """Forget the folders of builds: the newest of each script stay, and those that are not over."""
    if station.folder is None:
        return
    kept = _builds_that_stay(station, before, builds)
    for folder in sorted((station.folder / FILMS).glob("*/*")):
        if folder.is_dir() and folder.name not in kept and _is_older(folder, before):
            if does:
                _forget_film(station, folder)
            yield folder


def _builds_that_stay(station: Station, before: datetime, builds: int) -> set[str]:
    told = func.nullif(jobs.c.parameters["name"].as_string(), "")
    script = func.coalesce(told, files.c.name)  # as a build calls its script
    is_script = files.c.id == jobs.c.parameters["script_file_id"].as_string()
    query = (
        select(jobs.c.id, jobs.c.project_id, jobs.c.state, jobs.c.ended_at, script.label("script"))
        .select_from(jobs.outerjoin(files, is_script))
        .where(jobs.c.kind == BUILD)
        .order_by(jobs.c.made_at.desc(), jobs.c.id.desc())
    )
    stay: set[str] = set()
    done: dict[tuple[str, str], int] = {}
    with station.reading() as connection:
        for row in connection.execute(query):
            of = (row.project_id, row.script)
            done[of] = done.get(of, 0) + (row.state == JobState.DONE)
            is_newest = row.state == JobState.DONE and done[of] <= builds
            is_over = row.state in ENDED and row.ended_at is not None and row.ended_at < before
            if is_newest or not is_over:
                stay.add(row.id)
    return stay


def _forget_film(station: Station, folder: Path) -> None:
    """Remove a build's folder, unless somebody tries the build again: who asks waits meanwhile."""
    aside = folder.with_name(f"{folder.name}.swept")
    _remove(aside)  # of a sweep that was killed
    with station.change(STATION) as change:
        hold(change.connection, jobs, folder.name)
        again = jobs.c.state.not_in(ENDED)
        mine = select(jobs.c.id).where(jobs.c.id == folder.name, again)
        if change.connection.execute(mine).first() is None:
            folder.rename(aside)
    _remove(aside)


def _is_older(path: Path, before: datetime) -> bool:
    with suppress(OSError):
        return path.lstat().st_mtime < before.timestamp()
    return False


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()

"""Uploads: bytes come in pieces, over broken lines and killed servers, and become a file.

Those of a project become its files, those of a party versions of one of its assets.

What has come lies in a file of the station's folder, `uploads/ID`; how much of it counts stands in
the database, and is written only after the disk has it. Whoever goes on takes the file's lock, so
that two processes never write one upload, and cuts off what does not count.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    String,
    Table,
    insert,
    select,
    update,
)

from mstation.errors import Conflict, InvalidInput, StoreFailed, refusal_zh
from mstation.media.sniff import HEAD_BYTES, media_type_of
from mstation.station.change import Actor, Change, find, find_where
from mstation.station.database import writing
from mstation.station.exchange.assets import Asset
from mstation.station.exchange.preparing import bring_version, require_content
from mstation.station.files import File, add_file, file_name
from mstation.station.ids import new_id
from mstation.station.organisations import Project
from mstation.station.schema import (
    Id,
    Moment,
    keep,
    metadata,
    noun_of,
    now,
    own_columns,
    project_columns,
)
from mstation.station.station import Station

MOST_BYTES = 256 * 1024**3
KEPT = timedelta(days=7)
MOST_SIGNS = 4000  # of what a program tells of an upload
_STEP_BYTES = 16 * 1024 * 1024  # what a killed server loses, at most
_SWEPT_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way; whole, it has a `file_id`, or an `asset_version_id`."""

    id: str
    revision: int
    organisation_id: str | None
    project_id: str | None
    account_id: str  # who sends it
    task_id: str | None
    name: str
    size: int
    told: str  # what the program told of it, as it did
    expires_at: datetime
    file_id: str | None = None
    party_id: str | None = None  # whose asset it is for, where it is for no project
    asset_id: str | None = None
    asset_version_id: str | None = None

    @property
    def is_kept(self) -> bool:
        """Whether it is whole, and has become what it is for."""
        return self.file_id is not None or self.asset_version_id is not None


uploads = keep(
    Upload,
    Table(
        "uploads",
        metadata,
        *own_columns(),
        *project_columns(optional=True),
        Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
        Column("task_id", Id, ForeignKey("tasks.id")),
        Column("name", String(200), nullable=False),
        Column("size", BigInteger, nullable=False),
        Column("told", String(MOST_SIGNS), nullable=False),
        Column("expires_at", Moment, nullable=False, index=True),
        Column("file_id", Id, ForeignKey("files.id"), index=True),
        Column("party_id", Id),
        Column("asset_id", Id),
        Column("asset_version_id", Id),
    ),
)

# How much of each has come: no event for every piece.
received = Table(
    "received",
    metadata,
    Column("upload_id", Id, ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True),
    Column("bytes", BigInteger, nullable=False),
)


class Busy(Conflict):
    """Another process writes this upload now."""


def start_upload(
    change: Change,
    project: Project,
    *,
    account_id: str,
    name: str,
    size: int,
    told: str = "",
    task_id: str | None = None,
) -> Upload:
    """Make room for a file that will come.

    Raises:
        InvalidInput: when its name cannot be shown.
    """
    upload = Upload(
        new_id(),
        1,
        project.organisation_id,
        project.id,
        account_id,
        task_id,
        file_name(name),
        size,
        told,
        change.at + KEPT,
    )
    return _started(change, upload)


def start_asset_upload(
    change: Change, asset: Asset, *, account_id: str, name: str, size: int, told: str = ""
) -> Upload:
    """Make room for the content of an asset's next version.

    Raises:
        InvalidInput: when its name cannot be shown.
    """
    own = (None, None, account_id, None, file_name(name), size, told, change.at + KEPT)
    upload = Upload(new_id(), 1, *own, party_id=asset.party_id, asset_id=asset.id)
    return _started(change, upload)


def _started(change: Change, upload: Upload) -> Upload:
    change.add(upload)
    change.connection.execute(insert(received).values(upload_id=upload.id, bytes=0))
    return upload


def received_bytes(connection: Connection, upload: Upload) -> int:
    """Return how much of an upload has come and is safe."""
    query = select(received.c.bytes).where(received.c.upload_id == upload.id)
    return int(connection.execute(query).scalar_one())


class Receiving:
    """One who writes an upload: from `start` on, `came` bytes so far."""

    def __init__(self, station: Station, upload: Upload, file: BinaryIO, start: int) -> None:
        self.station, self.upload, self.file = station, upload, file
        self.start, self.came, self._kept = start, 0, 0
        file.truncate(start)
        file.seek(start)

    @property
    def offset(self) -> int:
        """How much of the whole has come."""
        return self.start + self.came

    def write(self, data: bytes, *, is_sure: bool) -> None:
        """Append bytes; is_sure: they count before the end of the request is known.

        Raises:
            InvalidInput: when there are more than the upload is long.
            StoreFailed: when the disk is full.
        """
        if self.offset + len(data) > self.upload.size:
            raise InvalidInput(
                "more bytes came than Upload-Length says", zh="数据超过 Upload-Length"
            )
        try:
            self.file.write(data)
        except OSError as error:
            raise _refusal(error) from error
        self.came += len(data)
        if is_sure and self.came - self._kept >= _STEP_BYTES:
            self.keep()

    def keep(self) -> None:
        """Let all that came count: first the disk has it, then the database says so."""
        try:
            self.file.flush()
            os.fsync(self.file.fileno())
        except OSError as error:
            raise _refusal(error) from error
        mine = received.c.upload_id == self.upload.id
        with writing(self.station.engine) as connection:
            connection.execute(update(received).where(mine).values(bytes=self.offset))
        self._kept = self.came


@contextmanager
def receiving(station: Station, upload: Upload) -> Iterator[Receiving]:
    """Give the one who writes an upload, from where it counts; nobody else does meanwhile.

    Raises:
        Busy: when somebody does.
        StoreFailed: when the folder refuses.
    """
    try:
        handle = os.open(station.uploads / upload.id, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _refusal(error) from error
    with os.fdopen(handle, "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(
                "another request is writing this upload; wait until it ends",
                zh="另一个请求正在写入此上传，请稍候",
            ) from error
        with station.reading() as connection:
            start = received_bytes(connection, find(connection, Upload, upload.id))
        if os.fstat(file.fileno()).st_size < start:
            raise StoreFailed(
                f"what came of upload {upload.id} is gone from the disk; start it again",
                zh=f"上传 {upload.id} 的数据已丢失，请重新上传",
            )
        yield Receiving(station, upload, file, start)


def finish(station: Station, actor: Actor, upload: Upload) -> Upload:
    """Make a file, or a version, of an upload that is whole; done again, nothing changes.

    Call it while nobody writes: within `receiving`.

    Raises:
        InvalidInput: when the content is none for its asset: the upload is over.
    """
    path = station.uploads / upload.id
    with station.reading() as connection:
        upload = find(connection, Upload, upload.id)
    if not upload.is_kept:
        with path.open("rb") as file:
            media_type = media_type_of(file.read(HEAD_BYTES))
        keep_it = _as_file if upload.asset_id is None else _as_version
        upload = keep_it(station, actor, upload, media_type)
    path.unlink(missing_ok=True)
    return upload


def _as_file(station: Station, actor: Actor, upload: Upload, media_type: str) -> Upload:
    blob = station.blobs.take(station.uploads / upload.id)
    with station.change(actor) as change:
        project = find(change.connection, Project, upload.project_id or "")
        kept = add_file(
            change, project, blob, name=upload.name, media_type=media_type,
            account_id=upload.account_id, task_id=upload.task_id,
        )  # fmt: skip
        return change.edit(upload, file_id=kept.id)


def _as_version(station: Station, actor: Actor, upload: Upload, media_type: str) -> Upload:
    with station.reading() as connection:
        asset = find(connection, Asset, upload.asset_id or "")
    require_content(asset.kind, upload.name, media_type)
    blob = station.blobs.take(station.uploads / upload.id)
    with station.change(actor) as change:
        asset = find(change.connection, Asset, asset.id)
        version = bring_version(change, asset, blob, name=upload.name, media_type=media_type)
        return change.edit(upload, asset_version_id=version.id)


def remove_file(change: Change, file: File) -> None:
    """Remove a file, and the upload that it was; its bytes stay while others share them."""
    for upload in find_where(change.connection, Upload, file_id=file.id):
        change.remove(upload)
    change.remove(file)


def sweep(change: Change) -> list[str]:
    """Remove uploads that waited too long, and return their ids."""
    query = select(uploads).where(uploads.c.expires_at < now()).limit(_SWEPT_AT_ONCE)
    old = [noun_of(Upload, dict(row)) for row in change.connection.execute(query).mappings()]
    for upload in old:
        change.remove(upload)
    return [upload.id for upload in old]


def forget_bytes(folder: Path, ids: list[str]) -> None:
    """Remove what came of uploads that are no more."""
    for each in ids:
        with suppress(OSError):
            (folder / each).unlink(missing_ok=True)


def _refusal(error: OSError) -> StoreFailed:
    return StoreFailed(
        f"the folder of uploads refused: {error.strerror}; free some space and go on",
        zh=f"上传目录拒绝了操作：{refusal_zh(error)}",
    )

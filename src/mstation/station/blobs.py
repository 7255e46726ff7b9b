"""The blobs of a station: bytes under their own SHA-256, in a local folder or an S3 bucket.

A blob is written whole or not at all, and once: the first writer wins, and what a second one
brings is the same. Whole blobs are checked against their name as they are read. The two classes
promise the same: one suite of tests asks both.

A blob is as old as the last time that somebody brought it. Who sweeps forgets old ones only, and
looks at the age alone (`staying` keeps them out), so that what is brought at that moment stays.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from mstation.errors import InvalidInput, NotFound, StoreFailed, refusal_zh

PIECE_BYTES = 1024 * 1024
_DIGEST = re.compile("[0-9a-f]{64}")
_NO_LINKS = (errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK)


@dataclass(frozen=True, slots=True)
class Blob:
    """What was stored: its SHA-256 in hexadecimal, and how many bytes it has."""

    digest: str
    size: int


class Blobs(Protocol):
    """A store of blobs. Each verb raises StoreFailed when the disk or the service refuses."""

    def put(self, data: bytes) -> Blob:
        """Store bytes."""

    def take(self, path: Path) -> Blob:
        """Store a file's bytes; it must not be written to any more, and may be removed."""

    def size(self, digest: str) -> int:
        """Return how many bytes a blob has; NotFound: it is not there."""

    def pieces(self, digest: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` up to `end` in pieces, unchecked."""

    def file(self, digest: str) -> AbstractContextManager[Path]:
        """Give a blob as a file to read, checked, as long as the block lasts."""

    def remove(self, digest: str) -> None:
        """Forget a blob; none there: nothing happens."""

    def digests(self) -> Iterator[str]:
        """Return the names of all blobs."""

    def older(self, before: datetime) -> Iterator[Blob]:
        """Return the blobs that nobody brought since a moment."""

    def remove_older(self, digest: str, before: datetime) -> bool:
        """Forget a blob, unless somebody brought it since; return whether."""

    def staying(self) -> AbstractContextManager[None]:
        """Let `remove_older` wait as long as the block lasts."""


def open_blobs(address: str | None, folder: Path) -> Blobs:
    """Return the store at `s3://BUCKET/PREFIX`, or, without an address, in a folder.

    Raises:
        InvalidInput: when the address is none.
        StoreFailed: when the folder or the bucket refuses.
    """
    if address is None:
        return FolderBlobs(folder)
    found = re.fullmatch(r"s3://([A-Za-z0-9][A-Za-z0-9.-]{1,62})(?:/([^\0]*))?", address)
    if found is None:
        raise InvalidInput(
            f"`{address[:80]}` is no store that the station knows; give s3://BUCKET/PREFIX",
            zh=f"不支持存储 `{address[:80]}`；请使用 s3://桶/前缀",
        )
    from mstation.station.bucket import BucketBlobs

    return BucketBlobs(found[1], (found[2] or "").strip("/"), folder)


def read(blobs: Blobs, digest: str) -> bytes:
    """Return a blob's bytes, checked.

    Raises:
        NotFound: when it is not there.
        StoreFailed: when it is damaged.
    """
    data = b"".join(blobs.pieces(digest))
    if hashlib.sha256(data).hexdigest() != digest:
        raise damaged(digest)
    return data


def check(blobs: Blobs, digest: str) -> int:
    """Return a blob's size after reading all of it.

    Raises:
        NotFound: when it is not there.
        StoreFailed: when it is damaged.
    """
    found = read_through(blobs, digest)
    if found.digest != digest:
        raise damaged(digest)
    return found.size


def read_through(blobs: Blobs, digest: str, told: Callable[[bytes], object] = len) -> Blob:
    """Return what the bytes under a name are, after telling all of them in pieces.

    Raises:
        NotFound: when they are not there.
    """
    found, size = hashlib.sha256(), 0
    for piece in blobs.pieces(digest):
        found.update(piece)
        size += len(piece)
        told(piece)
    return Blob(found.hexdigest(), size)


class FolderBlobs:
    """Blobs in a local folder: `ab/cdef…` holds the bytes whose SHA-256 is the name."""

    def __init__(self, root: Path) -> None:
        self.root = root
        try:
            (root / "new").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise refusal(str(root), error) from error

    def put(self, data: bytes) -> Blob:
        """Store bytes."""
        new = self.root / "new" / secrets.token_hex(8)
        try:
            new.write_bytes(data)
            return self.take(new)
        except OSError as error:
            raise refusal(str(self.root), error) from error
        finally:
            new.unlink(missing_ok=True)

    def take(self, path: Path) -> Blob:
        """Store a file's bytes, without copying where the disk can name a file twice."""
        try:
            blob = blob_of(path)
            _sync(path)
            self._keep(path, blob)
        except OSError as error:
            raise refusal(str(self.root), error) from error
        return blob

    def _keep(self, path: Path, blob: Blob) -> None:
        """Give the file its name in the store, unless a whole one has it already."""
        kept = self._path(blob.digest)
        with self.staying():
            if not self._holds(blob):
                kept.parent.mkdir(exist_ok=True)
                _sync(self.root)
                self._name(path, kept)
                _sync(kept.parent)
            os.utime(kept)

    def _holds(self, blob: Blob) -> bool:
        """Return whether the whole blob is there; one that was cut off is taken away."""
        kept = self._path(blob.digest)
        with suppress(OSError):
            if kept.stat().st_size == blob.size:
                return True
            kept.unlink()  # cut off by something that is not us
        return False

    def _name(self, path: Path, kept: Path) -> None:
        try:
            os.link(path, kept)
        except FileExistsError:
            return
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            self._copy(path, kept)

    def _copy(self, path: Path, kept: Path) -> None:
        """Keep a file of another disk."""
        new = self.root / "new" / secrets.token_hex(8)
        try:
            shutil.copyfile(path, new)
            _sync(new)
            new.replace(kept)
        finally:
            new.unlink(missing_ok=True)

    def size(self, digest: str) -> int:
        """Return how many bytes a blob has."""
        try:
            return self._path(digest).stat().st_size
        except FileNotFoundError as error:
            raise missing(digest) from error
        except OSError as error:
            raise refusal(str(self.root), error) from error

    def pieces(self, digest: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` up to `end` in pieces."""
        left = (self.size(digest) if end is None else end) - start
        try:
            with self._path(digest).open("rb") as file:
                file.seek(start)
                while left > 0:
                    piece = file.read(min(left, PIECE_BYTES))
                    if not piece:
                        raise damaged(digest)
                    left -= len(piece)
                    yield piece
        except OSError as error:
            raise refusal(str(self.root), error) from error

    @contextmanager
    def file(self, digest: str) -> Iterator[Path]:
        """Give a blob as a file to read."""
        check(self, digest)
        yield self._path(digest)

    def remove(self, digest: str) -> None:
        """Forget a blob."""
        try:
            self._path(digest).unlink(missing_ok=True)
        except OSError as error:
            raise refusal(str(self.root), error) from error

    def digests(self) -> Iterator[str]:
        """Return the names of all blobs."""
        for file in sorted(self.root.glob("??/*")):
            if is_digest(file.parent.name + file.name):
                yield file.parent.name + file.name

    def older(self, before: datetime) -> Iterator[Blob]:
        """Return the blobs that nobody brought since a moment."""
        for digest in self.digests():
            with suppress(FileNotFoundError):
                found = self._path(digest).stat()
                if found.st_mtime < before.timestamp():
                    yield Blob(digest, found.st_size)

    def remove_older(self, digest: str, before: datetime) -> bool:
        """Forget a blob, unless somebody brought it since."""
        path = self._path(digest)
        try:
            with held(self.root, alone=True):
                if path.stat().st_mtime >= before.timestamp():
                    return False
                path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise refusal(str(self.root), error) from error
        return True

    def staying(self) -> AbstractContextManager[None]:
        """Let `remove_older` wait as long as the block lasts."""
        return held(self.root)

    def _path(self, digest: str) -> Path:
        return self.root / path_of(digest)


@contextmanager
def held(folder: Path, *, alone: bool = False) -> Iterator[None]:
    """Hold a folder's lock with others, or alone; it is shared by all processes of a station."""
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


def path_of(digest: str) -> str:
    """Return where a blob stands.

    Raises:
        ValueError: when it is no digest.
    """
    if not is_digest(digest):
        raise ValueError(f"{digest!r} is no SHA-256")
    return f"{digest[:2]}/{digest[2:]}"


def is_digest(text: str) -> bool:
    """Return whether a text is a SHA-256 in hexadecimal."""
    return _DIGEST.fullmatch(text) is not None


def blob_of(path: Path) -> Blob:
    """Return the digest and size of a file, read in pieces."""
    with path.open("rb") as file:
        return Blob(
            hashlib.file_digest(file, "sha256").hexdigest(), os.fstat(file.fileno()).st_size
        )


def damaged(digest: str) -> StoreFailed:
    """Return the error of a blob that is not what its name says."""
    return StoreFailed(
        f"blob {digest[:12]} is damaged; bring it back from the backup, or upload the file again",
        zh=f"数据 {digest[:12]} 已损坏；请从备份恢复，或重新上传文件",
    )


def missing(digest: str) -> NotFound:
    """Return the error of a blob that is not there."""
    return NotFound(f"there is no blob {digest[:12]}", zh=f"找不到数据 {digest[:12]}")


def refusal(where: str, error: Exception) -> StoreFailed:
    """Return the error of a store that refused."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    first = next(iter(reason.strip().splitlines()), type(error).__name__)
    return StoreFailed(
        f"the store {where} refused: {first}", zh=f"存储 {where} 拒绝了操作：{refusal_zh(error)}"
    )


def _sync(path: Path) -> None:
    """Wait until the disk has a file, or what a folder lists."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

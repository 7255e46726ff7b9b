"""Blobs in a bucket of an S3 service; where it is and who we are say the usual AWS_* variables."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from mstation.errors import StoreFailed
from mstation.station.blobs import (
    Blob,
    blob_of,
    damaged,
    held,
    is_digest,
    missing,
    path_of,
    refusal,
)
from mstation.station.schema import now

if TYPE_CHECKING:
    from obstore import ObjectMeta

_NEW = timedelta(hours=12)  # half of what a sweep leaves alone
_PIECE_BYTES = 4 * 1024 * 1024  # of one request
_PART_BYTES, _PARTS, _AT_ONCE = 16 * 1024 * 1024, 9000, 2  # S3 takes 10,000 parts of a blob


class BucketBlobs:
    """Blobs under a prefix of a bucket. `scratch` is a local folder for blobs on their way."""

    def __init__(self, bucket: str, prefix: str, scratch: Path) -> None:
        self.name = f"s3://{bucket}/{prefix}"
        self.scratch = scratch
        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL", "")
        try:
            scratch.mkdir(parents=True, exist_ok=True)
            self._objects = S3Store(
                bucket,
                prefix=prefix or None,
                client_options={"allow_http": endpoint.startswith("http://")},
            )
            obstore.put(self._objects, "station.txt", b"M-Station keeps its files here.\n")
        except (OSError, BaseError) as error:
            raise self._refusal(error) from error

    def put(self, data: bytes) -> Blob:
        """Store bytes."""
        blob = Blob(hashlib.sha256(data).hexdigest(), len(data))
        with self.staying():
            if not self._holds(blob):
                self._create(blob, data)
        return blob

    def take(self, path: Path) -> Blob:
        """Store a file's bytes, large ones in parts."""
        try:
            blob = blob_of(path)
            with self.staying():
                if not self._holds(blob):
                    self._send(blob, path)
        except OSError as error:
            raise self._refusal(error) from error
        return blob

    def _send(self, blob: Blob, path: Path) -> None:
        """Send a file; two who send a blob at once send the same."""
        if blob.size <= _PART_BYTES:
            self._create(blob, path.read_bytes())
            return
        part = max(_PART_BYTES, blob.size // _PARTS + 1)
        try:
            obstore.put(
                self._objects,
                path_of(blob.digest),
                path,
                chunk_size=part,
                max_concurrency=_AT_ONCE,
            )
        except BaseError as error:
            raise self._refusal(error) from error

    def _create(self, blob: Blob, data: bytes) -> None:
        try:
            obstore.put(self._objects, path_of(blob.digest), data, use_multipart=False)
        except BaseError as error:
            raise self._refusal(error) from error

    def _holds(self, blob: Blob) -> bool:
        """Return whether the whole blob is there, and new; one that is short is taken away.

        Only what is sent again is new again. Nobody sweeps what is as new as half a day.
        """
        found = self._found(blob.digest)
        if found is None:
            return False
        if found["size"] != blob.size:
            self.remove(blob.digest)
            return False
        return found["last_modified"] > now() - _NEW

    def _found(self, digest: str) -> ObjectMeta | None:
        try:
            return obstore.head(self._objects, path_of(digest))
        except FileNotFoundError:
            return None
        except BaseError as error:
            raise self._refusal(error) from error

    def size(self, digest: str) -> int:
        """Return how many bytes a blob has."""
        found = self._found(digest)
        if found is None:
            raise missing(digest)
        return found["size"]

    def pieces(self, digest: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` up to `end` in pieces, a request each."""
        end = self.size(digest) if end is None else end
        while start < end:
            until = min(end, start + _PIECE_BYTES)
            try:
                piece = obstore.get_range(self._objects, path_of(digest), start=start, end=until)
            except FileNotFoundError as error:
                raise missing(digest) from error
            except BaseError as error:
                raise self._refusal(error) from error
            data = bytes(piece)
            if len(data) != until - start:
                raise damaged(digest)
            start = until
            yield data

    @contextmanager
    def file(self, digest: str) -> Iterator[Path]:
        """Give a blob as a file to read: a copy, gone after the block."""
        with tempfile.NamedTemporaryFile(dir=self.scratch) as file:
            found = hashlib.sha256()
            for piece in self.pieces(digest):
                found.update(piece)
                file.write(piece)
            file.flush()
            if found.hexdigest() != digest:
                raise damaged(digest)
            yield Path(file.name)

    def remove(self, digest: str) -> None:
        """Forget a blob."""
        try:
            obstore.delete(self._objects, path_of(digest))
        except FileNotFoundError:
            return
        except BaseError as error:
            raise self._refusal(error) from error

    def digests(self) -> Iterator[str]:
        """Return the names of all blobs."""
        return ("".join(each["path"].split("/")[-2:]) for each in self._listed())

    def _listed(self) -> Iterator[ObjectMeta]:
        try:
            for page in obstore.list(self._objects):
                for each in page:
                    if is_digest("".join(each["path"].split("/")[-2:])):
                        yield each
        except BaseError as error:
            raise self._refusal(error) from error

    def older(self, before: datetime) -> Iterator[Blob]:
        """Return the blobs that nobody brought since a moment."""
        for each in self._listed():
            if each["last_modified"] < before:
                yield Blob("".join(each["path"].split("/")[-2:]), each["size"])

    def remove_older(self, digest: str, before: datetime) -> bool:
        """Forget a blob, unless somebody brought it since."""
        with held(self.scratch, alone=True):
            found = self._found(digest)
            if found is None or found["last_modified"] >= before:
                return False
            self.remove(digest)
        return True

    def staying(self) -> AbstractContextManager[None]:
        """Let `remove_older` wait as long as the block lasts."""
        return held(self.scratch)

    def _refusal(self, error: Exception) -> StoreFailed:
        return refusal(self.name, error)

"""Blobs in a bucket of an S3 service; where it is and who we are say the usual AWS_* variables."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from mstation.errors import StoreFailed
from mstation.station.blobs import Blob, blob_of, damaged, is_digest, missing, path_of, refusal

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
        if not self._holds(blob):
            self._create(blob, data)
        return blob

    def take(self, path: Path) -> Blob:
        """Store a file's bytes, large ones in parts."""
        try:
            blob = blob_of(path)
            if not self._holds(blob):
                self._send(blob, path)
        except OSError as error:
            raise self._refusal(error) from error
        return blob

    def _send(self, blob: Blob, path: Path) -> None:
        if blob.size <= _PART_BYTES:
            self._create(blob, path.read_bytes())
            return
        # In parts there is no condition to set; two who send a blob at once send the same.
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
            obstore.put(
                self._objects, path_of(blob.digest), data, mode="create", use_multipart=False
            )
        except AlreadyExistsError:
            return
        except BaseError as error:
            raise self._refusal(error) from error

    def _holds(self, blob: Blob) -> bool:
        """Return whether the whole blob is there; one that is short is taken away."""
        found = self._found_size(blob.digest)
        if found is not None and found != blob.size:
            self.remove(blob.digest)
        return found == blob.size

    def _found_size(self, digest: str) -> int | None:
        try:
            return obstore.head(self._objects, path_of(digest))["size"]
        except FileNotFoundError:
            return None
        except BaseError as error:
            raise self._refusal(error) from error

    def size(self, digest: str) -> int:
        """Return how many bytes a blob has."""
        found = self._found_size(digest)
        if found is None:
            raise missing(digest)
        return found

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
        try:
            for page in obstore.list(self._objects):
                for each in page:
                    name = "".join(each["path"].split("/")[-2:])
                    if is_digest(name):
                        yield name
        except BaseError as error:
            raise self._refusal(error) from error

    def _refusal(self, error: Exception) -> StoreFailed:
        return refusal(self.name, error)

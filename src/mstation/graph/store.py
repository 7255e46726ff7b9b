"""The content-addressed store: blobs by digest, records by key.

`blobs/ab/cdef…` holds bytes whose SHA-256 is the name; `records/ab/cdef….json` says which blobs
a finished step left. Objects are written under a temporary name and renamed, so a reader sees a
whole object or none; what is read is checked against its digest, and a record whose blobs are
missing or short counts as not made. The first whole record of a key stays: who makes the same step
later is given that one, so that two kinds of processor never disagree in one store.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore

from mstation.errors import StoreFailed, refusal_zh
from mstation.graph.keys import digest_of, digest_of_file
from mstation.graph.step import Blob, Output, Record

_MULTIPART_BYTES = 16 * 1024 * 1024
_VERBS_ZH = {"open": "打开", "read from": "读取", "write to": "写入", "work in": "使用"}

# What is written twice within a tick of the file system's clock has one stamp: only a file that was
# left alone for longer is known by its stamp.
_SETTLED_NS = 50_000_000


class _Stamp(NamedTuple):
    """What tells that a file is the one that it was."""

    inode: int
    size: int
    written_ns: int
    changed_ns: int  # nobody can set it back


def _stamp(path: Path) -> _Stamp:
    stat = os.stat(path)
    return _Stamp(stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


class Store:
    """Blobs and records in a local folder.

    `notes` is the folder of what belongs to one film alone, where films share the rest.
    """

    def __init__(self, root: Path, *, notes: Path | None = None) -> None:
        self.root = root
        self._notes = notes or root / "notes"
        self._checked: dict[str, _Stamp] = {}
        try:
            root.mkdir(parents=True, exist_ok=True)
            self.scratch = root / "scratch"
            self.scratch.mkdir(exist_ok=True)
            self._probe()
            self._objects = LocalStore(str(root))
        except (OSError, BaseError) as error:
            raise self.refusal("open", error) from error

    def _probe(self) -> None:
        with tempfile.TemporaryFile(dir=self.scratch) as file:
            file.write(b"\0" * 4096)
            file.flush()

    def refusal(self, verb: str, error: Exception) -> StoreFailed:
        """Return the error to raise when the folder refused to `verb`."""
        reason = error.strerror if isinstance(error, OSError) and error.strerror else None
        reason = reason or str(error).strip().splitlines()[0]
        if "No space left" in str(error):
            reason = "the disk is full; free some space"
        reason_zh = refusal_zh(error)
        return StoreFailed(
            f"cannot {verb} the store in {self.root}: {reason}, "
            "or choose another folder with --out",
            zh=f"无法{_VERBS_ZH[verb]}影片的缓存 {self.root}：{reason_zh}。可用 --out 换一个目录",
        )

    def put(self, data: bytes | Path) -> Output:
        """Store bytes, or a file's bytes, and return their digest and size."""
        if isinstance(data, Path):
            output = Output(digest_of_file(data), data.stat().st_size)
        else:
            output = Output(digest_of(data), len(data))
        if not self.holds(output):
            self._write(_blob_path(output.digest), data)
        return output

    def take(self, file: Path) -> Output:
        """Move a file of the scratch folder in, and return its digest and size."""
        output = Output(digest_of_file(file), file.stat().st_size)
        if not self.holds(output):
            path = self.root / _blob_path(output.digest)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                file.replace(path)  # the same disk: a reader sees a whole blob or none
            except OSError as error:
                raise self.refusal("write to", error) from error
        return output

    def _write(self, path: str, data: bytes | Path) -> None:
        try:
            obstore.put(self._objects, path, data, chunk_size=_MULTIPART_BYTES)
        except (OSError, BaseError) as error:
            raise self.refusal("write to", error) from error

    def holds(self, output: Output) -> bool:
        """Return whether a whole blob of that digest and size is there."""
        try:
            return os.stat(self.root / _blob_path(output.digest)).st_size == output.size
        except OSError:
            return False

    def read(self, digest: str) -> bytes:
        """Return a blob's bytes, checked.

        Raises:
            StoreFailed: when the blob is missing or damaged.
        """
        try:
            data = (self.root / _blob_path(digest)).read_bytes()
        except OSError as error:
            raise self.refusal("read from", error) from error
        if digest_of(data) != digest:
            self.drop(digest)
            raise StoreFailed(
                f"blob {digest[:12]} in {self.root} was damaged; run again to remake it",
                zh=f"{self.root} 中的数据 {digest[:12]} 已损坏；重新运行即可重做",
            )
        return data

    def blob(self, digest: str) -> Blob:
        """Return a blob as an input of a step, its file checked against its digest.

        A file that was checked here already, and that nobody has touched since, is not read again.
        """
        path = self.root / _blob_path(digest)
        try:
            stamp, now_ns = _stamp(path), time.time_ns()
            if self._checked.get(digest) == stamp:
                return Blob(digest, path)
            found = digest_of_file(path)
        except OSError as error:
            raise self.refusal("read from", error) from error
        if found != digest:
            self.drop(digest)
            raise StoreFailed(
                f"blob {digest[:12]} in {self.root} was damaged; run again to remake it",
                zh=f"{self.root} 中的数据 {digest[:12]} 已损坏；重新运行即可重做",
            )
        if now_ns - stamp.changed_ns > _SETTLED_NS:
            self._checked[digest] = stamp
        return Blob(digest, path)

    def drop(self, digest: str) -> None:
        """Remove a damaged blob, so that the next build makes it again."""
        self._checked.pop(digest, None)
        (self.root / _blob_path(digest)).unlink(missing_ok=True)

    def write_record(self, key: str, record: Record) -> Record:
        """Store what a finished step left, and return what stands: the first whole record.

        The blobs must be there already.
        """
        document = {
            "schema": "mstation.record/1",
            "step": record.step,
            "outputs": {name: [out.digest, out.size] for name, out in record.outputs.items()},
            "seconds": round(record.seconds, 3),
        }
        data = json.dumps(document, ensure_ascii=False).encode()
        try:
            obstore.put(self._objects, _record_path(key), data, mode="create")
        except AlreadyExistsError:
            return self._record_after(key, record, data)
        except (OSError, BaseError) as error:
            raise self.refusal("write to", error) from error
        return record

    def _record_after(self, key: str, record: Record, data: bytes) -> Record:
        """Return the record that another wrote; write ours where that one is not whole."""
        with self._one_at_a_time():
            first = self.record(key)
            if first is None:
                self._write(_record_path(key), data)
            return first or record

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        try:
            file = (self.root / "lock").open("ab")
        except OSError as error:
            raise self.refusal("write to", error) from error
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def record(self, key: str) -> Record | None:
        """Return what was made under a key, or None when it must be made."""
        try:
            document = json.loads((self.root / _record_path(key)).read_bytes())
            outputs = {name: Output(*output) for name, output in document["outputs"].items()}
            record = Record(document["step"], outputs, document["seconds"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return record if all(map(self.holds, outputs.values())) else None

    def write_note(self, name: str, data: bytes) -> None:
        """Store a small named document of this film (the last build's keys …)."""
        partial = self._notes / f".{os.getpid()}-{name}"
        try:
            self._notes.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(data)
            partial.replace(self._notes / name)
        except OSError as error:
            raise self.refusal("write to", error) from error

    def note(self, name: str) -> bytes | None:
        """Return a named document of this film, or None."""
        try:
            return (self._notes / name).read_bytes()
        except OSError:
            return None


def _blob_path(digest: str) -> str:
    return f"blobs/{digest[:2]}/{digest[2:]}"


def _record_path(key: str) -> str:
    return f"records/{key[:2]}/{key[2:]}.json"

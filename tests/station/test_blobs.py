"""What every store of blobs promises, asked of each."""

from __future__ import annotations

import hashlib
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from mstation.errors import InvalidInput, NotFound, StoreFailed
from mstation.station import bucket
from mstation.station.blobs import Blob, Blobs, FolderBlobs, check, open_blobs, read
from mstation.station.schema import now
from tests.station.buckets import NewBucket, new_buckets

NOWHERE = "0" * 64


@pytest.fixture(scope="module")
def new_bucket() -> Iterator[NewBucket]:
    with new_buckets() as new:
        yield new


@pytest.fixture(params=["folder", "bucket"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "folder":
        return open_blobs(None, tmp_path / "blobs")
    return open_blobs(request.getfixturevalue("new_bucket")(), tmp_path / "blobs")


def _damage(blobs: Blobs, digest: str, data: bytes) -> None:
    if isinstance(blobs, FolderBlobs):
        (blobs.root / digest[:2] / digest[2:]).write_bytes(data)
    else:
        import obstore

        obstore.put(blobs._objects, f"{digest[:2]}/{digest[2:]}", data)  # type: ignore[attr-defined]


def test_what_is_put_is_read_again_under_its_digest(blobs: Blobs) -> None:
    for data in (b"", b"a lantern", random.Random(1).randbytes(3_000_000)):
        blob = blobs.put(data)
        assert blob == Blob(hashlib.sha256(data).hexdigest(), len(data))
        assert read(blobs, blob.digest) == data
        assert blobs.size(blob.digest) == len(data)
        assert check(blobs, blob.digest) == len(data)


def test_a_file_is_taken_whole_and_may_be_taken_again(blobs: Blobs, tmp_path: Path) -> None:
    data = random.Random(2).randbytes(20_000_000)
    path = tmp_path / "file"
    path.write_bytes(data)
    blob = blobs.take(path)
    path.unlink()
    with blobs.file(blob.digest) as kept:
        assert kept.read_bytes() == data
    path.write_bytes(data)
    assert blobs.take(path) == blob


def test_ranges_are_the_bytes_asked_for(blobs: Blobs) -> None:
    data = random.Random(3).randbytes(9_000_000)
    digest = blobs.put(data).digest
    for start, end in ((0, 1), (5, 5), (17, 4_300_000), (8_999_999, None), (1_048_575, 1_048_577)):
        assert b"".join(blobs.pieces(digest, start, end)) == data[start:end]


def test_what_is_not_there_is_said(blobs: Blobs) -> None:
    for ask in (blobs.size, lambda digest: read(blobs, digest)):
        with pytest.raises(NotFound):
            ask(NOWHERE)
    with pytest.raises(NotFound), blobs.file(NOWHERE):
        pass
    blobs.remove(NOWHERE)
    for digest in ("../../etc/passwd", "A" * 64, ""):
        with pytest.raises(ValueError, match="no SHA-256"):
            blobs.size(digest)


def test_damage_is_found_and_a_short_blob_is_mended_by_the_next_writer(blobs: Blobs) -> None:
    digest = blobs.put(b"the last reel").digest
    _damage(blobs, digest, b"the lost reel")
    with pytest.raises(StoreFailed, match="damaged"):
        read(blobs, digest)
    with pytest.raises(StoreFailed, match="damaged"):
        check(blobs, digest)
    with pytest.raises(StoreFailed, match="damaged"), blobs.file(digest):
        pass
    _damage(blobs, digest, b"the")
    blobs.put(b"the last reel")
    assert read(blobs, digest) == b"the last reel"


def test_many_writers_of_one_blob_make_one(blobs: Blobs) -> None:
    data = random.Random(4).randbytes(500_000)
    found: list[Blob] = []
    writers = [threading.Thread(target=lambda: found.append(blobs.put(data))) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(set(found)) == 1
    assert len(found) == 8
    assert list(blobs.digests()) == [found[0].digest]


def test_blobs_are_listed_and_removed(blobs: Blobs) -> None:
    kept = {blobs.put(str(each).encode()).digest for each in range(5)}
    assert set(blobs.digests()) == kept
    gone = kept.pop()
    blobs.remove(gone)
    assert set(blobs.digests()) == kept


def test_a_store_that_is_none_is_refused(tmp_path: Path, new_bucket: NewBucket) -> None:
    for address in ("ftp://somewhere", "s3://", "/tmp", "s3://../x"):
        with pytest.raises(InvalidInput):
            open_blobs(address, tmp_path)
    with pytest.raises(StoreFailed):
        open_blobs("s3://no-such-bucket/films", tmp_path)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreFailed):
        open_blobs(None, tmp_path / "file")


def test_a_blob_is_forgotten_only_if_nobody_brought_it_since(
    blobs: Blobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = blobs.put(b"a lantern")
    earlier, later = now() - timedelta(hours=1), now() + timedelta(hours=1)
    assert list(blobs.older(earlier)) == []
    assert list(blobs.older(later)) == [blob]
    assert not blobs.remove_older(blob.digest, earlier)
    time.sleep(1.1)  # S3 counts whole seconds
    monkeypatch.setattr(bucket, "_NEW", timedelta(0))  # so that it is old enough to be sent again
    since = now().replace(microsecond=0)
    (tmp_path / "again").write_bytes(b"a lantern")
    assert blobs.take(tmp_path / "again") == blob
    assert not blobs.remove_older(blob.digest, since)
    assert blobs.remove_older(blob.digest, later)
    assert not blobs.remove_older(blob.digest, later)
    assert list(blobs.digests()) == []


def test_nothing_old_is_forgotten_while_somebody_holds_the_store(blobs: Blobs) -> None:
    digest, later = blobs.put(b"a lantern").digest, now() + timedelta(hours=1)
    with ThreadPoolExecutor(1) as pool:
        with blobs.staying():
            assert blobs.put(b"a lantern").digest == digest  # who brings need not wait
            removal = pool.submit(blobs.remove_older, digest, later)
            with pytest.raises(TimeoutError):
                removal.result(0.3)
            assert read(blobs, digest) == b"a lantern"
        assert removal.result()

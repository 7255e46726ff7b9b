import os
from pathlib import Path

import pytest

from mstation.errors import StoreFailed
from mstation.graph.step import Output, Record
from mstation.graph.store import Store

KEY = "ab" * 32


def test_a_blob_is_named_by_its_content(tmp_path: Path) -> None:
    store = Store(tmp_path)
    output = store.put(b"frame")
    assert store.read(output.digest) == b"frame"
    assert store.put(b"frame") == output
    source = tmp_path / "frame"
    source.write_bytes(b"frame")
    assert store.put(source) == output


def test_a_damaged_blob_is_never_read(tmp_path: Path) -> None:
    store = Store(tmp_path)
    output = store.put(b"frame")
    path = store.blob(output.digest).path
    path.write_bytes(b"fr@me")
    with pytest.raises(StoreFailed, match="damaged"):
        store.read(output.digest)
    assert not store.holds(output)
    assert store.put(b"frame") == output
    assert store.read(output.digest) == b"frame"


def test_a_record_without_its_whole_blobs_is_not_made(tmp_path: Path) -> None:
    store = Store(tmp_path)
    output = store.put(b"segment")
    store.write_record(KEY, Record("render", {"segment": output}, 1.5))
    assert store.record(KEY) == Record("render", {"segment": output}, 1.5)
    os.truncate(store.blob(output.digest).path, 3)
    assert store.record(KEY) is None


def test_a_torn_record_is_not_made(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write_record(KEY, Record("render", {"segment": store.put(b"segment")}, 1.5))
    path = next((tmp_path / "records").rglob("*.json"))
    path.write_bytes(path.read_bytes()[:20])
    assert store.record(KEY) is None


def test_a_missing_blob_says_where(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert not store.holds(Output("cd" * 32, 1))
    with pytest.raises(StoreFailed, match=str(tmp_path)):
        store.read("cd" * 32)


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreFailed, match="cannot open the store"):
        Store(tmp_path / "file" / "store")

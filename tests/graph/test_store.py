import os
import subprocess
import sys
import time
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


def test_a_file_is_taken_in_as_its_bytes_would_be(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    for name in ("one", "again"):  # the second is there already
        file = store.scratch / name
        file.write_bytes(b"heard")
        output = store.take(file)
        assert output == store.put(b"heard")
        assert store.read(output.digest) == b"heard"


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


@pytest.mark.parametrize("rested_s", [0.0, 0.1])
def test_what_is_touched_after_it_was_checked_is_checked_again(
    tmp_path: Path, rested_s: float
) -> None:
    store = Store(tmp_path)
    output = store.put(b"frame")
    time.sleep(rested_s)  # a file just written may be written again within one tick of the clock
    path = store.blob(output.digest).path
    assert store.blob(output.digest).read() == b"frame"
    stat = path.stat()
    path.write_bytes(b"fr@me")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    with pytest.raises(StoreFailed, match="damaged"):
        store.blob(output.digest)
    assert not store.holds(output)
    with pytest.raises(StoreFailed, match="cannot read"):
        store.blob(output.digest)


def test_a_record_without_its_whole_blobs_is_not_made(tmp_path: Path) -> None:
    store = Store(tmp_path)
    output = store.put(b"segment")
    store.write_record(KEY, Record("render", {"segment": output}, 1.5))
    assert store.record(KEY) == Record("render", {"segment": output}, 1.5)
    os.truncate(store.blob(output.digest).path, 3)
    assert store.record(KEY) is None


_WRITER = """
import sys
from pathlib import Path
from mstation.graph.step import Record
from mstation.graph.store import Store

store, name = Store(Path(sys.argv[1])), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
for number in range(200):
    ours = {"segment": store.put(f"{number} as {name} makes it".encode())}
    stands = store.write_record(f"{number:064x}", Record("render", ours, 1.0))
    print(stands.outputs["segment"].digest)
"""


def test_two_kinds_of_processor_never_disagree(tmp_path: Path) -> None:
    """Each makes other bytes of the same steps, at once; some records are torn beforehand."""
    for number in range(0, 200, 7):
        path = tmp_path / "records" / "00" / f"{number:062x}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"{")
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(tmp_path), name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for name in ("one", "another")
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    told = [writer.communicate(timeout=60)[0].split() for writer in writers]
    store = Store(tmp_path)
    kept = [store.record(f"{number:064x}") for number in range(200)]
    assert told[0] == told[1] == [each.outputs["segment"].digest for each in kept if each]


def test_the_first_whole_record_stays(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first, second = (Record("render", {"segment": store.put(each)}, 1.0) for each in (b"1", b"2"))
    assert store.write_record(KEY, first) == first
    assert store.write_record(KEY, second) == first
    store.drop(first.outputs["segment"].digest)
    assert store.write_record(KEY, second) == second == store.record(KEY)


def test_films_share_what_is_made_and_not_their_notes(tmp_path: Path) -> None:
    one, other = (Store(tmp_path, notes=tmp_path / name) for name in ("one", "other"))
    one.write_note("lineage.json", b"{}")
    assert (one.note("lineage.json"), other.note("lineage.json")) == (b"{}", None)
    assert other.holds(one.put(b"frame"))


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

from __future__ import annotations

import os
import resource
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.errors import StoreFailed
from mstation.graph.store import Store
from mstation.publish import publish, write_whole

FIRST = {"film.mp4": b"movie", "scenes/001.usdc": b"one", "scenes/002.usdc": b"two"}


def _publish(files: Mapping[str, bytes], folder: Path) -> list[str]:
    store = Store(folder / ".mstation")
    return publish({name: store.put(data).digest for name, data in files.items()}, folder, store)


def _read(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".mstation" not in path.parts
    }


def _stamps(folder: Path) -> dict[str, int]:
    return {name: (folder / name).stat().st_mtime_ns for name in _read(folder)}


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    assert _publish(FIRST, tmp_path) == list(FIRST)
    before = _stamps(tmp_path)
    assert _publish(FIRST, tmp_path) == []
    changed = FIRST | {"scenes/002.usdc": b"two, longer"}
    assert _publish(changed, tmp_path) == ["scenes/002.usdc"]
    after = _stamps(tmp_path)
    assert {name for name in FIRST if after[name] != before[name]} == {"scenes/002.usdc"}
    assert _read(tmp_path) == changed


def test_a_file_changed_or_deleted_by_a_person_is_put_back(tmp_path: Path) -> None:
    _publish(FIRST, tmp_path)
    (tmp_path / "film.mp4").write_bytes(b"mine!")  # as long as ours
    os.utime(tmp_path / "film.mp4", ns=(1, 1))
    (tmp_path / "scenes/001.usdc").unlink()
    assert _publish(FIRST, tmp_path) == ["film.mp4", "scenes/001.usdc"]
    assert _read(tmp_path) == FIRST


def test_what_an_earlier_film_had_is_removed_and_what_others_put_there_is_kept(
    tmp_path: Path,
) -> None:
    _publish(FIRST, tmp_path)
    (tmp_path / "scenes/notes.txt").write_bytes(b"mine")
    assert _publish({"film.mp4": b"movie"}, tmp_path) == []
    assert _read(tmp_path) == {"film.mp4": b"movie", "scenes/notes.txt": b"mine"}


def test_a_file_that_a_person_made_their_own_is_not_removed(tmp_path: Path) -> None:
    _publish(FIRST, tmp_path)
    (tmp_path / "scenes/002.usdc").write_bytes(b"two, with my own lights")
    _publish({"film.mp4": b"movie"}, tmp_path)
    assert _read(tmp_path)["scenes/002.usdc"] == b"two, with my own lights"
    _publish({"film.mp4": b"movie"}, tmp_path)
    assert _read(tmp_path)["scenes/002.usdc"] == b"two, with my own lights"


FILMS = st.dictionaries(
    st.sampled_from(["film.mp4", "shots.csv", "scenes/001.usdc", "scenes/002.usdc"]),
    st.binary(max_size=3),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(FILMS, min_size=1, max_size=4))
def test_the_folder_always_holds_the_last_film_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, films: list[dict[str, bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("film")
    for film in films:
        _publish(film, folder)
        assert _read(folder) == film
        assert _publish(film, folder) == []


def test_what_a_killed_build_left_is_swept_and_what_a_running_one_writes_is_not(
    tmp_path: Path,
) -> None:
    gone, running = tmp_path / ".writing-999999999-abc", tmp_path / ".writing-1-abc"
    for folder in (gone, running):
        folder.mkdir()
        (folder / "0").write_bytes(b"half a movie")
    _publish(FIRST, tmp_path)
    assert not gone.exists()
    assert (running / "0").read_bytes() == b"half a movie"


@contextmanager
def _files_no_longer_than(size: int) -> Iterator[None]:
    """Have the system refuse longer files, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_film_that_does_not_fit_leaves_the_earlier_one(tmp_path: Path) -> None:
    store = Store(tmp_path / ".mstation")
    _publish(FIRST, tmp_path)
    before = _stamps(tmp_path)
    second = {"film.mp4": b"new", "scenes/001.usdc": b"x" * 100_000}
    digests = {name: store.put(data).digest for name, data in second.items()}
    with _files_no_longer_than(50_000), pytest.raises(StoreFailed, match="another folder"):
        publish(digests, tmp_path, store)
    assert _read(tmp_path) == FIRST
    assert _stamps(tmp_path) == before
    assert not list(tmp_path.glob(".writing-*"))
    assert publish(digests, tmp_path, store) == list(second)
    assert _read(tmp_path) == second


@contextmanager
def _anybody() -> Iterator[None]:
    """Act with no more rights than any account has; root may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_that_may_not_be_written_keeps_the_earlier_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Paths from here on: what lies above the test's own folder is closed to other accounts.
    monkeypatch.chdir(tmp_path)
    here = Path()
    _publish(FIRST, here)
    store = Store(Path(".mstation"))
    digests = {"film.mp4": store.put(b"new").digest}
    here.chmod(0o555)
    try:
        with _anybody(), pytest.raises(StoreFailed, match="Permission denied"):
            publish(digests, here, store)
    finally:
        here.chmod(0o755)
    assert _read(here) == FIRST
    assert not list(here.glob(".writing-*"))


def test_a_folder_in_the_way_of_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").mkdir()
    with pytest.raises(StoreFailed, match="cannot write to"):
        _publish(FIRST, tmp_path)
    assert (tmp_path / "film.mp4").is_dir()
    assert not list(tmp_path.glob(".writing-*"))


def test_a_file_beside_the_film_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    write_whole(path, b"first")
    with _files_no_longer_than(1_000), pytest.raises(StoreFailed, match="another folder"):
        write_whole(path, b"x" * 5_000)
    assert _read(tmp_path) == {"report.json": b"first"}
    write_whole(path, b"second")
    assert _read(tmp_path) == {"report.json": b"second"}

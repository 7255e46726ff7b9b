"""A film's blobs in, the files of its folder out: each whole, or as it was before."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from mstation.errors import StoreFailed, refusal_zh
from mstation.graph.store import Store

PUBLISHED = "published.json"
_WRITING = ".writing-"  # and the process that writes


def publish(
    files: Mapping[str, str], folder: Path, store: Store, *, record: str = PUBLISHED
) -> list[str]:
    """Bring a folder to these blobs (name → digest) and return the names that were written.

    All new files are first written beside the old ones and then renamed, so that a full disk
    leaves the earlier film as it was. What an earlier build wrote and this one does not have is
    removed; files of others are never touched. record: the note of the store that says what those
    are; a plan that is made into a film's folder has one of its own.

    Raises:
        StoreFailed: when the folder cannot be written.
    """
    before = json.loads(store.note(record) or b"{}")
    stale = [
        name for name, digest in files.items() if not _is_current(folder, name, digest, before)
    ]
    try:
        _sweep(folder)
        prefix = f"{_WRITING}{os.getpid()}-"
        with tempfile.TemporaryDirectory(prefix=prefix, dir=folder) as staging:
            staged = {
                name: _copy(store, files[name], Path(staging) / str(i))
                for i, name in enumerate(stale)
            }
            for name, path in staged.items():
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                path.replace(target)
        for name in before.keys() - files.keys():
            if _is_current(folder, name, before[name][0], before):
                (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
    if stale or before.keys() != files.keys():
        facts = {name: [digest, *_stamp(folder / name)] for name, digest in files.items()}
        store.write_note(record, json.dumps(facts, sort_keys=True).encode())
    return stale


def write_whole(path: Path, data: bytes) -> None:
    """Write one file, its folder made if need be: whole or not at all.

    Raises:
        StoreFailed: when the folder cannot be written.
    """
    partial = path.with_name(f"{_WRITING}{os.getpid()}-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise cannot_write(path.parent, error) from error


def cannot_write(folder: Path, error: OSError) -> StoreFailed:
    """Return the error of a folder that takes no file."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    reason = "the disk is full; free some space" if full else error.strerror
    return StoreFailed(
        f"cannot write to {folder}: {reason}, or choose another folder",
        zh=f"无法写入 {folder}：{refusal_zh(error)}。可以换一个目录",
    )


def _sweep(folder: Path) -> None:
    """Remove what builds that were killed as they published left behind."""
    for left in folder.glob(f"{_WRITING}*"):
        try:
            os.kill(int(left.name.removeprefix(_WRITING).partition("-")[0]), 0)
        except (ValueError, ProcessLookupError):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
        except PermissionError:
            continue


def _copy(store: Store, digest: str, path: Path) -> Path:
    shutil.copyfile(store.blob(digest).path, path)
    return path


def _stamp(path: Path) -> list[int]:
    stat = os.stat(path)
    return [stat.st_size, stat.st_mtime_ns]


def _is_current(folder: Path, name: str, digest: str, before: Mapping[str, list[object]]) -> bool:
    """Whether the file is as an earlier build wrote it, with this digest."""
    try:
        return before.get(name) == [digest, *_stamp(folder / name)]
    except OSError:
        return False

"""A film's files as they lie in its folder: there or not, small enough or not, sound or broken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av

from mstation.errors import InvalidInput, NotFound, refusal_zh


def read_bytes(path: Path, *, most: int) -> bytes:
    """Return a file of the film.

    Raises:
        NotFound: it is not there.
        InvalidInput: it cannot be read, or is larger than `most` bytes.
    """
    try:
        size = path.stat().st_size
        if size <= most:
            return path.read_bytes()
    except FileNotFoundError:
        raise missing(path) from None
    except OSError as error:
        raise InvalidInput(
            f"cannot be read: {error.strerror}",
            path=str(path),
            zh=f"无法读取：{refusal_zh(error)}",
        ) from error
    raise InvalidInput(
        f"{size} bytes is larger than any such file of a film ({most})",
        path=str(path),
        zh=f"有 {size} 字节，影片中的这类文件不会这么大（至多 {most}）",
    )


@contextmanager
def decoding(path: Path) -> Iterator[Any]:
    """Open a movie or a sound for as long as its frames are taken.

    Raises:
        InvalidInput: it cannot be decoded, from its head to the last frame that is taken.
    """
    try:
        with av.open(str(path)) as container:
            yield container
    except (av.error.FFmpegError, OSError) as error:
        raise InvalidInput(
            f"cannot be decoded: {error.strerror}; make the film again",
            path=str(path),
            zh=f"无法解码：{refusal_zh(error)}；请重新生成影片",
        ) from error


def missing(path: Path) -> NotFound:
    """Return what is said of a file that should be there."""
    return NotFound(
        f"{path}: no such file; check a folder that `mstation make` wrote",
        zh=f"{path}：没有这个文件；请检查由 `mstation make` 写出的目录",
    )

"""A film's files as they lie in its folder: there or not, small enough or not."""

from __future__ import annotations

from pathlib import Path

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


def missing(path: Path) -> NotFound:
    """Return what is said of a file that should be there."""
    return NotFound(
        f"{path}: no such file; check a folder that `mstation make` wrote",
        zh=f"{path}：没有这个文件；请检查由 `mstation make` 写出的目录",
    )

"""What people recorded: the files that lie in a film's folder of voices."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path

from mstation.errors import InvalidInput, NotFound, refusal_zh
from mstation.film import VOICES, Recording

_LIST = "lines.csv"  # lies there too: the film's own


def find_recordings(named: Path | None, out: Path) -> tuple[Recording, ...]:
    """Return the files of the folder that was named, or of `voices` in the film's own.

    Hidden files, and what lies in folders inside it, are nobody's takes.

    Raises:
        NotFound: the folder that was named is not there.
        InvalidInput: it is a file, or cannot be read.
    """
    folder = out / VOICES if named is None else named
    if named is None and not folder.is_dir():
        return ()
    try:
        folder_whole = folder.resolve()
        return tuple(
            Recording(path.name, partial(_here, path), folder_whole.name)
            for path in sorted(folder_whole.iterdir())
            if path.is_file() and path.name != _LIST and not path.name.startswith((".", "~"))
        )
    except FileNotFoundError:
        raise NotFound(
            f"{folder}: no such folder; --voices names the folder of recorded voices",
            zh=f"{folder}：没有这个目录；--voices 要指定录音所在的目录",
        ) from None
    except OSError as error:
        raise InvalidInput(
            f"is no folder that can be read: {error.strerror}",
            path=str(folder),
            zh=f"不是可读的目录：{refusal_zh(error)}",
        ) from error


def _here(path: Path) -> AbstractContextManager[Path]:
    return nullcontext(path)

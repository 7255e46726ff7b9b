"""Script to bytes: the format is told by the name of the file that it is for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from mstation.errors import Unsupported
from mstation.screenplay.script import Script


def write(script: Script, *, path: str) -> bytes:
    """Return the bytes of a script in the format of the file's suffix.

    Raises:
        Unsupported: when no writer knows the suffix.
    """
    suffix = PurePath(path).suffix.lower()
    if suffix not in _WRITERS:
        known = " ".join(_WRITERS)
        raise Unsupported(
            f"cannot write `{suffix or 'a file without a suffix'}`; these are written: {known}",
            path=path,
            zh=f"不能写出 `{suffix or '没有后缀的文件'}`；可写的格式：{known}",
        )
    return _WRITERS[suffix](script)


def _fountain(script: Script) -> bytes:
    from mstation.screenplay import fountain

    return fountain.write(script)


def _fdx(script: Script) -> bytes:
    from mstation.screenplay import fdx

    return fdx.write(script)


def _pdf(script: Script) -> bytes:
    from mstation.screenplay import pdf

    return pdf.write(script)


_WRITERS: dict[str, Callable[[Script], bytes]] = {
    ".fountain": _fountain,
    ".fdx": _fdx,
    ".pdf": _pdf,
}

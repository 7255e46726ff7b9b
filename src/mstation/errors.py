"""Every exception of the core, one tree.

MStationError
├── InvalidInput      what came from outside cannot be used; the person can mend it
│   ├── Unsupported   well formed, but not something this version can do
│   └── Faulty        many rows, some of them with faults: each is told, none is taken
├── NotFound          a row, file, blob, font, voice or model that should be there is not
├── Conflict          it does not fit with what the station holds already
│   └── Stale         somebody else changed it since it was read
├── NotSignedIn       nobody, or nobody known, asks for what needs an account
├── Forbidden         who asks is known, and may not
├── TooOften          asked so often that it must wait; carries how long
├── StoreFailed       the disk, the database or the object store refused (full, read-only, gone)
└── StepFailed        a step of the build broke; carries its key and log

Each says it twice: `str(error)` in English, `error.told("zh")` in Chinese.

Misuse from our own code is `ValueError`; a broken invariant is an `assert`.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Sequence
from typing import Any, Literal

Tongue = Literal["en", "zh"]

_REFUSALS_ZH = {
    errno.EACCES: "权限不足",
    errno.EPERM: "系统不允许此操作",
    errno.EROFS: "文件系统为只读",
    errno.ENOSPC: "磁盘已满，请腾出空间",
    errno.EDQUOT: "磁盘配额已用完，请腾出空间",
    errno.ENOENT: "找不到该文件或目录",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EISDIR: "这是目录，不是文件",
    errno.EEXIST: "已有同名文件",
    errno.ENAMETOOLONG: "文件名过长",
    errno.EMFILE: "打开的文件过多",
    errno.ENOMEM: "内存不足",
    errno.EIO: "磁盘读写出错",
}
_OS_ERROR = re.compile(r"\(os error (\d+)\)")


class MStationError(Exception):
    """Root of the tree: a message that says what, where and what to do."""

    def __init__(self, message: str, *, zh: str = "") -> None:
        self.zh = zh
        super().__init__(message)

    def told(self, language: Tongue) -> str:
        """Return the message in the person's language; in English where there is no other."""
        return self.zh if language == "zh" and self.zh else str(self)


class InvalidInput(MStationError):
    """Something from outside cannot be used as it is."""

    def __init__(
        self, message: str, *, path: str | None = None, line: int | None = None, zh: str = ""
    ) -> None:
        self.path = path
        self.line = line
        where = "" if path is None else f"{path}: " if line is None else f"{path}, line {line}: "
        where_zh = (
            "" if path is None else f"{path}：" if line is None else f"{path}，第 {line} 行："
        )
        super().__init__(where + message, zh=where_zh + zh if zh else "")


class Unsupported(InvalidInput):
    """Well formed, but not something this version can do."""


class Faulty(InvalidInput):
    """Many rows from outside, some of them with faults: `faults` tells each with its place."""

    def __init__(self, message: str, *, faults: Sequence[tuple[str, str]], zh: str = "") -> None:
        self.faults = faults
        super().__init__(message, zh=zh)

    def faults_told(self, language: Tongue) -> list[str]:
        """Return the faults in the person's language."""
        return [zh if language == "zh" else en for en, zh in self.faults]


class NotFound(MStationError):
    """A row, file, blob, font, voice or model that should be there is not."""


class Conflict(MStationError):
    """It does not fit with what the station holds already."""


class Stale(Conflict):
    """Somebody else changed it since it was read."""


class NotSignedIn(MStationError):
    """Nobody, or nobody known, asks for what needs an account; `needs` is what is still to come."""

    def __init__(
        self, message: str, *, needs: Literal["code", "password"] | None = None, zh: str = ""
    ) -> None:
        self.needs = needs
        super().__init__(message, zh=zh)


class Forbidden(MStationError):
    """Who asks is known, and may not."""


class TooOften(MStationError):
    """Asked so often that it must wait."""

    def __init__(self, message: str, *, wait_s: int, zh: str = "") -> None:
        self.wait_s = wait_s
        super().__init__(message, zh=zh)


class StoreFailed(MStationError):
    """The disk, the database or the object store refused a read or a write."""


class StepFailed(MStationError):
    """A step of the build broke; `zh` is the whole Chinese message where the log's end is none."""

    def __init__(self, step: str, key: str, log: str, *, zh: str = "") -> None:
        self.step = step
        self.key = key
        self.log = log
        lines = log.strip().splitlines()
        last, last_zh = (lines[-1], lines[-1]) if lines else ("no log", "没有日志")
        super().__init__(
            f"step `{step}` failed: {last} (run again with --debug for the whole log)",
            zh=zh or f"步骤 `{step}` 出错：{last_zh}（加上 --debug 重新运行，可看完整日志）",
        )

    def __reduce__(self) -> tuple[type[StepFailed], tuple[str, str, str], dict[str, Any]]:
        return (type(self), (self.step, self.key, self.log), self.__dict__)


def refusal_zh(error: Exception) -> str:
    """Return why the system refused, in Chinese; in its own words where we have none."""
    if isinstance(error, OSError):
        number, words = error.errno, error.strerror or str(error)
    else:
        # the object store tells of the system's error only within its sentence
        found = _OS_ERROR.search(str(error))
        number, words = int(found[1]) if found else None, str(error)
    first_line = next(iter(words.strip().splitlines()), type(error).__name__)
    return first_line if number is None else _REFUSALS_ZH.get(number, first_line)

"""Every exception of the core, one tree.

MStationError
├── InvalidInput      what came from outside cannot be used; the person can mend it
│   └── Unsupported   well formed, but not something this version can do
├── NotFound          a file, blob, font, voice or model that should be there is not
├── StoreFailed       the disk or the object store refused (full, read-only, gone)
└── StepFailed        a step of the build broke; carries its key and log

Misuse from our own code is `ValueError`; a broken invariant is an `assert`.
"""

from __future__ import annotations


class MStationError(Exception):
    """Root of the tree: a message that says what, where and what to do."""


class InvalidInput(MStationError):
    """Something from outside cannot be used as it is."""

    def __init__(self, message: str, *, path: str | None = None, line: int | None = None) -> None:
        self.path = path
        self.line = line
        where = "" if path is None else f"{path}: " if line is None else f"{path}, line {line}: "
        super().__init__(where + message)


class Unsupported(InvalidInput):
    """Well formed, but not something this version can do."""


class NotFound(MStationError):
    """A file, blob, font, voice or model that should be there is not."""


class StoreFailed(MStationError):
    """The disk or the object store refused a read or a write."""


class StepFailed(MStationError):
    """A step of the build broke."""

    def __init__(self, step: str, key: str, log: str) -> None:
        self.step = step
        self.key = key
        self.log = log
        last = log.strip().splitlines()[-1] if log.strip() else "no log"
        super().__init__(f"step `{step}` failed: {last} (run again with --debug for the whole log)")

    def __reduce__(self) -> tuple[type[StepFailed], tuple[str, str, str]]:
        return (StepFailed, (self.step, self.key, self.log))

"""A job that leaves marks in a file: when it began, that it still lives, when it ended."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from mstation.errors import InvalidInput
from mstation.work.desk import Desk
from mstation.work.kinds import Kind


@dataclass(frozen=True)
class Marking:
    """What such a job is told."""

    path: str
    hold_s: float = 0.1
    end: Literal["well", "wrong input", "broken", "killed", "greedy"] = "well"


@dataclass(frozen=True)
class Mark:
    """One line of the file."""

    job: str
    attempt: int
    word: str
    at: float  # by the clock that all processes share
    pid: int


def mark(parameters: Marking, desk: Desk) -> dict[str, Any]:
    """Leave marks for a while, then end as told."""
    file = os.open(parameters.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(word: str) -> None:
        line = f"{desk.job_id} {desk.attempt} {word} {time.monotonic():.6f} {os.getpid()}\n"
        os.write(file, line.encode())

    note("start")
    began = time.monotonic()
    while time.monotonic() < began + parameters.hold_s:
        time.sleep(0.02)
        note("alive")
        desk.tell(min((time.monotonic() - began) / parameters.hold_s, 1.0), "marking")
    match parameters.end:
        case "wrong input":
            raise InvalidInput("such marks cannot be made", zh="无法留下这种标记")
        case "broken":
            raise RuntimeError("the pencil broke")
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "greedy":
            bytearray(1 << 30)
    note("end")
    print("printed, and not an answer")  # noqa: T201 - what a job prints is its log
    return {"marks": parameters.path}


def read_marks(path: Path) -> list[Mark]:
    """Return the marks so far."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [
        Mark(job, int(attempt), word, float(at), int(pid))
        for job, attempt, word, at, pid in map(str.split, lines)
    ]


MARKS = {"marks": Kind(Marking, "tests.work.marks:mark", memory_bytes=512 << 20)}

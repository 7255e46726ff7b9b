"""One attempt at a job from inside: the process in which its function runs.

The worker writes the order and then, line by line, until when the lease holds; the process ends
with all that it started as soon as the lease runs out or the worker is gone, so that it never works
at a job that another has in hand. It answers how far it is and how it ended. What the function
prints is the attempt's log.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from pydantic import TypeAdapter

from mstation.errors import InvalidInput, MStationError
from mstation.station.change import Actor
from mstation.work.lines import Lines

if TYPE_CHECKING:
    from mstation.station.station import Station

_ORDER_WITHIN_S = 30


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker hands to the process of an attempt."""

    function: str  # `package.module:name`
    parameters_type: str  # as well
    parameters: dict[str, Any]
    memory_bytes: int
    cores: int
    data: str
    database: str
    store: str | None
    project_id: str
    job_id: str
    account_id: str | None
    attempt: int
    lease_until: float  # by time.monotonic, which all processes of a machine share


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a job's function works: its place, its means, and whom it tells how far it is."""

    data: Path  # the station's data folder
    database: str
    store: str | None  # of the station's files; None: in the data folder
    project_id: str  # "": it is of a party
    job_id: str
    account_id: str | None  # who asked for the job
    attempt: int
    cores: int  # how many processes it may start
    tell: Callable[[float, str], None]  # progress from 0 to 1, and what it is at

    @property
    def actor(self) -> Actor:
        """Who changes the station's rows: the job, in the name of whoever asked for it."""
        return Actor("job", self.job_id, self.account_id)

    @contextmanager
    def station(self) -> Iterator[Station]:
        """Give the station whose job it is: its rows and its files."""
        from mstation.station.station import connected  # most jobs need no database

        station = connected(self.database, folder=self.data, store=self.store)
        try:
            yield station
        finally:
            station.close()


def main() -> None:
    """Do what the worker orders; the parameters are read again as what the function takes."""
    lines = Lines(sys.stdin.fileno())
    line = lines.next(time.monotonic() + _ORDER_WITHIN_S)
    if line is None:
        return
    order = Order(**json.loads(line))
    answers = _take_over_stdout()
    threading.Thread(target=_end_with, args=(lines, order.lease_until), daemon=True).start()
    _limit_memory(order.memory_bytes)

    def say(**told: Any) -> None:
        answers.write(json.dumps(told) + "\n")
        answers.flush()

    say(**_done(order, lambda progress, step: say(progress=progress, step=step)))


def _done(order: Order, tell: Callable[[float, str], None]) -> dict[str, Any]:
    """Run the function, and return how it ended."""
    desk = Desk(
        Path(order.data),
        order.database,
        order.store,
        order.project_id,
        order.job_id,
        order.account_id,
        order.attempt,
        order.cores,
        tell,
    )
    try:
        reader: TypeAdapter[Any] = TypeAdapter(_named(order.parameters_type))
        return {"result": _named(order.function)(reader.validate_python(order.parameters), desk)}
    except MStationError as error:
        traceback.print_exc()
        can_help = not isinstance(error, InvalidInput)
        return {"english": str(error), "chinese": error.zh, "again": can_help}
    except MemoryError:
        traceback.print_exc()
        mib = order.memory_bytes >> 20
        return {
            "english": f"it needs more memory than the {mib} MiB that such a job may have",
            "chinese": f"所需内存超过此类任务的上限（{mib} MiB）",
            "again": False,
        }
    except Exception as error:  # noqa: BLE001 - the worker's edge: whatever broke is told
        traceback.print_exc()
        told = f"{type(error).__name__}: {error}"
        return {"english": f"it broke: {told}", "chinese": f"出错：{told}", "again": True}


def order_line(order: Order) -> bytes:
    """Return an order as the line that `main` reads."""
    return json.dumps(asdict(order)).encode() + b"\n"


def _named(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


def _take_over_stdout() -> TextIO:
    """Return what the worker listens to; what is printed from now on goes to the log."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _limit_memory(most_bytes: int) -> None:
    """Limit what this process, and each that it starts, may write to; never above what was set."""
    limits = [each for each in resource.getrlimit(resource.RLIMIT_DATA) if each >= 0]
    most_bytes = min([most_bytes, *limits])
    resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, most_bytes))


def _end_with(lines: Lines, until: float) -> None:
    """Wait for the end of the lease, and end everything of this attempt."""
    while (line := lines.next(until)) is not None:
        until = float(line)
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    main()

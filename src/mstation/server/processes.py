"""Several processes doing the same work: started, started again, stopped together.

They are forked from one that has everything imported, so that they share its memory. uvicorn's own
supervisor starts each afresh, which costs an interpreter with all libraries for each of them.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any

_AGAIN_AFTER_S = 1.0  # a process that cannot start must not keep the machine busy


def run_processes(count: int, work: Callable[..., None], *values: Any, goodbye_s: float) -> None:
    """Run processes that each call `work(*values)` until this one is told to stop.

    One that ends is started again. When this one is killed they end by themselves.
    """
    crew: list[BaseProcess] = []
    try:
        with _leaving_when_told():
            crew += [_started(work, values) for _ in range(count)]
            while True:
                connection.wait([each.sentinel for each in crew])
                time.sleep(_AGAIN_AFTER_S)
                for place, each in enumerate(crew):
                    if not each.is_alive():
                        crew[place] = _started(work, values)
    except SystemExit:
        pass
    finally:
        _stop(crew, goodbye_s)


def _started(work: Callable[..., None], values: tuple[Any, ...]) -> BaseProcess:
    forked = "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if forked else "spawn")
    gc.freeze()  # a sweep for garbage would write to all that the processes share
    process: BaseProcess = context.Process(  # type: ignore[attr-defined]
        target=_work_until_alone, args=(work, values)
    )
    process.start()
    return process


def _work_until_alone(work: Callable[..., None], values: tuple[Any, ...]) -> None:
    """Do the work; be told to stop when the process that started this one is gone."""
    threading.Thread(target=_stop_when_alone, daemon=True).start()
    with _leaving_when_told():
        work(*values)


def _stop_when_alone() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _stop(crew: list[BaseProcess], goodbye_s: float) -> None:
    for each in crew:
        each.terminate()
    until = time.monotonic() + goodbye_s
    for each in crew:
        each.join(max(0.0, until - time.monotonic()))
        if each.is_alive():
            each.kill()
            each.join()


@contextmanager
def _leaving_when_told() -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into leaving the block, and nothing louder."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        sys.exit(0)

    before = {each: signal.signal(each, leave) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)

"""The local engine: a pool of processes on this machine.

Workers start from a fork server that knows libraries and nothing of ours, import a stage when they
first run one of its steps, use one thread each but where files go into the store or come out of it,
and end when the process that started them is gone, however it went.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import shutil
import signal
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import TypeVar

from mstation.errors import MStationError, StepFailed
from mstation.graph.step import Inputs, Output, Record, Task
from mstation.graph.store import Store

Given = TypeVar("Given")
Found = TypeVar("Found")

_ONE_THREAD = {
    "NUMBA_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
}

# Libraries that most steps stand on and that take longest to import: once for all workers.
_SHARED = ("numba", "pydantic")
_READERS = 2  # of one worker, where files go into the store and come out of it
_HERE = platform.node().replace(os.sep, "-")

_store: Store | None = None
_scratch: Path | None = None
_ticks: Synchronized[int] | None = None


class LocalEngine:
    """Runs tasks on `jobs` processes; started by the first task."""

    def __init__(self, store: Store, jobs: int) -> None:
        self.store = store
        self._scratch = store.scratch / f"{os.getpid()}.{_HERE}"
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None
        self._context = multiprocessing.get_context("forkserver")
        self._counter: Synchronized[int] | None = None

    def submit(self, task: Task) -> Future[Record]:
        """Queue a task; its outputs and record are stored by the worker."""
        if self._pool is None:
            self._pool = self._start()
        return self._pool.submit(run_task, task)

    def _start(self) -> ProcessPoolExecutor:
        os.environ.update(_ONE_THREAD)
        try:
            _sweep(self._scratch.parent)
            self._scratch.mkdir(exist_ok=True)
        except OSError as error:
            raise self.store.refusal("work in", error) from error
        self._context.set_forkserver_preload(list(_SHARED))
        self._counter = self._context.Value("q", 0)
        return ProcessPoolExecutor(
            self._jobs,
            mp_context=self._context,
            initializer=_start_worker,
            initargs=(self.store.root, self._scratch, self._counter),
        )

    @property
    def ticks(self) -> int:
        """Units of work (frames) that the workers have told of so far."""
        return 0 if self._counter is None else self._counter.value

    def close(self, *, kill: bool = False) -> None:
        """End the workers: after what they run, or now."""
        if self._pool is None:
            return
        processes = list((self._pool._processes or {}).values()) if kill else []
        self._pool.shutdown(wait=not kill, cancel_futures=True)
        for process in processes:
            process.kill()
        for process in processes:
            process.join()
        self._pool = None
        shutil.rmtree(self._scratch, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove what builds that were killed left behind: scratch folders of processes now gone.

    Where machines share a store, each sweeps its own.
    """
    for left in folder.iterdir():
        process, _, machine = left.name.partition(".")
        if machine not in ("", _HERE):
            continue
        try:
            os.kill(int(process), 0)
        except (ValueError, ProcessLookupError):
            shutil.rmtree(left, ignore_errors=True)
        except PermissionError:
            continue


def worker_died(error: BrokenProcessPool, task: str = "a worker") -> StepFailed:
    """Return the failure to report when a worker process was killed from outside."""
    return StepFailed(
        task,
        "",
        f"{error}; the machine may be short of memory: try --jobs 1",
        zh="有工作进程意外终止，可能是内存不足；请加上 --jobs 1 再试",
    )


def _start_worker(root: Path, scratch: Path, ticks: Synchronized[int]) -> None:
    global _store, _scratch, _ticks
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(_ONE_THREAD)
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    _store, _scratch, _ticks = Store(root), scratch, ticks


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def _tick(units: int) -> None:
    if _ticks is not None:
        with _ticks.get_lock():
            _ticks.value += units


def _side_by_side(work: Callable[[Given], Found], things: Iterable[Given]) -> list[Found]:
    """Return what is found of each thing, in order: where files are long, reading them is all."""
    with ThreadPoolExecutor(_READERS) as readers:
        return list(readers.map(work, things))


def _keep(store: Store, data: bytes | Path) -> Output:
    return store.take(data) if isinstance(data, Path) else store.put(data)


def run_task(task: Task) -> Record:
    """Run a task in this process and store what it made; the last thing stored is the record."""
    assert _store is not None, "a worker is started by _start_worker"
    scratch = Path(tempfile.mkdtemp(dir=_scratch))
    started = time.perf_counter()
    try:
        digests = [output.digest for output in task.inputs.values()]
        blobs = dict(zip(task.inputs, _side_by_side(_store.blob, digests), strict=True))
        outputs = task.step.load()(Inputs(task.params, blobs, scratch, _tick))
        keep = partial(_keep, _store)
        stored = dict(zip(outputs, _side_by_side(keep, outputs.values()), strict=True))
        record = Record(task.step.name, stored, time.perf_counter() - started)
        record = _store.write_record(task.key, record)
    except MStationError:
        raise
    except OSError as error:
        raise _store.refusal("work in", error) from None
    except Exception:  # noqa: BLE001 - the worker's edge: whatever broke becomes a StepFailed
        name = f"{task.step.name} {task.label}".strip()
        raise StepFailed(name, task.key, traceback.format_exc()) from None
    else:
        return record
    finally:
        shutil.rmtree(scratch, ignore_errors=True)

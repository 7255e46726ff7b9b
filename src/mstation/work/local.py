"""The workers that a server starts beside itself: kept running, and gone with it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_AGAIN_S = 1.0  # before a worker that died is started again
_GOODBYE_S = 10  # to give back what is in hand


@contextmanager
def local_workers(
    data: Path, database: str, hands: int, *, store: str | None = None
) -> Iterator[None]:
    """Keep a worker with so many hands while the block lasts.

    It holds one end of a pipe: when this process ends, however it went, the pipe closes and the
    worker stops.
    """
    if hands == 0:
        yield
        return
    told = {"data": str(data.resolve()), "database": database, "store": store, "hands": hands}
    kept = _Kept(json.dumps(told).encode() + b"\n")
    thread = threading.Thread(target=kept.keep, daemon=True)
    thread.start()
    try:
        yield
    finally:
        kept.end()
        thread.join()


@dataclass(slots=True)
class _Kept:
    """A worker process, started again whenever it dies."""

    told: bytes  # its first line
    stopping: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    process: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        """Keep it running until the end."""
        while (process := self._start()) is not None:
            process.wait()
            self.stopping.wait(_AGAIN_S)

    def _start(self) -> subprocess.Popen[bytes] | None:
        with self.lock:
            if self.stopping.is_set():
                return None
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "mstation.work"],
                stdin=subprocess.PIPE,
                start_new_session=True,
            )
            assert self.process.stdin is not None
            with suppress(BrokenPipeError):
                self.process.stdin.write(self.told)
                self.process.stdin.flush()
            return self.process

    def end(self) -> None:
        """Let it give back what it has in hand, and go."""
        self.stopping.set()
        with self.lock:
            if self.process is None:
                return
            assert self.process.stdin is not None
            with suppress(BrokenPipeError):
                self.process.stdin.close()
        try:
            self.process.wait(_GOODBYE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()

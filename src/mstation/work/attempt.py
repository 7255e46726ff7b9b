"""One attempt at a job as its worker sees it: a process that answers, and that can be stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from types import TracebackType
from typing import IO, Any

from mstation.work.desk import Order, order_line
from mstation.work.lines import Lines

_LOG_BYTES = 16_000
_DYING_S = 2.0  # between closing its pipe and being gone


class Running:
    """The process of an attempt, and all that it starts: one group."""

    def __init__(self, order: Order, log: IO[bytes]) -> None:
        self._log = log
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "mstation.work.desk"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._lines = Lines(self._process.stdout.fileno())
        self._write(order_line(order))

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(OSError):
                pipe.close()

    def hear(self, until: float) -> dict[str, Any] | None:
        """Return what it says next, or None when it says nothing until then."""
        line = self._lines.next(until)
        return None if line is None else dict(json.loads(line))

    @property
    def is_silent(self) -> bool:
        """Whether it will never say anything again."""
        return self._lines.is_closed

    def hold(self, until: float) -> None:
        """Let it work on until a moment of `time.monotonic`."""
        self._write(b"%.3f\n" % until)

    def kill(self) -> None:
        """End it with all that it started; one that is gone is left in peace."""
        if self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def end(self) -> str:
        """Wait for a process that went without a word, and return what became of it."""
        until = time.monotonic() + _DYING_S
        seen = os.WEXITED | os.WNOHANG | os.WNOWAIT
        while os.waitid(os.P_PID, self._process.pid, seen) is None and time.monotonic() < until:
            time.sleep(0.05)
        self.kill()
        code = self._process.returncode
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def log(self) -> str:
        """Return the end of what it printed."""
        size = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(size - _LOG_BYTES, 0))
        return self._log.read().decode(errors="replace")

    def _write(self, line: bytes) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it is dying: `hear` will tell
            self._process.stdin.write(line)
            self._process.stdin.flush()

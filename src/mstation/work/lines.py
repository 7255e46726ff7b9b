"""Lines from a pipe, each waited for only so long."""

from __future__ import annotations

import os
import select
import time
from dataclasses import dataclass

_CHUNK_BYTES = 1 << 16


@dataclass(slots=True)
class Lines:
    """What comes out of a pipe, line by line."""

    pipe: int  # a file descriptor
    is_closed: bool = False  # from the other side
    _rest: bytes = b""

    def next(self, until: float) -> bytes | None:
        """Return a line, or None when none came until a moment of `time.monotonic`, or ever."""
        while b"\n" not in self._rest:
            wait_s = max(until - time.monotonic(), 0.0)
            if self.is_closed or not select.select([self.pipe], [], [], wait_s)[0]:
                return None
            chunk = os.read(self.pipe, _CHUNK_BYTES)
            self.is_closed = not chunk
            self._rest += chunk
        line, _, self._rest = self._rest.partition(b"\n")
        return line

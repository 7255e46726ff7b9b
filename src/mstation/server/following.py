"""Lines to those who follow a log of events: who holds how many, woken when there is news."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from mstation.errors import TooOften
from mstation.station.listening import Listener, Logs

MOST_LINES = 20  # a person, at one server process: tabs, tools, telephones
_LOOK_ANYWAY_S = 15.0  # rights end without a change too: a session's time is up


@dataclass(eq=False, slots=True)
class Line:
    """One follower of one log: a project's, or a party's."""

    log_id: str
    is_over: bool = False
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Say that there may be news."""
        self._news.set()

    def end(self) -> None:
        """Say that the server stops."""
        self.is_over = True
        self._news.set()

    async def news(self) -> None:
        """Wait for news, or until it is time to look whether the follower still may."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), _LOOK_ANYWAY_S)
        self._news.clear()


class Followers:
    """All lines of a server process; they live in its event loop."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._lines: set[Line] = set()
        self._held: Counter[str] = Counter()
        self._stop: Callable[[], None] | None = None

    @contextmanager
    def line(self, who: str, log_id: str) -> Iterator[Line]:
        """Give a line to somebody for as long as the block runs.

        Raises:
            TooOften: when they hold as many as a person may.
        """
        if self._held[who] >= MOST_LINES:
            raise TooOften(
                f"you follow {MOST_LINES} times already; close some pages first",
                wait_s=int(_LOOK_ANYWAY_S),
                zh=f"您已打开 {MOST_LINES} 个实时连接，请先关闭一些页面",
            )
        line = Line(log_id)
        self._held[who] += 1
        self._lines.add(line)
        try:
            yield line
        finally:
            self._lines.discard(line)
            self._held[who] -= 1
            self._held += Counter()  # without those who hold none

    def listen(self) -> None:
        """Start to hear of changes; nothing happens when that was done before."""
        if self._stop is not None:
            return
        loop = asyncio.get_running_loop()

        def heard(logs: Logs) -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._wake, logs)

        self._stop = self._listener.listen(heard)

    def close(self) -> None:
        """End every line."""
        for line in self._lines:
            line.end()
        if self._stop is not None:
            self._stop()
            self._stop = None

    def _wake(self, logs: Logs) -> None:
        for line in self._lines:
            if line.log_id in logs or None in logs:
                line.wake()

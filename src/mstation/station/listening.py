"""One thread a process hears of every change, whichever process made it, and wakes who waits.

PostgreSQL calls by NOTIFY. SQLite cannot: a change of this process wakes the thread at once, those
of others are found by looking at the last number a few times a second.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import psycopg
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from mstation.errors import StoreFailed
from mstation.station.events import EVENTS_CHANNEL, events, last_number
from mstation.station.station import Station

Logs = frozenset[str | None]
Heard = Callable[[Logs], None]
"""Is told of which projects and parties there are new events; None: of what belongs to neither."""

_LOOK_EVERY_S = 0.25  # SQLite
_GATHER_S = 0.02  # calls that follow each other as closely are looked at together
_CLOSE_WITHIN_S = 0.5
_LOOK_ANYWAY_S = 5.0  # PostgreSQL, in case a call was lost
_AGAIN_AFTER_S = 1.0  # when the database is gone
_KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
_log = logging.getLogger(__name__)


class Listener:
    """Hears of changes from its start until it is closed."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._waiting: list[Heard] = []
        self._last = 0
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread; nothing happens when it runs."""
        with self._lock:
            if self._thread is None:
                with self._station.reading() as connection:
                    self._last = last_number(connection)
                self._thread = threading.Thread(target=self._run, name="listener", daemon=True)
                self._thread.start()

    def listen(self, heard: Heard) -> Callable[[], None]:
        """Have `heard` called, by the thread, after each change; return what ends that."""
        with self._lock:
            self._waiting.append(heard)
        return lambda: self._forget(heard)

    def close(self) -> None:
        """End the thread."""
        self._closed.set()
        self._station.changed.set()
        if self._thread is not None:
            self._thread.join()

    def _forget(self, heard: Heard) -> None:
        with self._lock:
            self._waiting.remove(heard)

    def _run(self) -> None:
        is_sqlite = self._station.engine.dialect.name == "sqlite"
        hear = self._look if is_sqlite else self._follow_calls
        while not self._closed.is_set():
            try:
                hear()
            except (psycopg.Error, SQLAlchemyError, StoreFailed) as error:
                _log.warning("the database is gone, listening again soon: %s", error)
                self._closed.wait(_AGAIN_AFTER_S)

    def _look(self) -> None:
        self._station.changed.wait(_LOOK_EVERY_S)
        self._station.changed.clear()
        self._tell()

    def _follow_calls(self) -> None:
        engine = self._station.engine
        _, settings = engine.dialect.create_connect_args(engine.url)
        with psycopg.connect(**{**settings, **_KEEPALIVE}, autocommit=True) as connection:
            connection.execute(f"LISTEN {EVENTS_CHANNEL}")
            self._tell()  # of what was missed
            looked = time.monotonic()
            while not self._closed.is_set():
                called = list(connection.notifies(timeout=_CLOSE_WITHIN_S, stop_after=1))
                if called:
                    self._closed.wait(_GATHER_S)
                    list(connection.notifies(timeout=0))
                if called or time.monotonic() - looked > _LOOK_ANYWAY_S:
                    looked = time.monotonic()
                    self._tell()

    def _tell(self) -> None:
        newest = func.max(events.c.number)
        whose = (events.c.project_id, events.c.party_id)
        query = select(*whose, newest).where(events.c.number > self._last).group_by(*whose)
        with self._station.reading() as connection:
            told = connection.execute(query).all()
        if not told:
            return
        self._last = max(number for *_, number in told)
        with self._lock:
            waiting = list(self._waiting)
        for heard in waiting:
            heard(frozenset(log_id for *log_ids, _ in told for log_id in _named(*log_ids)))


def _named(project_id: str | None, party_id: str | None) -> tuple[str | None, ...]:
    """Return in which logs an event stands; None where in no one's."""
    return tuple(log_id for log_id in (project_id, party_id) if log_id) or (None,)

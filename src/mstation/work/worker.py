"""A worker: takes jobs in hand as they come, has each done by a process, and says how it ended."""

from __future__ import annotations

import logging
import os
import platform
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO

from mstation.errors import Stale, StoreFailed
from mstation.station import leases
from mstation.station.change import Actor, Change
from mstation.station.database import writing
from mstation.station.due import do_due
from mstation.station.ids import new_id
from mstation.station.jobs import Attempt, Job
from mstation.station.leases import Failure
from mstation.station.station import Station, open_station
from mstation.work.attempt import Running
from mstation.work.desk import Order
from mstation.work.kinds import KINDS, Kind

LEASE_S = 20.0
LOOK_AFTER_S = 60.0  # between two looks for what is due by time
_SURE = 0.75  # of the lease: work ends before anybody else may begin
_RENEW = 0.25  # of the lease
_NEXT_S = 0.5  # between two looks for work
_TICK_S = 1.0  # between two looks whether it is still wanted, and two reports
_NICE = 10

_log = logging.getLogger(__name__)
_End = Callable[[Change], object]


@dataclass(frozen=True, slots=True)
class Worker:
    """What the hands of a worker share."""

    station: Station
    data: Path
    database: str
    store: str | None
    kinds: Mapping[str, Kind]
    hands: int
    lease_s: float = LEASE_S
    look_after_s: float = LOOK_AFTER_S
    actor: Actor = field(default_factory=lambda: Actor("worker", new_id()))
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Work until told to stop; what is in hand then is given back."""
        hands = [threading.Thread(target=self._hand) for _ in range(self.hands)]
        threads = [*hands, threading.Thread(target=self._look_after)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _look_after(self) -> None:
        """Do what is due by time, again and again."""
        while not self.stop.wait(self.look_after_s):
            do_due(self.station)

    def _hand(self) -> None:
        try:
            while not self.stop.is_set():
                started = time.monotonic()
                taken = self._claim()
                if taken is None:
                    self.stop.wait(_NEXT_S)
                else:
                    _InHand(self, *taken, started + self.lease_s * _SURE).attend()
        finally:
            self.stop.set()  # one hand that breaks ends the worker; whoever keeps it starts another

    def _claim(self) -> tuple[Job, Attempt] | None:
        names = tuple(self.kinds)
        try:
            with self.station.reading() as connection:
                if not leases.is_any_ready(connection, names):
                    return None
            with self.station.change(self.actor) as change:
                return leases.claim(change, worker=_here(), kinds=names, lease_s=self.lease_s)
        except StoreFailed as error:
            _log.warning("%s", error)
            return None


@dataclass(slots=True)
class _InHand:
    """A job that a hand attends to."""

    worker: Worker
    job: Job
    attempt: Attempt
    until: float  # by time.monotonic; not a moment longer without renewing
    told: tuple[float, str] = (0.0, "")  # progress as the station knows it
    heard: tuple[float, str] = (0.0, "")  # and as the process said it

    def attend(self) -> None:
        """Have the job done, and say how it ended."""
        with (
            tempfile.TemporaryFile() as log,
            Running(self._order(), log) as running,
            suppress(Stale),
        ):
            end = self._watch(running)
            if end is not None:
                running.kill()  # all of it is gone before anybody learns of it
                self._say(end)

    def _watch(self, running: Running) -> _End | None:
        """Return what is to be said at the end; None where nothing is: the lease was lost."""
        looked = renewed = time.monotonic()
        while time.monotonic() < self.until:
            said = running.hear(min(time.monotonic() + _TICK_S, self.until))
            if self.worker.stop.is_set():
                return self._release
            if said is None and running.is_silent:
                return self._broken(running)
            if said is not None and "progress" in said:
                self.heard = (said["progress"], said["step"])
            elif said is not None:
                return self._ended(said, running)
            at = time.monotonic()
            if at - renewed >= self.worker.lease_s * _RENEW and self._renew(at):
                running.hold(self.until)
                renewed = at
            if at - looked >= _TICK_S:
                looked = at
                if self._is_unwanted():
                    return self._stopped
        return None

    def _is_unwanted(self) -> bool:
        """Return whether it is to stop; tell how far it is."""
        try:
            with self.worker.station.reading() as connection:
                if not leases.is_wanted(connection, self.attempt):
                    return True
            if self.heard != self.told:
                progress, step = self.told = self.heard
                with self.worker.station.change(self.worker.actor) as change:
                    leases.report(change, self.attempt, progress=progress, step=step)
        except StoreFailed as error:
            _log.warning("%s", error)
        return False

    def _renew(self, at: float) -> bool:
        try:
            with writing(self.worker.station.engine) as connection:
                if not leases.renew(connection, self.attempt, lease_s=self.worker.lease_s):
                    return False
        except StoreFailed as error:
            _log.warning("%s", error)
            return False
        self.until = at + self.worker.lease_s * _SURE
        return True

    def _order(self) -> Order:
        kind = self.worker.kinds[self.job.kind]
        parameters = kind.parameters
        return Order(
            kind.function,
            f"{parameters.__module__}:{parameters.__qualname__}",
            self.job.parameters,
            kind.memory_bytes,
            max(1, (os.cpu_count() or 1) // self.worker.hands),
            str(self.worker.data),
            self.worker.database,
            self.worker.store,
            self.job.project_id or "",
            self.job.id,
            self.job.account_id,
            self.attempt.number,
            self.until,
        )

    def _release(self, change: Change) -> None:
        leases.release(change, self.attempt)

    def _stopped(self, change: Change) -> None:
        leases.end_cancelled(change, self.attempt)

    def _ended(self, said: dict[str, Any], running: Running) -> _End:
        """Return what is to be said of a process that said how it ended."""
        if "result" in said:
            return lambda change: leases.finish(change, self.attempt, said["result"])
        failure = Failure(said["english"], said["chinese"], running.log())
        return lambda change: leases.fail(change, self.attempt, failure, again=said["again"])

    def _broken(self, running: Running) -> _End:
        """Return what is to be said of a process that went without a word."""
        how = running.end()
        failure = Failure(
            f"its process ended by {how}", f"执行进程意外结束（{how}）", running.log()
        )
        return lambda change: leases.fail(change, self.attempt, failure, again=True)

    def _say(self, end: _End) -> None:
        """Say how it ended, again and again while the lease holds."""
        while time.monotonic() < self.until:
            try:
                with self.worker.station.change(self.worker.actor) as change:
                    end(change)
            except StoreFailed as error:
                _log.warning("%s", error)
                time.sleep(_TICK_S)
            else:
                return


def work(
    data: Path,
    database: str,
    hands: int,
    *,
    store: str | None = None,
    kinds: Mapping[str, Kind] = KINDS,
    lease_s: float = LEASE_S,
    lifeline: BinaryIO | None = None,
) -> None:
    """Work on a station's jobs until told to stop by a signal, or by the end of the lifeline.

    store: of the station's files, s3://BUCKET/PREFIX; None: in the data folder.

    Raises:
        InvalidInput: when the database is none that we know.
        StoreFailed: when the database refuses at the start.
    """
    os.nice(_NICE)
    station = open_station(database)
    worker = Worker(station, data.resolve(), database, store, kinds, hands, lease_s)

    def stop(_number: int, _frame: FrameType | None) -> None:
        worker.stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    if lifeline is not None:
        threading.Thread(target=_stop_with, args=(lifeline, worker), daemon=True).start()
    try:
        worker.run()
    finally:
        station.close()


def _stop_with(lifeline: BinaryIO, worker: Worker) -> None:
    lifeline.read()
    worker.stop.set()


def _here() -> str:
    return f"{platform.node()[:180]} {os.getpid()}"

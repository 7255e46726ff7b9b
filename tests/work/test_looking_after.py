"""A worker does what is due by time, without being asked."""

from __future__ import annotations

import threading
import time

from mstation.station.station import Station
from mstation.work.worker import Worker
from tests.station.crew import Crew
from tests.station.market import Market
from tests.station.waiting import DONE, let_wait


def test_a_worker_does_what_is_due_by_time(station: Station, crew: Crew, market: Market) -> None:
    waiting = let_wait(station, crew, market)
    waiting.pass_time()
    worker = Worker(station, station.data, "", None, {}, hands=1, look_after_s=0.05)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        until = time.monotonic() + 60
        while waiting.states() != DONE:
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        worker.stop.set()
        thread.join()

"""What to serve in, a listening server out: one process, or several on one socket."""

from __future__ import annotations

import gc
import socket
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from mstation.errors import InvalidInput
from mstation.server.app import make_app
from mstation.server.processes import run_processes
from mstation.station.database import address_of
from mstation.station.delivering import Deliverer, Delivering
from mstation.station.settings import Settings, read_settings, settings_beside
from mstation.station.station import Station, connected, open_station
from mstation.work.local import local_workers

_GOODBYE_S = 2  # for answers that are under way when the server stops


class StationServer(uvicorn.Server):
    """Lets go of those who follow before it waits for answers that are under way."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End every line, then the server."""
        app = self.config.app
        assert isinstance(app, FastAPI)
        app.state.followers.close()
        await super().shutdown(sockets)


@dataclass(frozen=True, slots=True)
class Serving:
    """What a server shows, and what stands beside it."""

    data: Path
    database: str | None = None  # None: SQLite in the data folder
    store: str | None = None  # of files, s3://BUCKET/PREFIX; None: in the data folder
    workers: int = 1  # jobs at a time
    config: Path | None = None  # None: `station.toml` in the data folder
    processes: int = 1  # that answer, on one socket


def serve(serving: Serving, listener: socket.socket) -> None:
    """Serve a station on a listening socket, its workers beside it, until it is told to stop.

    Raises:
        InvalidInput: when the database or the store is none that we know, the database cannot take
            several processes, or a setting cannot be.
        StoreFailed: when the folder, the database or the store refuses.
    """
    if serving.processes > 1 and (serving.database or "sqlite").startswith("sqlite"):
        raise InvalidInput(
            "SQLite has one pen, for which more processes would only wait; "
            "give a PostgreSQL with --database, or --processes 1",
            zh="SQLite 同时只能有一个写入者，多进程没有益处；"
            "请用 --database 指定 PostgreSQL，或使用 --processes 1",
        )
    settings = (
        settings_beside(serving.data) if serving.config is None else read_settings(serving.config)
    )
    address = address_of(serving.data, serving.database)
    station = open_station(address, folder=serving.data.resolve(), store=serving.store)
    with local_workers(serving.data, address, serving.workers, store=serving.store):
        if serving.processes == 1:
            _serve(station, settings, listener)
            return
        station.close()  # a connection must not be shared with the processes that are forked
        run_processes(
            serving.processes, _serve_again, serving, settings, listener, goodbye_s=_GOODBYE_S + 2
        )


def _serve_again(serving: Serving, settings: Settings, listener: socket.socket) -> None:
    """Serve a station whose tables are up to date: one process of several."""
    address = address_of(serving.data, serving.database)
    station = connected(address, folder=serving.data.resolve(), store=serving.store)
    _serve(station, settings, listener)


def _serve(station: Station, settings: Settings, listener: socket.socket) -> None:
    app = make_app(station, settings)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=_GOODBYE_S)
    app.state.listener.start()
    delivering = Delivering(Deliverer(station, app.state.outside), app.state.listener)
    try:
        gc.freeze()  # what is here stays: no sweep for garbage walks through it again
        StationServer(config).run([listener])
    finally:
        delivering.close()
        station.close()

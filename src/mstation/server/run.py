"""Settings in, a listening server out."""

from __future__ import annotations

import socket
from pathlib import Path

import uvicorn

from mstation.server.app import make_app
from mstation.station.database import address_of
from mstation.station.station import open_station
from mstation.work.local import local_workers

_GOODBYE_S = 3  # for answers that are under way when the server stops


def serve(data: Path, database: str | None, listener: socket.socket, *, workers: int) -> None:
    """Serve a station on a listening socket, its workers beside it, until it is told to stop.

    Raises:
        InvalidInput: when the database is none that we know.
        StoreFailed: when the folder or the database refuses.
    """
    address = address_of(data, database)
    station = open_station(address)
    try:
        config = uvicorn.Config(
            make_app(station), log_level="warning", timeout_graceful_shutdown=_GOODBYE_S
        )
        with local_workers(data, address, workers):
            uvicorn.Server(config).run([listener])
    finally:
        station.close()

"""Settings in, a listening server out."""

from __future__ import annotations

import socket
from pathlib import Path

import uvicorn

from mstation.errors import StoreFailed, refusal_zh
from mstation.server.app import make_app
from mstation.station.station import open_station

_GOODBYE_S = 3  # for answers that are under way when the server stops


def address_of(data: Path, database: str | None) -> str:
    """Return the database's address: the one given, or a SQLite file in the data folder.

    Raises:
        StoreFailed: when the folder cannot be made.
    """
    if database is not None:
        return database
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreFailed(
            f"cannot make the folder {data}: {error.strerror}; choose another with --data",
            zh=f"无法创建目录 {data}：{refusal_zh(error)}。可用 --data 换一个目录",
        ) from error
    return f"sqlite:///{data.resolve() / 'station.db'}"


def serve(data: Path, database: str | None, listener: socket.socket) -> None:
    """Serve a station on a listening socket until it is told to stop.

    Raises:
        InvalidInput: when the database is none that we know.
        StoreFailed: when the folder or the database refuses.
    """
    station = open_station(address_of(data, database))
    try:
        config = uvicorn.Config(
            make_app(station), log_level="warning", timeout_graceful_shutdown=_GOODBYE_S
        )
        uvicorn.Server(config).run([listener])
    finally:
        station.close()

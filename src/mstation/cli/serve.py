"""`mstation serve`: opens the station, says where it is, serves until it is told to stop."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

import typer

from mstation.cli.words import words
from mstation.errors import InvalidInput
from mstation.server.run import serve


@dataclass(frozen=True, slots=True)
class ServeRequest:
    """What the person asked for."""

    data: Path
    host: str
    port: int  # 0: any that is free
    database: str | None
    workers: int  # jobs at a time


def serve_and_tell(request: ServeRequest) -> None:
    """Serve a station.

    Raises:
        InvalidInput: when the address to listen on is taken, or no address.
        StoreFailed: when the folder or the database refuses.
    """
    with _listener(request.host, request.port) as listener:
        port = listener.getsockname()[1]
        typer.echo(words()["serving"].format(address=f"http://{request.host}:{port}"))
        serve(request.data, request.database, listener, workers=request.workers)


def _listener(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise InvalidInput(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port",
            zh=f"无法监听 {host}:{port}（{error.strerror}）；可用 --port 换一个端口",
        ) from error

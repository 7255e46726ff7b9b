"""`mstation serve`: opens the station, says where it is, serves until it is told to stop."""

from __future__ import annotations

import socket

import typer

from mstation.cli.words import words
from mstation.errors import InvalidInput
from mstation.server.run import Serving, serve


def serve_and_tell(host: str, port: int, serving: Serving) -> None:
    """Serve a station at an address; port 0 takes any that is free.

    Raises:
        InvalidInput: when the address to listen on is taken, or no address, or the database cannot
            take several processes.
        StoreFailed: when the folder or the database refuses.
    """
    with _listener(host, port) as listener:
        port = listener.getsockname()[1]
        typer.echo(words()["serving"].format(address=f"http://{host}:{port}"))
        serve(serving, listener)


def _listener(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise InvalidInput(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port",
            zh=f"无法监听 {host}:{port}（{error.strerror}）；可用 --port 换一个端口",
        ) from error

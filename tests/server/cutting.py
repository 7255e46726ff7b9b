"""A line that breaks: relays to a server, and cuts connections where the test says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.server.running import listening


@dataclass
class Cutting:
    """A line; `cuts` are bytes, up and down, after which each of the next connections breaks."""

    address: str = ""
    cuts: list[tuple[int, int]] = field(default_factory=list)
    connections: int = 0
    sent_bytes: int = 0


@contextmanager
def cutting(address: str) -> Iterator[Cutting]:
    """Give a line to a server until the test is done with it."""
    parts = urlsplit(address)
    line = Cutting()
    with listening() as listener:
        line.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        target = (str(parts.hostname), int(parts.port or 80))
        threading.Thread(target=_serve, args=(listener, target, line), daemon=True).start()
        yield line
        listener.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket, target: tuple[str, int], line: Cutting) -> None:
    while True:
        try:
            near, _ = listener.accept()
        except OSError:
            return
        line.connections += 1
        cut = line.cuts.pop(0) if line.cuts else (-1, -1)
        threading.Thread(target=_connect, args=(near, target, cut, line), daemon=True).start()


def _connect(
    near: socket.socket, target: tuple[str, int], cut: tuple[int, int], line: Cutting
) -> None:
    with near, socket.create_connection(target) as far:
        back = threading.Thread(target=_relay, args=(far, near, cut[1]))
        back.start()
        line.sent_bytes += _relay(near, far, cut[0])
        back.join()


def _relay(one: socket.socket, other: socket.socket, limit: int) -> int:
    """Pass bytes on until one side ends; beyond the limit (-1: none) both are cut; say how many."""
    passed = 0
    with suppress(OSError):
        while data := one.recv(65536):
            if 0 <= limit < passed + len(data):
                other.sendall(data[: limit - passed])
                break
            other.sendall(data)
            passed += len(data)
        else:
            other.shutdown(socket.SHUT_WR)
            return passed
    for side in (one, other):
        with suppress(OSError):
            side.shutdown(socket.SHUT_RDWR)
    return passed

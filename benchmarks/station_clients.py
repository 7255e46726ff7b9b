"""Asks one server the same over and over, from several clients at once: the benchmark's other end.

A job comes as JSON on standard input, what was measured goes as JSON to standard output. A process
of its own and no HTTP library: on two cores a rich client would be half of what is measured.
Every client has two connections that stay open, one for what is measured and one for the change
that goes before it.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

NUMBER = "{NUMBER}"  # in a body: a number that was never used before
_CHUNK = 1 << 18


@dataclass(slots=True)
class Ask:
    """One kind of request, to each of some addresses in turn; bodies change from turn to turn."""

    method: str
    paths: Sequence[str]
    headers: dict[str, str]
    bodies: Sequence[str] = ()
    tags: dict[str, str] | None = None  # the ETag of each path, sent back as If-Match
    number: int = 0  # of the first body
    expect: int = 200
    asked: int = 0

    def ask(self, line: Line) -> int:
        """Send the next request, read the answer and return its bytes on the wire."""
        path = self.paths[self.asked % len(self.paths)]
        status, tag, size = line.send(self._request(path))
        if status != self.expect:
            raise SystemExit(f"{self.method} {path}: {status}, {line.last_body[:500]!r}")
        if self.tags is not None:
            self.tags[path] = tag
        self.asked += 1
        return size

    def _request(self, path: str) -> bytes:
        headers = {"Host": "127.0.0.1", "Accept-Encoding": "gzip", **self.headers}
        body = b""
        if self.bodies:
            turn = self.asked // len(self.paths)
            told = self.bodies[turn % len(self.bodies)]
            body = told.replace(NUMBER, str(self.number + self.asked)).encode()
            headers |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        if self.tags is not None:
            headers["If-Match"] = self.tags[path]
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{self.method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


@dataclass(slots=True)
class Line:
    """A connection that stays open."""

    address: tuple[str, int]
    _socket: socket.socket | None = None
    last_body: bytes = b""

    def send(self, request: bytes) -> tuple[int, str, int]:
        """Return status, ETag and bytes of the answer; a line that the server closed is renewed."""
        if self._socket is not None and select.select([self._socket], [], [], 0)[0]:
            self._socket.close()  # nobody asked: what there is to read is the goodbye
            self._socket = None
        if self._socket is None:
            self._socket = socket.create_connection(self.address, timeout=120)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        return self._read()

    def _read(self) -> tuple[int, str, int]:
        assert self._socket is not None
        read = self._socket.recv(_CHUNK)
        while (end := read.find(b"\r\n\r\n")) < 0:
            more = self._socket.recv(_CHUNK)
            if not more:
                raise SystemExit(f"the server hung up: {read[:200]!r}")
            read += more
        head, rest = read[:end], read[end + 4 :]
        headers = _headers(head)
        parts, have = [rest], len(rest)
        length = int(headers[b"content-length"])
        while have < length:
            more = self._socket.recv(_CHUNK)
            if not more:
                raise SystemExit("the server hung up in the middle of an answer")
            parts.append(more)
            have += len(more)
        self.last_body = b"".join(parts) if length < 10_000 else b""
        if headers.get(b"connection", b"").lower() == b"close":
            self._socket.close()
            self._socket = None
        return int(head[9:12]), headers.get(b"etag", b"").decode(), end + 4 + length


def _headers(head: bytes) -> dict[bytes, bytes]:
    lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    return {name.strip().lower(): value.strip() for name, _, value in lines}


@dataclass(slots=True)
class Client:
    """Somebody who asks: perhaps with a change before each question."""

    timed: Ask
    before: Ask | None
    line: Line
    other: Line
    turns: list[tuple[float, float]] = field(default_factory=list)  # start and end, seconds
    size: int = 0

    def turn(self) -> None:
        """Ask once, and keep how long it took."""
        start = time.perf_counter()
        self.size = self.timed.ask(self.line)
        self.turns.append((start, time.perf_counter()))


@dataclass(slots=True)
class Race:
    """What the clients of one job share: when all go on, and when all stop."""

    gate: threading.Barrier
    seconds: float
    until: float = 0.0
    is_over: bool = False
    failed: list[BaseException] = field(default_factory=list)

    def run(self, client: Client, *, leads: bool) -> None:
        """Let a client ask until the time is over; the first to fail ends it for all."""
        try:
            client.timed.ask(client.line)  # opens the line
            self.gate.wait()
            if leads:
                self.until = time.perf_counter() + self.seconds
            self.gate.wait()
            if client.before is None:
                while time.perf_counter() < self.until:
                    client.turn()
            else:
                self._in_step(client, client.before, leads=leads)
        except threading.BrokenBarrierError:
            pass  # another told why
        except (OSError, SystemExit) as error:
            self.failed.append(error)
            self.gate.abort()

    def _in_step(self, client: Client, before: Ask, *, leads: bool) -> None:
        while not self.is_over:
            before.ask(client.other)
            self.gate.wait()
            client.turn()
            if leads:
                self.is_over = time.perf_counter() > self.until
            self.gate.wait()


def measure(job: dict[str, Any]) -> dict[str, Any]:
    """Return seconds of each request, seconds in which any was under way, and the bytes of one.

    With changes before, all clients make theirs, and when the last is done all ask at once: the
    time of the changes is not counted, and no question overlaps a change.
    """
    address = (job["host"], job["port"])
    clients = [
        Client(
            Ask(**each["timed"]),
            Ask(**each["before"]) if each["before"] else None,
            Line(address),
            Line(address),
        )
        for each in job["clients"]
    ]
    race = Race(threading.Barrier(len(clients)), job["seconds"])
    threads = [
        threading.Thread(target=race.run, args=(client,), kwargs={"leads": place == 0})
        for place, client in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if race.failed:
        raise race.failed[0]
    return {
        "seconds": [end - start for client in clients for start, end in client.turns],
        "busy_s": _busy(clients),
        "bytes": clients[0].size,
        "tags": _tags(clients),
    }


def _tags(clients: Sequence[Client]) -> dict[str, str]:
    """Return the ETag that each changed thing has now, by its path."""
    asks = [ask for client in clients for ask in (client.timed, client.before)]
    return {path: tag for ask in asks if ask and ask.tags for path, tag in ask.tags.items()}


def _busy(clients: Sequence[Client]) -> float:
    """Return the seconds in which any client waited for an answer."""
    if clients[0].before is None:
        turns = [turn for client in clients for turn in client.turns]
        return max(end for _, end in turns) - min(start for start, _ in turns)
    together = zip(*(client.turns for client in clients), strict=True)
    return sum(max(end for _, end in turn) - min(start for start, _ in turn) for turn in together)


if __name__ == "__main__":
    json.dump(measure(json.load(sys.stdin)), sys.stdout)

"""A real server: the command, on a port of its own, until the test is done with it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

MSTATION = Path(sys.executable).with_name("mstation")


@dataclass(frozen=True)
class Running:
    """A server, the process that it is, and the folder in which that runs."""

    address: str
    process: subprocess.Popen[str]
    home: Path

    def asking(self, **headers: str) -> httpx2.Client:
        """Return a client of it."""
        return httpx2.Client(base_url=self.address, headers=headers, timeout=30)


@contextmanager
def running(*arguments: str, cwd: Path) -> Iterator[Running]:
    """Run `mstation serve` on any free port."""
    process = subprocess.Popen(
        [str(MSTATION), "serve", "--port", "0", *arguments],
        cwd=cwd, env={**os.environ, "MSTATION_LANG": "en", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        told = process.stdout.readline()
        found = re.search(r"http://\S+", told)
        assert found is not None, told + (process.stderr.read() if process.stderr else "")
        yield Running(found[0], process, cwd)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def listening() -> socket.socket:
    """Return a socket that listens on any free port."""
    return socket.create_server(("127.0.0.1", 0))

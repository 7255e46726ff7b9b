"""A PostgreSQL of the tests' own: made in a temporary folder, on loopback, gone at the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SETTINGS = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off",
    "max_connections=200", "listen_addresses=127.0.0.1", "shared_buffers=64MB",
)  # fmt: skip


def programs() -> Path | None:
    """Return the folder of PostgreSQL's own programs; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).parent if elsewhere else None


def _as_nobody_special(command: list[str]) -> list[str]:
    """Return a command that does not run as root, which PostgreSQL refuses to."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def cluster(bin_folder: Path, **settings: str) -> Iterator[str]:
    """Run a PostgreSQL; give the address of its server, to which `/NAME` is added."""
    folder = Path(tempfile.mkdtemp(prefix="mstation-pg-"))
    data, port = folder / "data", _free_port()
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        initdb = [str(bin_folder / "initdb"), "-D", str(data), "-U", "station", "-A", "trust",
                  "-E", "UTF8", "--locale=C", "--no-sync"]  # fmt: skip
        subprocess.run(_as_nobody_special(initdb), check=True, capture_output=True, cwd=folder)
        options = [f"port={port}", f"unix_socket_directories={folder}", *_SETTINGS]
        options += [f"{name}={value}" for name, value in settings.items()]
        told = " ".join(f"-c {option}" for option in options)
        control = [str(bin_folder / "pg_ctl"), "-D", str(data), "-w", "-t", "60"]
        start = [*control, "-l", str(folder / "log"), "-o", told, "start"]
        subprocess.run(_as_nobody_special(start), check=True, capture_output=True, cwd=folder)
        try:
            yield f"postgresql+psycopg://station@127.0.0.1:{port}"
        finally:
            stop = [*control, "-m", "immediate", "stop"]
            subprocess.run(_as_nobody_special(stop), check=True, capture_output=True, cwd=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

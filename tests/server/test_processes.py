"""Several server processes on one port: all answer, none is missed for long, none stays behind."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import psutil
import pytest
from typer.testing import CliRunner

from mstation.cli.app import app
from tests.server.running import running
from tests.station.databases import NewDatabase


def test_sqlite_is_served_by_one_process(tmp_path: Path) -> None:
    told = CliRunner().invoke(
        app, ["serve", "--data", str(tmp_path / "here"), "--port", "0", "--processes", "2"]
    )
    assert told.exit_code != 0
    assert "PostgreSQL" in told.output or "PostgreSQL" in told.stderr
    assert not (tmp_path / "here").exists()


def test_a_killed_process_is_replaced_and_none_outlives_the_first(
    new_database: NewDatabase, tmp_path: Path
) -> None:
    database = new_database()
    if database.startswith("sqlite"):
        pytest.skip("one process only")
    with running(
        "--database", database, "--processes", "2", "--workers", "0", cwd=tmp_path
    ) as server:
        first = psutil.Process(server.process.pid)
        _until(lambda: len(first.children()) == 2 and _answers(server.address))
        killed = first.children()[0]
        killed.kill()
        _until(lambda: len(_alive(first)) == 2 and killed not in _alive(first))
        assert _answers(server.address)
        crew = _alive(first)
        first.kill()
        _until(lambda: not any(each.is_running() for each in crew))


def _answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/api/first-account").json() == {"waiting": True}
    except httpx2.TransportError:
        return False


def _alive(first: psutil.Process) -> list[psutil.Process]:
    return [each for each in first.children() if each.status() != psutil.STATUS_ZOMBIE]


def _until(claim: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not claim():
        assert time.monotonic() < end
        time.sleep(0.05)

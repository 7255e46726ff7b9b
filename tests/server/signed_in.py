"""A real server, and somebody who is signed in to it, by the client and by the command."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from mstation.cli.app import app
from mstation.studio import Studio
from tests.server.running import MSTATION, Running, running
from tests.server.test_serving import FIRST
from tests.station.crew import PASSWORD

Command = Callable[..., Result]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("--data", "here", cwd=tmp_path_factory.mktemp("station")) as server:
        with server.asking() as client:
            client.post("/api/first-account", json=FIRST)
        yield server


@pytest.fixture(scope="module")
def client(server: Running) -> Studio:
    key = Studio(server.address).sign_in(FIRST["email"], PASSWORD, name="tests")
    return Studio(server.address, key)


@pytest.fixture
def project(client: Studio, request: pytest.FixtureRequest) -> dict[str, str]:
    organisation = client.add("/api/organisations", {"name": "Lantern Pictures"})
    path = f"/api/organisations/{organisation['id']}/projects"
    return client.add(path, {"name": request.node.name})


def mstation(home: Path, *arguments: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(MSTATION), *arguments],
        cwd=home,
        env={
            **os.environ,
            "XDG_CONFIG_HOME": str(home),
            "XDG_STATE_HOME": str(home),
            "MSTATION_LANG": language,
        },
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.fixture
def command(client: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command of somebody who is signed in; what they type comes as `said`."""
    token = client._headers["Authorization"].removeprefix("Bearer ")
    monkeypatch.setenv("MSTATION_TOKEN", token)
    monkeypatch.setenv("MSTATION_ADDRESS", client.address)
    monkeypatch.setenv("MSTATION_LANG", "en")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return lambda *words, said="": CliRunner().invoke(app, list(map(str, words)), input=said)

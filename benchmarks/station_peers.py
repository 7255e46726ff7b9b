"""The two servers to compare, each with its own PostgreSQL, filled with the same production.

Ours is `mstation serve --processes 2`. Zou runs as its documentation for self-hosting says:
gunicorn with gevent workers, PostgreSQL, Redis. All listen on loopback and end with their block.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from benchmarks.peers.install import python_with
from tests.station import postgresql

from mstation.station.accounts import TOKEN_MARK, Account, add_token, new_key
from mstation.station.change import STATION, find_where
from mstation.station.ids import new_id
from mstation.station.organisations import Project, add_organisation
from mstation.station.production.entities import Kind, add_entity
from mstation.station.production.tasks import add_task
from mstation.station.production.workflow import Status, TaskType, add_workflow
from mstation.station.station import open_station

MSTATION = Path(sys.executable).with_name("mstation")
ZOU = Path(__file__).parent / "peers" / "zou-requirements.txt"
SEQUENCES, SHOTS, TASKS_A_SHOT = 10, 1000, 3
PROCESSES = 2
# What was acknowledged is on disk, for both: PostgreSQL's own defaults.
POSTGRESQL = {
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "128MB",
}  # fmt: skip
# The one address that Zou takes without asking for its domain's mail server.
ZOU_ADMIN = {"email": "admin@example.com", "password": "a lantern on platform three"}
_START_S = 120


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that runs, filled."""

    name: str
    port: int
    headers: dict[str, str]  # of somebody who may do everything
    project_id: str
    shot_ids: list[str]
    task_ids: list[str]
    status_ids: list[str]  # two to change between
    parent_ids: list[str]  # the sequences
    tags: dict[str, str]  # ETags of the tasks, by path
    pids: dict[str, int]  # the first process of: server, database, and what else there is

    def memory_mib(self, what: str) -> float:
        """Return the proportional set size of a process and all that it started."""
        first = psutil.Process(self.pids[what])
        return sum(map(_pss_mib, (first, *first.children(recursive=True))))


def _pss_mib(process: psutil.Process) -> float:
    for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"no Pss of {process.pid}")


@contextmanager
def ours(folder: Path) -> Iterator[Peer]:
    """Run M-Station with a production in it."""
    with _postgresql() as (server, database_pid):
        _query(server, "CREATE DATABASE station")
        database = f"{server}/station"
        made = _fill_ours(database)
        command = [str(MSTATION), "serve", "--port", "0", "--database", database]
        # Jobs are done by processes of their own in both; neither's run here.
        command += ["--processes", str(PROCESSES), "--workers", "0"]
        with _running(command, folder / "ours.log", os.environ.copy()) as process:
            port = _told_port(folder / "ours.log", process)
            pids = {"server": process.pid, "database": database_pid}
            _wait_for(f"http://127.0.0.1:{port}/api/first-account", process)
            yield Peer(name="ours", port=port, pids=pids, **made)


def _fill_ours(database: str) -> dict[str, Any]:
    station = open_station(database)
    with station.change(STATION) as change:
        account = change.add(Account(new_id(), 1, "bench@example.org", "Bench", "", "en"))
        key = TOKEN_MARK + new_key()
        add_token(change, account, name="bench", key=key)
        organisation = add_organisation(change, account, name="Bench")
        project = change.add(Project(new_id(), 1, organisation.id, "Bench"))
        add_workflow(change, project, "en")
        types = find_where(change.connection, TaskType, project_id=project.id, of=Kind.SHOT)
        statuses = find_where(change.connection, Status, project_id=project.id)
    sequences, shots, tasks = [], [], []
    for place in range(SEQUENCES):
        with station.change(STATION) as change:
            label = f"SQ{place:02}"
            parent = add_entity(change, project, kind=Kind.SEQUENCE, label=label, position=place)
            sequences.append(parent)
            for number in range(place * SHOTS // SEQUENCES, (place + 1) * SHOTS // SEQUENCES):
                shot = add_entity(
                    change, project, kind=Kind.SHOT, label=f"SH{number:04}", position=number,
                    frames=100, parent_id=parent.id,
                )  # fmt: skip
                shots.append(shot)
                for each in types[:TASKS_A_SHOT]:
                    tasks.append(add_task(change, project, entity_id=shot.id, type_id=each.id))
    station.close()
    return {
        "headers": {"Authorization": f"Bearer {key}"},
        "project_id": project.id,
        "shot_ids": [shot.id for shot in shots],
        "task_ids": [task.id for task in tasks],
        "status_ids": [status.id for status in statuses[1:3]],
        "parent_ids": [sequence.id for sequence in sequences],
        "tags": {f"/api/tasks/{task.id}": '"1"' for task in tasks},
    }


@contextmanager
def zou(folder: Path, environment: Path) -> Iterator[Peer]:
    """Run Zou with the same production in it.

    environment: folder of the virtual environment it is installed in, made when it is not there.
    """
    bin_folder = python_with(ZOU, environment).parent
    with _postgresql() as (server, database_pid), _redis(folder) as (redis_port, redis_pid):
        _query(server, "CREATE DATABASE zoudb")
        port = _free_port()
        settings = _zou_settings(folder, server, redis_port)
        command = str(bin_folder / "zou")
        for arguments in (
            ["init-db"],
            ["init-data"],
            ["create-admin", ZOU_ADMIN["email"], "--password", ZOU_ADMIN["password"]],
        ):
            _run([command, *arguments], settings)
        gunicorn = [
            str(bin_folder / "gunicorn"), "--workers", str(PROCESSES), "--worker-class", "gevent",
            "--bind", f"127.0.0.1:{port}", "--timeout", "600", "zou.app:app",
        ]  # fmt: skip
        with _running(gunicorn, folder / "zou.log", settings) as process:
            _wait_for(f"http://127.0.0.1:{port}/", process)
            made = _fill_zou(f"http://127.0.0.1:{port}")
            pids = {"server": process.pid, "database": database_pid, "redis": redis_pid}
            yield Peer(name="Zou", port=port, pids=pids, tags={}, **made)


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed: {done.stdout[-2000:]} {done.stderr[-2000:]}")


def _zou_settings(folder: Path, server: str, redis_port: int) -> dict[str, str]:
    database_port = server.rpartition(":")[2]
    for name in ("previews", "temporary"):
        (folder / name).mkdir(exist_ok=True)
    return {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "HOME": str(folder),  # gunicorn puts a socket there
        "SECRET_KEY": secrets.token_hex(32),
        "DB_HOST": "127.0.0.1", "DB_PORT": database_port, "DB_USERNAME": "station",
        "DB_DATABASE": "zoudb", "KV_HOST": "127.0.0.1", "KV_PORT": str(redis_port),
        "PREVIEW_FOLDER": str(folder / "previews"), "TMP_DIR": str(folder / "temporary"),
    }  # fmt: skip


def _fill_zou(address: str) -> dict[str, Any]:
    headers: dict[str, str] = {}

    def ask(path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        told = {"Content-Type": "application/json", **headers}
        request = urllib.request.Request(address + path, data, told)
        with urllib.request.urlopen(request, timeout=600) as answer:
            return json.load(answer)

    headers["Authorization"] = f"Bearer {ask('/auth/login', ZOU_ADMIN)['access_token']}"
    types = [each for each in ask("/data/task-types") if each["for_entity"] == "Shot"]
    statuses = [each for each in ask("/data/task-status") if each["short_name"] in ("wip", "wfa")]
    project = ask("/data/projects", {"name": "Bench", "production_type": "short"})["id"]
    sequences = [
        ask(f"/data/projects/{project}/sequences", {"name": f"SQ{n:02}"})["id"]
        for n in range(SEQUENCES)
    ]

    def add_shot(number: int) -> str:
        sequence = sequences[number * SEQUENCES // SHOTS]
        body = {"name": f"SH{number:04}", "nb_frames": 100, "sequence_id": sequence}
        return str(ask(f"/data/projects/{project}/shots", body)["id"])

    with ThreadPoolExecutor(2 * PROCESSES) as pool:
        shots = list(pool.map(add_shot, range(SHOTS)))
    tasks = [
        task["id"]
        for each in types[:TASKS_A_SHOT]
        for task in ask(
            f"/actions/projects/{project}/task-types/{each['id']}/shots/create-tasks", shots
        )
    ]
    assert len(tasks) == SHOTS * TASKS_A_SHOT, len(tasks)
    return {
        "headers": headers,
        "project_id": project,
        "shot_ids": shots,
        "task_ids": tasks,
        "status_ids": [each["id"] for each in statuses],
        "parent_ids": sequences,
    }


@contextmanager
def _postgresql() -> Iterator[tuple[str, int]]:
    """Run a PostgreSQL; give its address and its first process."""
    programs = postgresql.programs()
    if programs is None:
        sys.exit("PostgreSQL is not installed; on Debian: apt-get install postgresql")
    with postgresql.cluster(programs, **POSTGRESQL) as server:
        port = server.rpartition(":")[2]
        first = next(
            process.pid
            for process in psutil.process_iter(["name", "cmdline"])
            if process.info["name"] == "postgres" and f"port={port}" in process.info["cmdline"]
        )
        yield server, first


def _query(server: str, command: str) -> None:
    import psycopg

    address = server.replace("+psycopg", "")
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(command)  # type: ignore[arg-type]


@contextmanager
def _redis(folder: Path) -> Iterator[tuple[int, int]]:
    """Run a Redis; give its port and its process."""
    program = shutil.which("redis-server")
    if program is None:
        sys.exit("Redis is not installed; on Debian: apt-get install redis-server")
    port = _free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    with _running(command, folder / "redis.log", dict(os.environ)) as process:
        _until_listening(port, process)
        yield port, process.pid


@contextmanager
def _running(
    command: list[str], log: Path, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server, its words in a log; stop it by its own process at the end."""
    with log.open("wb") as told:
        process = subprocess.Popen(
            command,
            stdout=told,
            stderr=subprocess.STDOUT,
            env={**environment, "PYTHONUNBUFFERED": "1"},
            cwd=log.parent,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _told_port(log: Path, process: subprocess.Popen[bytes]) -> int:
    until = time.monotonic() + _START_S
    while not (found := re.search(r"http://[^:]+:(\d+)", log.read_text())):
        _check(process, until, log.read_text())
    return int(found[1])


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_S
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            _check(process, until, address)


def _until_listening(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            _check(process, until, f"port {port}")
        else:
            return


def _check(process: subprocess.Popen[bytes], until: float, told: str) -> None:
    if process.poll() is not None or time.monotonic() > until:
        sys.exit(f"a server did not start: {told[-2000:]}")
    time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])

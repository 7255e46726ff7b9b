"""A real server that is killed while it receives, and one that receives more than it could hold."""

from __future__ import annotations

import hashlib
import os
import random
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import psutil
import pytest

from tests.server.running import Running, running
from tests.station.crew import PASSWORD

SPEAKS = {"Tus-Resumable": "1.0.0"}
CHUNK = {**SPEAKS, "Content-Type": "application/offset+octet-stream"}
MEGABYTE = 1024 * 1024


def project_of(asking: httpx2.Client) -> str:
    """Make the first account, its organisation and project; return the project's address."""
    founder = {"email": "ada@example.org", "name": "Ada", "password": PASSWORD}
    assert asking.post("/api/first-account", json=founder).status_code == 201
    organisation = asking.post("/api/organisations", json={"name": "Lantern"}).json()
    made = asking.post(
        f"/api/organisations/{organisation['id']}/projects", json={"name": "The Last Reel"}
    )
    assert made.status_code == 201, made.text
    return f"/api/projects/{made.json()['id']}"


def start(asking: httpx2.Client, project: str, size: int) -> str:
    told = {**SPEAKS, "Upload-Length": str(size)}
    return str(asking.post(f"{project}/uploads", headers=told).headers["location"])


def half_sent(server: Running, asking: httpx2.Client, where: str, data: bytes, part: int) -> None:
    """Send part of a request's body, and kill the server before the rest."""
    parts = urlsplit(server.address)
    cookie = "; ".join(f"{name}={value}" for name, value in asking.cookies.items())
    head = "".join(
        f"{name}: {value}\r\n"
        for name, value in {
            **CHUNK, "Host": parts.netloc, "Cookie": cookie, "Upload-Offset": "0",
            "Content-Length": str(len(data)),
        }.items()
    )  # fmt: skip
    with socket.create_connection((parts.hostname, parts.port)) as line:
        line.sendall(f"PATCH {where} HTTP/1.1\r\n{head}\r\n".encode() + data[:part])
        _until_it_came(server, part)
        server.process.kill()
        server.process.wait()


def _until_it_came(server: Running, part: int) -> None:
    process = psutil.Process(server.process.pid)
    for _ in range(200):
        if process.io_counters().write_bytes + process.io_counters().write_chars >= part * 3 // 4:
            return
        time.sleep(0.05)


def test_what_a_killed_server_acknowledged_is_there_and_the_rest_follows(tmp_path: Path) -> None:
    data = random.Random(6).randbytes(60 * MEGABYTE)
    with running(cwd=tmp_path) as server, server.asking() as asking:
        where = start(asking, project_of(asking), len(data))
        half_sent(server, asking, where, data, 50 * MEGABYTE)
        cookies = dict(asking.cookies)
    with running(cwd=tmp_path) as server, server.asking() as asking:
        asking.cookies.update(cookies)
        offset = int(asking.head(where, headers=SPEAKS).headers["upload-offset"])
        assert 16 * MEGABYTE <= offset <= 50 * MEGABYTE
        told = {**CHUNK, "Upload-Offset": str(offset)}
        answer = asking.patch(where, content=data[offset:], headers=told)
        assert answer.status_code == 204
        file_id = answer.headers["x-file-id"]
        assert asking.get(f"/api/files/{file_id}/content").content == data
        digest = asking.get(f"/api/files/{file_id}").json()["digest"]
    assert digest == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    "megabytes", [256, pytest.param(4096, marks=pytest.mark.slow)], ids=["256 MB", "4 GB"]
)
def test_a_large_file_takes_no_memory(megabytes: int, tmp_path: Path) -> None:
    piece = os.urandom(MEGABYTE)
    whole = hashlib.sha256()

    def pieces() -> Iterator[bytes]:
        for number in range(megabytes):
            yield number.to_bytes(8, "big") + piece[8:]

    with running(cwd=tmp_path) as server, server.asking() as asking:
        process = psutil.Process(server.process.pid)
        where = start(asking, project_of(asking), megabytes * MEGABYTE)
        before = process.memory_info().rss
        told = {**CHUNK, "Upload-Offset": "0", "Content-Length": str(megabytes * MEGABYTE)}
        answer = asking.patch(where, content=pieces(), headers=told, timeout=900)
        assert answer.status_code == 204
        for each in pieces():
            whole.update(each)
        file = asking.get(f"/api/files/{answer.headers['x-file-id']}").json()
        assert file["digest"] == whole.hexdigest()
        with asking.stream("GET", f"/api/files/{file['id']}/content", timeout=900) as sent:
            assert sum(len(each) for each in sent.iter_bytes(MEGABYTE)) == megabytes * MEGABYTE
        assert process.memory_info().rss - before < 64 * MEGABYTE

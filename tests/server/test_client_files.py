"""Files between a person's folder and a station, over lines that break and programs that die."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from mstation import client as page
from mstation.client import Client, Damaged, Refused, Unreachable
from mstation.studio import Studio
from tests.server.cutting import cutting
from tests.server.running import Running
from tests.server.signed_in import client, project, server

__all__ = ["client", "project", "server"]

MEGABYTE = 1024 * 1024
DATA = random.Random(7).randbytes(20 * MEGABYTE)
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def plate(tmp_path: Path) -> Path:
    path = tmp_path / "014-002_plate.mov"
    path.write_bytes(DATA)
    return path


def over(client: Client, address: str) -> Client:
    """The same person, by another line."""
    token = client._headers["Authorization"].removeprefix("Bearer ")
    return Client(address, token)


def test_a_file_goes_to_the_station_over_a_line_that_breaks_and_comes_back(
    client: Client, server: Running, project: dict[str, str], plate: Path, tmp_path: Path
) -> None:
    heard: list[int] = []
    with cutting(server.address) as line:
        away = over(client, line.address)
        # looking for it, starting: each whole; then the first chunk's bytes break
        line.cuts = [(-1, -1)] * 2 + [(3 * MEGABYTE, -1), (-1, 0), (0, 0)]
        row = away.upload(plate, project["id"], tell=lambda _, sent: heard.append(sent))
        assert (row["name"], row["size"], row["digest"]) == (plate.name, len(DATA), DIGEST)
        assert heard[-1] == len(DATA)
        back = tmp_path / "back.mov"
        line.cuts = [(-1, -1), (-1, 5 * MEGABYTE), (-1, 9 * MEGABYTE)]
        away.download(project["id"], DIGEST, back)
    assert back.read_bytes() == DATA
    assert {path.name for path in tmp_path.iterdir()} == {plate.name, back.name}


def test_what_is_there_already_is_not_sent_again(
    client: Client, project: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "a.mov"
    path.write_bytes(b"once")
    first = client.upload(path, project["id"])
    assert client.upload(path, project["id"]) == first
    assert client.upload(path, project["id"], name="b.mov")["id"] != first["id"]
    path.write_bytes(b"")
    assert client.upload(path, project["id"])["size"] == 0
    client.download(project["id"], hashlib.sha256(b"").hexdigest(), tmp_path / "empty.mov")
    assert (tmp_path / "empty.mov").read_bytes() == b""


def test_an_upload_goes_on_after_its_program_was_killed(
    client: Client, server: Running, project: dict[str, str], plate: Path
) -> None:
    program = (
        "import sys; from mstation.client import Client\n"
        "address, token, project, path = sys.argv[1:]\n"
        "def tell(where, sent):\n"
        "    print(where, sent, flush=True)\n"
        "    if sent: sys.stdin.read()\n"
        "Client(address, token).upload(path, project, tell=tell)\n"
    )
    token = client._headers["Authorization"].removeprefix("Bearer ")
    with subprocess.Popen(
        [sys.executable, "-c", program, server.address, token, project["id"], str(plate)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as killed:  # fmt: skip
        assert killed.stdout is not None
        told = [killed.stdout.readline().split() for _ in range(2)]
        killed.kill()
    where, sent = told[1]
    assert int(sent) == page.CHUNK_BYTES
    heard: list[int] = []
    row = client.upload(plate, project["id"], where=where, tell=lambda _, sent: heard.append(sent))
    assert heard[0] == page.CHUNK_BYTES
    assert row["digest"] == DIGEST
    plate.write_bytes(b"another")  # an address that leads to another file, or nowhere
    for kept in (where, "/api/uploads/none"):
        assert client.upload(plate, project["id"], where=kept)["size"] == 7
        plate.write_bytes(b"a third")


def test_a_file_that_changes_while_it_is_sent_is_told(
    client: Client, project: dict[str, str], plate: Path
) -> None:
    def change(_: str, sent: int) -> None:
        if not sent:
            with plate.open("r+b") as file:
                file.write(b"now another")

    with pytest.raises(Damaged, match="changed while"):
        client.upload(plate, project["id"], tell=change)
    plate.write_bytes(DATA[::-1])
    with pytest.raises(Damaged, match="changed while"):
        client.upload(plate, project["id"], tell=lambda *_: plate.write_bytes(b"shorter"))


def test_bytes_that_are_not_those_of_their_digest_are_not_kept(
    client: Client, server: Running, project: dict[str, str], plate: Path, tmp_path: Path
) -> None:
    client.upload(plate, project["id"])
    back = tmp_path / "back.mov"
    (tmp_path / "back.mov.part").write_bytes(b"of another file")
    with pytest.raises(Damaged):
        client.download(project["id"], DIGEST, back)
    (tmp_path / "back.mov.part").write_bytes(DATA + b"more than there is")
    client.download(project["id"], DIGEST, back)
    assert back.read_bytes() == DATA
    (blob,) = Path(psutil.Process(server.process.pid).cwd()).rglob(f"*{DIGEST[4:]}")
    blob.chmod(0o600)
    with blob.open("r+b") as file:
        file.write(b"damaged on the station's disk")
    with pytest.raises(Damaged):
        client.download(project["id"], DIGEST, tmp_path / "damaged.mov")
    blob.write_bytes(DATA)
    assert {path.name for path in tmp_path.iterdir()} == {plate.name, back.name}
    with pytest.raises(Refused, match="has the content") as refused:
        client.download(project["id"], "0" * 64, tmp_path / "none.mov")
    assert refused.value.status == 404


def test_a_line_that_never_holds_is_given_up(
    client: Client, server: Running, project: dict[str, str], plate: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(page, "_FIRST_WAIT_S", 0.001)
    with cutting(server.address) as line:
        line.cuts = [(-1, -1)] * 2 + [(0, 0)] * page._TRIES
        with pytest.raises(Unreachable):
            over(client, line.address).upload(plate, project["id"])
        assert line.connections == 2 + page._TRIES


def test_a_version_is_made_of_files_noted_and_published(
    client: Studio, project: dict[str, str], tmp_path: Path
) -> None:
    inside = f"/api/projects/{project['id']}"
    shot = client.add(f"{inside}/entities", {"kind": "shot", "label": "014-002"})
    path = tmp_path / "a.mov"
    path.write_bytes(b"a movie")
    file = client.upload(path, project["id"])
    version = client.add_version("entities", shot["id"], [file], comment="first", frames=48)
    assert version["files"] == [{"name": "a.mov", "digest": file["digest"]}]
    assert (version["number"], version["frames"]) == (1, 48)
    assert list(client.versions(project["id"], entity_id=shot["id"])) == [version]
    assert list(client.versions(project["id"], review="approved")) == []
    note = client.note("versions", version["id"], "warmer", first_frame=3, end_frame=9)
    assert (note["version_id"], note["first_frame"]) == (version["id"], 3)
    assert client.publish_version(version["id"])["version_id"] == version["id"]


def test_an_answer_that_breaks_off_anywhere_is_asked_for_again(
    client: Client, server: Running
) -> None:
    told = client.me()
    with cutting(server.address) as line:
        behind = over(client, line.address)
        for size in range(0, 360, 9):  # within the first line, the header, the body
            line.cuts = [(-1, size)]
            assert behind.me() == told
            assert line.cuts == []

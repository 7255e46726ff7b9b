"""Files are delivered to a real station: all planned, asked, sent and resumed; or none is sent."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from mstation import client as page
from mstation.cli.kept_uploads import KeptUploads, Stopped
from mstation.client import CHUNK_BYTES, Row
from mstation.studio import Studio
from tests.media.making import write_exr, write_movie
from tests.server.cutting import cutting
from tests.server.running import Running
from tests.server.signed_in import Command, client, command, project, server
from tests.station.crew import PASSWORD

__all__ = ["client", "command", "project", "server"]


@pytest.fixture
def film(client: Studio, project: Row) -> dict[str, Row]:
    """Shots by label; the first has a compositing task."""
    inside = f"/api/projects/{project['id']}"
    shots = {
        label: client.add(f"{inside}/entities", {"kind": "shot", "label": label, "frames": frames})
        for label, frames in (("014-002", 12), ("014-003", 3), ("SH-010", 3), ("SH_010", 3))
    }
    (comp,) = (
        each for each in client.ask("GET", f"{inside}/task-types") if each["name"] == "Compositing"
    )
    entity_id = shots["014-002"]["id"]
    task = client.add(f"{inside}/tasks", {"entity_id": entity_id, "type_id": comp["id"]})
    return {**shots, "comp": comp, "task": task}


def movie(folder: Path, name: str, frames: int = 28, more: int = 0) -> Path:
    """A movie with 8 frames of handles, by its timecode; `more` bytes of nothing at its end."""
    path = write_movie(folder / name, frames=frames, timecode="00:59:59:16", size=(64, 64))
    if more:
        with path.open("ab") as file:
            file.write((more + 8).to_bytes(4, "big") + b"free" + random.Random(1).randbytes(more))
    return path


def frames(folder: Path, name: str, *numbers: int) -> list[Path]:
    paths = [folder / f"{name}.{number}.exr" for number in numbers]
    for number, path in enumerate(paths):
        write_exr(path, np.full((8, 8, 3), number / 8, np.float32))
    return paths


def files_of(client: Studio, project: Row) -> list[Row]:
    return list(client.rows(f"/api/projects/{project['id']}/files"))


def test_movies_and_sequences_become_versions_of_the_shots_in_their_names(
    client: Studio, project: Row, film: dict[str, Row], command: Command, tmp_path: Path
) -> None:
    files = [movie(tmp_path, "014_002_comp_v003.mov"),
             *frames(tmp_path, "lantern_014-003_comp", 1000, 1001, 1002, 1003, 1004)]  # fmt: skip
    asked = ("deliver", *files, "--project", project["name"], "--type", "comp",
             "--comment", "edges")  # fmt: skip
    refused = command(*asked, said="n\n")
    assert refused.exit_code == 1
    assert files_of(client, project) == []

    told = command(*asked, said="y\n")
    assert told.exit_code == 0, told.output
    assert (
        "014_002_comp_v003.mov → 014-002, Compositing: 28 frames, 8 before the shot (by timecode)"
    ) in told.stdout
    assert (
        "lantern_014-003_comp.####.exr → 014-003, the shot as a whole: 5 frames, 1 before the "
        "shot (by the first frame's number)\n  the shot has no task `Compositing`"
    ) in told.stdout
    by_shot = {row["entity_id"]: row for row in client.versions(project["id"])}
    own, whole = by_shot[film["014-002"]["id"]], by_shot[film["014-003"]["id"]]
    assert (own["type_id"], own["frames"], own["comment"]) == (film["comp"]["id"], 28, "edges")
    assert [each["name"] for each in own["files"]] == ["014_002_comp_v003.mov"]
    assert (own.get("head_frames", 8), whole.get("head_frames", 1)) == (8, 1)
    assert (whole["type_id"], whole["frames"]) == (None, 5)
    assert [each["name"] for each in whole["files"]] == [path.name for path in files[1:]]
    assert {row["task_id"] for row in files_of(client, project)} == {film["task"]["id"], None}

    again = command(*asked)
    assert (again.exit_code, again.stdout.count("there already as version 1")) == (0, 2)
    assert "nothing to send" in again.stdout
    assert len(list(client.versions(project["id"]))) == 2


def test_what_cannot_be_told_is_told_and_nothing_at_all_is_sent(
    client: Studio, project: Row, film: dict[str, Row], command: Command, tmp_path: Path
) -> None:
    good = movie(tmp_path, "014-002.mov")
    frames(tmp_path, "014-003_comp", 1001, 1003)
    for name in ("sh010.mov", "015-001.mov", "014-003.mov"):
        (tmp_path / name).write_bytes(b"no movie")
    odd = write_movie(tmp_path / "014-003_odd.mov", frames=4, size=(64, 64))
    told = command("deliver", tmp_path, "--project", project["id"], "--yes")
    assert told.exit_code == 2
    faults = dict(line.split(": ", 1) for line in told.stderr.splitlines())
    assert "missing: 1002" in faults["014-003_comp.####.exr"]
    assert "it could be of SH-010, SH_010; name the shot" in faults["sh010.mov"]
    assert "no shot of the film is called so" in faults["015-001.mov"]
    assert "4 frames and the shot 3" in faults[odd.name]
    assert "014-003.mov" in faults
    assert good.name not in faults
    assert "nothing was sent: of 5" in faults["mstation"]
    assert files_of(client, project) == []
    for wrong, code in (
        (("--type", "sculpting"), 3), (("--shot", "099"), 2), (("--handles", "28"), 2),
    ):  # fmt: skip
        asked = ("deliver", good, "--project", project["id"], "--yes", *wrong)
        assert command(*asked).exit_code == code
    said = command("deliver", odd, "--project", project["id"], "--yes", "--shot", "sh 010")
    assert said.exit_code == 2  # two shots are called so
    said = command("deliver", odd, "--project", project["id"], "--yes", "--shot",
                   film["SH_010"]["id"], "--handles", "1")  # fmt: skip
    assert said.exit_code == 0, said.output
    assert "1 before the shot (as you say)" in said.stdout
    (version,) = client.versions(project["id"])
    assert version["entity_id"] == film["SH_010"]["id"]


def test_a_delivery_that_broke_off_goes_on_where_it_was(
    client: Studio, project: Row, film: dict[str, Row], command: Command, tmp_path: Path,
    server: Running, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    large = movie(tmp_path, "014-002_large.mov", more=CHUNK_BYTES + CHUNK_BYTES // 2)
    state = KeptUploads(client.address, project["id"])
    state.stop()
    with pytest.raises(Stopped):
        state.upload(client, large, None)
    asked = ("deliver", large, "--project", project["id"], "--yes")
    monkeypatch.setattr(page, "_FIRST_WAIT_S", 0.001)
    with cutting(server.address) as line:
        monkeypatch.setenv("MSTATION_ADDRESS", line.address)
        # projects, shots, versions, is it there, start, the first chunk
        line.cuts = [(-1, -1)] * 6 + [(1_000_000, -1), (0, 0)] * page._TRIES
        broken = command(*asked)
        assert (broken.exit_code, list(client.versions(project["id"]))) == (4, [])
        assert broken.stderr.count("\n") <= 2
        kept = tmp_path / "state" / "mstation" / "uploads.json"
        assert len(json.loads(kept.read_bytes())) == 1
        line.cuts.clear()
        line.sent_bytes = 0
        whole = command(*asked)
        assert whole.exit_code == 0, whole.output
        assert line.sent_bytes < large.stat().st_size - CHUNK_BYTES + 20_000
        assert json.loads(kept.read_bytes()) == {}
    assert len(list(client.versions(project["id"]))) == 1


def test_a_vendor_delivers_for_its_task_and_for_nothing_else(
    client: Studio, project: Row, film: dict[str, Row], command: Command, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    invited = client.add(f"/api/projects/{project['id']}/invitations", {"role": "vendor"})
    someone = {"email": "vera@example.org", "name": "Vera", "password": PASSWORD}
    desk = Studio(client.address)
    account = desk.ask("POST", "/api/invitations/account", {**someone, "key": invited["key"]})
    client.change(f"/api/tasks/{film['task']['id']}", 1, {"assignee_ids": [account["id"]]})
    key = desk.sign_in(someone["email"], PASSWORD, name="vera")
    monkeypatch.setenv("MSTATION_TOKEN", key)
    own, other = movie(tmp_path, "014-002_v1.mov"), tmp_path / "014-003_v1.mov"
    other.write_bytes(own.read_bytes())
    asked = ("--project", project["name"], "--type", "comp", "--yes")
    told = command("deliver", own, other, *asked)
    assert (told.exit_code, "no shot of the film is called so" in told.stderr) == (2, True)
    told = command("deliver", own, *asked)
    assert told.exit_code == 0, told.output
    (version,) = Studio(client.address, key).versions(project["id"])
    assert version["account_id"] == account["id"]
    told = command("fetch", project["name"], "--out", tmp_path / "out")
    assert (tmp_path / "out/014-002/v001/014-002_v1.mov").read_bytes() == own.read_bytes()

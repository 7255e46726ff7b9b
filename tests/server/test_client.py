"""A film goes to a station and people see it there: the client and the commands, for real."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from mstation.client import Client, Refused, Unreachable
from mstation.studio import Studio
from tests.server.running import Running
from tests.server.signed_in import client, mstation, project, server
from tests.server.test_serving import FIRST
from tests.station.crew import PASSWORD
from tests.station.test_script import shot_list

__all__ = ["client", "project", "server"]


def film(folder: Path, *shots: tuple[str, int]) -> str:
    folder.mkdir(exist_ok=True)
    (folder / "shots.json").write_text(json.dumps(shot_list(("sc-a", list(shots)))))
    return str(folder)


def test_a_film_is_published_from_the_command_line(
    server: Running, client: Client, project: dict[str, str], tmp_path: Path
) -> None:
    told = mstation(
        tmp_path, "login", server.address, "--email", FIRST["email"], "--password", PASSWORD
    )
    assert (told.returncode, told.stderr) == (0, "")
    kept = tmp_path / "mstation" / "station.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600

    first = film(tmp_path / "film", ("sh-1", 48), ("sh-2", 24))
    told = mstation(tmp_path, "publish", first, project["name"], "--yes", "--no-pictures")
    assert (told.returncode, told.stderr) == (0, "")
    assert "added    001-002" in told.stdout
    told = mstation(tmp_path, "publish", first, project["name"], "--no-pictures")
    assert "nothing changed" in told.stdout

    film(tmp_path / "film", ("sh-2", 24), ("sh-3", 12))
    again = ("publish", first, project["id"], "--yes", "--no-pictures")
    told = mstation(tmp_path, *again, language="zh")
    assert "变动  001-001 ← 001-002" in told.stdout
    assert "删除  001-001" in told.stdout
    told = mstation(tmp_path, "status", project["name"])
    assert told.stdout == f"{project['name']}: 2 shots, 36 frames\n"


def test_what_cannot_be_is_told_in_one_line(
    server: Running, project: dict[str, str], tmp_path: Path
) -> None:
    for language, told in (("en", "mstation: sign in first"), ("zh", "mstation: 请先登录")):
        done = mstation(tmp_path, "status", language=language)
        assert (done.returncode, done.stdout) == (7, "")
        assert done.stderr.startswith(told)
        assert done.stderr.count("\n") == 1
    wrong = mstation(
        tmp_path, "login", server.address, "--email", "x@example.org", "--password", "y"
    )
    assert wrong.returncode == 7
    nobody = mstation(
        tmp_path, "login", "http://127.0.0.1:9", "--email", "x@example.org", "--password", "y"
    )
    assert nobody.returncode == 4


def test_a_program_makes_changes_and_follows(client: Studio, project: dict[str, str]) -> None:
    path = f"/api/projects/{project['id']}/entities"
    shots = [client.add(path, {"kind": "shot", "label": f"{n:03}"}) for n in range(3)]
    changed = client.change(f"/api/entities/{shots[0]['id']}", 1, {"frames": 24})
    assert changed["revision"] == 2
    with pytest.raises(Refused) as refused:
        client.change(f"/api/entities/{shots[0]['id']}", 1, {"frames": 48})
    assert refused.value.status == 412
    assert [row["label"] for row in client.rows(path, kind="shot")] == ["000", "001", "002"]
    assert [row["frames"] for row in client.board(project["id"])] == [24, None, None]
    events = client.follow(project["id"], after=0)
    seen = [next(events) for _ in range(3)]
    assert [event["noun"] for event in seen] == ["projects", "statuses", "statuses"]


def test_a_station_that_is_not_there_is_said(client: Client) -> None:
    with pytest.raises(Unreachable):
        Client("http://127.0.0.1:9").me()
    with pytest.raises(ValueError, match="no address"):
        Client("ftp://example.org")

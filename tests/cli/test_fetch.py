"""A folder is brought to what the station has: whole, nothing twice, whatever names it is told."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import psutil
import pytest

from mstation import client as page
from mstation.client import Row
from mstation.studio import Studio
from tests.server.running import Running
from tests.server.signed_in import Command, client, command, project, server

__all__ = ["client", "command", "project", "server"]


def shot(client: Studio, project: Row, label: str) -> Row:
    return client.add(f"/api/projects/{project['id']}/entities", {"kind": "shot", "label": label})


def version(client: Studio, project: Row, of: Row, folder: Path, **files: bytes) -> Row:
    """A version of files by name; `__` in it stands for a dot."""
    rows = []
    for number, (name, data) in enumerate(files.items()):
        path = folder / f"source-{number}"
        path.write_bytes(data)
        rows.append(client.upload(path, project["id"]) | {"name": name.replace("__", ".")})
    return client.add_version("entities", of["id"], rows, frames=24)


def listed(out: Path) -> dict[str, Row]:
    told = json.loads((out / "fetched.json").read_bytes())
    assert told["schema"] == "mstation.fetched/1"
    return {each["folder"]: each for each in told["versions"]}


def inside(out: Path) -> set[str]:
    return {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}


def test_the_latest_the_approved_and_the_published_are_fetched_and_nothing_twice(
    client: Studio, project: Row, command: Command, tmp_path: Path
) -> None:
    one, two = shot(client, project, "014-002"), shot(client, project, "014-003")
    first = version(client, project, one, tmp_path, a__mov=b"first")
    second = version(client, project, one, tmp_path, a__mov=b"second", b__mov=b"beside")
    version(client, project, one, tmp_path, a__mov=b"third")
    other = version(client, project, two, tmp_path, c__mov=b"other")
    client.change(f"/api/versions/{second['id']}", 1, {"review": "approved"})
    client.publish_version(other["id"])
    client.publish_version(first["id"])

    out = tmp_path / "out"
    asked = ("fetch", project["name"], "--out", out)
    told = command(*asked)
    assert told.exit_code == 0, told.output
    assert inside(out) == {"014-002/v003/a.mov", "014-003/v001/c.mov", "fetched.json"}
    assert (out / "014-002/v003/a.mov").read_bytes() == b"third"
    assert "2 versions, 2 files fetched, 0 there already" in told.stdout
    told = command(*asked, "014_002", "--what", "approved")
    assert "1 versions, 2 files fetched" in told.stdout
    command(*asked, "--what", "published")
    versions = listed(out)
    assert set(versions) == {"014-002/v001", "014-002/v002", "014-002/v003", "014-003/v001"}
    approved = versions["014-002/v002"]
    assert (approved["version_id"], approved["review"]) == (second["id"], "approved")
    assert approved["files"][1] == {
        "path": "014-002/v002/b.mov", "name": "b.mov",
        "digest": hashlib.sha256(b"beside").hexdigest(),
    }  # fmt: skip

    (out / "014-002/v003/a.mov").write_bytes(b"damaged")
    (out / "014-003/v001/c.mov").unlink()
    (out / "014-003/v001/c.mov.part").write_bytes(b"ot")
    told = command(*asked)
    assert "014-002/v003/a.mov: was another, and is replaced" in told.stdout
    assert (out / "014-003/v001/c.mov").read_bytes() == b"other"
    assert "2 files fetched, 0 there already" in told.stdout
    assert "0 files fetched, 2 there already" in command(*asked).stdout
    assert set(listed(out)) == set(versions)


@pytest.mark.parametrize(
    ("names", "safe"),
    [
        (["../../up.mov", "/etc/up.mov"], {".._.._up.mov", "_etc_up.mov"}),
        (["a.mov", "A.MOV", "a:b.mov", "NUL"], {"a.mov", "A (2).MOV", "a_b.mov", "_NUL"}),
    ],
)
def test_names_from_the_station_lead_nowhere_else(
    client: Studio, project: Row, command: Command, tmp_path: Path, names: list[str],
    safe: set[str],
) -> None:  # fmt: skip
    label = "../../../evil"
    of = shot(client, project, label)
    version(client, project, of, tmp_path, **{name: name.encode() for name in names})
    shot(client, project, "fetched.json")
    out = tmp_path / "deep" / "out"
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert command("fetch", project["id"], "--out", out).exit_code == 0
    folder = ".._.._.._evil/v001"
    assert inside(out) == {f"{folder}/{name}" for name in safe} | {"fetched.json"}
    assert {path for path in tmp_path.rglob("*") if path.is_file()} - before == {
        path for path in out.rglob("*") if path.is_file()
    }
    assert [each["name"] for each in listed(out)[folder]["files"]] == names


def test_what_cannot_be_had_is_told_and_the_rest_is_fetched(
    client: Studio, server: Running, project: Row, command: Command, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(page, "_FIRST_WAIT_S", 0.001)
    of = shot(client, project, "014-002")
    made = version(
        client, project, of, tmp_path, gone__mov=b"gone", hurt__mov=b"hurt", here__mov=b"here"
    )
    digest = made["files"][1]["digest"]
    (blob,) = Path(psutil.Process(server.process.pid).cwd()).rglob(f"*{digest[2:]}")
    blob.chmod(0o600)
    blob.write_bytes(b"HURT")
    (row,) = client.files(project["id"], [made["files"][0]["digest"]])
    client.ask("DELETE", f"/api/files/{row['id']}", revision=1)
    out = tmp_path / "out"
    told = command("fetch", project["id"], "--out", out)
    assert told.exit_code == 3
    assert told.stderr.splitlines() == [
        "014-002 version 1: gone.mov cannot be read by you, or is not there",
        "014-002 version 1: hurt.mov is damaged at the station, or cannot be read there; "
        "tell whoever runs it",
    ]
    on_its_way = "014-002/v001/hurt.mov.part"  # another run goes on from there
    assert inside(out) == {"014-002/v001/here.mov", on_its_way, "fetched.json"}
    (listed_there,) = listed(out).values()
    assert [each["name"] for each in listed_there["files"]] == ["here.mov"]

    assert command("fetch", project["id"], "999", "--out", out).exit_code == 3
    assert "no shot has such" in command(
        "fetch", project["id"], "--what", "approved", "--out", out
    ).stdout  # fmt: skip
    organisation = project["organisation_id"]
    other = client.add(f"/api/organisations/{organisation}/projects", {"name": "another"})
    told = command("fetch", other["id"], "--out", out)
    assert (told.exit_code, "another project" in told.stderr) == (2, True)


def test_versions_of_two_kinds_of_work_with_one_number_keep_apart(
    client: Studio, project: Row, command: Command, tmp_path: Path
) -> None:
    of = shot(client, project, "014-002")
    types = client.ask("GET", f"/api/projects/{project['id']}/task-types")
    (comp,) = (each for each in types if each["name"] == "Compositing")
    body = {"entity_id": of["id"], "type_id": comp["id"]}
    task = client.add(f"/api/projects/{project['id']}/tasks", body)
    version(client, project, of, tmp_path, a__mov=b"whole")
    out = tmp_path / "out"
    asked = ("fetch", project["id"], "--out", out)
    command(*asked)
    path = tmp_path / "a.mov"
    path.write_bytes(b"comp")
    client.add_version("tasks", task["id"], [client.upload(path, project["id"])])
    assert command(*asked, "--type", "comp").exit_code == 0
    assert (out / "014-002/v001/a.mov").read_bytes() == b"whole"
    assert (out / "014-002/v001 (2)/a.mov").read_bytes() == b"comp"
    assert listed(out)["014-002/v001 (2)"]["type_id"] == comp["id"]

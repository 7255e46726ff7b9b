"""`mstation publish`: the new pictures of a film to a station, however often it breaks off."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mstation.cut.movie import assemble
from mstation.sound.wavefile import StereoWriter
from mstation.studio import Studio
from mstation.timebase import FrameRate
from tests.cut.test_movie import SIZE, _segment
from tests.server.cutting import cutting
from tests.server.running import MSTATION, Running
from tests.server.signed_in import client, project, server
from tests.station.test_script import shot_list

__all__ = ["client", "project", "server"]

RATE = FrameRate(24)


def make_film(folder: Path, **shots: int) -> Path:
    """A folder as `mstation make` leaves it, as far as it is published: shots of so many frames."""
    folder.mkdir(exist_ok=True)
    listed = [(f"sh-{name}", frames) for name, frames in shots.items()]
    (folder / "shots.json").write_text(json.dumps(shot_list(("sc-a", listed))))
    segments = [_segment(folder / f".{name}", frames, RATE) for name, frames in shots.items()]
    sound = np.zeros((RATE.sample_of_frame(sum(shots.values())), 2), np.float32)
    with StereoWriter(folder / ".sound.wav") as writer:
        writer.write(sound)
    film = folder / "film.mp4"
    assemble(segments, folder / ".sound.wav", film, width=SIZE[0], height=SIZE[1], rate=RATE)
    return folder


@pytest.fixture
def key(client: Studio) -> str:
    return str(client.add("/api/tokens", {"name": "publishing"})["key"])


def command(address: str, key: str, folder: Path, project: dict[str, str]) -> dict[str, Any]:
    asked = [str(MSTATION), "publish", str(folder), project["id"], "--yes"]
    told = {"MSTATION_ADDRESS": address, "MSTATION_TOKEN": key, "MSTATION_LANG": "en"}
    env = {**os.environ, **told, "PYTHONUNBUFFERED": "1"}
    return {"args": asked, "env": env, "text": True}


def published(address: str, key: str, folder: Path, project: dict[str, str]) -> tuple[int, str]:
    """Publish a film; the exit code, and what was said."""
    done = subprocess.run(
        **command(address, key, folder, project), capture_output=True, check=False, timeout=120
    )
    return done.returncode, done.stdout + done.stderr


def versions(client: Studio, project: dict[str, str]) -> dict[str, list[int]]:
    """The numbers of the versions of each shot, by its id in the script."""
    rows = client.rows(f"/api/projects/{project['id']}/entities", kind="shot")
    ids = {row["id"]: row["script_id"] for row in rows}
    numbers: dict[str, list[int]] = {id_: [] for id_ in ids.values()}
    for row in client.versions(project["id"]):
        numbers[ids[row["entity_id"]]].append(row["number"])
    return numbers


def test_only_new_pictures_are_sent_and_kept_shots_keep_their_notes(
    server: Running, client: Studio, project: dict[str, str], key: str, tmp_path: Path
) -> None:
    film = make_film(tmp_path / "film", a=9, b=5, c=7)
    code, told = published(server.address, key, film, project)
    assert (code, "new pictures: 3 of 3 shots" in told) == (0, True), told
    assert "001-003: sent (3 of 3)" in told
    assert versions(client, project) == {"sh-a": [1], "sh-b": [1], "sh-c": [1]}
    code, told = published(server.address, key, film, project)
    assert (code, "nothing changed" in told) == (0, True), told

    shots = {row["script_id"]: row for row in
             client.rows(f"/api/projects/{project['id']}/entities", kind="shot")}  # fmt: skip
    notes = [client.note("entities", shots[f"sh-{name}"]["id"], "Look.")["id"] for name in "abc"]
    make_film(film, b=5, a=9, c=11)
    code, told = published(server.address, key, film, project)
    assert (code, "new pictures: 1 of 3 shots" in told, "7 → 11 frames" in told) == (0, True, True)
    assert versions(client, project) == {"sh-a": [1], "sh-b": [1], "sh-c": [1, 2]}
    listed = client.rows(f"/api/projects/{project['id']}/notes")
    assert [row["id"] for row in listed] == notes
    cuts = list(client.rows(f"/api/projects/{project['id']}/cuts"))
    assert [(cut["frames"], cut["plays"]) for cut in cuts] == [(21, False), (25, True)]
    assert all(cut["sound_digest"] for cut in cuts)


def test_a_film_at_another_rate_is_refused_before_anything_is_sent(
    server: Running, client: Studio, project: dict[str, str], key: str, tmp_path: Path
) -> None:
    film = make_film(tmp_path / "film", a=9)
    path = f"/api/projects/{project['id']}"
    client.change(path, client.ask("GET", path)["revision"], {"rate": "25"})
    code, told = published(server.address, key, film, project)
    assert (code, "24 frames a second, the project at 25" in told) == (2, True), told
    assert versions(client, project) == {}


@pytest.mark.parametrize("how", ["cut", "killed"])
def test_what_broke_goes_on_and_nothing_is_there_twice(
    server: Running, client: Studio, project: dict[str, str], key: str, tmp_path: Path, how: str
) -> None:
    film = make_film(tmp_path / "film", a=9, b=5, c=7, d=3)
    if how == "cut":
        with cutting(server.address) as line:
            line.cuts = [(-1, -1)] * 14 + [(-1, 20), (150, -1)] + [(0, 0)] * 40
            code, told = published(line.address, key, film, project)
            assert code == 4, told
    else:
        asked = command(server.address, key, film, project)
        with subprocess.Popen(**asked, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            next(each for each in process.stdout if "sent (1" in each)
            process.send_signal(signal.SIGKILL)
    code, told = published(server.address, key, film, project)
    assert code == 0, told
    assert set(map(tuple, versions(client, project).values())) == {(1,)}
    files = client.rows(f"/api/projects/{project['id']}/files")
    names = Counter(row["name"] for row in files)
    assert names == dict.fromkeys([*(f"001-{n:03}.mp4" for n in range(1, 5)), "sound.m4a"], 1)
    (cut,) = client.rows(f"/api/projects/{project['id']}/cuts")
    assert cut["plays"]

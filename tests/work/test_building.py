"""A film is built by the worker that `mstation serve` keeps, which goes when the server goes."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import av
import httpx2

from mstation.studio import Studio
from mstation.timebase import SAMPLE_RATE
from mstation.voices.speak import speak
from mstation.voices.speech import Voice
from mstation.voices.wav import write_wav
from tests.conftest import LAMP
from tests.server.running import running
from tests.station.crew import PASSWORD
from tests.work.test_workers import is_gone, wait_for

FIRST = {"email": "mara@example.org", "name": "Mara", "password": PASSWORD}
SMALL = {"script": LAMP, "name": "lamp.fountain", "width": 64, "height": 64, "rate": "1"}
ACTOR = Voice("actor", "hibari", "m3", 0.6, 0.9, 1.0, 0.8)
BESIDE = {
    "score_wishes": '[cues.bt-nowhere]\nmood = "sad"\n',
    "translation": "text,zh\nNow.,现在。\n",
    "subtitles": "burn-bilingual",
    "loudness": "ebu-r128",
}


def test_a_film_is_built_as_a_job_and_not_made_again(tmp_path: Path) -> None:
    with running("--data", "here", cwd=tmp_path) as server, server.asking() as client:
        client.post("/api/first-account", json=FIRST)
        organisation = client.post("/api/organisations", json={"name": "Lantern"}).json()["id"]
        made = client.post(f"/api/organisations/{organisation}/projects", json={"name": "Reel"})
        project = made.json()["id"]
        url = f"/api/projects/{project}/jobs"
        take = tmp_path / "001-L01 take 2.wav"
        take.write_bytes(write_wav(speak("Now.", "", ACTOR, seed=5)[0], SAMPLE_RATE))
        key = Studio(server.address).sign_in(FIRST["email"], PASSWORD, name="tests")
        file = Studio(server.address, key).upload(take, project)
        asked = {**SMALL, **BESIDE, "take_file_ids": [file["id"]]}
        first = _built(client, url, asked)
        soft = _built(client, url, {**asked, "subtitles": "track"})
        killed = _worker(client, first)
        os.kill(killed, signal.SIGKILL)
        again = _built(client, url, asked)
        worker = _worker(client, again)
        assert worker != killed
        server.process.kill()
        wait_for(lambda: is_gone(worker), 20)
    assert (first["state"], first["progress"], first["error"]) == ("done", 1.0, "")
    folder = tmp_path / "here" / first["result"]["folder"]
    report = json.loads((tmp_path / "here" / first["result"]["report"]).read_bytes())
    assert report["title"] == first["result"]["title"] == "A Lamp"
    assert report["totals"]["made"] == first["result"]["made"] > 0
    assert [line["file"] for line in report["lines"]] == ["voices/001-L01 take 2.wav"]
    assert report["settings"]["loudness"] == "ebu-r128"
    assert "bt-nowhere" in next(
        each["en"] for each in report["doubts"] if "score.toml" in each["file"]
    )
    assert "现在。" in (folder / "subtitles.zh.srt").read_text(encoding="utf-8")
    assert (folder / "film.subtitled.mp4").is_file()
    with av.open(tmp_path / "here" / soft["result"]["folder"] / "film.subtitled.mp4") as movie:
        texts = movie.streams.subtitles
        assert [each.metadata["language"] for each in texts] == ["eng", "zho"]
    assert soft["result"]["made"] == 2  # the subtitles, and the movie with them
    assert again["result"]["made"] == 0
    other = tmp_path / "here" / again["result"]["folder"]
    assert folder != other
    assert (folder / "film.mp4").read_bytes() == (other / "film.mp4").read_bytes()
    assert not (folder / ".mstation").exists()


def _worker(client: httpx2.Client, job: dict[str, Any]) -> int:
    """Return the process that did a job."""
    (attempt,) = client.get(f"/api/jobs/{job['id']}/attempts").json()
    return int(attempt["worker"].rpartition(" ")[2])


def _built(client: httpx2.Client, url: str, parameters: dict[str, Any]) -> dict[str, Any]:
    asked = client.post(url, json={"kind": "film.build", "parameters": parameters}).json()
    until = time.monotonic() + 240
    while True:
        job: dict[str, Any] = client.get(f"/api/jobs/{asked['id']}").json()
        if job["ended_at"] is not None:
            return job
        assert time.monotonic() < until, job
        time.sleep(0.5)

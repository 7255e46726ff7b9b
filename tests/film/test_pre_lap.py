"""A voice of the next scene is heard before the cut, and on over it."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import opentimelineio as otio
import pytest

from mstation.sound.wavefile import open_wav
from mstation.timebase import SAMPLE_RATE
from tests.film.making import MSTATION, digests, steps

pytestmark = pytest.mark.xdist_group("film")

SCRIPT = """Title: Two Lamps

INT. KITCHEN - DAY

MARA (34) sits.

TOM (PRE-LAP)
The lamp in the hall is out, and it has been out for a week.

INT. HALL - DAY

TOM (40) stands.

TOM
Well?
"""
FPS = 4


def _make(folder: Path, script: str) -> dict[str, Any]:
    (folder / "lamps.fountain").write_text(script, encoding="utf-8")
    command = [str(MSTATION), "make", "lamps.fountain", "--out", "film", "--size", "64x64"]
    done = subprocess.run(
        [*command, "--fps", str(FPS), "--json"],
        cwd=folder,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_a_pre_lap_runs_over_the_cut_and_touches_neither_the_next_scene_nor_its_picture(
    tmp_path: Path,
) -> None:
    _make(tmp_path, SCRIPT)
    out = tmp_path / "film"
    listed = json.loads((out / "shots.json").read_bytes())
    cut = listed["scenes"][1]["film_first_frame"]
    voice, answer = listed["voices"]
    end = voice["film_first_frame"] + voice["frames"]
    assert voice["presence"] == "pre_lap"
    assert voice["film_first_frame"] < cut < end <= answer["film_first_frame"]

    heard = open_wav(out / "stems/dialogue.wav")
    over = heard.read(cut * SAMPLE_RATE // FPS, SAMPLE_RATE // 4)
    assert np.abs(over).max() > 0.01
    tracks = otio.adapters.read_from_file(str(out / "film.otio")).audio_tracks()
    spoken = next(track for track in tracks if track.name == "dialogue")
    clip = next(item for item in spoken if isinstance(item, otio.schema.Clip))
    placed = clip.range_in_parent()
    assert placed.start_time.value < cut < placed.end_time_exclusive().value
    assert "<i>" in (out / "subtitles.srt").read_text(encoding="utf-8")

    before = digests(out)
    made = steps(_make(tmp_path, SCRIPT.replace("PRE-LAP", "V.O.")), "made")
    assert {"stage 1", "dialogue 1", "mix"} <= made
    assert not {step for step in made if step.startswith(("stage 2", "shots 2", "render 002"))}
    after = json.loads((out / "shots.json").read_bytes())
    assert after["scenes"][1]["film_first_frame"] > cut
    assert digests(out)["scenes/002.usdc"] == before["scenes/002.usdc"]

"""Who speaks a line, and over which pictures: recorded takes, and a voice of the next scene."""

import csv
import io
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import opentimelineio as otio
import pytest

from mstation.sound.wavefile import open_wav
from mstation.timebase import SAMPLE_RATE
from mstation.voices.resample import resampled
from mstation.voices.speak import speak
from mstation.voices.speech import Voice
from mstation.voices.wav import write_wav
from tests.film.making import MSTATION, digests, steps

pytestmark = pytest.mark.xdist_group("film")

SCRIPT = """Title: Two Lamps

INT. KITCHEN - DAY

MARA (34) sits.

MARA
Now. The lamp is out again.

INT. HALL - DAY

MARA (34) sits.

MARA
It is cold here.
"""
FPS = 8
ACTOR = Voice("actor", "hibari", "m3", 0.6, 0.9, 1.0, 0.8)


def _make(
    folder: Path, *arguments: str, language: str = "en", script: str = SCRIPT
) -> subprocess.CompletedProcess[str]:
    (folder / "lamps.fountain").write_text(script, encoding="utf-8")
    command = [str(MSTATION), "make", "lamps.fountain", "--out", "film", "--size", "64x64"]
    return subprocess.run(
        [*command, "--fps", str(FPS), "--jobs", "1", *arguments],
        cwd=folder,
        env={**os.environ, "MSTATION_LANG": language},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def _report(folder: Path, *, script: str = SCRIPT) -> dict[str, Any]:
    done = _make(folder, "--json", script=script)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _voices(folder: Path) -> dict[str, Any]:
    listed = json.loads((folder / "film/shots.json").read_bytes())["voices"]
    return {voice["scene_label"]: voice for voice in listed}


@pytest.fixture(scope="module")
def lamps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lamps")
    assert _make(folder, "--quiet").returncode == 0
    return folder


@pytest.fixture
def folder(lamps: Path, tmp_path: Path) -> Path:
    """A film that the test may change."""
    shutil.copytree(lamps, tmp_path / "lamps")
    return tmp_path / "lamps"


@pytest.fixture(scope="module")
def take() -> bytes:
    """The first line as somebody else says it, recorded in stereo at 44.1 kHz."""
    samples = resampled(
        speak("Now. The lamp is out again.", "", ACTOR, seed=5)[0], SAMPLE_RATE, 44_100
    )
    room = np.zeros(22_050, np.float32)
    sound = np.concatenate([room, samples, room])
    return write_wav(np.stack([sound, sound], axis=1), 44_100)


def test_a_take_replaces_its_line_and_what_hangs_on_it_and_taken_away_all_is_as_before(
    folder: Path, take: bytes
) -> None:
    before, spoken = digests(folder / "film"), _voices(folder)
    recorded = folder / "film/voices/1-L1 take 2.wav"
    recorded.write_bytes(take)
    report = _report(folder)
    made, heard = steps(report, "made"), _voices(folder)
    assert {step for step in made if step.startswith(("speak", "take"))} == {
        "takes", "take 1, line 8"
    }  # fmt: skip
    assert {"stage 1", "dialogue 1", "mix", "subtitles"} <= made
    assert not {step for step in made if step.startswith(("stage 2", "dialogue 2", "render 002"))}
    assert heard["001"]["frames"] != spoken["001"]["frames"]
    assert [w["text"] for w in heard["001"]["words"]] == [w["text"] for w in spoken["001"]["words"]]
    assert heard["002"]["words"] == spoken["002"]["words"]
    assert recorded.read_bytes() == take
    assert [line["voice"] for line in report["lines"]] == ["take", "hibari"]
    assert report["lines"][0]["file"] == "voices/1-L1 take 2.wav"
    (human,) = [used for used in report["used"] if used.get("engine") == "take"]
    assert human["character"] == "MARA"
    (doubt,) = report["doubts"]
    assert doubt["file"] == "voices/1-L1 take 2.wav"
    assert "44100 Hz" in doubt["en"]
    assert "44100 Hz" in doubt["zh"]

    recorded.unlink()
    report = _report(folder)
    assert steps(report, "made") == set()
    assert digests(folder / "film") == before


def test_the_list_names_every_line_for_who_records_it(lamps: Path) -> None:
    data = (lamps / "film/voices/lines.csv").read_bytes().decode()
    rows = list(csv.DictReader(io.StringIO(data)))
    assert [(row["label"], row["character"], row["voice"]) for row in rows] == [
        ("001-L01", "MARA", "hibari"),
        ("002-L01", "MARA", "hibari"),
    ]
    voices = _voices(lamps)
    assert [row["id"] for row in rows] == [voices[label]["line_id"] for label in ("001", "002")]
    assert data.count("\r\n") == len(rows) + 1


def test_files_that_cannot_be_used_are_told_by_name_and_nothing_is_lost(folder: Path) -> None:
    before = digests(folder / "film")
    elsewhere = folder / "录音"
    elsewhere.mkdir()
    bad = {
        "001-L01.wav": b"no sound at all",
        "002-L01.wav": write_wav(np.zeros(SAMPLE_RATE, np.float32), SAMPLE_RATE),
        "003-L01.wav": write_wav(np.ones(SAMPLE_RATE, np.float32), SAMPLE_RATE),
        "notes.mp3": b"ID3",
        "notes.txt": b"mine",
    }
    for name, data in bad.items():
        (elsewhere / name).write_bytes(data)
    for language, words in (("en", "temp voice speaks"), ("zh", "仍用临时配音")):
        done = _make(folder, "--voices", "录音", language=language)
        assert (done.returncode, done.stderr) == (0, "")
        told = done.stdout.splitlines()
        for name in ("001-L01.wav", "002-L01.wav", "003-L01.wav", "notes.mp3"):
            assert any(name in line for line in told), name
        assert sum(words in line for line in told) == 2
        assert "notes.txt" not in done.stdout
    assert {path.name: path.read_bytes() for path in elsewhere.iterdir()} == bad
    assert digests(folder / "film") == before


@pytest.mark.parametrize("named", ["nowhere", "lamps.fountain"])
def test_a_folder_of_voices_that_is_none_is_refused_in_both_languages(
    folder: Path, named: str
) -> None:
    for language in ("en", "zh"):
        done = _make(folder, "--voices", named, language=language)
        assert done.returncode in (2, 3)
        assert len(done.stderr.splitlines()) == 1
        assert named in done.stderr
        assert done.stderr.isascii() == (language == "en")


def test_a_pre_lap_runs_over_the_cut_and_touches_neither_the_next_scene_nor_its_picture(
    folder: Path,
) -> None:
    out = folder / "film"
    before = digests(out)
    ahead = "MARA (PRE-LAP)\nThe lamp in the hall is out, and it has been out for a week.\n\n"
    hall = "INT. HALL - DAY"
    made = steps(_report(folder, script=SCRIPT.replace(hall, ahead + hall)), "made")
    assert {"stage 1", "dialogue 1", "mix"} <= made
    assert not {step for step in made if step.startswith(("stage 2", "shots 2", "render 002"))}
    assert digests(out)["scenes/002.usdc"] == before["scenes/002.usdc"]

    listed = json.loads((out / "shots.json").read_bytes())
    cut = listed["scenes"][1]["film_first_frame"]
    _, voice, answer = listed["voices"]
    end = voice["film_first_frame"] + voice["frames"]
    assert voice["presence"] == "pre_lap"
    assert voice["film_first_frame"] < cut < end <= answer["film_first_frame"]
    heard = open_wav(out / "stems/dialogue.wav")
    assert np.abs(heard.read(cut * SAMPLE_RATE // FPS, SAMPLE_RATE // 4)).max() > 0.01
    tracks = otio.adapters.read_from_file(str(out / "film.otio")).audio_tracks()
    spoken = next(track for track in tracks if track.name == "dialogue")
    clip = [item for item in spoken if isinstance(item, otio.schema.Clip)][1]
    placed = clip.range_in_parent()
    assert placed.start_time.value < cut < placed.end_time_exclusive().value
    assert "<i>" in (out / "subtitles.srt").read_text(encoding="utf-8")


def test_a_pre_lap_that_opens_its_scene_is_heard_before_the_cut_and_the_scene_before_stays(
    folder: Path,
) -> None:
    out = folder / "film"
    cold = "MARA (PRE-LAP)\nIt is cold here, and it has been cold for a week."
    report = _report(folder, script=SCRIPT.replace("MARA\nIt is cold here.", cold))
    made = steps(report, "made")
    assert {"stage 2", "dialogue 2", "mix", "subtitles"} <= made
    assert not {step for step in made if step.startswith(("stage 1", "dialogue 1", "render 001"))}

    listed = json.loads((out / "shots.json").read_bytes())
    cut = listed["scenes"][1]["film_first_frame"]
    first, voice = listed["voices"]
    lead = cut - voice["film_first_frame"]
    assert lead == int(0.8 * FPS)
    assert first["film_first_frame"] + first["frames"] <= voice["film_first_frame"]
    assert voice["film_first_frame"] + voice["frames"] > cut
    heard = open_wav(out / "stems/dialogue.wav")
    start = voice["film_first_frame"] * SAMPLE_RATE // FPS
    assert np.abs(heard.read(start, lead * SAMPLE_RATE // FPS)).max() > 0.01
    assert np.abs(heard.read(start - SAMPLE_RATE // 4, SAMPLE_RATE // 4)).max() < 0.005
    card = (out / "subtitles.srt").read_text(encoding="utf-8").split("\n\n")[1]
    assert "<i>" in card
    clock = card.splitlines()[1].partition(" ")[0].replace(",", ".").split(":")
    assert float(clock[1]) * 60 + float(clock[2]) < cut / FPS
    spoken = json.loads((out / "sound.json").read_bytes())["speech"]
    assert spoken["unclear"] == spoken["broken"] == []
    assert spoken["seconds"] >= (first["frames"] + voice["frames"]) // FPS

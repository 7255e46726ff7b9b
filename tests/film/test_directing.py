"""A person's word changes the scene that it is about, and no other."""

import csv
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import LAMP
from tests.film.making import ENGLISH, MSTATION, digests, make, steps

pytestmark = pytest.mark.xdist_group("film")


def _shots(out: Path) -> dict[str, dict[str, Any]]:
    clips = json.loads((out / "shots.json").read_bytes())["clips"]
    return {clip["shot"]["id"]: clip["shot"] for clip in clips}


def _copy(film: Path, tmp_path: Path) -> Path:
    out = tmp_path / "film"
    shutil.copytree(film, out)
    return out


def _beside(tmp_path: Path, text: str, directions: str = "") -> Path:
    script = tmp_path / "two-scenes.fountain"
    script.write_text(text, encoding="utf-8")
    if directions:
        (tmp_path / "direction.toml").write_text(directions, encoding="utf-8")
    return script


def test_a_direction_designs_its_scene_again_and_no_other(film: Path, tmp_path: Path) -> None:
    out, before = _copy(film, tmp_path), _shots(film)
    loose = next(shot for shot in before.values()
                 if shot["label"].startswith("001") and len(shot["subjects"]) == 1
                 and shot["move"] == "static" and shot["role"] != "establishing")  # fmt: skip
    size, word = ("MCU", "中近景") if loose["size"] == "CU" else ("CU", "特写")
    row = f'[shots.{loose["id"]}]\nsize = "{word}"\n'
    report = make(_beside(tmp_path, ENGLISH, row), out)
    made = steps(report, "made")
    assert "directed shots 1" in made
    assert not {step for step in made if step.startswith(("shots", "stage", "speak", "set"))}
    assert not {
        step for step in made if "directed shots 2" in step or step.startswith("render 002")
    }
    assert digests(out)["scenes/002.usdc"] == digests(film)["scenes/002.usdc"]
    assert report["doubts"] == []
    after = _shots(out)
    assert after[loose["id"]]["size"] == size != loose["size"]
    looks_otherwise = {
        f"render {shot['label']}"
        for shot in after.values()
        if shot["label"].startswith("001") and shot != before.get(shot["id"])
    }
    assert {step for step in made if step.startswith("render")} <= looks_otherwise

    again = make(_beside(tmp_path, ENGLISH, row + "# a remark\n"), out)
    assert steps(again, "made") == {"directions", "doubts"}


def test_a_note_stages_nothing_again_and_reaches_its_scene_only(film: Path, tmp_path: Path) -> None:
    out = _copy(film, tmp_path)
    text = ENGLISH.replace("Mara walks along", "[[SHOT: EWS, 3s]]\n\nMara walks along")
    report = make(_beside(tmp_path, text), out)
    made = steps(report, "made")
    assert "notes" in made
    assert "shots 2" in made
    assert "shots 1" not in made
    assert not {step for step in made if step.startswith(("stage", "speak", "set", "render 001"))}


def test_what_fits_nothing_is_told_and_makes_the_film_all_the_same(tmp_path: Path) -> None:
    script = _beside(
        tmp_path,
        LAMP.replace("Now.", "Now. [[SHOT: CU MORA]]"),
        '[shots."001-001"]\nsize = "CU"\n[shots.sh-0000000000]\nlocked = true\n',
    )
    report = make(script, tmp_path / "out", "--fps", "1", "--style", "低机位")
    told = [(doubt["file"], doubt["en"]) for doubt in report["doubts"]]
    assert [name for name, _ in told] == [script.name, "direction.toml", "direction.toml"]
    assert "`CU MORA`: no such person or thing in this scene; did you mean MARA?" in told[0][1]
    (shot,) = [each for each in _shots(tmp_path / "out").values() if each["label"] == "001-001"]
    assert f"labels move when shots come and go; write [shots.{shot['id']}]" in told[1][1]
    assert "no shot has this id" in told[2][1]
    assert all(doubt["zh"] for doubt in report["doubts"])
    assert report["settings"]["style"] == "low-static"


@pytest.mark.parametrize(
    ("directions", "arguments", "code", "words"),
    [
        ("", ("--style", "noir"), 3, "no style is called `noir`; there are classical"),
        ("[shots.sh-a]\nsise = 3\n", (), 2, "direction.toml, line 1: [shots.sh-a]: no key `sise`"),
        ("", ("--direction", "nowhere.toml"), 3, "nowhere.toml: no such file"),
        ("", ("--aspect", "3"), 2, "--aspect is one of 2.39"),
    ],
)
def test_what_cannot_be_meant_is_one_line(
    tmp_path: Path, directions: str, arguments: tuple[str, ...], code: int, words: str
) -> None:
    script = _beside(tmp_path, LAMP, directions)
    command = [str(MSTATION), "make", str(script), "--out", str(tmp_path / "out"), *arguments]
    done = subprocess.run(
        command,
        env={**os.environ, "MSTATION_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_table_of_shots_has_the_ids_that_directions_name(film: Path) -> None:
    with (film / "shots.csv").open(encoding="utf-8", newline="") as table:
        rows = {row["label"]: row["id"] for row in csv.DictReader(table)}
    assert rows == {shot["label"]: name for name, shot in _shots(film).items()}

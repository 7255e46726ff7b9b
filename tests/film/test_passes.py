"""Passes are steps: asked for by shot, made once, published, and told with their digests."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.film.making import FPS, digests, make, making, steps

pytestmark = pytest.mark.xdist_group("film")

SHOT = "001-002"


@pytest.fixture(scope="module")
def passed(script: Path, film: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film with all the passes of one shot."""
    out = tmp_path_factory.mktemp("passed") / "film"
    shutil.copytree(film, out)
    report = make(script, out, "--passes", "all", "--shots", SHOT)
    made = steps(report, "made")
    assert made == {f"passes {SHOT}"} | {step for step in made if step.startswith("pass ")}
    return out


def test_every_file_of_a_pass_is_told_with_its_digest(passed: Path) -> None:
    folder = passed / "passes" / SHOT
    told = json.loads((folder / "passes.json").read_bytes())
    assert told["schema"] == "mstation.passes/1"
    assert (told["label"], told["fps"], told["width"], told["height"]) == (SHOT, str(FPS), 192, 108)
    files = {row["name"]: row for rows in told["files"].values() for row in rows}
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert there == {*files, "passes.json"}
    for name, row in files.items():
        data = (folder / name).read_bytes()
        assert row["sha256"] == hashlib.sha256(data).hexdigest()
        assert row["bytes"] == len(data)
    assert set(told["conventions"]) == {"picture", *told["files"]}
    assert 0 < told["facts"]["depth"]["near_m"] < told["facts"]["depth"]["far_m"]
    frames = told["end_frame"] - told["first_frame"]
    assert len(json.loads((folder / "pose.json").read_bytes())) == frames
    assert sorted(path.name for path in (passed / "passes").iterdir()) == [SHOT]


def test_passes_are_made_once_and_by_themselves(script: Path, passed: Path, tmp_path: Path) -> None:
    out = tmp_path / "film"
    shutil.copytree(passed, out)
    report = make(script, out, "--passes", "all", "--shots", SHOT)
    assert report["totals"]["made"] == 0
    assert digests(out) == digests(passed)
    report = make(script, out, "--passes", "depth,pose", "--shots", SHOT, "--norm", "frame")
    assert steps(report, "made") == {f"pass {SHOT} depth", f"passes {SHOT}"}
    assert not (out / "passes" / SHOT / "camera.txt").exists()
    make(script, out)
    assert not list((out / "passes").rglob("*.*"))


def test_a_shot_that_the_film_does_not_have_is_refused(
    script: Path, film: Path, tmp_path: Path
) -> None:
    out = tmp_path / "film"
    shutil.copytree(film, out)
    done = subprocess.run(
        [*making(script, out), "--passes", "pose", "--shots", "009-001"],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 2
    assert "009-001" in done.stderr
    assert digests(out) == digests(film)

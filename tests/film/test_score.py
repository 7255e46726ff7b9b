"""One cue of a film is rewritten: it alone is played again, and the next build keeps to it."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.film.making import MSTATION, make, steps

pytestmark = pytest.mark.xdist_group("film")


def test_a_wish_plays_its_own_cue_again_and_no_other(
    film: Path, script: Path, tmp_path: Path
) -> None:
    out = tmp_path / "film"
    shutil.copytree(film, out)
    make(script, out)
    cues = json.loads((out / "spotting.json").read_bytes())["cues"]
    chosen = cues[-1]
    mood = "wonder" if chosen["spot"]["mood"] != "wonder" else "sad"
    done = subprocess.run(
        [str(MSTATION), "score", str(out), chosen["label"], "--mood", mood, "--quiet"],
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json.loads((out / "report.json").read_bytes())
    made = steps(report, "made")
    assert {step for step in made if step.startswith("score 1M")} == {f"score {chosen['label']}"}
    assert {"mix", "midi", "movie"} <= made
    assert not {step for step in made if step.startswith(("render", "speak", "dialogue"))}
    again = make(script, out)
    assert steps(again, "made") == set()
    kept = json.loads((out / "spotting.json").read_bytes())["cues"]
    assert [cue["spot"]["mood"] for cue in kept] == [*(c["spot"]["mood"] for c in cues[:-1]), mood]

"""A voice that a person brings as files speaks in the film, told and remade by its content."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from mstation.engines.local import LocalEngine
from mstation.film import Brought
from mstation.film_own_voices import bring_voices
from mstation.graph.build import Build
from mstation.graph.store import Store
from tests.film.making import steps
from tests.film.test_takes import _make
from tests.voices.voice_models import kokoro_model, piper_json, piper_model

pytestmark = pytest.mark.xdist_group("film")

SCRIPT = """Title: Two Lamps

INT. KITCHEN - DAY

MARA (34) and JONAH (40) sit.

MARA
The lamp is out.

JONAH
It is cold.
"""
ROW = """[[voice]]
character = "MARA"
engine = "piper"
model = "{model}"
licence = "CC0-1.0"
"""


def _report(folder: Path, rows: str) -> dict[str, Any]:
    (folder / "film.toml").write_text(rows, encoding="utf-8")
    done = _make(folder, "--json", script=SCRIPT)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _speakers(report: dict[str, Any]) -> list[str]:
    return [line["voice"] for line in report["lines"]]


def test_a_brought_voice_speaks_its_own_lines_alone_and_is_known_by_content(tmp_path):
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices/lamp.onnx").write_bytes(piper_model())
    (tmp_path / "voices/lamp.onnx.json").write_bytes(piper_json())
    report = _report(tmp_path, ROW.format(model="voices/lamp.onnx"))
    assert _speakers(report) == ["piper", "hibari"]
    assert report["doubts"] == []
    (used,) = [each for each in report["used"] if each.get("engine") == "piper"]
    assert used["character"] == "MARA"
    assert used["name"] == "voices/lamp.onnx"
    assert used["licence"] == "CC0-1.0"
    assert len(used["digest"]) == 64

    (tmp_path / "voices").rename(tmp_path / "other")
    (tmp_path / "other/wrong.onnx").write_bytes(kokoro_model())
    (tmp_path / "other/wrong.onnx.json").write_bytes(piper_json())
    mara = ROW.format(model="other/lamp.onnx").replace('licence = "CC0-1.0"\n', "")
    jonah = ROW.format(model="other/wrong.onnx").replace("MARA", "JONAH")
    report = _report(tmp_path, mara + jonah)
    assert _speakers(report) == ["piper", "hibari"]
    assert not {step for step in steps(report, "made") if step.startswith(("speak", "mix"))}
    (used,) = [each for each in report["used"] if each.get("engine") == "piper"]
    assert used["name"] == "other/lamp.onnx"
    assert used["licence"] == "not told"
    (doubt,) = report["doubts"]
    assert doubt["file"] == "film.toml"
    assert doubt["en"].startswith("line 5: the voice other/wrong.onnx of JONAH is not used")
    assert "默认嗓音" in doubt["zh"]


def _brought(folder: Path, **row: object) -> Brought:
    told = {"engine": "piper", "model": "m.onnx", "styles": "", "speaker": "", "line": 4}
    store = Store(folder / "store")
    engine = LocalEngine(store, 1)
    try:
        build, cast = Build(store, engine), [{"id": "ch-1", "name": "MARA"}]
        return asyncio.run(bring_voices(build, {"ch-1": told | row}, cast, folder))
    finally:
        engine.close(kill=True)


def test_a_file_that_is_not_there_or_far_too_large_is_told_and_nothing_is_read(tmp_path):
    told = _brought(tmp_path)
    assert told.inputs == {}
    assert "line 4: the voice m.onnx of MARA is not used: m.onnx: no such" in told.doubts[0]["en"]
    with (tmp_path / "m.onnx").open("wb") as file:
        file.truncate(500_000_001)
    (doubt,) = _brought(tmp_path).doubts
    assert "500 MB" in doubt["en"]
    assert "500 MB" in doubt["zh"]


def test_a_folder_in_the_place_of_a_model_is_told(tmp_path):
    (tmp_path / "m.onnx").mkdir()
    assert "no such file" in _brought(tmp_path).doubts[0]["en"]

"""`mstation talent`: a line a file in their order; what cannot be used is told after the others."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from mstation.cli.app import app
from mstation.cli.talent import SCHEMA

SCENES = [{"duration": n} for n in (1, 2, 3, 1)]
ACTORS = [
    {"name": "a1", "cost": 1, "scenes": [0, 2]},
    {"name": "a2", "cost": 2, "scenes": [0, 1, 3]},
    {"name": "a3", "cost": 3, "scenes": [1, 2]},
]  # the best order costs 29, 2 of it for waiting


def _write(folder: Path, name: str, **changed: Any) -> None:
    document = {"name": name, "scenes": SCENES, "actors": ACTORS, **changed}
    (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")


def _talent(folder: Path, *arguments: str, language: str = "en") -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return CliRunner(env={"MSTATION_LANG": language}).invoke(app, ["talent", *arguments])


def test_each_file_is_a_line_in_their_order(tmp_path: Path) -> None:
    _write(tmp_path, "second")
    _write(tmp_path, "first", scenes=[{"duration": 0.3}, *SCENES[1:]])
    done = _talent(tmp_path, "first.json", "second.json")
    assert done.exit_code == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert re.fullmatch(r"first: 25\.8, proven, \d+\.\d{3} s", first)
    assert re.fullmatch(r"second: 29, proven, \d+\.\d{3} s", second)


def test_json_is_one_document_with_orders(tmp_path: Path) -> None:
    _write(tmp_path, "tiny")
    done = _talent(tmp_path, "tiny.json", "--json")
    document = json.loads(done.stdout)
    (row,) = document["instances"]
    assert document["schema"] == SCHEMA
    assert row.pop("seconds") >= 0
    assert sorted(row.pop("order")) == [0, 1, 2, 3]
    assert row == {
        "file": "tiny.json", "name": "tiny", "cost": 29, "hold_cost": 2, "bound": 29,
        "is_proven": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "said"), [("en", "tiny: 29, proven"), ("zh", "tiny：29，已证明最优")]
)
def test_what_cannot_be_used_is_told_and_the_others_are_solved(
    tmp_path: Path, language: str, said: str
) -> None:
    _write(tmp_path, "tiny")
    _write(tmp_path, "bad", actors=[{"name": "a", "cost": -1, "scenes": []}])
    done = _talent(tmp_path, "bad.json", "none.json", "tiny.json", language=language)
    assert done.exit_code == 3
    assert done.stdout.startswith(said)
    bad, none = done.stderr.splitlines()
    assert "bad.json" in bad
    assert "`actors[0].cost`" in bad
    assert "none.json" in none
    assert ("没有这个文件" in none) == (language == "zh")


def test_a_folder_is_no_instance(tmp_path: Path) -> None:
    (tmp_path / "instances").mkdir()
    done = _talent(tmp_path, "instances")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("mstation: instances: ")


def test_what_is_not_proved_says_so_with_a_bound(tmp_path: Path) -> None:
    scenes = [{"duration": 1 + n % 3} for n in range(40)]
    actors = [
        {"name": f"a{who}", "cost": 1 + who, "scenes": [n for n in range(40) if n * who % 7 < 2]}
        for who in range(1, 9)
    ]
    actors += [
        {"name": f"b{n}", "cost": 3, "scenes": [n, n * 7 % 40 if n * 7 % 40 != n else 39]}
        for n in range(39)
    ]
    _write(tmp_path, "large", scenes=scenes, actors=actors)
    done = _talent(tmp_path, "large.json", "--moves", "1000", "--states", "100")
    assert done.exit_code == 0
    assert re.fullmatch(r"large: \d+, not proven \(at least \d+\), [\d.]+ s\n", done.stdout)

"""`mstation check` as a person runs it: a table, a document, an exit code."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from mstation.cli.app import app
from tests.check.exported import write


def _check(*arguments: object, locale: str = "C.UTF-8") -> Result:
    languages = {**dict.fromkeys(("MSTATION_LANG", "LC_ALL", "LC_MESSAGES"), ""), "LANG": locale}
    return CliRunner().invoke(app, ["check", *map(str, arguments)], env=languages)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film whose cameras obey no rule."""
    folder = tmp_path_factory.mktemp("checked") / "film"
    write(folder)
    return folder


def test_a_film_that_breaks_a_hard_rule_is_told_and_exits_with_one(film: Path) -> None:
    done = _check(film)
    assert (done.exit_code, done.stderr) == (1, "")
    assert done.stdout.startswith("Letters: 2 scenes, 4 shots\n")
    assert "Hard rules are broken: " in done.stdout.splitlines()[-1]


def test_the_document_says_the_same_as_the_table(film: Path) -> None:
    done = _check(film, "--json")
    document = json.loads(done.stdout)
    assert (done.exit_code, document["schema"]) == (1, "mstation.check/1")
    assert document["is_sound"] is False
    states = {row["check"]: row["state"] for row in document["rows"]}
    assert {states[check] for check in ("files", "picture", "pictures_match", "sync")} == {"passed"}
    table = _check(film).stdout
    for row in document["rows"]:
        assert row["title"]["en"] in table
        for fault in row["faults"][:3]:
            assert fault["text"]["en"] in table


@pytest.mark.parametrize("told", [("--lang", "zh"), ()], ids=["asked", "by locale"])
def test_it_speaks_chinese(film: Path, told: tuple[str, ...]) -> None:
    done = _check(film, *told, locale="C.UTF-8" if told else "zh_CN.UTF-8")
    assert "违反硬性规则：" in done.stdout
    assert done.exit_code == 1


def test_the_smallest_film_there_is_breaks_no_hard_rule(lamp_film: Path) -> None:
    done = _check(lamp_film)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.endswith("No hard rule is broken.\n")


def test_what_cannot_be_checked_is_one_line_and_a_code(film: Path, tmp_path: Path) -> None:
    spoilt = tmp_path / "film"
    shutil.copytree(film, spoilt)
    (spoilt / "film.otio").write_text("{")
    cases = {
        3: (tmp_path / "nowhere",),
        2: (spoilt,),
    }
    for code, arguments in cases.items():
        done = _check(*arguments)
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert _check(film, "--lang", "fr").exit_code == 2


def test_nothing_in_the_folder_is_changed(film: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in sorted(film.rglob("*"))}
    _check(film)
    assert before == {path: path.stat().st_mtime_ns for path in sorted(film.rglob("*"))}

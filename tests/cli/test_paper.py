"""`convert`, `breakdown` and `diff` as a person runs them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mstation.screenplay import read

MSTATION = Path(sys.executable).with_name("mstation")
EXAMPLES = Path(__file__).parents[2] / "examples"
SCRIPT = """\
Title: Lamp
Author: A. Writer

INT. BOOTH - NIGHT

MARA lifts a LANTERN from the bench. [[prop: key]]

MARA
(low)
It still burns.

EXT. STREET - NIGHT

A taxi waits in the rain.
"""


def _run(
    *arguments: object, cwd: Path, locale: str = "C.UTF-8"
) -> subprocess.CompletedProcess[str]:
    others = dict.fromkeys(("MSTATION_LANG", "LC_ALL", "LC_MESSAGES"), "")
    return subprocess.run(
        [str(MSTATION), *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **others, "LANG": locale},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def _script(folder: Path, text: str = SCRIPT, name: str = "lamp.fountain") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("target", ["lamp.fdx", "again.fountain"])
def test_a_converted_script_is_the_same_script(target: str, tmp_path: Path) -> None:
    source = _script(tmp_path)
    done = _run("convert", source.name, target, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert target in done.stdout
    converted = read((tmp_path / target).read_bytes(), path=target)
    assert converted == read(source.read_bytes(), path=source.name)


def test_a_pdf_is_written_and_read_again(tmp_path: Path) -> None:
    source = _script(tmp_path)
    assert _run("convert", source, "lamp.pdf", cwd=tmp_path).returncode == 0
    assert (tmp_path / "lamp.pdf").read_bytes().startswith(b"%PDF-")
    assert _run("convert", "lamp.pdf", "back.fountain", cwd=tmp_path).returncode == 0
    back = (tmp_path / "back.fountain").read_text(encoding="utf-8")
    assert "INT. BOOTH - NIGHT" in back
    assert "It still burns." in back


def test_a_format_that_is_not_written_is_said(tmp_path: Path) -> None:
    done = _run("convert", _script(tmp_path), "lamp.celtx", cwd=tmp_path)
    assert done.returncode == 2
    assert ".fountain .fdx .pdf" in done.stderr


def test_a_script_is_never_written_over_itself(tmp_path: Path) -> None:
    source = _script(tmp_path)
    done = _run("convert", source, "./lamp.fountain", cwd=tmp_path)
    assert done.returncode == 2
    assert source.read_text(encoding="utf-8") == SCRIPT


def test_locked_numbers_are_written(tmp_path: Path) -> None:
    old = _script(tmp_path)
    new = _script(
        tmp_path,
        SCRIPT.replace("EXT. STREET", "INT. HALL - NIGHT\n\nEmpty coats.\n\nEXT. STREET"),
        "new.fountain",
    )
    done = _run("convert", new, "locked.fountain", "--lock", old, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "locked.fountain").read_text(encoding="utf-8")
    assert [line.split("#")[1] for line in text.splitlines() if line.endswith("#")] == [
        "1",
        "1A",
        "2",
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_breakdown_writes_sheets_lists_and_tables(language: str, tmp_path: Path) -> None:
    done = _run(
        "breakdown", _script(tmp_path), "--out", "paper", "--report-lang", language, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "paper" in done.stdout
    files = {path.name for path in (tmp_path / "paper").iterdir()}
    assert files == {
        "breakdown-sheets.pdf",
        "breakdown.json",
        "breakdown.xlsx",
        "cast.csv",
        "elements.csv",
        "scenes.csv",
    }
    listed = (tmp_path / "paper/elements.csv").read_text(encoding="utf-8-sig")
    assert "lantern" in listed
    assert "key" in listed


def test_a_person_corrects_the_breakdown(tmp_path: Path) -> None:
    source = _script(tmp_path)
    (tmp_path / "film.toml").write_text(
        '[[element]]\nscene = "1"\nname = "lantern"\ncategory = "set_dressing"\n', encoding="utf-8"
    )
    done = _run("breakdown", source, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    sheets = json.loads(done.stdout)["sheets"]
    (lantern,) = [each for each in sheets[0]["elements"] if each["name"] == "lantern"]
    assert (lantern["category"], lantern["found_by"]) == ("set_dressing", "person")


def test_a_wrong_correction_names_its_line(tmp_path: Path) -> None:
    source = _script(tmp_path)
    (tmp_path / "film.toml").write_text('[[element]]\nscene = "1"\nnmae = "x"\n', encoding="utf-8")
    done = _run("breakdown", source, cwd=tmp_path)
    assert done.returncode == 2
    assert "film.toml" in done.stderr
    assert "nmae" in done.stderr


def test_a_revision_is_told_in_both_languages(tmp_path: Path) -> None:
    old = _script(tmp_path)
    new = _script(tmp_path, SCRIPT.replace("It still burns.", "It is out."), "new.fountain")
    english = _run("diff", old, new, cwd=tmp_path)
    assert english.returncode == 0, english.stderr
    assert "MARA" in english.stdout
    assert "“It still burns.” → “It is out.”" in english.stdout
    chinese = _run("diff", old, new, cwd=tmp_path, locale="zh_CN.UTF-8")
    assert "涉及人物：MARA" in chinese.stdout


def test_a_revision_is_told_as_json(tmp_path: Path) -> None:
    old = _script(tmp_path)
    new = _script(
        tmp_path, SCRIPT.replace("EXT. STREET - NIGHT", "EXT. LANE - DAY"), "new.fountain"
    )
    done = _run("diff", old, new, "--json", cwd=tmp_path)
    changes = json.loads(done.stdout)
    assert changes["schema"] == "mstation.changes/1"
    assert changes["scenes"]


def test_a_folder_without_a_film_is_said(tmp_path: Path) -> None:
    source = _script(tmp_path)
    other = _script(tmp_path, name="other.fountain")
    done = _run("diff", source, other, "--built", tmp_path, cwd=tmp_path)
    assert done.returncode == 3
    assert "shots.json" in done.stderr


def test_every_example_converts_to_every_format(tmp_path: Path) -> None:
    for example in sorted(EXAMPLES.glob("*.fountain")):
        for suffix in (".fdx", ".pdf", ".fountain"):
            done = _run("convert", example, tmp_path / f"{example.stem}{suffix}", cwd=tmp_path)
            assert done.returncode == 0, done.stderr


def test_what_no_font_can_print_is_said(tmp_path: Path) -> None:
    source = _script(tmp_path, SCRIPT.replace("still burns", "still burns \u0e01"))
    done = _run("convert", source, "lamp.pdf", cwd=tmp_path)
    assert done.returncode == 0
    assert "\u0e01" in done.stderr

"""What a person may use is written down, and what is written down is there."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer

from mstation.cli.app import EXIT_CODES, app
from mstation.cli.check import HARD_FAULT

ROOT = Path(__file__).parents[1]
START_PAGES = ("README.md", "docs/quick-start.zh.md")
PAGES = ["README.md", *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("docs/*.md"))]


def _page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _commands() -> dict[str, Any]:
    station = typer.main.get_command(app)
    return {"": station, **getattr(station, "commands", {})}


def _options(command: Any) -> set[str]:
    return {
        name
        for option in command.params
        for name in (*option.opts, *option.secondary_opts)
        if name.startswith("--")
    }


def _table(page: str) -> dict[str, list[str]]:
    """Return the rows of a page's tables by the name in their first cell."""
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| `")]
    return {cells[0].strip(" `"): [cell.strip() for cell in cells[1:]] for cells in rows}


def _code(page: str) -> str:
    """Return a page's shell blocks and inline code, a piece a line."""
    blocks = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", page)])


def _options_written(command: str) -> dict[str, list[str]]:
    """Return the rows of a command's table: option → default, English, Chinese."""
    section = _page("docs/command.md").partition(f"\n## {command}\n")[2].partition("\n## ")[0]
    return _table(section)


COMMANDS = [name for name in _commands() if name]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_table_of_options_is_that_of_the_command(command: str) -> None:
    assert set(_options_written(command)) == _options(_commands()[command]) | {"--help"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_told_in_both_languages(command: str) -> None:
    for option, (_, english, chinese) in _options_written(command).items():
        assert english.isascii() or "…" in english, option
        assert re.search("[\u4e00-\u9fff]", chinese), option


@pytest.mark.parametrize("command", COMMANDS)
def test_defaults_are_those_of_the_command(command: str) -> None:
    rows = _options_written(command)
    for option in _commands()[command].params:
        name = next(iter(option.opts))
        if name.startswith("--") and isinstance(option.default, str | int) and option.default:
            told = "yes" if option.default is True else f"`{option.default}`"
            assert rows[name][0] == told


@pytest.mark.parametrize("name", PAGES)
def test_pages_name_options_that_exist(name: str) -> None:
    known = {"--help"}.union(*map(_options, _commands().values()))
    uses = [line for line in _code(_page(name)).splitlines() if "mstation" in line or "--" in line]
    written = {option for line in uses for option in re.findall(r"(?<![\w-])--[a-z-]+", line)}
    assert written <= known


@pytest.mark.parametrize("name", START_PAGES)
def test_pages_name_commands_that_exist(name: str) -> None:
    code = _code(_page(name))
    made = set(re.findall(r"(?:^|[;&]\s*)make ([a-z][a-z-]*)", code, re.MULTILINE))
    targets = set(re.findall(r"^([a-z][a-z-]*):", _page("Makefile"), re.MULTILINE))
    assert {"film", "test"} <= made
    assert made <= targets
    run = set(re.findall(r"\bmstation ([a-z]+)", code))
    assert "make" in run
    assert run <= set(_commands())


@pytest.mark.parametrize("name", START_PAGES)
def test_pages_name_scripts_that_exist(name: str) -> None:
    for script in re.findall(r"\bexamples/[\w.-]+", _page(name)):
        assert (ROOT / script).is_file()


@pytest.mark.parametrize("name", PAGES)
def test_links_between_pages_lead_somewhere(name: str) -> None:
    for link in re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", _page(name)):
        path, _, heading = link.partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        assert target.exists(), link
        if heading:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in {_anchor(each) for each in headings}, link


def _anchor(heading: str) -> str:
    """Return by what a heading is linked to: small, without points, spaces as hyphens."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_phony_target_is_a_target_and_every_command_is_phony() -> None:
    makefile = _page("Makefile")
    phony = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[0].split()
    assert set(phony) == set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))


def test_exit_codes_are_written_down() -> None:
    section = _page("docs/build.md").partition("## Exit codes")[2]
    written = {int(code) for code in re.findall(r"(?:^|· )(\d+) ", section, re.MULTILINE)}
    assert set(EXIT_CODES.values()) | {0, HARD_FAULT, 130} == written


def _as_in_scene_12(found: re.Match[str]) -> str:
    return f"{found[1]}/012-003" if found[2] else f"{found[1]}/012"


def test_every_file_of_a_film_is_written_down(lamp_film: Path) -> None:
    page = _page("docs/files.md")
    names = {
        str(path.relative_to(lamp_film))
        for path in lamp_film.rglob("*")
        if path.is_file() and ".mstation" not in path.parts
    }
    assert {"film.mp4", "report.json", "scenes/001.usdc"} <= names
    # The page's example is scene 12.
    named = {re.sub(r"(scenes|techvis|gltf)/001(-\d+)?", _as_in_scene_12, name) for name in names}
    assert {name for name in named if name not in page} == set()
    assert ".mstation/" in page


def test_every_schema_and_every_column_is_written_down(lamp_film: Path) -> None:
    page = _page("docs/files.md")
    for path in lamp_film.glob("*.json"):
        assert f"| `{path.name}` | `{json.loads(path.read_bytes())['schema']}` |" in page
    with (lamp_film / "shots.csv").open(encoding="utf-8", newline="") as table:
        columns = next(csv.reader(table))
    section = page.partition("## shots.csv")[2].partition("\n## ")[0]
    places = [section.index(f"`{column}`") for column in columns]
    assert places == sorted(places)

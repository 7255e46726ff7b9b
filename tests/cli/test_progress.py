from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import pty
import re
import string
import subprocess
import sys
import termios
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from mstation import cli
from mstation.building import Quiet
from mstation.cli.progress import Shown
from mstation.cli.words import interface_language, words
from mstation.engines.local import LocalEngine
from mstation.graph.step import Made, Task
from mstation.graph.store import Store
from mstation.timebase import FrameRate, timecode
from tests.graph.arithmetic import ADD

CLI = Path(cli.__file__).parent
MSTATION = Path(sys.executable).with_name("mstation")
WORDS: dict[str, dict[str, str]] = tomllib.loads((CLI / "words.toml").read_text(encoding="utf-8"))
LOCALES = ("MSTATION_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def _fields(text: str) -> set[tuple[str, str]]:
    return {(name, how or "") for _, name, how, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same_things() -> None:
    assert set(WORDS) == {"en", "zh"}
    assert WORDS["en"].keys() == WORDS["zh"].keys()
    for key, english in WORDS["en"].items():
        assert english.strip(), key
        assert WORDS["zh"][key].strip(), key
        assert _fields(WORDS["zh"][key]) == _fields(english), key


def test_the_command_says_every_word_of_the_table_and_no_other() -> None:
    pages = "\n".join(page.read_text(encoding="utf-8") for page in sorted(CLI.glob("*.py")))
    looked_up = re.findall(r"""\b(?:words\(\)|words|say)\[["'](\w+)["']\]""", pages)
    assert looked_up
    assert set(looked_up) <= WORDS["en"].keys()
    assert {word for word in WORDS["en"] if f'"{word}"' not in pages.replace("'", '"')} == set()


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "zh_TW.UTF-8", "LC_ALL": ""}, "zh"),
        ({"LANG": "en_GB.UTF-8", "MSTATION_LANG": "ZH"}, "zh"),
        ({"LC_ALL": "zh_CN.UTF-8", "MSTATION_LANG": "en"}, "en"),
    ],
)
def test_the_persons_locale_chooses_the_words(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], language: str
) -> None:
    for name in LOCALES:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert interface_language() == language
    assert words() == WORDS[language]


def _made(step: str, label: str = "", *, was_made: bool = True) -> Made:
    return Made(step, label, "", {}, 0.0, was_made, "")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[LocalEngine]:
    engine = LocalEngine(Store(tmp_path), 1)
    yield engine
    engine.close(kill=True)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_stages_shots_and_speed_are_shown(engine: LocalEngine, language: str) -> None:
    written = io.StringIO()
    with contextlib.redirect_stderr(written), Shown(WORDS[language], engine) as shown:
        shown.made(_made("speak", "1, line 19"))
        shown.shots({"001-001": 10, "001-002": 2})
        shown.shots({"002-001": 5})
        shown.made(_made("render", "001-001", was_made=False))
        for plus in (1, 2):  # two frames, told of by a worker
            engine.submit(Task(ADD, "", f"{plus}" * 64, {"plus": plus})).result(timeout=60)
        shown.made(_made("render", "001-002"))
        with contextlib.suppress(TimeoutError):
            asyncio.run(asyncio.wait_for(shown.watch(), 0.3))
        shown.made(_made("mix"))
    lines = [line for line in written.getvalue().splitlines() if line.strip()]
    stages = zip(lines, ("planning", "rendering", "finishing"), strict=True)
    assert all(line.startswith(WORDS[language][stage]) for line, stage in stages)
    assert "speak 1, line 19" in lines[0]
    shots, speed = re.search(r"(\d+/\d+)  (\d+) fps", lines[1]).groups()  # type: ignore[union-attr]
    assert shots == "2/3"
    assert int(speed) > 0
    assert "mix" in lines[2]


@contextlib.contextmanager
def _terminal(columns: int) -> Iterator[tuple[int, int]]:
    """Open a terminal that wide: what a person reads from, what a program writes to."""
    screen, program = pty.openpty()
    termios.tcsetwinsize(program, (24, columns))
    try:
        yield screen, program
    finally:
        os.close(screen)


def _read(screen: int) -> str:
    written = b""
    with contextlib.suppress(OSError):  # EIO: the program has closed the terminal
        while data := os.read(screen, 65536):
            written += data
    return written.decode()


def test_a_build_that_breaks_gives_the_terminal_back(
    engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    with _terminal(80) as (screen, program):
        with (
            os.fdopen(program, "w") as stderr,
            contextlib.redirect_stderr(stderr),
            contextlib.suppress(KeyboardInterrupt),
            Shown(WORDS["en"], engine),
        ):
            raise KeyboardInterrupt
        written = _read(screen)
    assert written.rindex("\x1b[?25h") > written.rindex("\x1b[?25l"), "the cursor stays hidden"


def test_quiet_watches_without_a_word(capfd: pytest.CaptureFixture[str]) -> None:
    with Quiet() as quiet:
        quiet.shots({"001-001": 10})
        quiet.made(_made("render", "001-001"))
        asyncio.run(quiet.watch())
    assert capfd.readouterr() == ("", "")


def _again(film: Path, *arguments: str) -> list[str]:
    script = str(film.with_name("lamp.fountain"))
    command = [str(MSTATION), "make", script, "--out", str(film), "--size", "64x64", "--fps", "1"]
    return [*command, *arguments]


def test_json_is_the_report_and_nothing_else(lamp_film: Path) -> None:
    done = subprocess.run(
        _again(lamp_film, "--json"), capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == json.loads((lamp_film / "report.json").read_bytes())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_person_at_a_terminal_sees_stages_then_where_the_film_is(
    lamp_film: Path, language: str
) -> None:
    environment = {**os.environ, "TERM": "xterm", "MSTATION_LANG": language, "COLUMNS": ""}
    with _terminal(80) as (screen, program):
        process = subprocess.Popen(
            _again(lamp_film), stdin=program, stdout=program, stderr=program, env=environment
        )
        os.close(program)
        written = ESCAPES.sub("", _read(screen))
        assert process.wait(timeout=60) == 0
    say = WORDS[language]
    for stage in ("planning", "rendering", "finishing"):
        assert say[stage] in written
    assert re.search(r"1/1  \d+ fps", written)
    frames = json.loads((lamp_film / "shots.json").read_bytes())["frames"]
    running = timecode(frames, FrameRate(1))
    assert say["unchanged"].format(title="A Lamp", running=running) in written
    assert f"{say['movie']}: {lamp_film / 'film.mp4'}" in written.replace("\r\n", "\n")


def test_where_nobody_watches_there_are_no_bars(lamp_film: Path) -> None:
    done = subprocess.run(
        _again(lamp_film), capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert str(lamp_film / "film.mp4") in done.stdout
    assert "fps" not in done.stdout

"""Every bad input ends in one clear line, a non-zero exit, no traceback, nothing damaged."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

MSTATION = Path(sys.executable).with_name("mstation")
SCENE = "INT. BOOTH - NIGHT\n\nA lamp burns.\n"


def _make(
    *arguments: object, cwd: Path, locale: str = "C.UTF-8"
) -> subprocess.CompletedProcess[str]:
    command = [str(MSTATION), "make", *map(str, arguments)]
    others = dict.fromkeys(("MSTATION_LANG", "LC_ALL", "LC_MESSAGES"), "")
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **others, "LANG": locale},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def _is_one_clear_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode not in (0, 1), done.stderr
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("mstation: ")
    for word in words:
        assert word in lines[0]


def test_a_missing_file(tmp_path: Path) -> None:
    _is_one_clear_line(_make("none.fountain", cwd=tmp_path), "none.fountain", "no such file")


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    _is_one_clear_line(_make("scripts", cwd=tmp_path), "scripts", "is a folder")


def test_fifty_megabytes(tmp_path: Path) -> None:
    (tmp_path / "big.fountain").write_bytes(b"INT. BOOTH - NIGHT\n\nRain.\n\n" * 2_000_000)
    _is_one_clear_line(_make("big.fountain", cwd=tmp_path), "big.fountain", "the limit is 8 MB")


def test_a_file_larger_than_any_format_is_not_even_read(tmp_path: Path) -> None:
    with (tmp_path / "big.pdf").open("wb") as file:
        file.truncate(70_000_000)
    _is_one_clear_line(_make("big.pdf", cwd=tmp_path), "big.pdf", "larger than 64 MB")


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("empty.fountain", b"", "empty"),
        ("blank.fountain", b" \n\n\t\n", "empty"),
        ("picture.fountain", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "PNG"),
        ("binary.fountain", bytes(range(256)) * 40, ""),
        ("broken.fountain", b"INT. BOOTH - NIGHT\n\n\xff\xff\xfe\x80\x80\xff broken \xc3\n", ""),
        (
            "prose.fountain",
            b"It was a dark and stormy night; the rain fell in torrents.\n",
            "scene",
        ),
    ],
)
def test_what_is_no_screenplay(tmp_path: Path, name: str, data: bytes, word: str) -> None:
    (tmp_path / name).write_bytes(data)
    _is_one_clear_line(_make(name, cwd=tmp_path), name, word)


def test_an_output_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.fountain").write_text(SCENE)
    (tmp_path / "out").write_text("mine")
    _is_one_clear_line(_make("a.fountain", "--out", "out", cwd=tmp_path), "out", "is a file")
    assert (tmp_path / "out").read_text() == "mine"


def test_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "a.fountain").write_text(SCENE)
    done = _make("a.fountain", "--out", "/proc/film", cwd=tmp_path)
    _is_one_clear_line(done, "/proc/film", "--out")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--size", "big"), "--size"),
        (("--size", "1281x720"), "even"),
        (("--fps", "0"), "frame rate"),
        (("--fps", "24000/0"), "frame rate"),
        (("--lang", "fr"), "--lang"),
        (("--jobs", "-1"), "--jobs"),
        (("--jobs", "0"), "--jobs"),
    ],
)
def test_arguments_that_cannot_be_meant(
    tmp_path: Path, arguments: tuple[str, ...], word: str
) -> None:
    (tmp_path / "a.fountain").write_text(SCENE)
    _is_one_clear_line(_make("a.fountain", *arguments, cwd=tmp_path), word)


@pytest.mark.parametrize(
    ("name", "data", "arguments", "said"),
    [
        ("none.fountain", None, (), "没有这个文件"),
        ("empty.fountain", b"", (), "文件是空的"),
        ("picture.fountain", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, (), "PNG 图片"),
        ("binary.fountain", b"A\x01" * 400, (), "第 1 行：文件不是文本"),
        ("prose.fountain", b"It was a dark and stormy night.\n", (), "没有场景"),
        ("taken.fountain", SCENE.encode(), ("--out", "taken.fountain"), "--out"),
    ],
)
def test_a_chinese_person_is_told_in_chinese(
    tmp_path: Path, name: str, data: bytes | None, arguments: tuple[str, ...], said: str
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    done = _make(name, *arguments, cwd=tmp_path, locale="zh_CN.UTF-8")
    _is_one_clear_line(done, name, said)
    assert re.search("[\u4e00-\u9fff]", done.stderr.partition("：")[2]), done.stderr


def test_shots_without_anything_to_make_of_them(tmp_path: Path) -> None:
    (tmp_path / "one.fountain").write_text(SCENE, encoding="utf-8")
    done = _make("one.fountain", "--shots", "001-001", cwd=tmp_path)
    _is_one_clear_line(done, "--shots", "--passes", "--final")
    assert (
        "请加上"
        in _make("one.fountain", "--shots", "001-001", cwd=tmp_path, locale="zh_CN.UTF-8").stderr
    )

"""Whatever a name from outside is, the name that is written leads nowhere and fits every system."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.safe_names import safe_name, safe_names


@pytest.mark.parametrize(
    ("told", "safe"),
    [
        ("014-002_comp_v003.mov", "014-002_comp_v003.mov"),
        ("镜头 014.mov", "镜头 014.mov"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("C:\\films\\a.exr", "C__films_a.exr"),
        ("..", "_"),
        ("", "_"),
        ("CON", "_CON"),
        ("nul.tar.gz", "_nul.tar.gz"),
        ("Com1 .txt", "_Com1 .txt"),
        ("console.txt", "console.txt"),
        ("a\0b\n.mov", "a_b_.mov"),
        ("a\u202egpj.exe", "a_gpj.exe"),
        ("name. . ", "name"),
        ("a.mov:stream", "a.mov_stream"),
        ("a.mov.part", "_a.mov.part_"),
        ("x" * 300 + ".mov", "x" * 196 + ".mov"),
        ("镜" * 100 + ".mov", "镜" * 65 + ".mov"),
    ],
)
def test_a_name_is_made_safe_and_stays_as_like_as_may_be(told: str, safe: str) -> None:
    assert safe_name(told) == safe


@given(st.text())
def test_every_name_is_one_files_name_on_every_system(told: str) -> None:
    name = safe_name(told)
    assert PureWindowsPath(name).parts == (name,) == PurePosixPath(name).parts
    assert name not in (".", "..")
    assert name[-1] not in ". "
    assert 0 < len(name.encode()) <= 210
    assert safe_name(name) == name


@given(st.lists(st.sampled_from(["a.mov", "A.MOV", "ａ.mov", "a (2).mov", "b", "B", "../b", ""])))
def test_names_in_a_folder_are_all_different(told: list[str]) -> None:
    names = safe_names(told, ("fetched.json",))
    assert len({name.casefold() for name in names}) == len(told)


def test_what_is_ours_is_not_overwritten() -> None:
    assert safe_names(["Fetched.json"], ("fetched.json",)) == ["Fetched (2).json"]

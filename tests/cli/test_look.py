"""`mstation look` on real files: what it writes, what it refuses, in both languages."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner, Result

from mstation.cli.app import app

SCRIPT = """Title: Look

INT. KITCHEN - NIGHT

MARA (34, red coat) waits. TOM comes in.

MARA
Late.

TOM
I know.

EXT. ALLEY - DAY

TOM runs.
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MSTATION_LANG", "en")
    (tmp_path / "look.fountain").write_text(SCRIPT, encoding="utf-8")


def _look(*words: str) -> Result:
    return CliRunner().invoke(app, ["look", *words])


def _frames(path: Path) -> list[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def test_a_set_by_its_name_is_a_still_of_the_size_asked_for(tmp_path: Path) -> None:
    done = _look("set", "kitchen", "--time", "night", "--out", "a.png", "--size", "320x180")
    assert (done.exit_code, done.stdout) == (0, "a.png\n")
    (picture,) = _frames(tmp_path / "a.png")
    assert picture.shape == (180, 320, 3)
    assert picture.mean(axis=2).std() > 10


def test_night_is_darker_than_day_and_the_same_words_give_the_same_bytes(tmp_path: Path) -> None:
    for name, time in (("day", "day"), ("again", "day"), ("night", "夜")):
        _look("set", "EXT. ALLEY", "--time", time, "--out", f"{name}.png", "--size", "160x90")
    day, again, night = ((tmp_path / f"{n}.png").read_bytes() for n in ("day", "again", "night"))
    assert day == again
    assert night != day
    # The median: at night shop windows shine brighter than by day.
    light = [np.median(_frames(tmp_path / f"{n}.png")[0]) for n in ("day", "night")]
    assert light[1] < 0.8 * light[0]


def test_a_person_is_dressed_as_described(tmp_path: Path) -> None:
    assert _look("person", "MARA, 34, red coat", "--size", "180x320").exit_code == 0
    assert _look("person", "林晚，34岁，红色大衣", "--size", "180x320").exit_code == 0
    for name in ("mara.png", "林晚.png"):
        (picture,) = _frames(tmp_path / name)
        assert picture.shape == (320, 180, 3)
        red, green, blue = np.moveaxis(picture.astype(int), -1, 0)
        is_red = (red > 100) & (red > 2 * green) & (red > 2 * blue)
        assert is_red.mean() > 0.03
        rows = np.flatnonzero(is_red.any(axis=1))
        assert 40 < rows.min() < rows.max() < 260


def test_a_turntable_goes_all_around(tmp_path: Path) -> None:
    done = _look("look.fountain", "--person", "Mara", "--turntable", "--size", "90x160")
    assert (done.exit_code, done.stdout) == (0, "mara.mp4\n")
    frames = _frames(tmp_path / "mara.mp4")
    assert len(frames) == 120
    front, side, back = (frames[index].astype(int) for index in (0, 30, 60))
    assert np.abs(front - back).mean() > 2
    assert np.abs(front - side).mean() > 2
    assert np.abs(front - frames[-1]).mean() < np.abs(front - side).mean()


def test_a_script_shows_its_own_sets(tmp_path: Path) -> None:
    assert _look("look.fountain", "--set", "INT. KITCHEN", "--out", "one.png", "--size",
                 "160x90").exit_code == 0  # fmt: skip
    assert (
        _look("look.fountain", "--set", "2", "--out", "two.mp4", "--size", "96x64").exit_code == 0
    )
    assert _frames(tmp_path / "one.png")[0].shape == (90, 160, 3)
    assert len(_frames(tmp_path / "two.mp4")) == 120


@pytest.mark.parametrize(
    ("dry", "wet"),
    [
        ("EXT. ALLEY - DAY\n\nTOM runs.", "EXT. ALLEY - DAY\n\nTOM runs through the rain."),
        ("第1场 外 巷子 日\n\n林晚跑过来。", "第1场 外 巷子 日\n\n天下着雨，林晚跑过来。"),
    ],
)
def test_a_script_shows_its_sets_in_their_weather(tmp_path: Path, dry: str, wet: str) -> None:
    shown = []
    for name, text in (("dry", dry), ("wet", wet)):
        (tmp_path / f"{name}.fountain").write_text(f"{text}\n", encoding="utf-8")
        done = _look(f"{name}.fountain", "--set", "1", "--out", f"{name}.png", "--size", "160x90")
        assert done.exit_code == 0, done.output
        shown.append(_frames(tmp_path / f"{name}.png")[0].astype(int))
    assert np.abs(shown[1] - shown[0]).mean() > 8
    colour = [np.ptp(picture, axis=2).mean() for picture in shown]
    assert colour[1] < 0.8 * colour[0], "rain hides the sun and veils what is far in grey"


def test_a_place_without_a_kind_says_what_stands_in() -> None:
    done = _look("set", "LIMBO", "--size", "96x64")
    assert done.stdout == "stood in: `LIMBO`: shown as a plain hall\nlimbo.png\n"


@pytest.mark.parametrize(
    ("words", "code", "english", "chinese"),
    [
        (("set",), 2, "say what to look at", "请写明要看什么"),
        (("set", "kitchen", "--time", "noonish"), 2, "--time is dawn", "--time 可用"),
        (("set", "kitchen", "--out", "a.jpg"), 2, "--out is NAME.png", "--out 要写"),
        (("set", "kitchen", "--out", "."), 2, "--out is NAME.png", "--out 要写"),
        (
            ("set", "kitchen", "--turntable", "--out", "a.png"),
            2,
            "a turntable is a film",
            "转台是视频",
        ),
        (("set", "kitchen", "--person", "MARA"), 2, "choose from a SCREENPLAY", "用于剧本"),
        (("look.fountain",), 2, "give one of --set PLACE", "剧本要配合"),
        (("look.fountain", "--set", "MOON"), 3, "it has: KITCHEN, ALLEY", "有：KITCHEN、ALLEY"),
        (("look.fountain", "--person", "ANN"), 3, "there are: MARA, TOM", "有：MARA、TOM"),
        (("nothing.fountain", "--set", "x"), 3, "no such file", "没有这个文件"),
    ],
)
def test_what_cannot_be_meant_is_told_in_both_languages(
    words: tuple[str, ...], code: int, english: str, chinese: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = _look(*words)
    assert done.exit_code == code
    assert english in done.stderr
    monkeypatch.setenv("MSTATION_LANG", "zh")
    assert chinese in _look(*words).stderr

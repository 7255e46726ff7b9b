from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from mstation.assets import assets
from mstation.film import Film, FilmSettings
from mstation.graph.step import Made, Output
from mstation.report import write_report
from mstation.timebase import FrameRate

VOICE = {"kind": "voice", "character": "林晚", "licence": "Apache-2.0", "commerce": "yes"}
FACTS = {
    "title": "三号站台的茶",
    "language": "zh",
    "scenes": 2,
    "shots": 7,
    "loudness": {"integrated_lufs": -16.0},
    "score": {"notes": 3},
    "plan": {"days": 2},
    "doubts": [],
    "remarks": [],
    "style": "classical",
    "stood_in": ["`MOON`: shown as a plain hall"],
    "used": [VOICE],
}
FILM = Film({"film.mp4": "ab" * 32}, 240, FACTS)
SETTINGS = FilmSettings("a.fountain", 640, 360, FrameRate(24), "auto", 3)


def _made(step: str, label: str = "", *, why: str = "") -> Made:
    outputs = {"out": Output("cd" * 32, 5)}
    return Made(step, label, "ef" * 32, outputs, 0.25, bool(why), why)


MADE = [
    _made("render", "001-002", why="input changed: take"),
    _made("read"),
    _made("render", "001-001"),
    _made("mix", why="never made"),
]


def _report(
    made: list[Made] = MADE, seconds: float = 2.0, film: Film = FILM, **changes: Any
) -> dict[str, Any]:
    settings = FilmSettings("a.fountain", **changes) if changes else SETTINGS
    document: dict[str, Any] = json.loads(write_report(film, made, settings, seconds))
    return document


def test_a_report_is_a_document_for_people_to_read() -> None:
    data = write_report(FILM, MADE, SETTINGS, 2.0)
    assert data.endswith(b"}\n")
    assert "三号站台的茶" in data.decode()
    assert _report()["schema"] == "mstation.report/1"
    assert _report()["title"] == "三号站台的茶"


def test_steps_are_in_order_whatever_ended_first() -> None:
    assert _report(MADE) == _report(MADE[::-1])
    names = [(step["step"], step["label"]) for step in _report()["steps"]]
    assert names == [("mix", ""), ("read", ""), ("render", "001-001"), ("render", "001-002")]


def test_what_was_made_says_why_and_what_was_reused_does_not() -> None:
    steps: list[Mapping[str, Any]] = _report()["steps"]
    assert {step["label"]: step.get("why") for step in steps if step["step"] == "render"} == {
        "001-001": None,
        "001-002": "input changed: take",
    }
    assert [step["state"] for step in steps] == ["made", "reused", "reused", "made"]
    for step in steps:
        assert step["key"] == "ef" * 32
        assert step["digests"] == {"out": "cd" * 32}
        assert step["seconds"] == 0.25


def test_totals_count_the_steps_and_compare_with_running_time() -> None:
    assert _report()["totals"] == {
        "scenes": 2,
        "shots": 7,
        "frames": 240,
        "running_s": 10.0,
        "steps": 4,
        "made": 2,
        "reused": 2,
        "seconds": 2.0,
        "times_faster_than_it_plays": 5.0,
    }
    assert _report([])["totals"]["made"] == 0
    assert _report(seconds=0.0)["totals"]["times_faster_than_it_plays"] is None


def test_running_time_follows_the_exact_rate() -> None:
    report = _report(rate=FrameRate(24_000, 1001))
    assert report["totals"]["running_s"] == pytest.approx(10.01)
    assert report["settings"]["rate"] == "24000/1001"


def test_settings_say_what_was_asked_for() -> None:
    expected = {
        "width": 640,
        "height": 360,
        "rate": "24",
        "language": "auto",
        "seed": 3,
        "renderer": "numba",
        "style": "classical",
        "look": "toon",
        "figures": "people",
        "depth_of_field": True,
        "slate": False,
        "loudness": "web",
    }
    assert _report()["settings"] == expected


def test_files_and_loudness_are_the_films() -> None:
    assert _report()["files"] == FILM.files
    assert _report()["loudness"] == {"integrated_lufs": -16.0}


def test_everything_used_has_a_licence_and_says_whether_it_may_be_sold() -> None:
    used = _report()["used"]
    assert used[0] == VOICE
    assert {each["kind"] for each in used} >= {"voice", "body"}
    assert all(each["licence"] and each["commerce"] for each in used)


def test_an_asset_is_either_used_or_said_to_be_missing() -> None:
    report = _report()
    assert report["stood_in"][0] == "`MOON`: shown as a plain hall"
    for asset in assets("film"):
        is_used = asset.name in {each.get("name") for each in report["used"]}
        is_missing = any(asset.name in text for text in report["stood_in"])
        assert (is_used, is_missing) == (asset.is_present, not asset.is_present)


def test_what_is_missing_says_what_stands_in_and_what_to_do(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mstation.assets.folder", lambda: tmp_path)
    report = _report()
    missing = report["stood_in"][1:]
    assert len(missing) == len(assets("film"))
    assert all("is not installed: " in text and "run `make setup`" in text for text in missing)
    assert not {asset.name for asset in assets()} & {each.get("name") for each in report["used"]}

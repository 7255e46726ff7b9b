"""A turnover: the cut goes out, a post house's media come back, and play when they are approved."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from starlette.testclient import TestClient

from mstation.conform import CutList, read_cut
from mstation.timebase import FrameRate
from tests.media.making import write_exr, write_movie
from tests.server.editing import Edit
from tests.station.crew import Crew
from tests.station.test_script import shot_list

FILM = shot_list(("sc-a", [("sh-1", 12), ("sh-2", 10)]), ("sc-b", [("sh-3", 14)]))
PRORES = {"codec": "prores_ks", "pixels": "yuv422p10le", "options": {"profile": "3"}}


@pytest.fixture
def edit(client: TestClient, crew: Crew) -> Edit:
    """A film's cut, every shot of it with its previs of the build."""
    edit = Edit(client, crew)
    edit.publish(FILM)
    edit.cut(FILM, build="b1")
    for clip in edit.playing():
        label, frames = clip["clip"]["label"], clip["clip"]["end_frame"]
        edit.version(label, f"{label}.mp4", frames, build="b1")
    return edit


def come_back(edit: Edit, label: str, paths: list[Path]) -> Any:
    """A version of files that came back, laid by what they say."""
    files = [
        {"name": path.name, "digest": edit.file(path.read_bytes(), path.name, kind).digest}
        for path in paths
        for kind in ["image/x-exr" if path.suffix == ".exr" else "video/quicktime"]
    ]
    url = f"/api/entities/{edit.shots()[label]}/versions"
    return edit.post(url, {"files": files, "head_frames": None})


def plays(edit: Edit) -> list[tuple[str, str, int]]:
    return [(each["media"], each["why"], each["first_frame"]) for each in edit.playing()]


def used(cut: CutList) -> list[tuple[str, int, int, int]]:
    start = 24 * 3600
    return [
        (each.name, each.source_first_frame - start, each.source_end_frame - start,
         each.record_first_frame)
        for each in cut.clips
    ]  # fmt: skip


def test_what_came_back_plays_when_approved_and_only_that_shot_is_rendered_anew(
    edit: Edit, tmp_path: Path
) -> None:
    before = edit.playing()
    movie = write_movie(tmp_path / "001-002_v1.mov", timecode="00:59:59:16", frames=26, **PRORES)
    pictures = [
        write_exr(tmp_path / f"002-001.{n:04}.exr", np.zeros((4, 4, 3), np.float32))
        for n in range(999, 1017)
    ]
    first, second = come_back(edit, "001-002", [movie]), come_back(edit, "002-001", pictures)
    assert [(each["frames"], each["head_frames"]) for each in (first, second)] == [(26, 8), (18, 2)]
    assert edit.playing() == before  # nobody looked at them yet
    edit.approve(first)
    assert plays(edit) == [
        ("001-001.mp4", "previs", 0), ("001-002_v1.mov", "approved", 8),
        ("002-001.mp4", "previs", 0),
    ]  # fmt: skip
    edit.approve(second)
    assert plays(edit)[2] == ("002-001.%04d.exr", "approved", 2)
    (job,) = edit.renders()
    clips = job.parameters["clips"]
    assert [(each["name"], each["first"]) for each in clips] == [
        ("001-001", 0), ("001-002", 8), ("002-001", 2)
    ]  # fmt: skip
    assert clips[0]["digest"] == before[0]["digest"]
    assert clips[2]["digests"] == [each["digest"] for each in second["files"][2:16]]


@pytest.mark.parametrize("document", ["otio", "edl", "fcpxml"])
def test_a_cut_goes_out_and_comes_in_as_what_it_is(
    edit: Edit, tmp_path: Path, document: str
) -> None:
    movie = write_movie(tmp_path / "comp.mov", timecode="00:59:59:16", frames=26, **PRORES)
    edit.approve(come_back(edit, "001-002", [movie]))
    sent = edit.read(f"{edit.inside}/cut/{document}?media=/media/reel%201")
    assert b"comp.mov" in sent
    read = read_cut(sent, f"cut.{document}", FrameRate(24))
    assert used(read) == [("001-001", 0, 12, 0), ("001-002", 0, 10, 12), ("002-001", 0, 14, 22)]
    body = {"text": sent.decode(), "name": f"cut.{document}"}
    plan = edit.post(f"{edit.inside}/cuts/plan", body, 200)
    assert plan["counts"] == {"kept": 3}
    if document != "edl":
        handles = [(each.head_frames, each.tail_frames) for each in read.clips]
        assert handles[1] == (8, 8)


def test_a_post_house_is_told_what_to_send_with_handles(edit: Edit) -> None:
    rows = edit.get(f"{edit.inside}/cut/pulls?handles=8")
    assert [(row["name"], row["file"], row["source_in"], row["frames"]) for row in rows] == [
        ("001-001", "001-001.mov", "00:59:59:16", 28),
        ("001-002", "001-002.mov", "00:59:59:16", 26),
        ("002-001", "002-001.mov", "00:59:59:16", 30),
    ]  # fmt: skip
    assert [(row["first_number"], row["head_frames"]) for row in rows] == [(993, 8)] * 3
    told = edit.read(f"{edit.inside}/cut/pulls?handles=8&format=csv").decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(told))][1:] == [row["name"] for row in rows]
    there = edit.get(f"{edit.inside}/cut/pulls?versions=playing")
    assert [(row["frames"], row["head_frames"]) for row in there] == [(12, 0), (10, 0), (14, 0)]
    wanted = orjson.loads(edit.read(f"{edit.inside}/cut/otio?versions=wanted&handles=8"))
    clip = wanted["tracks"]["children"][0]["children"][0]
    available = clip["media_references"]["DEFAULT_MEDIA"]["available_range"]
    assert (available["start_time"]["value"], available["duration"]["value"]) == (86392, 28)


def test_what_comes_back_at_another_rate_is_told(edit: Edit, tmp_path: Path) -> None:
    movie = write_movie(tmp_path / "slow.mov", rate=Fraction(25), frames=10)
    content = edit.file(movie.read_bytes(), "slow.mov", "video/quicktime")
    url = f"/api/entities/{edit.shots()['001-002']}/versions"
    body = {"files": [{"name": "slow.mov", "digest": content.digest}], "head_frames": None}
    assert "slow.mov runs at 25" in edit.post(url, body, 422)["detail"]
    other = {"files": [{"name": "slow.mov", "digest": "ab" * 32}], "head_frames": None}
    assert "no files of this project" in edit.post(url, other, 422)["detail"]

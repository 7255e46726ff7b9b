from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.conform import (
    CutList,
    MediaFile,
    read_cut,
    write_edl,
    write_fcpxml,
    write_otio,
)
from mstation.conform.comparing import media_range
from tests.conform.cuts import COUNTS, cut_of, cuts, rate_of, use

few = settings(max_examples=40, deadline=None)


def _drop(count: str) -> bool | None:
    return {"DF": True, "NDF": False}.get(count.partition(" ")[2])


def _without(cut: CutList, **fields: Any) -> CutList:
    return replace(cut, clips=tuple(replace(clip, **fields) for clip in cut.clips))


@pytest.mark.parametrize("count", COUNTS)
@few
@given(data=st.data())
def test_what_is_written_as_otio_is_read_again(count: str, data: st.DataObject) -> None:
    cut = data.draw(cuts(rate_of(count)))
    assert read_cut(write_otio(cut), "cut.otio") == cut


@pytest.mark.parametrize("count", COUNTS)
@few
@given(data=st.data())
def test_what_is_written_as_an_edl_is_read_again(count: str, data: st.DataObject) -> None:
    cut = data.draw(cuts(rate_of(count)))
    written = write_edl(cut, drop_frame=_drop(count))
    assert read_cut(written, "cut.edl", cut.rate) == cut


@pytest.mark.parametrize("count", COUNTS)
@few
@given(data=st.data())
def test_what_is_written_as_fcpxml_is_read_again(count: str, data: st.DataObject) -> None:
    cut = data.draw(cuts(rate_of(count)))
    read = read_cut(write_fcpxml(cut, drop_frame=_drop(count)), "cut.fcpxml")
    unknown: dict[str, Any] = {"head_frames": None, "tail_frames": None, "file": ""}
    assert _without(read, **unknown) == _without(cut, **unknown)


@pytest.mark.parametrize("write", [write_otio, write_fcpxml])
def test_handles_are_what_the_media_has(write: Any) -> None:
    cut = cut_of(use("a", 1000, 48, 0), use("b", 2000, 24, 48))
    media = {"a": MediaFile("/m/a.mov", 992, 64), "b": MediaFile("/m/b.mov", 2001, 20)}
    read = read_cut(write(cut, media), "cut")
    assert [(clip.head_frames, clip.tail_frames) for clip in read.clips] == [(8, 8), (-1, -3)]
    assert [clip.file for clip in read.clips] == ["/m/a.mov", "/m/b.mov"]
    assert media_range(read.clips[0]) == (992, 1056)


@pytest.mark.parametrize("write", [write_otio, write_edl, write_fcpxml])
def test_the_same_cut_gives_the_same_bytes(write: Any) -> None:
    cut = cut_of(use("a", 1000, 48, 0), use("b", 2000, 24, 48, dissolve_frames=8))
    assert write(cut) == write(cut)


def test_a_long_edl_counts_its_events_by_six_digits() -> None:
    cut = cut_of(*(use(f"s{n}", 1000, 2, 2 * n) for n in range(1200)))
    written = write_edl(cut)
    assert b"\r\n001200  S1199" in written
    assert read_cut(written, "cut.edl", cut.rate) == cut

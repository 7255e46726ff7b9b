from __future__ import annotations

from mstation.conform import MediaFile, pulls
from tests.conform.cuts import cut_of, use

HOUR = 86_400


def test_a_pull_is_what_is_used_with_its_handles() -> None:
    pull = pulls(cut_of(use("a", HOUR, 48, 0)), 8)[0]
    assert (pull.source_in, pull.source_out, pull.frames) == ("00:59:59:16", "01:00:02:08", 64)
    assert (pull.head_frames, pull.tail_frames) == (8, 8)


def test_uses_whose_handles_touch_are_one_pull() -> None:
    near = cut_of(use("a", 1000, 10, 0), use("b", 0, 5, 10), use("a", 1026, 10, 15))
    far = cut_of(use("a", 1000, 10, 0), use("a", 1027, 10, 15))
    a, b = pulls(near, 8)
    assert (a.source_first_frame, a.source_end_frame) == (992, 1044)
    assert a.record_first_frames == (0, 15)
    assert b.head_frames == 0  # its timecode begins at midnight
    assert len(pulls(far, 8)) == 2


def test_handles_are_what_the_media_has() -> None:
    cut = cut_of(use("a", 1000, 10, 0, head_frames=3, tail_frames=0))
    assert [(p.head_frames, p.tail_frames) for p in pulls(cut, 8)] == [(3, 0)]
    media = {"a": MediaFile("a.mov", 998, 100)}
    assert [(p.head_frames, p.tail_frames) for p in pulls(cut, 8, media)] == [(2, 8)]


def test_what_lies_under_a_dissolve_is_needed_too() -> None:
    cut = cut_of(use("a", 1000, 10, 0), use("b", 2000, 20, 10, dissolve_frames=12))
    assert pulls(cut, 0)[0].source_end_frame == 1022


def test_timecode_counts_as_asked() -> None:
    cut = cut_of(use("a", 107_892, 30, 0), rate="29.97")
    assert pulls(cut, 0)[0].source_in == "01:00:00;00"
    assert pulls(cut, 0, drop_frame=False)[0].source_in == "00:59:56:12"


def test_a_cut_without_clips_needs_nothing() -> None:
    assert pulls(cut_of(), 8) == ()

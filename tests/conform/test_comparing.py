from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings

from mstation.conform import ClipFate, CutList, Fate, conform
from mstation.conform.sources import exact, loose
from mstation.errors import InvalidInput
from mstation.timebase import FrameRate
from tests.conform.cuts import cut_of, cuts, in_line, use

ABCD = (("a", 1000, 48), ("b", 2000, 48), ("c", 3000, 48), ("d", 4000, 24))


def _fates(before: CutList, after: CutList) -> list[tuple[str, tuple[str, ...]]]:
    return [
        ((told.after or told.before).name, tuple(told.fates))  # type: ignore[union-attr]
        for told in conform(before, after).clips
    ]


def _only(before: CutList, after: CutList, name: str) -> ClipFate:
    told = [t for t in conform(before, after).clips if t.after and t.after.name == name]
    assert len(told) == 1
    return told[0]


@settings(max_examples=60, deadline=None)
@given(cut=cuts(FrameRate(24)))
def test_a_cut_is_kept_by_itself(cut: CutList) -> None:
    told = conform(cut, cut).clips
    assert {fate for clip in told for fate in clip.fates} <= {Fate.KEPT, Fate.AMBIGUOUS}


def test_a_ripple_moves_nothing() -> None:
    after = in_line(("a", 1000, 96), *ABCD[1:])
    assert _fates(in_line(*ABCD), after) == [
        ("a", ("trimmed",)),
        ("b", ("kept",)),
        ("c", ("kept",)),
        ("d", ("kept",)),
    ]


def test_an_inserted_clip_moves_nothing() -> None:
    after = in_line(("x", 9000, 10), *ABCD)
    assert [fates for _, fates in _fates(in_line(*ABCD), after)] == [("new",)] + [("kept",)] * 4


def test_the_clip_that_changed_its_place_is_moved() -> None:
    a, b, c, d = ABCD
    assert _fates(in_line(*ABCD), in_line(b, c, d, a)) == [
        ("b", ("kept",)),
        ("c", ("kept",)),
        ("d", ("kept",)),
        ("a", ("moved",)),
    ]


def test_of_two_swapped_clips_the_shorter_is_moved() -> None:
    a, b, c, d = ABCD
    assert ("d", ("moved",)) in _fates(in_line(a, b, c, d), in_line(a, b, d, c))


def test_trims_are_told_at_both_ends() -> None:
    longer = _only(in_line(*ABCD), in_line(("a", 994, 60)), "a")
    assert (longer.head_trim_frames, longer.tail_trim_frames) == (-6, -6)
    slipped = _only(in_line(*ABCD), in_line(("a", 1005, 48)), "a")
    assert (slipped.head_trim_frames, slipped.tail_trim_frames) == (5, -5)


def test_a_clip_may_be_moved_and_trimmed() -> None:
    a, b, c, _ = ABCD
    told = _only(in_line(a, b, c), in_line(b, c, ("a", 1000, 40)), "a")
    assert told.fates == (Fate.MOVED, Fate.TRIMMED)
    assert told.tail_trim_frames == 8


def test_what_left_the_cut_is_missing_and_told_last() -> None:
    a, _, _, d = ABCD
    assert _fates(in_line(*ABCD), in_line(a, d))[2:] == [("b", ("missing",)), ("c", ("missing",))]


def test_a_second_use_is_repeated() -> None:
    a, b, *_ = ABCD
    told = conform(in_line(a, b), in_line(a, b, ("a", 1010, 12)))
    assert [clip.fates for clip in told.clips] == [
        (Fate.KEPT,),
        (Fate.KEPT,),
        (Fate.REPEATED,),
    ]
    assert told.of(Fate.REPEATED)[0].before == in_line(a).clips[0]


def test_uses_of_one_source_are_told_apart_by_their_frames() -> None:
    before = in_line(("m", 1000, 24), ("x", 1, 5), ("m", 2000, 24), ("m", 3000, 24))
    after = in_line(("m", 1000, 24), ("x", 1, 5), ("m", 3002, 20))
    told = conform(before, after)
    assert told.clips[2].before == before.clips[3]
    assert (told.clips[2].head_trim_frames, told.clips[2].tail_trim_frames) == (2, 2)
    assert [clip.before for clip in told.of(Fate.MISSING)] == [before.clips[2]]


def test_a_dissolve_laid_over_a_cut_trims_nothing() -> None:
    before = in_line(*ABCD[:2])
    after = cut_of(use("a", 1000, 42, 0), use("b", 1994, 54, 42, dissolve_frames=12))
    assert _fates(before, after) == [("a", ("kept",)), ("b", ("dissolved",))]


def test_another_speed_is_retimed() -> None:
    after = cut_of(use("a", 1000, 48, 0))
    slow = replace(after.clips[0], speed=Fraction(1, 2), record_end_frame=96)
    told = _only(in_line(ABCD[0]), cut_of(slow), "a")
    assert told.fates == (Fate.RETIMED,)


@pytest.mark.parametrize(
    ("name", "reel", "file"),
    [
        ("014-002_v003.mov", "", ""),
        ("014-002", "AX", ""),
        ("014_002_V12", "", ""),
        ("014-002.new.01", "", ""),
        ("014-002_take2", "", ""),
        ("014-002.%04d.exr", "", ""),
        ("014-002.[1001-1048].exr", "", ""),
        ("SUBCLIP", "014_002", ""),
        ("SUBCLIP", "", "file:///Volumes/SAN/014-002_v004.mov"),
    ],
)
def test_a_source_is_known_by_what_programs_leave_of_its_label(
    name: str, reel: str, file: str
) -> None:
    before = in_line(("014-001", 0, 10), ("014-002", 86_400, 48), ("014-003", 0, 10))
    told = conform(before, cut_of(use(name, 86_400, 48, 0, reel=reel, file=file))).clips[0]
    assert told.fates == (Fate.KEPT,)
    assert told.before == before.clips[1]


def test_the_label_as_written_goes_before_what_is_left_of_it() -> None:
    before = in_line(("010", 0, 10), ("010_t02", 0, 10))
    assert _only(before, in_line(("010_T02", 0, 10)), "010_T02").before == before.clips[1]


def test_the_shot_goes_before_its_label() -> None:
    before = cut_of(use("a", 0, 10, 0, shot_id="1"), use("b", 0, 10, 10, shot_id="2"))
    after = cut_of(use("a", 0, 10, 0, shot_id="2"), use("b", 0, 10, 10, shot_id="3"))
    told = conform(before, after).clips
    assert told[0].before == before.clips[1]
    assert told[1].fates == (Fate.NEW,)


def test_what_may_be_two_sources_is_told_and_not_guessed() -> None:
    before = in_line(("010_v001", 0, 10), ("010_v002", 0, 10), ("z", 0, 9))
    told = conform(before, in_line(("010", 0, 10), ("z", 0, 9)))
    assert told.clips[0].fates == (Fate.AMBIGUOUS,)
    assert told.clips[0].candidates == ("010_v001", "010_v002")
    assert not told.of(Fate.MISSING)


def test_another_clip_of_the_same_tape_is_new() -> None:
    before = cut_of(use("A001C003", 0, 10, 0, reel="A001"))
    after = cut_of(use("A001C009", 500, 10, 0, reel="A001"))
    assert _fates(before, after)[0] == ("A001C009", ("new",))


def test_frames_that_the_media_has_not_are_told() -> None:
    before = cut_of(use("a", 1000, 48, 0, head_frames=8, tail_frames=8))
    told = _only(before, in_line(("a", 990, 70)), "a")
    assert (told.lacking_head_frames, told.lacking_tail_frames) == (2, 4)


def test_frames_under_a_dissolve_must_be_there_too() -> None:
    before = cut_of(use("a", 1000, 48, 0, head_frames=8, tail_frames=8), use("b", 0, 48, 48))
    after = cut_of(use("a", 1000, 48, 0), use("b", 0, 48, 48, dissolve_frames=12))
    assert _only(before, after, "a").lacking_tail_frames == 4


def test_cuts_of_two_rates_are_not_compared() -> None:
    with pytest.raises(InvalidInput, match="24 and 25") as raised:
        conform(in_line(*ABCD), in_line(*ABCD, rate="25"))
    assert raised.value.told("zh")


def test_ten_thousand_clips_of_one_source_are_compared() -> None:
    before = in_line(*(("a", n, 2) for n in range(10_000)))
    assert len(conform(before, before).of(Fate.KEPT)) == 10_000


def test_labels_lose_only_what_programs_add() -> None:
    assert exact("/a/B.MOV") == exact("b")
    assert loose("sc_0140") == "sc_0140"
    assert loose("雨夜-12_v03.mov") == "雨夜_12"
    assert loose("v001") == "v001"


def test_an_empty_cut_lost_everything() -> None:
    assert _fates(in_line(*ABCD[:1]), in_line()) == [("a", ("missing",))]
    assert _fates(in_line(), in_line(*ABCD[:1])) == [("a", ("new",))]

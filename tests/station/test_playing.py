"""What plays in a cut: the latest approved of the latest kind of work, previs until then."""

from __future__ import annotations

from dataclasses import replace

from mstation.station.production.cuts import Clip
from mstation.station.production.playing import (
    Candidate,
    Lack,
    Media,
    Playing,
    Why,
    media_of,
    play,
)
from mstation.station.production.versions import VersionFile

CLIP = Clip("shot", "001-001", 100, 148, 0, 48)
MOVIE = Media((VersionFile("a.mov", "aa" * 32),), 48)
PREVIS = Candidate("v1", 1, None, float("-inf"), False, True, 0, MOVIE)
ANIMATION = Candidate("v3", 1, "animation", 2, True, False, 0, MOVIE)


def one(*made: Candidate, clip: Clip = CLIP) -> Playing:
    (playing,) = play([clip], {"shot": made})
    return playing


def version(clip: Playing) -> tuple[str | None, Why | None]:
    return clip.version_id, clip.why


def test_previs_plays_until_something_better_comes() -> None:
    assert version(one()) == (None, None)
    assert version(one(PREVIS)) == ("v1", Why.PREVIS)
    newer = replace(PREVIS, version_id="v2", number=2)
    assert version(one(PREVIS, newer)) == ("v2", Why.PREVIS)
    assert version(one(PREVIS, newer, ANIMATION)) == ("v3", Why.APPROVED)


def test_what_nobody_approved_does_not_play_unless_a_build_made_it() -> None:
    assert version(one(replace(ANIMATION, is_approved=False))) == (None, None)
    rejected = replace(ANIMATION, is_approved=False, version_id="v4", number=2)
    assert version(one(PREVIS, ANIMATION, rejected)) == ("v3", Why.APPROVED)


def test_a_later_kind_of_work_wins_over_a_later_version_of_an_earlier_one() -> None:
    layout = replace(ANIMATION, version_id="v9", number=7, type_id="layout", rank=1)
    assert version(one(layout, ANIMATION))[0] == "v3"
    assert version(one(layout, replace(ANIMATION, version_id="v5", number=2), ANIMATION))[0] == "v5"


def test_what_is_too_short_for_the_clip_is_passed_over_and_told() -> None:
    short = replace(ANIMATION, media=replace(MOVIE, frames=40))
    playing = one(PREVIS, short)
    assert version(playing) == ("v1", Why.PREVIS)
    (passed,) = playing.passed_over
    assert (passed.version_id, passed.lack, passed.tail_frames) == ("v3", Lack.TOO_SHORT, 8)
    longer = one(PREVIS, ANIMATION, clip=replace(CLIP, first_frame=-4, end_frame=48))
    assert [each.head_frames for each in longer.passed_over] == [4, 4]


def test_a_clip_begins_after_the_handle_of_its_media() -> None:
    handled = replace(ANIMATION, head_frames=8, media=replace(MOVIE, frames=64))
    assert one(handled).first_frame == 8
    trimmed = replace(CLIP, first_frame=12)
    assert one(handled, clip=trimmed).first_frame == 20
    assert one(handled, clip=replace(CLIP, first_frame=-8, end_frame=40)).first_frame == 0
    backwards = replace(CLIP, speed="-1")
    assert one(handled, clip=backwards).first_frame == 55


def test_media_are_a_movie_else_a_whole_sequence_else_a_still() -> None:
    frames = [VersionFile(f"s.{n:04}.exr", f"{n:064}") for n in range(1001, 1004)]
    types = {each.digest: "image/x-exr" for each in frames} | {"aa" * 32: "video/quicktime"}
    sequence = media_of(frames, types, None)
    assert sequence is not None
    assert (sequence.frames, sequence.first_number, sequence.lacks_some) == (3, 1001, False)
    assert media_of([*frames, MOVIE.files[0]], types, 48) == MOVIE
    assert media_of(frames[:1], types, 9) == Media((frames[0],), None)
    assert media_of(frames, {}, None) is None  # the project has no such files
    holed = media_of([frames[0], frames[2]], types, None)
    assert one(replace(ANIMATION, media=holed)).passed_over[0].lack is Lack.HOLES

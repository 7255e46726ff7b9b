from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from mstation.conform import CutList, in_own_timecode, read_cut
from mstation.conform.cutlist import CutClip
from mstation.cut.otio import write_otio as write_film
from mstation.errors import InvalidInput, Unsupported
from mstation.timebase import FrameRate
from tests.conform.cuts import cut_of, use
from tests.cut.film import CLIPS, MUSIC, VOICES

RATE = FrameRate(24_000, 1001)
Json = dict[str, Any]


def time(value: float, rate: float = 24.0) -> Json:
    return {"OTIO_SCHEMA": "RationalTime.1", "value": value, "rate": rate}


def stretch(first: float, frames: float, rate: float = 24.0) -> Json:
    return {"start_time": time(first, rate), "duration": time(frames, rate)}


def clip(name: str, first: float, frames: float, **more: Any) -> Json:
    return {
        "OTIO_SCHEMA": "Clip.2",
        "name": name,
        "source_range": stretch(first, frames),
        "media_references": {
            "DEFAULT_MEDIA": {
                "OTIO_SCHEMA": "ExternalReference.1",
                "target_url": f"{name}.mov",
                "available_range": stretch(first - 8, frames + 16),
            },
            "proxy": {"OTIO_SCHEMA": "ExternalReference.1", "target_url": f"{name}_proxy.mov"},
        },
        **more,
    }


def gap(frames: float, rate: float = 24.0) -> Json:
    return {"OTIO_SCHEMA": "Gap.1", "source_range": stretch(0, frames, rate)}


def track(*children: Json, kind: str = "Video", **more: Any) -> Json:
    return {"OTIO_SCHEMA": "Track.1", "kind": kind, "children": list(children), **more}


def stack(*children: Json, **more: Any) -> Json:
    return {"OTIO_SCHEMA": "Stack.1", "children": list(children), **more}


def read(*tracks: Json, start: int = 86_400) -> CutList:
    document = {
        "OTIO_SCHEMA": "Timeline.1",
        "name": "第一本",
        "global_start_time": time(start),
        "tracks": stack(*tracks),
    }
    return read_cut(json.dumps(document).encode(), "cut.otio")


def shown(*tracks: Json) -> list[tuple[str, int, int, int]]:
    return [
        (each.name, each.source_first_frame, each.record_first_frame, each.record_end_frame)
        for each in read(*tracks).clips
    ]


def test_tracks_are_flattened_as_they_are_seen() -> None:
    low = track(clip("a", 1000, 48), clip("b", 2000, 48))
    high = track(gap(40), clip("c", 3000, 16))
    sound = track(clip("s", 0, 500), kind="Audio")
    assert shown(low, high, sound) == [
        ("a", 1000, 0, 40),
        ("c", 3000, 40, 56),
        ("b", 2008, 56, 96),
    ]


def test_what_is_disabled_is_not_seen() -> None:
    low = track(clip("a", 1000, 48), clip("b", 2000, 48, enabled=False))
    assert shown(low, track(clip("c", 0, 9), enabled=False)) == [("a", 1000, 0, 48)]


def test_stacks_within_tracks_are_followed_and_trimmed() -> None:
    inner = stack(
        track(clip("a", 1000, 24), clip("b", 2000, 24)),
        track(gap(30), clip("c", 3000, 6)),
        source_range=stretch(20, 14),
    )
    assert shown(track(gap(10), inner, clip("d", 0, 5))) == [
        ("a", 1020, 10, 14),
        ("b", 2000, 14, 20),
        ("c", 3000, 20, 24),
        ("d", 0, 24, 29),
    ]


def test_a_dissolve_lies_over_its_cut() -> None:
    over = {"OTIO_SCHEMA": "Transition.1", "in_offset": time(6), "out_offset": time(6)}
    a, b = read(track(clip("a", 1000, 48), over, clip("b", 2000, 48))).clips
    assert (a.record_end_frame, a.source_end_frame, a.tail_frames) == (42, 1042, 14)
    assert (b.record_first_frame, b.source_first_frame, b.dissolve_frames) == (42, 1994, 12)
    assert b.head_frames == 2


def test_a_clip_is_seen_to_the_end_of_its_fade() -> None:
    fade = {"OTIO_SCHEMA": "Transition.1", "in_offset": time(12), "out_offset": time(0)}
    assert shown(track(clip("a", 1000, 48), fade)) == [("a", 1000, 0, 48)]
    assert shown(track(clip("a", 1000, 48), fade, gap(10))) == [("a", 1000, 0, 48)]


@pytest.mark.parametrize(
    ("effect", "speed"),
    [
        ({"OTIO_SCHEMA": "LinearTimeWarp.1", "time_scalar": 2.0}, Fraction(2)),
        ({"OTIO_SCHEMA": "LinearTimeWarp.1", "time_scalar": -1.48}, Fraction(-37, 25)),
        ({"OTIO_SCHEMA": "FreezeFrame.1", "time_scalar": 0.0}, Fraction(0)),
        ({"OTIO_SCHEMA": "Effect.1", "effect_name": "Blur"}, Fraction(1)),
    ],
)
def test_speeds_are_read_and_other_effects_passed_over(effect: Json, speed: Fraction) -> None:
    assert read(track(clip("a", 0, 24, effects=[effect]))).clips[0].speed == speed


def test_the_active_media_is_played() -> None:
    cut = read(track(clip("a", 100, 24, active_media_reference_key="proxy")))
    assert (cut.clips[0].file, cut.clips[0].head_frames) == ("a_proxy.mov", None)
    old = clip("b", 100, 24)
    old["media_reference"] = old.pop("media_references")["DEFAULT_MEDIA"]
    old["OTIO_SCHEMA"] = "Clip.1"
    assert (read(track(old)).clips[0].file, read(track(old)).clips[0].head_frames) == ("b.mov", 8)


def test_image_sequences_are_named_by_their_pattern() -> None:
    sequence = clip("a", 1001, 24)
    sequence["media_references"]["DEFAULT_MEDIA"] = {
        "OTIO_SCHEMA": "ImageSequenceReference.1",
        "target_url_base": "file:///show/a",
        "name_prefix": "a_v002.",
        "name_suffix": ".exr",
        "frame_zero_padding": 4,
    }
    assert read(track(sequence)).clips[0].file == "file:///show/a/a_v002.%04d.exr"


def test_a_source_of_another_rate_is_refused() -> None:
    other = clip("a", 1000, 48)
    other["source_range"] = stretch(1000, 50, 25.0)
    with pytest.raises(Unsupported, match="25 frames a second"):
        read(track(other))


def test_lengths_of_another_rate_are_converted_where_they_are_whole() -> None:
    assert shown(track(gap(25, 25.0), clip("a", 0, 5))) == [("a", 0, 24, 29)]
    with pytest.raises(InvalidInput, match="between two frames"):
        read(track(gap(24, 25.0), clip("a", 0, 5)))


def test_another_rate_than_the_asked_one_is_refused() -> None:
    document = {"OTIO_SCHEMA": "Timeline.1", "tracks": stack(track(clip("a", 0, 5)))}
    with pytest.raises(InvalidInput, match="not at 25"):
        read_cut(json.dumps(document).encode(), "x", FrameRate(25))


def _film() -> CutList:
    def shot(name: str, first: int, frames: int) -> Json:
        told = {"mstation": {"shot": f"id-{name}", "label": name, "scene": "014"}}
        made = clip(name, first, frames, metadata=told)
        made["media_references"]["DEFAULT_MEDIA"]["target_url"] = "film.mp4"
        return made

    return read(track(shot("014-001", 86_400, 48), shot("014-002", 86_448, 24)))


def test_our_own_film_says_its_shots() -> None:
    first, second = _film().clips
    assert (first.name, first.shot_id, first.file) == ("014-001", "id-014-001", "film.mp4")
    assert second.source_first_frame == 86_448


def test_a_cut_of_the_movie_is_a_cut_of_its_shots() -> None:
    film = _film()
    own = in_own_timecode(film, film)
    assert [(c.shot_id, c.source_first_frame, c.source_end_frame) for c in own.clips] == [
        ("id-014-001", 86_400, 86_448),
        ("id-014-002", 86_400, 86_424),
    ]
    edited = cut_of(use("FILM", 86_440, 20, 0, dissolve_frames=4), use("x", 5, 9, 20))
    parts = in_own_timecode(edited, film).clips

    def told(part: CutClip) -> tuple[str, int, int, int, int]:
        return (
            part.name,
            part.source_first_frame,
            part.record_first_frame,
            part.record_end_frame,
            part.dissolve_frames,
        )

    assert [told(part) for part in parts] == [
        ("014-001", 86_440, 0, 8, 4),
        ("014-002", 86_400, 8, 20, 0),
        ("x", 5, 20, 29, 0),
    ]


def test_the_film_that_is_made_is_read() -> None:
    cut = read_cut(write_film("Film", CLIPS, VOICES, MUSIC, RATE), "film.otio", RATE)
    start = cut.start_frame
    assert [
        (each.name, each.shot_id, each.record_first_frame, each.record_end_frame)
        for each in cut.clips
    ] == [(c.shot.label, c.shot.id, c.film_first_frame, c.film_end_frame) for c in CLIPS]
    assert all(each.source_first_frame == start + each.record_first_frame for each in cut.clips)
    own = in_own_timecode(cut, cut)
    assert {each.source_first_frame for each in own.clips} == {start}


def test_a_start_that_says_24_over_pictures_of_23976_is_in_their_frames() -> None:
    one = clip("a", 0, 5)
    one["source_range"] = stretch(0, 5, 23.976)
    assert (str(read(track(one)).rate), read(track(one)).start_frame) == ("24000/1001", 86_400)


def test_tracks_without_end_are_refused() -> None:
    with pytest.raises(InvalidInput, match="too many tracks"):
        read(*(track(clip("a", 0, 5)) for _ in range(300)))

"""The timeline opens in OpenTimelineIO and says what the film is, frame for frame."""

from __future__ import annotations

import json

import opentimelineio as otio
import pytest

from mstation.cut.otio import write_otio
from mstation.timebase import FrameRate
from tests.cut.film import ACTIONS, CLIPS, MUSIC, SCENES, VOICES

RATE = FrameRate(24_000, 1001)
START = 86_400


def _timeline(rate: FrameRate = RATE) -> otio.schema.Timeline:
    data = write_otio(
        "The Last Reel",
        CLIPS,
        VOICES,
        MUSIC,
        rate,
        scenes=SCENES,
        actions=ACTIONS,
        metadata={"width": 1280},
    )
    return otio.adapters.read_from_string(data.decode(), "otio_json")


def test_shots_lie_end_to_end_over_the_movie() -> None:
    timeline = _timeline()
    picture = timeline.video_tracks()[0]
    assert [each.name for each in picture] == ["012-001", "012-002", "012-003", "013-001"]
    for shot, clip in zip(picture, CLIPS, strict=True):
        assert shot.media_reference.target_url == "film.mp4"
        assert shot.range_in_parent().start_time.value == clip.film_first_frame
        assert shot.source_range.start_time.value == START + clip.film_first_frame
        assert shot.source_range.duration.value == clip.shot.frames
        available = shot.media_reference.available_range
        assert (available.start_time.value, available.duration.value) == (START, 160)
        assert shot.source_range.start_time.rate == pytest.approx(24_000 / 1001, rel=1e-15)


def test_the_timeline_starts_at_one_hour() -> None:
    assert _timeline(FrameRate(25)).global_start_time.to_timecode(25) == "01:00:00:00"
    drop = _timeline(FrameRate(30_000, 1001)).global_start_time
    assert drop.to_timecode(30_000 / 1001, drop_frame=True) == "01:00:00;00"


def test_a_shot_carries_what_it_is() -> None:
    shot = _timeline().video_tracks()[0][1]
    told = shot.metadata["mstation"]
    assert told["scene"] == "012"
    assert told["shot"] == "sh-0122"
    assert (told["size"], told["angle"], told["move"]) == ("MCU", "eye", "push_in")
    assert told["lens_mm"] == 50
    assert list(told["subjects"]) == ["MARA"]
    assert list(told["axis"]) == ["MARA", "BENNO"]
    assert list(told["declared"]) == ["axis"]
    assert (told["direction"], told["shake_deg"]) == ("CU MARA, 85mm", 0.4)
    assert list(told["breaks"]) == ["30-degree"]
    assert [line["id"] for line in told["lines"]] == ["ln-1", "ln-2"]


def test_words_count_from_the_shot_that_hears_them() -> None:
    shot = _timeline().video_tracks()[0][1]
    words = shot.metadata["mstation"]["lines"][0]["words"]
    assert words[0]["text"] == "You"
    assert words[0]["start_s"] == pytest.approx(RATE.seconds(10 - 48), abs=1e-5)


def test_a_voice_says_who_speaks_and_when_each_word_is_heard() -> None:
    track = next(track for track in _timeline().audio_tracks() if track.name == "dialogue")
    told = next(each for each in track if isinstance(each, otio.schema.Clip)).metadata["mstation"]
    assert (told["character"], told["speaker"]) == (VOICES[0].character, VOICES[0].speaker)
    words = [(word["text"], word["start_s"], word["end_s"]) for word in told["words"]]
    assert words == [
        (word.text, pytest.approx(word.start_s, abs=1e-6), pytest.approx(word.end_s, abs=1e-6))
        for word in VOICES[0].words
    ]


def test_every_paragraph_of_action_is_a_marker_on_the_picture() -> None:
    markers = _timeline().video_tracks()[0].markers
    for marker, action in zip(markers, ACTIONS, strict=True):
        marked, told = marker.marked_range, marker.metadata["mstation"]
        assert (marked.start_time.value, marked.duration.value) == (
            action.film_first_frame, action.frames
        )  # fmt: skip
        assert (told["kind"], told["id"], told["scene"]) == (
            "action", action.action_id, action.scene_label
        )  # fmt: skip
        assert (told["text"], tuple(told["characters"])) == (action.text, action.characters)


def test_the_timeline_lists_its_scenes() -> None:
    timeline = _timeline()
    told = timeline.metadata["mstation"]
    assert [dict(scene) for scene in told["scenes"]] == [
        {
            "label": scene.label,
            "heading": scene.heading,
            "place": scene.place,
            "first_frame": scene.film_first_frame,
            "frames": scene.frames,
            "eighths": scene.eighths,
        }
        for scene in SCENES
    ]
    assert told["width"] == 1280


def test_voices_that_overlap_lie_on_tracks_of_their_own() -> None:
    tracks = {track.name: track for track in _timeline().audio_tracks()}
    assert list(tracks) == ["dialogue", "dialogue 2", "score"]
    found = {
        each.metadata["mstation"]["line"]: each.range_in_parent().start_time.value
        for name in ("dialogue", "dialogue 2")
        for each in tracks[name]
        if isinstance(each, otio.schema.Clip)
    }
    assert found == {voice.line_id: voice.film_first_frame for voice in VOICES}
    cues = [each for each in tracks["score"] if isinstance(each, otio.schema.Clip)]
    assert [each.media_reference.target_url for each in cues] == ["stems/music.wav"] * 2


def test_the_score_is_cues_at_their_frames_and_says_what_they_are() -> None:
    told = {"bt-7": {"mood": "sad", "key": "A", "why": ["music enters as Mara looks"]}}
    written = write_otio("Film", CLIPS, VOICES, MUSIC, RATE, cues=told)
    timeline = otio.adapters.read_from_string(written.decode(), "otio_json")
    score = next(track for track in timeline.audio_tracks() if track.name == "score")
    clips = [each for each in score if isinstance(each, otio.schema.Clip)]
    assert [clip.name for clip in clips] == ["1M1", "1M2"]
    assert [clip.range_in_parent().start_time.value for clip in clips] == [0, 95]
    assert [clip.source_range.start_time.value for clip in clips] == [0, 95]
    said = dict(clips[1].metadata["mstation"])
    assert (said["cue"], list(said["scenes"])) == ("bt-7", ["012", "013"])
    assert (said["mood"], said["key"], list(said["why"])) == ("sad", "A", told["bt-7"]["why"])


def test_the_same_film_gives_the_same_document() -> None:
    first = write_otio("Film", CLIPS, VOICES, MUSIC, RATE)
    assert first == write_otio("Film", CLIPS, VOICES, MUSIC, RATE)
    assert json.loads(first)["metadata"]["mstation"]["schema"] == "mstation.cut/1"


def test_a_silent_film_is_a_timeline_too() -> None:
    data = write_otio("Silent", CLIPS, (), (), RATE)
    timeline = otio.adapters.read_from_string(data.decode(), "otio_json")
    assert timeline.duration().value == 160

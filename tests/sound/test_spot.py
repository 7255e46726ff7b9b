"""Where a film has music: for reasons, not wall to wall, and each cue by itself."""

import itertools
import statistics

import pytest

from mstation import document
from mstation.breakdown.scene import Mood
from mstation.sound.moments import SceneToScore, speech_of
from mstation.sound.spot import spot_film
from mstation.sound.spots import SCHEMA, Spotting
from mstation.sound.spotting_table import LIMITS
from tests.sound.scenes import FPS, drama, scene

_SEEDS = range(25)
_TALK = [("ch-a", 3.0), ("ch-b", 2.5)] * 6


def _spotted(scenes: list[SceneToScore]) -> Spotting:
    return spot_film("A Film", "24", scenes, seed=0)


def _in_row(*scenes: SceneToScore) -> list[SceneToScore]:
    starts = itertools.accumulate((each.frames for each in scenes[:-1]), initial=0)
    return [
        SceneToScore(first, each.scene, each.performance, each.shots)
        for first, each in zip(starts, scenes, strict=True)
    ]


@pytest.mark.parametrize("seed", _SEEDS)
def test_cues_and_silences_tile_the_film_and_say_why(seed: int) -> None:
    spotting = _spotted(drama(seed))
    stretches = sorted(
        [(cue.first_frame, cue.first_frame + cue.spot.frames) for cue in spotting.cues]
        + [(silence.first_frame, silence.end_frame) for silence in spotting.silences]
    )
    assert stretches[0][0] == 0
    assert stretches[-1][1] == spotting.frames
    assert all(one[1] == other[0] for one, other in itertools.pairwise(stretches))
    told = [why for cue in spotting.cues for why in cue.spot.why]
    told += [hit.why for cue in spotting.cues for hit in cue.spot.hits]
    told += [silence.why for silence in spotting.silences]
    assert all(each.en and each.zh and "{" not in each.en + each.zh for each in told)
    assert document.read(document.write(spotting, SCHEMA), Spotting, SCHEMA) == spotting


@pytest.mark.parametrize("seed", _SEEDS)
def test_a_film_opens_and_ends_with_music(seed: int) -> None:
    scenes = drama(seed)
    spotting = _spotted(scenes)
    assert spotting.cues[0].first_frame == 0
    last = spotting.cues[-1]
    if len(scenes) > 1:
        assert last.first_frame + last.spot.frames == spotting.frames


@pytest.mark.parametrize("seed", _SEEDS)
def test_no_cue_steps_on_a_line_and_each_is_named_once(seed: int) -> None:
    scenes = drama(seed)
    spotting = _spotted(scenes)
    starts = {each.first_frame for each in scenes}
    spoken = [
        (each.first_frame + first, each.first_frame + end)
        for each in scenes
        for first, end, _ in speech_of(each)
    ]
    for cue in spotting.cues:
        at = cue.first_frame
        assert at in starts or not any(first <= at < end for first, end in spoken)
        assert [hit.frame for hit in cue.spot.hits] == sorted(hit.frame for hit in cue.spot.hits)
        assert all(0 < hit.frame <= cue.spot.frames for hit in cue.spot.hits)
        assert all(0 <= first < end <= cue.spot.frames for first, end in cue.spot.speech)
    assert len({cue.spot.id for cue in spotting.cues}) == len(spotting.cues)
    assert len({cue.label for cue in spotting.cues}) == len(spotting.cues)


def test_dramas_are_scored_for_half_of_their_length_or_so() -> None:
    shares = []
    for seed in range(200):
        spotting = _spotted(drama(seed))
        shares.append(sum(cue.spot.frames for cue in spotting.cues) / spotting.frames)
    assert 0.40 <= statistics.median(shares) <= 0.75


def test_plain_talk_has_no_music_and_the_notes_say_so() -> None:
    ends = scene(1, 0, [("", 12.0)]), scene(3, 0, [("", 12.0)])
    spotting = _spotted(_in_row(ends[0], scene(2, 0, _TALK), ends[1]))
    (silence,) = spotting.silences
    assert silence.end_frame - silence.first_frame >= 30 * FPS
    assert "talk" in silence.why.en


def test_a_scene_without_words_is_told_by_music() -> None:
    spotting = _spotted(_in_row(*(scene(n, 0, [("", 6.0), ("", 6.0)]) for n in (1, 2, 3))))
    (cue,) = spotting.cues  # of like mood: one cue across the cuts
    assert cue.spot.frames == spotting.frames
    assert cue.spot.scene_ids == ("sc-1", "sc-2", "sc-3")
    changes = [hit for hit in cue.spot.hits if hit.kind == "cut" and hit.frame % (12 * FPS) == 0]
    assert len(changes) == 2


def test_another_mood_is_another_cue_from_the_cut_on() -> None:
    spotting = _spotted(
        _in_row(scene(1, 0, [("", 12.0)], mood=Mood.WARM), scene(2, 0, [("", 12.0)], mood=Mood.SAD))
    )
    assert [cue.spot.mood for cue in spotting.cues] == [Mood.WARM, Mood.SAD]
    assert "another mood" in spotting.cues[0].spot.why[1].en


def test_a_tense_scene_begins_dry() -> None:
    talk = [*_TALK, ("", 3.0), *_TALK]
    opening = scene(1, 0, [("", 12.0)])
    tense = scene(2, 0, talk, mood=Mood.TENSE, tension=0.7)
    spotting = _spotted(_in_row(opening, tense, scene(3, 0, [("", 12.0)])))
    entering = next(cue for cue in spotting.cues if "sc-2" in cue.spot.scene_ids)
    assert entering.first_frame - opening.frames > 0.25 * tense.frames


def test_what_is_read_brings_the_music_in() -> None:
    letter = scene(2, 0, [*_TALK, ("", 4.0), *_TALK], reads="COME HOME")
    opening = scene(1, 0, [("", 12.0)])
    spotting = _spotted(_in_row(opening, letter, scene(3, 0, [("", 12.0)])))
    entering = spotting.cues[1]
    assert entering.spot.id == "bt-2-12"
    assert entering.spot.why[0].en == "music enters as the LETTER is read"


def test_too_short_a_piece_of_music_is_left_out() -> None:
    ends = scene(1, 0, [("", 12.0)]), scene(3, 0, [("", 12.0)])
    short = scene(2, 0, [*_TALK, ("", LIMITS["play_min_s"] + 1)])
    sad = scene(2, 0, [("ch-a", 3.0)] * 8, mood=Mood.SAD)
    spotting = _spotted(_in_row(ends[0], short, sad, ends[1]))
    assert len(spotting.cues) == 2


def test_people_are_called_by_their_names() -> None:
    said = " ".join(
        why.en + why.zh
        for seed in range(20)
        for cue in _spotted(drama(seed)).cues
        for why in (*cue.spot.why, *(hit.why for hit in cue.spot.hits))
    )
    assert "Mara" in said
    assert "老陈" in said
    assert "ch-a" not in said


@pytest.mark.parametrize("seed", _SEEDS)
def test_a_line_that_takes_longer_changes_only_the_cues_of_its_scene(seed: int) -> None:
    scenes = drama(seed)
    number = len(scenes) // 2
    old = scenes[number]
    beats = [
        (
            beat.line.character_id if beat.line else "",
            (timing.end_frame - timing.first_frame) / FPS + (0.4 if index == 0 else 0.0),
        )
        for index, (beat, timing) in enumerate(
            zip(old.scene.beats, old.performance.beats, strict=True)
        )
    ]
    reads = old.performance.props[0].writing if old.performance.props else ""
    act = old.performance.acts[0].kind if old.performance.acts else "look"
    longer = scene(
        number + 1, 0, beats, mood=old.scene.mood, tension=old.scene.tension, reads=reads, act=act
    )
    changed = _in_row(*scenes[:number], longer, *scenes[number + 1 :])
    before, after = _spotted(scenes), _spotted(changed)
    kept = {cue.spot.id: cue.spot for cue in after.cues}
    touching = {old.scene.id}
    for cue in before.cues:
        if not touching & set(cue.spot.scene_ids):
            assert kept[cue.spot.id] == cue.spot

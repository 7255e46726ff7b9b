from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mstation import document
from mstation.breakdown.scene import (
    Action,
    Beat,
    Character,
    Interior,
    Line,
    Mood,
    Presence,
    Scene,
    TimeOfDay,
)
from mstation.cut.timeline import MusicClip
from mstation.making.cast import Cast
from mstation.making.cut import SCHEMA, FilmShots, ShotScene, assemble_shots, names_of
from mstation.shots.shot import Angle, CameraKey, Move, Role, Shot, ShotList, Size
from mstation.sound.spots import PlacedSpot, Spot, Told
from mstation.stage.performance import BeatTiming, Performance
from mstation.voices.speech import Speech, Word
from tests.previs.bodies import a_body

LIN, LIN_TOO, DOG = (
    Character("ch-1", "林晚"),
    Character("ch-2", "林晚"),
    Character("ch-3", "THE DOG #2"),
)
CAST = Cast("zh", (LIN, LIN_TOO, DOG))
WORDS = (Word("去哪儿", 0.0, 0.6),)


def _shot(label: str, number: int, first: int, frames: int) -> Shot:
    return Shot(
        f"sh-{label}-{number}", f"{label}-{number:03d}", f"sc-{label}", Role.TWO_SHOT, Size.MS,
        Angle.EYE, Move.STATIC, 35.0, ("ch-2", "ch-1"), (), 0, first, first + frames, (), (),
        (CameraKey(0, (0, 1.6, 2), (0, 1.6, 0), 35.0),),
    )  # fmt: skip


def _scene(number: int, lengths: list[int]) -> ShotScene:
    """Return a scene of shots of these lengths; a line is spoken from its fourth frame on."""
    label, frames = f"{number:03d}", sum(lengths)
    line = Line(
        f"ln-{number}", "ch-2", "去哪儿？", presence=Presence.OFF_SCREEN, is_dual=number > 1
    )
    beats = (
        Beat(f"bt-{number}a", action=Action(f"ac-{number}", "静。")),
        Beat(f"bt-{number}b", line=line),
    )
    scene = Scene(
        f"sc-{label}", str(number), "内景 候车室", Interior.INT, "候车室", "候车室", TimeOfDay.DAY,
        "日", Mood.CALM, 0.0, beats, ("ch-1", "ch-2"),
    )  # fmt: skip
    timings = (
        BeatTiming(f"bt-{number}a", 0, 3),
        BeatTiming(f"bt-{number}b", 3, frames, line.id, 4, 9),
    )
    performance = Performance(scene.id, frames, (), (), timings, (), ())
    starts = [sum(lengths[:index]) for index in range(len(lengths))]
    shots = tuple(
        _shot(label, index + 1, first, length)
        for index, (first, length) in enumerate(zip(starts, lengths, strict=True))
    )
    return ShotScene(scene, performance, ShotList(scene.id, label, frames, shots))


def _film(scenes: list[list[int]]) -> FilmShots:
    shot = [_scene(index + 1, lengths) for index, lengths in enumerate(scenes)]
    speeches = {
        f"ln-{index + 1}": Speech(0.6, WORDS, (), "espeak", -23.0) for index in range(len(shot))
    }
    return assemble_shots("茶", "24", CAST, shot, speeches)


def test_names_are_prim_names_by_id_in_cast_order() -> None:
    assert names_of(CAST) == {"ch-1": "林晚", "ch-2": "林晚_2", "ch-3": "THE_DOG__2"}


@given(st.lists(st.lists(st.integers(1, 60), min_size=1, max_size=5), max_size=5))
def test_clips_follow_each_other_without_gap_or_overlap(scenes: list[list[int]]) -> None:
    film = _film(scenes)
    assert [clip.shot.frames for clip in film.clips] == [n for lengths in scenes for n in lengths]
    edges = [0, *(clip.film_end_frame for clip in film.clips)]
    assert [clip.film_first_frame for clip in film.clips] == edges[:-1]
    assert film.frames == edges[-1] == sum(map(sum, scenes))


@given(st.lists(st.lists(st.integers(10, 60), min_size=1, max_size=3), min_size=1, max_size=4))
def test_each_scene_has_its_voices_within_it(scenes: list[list[int]]) -> None:
    film = _film(scenes)
    start = 0
    for lengths, place, voice in zip(scenes, film.scenes, film.voices, strict=True):
        assert (place.film_first_frame, place.frames) == (start, sum(lengths))
        assert (voice.film_first_frame, voice.frames) == (start + 4, 5)
        assert voice.scene_label == place.label
        start += sum(lengths)


def test_a_cue_of_the_score_names_the_scenes_that_it_plays_in() -> None:
    shot = [_scene(number, [40]) for number in (1, 2)]
    ids = tuple(each.scene.id for each in shot)
    spot = Spot("bt-1", ids, 60, Mood.CALM, 0.5, 0.5, "zh", (), (), (), "room", (Told("in", "起"),))
    speeches = {f"ln-{n}": Speech(0.6, WORDS, (), "espeak", -23.0) for n in (1, 2)}
    film = assemble_shots("茶", "24", CAST, shot, speeches, music=[PlacedSpot("1M1", 20, spot)])
    assert film.music == (MusicClip("1M1", "bt-1", ("001", "002"), 20, 60),)


def test_a_clip_names_whom_it_shows_by_prim_name_the_principal_first() -> None:
    clips = _film([[12, 12], [30]]).clips
    assert {clip.subjects for clip in clips} == {("林晚_2", "林晚")}
    assert [clip.scene_label for clip in clips] == ["001", "001", "002"]


def test_a_voice_keeps_what_was_said_by_whom_and_how() -> None:
    first, second = _film([[30], [30]]).voices
    assert (first.line_id, first.character_id, first.character) == ("ln-1", "ch-2", "林晚")
    assert (first.text, first.words) == ("去哪儿？", WORDS)
    assert first.presence is Presence.OFF_SCREEN
    assert (first.is_dual, second.is_dual) == (False, True)


def test_a_voice_has_a_speaker_only_where_a_body_is_staged() -> None:
    (voice,) = _film([[30]]).voices
    assert (voice.character, voice.speaker) == ("林晚", "")
    one = _scene(1, [30])
    staged = replace(one.performance, bodies=(a_body(character_id="ch-2"),))
    speech = {"ln-1": Speech(0.6, WORDS, (), "espeak", -23.0)}
    film = assemble_shots("茶", "24", CAST, [replace(one, performance=staged)], speech)
    assert film.voices[0].speaker == "林晚_2"


def test_scenes_and_actions_lie_in_film_frames() -> None:
    film = _film([[30], [20, 10]])
    assert [(scene.label, scene.film_first_frame, scene.frames) for scene in film.scenes] == [
        ("001", 0, 30), ("002", 30, 30)
    ]  # fmt: skip
    assert [(action.text, action.film_first_frame, action.frames) for action in film.actions] == [
        ("静。", 0, 3), ("静。", 30, 3)
    ]  # fmt: skip
    assert (film.scenes[0].heading, film.scenes[0].place) == ("内景 候车室", "候车室")
    assert film.style == "classical"


def test_a_film_without_scenes_is_empty() -> None:
    assert _film([]) == FilmShots("茶", "zh", "24", 0, (), (), ())


def test_the_shot_list_comes_back_from_its_document() -> None:
    film = _film([[12, 12], [30]])
    assert document.read(document.write(film, SCHEMA), FilmShots, SCHEMA) == film

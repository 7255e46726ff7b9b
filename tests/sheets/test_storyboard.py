from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mstation.screenplay.script import Language
from mstation.sheets.move_marks import end_frame, way_of
from mstation.sheets.reel import entries_of
from mstation.sheets.storyboard import storyboard
from mstation.shots.shot import CameraKey, Move
from tests.sheets.film import film, jpegs, pages_of_pdf, words_of_pdf


def plain(text: str) -> str:
    return "".join(text.split()).replace("…", "").replace("⋯", "")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_storyboard_shows_every_shot_and_every_word_heard_in_it(
    language: Language, tmp_path: Path
) -> None:
    reel = film(language).reel
    board = storyboard(reel, jpegs(reel, tmp_path))
    shown = plain(words_of_pdf(board))
    for entry in entries_of(reel):
        assert entry.clip.shot.label in shown
        for heard in entry.heard:
            assert plain(heard.text) in shown
    for scene in reel.scenes:
        assert plain(scene.heading) in shown
    assert pages_of_pdf(board) == -(-sum(-(-count // 3) for count in shots_a_scene(reel)) // 2)


def test_a_fade_and_a_note_of_the_director_stand_in_the_panel() -> None:
    shown = words_of_pdf(storyboard(film("en").reel, {}))
    assert shown.count("Fadein0.2s") == len(film("en").reel.scenes)
    assert shown.count("Note:[[SHOT:slow]]") == len(film("en").reel.scenes)
    assert "淡入0.2秒" in words_of_pdf(storyboard(film("zh").reel, {}))


def shots_a_scene(reel) -> list[int]:  # type: ignore[no-untyped-def]
    labels = [clip.scene_label for clip in reel.clips]
    return [labels.count(label) for label in dict.fromkeys(labels)]


def test_upright_pictures_stand_five_in_a_row(tmp_path: Path) -> None:
    reel = film("en").reel
    upright = storyboard(reel, jpegs(reel, tmp_path, 54, 96), paper="letter")
    rows = sum(-(-count // 5) for count in shots_a_scene(reel))
    assert pages_of_pdf(upright) == -(-rows // 2)
    shown = plain(words_of_pdf(upright))
    assert all(clip.shot.label in shown for clip in reel.clips)


def test_the_same_pictures_give_the_same_bytes(tmp_path: Path) -> None:
    reel = film("en").reel
    pictures = jpegs(reel, tmp_path)
    ends = {
        clip.shot.id: pictures[clip.shot.id] for clip in reel.clips if clip.shot.move != "static"
    }
    board = storyboard(reel, pictures, ends=ends)
    assert board == storyboard(reel, pictures, ends=ends)
    assert words_of_pdf(board).count("end") >= len(ends)


def test_a_shot_without_a_picture_says_so() -> None:
    reel = film("en").reel
    assert words_of_pdf(storyboard(reel, {})).count("nopicture") == len(reel.clips)
    assert "Noshots" in words_of_pdf(storyboard(replace(reel, clips=()), {}))


def test_no_name_breaks_a_storyboard() -> None:
    reel = film("en").reel
    hostile = "<b>&amp;🎬 " + "很长的名字" * 60 + "\x00\n" + "W" * 400
    scenes = tuple(replace(scene, heading=hostile, number=hostile[:40]) for scene in reel.scenes)
    voices = tuple(replace(voice, text=hostile, character=hostile) for voice in reel.voices)
    names = dict.fromkeys(reel.names, hostile)
    board = storyboard(replace(reel, title=hostile, scenes=scenes, voices=voices, names=names), {})
    assert pages_of_pdf(board) == pages_of_pdf(storyboard(reel, {}))
    assert "<b>&amp;□" in words_of_pdf(board)


def test_arrows_point_where_the_camera_goes() -> None:
    shots = {clip.shot.move: clip.shot for clip in film("en").reel.clips}
    across, up = way_of(shots[Move.PAN])  # aims further east, and looks north
    assert across > 0.2
    assert abs(up) < 0.05
    across, up = way_of(shots[Move.TRACK])
    assert across < -1.0
    assert abs(up) < 0.3


def test_the_last_frame_of_a_push_in_lies_within_the_first() -> None:
    first = CameraKey(0, (0.0, 1.5, 4.0), (0.0, 1.5, 0.0), 50.0)
    pushed = CameraKey(20, (0.0, 1.5, 2.0), (0.0, 1.5, 0.0), 50.0)
    assert end_frame(first, pushed, 16 / 9) == pytest.approx((0.5, 0.5, 0.5))
    zoomed = replace(first, focal_length_mm=100.0, target=(0.4, 1.5, 0.0))
    x, y, scale = end_frame(first, zoomed, 16 / 9)
    assert x > 0.5
    assert y == pytest.approx(0.5)
    assert scale == pytest.approx(np.hypot(4.0, 0.4) / 4.0 / 2)

"""What is said of a film's sound, and the picture of it."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from mstation.cli.loudness import LOUDNESS, read_loudness, tell_loudness
from mstation.errors import InvalidInput
from mstation.film_sound import _summed_up
from mstation.sound.intelligibility import SpokenSecond
from mstation.sound.level_picture import level_picture
from mstation.sound.levels import FilmLevels
from mstation.sound.sound_report import Happening, SoundReport, Stretch, sound_report
from mstation.sound.targets import target_of, targets
from mstation.timebase import FrameRate


def _levels(
    seconds: int = 20, *, lufs: float = -16.0, spoken: tuple[SpokenSecond, ...] = ()
) -> FilmLevels:
    curve = tuple([lufs] * (seconds * 10 - 3))
    names = ("mix", "dialogue", "effects", "music")
    return FilmLevels(
        lufs, lufs, True, 1.0, lufs, lufs, -1.5, 0, spoken, dict.fromkeys(names, curve), curve[27:]
    )


def _happening(seconds: int = 20, language: str = "en") -> Happening:
    frames = seconds * 24
    return Happening(
        "Reel & Co <1>",
        language,
        FrameRate(24),
        frames,
        (Stretch("001", 0, frames // 2), Stretch("002", frames // 2, frames)),
        (Stretch("ln-1", 48, 96, "Late again.", "MARA"),),
        (Stretch("1M1", 24, frames),),
    )


def _said(levels: FilmLevels, happening: Happening, target: str = "web") -> SoundReport:
    return sound_report(target, levels, happening)


def test_a_second_that_is_not_clear_is_told_with_its_line() -> None:
    spoken = (SpokenSecond(1, 20.0, 30.0), SpokenSecond(3, 8.5, 30.0), SpokenSecond(9, 30.0, 9.9))
    said = _said(_levels(spoken=spoken), _happening())
    assert said.speech.least_over_music_db == 8.5
    assert said.speech.least_over_effects_db == 9.9
    first, second = said.speech.unclear
    assert (first.timecode, first.lines, first.who) == ("00:00:03:00", ("ln-1",), ("MARA",))
    assert (second.timecode, second.lines) == ("00:00:09:00", ())


def test_a_word_that_falls_apart_is_told_with_its_line() -> None:
    lines = tuple(
        Stretch(f"ln-{index}", 48, 96, "Late.", "MARA", gap_s)
        for index, gap_s in enumerate((0.07, 0.12, 0.0))
    )
    said = _said(_levels(), replace(_happening(), lines=lines))
    assert said.speech.longest_gap_s == 0.12
    assert [(each.line, each.who) for each in said.speech.broken] == [("ln-1", "MARA")]


def test_every_scene_has_its_loudness_however_short() -> None:
    happening = _happening()
    scenes = (Stretch("001", 0, 1), Stretch("002", 1, 470), Stretch("003", 470, 480))
    happening = Happening("", "en", FrameRate(24), 480, scenes, (), ())
    said = _said(_levels(), happening)
    assert [scene.label for scene in said.scenes] == ["001", "002", "003"]
    assert all(scene.integrated_lufs == pytest.approx(-16, abs=0.1) for scene in said.scenes)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("seconds", [1, 20, 1500])
def test_the_picture_is_whole_and_draws_only_on_its_page(language: str, seconds: int) -> None:
    levels, happening = _levels(seconds), _happening(seconds, language)
    picture = level_picture(levels, _said(levels, happening), happening)
    root = ElementTree.fromstring(picture)
    width, height = (float(number) for number in root.attrib["viewBox"].split()[2:])
    for element in root.iter():
        for pair in element.attrib.get("points", "").split():
            x, y = (float(number) for number in pair.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height
    text = picture.decode()
    assert ("对白" if language == "zh" else "dialogue") in text
    assert {"001", "002", "1M1"} <= set(re.findall(r">([^<]+)</text>", text)) or seconds == 1
    assert len(picture) < 600_000


def test_the_picture_marks_what_is_not_clear() -> None:
    happening = _happening()
    clear, unclear = (_levels(spoken=(SpokenSecond(3, over, 30.0),)) for over in (12.0, 4.0))
    marks = [
        level_picture(each, _said(each, happening), happening).count(b"less than 10 dB")
        for each in (clear, unclear)
    ]
    assert marks == [0, 1]


def test_the_command_knows_every_target_by_both_languages_words() -> None:
    assert set(LOUDNESS.values()) == set(targets())
    assert read_loudness("广播") == read_loudness(" EBU-R128 ") == "ebu-r128"
    with pytest.raises(InvalidInput, match="web, ebu-r128, streaming"):
        read_loudness("loud")
    with pytest.raises(InvalidInput, match="streaming"):
        target_of("loud")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_command_tells_how_clear_speech_is(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MSTATION_LANG", language)
    told = {}
    spoken = (SpokenSecond(3, 12.0, 30.0),)
    for over in (12.0, 4.0):
        said = _said(_levels(spoken=(SpokenSecond(3, over, 30.0),)), _happening())
        (told[over],) = tell_loudness(_summed_up(_plain(said)))
    assert "12" in told[12.0]
    assert "sound.json" in told[4.0]
    assert ("对白" in told[12.0]) is (language == "zh")
    assert "0 ms" in told[12.0] or "0 毫秒" in told[12.0]
    broken = replace(_happening(), lines=(Stretch("ln-1", 48, 96, "Late.", "MARA", 0.12),))
    (line,) = tell_loudness(_summed_up(_plain(_said(_levels(spoken=spoken), broken))))
    assert "120 " in line
    silent = _levels(lufs=-70.0)
    (line,) = tell_loudness(_summed_up(_plain(_said(silent, _happening()))))
    assert ("影片没有声音" if language == "zh" else "the film is silent") in line


def _plain(said: SoundReport) -> dict:
    import json

    from mstation import document
    from mstation.sound.sound_report import SCHEMA

    plain: dict = json.loads(document.write(said, SCHEMA))
    return plain


@pytest.mark.parametrize("language", ["en", "zh"])
def test_numbers_below_nought_have_a_true_minus_in_prose_and_words_keep_their_hyphens(
    language, monkeypatch
):
    monkeypatch.setenv("MSTATION_LANG", language)
    said = _said(_levels(), _happening())
    for told in (said.told.en, said.told.zh):
        assert "−16.0 LUFS" in told
    (line,) = tell_loudness(_summed_up(_plain(said)))
    assert "−16.0 LUFS" in line
    assert "−1.5 dBTP" in line
    assert re.search(r"-\d", line) is None

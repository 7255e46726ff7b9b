"""Casting stands on what is heard: everyone speaks, and the sound is measured."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from mstation.breakdown import break_down
from mstation.breakdown.scene import Character
from mstation.breakdown.voicing import heard_together
from mstation.screenplay import read as read_screenplay
from mstation.voices.casting import cast_voices
from mstation.voices.measuring import APART, heard
from mstation.voices.speak import speak

EXAMPLES = sorted(Path("examples").glob("*.fountain"))
LINES = {
    "en": ("I never said that the door was open.", "You told me to wait all night long."),
    "zh": ("我从来没有说过那扇门是开着的。", "你让我等着，我就等了整整一个晚上。"),
}


def measured(voice, language):
    sounds = [speak(text, "", voice, seed=3)[0] for text in LINES[language]]
    return heard(np.concatenate(sounds), 48_000)


def assert_told_apart(cast, language, together):
    voices = cast_voices(cast, language, together=together).voices
    shared = {each for scene in together for each in scene}
    as_heard = {
        voice.character_id: measured(voice, language)
        for voice in voices
        if voice.character_id in shared
    }
    for scene in together:
        for one, other in itertools.combinations(scene, 2):
            apart = as_heard[one].apart_from(as_heard[other])
            assert apart >= APART, (one, as_heard[one], other, as_heard[other])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_cast_of_an_example_is_heard_apart(path):
    script = read_screenplay(path.read_bytes(), path=path.name, language="auto")
    film = break_down(script)
    together = heard_together(film)
    assert together
    assert_told_apart(film.cast, film.language, together)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_six_men_of_one_age_in_one_scene_are_heard_apart(language):
    cast = tuple(Character(f"ch-{n}", f"NO {n}", sex="male", age=40) for n in range(6))
    assert_told_apart(cast, language, [[person.id for person in cast]])

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.breakdown.scene import Mood
from mstation.voices.manner import PLAIN, Feeling, Manner, coloured, pause_of, read_manner


@pytest.mark.parametrize(
    "text", ["", "to Mara", "beat", "reading the letter", "看着门外", "对林晚"]
)
def test_words_that_say_nothing_of_the_voice_change_nothing(text):
    assert read_manner(text) == PLAIN


@pytest.mark.parametrize("text", ["whispering", "in a WHISPER", "耳语", "压低声音"])
def test_a_whisper_is_soft_and_all_breath(text):
    manner = read_manner(text)
    assert manner.level_lu < -5
    assert manner.breath > 0.8


@pytest.mark.parametrize("text", ["shouting", "he yells", "大喊", "（怒吼）"])
def test_a_shout_is_loud_and_high(text):
    manner = read_manner(text)
    assert manner.level_lu > 3
    assert manner.pitch > 1.1


@pytest.mark.parametrize("text", ["quietly", "softly; to the projector", "低声", "轻声地"])
def test_quiet_is_softer_than_plain(text):
    assert read_manner(text).level_lu < -2


@pytest.mark.parametrize("text", ["coldly", "冷冷地"])
def test_cold_has_little_melody(text):
    assert read_manner(text).range < 0.8


@pytest.mark.parametrize("text", ["crying", "through tears", "哭", "声线发颤"])
def test_crying_shakes_and_slows(text):
    manner = read_manner(text)
    assert manner.tremor > 0
    assert manner.rate < 0.9


@pytest.mark.parametrize("text", ["slowly", "慢慢地"])
def test_slowly_is_slower(text):
    assert read_manner(text).rate < 0.9


@pytest.mark.parametrize("text", ["quickly", "急促地"])
def test_quickly_is_faster(text):
    assert read_manner(text).rate > 1.1


@pytest.mark.parametrize(
    "text",
    [
        "not angry",
        "without crying",
        "不生气",
        "没有哭",
        "lowers the gun",
        "the crypt",
        "tears up the map",
    ],
)
def test_a_word_taken_back_or_inside_another_changes_nothing(text):
    assert read_manner(text) == PLAIN


@given(st.text(max_size=80))
def test_every_parenthetical_is_held_within_what_a_voice_can_do(text):
    manner = read_manner(text)
    assert -10 <= manner.level_lu <= 6
    assert 0.65 <= manner.rate <= 1.4
    assert 0.85 <= manner.pitch <= 1.35


def test_piled_up_words_stay_within_what_a_voice_can_do():
    manner = read_manner("shouting; screaming; furious; 大喊; excited; panicked; yelling")
    assert manner.level_lu <= 6
    assert manner.pitch <= 1.35


def test_a_tense_scene_is_quicker_and_tighter_a_sad_one_slower_and_lower():
    tense, sad = (coloured(PLAIN, Feeling(mood)) for mood in (Mood.TENSE, Mood.SAD))
    assert tense.rate > 1 > tense.range
    assert sad.rate < 1
    assert sad.level_lu < 0
    assert sad.pitch < 1


def test_at_the_edge_a_voice_is_quicker_and_higher_than_at_ease():
    at_ease, awake, edge = (coloured(PLAIN, Feeling(Mood.CALM, step)) for step in range(3))
    assert at_ease.rate < awake.rate < edge.rate
    assert awake == PLAIN
    assert edge.pitch > awake.pitch


@pytest.mark.parametrize("mood", Mood)
@pytest.mark.parametrize("step", range(3))
@pytest.mark.parametrize("text", ["whispering", "coldly", "大喊", "慢慢地", "crying"])
def test_what_a_parenthetical_says_of_the_voice_wins_over_the_scene(mood, step, text):
    said = read_manner(text)
    felt = coloured(said, Feeling(mood, step))
    for field in dataclasses.fields(Manner):
        if getattr(said, field.name) != getattr(PLAIN, field.name):
            assert getattr(felt, field.name) == getattr(said, field.name)


@pytest.mark.parametrize("mood", Mood)
@pytest.mark.parametrize("step", range(3))
def test_a_scene_colours_a_voice_but_little(mood, step):
    felt = coloured(PLAIN, Feeling(mood, step))
    assert abs(felt.level_lu) <= 2.5
    assert 0.9 < felt.rate < 1.13
    assert 0.95 < felt.pitch < 1.07


@pytest.mark.parametrize(
    ("shorter", "longer"),
    [("to Jonah", "beat"), ("beat", "long pause"), ("对林晚", "停顿"), ("停顿", "良久")],
)
def test_a_beat_is_longer_than_a_turn_and_shorter_than_a_long_pause(shorter, longer):
    assert 0.2 < pause_of(shorter) < pause_of(longer) < 3

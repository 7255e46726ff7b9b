import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.voices.manner import PLAIN, read_manner


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

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.voices.described import EVERYDAY, kind_of


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("gravelly", "沙哑"), ("husky", "喑哑"), ("shrill", "尖利"), ("soft-spoken", "轻声细语"),
        ("high-pitched", "尖细"), ("baritone", "低沉"), ("baby-voiced", "奶声奶气"),
        ("fast-talking", "快言快语"), ("drawling", "慢条斯理"), ("loud-mouthed", "大嗓门"),
    ],
)  # fmt: skip
def test_a_word_of_either_language_tells_the_same(english, chinese):
    told = kind_of(f"(60s), a {english} man in a coat")
    assert told == kind_of(f"60岁，{chinese}，穿大衣")
    assert told != EVERYDAY


@pytest.mark.parametrize(
    "words", ["", "a tall man in a grey coat", "高大的中年男人", "not shrill", "声音不尖细"]
)
def test_what_tells_nothing_of_a_voice_changes_nothing(words):
    assert kind_of(words) == EVERYDAY


@given(st.lists(st.sampled_from(["deep voice", "低沉", "gravelly", "shrill", "尖细", "slow-spoken",
    "breathy", "soft-spoken", "洪亮", "baby voice", "monotone", "快言快语"])))  # fmt: skip
def test_however_many_words_a_voice_stays_a_voice(words):
    kind = kind_of(", ".join(words))
    assert 0.7 <= kind.pitch <= 1.4
    assert abs(kind.tilt_db) <= 5
    assert 0 <= kind.breath <= 0.4
    assert 0.7 <= kind.speed <= 1.3

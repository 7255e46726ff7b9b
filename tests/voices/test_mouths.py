import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mstation.voices.mouths import mouths_of
from mstation.voices.utterance import Phone

RATE = 48_000


def hum(seconds):
    time_s = np.arange(round(seconds * RATE)) / RATE
    return (0.3 * np.sin(2 * np.pi * 150 * time_s)).astype(np.float32)


def at(mouths, time_s):
    return [mouth for mouth in mouths if mouth.start_s <= time_s + 1e-9][-1]


def test_lips_shut_on_m_between_two_open_vowels():
    phones = (Phone("ɑ", 0.0, 0.2), Phone("m", 0.2, 0.32), Phone("ɑ", 0.32, 0.6))
    mouths = mouths_of(phones, hum(0.6), RATE)
    assert at(mouths, 0.1).open > 0.5
    assert at(mouths, 0.26).open == 0
    assert at(mouths, 0.45).open > 0.5


def test_o_is_rounded_and_i_is_spread():
    assert at(mouths_of((Phone("u", 0, 0.4),), hum(0.4), RATE), 0.2).spread < -0.5
    assert at(mouths_of((Phone("i", 0, 0.4),), hum(0.4), RATE), 0.2).spread > 0.4


def test_a_glide_moves_from_its_first_vowel_to_its_second():
    mouths = mouths_of((Phone("I", 0, 0.4),), hum(0.4), RATE)
    assert at(mouths, 0.1).open > at(mouths, 0.32).open


@given(
    st.lists(st.sampled_from(["a", "m", "s.", "iou", "ɹ", "W", "tɕh", "?", ""]), max_size=20),
    st.floats(0.02, 3.0),
)
def test_keys_are_in_order_inside_the_line_and_shut_at_its_end(symbols, seconds):
    sound = hum(seconds)
    step = seconds / max(len(symbols), 1)
    phones = [Phone(s, i * step, (i + 1) * step) for i, s in enumerate(symbols)]
    mouths = mouths_of(phones, sound, RATE)
    starts = [mouth.start_s for mouth in mouths]
    assert starts == sorted(set(starts))
    assert starts[0] == 0
    assert starts[-1] < max(seconds, 0.02)
    assert mouths[-1].open == 0
    assert all(0 <= m.open <= 1 and -1 <= m.spread <= 1 for m in mouths)

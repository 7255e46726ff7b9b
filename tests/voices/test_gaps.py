import numpy as np
import pytest

from mstation.voices.gaps import longest_gap_in_word_s
from mstation.voices.speech import Word


def tone_with_a_hole(start_s, end_s):
    time = np.arange(48_000) / 48_000
    sound = np.sin(2 * np.pi * 220 * time).astype(np.float32)
    sound[round(start_s * 48_000) : round(end_s * 48_000)] = 0
    return sound


def test_a_silence_inside_a_word_is_found_and_measured():
    sound = tone_with_a_hole(0.4, 0.52)
    assert longest_gap_in_word_s(sound, [Word("never", 0.2, 0.8)]) == pytest.approx(0.12, abs=0.01)


def test_a_silence_between_words_or_at_a_word_s_edge_is_none():
    sound = tone_with_a_hole(0.4, 0.52)
    words = [Word("oh", 0.0, 0.4), Word("no", 0.52, 1.0)]
    assert longest_gap_in_word_s(sound, words) < 0.005
    assert longest_gap_in_word_s(sound, [Word("oh", 0.1, 0.5), Word("no", 0.45, 0.9)]) < 0.005


def test_what_is_written_as_one_word_and_said_as_several_may_have_pauses():
    assert longest_gap_in_word_s(tone_with_a_hole(0.4, 0.52), [Word("555-0199", 0.2, 0.8)]) == 0


def test_there_is_no_gap_where_there_is_nothing():
    assert longest_gap_in_word_s(np.zeros(0, np.float32), []) == 0
    assert longest_gap_in_word_s(np.zeros(480, np.float32), [Word("oh", 0.0, 0.01)]) == 0

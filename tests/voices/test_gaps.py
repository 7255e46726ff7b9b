import numpy as np
import pytest

from mstation.voices.gaps import LONGEST_GAP_S, longest_gap_in_word_s, without_gaps
from mstation.voices.speak import speak
from mstation.voices.speech import Voice, Word
from mstation.voices.utterance import Phone, Utterance


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


def test_a_word_is_closed_up_and_what_follows_moves_with_it():
    words = (Word("never", 0.2, 0.8), Word("mind", 0.8, 1.0))
    said = Utterance(tone_with_a_hole(0.4, 0.55), 48_000, words, (Phone("m", 0.8, 1.0),))
    mended = without_gaps(said)
    assert longest_gap_in_word_s(mended.samples, mended.words) == pytest.approx(0.07, abs=0.004)
    assert mended.words[0].start_s == 0.2
    assert mended.words[1].start_s == pytest.approx(0.72, abs=0.004)
    assert mended.phones[0].start_s == mended.words[1].start_s
    assert mended.duration_s == pytest.approx(mended.words[1].end_s, abs=1e-4)


def test_a_line_says_how_long_the_longest_silence_inside_its_words_is():
    samples, speech = speak("I never looked it up.", "", Voice("b", "hibari", "m3"), seed=1)
    assert speech.longest_gap_s == pytest.approx(
        longest_gap_in_word_s(samples, speech.words), abs=1e-3
    )
    assert 0 < speech.longest_gap_s <= LONGEST_GAP_S


def test_a_short_silence_is_left_as_it_is():
    said = Utterance(tone_with_a_hole(0.4, 0.45), 48_000, (Word("never", 0.2, 0.8),), ())
    assert without_gaps(said) is said


@pytest.mark.parametrize("manner", ["", "whispering", "shouting", "slowly; crying", "quickly"])
@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("All right, Ida. Who is that, at the back? Let me look.", Voice("a", "hibari", "f2")),
        ("I never looked it up, Captain.", Voice("b", "hibari", "m3", 0.5, 0.87, 0.95, 0.7)),
        ("看，那是谁？她不让我去学画。", Voice("c", "espeak", "m3", 0.5, 0.87, 0.95, 0.7)),
    ],
)
def test_no_word_that_is_spoken_falls_apart(text, voice, manner):
    samples, speech = speak(text, manner, voice, seed=1)
    assert longest_gap_in_word_s(samples, speech.words) <= 0.08

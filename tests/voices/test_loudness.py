import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.voices.loudness import SILENT_LUFS, levelled, loudness

RATE = 48_000


def tone(hz, seconds, peak):
    time_s = np.arange(round(seconds * RATE)) / RATE
    return (peak * np.sin(2 * np.pi * hz * time_s)).astype(np.float32)


def test_the_standards_own_tone_measures_as_the_standard_says():
    # Source: EBU Tech 3341, case 1, for one channel: 1 kHz at -23 dBFS reads -26.0 LUFS.
    assert loudness(tone(1000, 20, 10 ** (-23 / 20)), RATE) == pytest.approx(-26.0, abs=0.1)


def test_silence_between_two_words_is_not_counted():
    word = tone(400, 2, 0.1)
    with_gap = np.concatenate([word, np.zeros(4 * RATE, np.float32), word])
    assert loudness(with_gap, RATE) == pytest.approx(loudness(word, RATE), abs=0.5)


@given(st.floats(0.02, 0.39), st.floats(-30, 0))
def test_a_sound_shorter_than_a_block_still_has_a_loudness(seconds, db):
    sound = tone(500, seconds, 10 ** (db / 20))
    assert SILENT_LUFS < loudness(sound, RATE) < 0


@pytest.mark.parametrize("sound", [np.zeros(0, np.float32), np.zeros(RATE, np.float32)])
def test_silence_has_no_loudness_and_stays_silent(sound):
    assert loudness(sound, RATE) == SILENT_LUFS
    assert not levelled(sound, RATE, target_lufs=-23, ceiling_db=-3).any()


def test_a_spiky_sound_reaches_its_level_with_its_peaks_held():
    rng = np.random.default_rng(4)
    sound = rng.standard_normal(3 * RATE).astype(np.float32) * 0.05
    sound[::4801] = 0.9
    level = levelled(sound, RATE, target_lufs=-18, ceiling_db=-3)
    assert np.abs(level).max() < 10 ** (-3 / 20)
    assert loudness(level, RATE) == pytest.approx(-18, abs=0.5)


def test_a_long_sound_measures_the_same_in_blocks_as_its_parts_do():
    noise = (np.random.default_rng(1).standard_normal(25 * RATE) * 0.05).astype(np.float32)
    assert loudness(noise, RATE) == pytest.approx(loudness(noise[: 5 * RATE], RATE), abs=0.05)

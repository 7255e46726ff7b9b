import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.breakdown.scene import Presence
from mstation.sound.treatments import treated
from mstation.voices.loudness import loudness
from mstation.voices.speak import speak
from mstation.voices.speech import Voice

AWAY = [Presence.OFF_SCREEN, Presence.VOICE_OVER, Presence.PHONE]


@pytest.fixture(scope="module")
def line():
    text = "Sixteen shots of the same staircase, and she never once looked up."
    return speak(text, "", Voice("ch-1", "hibari", "f2"), seed=1)[0]


def noise(seconds=2.0):
    size = round(48_000 * seconds)
    return (np.random.default_rng(3).standard_normal(size) * 0.05).astype(np.float32)


def band_db(samples, low_hz, high_hz):
    """The level in a band, in dB."""
    power = np.abs(np.fft.rfft(samples.astype(float))) ** 2
    pitch = np.fft.rfftfreq(len(samples), 1 / 48_000)
    return 10 * np.log10(power[(pitch >= low_hz) & (pitch < high_hz)].mean())


def change_db(presence, low_hz, high_hz):
    """How a presence changes a band against the middle of the voice."""
    before, after = noise(), treated(noise(), presence)
    told = band_db(after, low_hz, high_hz) - band_db(before, low_hz, high_hz)
    return told - (band_db(after, 700, 1300) - band_db(before, 700, 1300))


def test_a_voice_in_the_scene_is_left_as_it_is(line):
    assert treated(line, Presence.ON) is line


def test_a_telephone_passes_300_to_3400_hz_and_little_else():
    assert change_db(Presence.PHONE, 500, 2500) == pytest.approx(0, abs=1)
    assert change_db(Presence.PHONE, 50, 150) < -30
    assert change_db(Presence.PHONE, 7000, 12_000) < -30


def test_a_telephone_bends_what_is_loud():
    time = np.arange(48_000) / 48_000
    tone = (0.3 * np.sin(2 * np.pi * 800 * time)).astype(np.float32)
    heard = treated(tone, Presence.PHONE)
    third = band_db(heard, 2390, 2410) - band_db(heard, 790, 810)
    assert -40 < third < -8


def test_a_voice_over_has_a_little_more_chest_and_a_little_more_edge():
    assert 1 < change_db(Presence.VOICE_OVER, 60, 120) < 3
    assert 0.3 < change_db(Presence.VOICE_OVER, 6000, 12_000) < 2.5


def test_a_voice_from_off_screen_is_slightly_dulled():
    assert -9 < change_db(Presence.OFF_SCREEN, 6000, 12_000) < -3


@pytest.mark.parametrize("presence", AWAY)
def test_a_treated_line_is_as_long_as_loud_and_never_clips(line, presence):
    heard = treated(line, presence)
    assert heard.dtype == np.float32
    assert heard.shape == line.shape
    assert loudness(heard, 48_000) == pytest.approx(loudness(line, 48_000), abs=0.5)
    assert np.abs(heard).max() < 10 ** (-3 / 20)
    assert abs(float(heard.mean())) < 1e-4
    assert (heard == treated(line, presence)).all()


@pytest.mark.parametrize("presence", AWAY)
def test_words_stay_where_they_are(line, presence):
    heard = treated(line, presence)
    likeness = np.fft.irfft(
        np.fft.rfft(np.abs(heard), 2 * len(line)) * np.fft.rfft(np.abs(line), 2 * len(line)).conj()
    )
    lag = int(likeness.argmax())
    assert min(lag, 2 * len(line) - lag) < 144  # three milliseconds


@given(st.integers(0, 500), st.sampled_from(AWAY), st.floats(0, 1, width=32))
def test_any_sound_comes_back_whole(size, presence, level):
    sound = np.full(size, level, np.float32)
    sound[::2] *= -1
    heard = treated(sound, presence)
    assert heard.shape == sound.shape
    assert np.isfinite(heard).all()

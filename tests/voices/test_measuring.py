import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.voices.measuring import Heard, heard

RATE = 24_000


def a_voice(pitch_hz, tilt_db, *, seconds=0.3):
    """Harmonics of one pitch whose spectrum falls by `tilt_db` an octave."""
    time_s = np.arange(round(seconds * RATE)) / RATE
    harmonics = np.arange(1, int(9000 / pitch_hz) + 1)
    gains = 10 ** (tilt_db * np.log2(harmonics) / 20)
    waves = np.sin(2 * np.pi * pitch_hz * harmonics[:, None] * time_s + harmonics[:, None])
    sound = gains @ waves
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


@pytest.mark.parametrize("pitch_hz", [85.0, 130.0, 210.0, 310.0])
def test_pitch_and_tilt_are_measured_as_they_were_made(pitch_hz):
    dark, plain = (heard(a_voice(pitch_hz, tilt), RATE) for tilt in (-11.0, -8.0))
    assert abs(dark.pitch_hz / pitch_hz - 1) < 0.02
    assert abs(plain.tilt_db + 8.0) < 2.0  # where harmonics fall among the bands
    assert abs((plain.tilt_db - dark.tilt_db) - 3.0) < 0.5


def test_how_loud_a_voice_is_measures_nothing():
    voice = a_voice(150.0, -8.0)
    loud, soft = heard(voice, RATE), heard(voice * np.float32(0.01), RATE)
    assert loud.pitch_hz == soft.pitch_hz
    assert abs(loud.tilt_db - soft.tilt_db) < 0.01


def test_noise_and_silence_have_no_voice():
    noise = np.random.default_rng(1).standard_normal(RATE).astype(np.float32)
    assert heard(noise * 0.1, RATE) is None
    assert heard(np.zeros(RATE, np.float32), RATE) is None
    assert heard(np.zeros(3, np.float32), RATE) is None


@given(st.floats(60, 400), st.floats(-14, -2), st.floats(60, 400), st.floats(-14, -2))
def test_apart_is_the_same_from_either_side(pitch_hz, tilt_db, other_hz, other_db):
    one, other = Heard(pitch_hz, tilt_db), Heard(other_hz, other_db)
    assert one.apart_from(other) == other.apart_from(one) >= 0.0
    assert one.apart_from(one) == 0.0

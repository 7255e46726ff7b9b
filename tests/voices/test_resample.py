from fractions import Fraction

import numpy as np
import pytest

from mstation.voices.resample import resampled


@pytest.mark.parametrize(
    "rate", [24_000, 22_050, 22_050 * Fraction(181, 200), 22_050 * Fraction(23, 20)]
)
def test_a_tone_keeps_its_pitch_level_and_purity(rate):
    seconds, hz = 1.0, 1000.0
    time_s = np.arange(int(float(rate) * seconds)) / float(rate)
    out = resampled(np.sin(2 * np.pi * hz * time_s).astype(np.float32), rate, 48_000)
    assert len(out) == pytest.approx(48_000 * seconds, abs=60)
    middle = out[4_800:43_200]
    spectrum = np.abs(np.fft.rfft(middle * np.blackman(len(middle))))
    peak_hz = spectrum.argmax() * 48_000 / len(middle)
    assert peak_hz == pytest.approx(hz, rel=2e-3)
    far = np.abs(np.arange(len(spectrum)) * 48_000 / len(middle) - hz) > 20
    assert spectrum[far].max() < spectrum.max() * 10 ** (-75 / 20)
    assert np.abs(middle).max() == pytest.approx(1.0, abs=0.01)


def test_nothing_is_folded_down_when_the_rate_falls():
    time_s = np.arange(48_000) / 48_000
    high = np.sin(2 * np.pi * 20_000 * time_s).astype(np.float32)
    assert np.abs(resampled(high, 48_000, 24_000)[500:-500]).max() < 1e-3


def test_a_long_sound_is_the_same_as_its_pieces_would_be():
    sound = np.random.default_rng(0).standard_normal(90_000).astype(np.float32)
    whole, part = resampled(sound, 24_000, 48_000), resampled(sound[:40_000], 24_000, 48_000)
    assert np.array_equal(whole[:79_000], part[:79_000])


def test_silence_and_nothing_pass():
    assert len(resampled(np.zeros(0, np.float32), 24_000, 48_000)) == 0

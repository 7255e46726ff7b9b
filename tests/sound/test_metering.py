"""The meter against ffmpeg's, and against what the standards say of tones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.sound.limiter import held_under, play_along
from mstation.sound.metering import (
    PEAK_HOP,
    PEAK_MARGIN,
    Meter,
    Sound,
    integrated,
    loudness_over_time,
    loudness_range,
    momentary,
    peaks,
    short_term,
)
from mstation.sound.wavefile import StereoWriter
from tests.sound.ffmpeg_meter import measure


def _stereo(sound: np.ndarray) -> Sound:
    return np.stack([sound, sound], axis=1).astype(np.float32)


def _tone(seconds: float, pitch: float, decibels: float) -> np.ndarray:
    time = np.arange(round(seconds * 48_000)) / 48_000
    return 10 ** (decibels / 20) * np.sin(2 * np.pi * pitch * time)


def _middles(heights: np.ndarray) -> np.ndarray:
    return PEAK_HOP * np.arange(len(heights)) + PEAK_HOP // 2


def _weighted(sound: Sound, block: int = 480_000) -> np.ndarray:
    meter = Meter()
    for first in range(0, len(sound), block):
        meter.hear(sound[first : first + block])
    return meter.levels().weighted


def test_a_tone_of_1_khz_reads_its_level_in_every_way() -> None:
    # Source: EBU Tech 3341, case 1.
    weighted = _weighted(_stereo(_tone(20, 1000, -23)))
    assert integrated(weighted) == pytest.approx(-23, abs=0.1)
    for curve in (momentary(weighted), short_term(weighted)):
        assert np.allclose(loudness_over_time(curve)[1:], -23, atol=0.1)


@pytest.mark.parametrize(
    ("levels", "range_lu"), [((-20, -30), 10), ((-20, -15), 5), ((-40, -20), 20)]
)
def test_the_range_is_that_of_the_standard(levels: tuple[float, ...], range_lu: float) -> None:
    # Source: EBU Tech 3342, cases 1 to 3.
    sound = np.concatenate([_tone(20, 1000, level) for level in levels])
    assert loudness_range(_weighted(_stereo(sound))) == pytest.approx(range_lu, abs=1)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 99), st.lists(st.floats(-50, -6), min_size=2, max_size=6))
def test_the_whole_reads_as_another_meter_reads_it(
    tmp_path_factory: pytest.TempPathFactory, seed: int, levels: list[float]
) -> None:
    noise = np.random.default_rng(seed).standard_normal((len(levels) * 48_000, 2)) / 4
    gain = np.repeat(10 ** (np.array(levels) / 20), 48_000)
    sound = (np.cumsum(noise, axis=0) % 1 * gain[:, None]).astype(np.float32)
    sound[-48_000:] = 0  # the other meter is given half a second more of nothing
    path = tmp_path_factory.mktemp("meter") / "a.wav"
    with StereoWriter(path) as writer:
        writer.write(sound)
    other = measure(path)
    assert integrated(_weighted(sound)) == pytest.approx(other.integrated_lufs, abs=0.2)


def test_blocks_change_nothing() -> None:
    sound = np.random.default_rng(2).standard_normal((48_000, 2)).astype(np.float32)
    assert np.allclose(_weighted(sound), _weighted(sound, 4800), rtol=1e-12)


def test_a_peak_between_samples_is_found_and_held() -> None:
    # A quarter of the sampling rate, an eighth of a turn late: samples at 0.7, peaks at 1.
    time = np.arange(48_000)
    swell = np.sin(np.pi * time / 48_000) ** 2  # an edge would ring in any meter
    sound = _stereo(swell * np.sin(np.pi / 2 * time + np.pi / 4))
    assert np.abs(sound).max() < 0.71
    padded = np.pad(sound, ((PEAK_MARGIN, PEAK_MARGIN), (0, 0)))
    heights = peaks(padded)
    assert heights.max() == pytest.approx(1.0, abs=0.02)
    play_along(sound, 0, _middles(heights), held_under(heights, 0.5, gain=1.0), gain=1.0)
    again = peaks(np.pad(sound, ((PEAK_MARGIN, PEAK_MARGIN), (0, 0))))
    assert again.max() <= 0.505


def test_what_is_under_the_ceiling_passes_untouched() -> None:
    sound = _stereo(_tone(1, 300, -10))
    heights = peaks(np.pad(sound, ((PEAK_MARGIN, PEAK_MARGIN), (0, 0))))
    held = sound.copy()
    play_along(held, 0, np.array([32]), held_under(heights, 0.9, gain=0.5)[:1], gain=0.5)
    assert np.allclose(held, 0.5 * sound, atol=1e-7)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 900), st.floats(0, 1)), min_size=1, max_size=12),
    st.integers(-40, 3000),
    st.integers(1, 900),
)
def test_a_curve_is_played_in_straight_lines(
    curve: list[tuple[int, float]], first: int, count: int
) -> None:
    block = np.ones((count, 2), np.float32)
    at, levels = np.cumsum([step for step, _ in curve]), np.array([level for _, level in curve])
    play_along(block, first, at, levels, gain=2.0)
    expected = 2 * np.interp(np.arange(first, first + count), at, levels)
    assert np.allclose(block[:, 0], expected, atol=1e-6)

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.errors import InvalidInput
from mstation.timebase import FrameRate, frame_of_timecode, timecode

RATES = st.sampled_from(["24", "25", "30", "50", "60", "23.976", "29.97", "59.94"]).map(
    FrameRate.parse
)


@pytest.mark.parametrize("name", ["23.976", "23.98", "24000/1001"])
def test_every_name_of_the_film_rate_is_exact(name: str) -> None:
    assert FrameRate.parse(name).fraction == Fraction(24000, 1001)


@pytest.mark.parametrize("text", ["", "0", "-24", "24/0", "fast", "1000"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="frame rate"):
        FrameRate.parse(text)


@given(RATES, st.integers(0, 24 * 3600 * 24 - 1))
def test_timecode_and_frames_are_one_to_one(rate: FrameRate, frame: int) -> None:
    assert frame_of_timecode(timecode(frame, rate), rate) == frame


def test_drop_frame_skips_two_numbers_a_minute_but_each_tenth() -> None:
    rate = FrameRate.parse("29.97")
    assert timecode(1799, rate) == "00:00:59;29"
    assert timecode(1800, rate) == "00:01:00;02"
    assert timecode(17982, rate) == "00:10:00;00"
    with pytest.raises(InvalidInput):
        frame_of_timecode("00:01:00;00", rate)


@given(RATES, st.integers(0, 10**6))
def test_the_sample_of_a_frame_is_the_floor_of_its_time(rate: FrameRate, frame: int) -> None:
    sample = rate.sample_of_frame(frame)
    exact = Fraction(frame) * 48_000 / rate.fraction
    assert sample <= exact < sample + 1


@given(RATES, st.integers(0, 10**5))
def test_frames_hold_their_own_seconds(rate: FrameRate, frames: int) -> None:
    assert abs(rate.frames_ceil(rate.seconds(frames)) - frames) <= 1
    assert rate.seconds(rate.frames_ceil(1.234)) >= 1.234


def test_a_film_starts_at_one_hour() -> None:
    assert timecode(25, FrameRate(24), start="01:00:00:00") == "01:00:01:01"

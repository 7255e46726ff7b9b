"""Media are laid on their shot by where they start, else by their length, else by a person."""

from __future__ import annotations

import pytest

from mstation.errors import InvalidInput
from mstation.laying import Laid, lay
from mstation.timebase import FrameRate

RATES = ("23.976", "24", "25", "29.97", "30")


@pytest.mark.parametrize("rate", RATES)
def test_handles_lie_before_one_oclock_and_before_frame_1001(rate: str) -> None:
    at = FrameRate.parse(rate)
    start = f"00:59:59:{at.nominal - 8:02}"
    assert lay(64, 48, start_timecode=start, rate=at) == Laid(8, "timecode")
    assert lay(48, 48, start_timecode="01:00:00:00", rate=at) == Laid(0, "timecode")
    assert lay(64, 48, first_number=993) == Laid(8, "number")
    assert lay(64, 48, first_number=993, start_timecode=start, rate=at) == Laid(8, "number")


def test_a_drop_frame_timecode_counts_as_it_is_written() -> None:
    at = FrameRate.parse("29.97")
    assert lay(64, 48, start_timecode="00:59:59;22", rate=at) == Laid(8, "timecode")
    assert lay(48, 48, start_timecode="01:00:00;00", rate=at) == Laid(0, "timecode")


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"first_number": 1},
        {"start_timecode": "00:00:00:00", "rate": FrameRate(24)},
        {"start_timecode": "14:22:10:03", "rate": FrameRate(24)},
    ],
)
def test_what_says_not_where_it_starts_is_laid_by_its_length(told: dict) -> None:
    assert lay(48, 48, **told) == Laid(0, "length")
    assert lay(64, 48, **told) == Laid(8, "length")
    for frames, shot in ((63, 48), (40, 48), (48, None)):
        with pytest.raises(InvalidInput, match="--handles"):
            lay(frames, shot, **told)


def test_what_lacks_the_first_frames_or_contradicts_itself_is_asked_about() -> None:
    with pytest.raises(InvalidInput, match="8 frames after"):
        lay(48, 48, first_number=1009)
    with pytest.raises(InvalidInput, match="by its timecode 0"):
        lay(64, 48, first_number=993, start_timecode="01:00:00:00", rate=FrameRate(24))
    # shorter than the shot, but it says where it starts
    assert lay(40, 48, first_number=1001) == Laid(0, "number")
    assert lay(40, None, first_number=1001) == Laid(0, "number")

"""Timecode as files write it: drop-frame or not, as its own sign says.

A rate of 29.97 may be counted both ways: `01:00:00;00` leaves numbers out to keep pace with the
clock, `01:00:00:00` counts every frame by thirties. Source: SMPTE ST 12-1.
"""

from __future__ import annotations

from mstation import timebase
from mstation.timebase import FrameRate


def counting_rate(start: str, rate: FrameRate) -> FrameRate:
    """Return the rate by which a timecode counts: the pictures' own, or its whole number."""
    return rate if ";" in start and rate.is_drop_frame else FrameRate(rate.nominal)


def frame_of(text: str, rate: FrameRate) -> int:
    """Return the frame since midnight that a timecode names.

    Raises:
        InvalidInput: when the text is not a timecode of this rate.
    """
    return timebase.frame_of_timecode(text, counting_rate(text, rate))


def timecode_at(frame: int, rate: FrameRate, start: str) -> str:
    """Return the timecode of a frame counted from `start`, written as `start` is."""
    return timebase.timecode(frame, counting_rate(start, rate), start=start)


def timecode_of(frame: int, rate: FrameRate, *, is_drop_frame: bool) -> str:
    """Return the timecode of a frame since midnight."""
    return timecode_at(frame, rate, "00:00:00;00" if is_drop_frame else "00:00:00:00")

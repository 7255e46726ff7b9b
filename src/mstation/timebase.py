"""Frame rates, timecode and sample positions: exact, never float seconds.

Source: SMPTE ST 12-1 for timecode and drop-frame counting.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from mstation.errors import InvalidInput

SAMPLE_RATE = 48_000
START_TIMECODE = "01:00:00:00"

_NAMED_RATES = {
    "23.976": (24_000, 1001),
    "23.98": (24_000, 1001),
    "29.97": (30_000, 1001),
    "47.952": (48_000, 1001),
    "59.94": (60_000, 1001),
}
_MIN_RATE, _MAX_RATE = 1, 120


@dataclass(frozen=True, slots=True)
class FrameRate:
    """An exact number of frames in a second, `numerator / denominator`."""

    numerator: int
    denominator: int = 1

    @classmethod
    def parse(cls, text: str) -> FrameRate:
        """Return the rate written as `24`, `23.976` or `24000/1001`.

        Raises:
            InvalidInput: when the text names no rate between 1 and 120.
        """
        text = text.strip()
        if text in _NAMED_RATES:
            return cls(*_NAMED_RATES[text])
        try:
            rate = Fraction(text)
        except (ValueError, ZeroDivisionError):
            rate = Fraction(0)
        if not _MIN_RATE <= rate <= _MAX_RATE:
            raise InvalidInput(
                f"`{text}` is not a frame rate; write 24, 25, 23.976 or 24000/1001",
                zh=f"`{text}` 不是可用的帧率；请写 24、25、23.976 或 24000/1001",
            )
        return cls(rate.numerator, rate.denominator)

    @property
    def fraction(self) -> Fraction:
        """Frames in a second as an exact fraction."""
        return Fraction(self.numerator, self.denominator)

    @property
    def nominal(self) -> int:
        """Whole frames that a timecode second counts (24 for 23.976)."""
        return -(-self.numerator // self.denominator)

    @property
    def is_drop_frame(self) -> bool:
        """Whether timecode skips numbers to keep pace with the clock (29.97, 59.94)."""
        return self.denominator == 1001 and self.nominal % 30 == 0

    def __str__(self) -> str:
        if self.denominator == 1:
            return str(self.numerator)
        return f"{self.numerator}/{self.denominator}"

    def seconds(self, frames: int) -> float:
        """Return the length of `frames` in seconds, for display and physics only."""
        return frames * self.denominator / self.numerator

    def frames_ceil(self, seconds: float) -> int:
        """Return the fewest frames that hold `seconds`, at microsecond precision."""
        exact = Fraction(round(seconds * 1_000_000), 1_000_000) * self.fraction
        return -(-exact.numerator // exact.denominator)

    def sample_of_frame(self, frame: int, sample_rate: int = SAMPLE_RATE) -> int:
        """Return the first audio sample of `frame`: floor(n · rate / fps)."""
        return frame * sample_rate * self.denominator // self.numerator


def timecode(frame: int, rate: FrameRate, *, start: str = "00:00:00:00") -> str:
    """Return `HH:MM:SS:FF` (`;FF` when drop-frame) of a frame counted from `start`."""
    frame += frame_of_timecode(start, rate)
    nominal = rate.nominal
    if rate.is_drop_frame:
        dropped = nominal // 15
        per_minute = nominal * 60 - dropped
        per_ten = per_minute * 10 + dropped
        tens, rest = divmod(frame, per_ten)
        minutes = 0 if rest < nominal * 60 else 1 + (rest - nominal * 60) // per_minute
        frame += dropped * (9 * tens + minutes)
    seconds, frames = divmod(frame, nominal)
    separator = ";" if rate.is_drop_frame else ":"
    hours, minutes, seconds = seconds // 3600 % 24, seconds // 60 % 60, seconds % 60
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{separator}{frames:02d}"


def frame_of_timecode(text: str, rate: FrameRate) -> int:
    """Return the frame that `HH:MM:SS:FF` names, counted from zero.

    Raises:
        InvalidInput: when the text is not a timecode of this rate.
    """
    parts = text.replace(";", ":").split(":")
    if len(parts) != 4 or not all(part.isdigit() for part in parts):
        raise InvalidInput(
            f"`{text}` is not a timecode; write HH:MM:SS:FF",
            zh=f"`{text}` 不是时间码；请写成 时:分:秒:帧，如 01:00:00:00",
        )
    hours, minutes, seconds, frames = (int(part) for part in parts)
    nominal = rate.nominal
    dropped = nominal // 15 if rate.is_drop_frame else 0
    skipped = frames < dropped and seconds == 0 and minutes % 10 != 0
    if minutes > 59 or seconds > 59 or frames >= nominal or skipped:
        raise InvalidInput(
            f"`{text}` is not a timecode at {rate} frames a second",
            zh=f"按每秒 {rate} 帧计，`{text}` 不是有效的时间码",
        )
    total_minutes = hours * 60 + minutes
    whole = (total_minutes * 60 + seconds) * nominal + frames
    return whole - dropped * (total_minutes - total_minutes // 10)

"""Times of documents as frames: timecode of both ways of counting, seconds as fractions, speeds.

A rate of 29.97 may be counted in two ways: drop-frame leaves numbers out to keep pace with the
clock, non-drop counts every frame by thirties. A cut holds frames; only a document's text says how
they are counted. Source: SMPTE ST 12-1.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

from mstation.conform.cutlist import CutClip
from mstation.timebase import FrameRate, frame_of_timecode, timecode

_NTSC = Fraction(1000, 1001)
_NEAR = 2e-4  # 23.98 is 23.976; 24 is another rate
_WHOLE = Fraction(1, 1000)  # of a frame: what rounding leaves in documents that count by floats
_LOWEST, _HIGHEST = 1, 120


def counts_drop_frame(rate: FrameRate, drop_frame: bool | None) -> bool:
    """Return whether timecode leaves numbers out: as asked, else as the rate usually does.

    Raises:
        ValueError: drop-frame is asked of a rate that has none.
    """
    if drop_frame and not rate.is_drop_frame:
        raise ValueError(f"{rate} has no drop-frame timecode")
    return rate.is_drop_frame if drop_frame is None else drop_frame


def _counted(rate: FrameRate, drop_frame: bool) -> FrameRate:
    return rate if drop_frame else FrameRate(rate.nominal)


def timecode_of(frame: int, rate: FrameRate, *, drop_frame: bool) -> str:
    """Return the timecode of a frame since midnight."""
    return timecode(frame, _counted(rate, drop_frame and rate.is_drop_frame))


def frame_of(text: str, rate: FrameRate, *, drop_frame: bool) -> int:
    """Return the frame since midnight that a timecode names.

    Raises:
        InvalidInput: when the text is not a timecode of this rate.
    """
    return frame_of_timecode(text, _counted(rate, drop_frame))


def rate_near(value: float | Fraction) -> FrameRate | None:
    """Return the rate that a document means by a number: 23.976, 23.98 and 24000/1001 are one."""
    if not (math.isfinite(value) and _LOWEST * 0.99 <= value <= _HIGHEST):
        return None
    whole = round(value)
    for exact in (Fraction(whole), Fraction(math.ceil(value - 1e-9)) * _NTSC):
        if abs(float(value) - float(exact)) <= float(exact) * _NEAR:
            return FrameRate(exact.numerator, exact.denominator)
    return None


def whole(frames: Fraction) -> int | None:
    """Return a position as a whole frame, or None where it lies between two."""
    nearest = round(frames)
    return nearest if abs(frames - nearest) <= _WHOLE else None


def begun(frames: Fraction) -> int:
    """Return the frame that is shown at a position: the last that has begun."""
    nearest = round(frames)
    return nearest if abs(frames - nearest) <= _WHOLE else math.floor(frames)


def source_frames(record_frames: int, speed: Fraction) -> int:
    """Return how many frames of a source so many frames of the film pass over; 1 for a freeze."""
    return max(1, math.ceil(record_frames * abs(speed)))


def shortened(clip: CutClip, head: int, tail: int) -> CutClip:
    """Return a clip without its first and last record frames; longer where they are negative."""
    record_first = clip.record_first_frame + head
    record_end = clip.record_end_frame - tail
    first, end = clip.source_first_frame, clip.source_end_frame
    passed = source_frames(record_end - record_first, clip.speed)
    skipped = math.floor(head * abs(clip.speed))
    if clip.speed > 0:
        first += skipped
        end = first + passed
    elif clip.speed < 0:
        end -= skipped
        first = end - passed
    head_frames, tail_frames = clip.head_frames, clip.tail_frames
    return replace(
        clip,
        record_first_frame=record_first,
        record_end_frame=record_end,
        source_first_frame=first,
        source_end_frame=end,
        head_frames=None if head_frames is None else head_frames + first - clip.source_first_frame,
        tail_frames=None if tail_frames is None else tail_frames + clip.source_end_frame - end,
        dissolve_frames=max(0, clip.dissolve_frames - max(0, head)),
    )


def moved(clip: CutClip, frames: int) -> CutClip:
    """Return a clip so many frames later in the film."""
    return replace(
        clip,
        record_first_frame=clip.record_first_frame + frames,
        record_end_frame=clip.record_end_frame + frames,
    )

"""How a clip's own time runs against its source's: FCPXML's time maps, where they are constant.

A map's points say at which local time which source time is shown. Final Cut Pro counts both as the
source's timecode; other programs count both from 0. Which of them, the source's own range says.
Source: Apple, Final Cut Pro XML Reference, `timeMap` and `timept`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from mstation.conform.markup import Element
from mstation.conform.seconds import seconds
from mstation.timebase import FrameRate

_ALIKE = Fraction(1, 10_000)  # of speeds: what rounding to a time scale leaves
_NEAR = Fraction(1, 2)  # of a frame
_FINEST = 100_000


@dataclass(frozen=True, slots=True)
class Retime:
    """A constant speed: local frame `local` shows source frame `source`."""

    local: Fraction
    source: Fraction
    speed: Fraction

    @classmethod
    def none(cls) -> Retime:
        """Return local time that is the source's."""
        return cls(Fraction(0), Fraction(0), Fraction(1))

    def source_at(self, local: Fraction) -> Fraction:
        """Return the source's time, in frames, at a local time."""
        return self.source + (local - self.local) * self.speed


def retime_of(
    item: Element,
    document: str,
    rate: FrameRate,
    played: tuple[Fraction, Fraction],
    available: tuple[Fraction, Fraction] | None,
) -> Retime | None:
    """Return the speed of what is played of an item; None where no constant speed is meant.

    Args:
        item: The clip.
        document: What the document is called.
        rate: The cut's rate: everything else is in its frames.
        played: The clip's range in its local time.
        available: The source's range in its own timecode, where it is known.
    """
    time_map = item.find("timeMap")
    if time_map is None:
        return Retime.none()
    points = [
        (
            seconds(point, "time", document) * rate.fraction,
            seconds(point, "value", document) * rate.fraction,
        )
        for point in time_map.children
        if point.name == "timept"
    ]
    if len(points) < 2:
        return None
    speed = _speed(points, played)
    if speed is None:
        return None
    shift = _shift(points, available)
    if shift is None:
        return None
    return Retime(points[0][0], points[0][1] + shift, speed)


def _speed(
    points: list[tuple[Fraction, Fraction]], played: tuple[Fraction, Fraction]
) -> Fraction | None:
    """Return the one slope of all the points; None for ramps, and where nothing says it."""
    slopes = []
    for (time, value), (next_time, next_value) in pairwise(points):
        if next_time <= time:
            return None
        slopes.append((next_value - value) / (next_time - time))
    if max(slopes) - min(slopes) > _ALIKE:
        return None
    if played[0] < points[0][0] - _NEAR or played[1] > points[-1][0] + _NEAR:
        return None  # what is played beyond the map, nobody says
    mean = (points[-1][1] - points[0][1]) / (points[-1][0] - points[0][0])
    return mean.limit_denominator(_FINEST)


def _shift(
    points: list[tuple[Fraction, Fraction]], available: tuple[Fraction, Fraction] | None
) -> Fraction | None:
    """Return what to add to a map's values to have the source's timecode."""
    if available is None or available[0] == available[1]:
        return Fraction(0)
    values = [value for _, value in points]
    low, high = min(values), max(values)
    first, end = available
    if first - _NEAR <= low and high <= end + _NEAR:
        return Fraction(0)
    if low > first / 2:  # beyond the media, but counted as its timecode
        return Fraction(0)
    return first if low >= -_NEAR and high <= end - first + _NEAR else None

"""Stretches of time, half-open: what licences, bookings, holds and free days all rest on.

A start belongs to its interval, an end does not, so that one may begin where another ends. An
interval without an end goes on for ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """From a moment up to, not including, another; both know their time zone."""

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise ValueError("an interval ends after it starts")

    def overlaps(self, other: Interval) -> bool:
        """Return whether some moment is in both."""
        return _before(self.start, other.end) and _before(other.start, self.end)

    def contains(self, moment: datetime) -> bool:
        """Return whether a moment is in it."""
        return self.start <= moment and _before(moment, self.end)

    def covers(self, other: Interval) -> bool:
        """Return whether every moment of another is in it."""
        if other.end is None:
            return self.end is None and self.start <= other.start
        return self.start <= other.start and (self.end is None or other.end <= self.end)

    def meeting(self, other: Interval) -> Interval | None:
        """Return what is in both; none where nothing is."""
        if not self.overlaps(other):
            return None
        return Interval(max(self.start, other.start), _sooner(self.end, other.end))

    def widened(self, before: timedelta, after: timedelta) -> Interval:
        """Return it with time before and after: to set up, to strike."""
        return Interval(self.start - before, None if self.end is None else self.end + after)


def days(first: date, last: date, zone: tzinfo = UTC) -> Interval:
    """Return the whole days from a first to a last, both included, as a place counts them.

    Raises:
        ValueError: when the last comes before the first.
    """
    midnight = datetime.combine(first, time.min, zone).astimezone(UTC)
    after = datetime.combine(last + timedelta(days=1), time.min, zone).astimezone(UTC)
    return Interval(midnight, after)


def joined(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the moments of any of these, as the fewest intervals, in order."""
    made: list[Interval] = []
    for each in sorted(intervals, key=lambda interval: interval.start):
        last = made[-1] if made else None
        if last is None or (last.end is not None and last.end < each.start):
            made.append(each)
        elif last.end is not None and (each.end is None or each.end > last.end):
            made[-1] = replace(last, end=each.end)
    return tuple(made)


def without(whole: Iterable[Interval], taken: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the moments of these in none of those, in order."""
    left = list(joined(whole))
    for each in joined(taken):
        left = [part for piece in left for part in _cut(piece, each)]
    return tuple(left)


def are_covered(wanted: Interval, parts: Iterable[Interval]) -> bool:
    """Return whether every moment of an interval is in one of these."""
    return not without((wanted,), parts)


def most_at_once(taken: Iterable[tuple[Interval, int]]) -> int:
    """Return the greatest sum of amounts that holds at one moment; 0 where there is nothing."""
    steps: list[tuple[datetime, int]] = []
    for interval, amount in taken:
        steps.append((interval.start, amount))
        if interval.end is not None:
            steps.append((interval.end, -amount))
    most = now = 0
    for _, step in sorted(steps):  # at one moment what ends, ends first: its step is negative
        now += step
        most = max(most, now)
    return most


def _cut(piece: Interval, out: Interval) -> list[Interval]:
    if not piece.overlaps(out):
        return [piece]
    left = []
    if piece.start < out.start:
        left.append(Interval(piece.start, out.start))
    if out.end is not None and _before(out.end, piece.end):
        left.append(Interval(out.end, piece.end))
    return left


def _before(moment: datetime, end: datetime | None) -> bool:
    return end is None or moment < end


def _sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return min(one, other)

"""When something is free: what is booked, blacked out and closed in, the times left out.

A booking begins and ends while the place is open; between, it may stand over closed nights.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import Connection

from mstation.station.intervals import Interval, joined, most_at_once, without
from mstation.station.space.bookings import BookingSlot, BookingState, slots_in
from mstation.station.space.facilities import Facility, Resource, blackouts_of
from mstation.station.space.opening import open_in, zone_of

LOOKED_AHEAD = timedelta(days=92)


def free_times(
    connection: Connection, facility: Facility, resource: Resource, window: Interval, *,
    quantity: int = 1,
) -> tuple[Interval, ...]:  # fmt: skip
    """Return when so many of a thing can be had in a window that ends, set-up and strike aside."""
    is_open = open_in(facility.opening, zone_of(facility.time_zone), window)
    gaps = _gaps(connection, resource, window, quantity)
    met = [gap.meeting(each) for gap in gaps for each in is_open]
    return joined(each for each in met if each is not None)


def next_free(
    connection: Connection, facility: Facility, resource: Resource, wanted: Interval, *,
    quantity: int = 1,
) -> Interval | None:  # fmt: skip
    """Return the first time from a wanted one on, as long as it, that can be had; none in 92 days.

    wanted: ends.
    """
    assert wanted.end is not None
    length = wanted.end - wanted.start
    window = Interval(wanted.start, wanted.end + LOOKED_AHEAD)
    is_open = open_in(facility.opening, zone_of(facility.time_zone), window)
    found = [
        start
        for gap in _gaps(connection, resource, window, quantity)
        if (start := _first_start(gap, is_open, length)) is not None
    ]
    return Interval(min(found), min(found) + length) if found else None


def is_open_at_both_ends(facility: Facility, booked: Interval) -> bool:
    """Return whether a place is open when a booking begins and when it ends."""
    assert booked.end is not None
    window = booked.widened(timedelta(days=2), timedelta(days=2))
    is_open = open_in(facility.opening, zone_of(facility.time_zone), window)
    return any(each.contains(booked.start) for each in is_open) and any(
        _ends_in(each, booked.end) for each in is_open
    )


def fits(held: Interval, quantity: int, capacity: int, others: Sequence[BookingSlot]) -> bool:
    """Return whether so many more can be had in a time beside other slots of the thing."""
    met = [(held.meeting(each.held), each.quantity) for each in others]
    taken = [(each, amount) for each, amount in met if each is not None]
    return most_at_once(taken) + quantity <= capacity


def _gaps(
    connection: Connection, resource: Resource, window: Interval, quantity: int
) -> list[Interval]:
    """Return the times for bookings: what is left, less the set-up before and the strike after."""
    set_up, strike = set_up_of(resource), strike_of(resource)
    wide = window.widened(set_up, strike)
    slots = slots_in(connection, resource.id, wide, BookingState.CONFIRMED)
    out = [
        Interval(each.starts_at, each.ends_at) for each in blackouts_of(connection, resource, wide)
    ]
    left = without([wide], [*_full(slots, resource.capacity - quantity), *out])
    made = []
    for each in left:
        assert each.end is not None
        start, end = each.start + set_up, each.end - strike
        if start < end:
            made.append(Interval(start, end))
    return made


def _full(slots: Sequence[BookingSlot], most: int) -> list[Interval]:
    """Return the times at which more than so many are booked; a negative number: always."""
    steps: list[tuple[datetime, int]] = []
    for slot in slots:
        steps += [(slot.held_from, slot.quantity), (slot.held_to, -slot.quantity)]
    full, now = [], 0
    moments = sorted(steps)
    for (at, step), (until, _) in pairwise(moments):
        now += step
        if now > most and at < until:
            full.append(Interval(at, until))
    return full


def _first_start(gap: Interval, is_open: Sequence[Interval], length: timedelta) -> datetime | None:
    """Return the first start in a gap at which it is open, as it is when the length is over."""
    assert gap.end is not None
    for begins in is_open:
        assert begins.end is not None
        for ends in is_open:
            assert ends.end is not None
            start = max(gap.start, begins.start, ends.start - length)
            is_in = start < begins.end and start + length <= min(gap.end, ends.end)
            if is_in and start + length > ends.start:
                return start
            if ends.start - length >= begins.end:
                break
    return None


def _ends_in(each: Interval, end: datetime) -> bool:
    return each.end is not None and each.start < end <= each.end


def set_up_of(resource: Resource) -> timedelta:
    """Return how long a thing is set up."""
    return timedelta(minutes=resource.set_up_min)


def strike_of(resource: Resource) -> timedelta:
    """Return how long a thing is struck."""
    return timedelta(minutes=resource.strike_min)

"""Blackouts: when a place, or one thing of it, is not to be had; by hand or from a calendar."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from mstation.errors import Conflict, InvalidInput
from mstation.station.accounts import written
from mstation.station.calendars import read_calendar
from mstation.station.change import Change, find_where, hold
from mstation.station.ids import new_id
from mstation.station.intervals import Interval
from mstation.station.space.bookings import BookingState, slots_in
from mstation.station.space.facilities import (
    Blackout,
    Facility,
    Resource,
    resources,
    resources_of,
)
from mstation.station.space.opening import zone_of
from mstation.station.space.options import shown


def add_blackout(
    change: Change, facility: Facility, interval: Interval, *,
    resource: Resource | None = None, reason: str = "",
) -> Blackout:  # fmt: skip
    """Keep a place, or one thing of it, from being booked for a time.

    Raises:
        InvalidInput: when the time has no end.
        Conflict: when it is booked then: cancel that first.
    """
    _refuse_booked(change, _held(change, facility, resource), [interval])
    return change.add(_blackout(facility, resource, interval, reason=reason and written(reason)))


def take_in_calendar(
    change: Change, facility: Facility, data: bytes, *, source: str,
    resource: Resource | None = None,
) -> list[Blackout]:  # fmt: skip
    """Take a calendar's times as blackouts, in place of what the same source said before.

    Raises:
        InvalidInput: when the file is no calendar that is read.
        Conflict: when something is booked at one of its times: nothing is taken in.
    """
    source = written(source, "source", "来源")
    happenings = read_calendar(data, zone_of(facility.time_zone), change.at)
    held = _held(change, facility, resource)
    _refuse_booked(change, held, [each.interval for each in happenings])
    of = None if resource is None else resource.id
    for before in find_where(
        change.connection, Blackout, facility_id=facility.id, resource_id=of, source=source
    ):
        change.remove(before)
    made = [
        _blackout(facility, resource, each.interval, reason=each.summary, source=source)
        for each in happenings
    ]
    change.add_all(made)
    return made


def blackouts_at(connection: Connection, facility: Facility) -> list[Blackout]:
    """Return the blackouts of a place and of what it lets, in order of time."""
    found = find_where(connection, Blackout, facility_id=facility.id)
    return sorted(found, key=lambda each: (each.starts_at, each.id))


def _held(change: Change, facility: Facility, resource: Resource | None) -> list[Resource]:
    held = resources_of(change.connection, facility.id) if resource is None else [resource]
    for each in held:
        hold(change.connection, resources, each.id)
    return held


def _refuse_booked(change: Change, held: Sequence[Resource], intervals: Sequence[Interval]) -> None:
    for resource in held:
        for interval in intervals:
            if interval.end is None:
                raise InvalidInput("a blackout ends", zh="不开放时段须有结束时间")
            for slot in slots_in(change.connection, resource.id, interval, BookingState.CONFIRMED):
                raise Conflict(
                    f"{resource.name} is booked from {shown(slot.starts_at)} to "
                    f"{shown(slot.ends_at)} (booking {slot.booking_id}); cancel that first",
                    zh=f"{resource.name} 在 {shown(slot.starts_at)} 至 {shown(slot.ends_at)} "
                    f"已被预订（预订 {slot.booking_id}）；请先取消",
                )


def _blackout(
    facility: Facility, resource: Resource | None, interval: Interval, *, reason: str,
    source: str = "",
) -> Blackout:  # fmt: skip
    assert interval.end is not None
    of = None if resource is None else resource.id
    own = (new_id(), 1, facility.party_id, facility.id)
    return Blackout(*own, interval.start, interval.end, of, reason, source)

"""Calendars that others subscribe to: an address with a key, which can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    String,
    Table,
    select,
)

from mstation.errors import InvalidInput, NotFound
from mstation.station.accounts import digest, written
from mstation.station.calendars import Happening, write_calendar
from mstation.station.change import Change, find, find_where, missing
from mstation.station.ids import new_id
from mstation.station.intervals import Interval
from mstation.station.parties import Party
from mstation.station.schema import Id, keep, metadata, noun_of, now, own_columns
from mstation.station.space.bookings import (
    Booking,
    BookingSlot,
    BookingState,
    booking_slots,
    bookings,
    has_expired,
)
from mstation.station.space.facilities import Resource
from mstation.station.talent.availability import Availability, AvailabilityKind

LOOKED_BACK = timedelta(days=92)
_SHOWN = (BookingState.OPTION, BookingState.CONFIRMED)


class FeedOf(StrEnum):
    """What a calendar shows: who has a thing when, what a party has booked, when it is busy."""

    RESOURCE = "resource"
    BOOKINGS = "bookings"
    AVAILABILITY = "availability"


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """A calendar that whoever knows its key may read, until it is revoked; party_id is whose."""

    id: str
    revision: int
    party_id: str
    of: FeedOf
    label: str
    key_digest: str = field(metadata={"secret": True}, repr=False)
    resource_id: str | None = None
    is_revoked: bool = False


calendar_feeds = keep(
    CalendarFeed,
    Table(
        "calendar_feeds",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("of", String(16), nullable=False),
        Column("label", String(200), nullable=False),
        Column("key_digest", String(64), nullable=False, unique=True),
        Column("resource_id", Id, ForeignKey("resources.id")),
        Column("is_revoked", Boolean, nullable=False),
    ),
)


def add_feed(
    change: Change, party: Party, *, of: FeedOf, label: str, key: str, resource_id: str | None
) -> CalendarFeed:
    """Make a calendar that whoever knows the key may read.

    Raises:
        InvalidInput: when it is to show a thing and names none of the party's own.
    """
    if (of is FeedOf.RESOURCE) is (resource_id is None):
        raise InvalidInput(
            "a calendar of a resource names it; others name none",
            zh="资源日历须指明资源，其他日历不必",
        )
    if resource_id is not None:
        resource = find(change.connection, Resource, resource_id)
        if resource.party_id != party.id:
            raise missing(Resource, resource.id)
    made = CalendarFeed(
        new_id(), 1, party.id, of, written(label, "label", "标签"), digest(key), resource_id
    )
    return change.add(made)


def feed_by_key(connection: Connection, key: str) -> CalendarFeed:
    """Return the calendar that a key opens.

    Raises:
        NotFound: when it opens none, or none any more.
    """
    for feed in find_where(connection, CalendarFeed, key_digest=digest(key)):
        if not feed.is_revoked:
            return feed
    raise NotFound("this address shows no calendar", zh="此地址没有日历")


def written_feed(connection: Connection, feed: CalendarFeed) -> bytes:
    """Return a calendar as it is now."""
    match feed.of:
        case FeedOf.AVAILABILITY:
            happenings = _busy(connection, feed)
        case FeedOf.RESOURCE:
            happenings = _booked(connection, feed, booking_slots.c.resource_id == feed.resource_id)
        case FeedOf.BOOKINGS:
            happenings = _booked(connection, feed, bookings.c.party_id == feed.party_id)
    return write_calendar(feed.label, happenings, now())


def _booked(
    connection: Connection, feed: CalendarFeed, condition: ColumnElement[bool]
) -> list[Happening]:
    query = (
        select(booking_slots)
        .join(bookings, bookings.c.id == booking_slots.c.booking_id)
        .where(condition, booking_slots.c.state.in_(_SHOWN))
        .where(booking_slots.c.ends_at > now() - LOOKED_BACK)
        .order_by(booking_slots.c.starts_at, booking_slots.c.id)
    )
    told = []
    for row in connection.execute(query).mappings():
        slot = noun_of(BookingSlot, dict(row))
        booking = find(connection, Booking, slot.booking_id)
        if has_expired(booking, now()):
            continue
        name = find(connection, Resource, slot.resource_id).name
        summary = booking.title if feed.of is FeedOf.RESOURCE else f"{name}: {booking.title}"
        is_tentative = booking.state is BookingState.OPTION
        time = Interval(slot.starts_at, slot.ends_at)
        told.append(Happening(slot.id, time, summary, is_tentative))
    return told


def _busy(connection: Connection, feed: CalendarFeed) -> list[Happening]:
    """Return when somebody is not free; why, stays theirs."""
    return [
        Happening(each.id, Interval(each.starts_at, each.ends_at), each.kind,
                  each.kind is AvailabilityKind.HOLD)
        for each in find_where(connection, Availability, party_id=feed.party_id)
        if each.kind is not AvailabilityKind.FREE and each.ends_at > now() - LOOKED_BACK
    ]  # fmt: skip

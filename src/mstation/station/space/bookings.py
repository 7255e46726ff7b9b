"""Bookings: one thing or several together, all or none, for stretches of time that nobody else has.

An option stands until it expires; the first option of a time may become a booking, those after it
wait. That no more are booked at a moment than there are, set-up and strike included, the database
itself keeps: whoever books holds the row of the thing until the end of the change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    select,
)

from mstation.station.change import find
from mstation.station.guards import guard
from mstation.station.intervals import Interval
from mstation.station.schema import Id, Moment, keep, metadata, noun_of, own_columns
from mstation.station.space.facilities import Tier
from mstation.station.space.pricing import PriceLine


class BookingState(StrEnum):
    """How far a booking is.

    lapsed: an option that nobody confirmed in time. lost: an option whose time another booked.
    """

    OPTION = "option"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Booking:
    """Who has what when; party_id is who books, and project_id for which film, if any.

    rank: of an option: 1 may be confirmed, 2 waits for one before it; 0 when it is none.
    lines: what the price is made of. cancelling: the tiers as they were when it was booked.
    """

    id: str
    revision: int
    party_id: str
    title: str
    state: BookingState
    rank: int
    currency: str
    total: int  # minor units
    lines: tuple[PriceLine, ...]
    cancelling: tuple[Tier, ...]
    made_at: datetime
    expires_at: datetime | None = None  # of an option
    cancelled_at: datetime | None = None
    cancelling_fee: int = 0  # minor units
    organisation_id: str | None = None
    project_id: str | None = None


@dataclass(frozen=True, slots=True)
class BookingSlot:
    """One thing of a booking for one stretch of time; party_id is whose the thing is."""

    id: str
    revision: int
    party_id: str
    booking_id: str
    resource_id: str
    quantity: int
    starts_at: datetime
    ends_at: datetime
    held_from: datetime  # set-up begins
    held_to: datetime  # strike is over
    state: BookingState

    @property
    def held(self) -> Interval:
        """The time that nobody else can have: with set-up and strike."""
        return Interval(self.held_from, self.held_to)


bookings = keep(
    Booking,
    Table(
        "bookings",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("title", String(200), nullable=False),
        Column("state", String(16), nullable=False),
        Column("rank", Integer, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("total", BigInteger, nullable=False),
        Column("lines", JSON, nullable=False),
        Column("cancelling", JSON, nullable=False),
        Column("made_at", Moment, nullable=False),
        Column("expires_at", Moment),
        Column("cancelled_at", Moment),
        Column("cancelling_fee", BigInteger, nullable=False),
        Column("organisation_id", Id, ForeignKey("organisations.id")),
        Column("project_id", Id, ForeignKey("projects.id"), index=True),
    ),
)
booking_slots = keep(
    BookingSlot,
    Table(
        "booking_slots",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("booking_id", Id, ForeignKey("bookings.id"), nullable=False, index=True),
        Column("resource_id", Id, ForeignKey("resources.id"), nullable=False),
        Column("quantity", Integer, nullable=False),
        Column("starts_at", Moment, nullable=False),
        Column("ends_at", Moment, nullable=False),
        Column("held_from", Moment, nullable=False),
        Column("held_to", Moment, nullable=False),
        Column("state", String(16), nullable=False),
        Index("ix_booking_slots_resource", "resource_id", "held_from"),
        CheckConstraint("quantity >= 1", name="some"),
        CheckConstraint(
            "held_from <= starts_at AND starts_at < ends_at AND ends_at <= held_to", name="in_order"
        ),
    ),
)

# At each moment within NEW at which something begins, and at NEW's own start: what is booked then.
_BOOKED_ABOVE = """
    SELECT 1 FROM (
        SELECT NEW.held_from AS moment UNION SELECT held_from FROM booking_slots
        WHERE resource_id = NEW.resource_id AND state = 'confirmed' AND id <> NEW.id
        AND held_from > NEW.held_from AND held_from < NEW.held_to
    ) AS starts WHERE NEW.quantity + (
        SELECT COALESCE(SUM(quantity), 0) FROM booking_slots
        WHERE resource_id = NEW.resource_id AND state = 'confirmed' AND id <> NEW.id
        AND held_from <= starts.moment AND starts.moment < held_to
    ) > (SELECT capacity FROM resources WHERE id = NEW.resource_id)
"""
_FEWER_THAN_BOOKED = """
    SELECT 1 FROM booking_slots AS one WHERE one.resource_id = NEW.id AND one.state = 'confirmed'
    AND (
        SELECT SUM(quantity) FROM booking_slots AS other
        WHERE other.resource_id = NEW.id AND other.state = 'confirmed'
        AND other.held_from <= one.held_from AND one.held_from < other.held_to
    ) > NEW.capacity
"""
_ON_SQLITE = """CREATE TRIGGER {name} BEFORE {when}
WHEN {law} BEGIN
SELECT RAISE(ABORT, 'guard:{guard}') WHERE EXISTS ({found}); END"""
_FUNCTION = """CREATE OR REPLACE FUNCTION {guard}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{first} IF EXISTS ({found}) THEN
RAISE EXCEPTION 'guard:{guard}' USING ERRCODE = 'check_violation'; END IF;
RETURN NEW; END $$"""
_ON_POSTGRESQL = """CREATE TRIGGER {guard} BEFORE {when}
FOR EACH ROW WHEN ({law}) EXECUTE FUNCTION {guard}()"""
_TWICE = {"guard": "booked_twice", "law": "NEW.state = 'confirmed'", "found": _BOOKED_ABOVE}
_FEWER = {
    "guard": "fewer_than_booked", "law": "NEW.capacity < OLD.capacity", "found": _FEWER_THAN_BOOKED
}  # fmt: skip
_ONE_AFTER_ANOTHER = " PERFORM 1 FROM resources\nWHERE id = NEW.resource_id FOR NO KEY UPDATE;"
guard(
    "booked_twice",
    "it is booked by somebody else at that time; ask when it is free",
    "该时段已被他人预订；请查询空闲时间",
    sqlite=[
        _ON_SQLITE.format(name="booked_twice_new", when="INSERT ON booking_slots", **_TWICE),
        _ON_SQLITE.format(name="booked_twice_changed", when="UPDATE ON booking_slots", **_TWICE),
    ],
    postgresql=[
        _FUNCTION.format(first=_ONE_AFTER_ANOTHER, **_TWICE),
        _ON_POSTGRESQL.format(when="INSERT OR UPDATE ON booking_slots", **_TWICE),
    ],
)
guard(
    "fewer_than_booked",
    "more are booked at a time than there would be; cancel bookings first",
    "已预订的数量超过新的容量；请先取消部分预订",
    sqlite=[
        _ON_SQLITE.format(
            name="fewer_than_booked", when="UPDATE OF capacity ON resources", **_FEWER
        ),
    ],
    postgresql=[
        _FUNCTION.format(first="", **_FEWER),
        _ON_POSTGRESQL.format(when="UPDATE ON resources", **_FEWER),
    ],
)


def slots_of(connection: Connection, booking_id: str) -> list[BookingSlot]:
    """Return what a booking is of, in order of time."""
    return _slots(connection, booking_slots.c.booking_id == booking_id)


def slots_in(
    connection: Connection, resource_id: str, window: Interval, state: BookingState
) -> list[BookingSlot]:
    """Return the slots of a thing in a state that meet a window, in order of time."""
    return _slots(
        connection,
        booking_slots.c.resource_id == resource_id,
        booking_slots.c.state == state,
        booking_slots.c.held_from < window.end,
        booking_slots.c.held_to > window.start,
    )


def living_options(
    connection: Connection, resource_id: str, window: Interval, at: datetime
) -> list[tuple[Booking, BookingSlot]]:
    """Return the options on a thing that meet a window and have not expired, the oldest first."""
    found = [
        (find(connection, Booking, slot.booking_id), slot)
        for slot in slots_in(connection, resource_id, window, BookingState.OPTION)
    ]
    living = [pair for pair in found if not has_expired(pair[0], at)]
    return sorted(living, key=lambda pair: (pair[0].made_at, pair[0].id))


def has_expired(booking: Booking, at: datetime) -> bool:
    """Return whether a booking is an option whose time to be confirmed is over."""
    return (
        booking.state is BookingState.OPTION
        and booking.expires_at is not None
        and booking.expires_at <= at
    )


def expired_options(
    connection: Connection, at: datetime, resource_ids: Sequence[str] = ()
) -> list[Booking]:
    """Return the options that expired and say so not yet: of some things, or of all."""
    query = bookings.select().where(
        bookings.c.state == BookingState.OPTION, bookings.c.expires_at <= at
    )
    if resource_ids:
        of = select(booking_slots.c.booking_id).where(booking_slots.c.resource_id.in_(resource_ids))
        query = query.where(bookings.c.id.in_(of))
    rows = connection.execute(query.order_by(bookings.c.id)).mappings()
    return [noun_of(Booking, dict(row)) for row in rows]


def _slots(connection: Connection, *conditions: Any) -> list[BookingSlot]:
    query = booking_slots.select().where(*conditions)
    ordered = query.order_by(booking_slots.c.held_from, booking_slots.c.id)
    return [noun_of(BookingSlot, dict(row)) for row in connection.execute(ordered).mappings()]

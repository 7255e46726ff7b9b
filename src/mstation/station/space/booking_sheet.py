"""Bookings out as rows for a spreadsheet: a row a thing and time."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, select

from mstation.station.parties import parties
from mstation.station.space.bookings import booking_slots, bookings
from mstation.station.space.facilities import facilities, resources

COLUMNS = (
    "booking", "title", "state", "rank", "booker", "facility", "resource", "quantity",
    "starts_at", "ends_at", "held_from", "held_to", "currency", "booking_total", "project",
)  # fmt: skip


def booking_cells(
    connection: Connection, condition: ColumnElement[bool]
) -> Iterator[list[str | int]]:
    """Yield the headings, then what fits a condition on bookings or their slots, by time."""
    yield list(COLUMNS)
    query = (
        select(
            bookings.c.id, bookings.c.title, booking_slots.c.state, bookings.c.rank,
            parties.c.name.label("booker"), facilities.c.name.label("facility"),
            resources.c.name.label("resource"), booking_slots.c.quantity,
            booking_slots.c.starts_at, booking_slots.c.ends_at, booking_slots.c.held_from,
            booking_slots.c.held_to, bookings.c.currency, bookings.c.total, bookings.c.project_id,
        )
        .join(booking_slots, booking_slots.c.booking_id == bookings.c.id)
        .join(resources, booking_slots.c.resource_id == resources.c.id)
        .join(facilities, resources.c.facility_id == facilities.c.id)
        .join(parties, bookings.c.party_id == parties.c.id)
        .where(condition)
        .order_by(booking_slots.c.starts_at, booking_slots.c.id)
    )  # fmt: skip
    for row in connection.execute(query):
        yield [
            cell if isinstance(cell, str | int) else "" if cell is None else cell.isoformat()
            for cell in row
        ]

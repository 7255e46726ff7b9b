"""Options: who may have a time first, who waits, and how they are told where they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from mstation.errors import Conflict
from mstation.station.change import Change, find
from mstation.station.intervals import Interval
from mstation.station.space.bookings import (
    Booking,
    BookingSlot,
    BookingState,
    booking_slots,
    expired_options,
    has_expired,
    living_options,
    slots_in,
    slots_of,
)
from mstation.station.space.facilities import Resource
from mstation.station.space.free_times import fits


def options_before(
    change: Change, resource: Resource, held: Interval, quantity: int,
    own: Sequence[BookingSlot], but: str = "", until: tuple[datetime, str] | None = None,
) -> list[Booking]:  # fmt: skip
    """Return the options that leave no room for another; none where it fits beside them."""
    connection = change.connection
    living = [
        (booking, slot)
        for booking, slot in living_options(connection, resource.id, held, change.at)
        if booking.id != but and (until is None or (booking.made_at, booking.id) < until)
    ]
    taken = slots_in(connection, resource.id, held, BookingState.CONFIRMED)
    others = [slot for slot in own if slot.resource_id == resource.id]
    if fits(held, quantity, resource.capacity, [*taken, *others, *(slot for _, slot in living)]):
        return []
    return list({booking.id: booking for booking, _ in living}.values())


def require_first(change: Change, booking: Booking, slot: BookingSlot) -> None:
    """Refuse to confirm an option while one before it stands.

    Raises:
        Conflict: when one does.
    """
    resource = find(change.connection, Resource, slot.resource_id)
    before = options_before(
        change, resource, slot.held, slot.quantity, [], booking.id, (booking.made_at, booking.id)
    )
    if before:
        until = max(each.expires_at or change.at for each in before)
        raise Conflict(
            f"{resource.name}: an option before yours stands until {shown(until)}",
            zh=f"{resource.name}：在您之前的预留有效至 {shown(until)}",
        )


def lose_others(change: Change, slot: BookingSlot) -> set[str]:
    """Tell the options that no longer fit beside a new booking; return what they were on."""
    connection, touched = change.connection, set[str]()
    resource = find(connection, Resource, slot.resource_id)
    for booking, other in living_options(connection, slot.resource_id, slot.held, change.at):
        taken = slots_in(connection, slot.resource_id, other.held, BookingState.CONFIRMED)
        if not fits(other.held, other.quantity, resource.capacity, taken):
            slots = slots_of(connection, booking.id)
            moved(change, booking, slots, BookingState.LOST)
            touched |= {each.resource_id for each in slots}
    return touched


def rank_again(change: Change, resource_ids: Iterable[str]) -> None:
    """Tell the options on some things where they stand now."""
    connection = change.connection
    of = select(booking_slots.c.booking_id).where(
        booking_slots.c.resource_id.in_(list(resource_ids)),
        booking_slots.c.state == BookingState.OPTION,
    )
    for id_ in sorted(set(connection.execute(of).scalars())):
        booking, rank = find(connection, Booking, id_), 1
        if has_expired(booking, change.at):
            continue
        for slot in slots_of(connection, id_):
            before = options_before(
                change, find(connection, Resource, slot.resource_id), slot.held, slot.quantity,
                [], id_, (booking.made_at, id_),
            )  # fmt: skip
            rank = max(rank, 1 + len(before))
        change.edit(booking, rank=rank)


def lapse_expired(change: Change, ids: Collection[str]) -> int:
    """Say of the options on some things that expired that they did; return how many."""
    expired = expired_options(change.connection, change.at, sorted(ids)) if ids else []
    touched = set[str]()
    for booking in expired:
        slots = slots_of(change.connection, booking.id)
        moved(change, booking, slots, BookingState.LAPSED)
        touched |= {slot.resource_id for slot in slots}
    if expired:
        rank_again(change, touched)
    return len(expired)


def moved(
    change: Change, booking: Booking, slots: Sequence[BookingSlot], state: BookingState, **more: Any
) -> Booking:
    """Bring a booking and all that it is of to a state, where it is no option any more."""
    for slot in slots:
        change.edit(slot, state=state)
    return change.edit(booking, state=state, rank=0, **more)


def shown(moment: datetime) -> str:
    """Return a moment of UTC in words."""
    return moment.strftime("%Y-%m-%dT%H:%MZ")

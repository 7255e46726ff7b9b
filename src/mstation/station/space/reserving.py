"""Booking, confirming, cancelling: several things together, all or none, and everybody told.

Whoever writes a booking holds the rows of all its things, and of those that options share with
them, in the order of their ids: nobody waits for another in a circle.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from mstation.errors import Conflict, InvalidInput
from mstation.station.accounts import written
from mstation.station.change import Change, find, hold, missing, stale
from mstation.station.ids import new_id
from mstation.station.intervals import Interval
from mstation.station.organisations import Project
from mstation.station.parties import Party
from mstation.station.schema import now
from mstation.station.space.bookings import (
    Booking,
    BookingSlot,
    BookingState,
    booking_slots,
    bookings,
    expired_options,
    has_expired,
    living_options,
    slots_in,
    slots_of,
)
from mstation.station.space.facilities import (
    Facility,
    Resource,
    Tier,
    blackouts_of,
    cancelling_bp,
    resources,
)
from mstation.station.space.free_times import (
    fits,
    is_open_at_both_ends,
    next_free,
    set_up_of,
    strike_of,
)
from mstation.station.space.opening import LONGEST, zone_of
from mstation.station.space.options import (
    lapse_expired,
    lose_others,
    moved,
    options_before,
    rank_again,
    require_first,
    shown,
)
from mstation.station.space.pricing import PriceLine, price_lines

MOST_SLOTS = 200
FURTHEST = timedelta(days=5 * 366)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many of one thing for one stretch of time."""

    resource_id: str
    starts_at: datetime
    ends_at: datetime
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class _Part:
    """What is wanted, with the thing and the place that it is of."""

    wanted: Wanted
    resource: Resource
    facility: Facility

    @property
    def booked(self) -> Interval:
        return Interval(self.wanted.starts_at, self.wanted.ends_at)

    @property
    def held(self) -> Interval:
        return self.booked.widened(set_up_of(self.resource), strike_of(self.resource))


@dataclass(frozen=True, slots=True)
class Offer:
    """What a booking would cost, and why."""

    currency: str
    total: int  # minor units
    lines: tuple[PriceLine, ...]
    explained: tuple[str, ...]


def book(
    change: Change, booker: Party, wanted: Sequence[Wanted], *, title: str,
    is_option: bool = False, option_hours: int | None = None, project: Project | None = None,
) -> Booking:  # fmt: skip
    """Book things for stretches of time, all or none; or take an option on them.

    Raises:
        InvalidInput: when a time cannot be, or there is no price for it.
        Conflict: when another has one of them then: it says when it is free next.
        NotFound: when a thing is not there, or not for them.
    """
    ids = {each.resource_id for each in wanted}
    _hold_all(change, ids, written(title))
    lapse_expired(change, ids)
    parts = _parts(change.connection, booker, wanted)
    offer = _offer(parts)
    rank = _rank_of_new(change, parts, is_option=is_option)
    expires_at = _expiry(change, parts, option_hours) if is_option else None
    state = BookingState.OPTION if is_option else BookingState.CONFIRMED
    made = Booking(
        new_id(), 1, booker.id, written(title), state, rank, offer.currency, offer.total,
        offer.lines, _strictest(parts), _made_at(change, parts), expires_at,
        organisation_id=None if project is None else project.organisation_id,
        project_id=None if project is None else project.id,
    )  # fmt: skip
    booking = change.add(made)
    for part in parts:
        change.add(_slot(booking, part))
    return booking


def offer_of(connection: Connection, booker: Party, wanted: Sequence[Wanted]) -> Offer:
    """Return what a booking would cost; nothing is booked, and it may be taken.

    Raises:
        InvalidInput: when a time cannot be, or there is no price for it.
        NotFound: when a thing is not there, or not for them.
    """
    return _offer(_parts(connection, booker, wanted))


def confirm(change: Change, booking: Booking) -> Booking:
    """Make a booking of an option; options on the same time that no longer can be are lost.

    Raises:
        Conflict: when it is no option any more, or waits for one before it.
        Stale: when it was changed since it was read.
    """
    slots, booking = _held_booking(change, booking)
    if booking.state is not BookingState.OPTION or has_expired(booking, change.at):
        raise Conflict(
            "it is no option that stands; book the time again",
            zh="该预留已失效，请重新预订",
        )
    for slot in slots:
        require_first(change, booking, slot)
        resource = find(change.connection, Resource, slot.resource_id)
        part = _Part(
            Wanted(slot.resource_id, slot.starts_at, slot.ends_at, slot.quantity),
            resource, find(change.connection, Facility, resource.facility_id),
        )  # fmt: skip
        _refuse_blackout(change.connection, part, slot.held)
        _refuse_taken(change.connection, part, slot.held, [])
    confirmed = moved(change, booking, slots, BookingState.CONFIRMED)
    touched = {slot.resource_id for slot in slots}
    for slot in slots:
        touched |= lose_others(change, slot)
    rank_again(change, touched)
    return confirmed


def cancel(change: Change, booking: Booking, *, by_owner: bool = False) -> Booking:
    """Give back what was booked or optioned; what it costs, say the tiers it was booked under.

    by_owner: whoever lets the things calls it off; that costs the booker nothing.

    Raises:
        Conflict: when there is nothing to cancel any more.
        Stale: when it was changed since it was read.
    """
    slots, booking = _held_booking(change, booking)
    alive = (BookingState.OPTION, BookingState.CONFIRMED)
    if booking.state not in alive or max(slot.ends_at for slot in slots) <= change.at:
        raise Conflict(
            f"it is {booking.state} or over: there is nothing to cancel",
            zh="该预订已取消、失效或结束，无法再取消",
        )
    fee = 0
    if booking.state is BookingState.CONFIRMED and not by_owner:
        left = min(slot.starts_at for slot in slots) - change.at
        fee = booking.total * cancelling_bp(booking.cancelling, left) // 10_000
    told = {"cancelled_at": change.at, "cancelling_fee": fee}
    cancelled = moved(change, booking, slots, BookingState.CANCELLED, **told)
    rank_again(change, {slot.resource_id for slot in slots})
    return cancelled


def lapse_options(change: Change) -> int:
    """Say of all options that expired that they did, move those after them up; return how many."""
    expired = expired_options(change.connection, change.at)
    of = select(booking_slots.c.resource_id).where(
        booking_slots.c.booking_id.in_([each.id for each in expired])
    )
    ids = set(change.connection.execute(of).scalars())
    _hold_all(change, ids, "")
    return lapse_expired(change, ids)


def as_of(booking: Booking, at: datetime) -> BookingState:
    """Return a booking's state at a moment: an option that expired has lapsed, also untold."""
    return BookingState.LAPSED if has_expired(booking, at) else booking.state


def _parts(connection: Connection, booker: Party, wanted: Sequence[Wanted]) -> list[_Part]:
    if not 1 <= len(wanted) <= MOST_SLOTS:
        raise InvalidInput(
            f"a booking is of 1 to {MOST_SLOTS} things and times",
            zh=f"一次预订 1 至 {MOST_SLOTS} 项",
        )
    parts = []
    for asked in wanted:
        start, end = (moment.astimezone(UTC) for moment in (asked.starts_at, asked.ends_at))
        each = replace(asked, starts_at=start, ends_at=end)
        resource = find(connection, Resource, each.resource_id)
        facility = find(connection, Facility, resource.facility_id)
        if not facility.is_listed and facility.party_id != booker.id:
            raise missing(Resource, resource.id)
        _check_time(each, resource, facility)
        part = _Part(each, resource, facility)
        _refuse_blackout(connection, part, part.held)
        parts.append(part)
    return parts


def _check_time(wanted: Wanted, resource: Resource, facility: Facility) -> None:
    start, end, at = wanted.starts_at, wanted.ends_at, now()
    told = {moment.second or moment.microsecond for moment in (start, end)}
    if told != {0} or not start < end <= start + LONGEST or not at < end <= at + FURTHEST:
        raise InvalidInput(
            f"{resource.name}: a booking is of whole minutes, ends after it starts and within "
            f"{LONGEST.days} days, and lies ahead",
            zh=f"{resource.name}：预订应为整分钟，结束晚于开始且不超过 {LONGEST.days} 天，并在将来",
        )
    if resource.is_retired or not 1 <= wanted.quantity <= resource.capacity:
        raise InvalidInput(
            f"{resource.name}: {wanted.quantity} are wanted, "
            f"there are {0 if resource.is_retired else resource.capacity}",
            zh=f"{resource.name}：需要 {wanted.quantity}，"
            f"仅有 {0 if resource.is_retired else resource.capacity}",
        )
    if not is_open_at_both_ends(facility, Interval(start, end)):
        raise InvalidInput(
            f"{resource.name}: {facility.name} is closed when it begins or ends; "
            "its hours are in `opening`",
            zh=f"{resource.name}：开始或结束时 {facility.name} 未开放；开放时间见 `opening`",
        )


def _offer(parts: Sequence[_Part]) -> Offer:
    currencies = {part.facility.currency for part in parts}
    if len(currencies) > 1:
        raise InvalidInput(
            f"these are let for {', '.join(sorted(currencies))}: book them apart",
            zh=f"所选资源的币种不同（{', '.join(sorted(currencies))}），请分开预订",
        )
    lines = tuple(
        line
        for part in parts
        for line in price_lines(
            part.resource.id, part.resource.prices, part.booked, quantity=part.wanted.quantity,
            day_hours=part.facility.day_hours, zone=zone_of(part.facility.time_zone),
        )
    )  # fmt: skip
    names = {part.resource.id: part.resource.name for part in parts}
    explained = tuple(f"{names[line.resource_id]}, {line.told()}" for line in lines)
    return Offer(currencies.pop(), sum(line.amount for line in lines), lines, explained)


def _rank_of_new(change: Change, parts: Sequence[_Part], *, is_option: bool) -> int:
    """Return the rank of a new option; 0 of a booking that nothing is in the way of."""
    rank, own = 1, list[BookingSlot]()
    for part in parts:
        _refuse_taken(change.connection, part, part.held, own)
        before = options_before(change, part.resource, part.held, part.wanted.quantity, own)
        if before and not is_option:
            until = max(booking.expires_at or change.at for booking in before)
            raise Conflict(
                f"{part.resource.name} is optioned until {shown(until)}; take an option after it",
                zh=f"{part.resource.name} 已有他人预留至 {shown(until)}；可排队预留",
            )
        rank = max(rank, 1 + len(before))
        own.append(_draft(part))
    return rank if is_option else 0


def _refuse_taken(
    connection: Connection, part: _Part, held: Interval, own: Sequence[BookingSlot]
) -> None:
    taken = slots_in(connection, part.resource.id, held, BookingState.CONFIRMED)
    mine = [slot for slot in own if slot.resource_id == part.resource.id]
    quantity = part.wanted.quantity
    if fits(held, quantity, part.resource.capacity, [*taken, *mine]):
        return
    name = part.resource.name
    if fits(held, quantity, part.resource.capacity, taken):
        raise InvalidInput(
            f"{name} is wanted more often at a time than there are", zh=f"{name} 在同一时段重复预订"
        )
    free = next_free(connection, part.facility, part.resource, part.booked, quantity=quantity)
    en, zh = "not within three months", "三个月内无空闲"
    if free is not None:
        assert free.end is not None
        en, zh = (f"{shown(free.start)}{word}{shown(free.end)}" for word in (" to ", " 至 "))
    raise Conflict(
        f"{name} is booked from {shown(taken[0].held_from)} to {shown(taken[-1].held_to)}, "
        f"set-up and strike included; it is free next: {en}",
        zh=f"{name} 在 {shown(taken[0].held_from)} 至 {shown(taken[-1].held_to)} 已被预订"
        f"（含搭建与拆除）；下一空闲时段：{zh}",
    )


def _refuse_blackout(connection: Connection, part: _Part, held: Interval) -> None:
    for blackout in blackouts_of(connection, part.resource, held):
        free = next_free(connection, part.facility, part.resource, part.booked,
                         quantity=min(part.wanted.quantity, part.resource.capacity))  # fmt: skip
        then = "" if free is None else shown(free.start)
        raise Conflict(
            f"{part.resource.name} is not to be had from {shown(blackout.starts_at)} to "
            f"{shown(blackout.ends_at)}; it is free next: {then or 'not within three months'}",
            zh=f"{part.resource.name} 在 {shown(blackout.starts_at)} 至 {shown(blackout.ends_at)} "
            f"不开放；下一空闲时段：{then or '三个月内无空闲'}",
        )


def _hold_all(change: Change, ids: Collection[str], what: str) -> None:
    """Hold things and all that options share with them.

    Raises:
        Conflict: when there are more of them by the time they are held.
    """
    wide = _shared(change.connection, set(ids))
    for id_ in sorted(wide):
        hold(change.connection, resources, id_)
    if _shared(change.connection, set(ids)) - wide:
        raise Conflict(
            f"somebody took an option on the same things meanwhile; ask again: {what}",
            zh=f"期间有人预留了同一资源，请重试：{what}",
        )


def _shared(connection: Connection, ids: set[str]) -> set[str]:
    """Return things and, with them, all that living options tie to them."""
    while True:
        of = select(booking_slots.c.booking_id).where(
            booking_slots.c.resource_id.in_(ids), booking_slots.c.state == BookingState.OPTION
        )
        tied = select(booking_slots.c.resource_id).where(booking_slots.c.booking_id.in_(of))
        wide = ids | set(connection.execute(tied).scalars())
        if wide == ids:
            return ids
        ids = wide


def _held_booking(change: Change, booking: Booking) -> tuple[list[BookingSlot], Booking]:
    slots = slots_of(change.connection, booking.id)
    _hold_all(change, {slot.resource_id for slot in slots}, booking.title)
    if find(change.connection, Booking, booking.id).revision != booking.revision:
        raise stale(bookings.name, booking.id)
    return slots, booking


def _slot(booking: Booking, part: _Part) -> BookingSlot:
    held, wanted = part.held, part.wanted
    assert held.end is not None
    return BookingSlot(
        new_id(), 1, part.resource.party_id, booking.id, part.resource.id, wanted.quantity,
        wanted.starts_at, wanted.ends_at, held.start, held.end, booking.state,
    )  # fmt: skip


def _draft(part: _Part) -> BookingSlot:
    held, wanted = part.held, part.wanted
    assert held.end is not None
    return BookingSlot(
        "", 0, "", "", part.resource.id, wanted.quantity, wanted.starts_at, wanted.ends_at,
        held.start, held.end, BookingState.OPTION,
    )  # fmt: skip


def _expiry(change: Change, parts: Sequence[_Part], hours: int | None) -> datetime:
    most = min(part.facility.option_hours for part in parts)
    if hours is not None and not 1 <= hours <= most:
        raise InvalidInput(
            f"an option on these stands 1 to {most} hours", zh=f"此处预留时限为 1 至 {most} 小时"
        )
    return change.at + timedelta(hours=most if hours is None else hours)


def _made_at(change: Change, parts: Sequence[_Part]) -> datetime:
    """Return when a booking counts as made: after every option that stands before it."""
    before = [
        booking.made_at + _TICK
        for part in parts
        for booking, _ in living_options(change.connection, part.resource.id, part.held, change.at)
    ]
    return max([change.at, *before])


def _strictest(parts: Sequence[_Part]) -> tuple[Tier, ...]:
    """Return the tiers of a booking of several places: at each time the dearest of theirs."""
    hours = sorted({tier.hours_before for part in parts for tier in part.facility.cancelling})
    return tuple(
        Tier(each, max(
            cancelling_bp(part.facility.cancelling, timedelta(hours=each) - _TICK) for part in parts
        ))
        for each in hours
    )  # fmt: skip

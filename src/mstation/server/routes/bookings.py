"""Bookings: asked for what they cost, taken, optioned, confirmed, cancelled, and listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, select

from mstation.errors import NotFound
from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.server.moments import Instant
from mstation.server.pages import AS_CSV, After, Most, Page, page_of
from mstation.server.routes.facilities import Name, Quantity, seen_resource
from mstation.station.access import access_to
from mstation.station.change import Actor, Change, find, missing
from mstation.station.organisations import Project
from mstation.station.parties import acting_for, may_act_for
from mstation.station.permissions import Reach
from mstation.station.production.sheet_files import write_csv
from mstation.station.schema import now
from mstation.station.space import reserving
from mstation.station.space.booking_sheet import booking_cells
from mstation.station.space.bookings import (
    Booking,
    BookingSlot,
    booking_slots,
    bookings,
    slots_of,
)
from mstation.station.space.from_days import wanted_for_days
from mstation.station.space.opening import DAY_MIN
from mstation.station.space.reserving import MOST_SLOTS, Offer, Wanted
from mstation.station.space.shooting_days import MAIN_UNIT, MOST_DAYS

router = APIRouter(prefix="/api", tags=["space"])

Id = Annotated[str, Field(max_length=20)]


class WantedThing(BaseModel):
    """So many of one thing for one stretch of time; the end is not in it."""

    resource_id: Id
    starts_at: Instant
    ends_at: Instant
    quantity: Quantity = 1


class NewBooking(BaseModel):
    """What is booked together, all or none; `project_id` says for which film."""

    title: Name
    wanted: Annotated[list[WantedThing], Field(min_length=1, max_length=MOST_SLOTS)]
    is_option: bool = False
    option_hours: Annotated[int, Field(ge=1)] | None = None
    project_id: Id | None = None


class BookedDays(BaseModel):
    """What is booked for shooting days of a film, from a first to a last, both included.

    starts_min, ends_min: minutes of each day, as the clocks show them where the thing is.
    """

    party_id: Id
    title: Name
    resource_ids: Annotated[list[Id], Field(min_length=1, max_length=20)]
    first: Annotated[int, Field(ge=1, le=MOST_DAYS)]
    last: Annotated[int, Field(ge=1, le=MOST_DAYS)]
    unit: Annotated[str, Field(max_length=40)] = MAIN_UNIT
    starts_min: Annotated[int, Field(ge=0, lt=DAY_MIN)] = 0
    ends_min: Annotated[int, Field(ge=1, le=2 * DAY_MIN)] = DAY_MIN
    quantity: Quantity = 1
    is_option: bool = False
    option_hours: Annotated[int, Field(ge=1)] | None = None


@router.post("/parties/{party_id}/bookings/offer")
def read_booking_offer(
    party_id: str, body: NewBooking, station: StationHere, actor: ActorHere
) -> Offer:
    """Tell what a booking would cost, and why; nothing is booked."""
    with station.reading() as connection:
        party = acting_for(connection, actor, party_id, "party_bookings.read")
        return reserving.offer_of(connection, party, _wanted(connection, actor, body))


@router.post("/parties/{party_id}/bookings", status_code=201, response_model=Booking)
def make_booking(party_id: str, body: NewBooking, making: MakingHere) -> Response:
    """Book things together, all or none, or take an option on them; 409 says what is free next."""

    def make(change: Change) -> Booking:
        connection = change.connection
        party = acting_for(connection, making.actor, party_id, "party_bookings.add")
        project = _project(connection, making.actor, body.project_id)
        return reserving.book(
            change, party, _wanted(connection, making.actor, body), title=body.title,
            is_option=body.is_option, option_hours=body.option_hours, project=project,
        )  # fmt: skip

    return making.once(make)


@router.post("/projects/{project_id}/bookings/from-days", status_code=201, response_model=Booking)
def make_booking_from_days(project_id: str, body: BookedDays, making: MakingHere) -> Response:
    """Book things for shooting days of a film: the stage for days 3 to 5."""

    def make(change: Change) -> Booking:
        connection = change.connection
        project = _project(connection, making.actor, project_id)
        party = acting_for(connection, making.actor, body.party_id, "party_bookings.add")
        for id_ in body.resource_ids:
            seen_resource(connection, making.actor, id_)
        wanted = wanted_for_days(
            connection, project_id, body.resource_ids, body.first, body.last, unit=body.unit,
            starts_min=body.starts_min, ends_min=body.ends_min, quantity=body.quantity,
        )  # fmt: skip
        return reserving.book(
            change, party, wanted, title=body.title, is_option=body.is_option,
            option_hours=body.option_hours, project=project,
        )  # fmt: skip

    return making.once(make)


@router.get("/parties/{party_id}/bookings")
def list_bookings(
    party_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[Booking]:
    """List what a party has booked, in pages."""
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "party_bookings.read")
        query = bookings.select().where(bookings.c.party_id == party_id)
        page = page_of(connection, Booking, bookings, query, after, most)
    return Page(**{**page, "rows": [_as_it_is(each) for each in page["rows"]]})


@router.get("/parties/{party_id}/bookings.csv", response_class=Response, responses=AS_CSV)
def read_booking_sheet(party_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read what a party has booked as CSV: a row a thing and time."""
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "party_bookings.read")
        body = write_csv(booking_cells(connection, bookings.c.party_id == party_id))
    return _csv(body)


@router.get("/parties/{party_id}/booked-slots.csv", response_class=Response, responses=AS_CSV)
def read_slot_sheet(party_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read what others have of a party's things as CSV."""
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "booking_slots.read")
        body = write_csv(booking_cells(connection, booking_slots.c.party_id == party_id))
    return _csv(body)


@router.get("/projects/{project_id}/bookings")
def list_project_bookings(
    project_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[Booking]:
    """List what is booked for a film, in pages."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        query = bookings.select().where(
            bookings.c.project_id == project_id, access.visible("bookings")
        )
        page = page_of(connection, Booking, bookings, query, after, most)
    return Page(**{**page, "rows": [_as_it_is(each) for each in page["rows"]]})


@router.get("/parties/{party_id}/booked-slots")
def list_slots(
    party_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[BookingSlot]:
    """List what others have of a party's things, in pages."""
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "booking_slots.read")
        query = booking_slots.select().where(booking_slots.c.party_id == party_id)
        return Page(**page_of(connection, BookingSlot, booking_slots, query, after, most))


@router.get("/bookings/{booking_id}", response_model=Booking)
def read_booking(booking_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a booking: its booker, its film and those whose things they are may."""
    with station.reading() as connection:
        booking = _seen(connection, actor, booking_id)
    return told(_as_it_is(booking))


@router.get("/bookings/{booking_id}/slots")
def list_slots_of_booking(
    booking_id: str, station: StationHere, actor: ActorHere
) -> list[BookingSlot]:
    """List the things and times of a booking."""
    with station.reading() as connection:
        return slots_of(connection, _seen(connection, actor, booking_id).id)


@router.post("/bookings/{booking_id}/confirm", response_model=Booking)
def confirm_booking(
    booking_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> Response:
    """Make a booking of an option; options that no longer can be are told so."""
    return _done(booking_id, station, actor, seen, reserving.confirm)


@router.post("/bookings/{booking_id}/cancel", response_model=Booking)
def cancel_booking(
    booking_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> Response:
    """Give back what was booked, at the price of its tiers."""
    return _done(booking_id, station, actor, seen, reserving.cancel)


@router.post("/bookings/{booking_id}/call-off", response_model=Booking)
def call_off_booking(
    booking_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> Response:
    """Call a booking off as one whose things they are; that costs the booker nothing."""
    with station.change(actor) as change:
        booking = _seen(change.connection, actor, booking_id)
        owners = {slot.party_id for slot in slots_of(change.connection, booking.id)}
        if not any(_may(change.connection, actor, each, "booking_slots.cancel") for each in owners):
            acting_for(change.connection, actor, min(owners), "booking_slots.cancel")
        require_revision(booking, seen)
        booking = reserving.cancel(change, booking, by_owner=True)
    return told(booking)


def _done(
    booking_id: str, station: StationHere, actor: Actor, seen: int,
    verb: Callable[[Change, Booking], Booking],
) -> Response:  # fmt: skip
    with station.change(actor) as change:
        booking = _seen(change.connection, actor, booking_id)
        acting_for(change.connection, actor, booking.party_id, "party_bookings.add")
        require_revision(booking, seen)
        booking = verb(change, booking)
    return told(booking)


def _seen(connection: Connection, actor: Actor, booking_id: str) -> Booking:
    """Return a booking that an asker may read: as the booker, for the film, or as an owner.

    Raises:
        NotFound: when there is none that they may read.
        Forbidden: when their role for the booker or for an owner does not allow it.
    """
    booking = find(connection, Booking, booking_id)
    owners = set(
        connection.execute(
            select(booking_slots.c.party_id).where(booking_slots.c.booking_id == booking.id)
        ).scalars()
    )
    if _of_film(connection, actor, booking) or any(
        _may(connection, actor, each, "booking_slots.read") for each in owners
    ):
        return booking
    try:
        acting_for(connection, actor, booking.party_id, "party_bookings.read")
    except NotFound:
        raise missing(Booking, booking_id) from None
    return booking


def _of_film(connection: Connection, actor: Actor, booking: Booking) -> bool:
    if booking.project_id is None:
        return False
    try:
        access = access_to(connection, actor, booking.project_id)
    except NotFound:
        return False
    return access.reach("bookings.read") is Reach.ALL


def _may(connection: Connection, actor: Actor, party_id: str, action: str) -> bool:
    return may_act_for(connection, actor, party_id, action)


def _project(connection: Connection, actor: Actor, project_id: str | None) -> Project | None:
    if project_id is None:
        return None
    access = access_to(connection, actor, project_id)
    access.require("bookings.add")
    return access.project


def _wanted(connection: Connection, actor: Actor, body: NewBooking) -> list[Wanted]:
    for each in body.wanted:
        seen_resource(connection, actor, each.resource_id)
    return [Wanted(**each.model_dump()) for each in body.wanted]


def _as_it_is(booking: Booking) -> Booking:
    return replace(booking, state=reserving.as_of(booking, now()))


def _csv(body: bytes) -> Response:
    headers = {"Content-Disposition": 'attachment; filename="bookings.csv"'}
    return Response(body, headers=headers, media_type="text/csv; charset=utf-8")

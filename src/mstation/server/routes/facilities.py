"""Facilities, what they let, when it is free, and when it is not to be had."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, or_

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
from mstation.server.pages import After, Most, Page, page_of
from mstation.server.routes.sheets import FileHere
from mstation.station.accounts import account_of
from mstation.station.change import Actor, Change, find, missing
from mstation.station.intervals import Interval
from mstation.station.parties import acting_for, may_act_for, parties_of
from mstation.station.schema import now
from mstation.station.space import blackouts, facilities
from mstation.station.space.facilities import Blackout, Facility, Resource, Tier, resources_of
from mstation.station.space.free_times import free_times, next_free
from mstation.station.space.opening import Hours, span
from mstation.station.space.pricing import Price
from mstation.station.space.resource_kinds import ResourceKind, resource_kinds
from mstation.station.wording import MOST_SIGNS

router = APIRouter(prefix="/api", tags=["space"])

Name = Annotated[str, Field(min_length=1, max_length=200)]
Zh = Annotated[str, Field(max_length=200)]
Prose = Annotated[str, Field(max_length=MOST_SIGNS)]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Quantity = Annotated[int, Field(ge=1, le=facilities.MOST_CAPACITY)]


class NewFacility(BaseModel):
    """What a facility is made of."""

    name: Name
    name_zh: Zh = ""
    country: Country
    city: Zh = ""
    address: Prose = ""
    time_zone: Annotated[str, Field(max_length=60)]
    currency: Currency
    opening: tuple[Hours, ...] = ()
    day_hours: int = 10
    option_hours: int = 72
    cancelling: tuple[Tier, ...] = ()
    is_listed: bool = False


class FacilityChanges(BaseModel):
    """What of a facility may be changed; what is left out stays."""

    name: Name = ""
    name_zh: Zh = ""
    country: Country = ""
    city: Zh = ""
    address: Prose = ""
    time_zone: Annotated[str, Field(max_length=60)] = ""
    opening: tuple[Hours, ...] = ()
    day_hours: int = 10
    option_hours: int = 72
    cancelling: tuple[Tier, ...] = ()
    is_listed: bool = False


class NewResource(BaseModel):
    """What something that is let is made of."""

    kind: Annotated[str, Field(max_length=40)]
    name: Name
    name_zh: Zh = ""
    description: Prose = ""
    capacity: int = 1
    set_up_min: int = 0
    strike_min: int = 0
    prices: tuple[Price, ...] = ()


class ResourceChanges(BaseModel):
    """What of it may be changed; what is left out stays."""

    name: Name = ""
    name_zh: Zh = ""
    description: Prose = ""
    capacity: int = 1
    set_up_min: int = 0
    strike_min: int = 0
    prices: tuple[Price, ...] = ()
    is_retired: bool = False


class NewBlackout(BaseModel):
    """When a place, or one thing of it, is not to be had."""

    starts_at: Instant
    ends_at: Instant
    resource_id: Annotated[str, Field(max_length=20)] | None = None
    reason: Zh = ""


class Time(BaseModel):
    """A stretch of time: its end is not in it."""

    starts_at: Instant
    ends_at: Instant


class FreeTimes(BaseModel):
    """When something can be had, and the first time from the start on that is long enough."""

    times: list[Time]
    next: Time | None


@router.get("/resource-kinds")
def list_resource_kinds(station: StationHere, actor: ActorHere) -> list[ResourceKind]:
    """List the kinds of what is let, in English and Chinese."""
    with station.reading() as connection:
        account_of(connection, actor)
    return list(resource_kinds().values())


@router.get("/facilities")
def list_facilities(
    station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[Facility]:
    """List the facilities that are let to all, and those of the asker's parties, in pages."""
    with station.reading() as connection:
        account = account_of(connection, actor)
        own = [
            party.id
            for party in parties_of(connection, account.id)
            if may_act_for(connection, actor, party.id, "facilities.read")
        ]
        table = facilities.facilities
        query = table.select().where(or_(table.c.is_listed.is_(True), table.c.party_id.in_(own)))
        return Page(**page_of(connection, Facility, table, query, after, most))


@router.post("/parties/{party_id}/facilities", status_code=201, response_model=Facility)
def make_facility(party_id: str, body: NewFacility, making: MakingHere) -> Response:
    """Begin a facility of a party's: others see it once it is listed."""

    def make(change: Change) -> Facility:
        party = acting_for(change.connection, making.actor, party_id, "facilities.change")
        return facilities.add_facility(change, party, **said(body, whole=True))

    return making.once(make)


@router.get("/facilities/{facility_id}", response_model=Facility)
def read_facility(facility_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a facility."""
    with station.reading() as connection:
        facility = seen_facility(connection, actor, facility_id)
    return told(facility)


@router.patch("/facilities/{facility_id}", response_model=Facility)
def change_facility(
    facility_id: str,
    body: FacilityChanges,
    station: StationHere,
    actor: ActorHere,
    seen: SeenRevision,
) -> Response:
    """Change a facility; what is booked stays booked, at its price."""
    with station.change(actor) as change:
        facility = _own_facility(change.connection, actor, facility_id)
        require_revision(facility, seen)
        facility = facilities.edit_facility(change, facility, **said(body))
    return told(facility)


@router.get("/facilities/{facility_id}/resources")
def list_resources(facility_id: str, station: StationHere, actor: ActorHere) -> list[Resource]:
    """List what a facility lets."""
    with station.reading() as connection:
        facility = seen_facility(connection, actor, facility_id)
        return resources_of(connection, facility.id)


@router.post("/facilities/{facility_id}/resources", status_code=201, response_model=Resource)
def make_resource(facility_id: str, body: NewResource, making: MakingHere) -> Response:
    """Let a facility have something more to let."""

    def make(change: Change) -> Resource:
        facility = _own_facility(change.connection, making.actor, facility_id)
        return facilities.add_resource(change, facility, **said(body, whole=True))

    return making.once(make)


@router.get("/resources/{resource_id}", response_model=Resource)
def read_resource(resource_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read something that is let."""
    with station.reading() as connection:
        resource, _ = seen_resource(connection, actor, resource_id)
    return told(resource)


@router.patch("/resources/{resource_id}", response_model=Resource)
def change_resource(
    resource_id: str,
    body: ResourceChanges,
    station: StationHere,
    actor: ActorHere,
    seen: SeenRevision,
) -> Response:
    """Change something that is let; what is booked stays booked, at its price."""
    with station.change(actor) as change:
        resource, facility = seen_resource(change.connection, actor, resource_id)
        acting_for(change.connection, actor, facility.party_id, "facilities.change")
        require_revision(resource, seen)
        resource = facilities.edit_resource(change, resource, **said(body))
    return told(resource)


@router.get("/resources/{resource_id}/free")
def read_free_times(
    resource_id: str,
    station: StationHere,
    actor: ActorHere,
    starts_at: Annotated[Instant, Query()],
    ends_at: Annotated[Instant, Query()],
    minutes: Annotated[
        int, Query(ge=1, le=366 * 24 * 60, description="how long it is wanted")
    ] = 60,
    quantity: Annotated[int, Query(ge=1, le=facilities.MOST_CAPACITY)] = 1,
) -> FreeTimes:
    """Tell when something can be had within a time, and the first time that is long enough."""
    with station.reading() as connection:
        resource, facility = seen_resource(connection, actor, resource_id)
        window = span(max(starts_at, now()), ends_at)
        times = free_times(connection, facility, resource, window, quantity=quantity)
        wanted = Interval(window.start, window.start + timedelta(minutes=minutes))
        then = next_free(connection, facility, resource, wanted, quantity=quantity)
    return FreeTimes(
        times=[_time(each) for each in times], next=None if then is None else _time(then)
    )


@router.get("/facilities/{facility_id}/blackouts")
def list_blackouts(facility_id: str, station: StationHere, actor: ActorHere) -> list[Blackout]:
    """List, as its owner, when a facility and what it lets are not to be had."""
    with station.reading() as connection:
        facility = seen_facility(connection, actor, facility_id)
        acting_for(connection, actor, facility.party_id, "facilities.read")
        return blackouts.blackouts_at(connection, facility)


@router.post("/facilities/{facility_id}/blackouts", status_code=201, response_model=Blackout)
def make_blackout(facility_id: str, body: NewBlackout, making: MakingHere) -> Response:
    """Keep a facility, or one thing of it, from being booked for a time."""

    def make(change: Change) -> Blackout:
        facility = _own_facility(change.connection, making.actor, facility_id)
        resource = _of(change.connection, facility, body.resource_id)
        interval = span(body.starts_at, body.ends_at)
        return blackouts.add_blackout(
            change, facility, interval, resource=resource, reason=body.reason
        )

    return making.once(make)


@router.put("/facilities/{facility_id}/calendar")
def take_in_calendar(
    facility_id: str,
    station: StationHere,
    actor: ActorHere,
    data: FileHere,
    source: Annotated[str, Query(min_length=1, max_length=40, description="whose calendar it is")],
    resource: Annotated[str | None, Query(max_length=20)] = None,
) -> list[Blackout]:
    """Take an iCalendar file's times as blackouts, in place of what its source said before."""
    with station.change(actor) as change:
        facility = _own_facility(change.connection, actor, facility_id)
        of = _of(change.connection, facility, resource)
        return blackouts.take_in_calendar(change, facility, data, source=source, resource=of)


@router.delete("/blackouts/{blackout_id}", status_code=204)
def remove_blackout(
    blackout_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> None:
    """Let something be had again."""
    with station.change(actor) as change:
        blackout = find(change.connection, Blackout, blackout_id)
        acting_for(change.connection, actor, blackout.party_id, "facilities.change")
        require_revision(blackout, seen)
        change.remove(blackout)


def said(body: BaseModel, *, whole: bool = False) -> dict[str, Any]:
    """Return what a body says, as its model reads it: what is left out only where all is wanted."""
    names = type(body).model_fields if whole else body.model_fields_set
    return {name: getattr(body, name) for name in names}


def seen_facility(connection: Connection, actor: Actor, facility_id: str) -> Facility:
    """Return a facility that an asker may see: listed, or their party's.

    Raises:
        NotFound: when there is none that they may see.
    """
    account_of(connection, actor)
    facility = find(connection, Facility, facility_id)
    if not facility.is_listed:
        try:
            acting_for(connection, actor, facility.party_id, "facilities.read")
        except NotFound:
            raise missing(Facility, facility_id) from None
    return facility


def seen_resource(
    connection: Connection, actor: Actor, resource_id: str
) -> tuple[Resource, Facility]:
    """Return something that an asker may see, and where it is.

    Raises:
        NotFound: when there is none that they may see.
    """
    resource = find(connection, Resource, resource_id)
    return resource, seen_facility(connection, actor, resource.facility_id)


def _own_facility(connection: Connection, actor: Actor, facility_id: str) -> Facility:
    facility = seen_facility(connection, actor, facility_id)
    acting_for(connection, actor, facility.party_id, "facilities.change")
    return facility


def _of(connection: Connection, facility: Facility, resource_id: str | None) -> Resource | None:
    if resource_id is None:
        return None
    resource = find(connection, Resource, resource_id)
    if resource.facility_id != facility.id:
        raise NotFound(
            f"there is no resource `{resource_id}` there", zh=f"此处没有资源 `{resource_id}`"
        )
    return resource


def _time(interval: Interval) -> Time:
    assert interval.end is not None
    return Time(starts_at=interval.start, ends_at=interval.end)

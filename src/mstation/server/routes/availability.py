"""When somebody can work: busy, held and free times, by hand or from a calendar."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
)
from mstation.server.moments import Instant
from mstation.server.routes.sheets import FileHere
from mstation.station.change import Change, find
from mstation.station.parties import acting_for
from mstation.station.space.opening import span, zone_of
from mstation.station.talent import availability
from mstation.station.talent.availability import Availability, AvailabilityKind

router = APIRouter(prefix="/api", tags=["talent"])


class NewAvailability(BaseModel):
    """A stretch of somebody's time."""

    kind: AvailabilityKind
    starts_at: Instant
    ends_at: Instant
    note: Annotated[str, Field(max_length=200)] = ""


@router.get("/parties/{party_id}/availability")
def list_availability(party_id: str, station: StationHere, actor: ActorHere) -> list[Availability]:
    """List what is told of a party's time, in order."""
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "availabilities.read")
        return list(availability.times_of(connection, party_id))


@router.post("/parties/{party_id}/availability", status_code=201, response_model=Availability)
def make_availability(party_id: str, body: NewAvailability, making: MakingHere) -> Response:
    """Say that a party is busy, held or free for a time."""

    def make(change: Change) -> Availability:
        party = acting_for(change.connection, making.actor, party_id, "availabilities.change")
        interval = span(body.starts_at, body.ends_at)
        return availability.add_availability(
            change, party, kind=body.kind, interval=interval, note=body.note
        )

    return making.once(make)


@router.put("/parties/{party_id}/availability/calendar")
def take_in_availability(
    party_id: str,
    station: StationHere,
    actor: ActorHere,
    data: FileHere,
    source: Annotated[str, Query(min_length=1, max_length=40, description="which calendar it is")],
    time_zone: Annotated[str, Query(max_length=60, description="of times that name none")] = "UTC",
) -> list[Availability]:
    """Take an iCalendar file's times as busy ones, in place of what the same one said before."""
    with station.change(actor) as change:
        party = acting_for(change.connection, actor, party_id, "availabilities.change")
        zone = zone_of(time_zone)
        return availability.take_in_availability(change, party, data, source=source, zone=zone)


@router.delete("/availability/{availability_id}", status_code=204)
def remove_availability(
    availability_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> None:
    """Take back what was told of a time."""
    with station.change(actor) as change:
        told = find(change.connection, Availability, availability_id)
        acting_for(change.connection, actor, told.party_id, "availabilities.change")
        require_revision(told, seen)
        change.remove(told)

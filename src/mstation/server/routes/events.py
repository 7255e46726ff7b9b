"""What happened: in pages, and live as server-sent events that resume where a line dropped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from mstation.server.asking import ActorHere, StationHere
from mstation.server.pages import Most
from mstation.station.access import access_to
from mstation.station.change import Actor
from mstation.station.events import Event, events_after, last_number
from mstation.station.station import Station

router = APIRouter(prefix="/api", tags=["events"])

_LOOK_EVERY_S = 0.25
_BIGGEST = 2**53  # JavaScript counts no further

Number = Annotated[int, Query(ge=0, le=_BIGGEST)]


@router.get("/projects/{project_id}/events")
def list_events(
    project_id: str,
    station: StationHere,
    actor: ActorHere,
    after: Number = 0,
    most: Most = 200,
) -> list[Event]:
    """List what happened after an event, in order."""
    return _events(station, actor, project_id, after, most)


@router.get("/projects/{project_id}/events/live", response_class=EventSourceResponse)
async def follow_events(
    project_id: str,
    request: Request,
    station: StationHere,
    actor: ActorHere,
    after: Annotated[int | None, Query(ge=0, le=_BIGGEST)] = None,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", max_length=20)] = None,
) -> AsyncIterable[ServerSentEvent]:
    """Follow what happens from now on, or from after the event that was seen last."""
    number = await run_in_threadpool(_start, station, actor, project_id, after, last_event_id)
    while not await request.is_disconnected():
        told = await run_in_threadpool(_events, station, actor, project_id, number, 200)
        for event in told:
            number = event.number
            yield ServerSentEvent(data=event, event=event.noun, id=str(number))
        if not told:
            await asyncio.sleep(_LOOK_EVERY_S)


def _start(
    station: Station, actor: Actor, project_id: str, after: int | None, seen: str | None
) -> int:
    with station.reading() as connection:
        access_to(connection, actor, project_id).require("events.read")
        if seen is not None and seen.isascii() and seen.isdecimal():
            return int(seen)
        return last_number(connection) if after is None else after


def _events(station: Station, actor: Actor, project_id: str, after: int, most: int) -> list[Event]:
    with station.reading() as connection:
        access_to(connection, actor, project_id).require("events.read")
        return events_after(connection, after, project_id=project_id, most=most)

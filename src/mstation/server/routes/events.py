"""What happened: in pages, and live as server-sent events that resume where a line dropped.

A project has a log, and a party has one, of rows that its reader may read.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from mstation.errors import MStationError
from mstation.server.asking import ActorHere, StationHere, actor_of
from mstation.server.following import Followers, Line
from mstation.server.pages import BIGGEST, Most
from mstation.station.access import access_to
from mstation.station.change import Actor
from mstation.station.events import Event, last_number
from mstation.station.party_sight import party_events_seen
from mstation.station.sight import events_seen
from mstation.station.station import Station

router = APIRouter(prefix="/api", tags=["events"])

_AT_ONCE = 200

Number = Annotated[int, Query(ge=0, le=BIGGEST)]
Log = Callable[[Connection, Actor, str, int, int], list[Event]]
"""Returns the events of a project or party after a number, `most` at most, to one who may read."""


def _project_log(
    connection: Connection, actor: Actor, project_id: str, number: int, most: int
) -> list[Event]:
    return events_seen(connection, access_to(connection, actor, project_id), number, most)


@router.get("/projects/{project_id}/events")
def list_events(
    project_id: str, station: StationHere, actor: ActorHere, after: Number = 0, most: Most = 200
) -> list[Event]:
    """List what happened in a project after an event, in order: of rows that the asker may read."""
    with station.reading() as connection:
        return _project_log(connection, actor, project_id, after, most)


@router.get("/parties/{party_id}/events")
def list_party_events(
    party_id: str, station: StationHere, actor: ActorHere, after: Number = 0, most: Most = 200
) -> list[Event]:
    """List what happened to a party's things after an event, in order: those one may read."""
    with station.reading() as connection:
        return party_events_seen(connection, actor, party_id, after, most)


@asynccontextmanager
async def _line(
    request: Request, station: Station, actor: Actor, log: Log, log_id: str
) -> AsyncIterator[Line]:
    followers: Followers = request.app.state.followers
    await run_in_threadpool(_read, station, actor, log, log_id, BIGGEST)
    await run_in_threadpool(request.app.state.listener.start)
    followers.listen()
    with followers.line(actor.account_id or actor.id, log_id) as line:
        yield line


async def project_line(
    project_id: str, request: Request, station: StationHere, actor: ActorHere
) -> AsyncIterator[Line]:
    """Give a line to one who may follow a project.

    Raises:
        NotFound: when the project is not theirs.
        Forbidden: when its events are not.
        TooOften: when they follow too often already.
    """
    async with _line(request, station, actor, _project_log, project_id) as line:
        yield line


async def party_line(
    party_id: str, request: Request, station: StationHere, actor: ActorHere
) -> AsyncIterator[Line]:
    """Give a line to one who may follow a party.

    Raises:
        NotFound: when the party is not theirs.
        Forbidden: when its events are not.
        TooOften: when they follow too often already.
    """
    async with _line(request, station, actor, party_events_seen, party_id) as line:
        yield line


def start_number(
    station: StationHere,
    after: Annotated[int | None, Query(ge=0, le=BIGGEST)] = None,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", max_length=20)] = None,
) -> int:
    """Return the event after which a follower is told: known before the line is said to stand."""
    if last_event_id is not None and last_event_id.isascii() and last_event_id.isdecimal():
        return min(int(last_event_id), BIGGEST)
    if after is not None:
        return after
    with station.reading() as connection:
        return last_number(connection)


Start = Annotated[int, Depends(start_number)]


@router.get("/projects/{project_id}/events/live", response_class=EventSourceResponse)
async def follow_events(
    request: Request,
    station: StationHere,
    line: Annotated[Line, Depends(project_line)],
    number: Start,
) -> AsyncIterable[ServerSentEvent]:
    """Follow what happens in a project from now on, or from after the event that was seen last.

    The line ends when the server stops or the follower's right does; a comment is sent each
    15 seconds, so that both sides find a dead line.
    """
    async for told in _told(request, station, line, _project_log, number):
        yield told


@router.get("/parties/{party_id}/events/live", response_class=EventSourceResponse)
async def follow_party_events(
    request: Request,
    station: StationHere,
    line: Annotated[Line, Depends(party_line)],
    number: Start,
) -> AsyncIterable[ServerSentEvent]:
    """Follow what happens to a party's things, as a project is followed."""
    async for told in _told(request, station, line, party_events_seen, number):
        yield told


async def _told(
    request: Request, station: Station, line: Line, log: Log, number: int
) -> AsyncIterator[ServerSentEvent]:
    while not line.is_over and not await request.is_disconnected():
        try:
            told, number = await run_in_threadpool(_look, request, station, log, line, number)
        except MStationError:
            return
        for event in told:
            yield ServerSentEvent(data=event, event=event.noun, id=str(event.number))
        if not told:
            await line.news()


def _read(station: Station, actor: Actor, log: Log, log_id: str, number: int) -> list[Event]:
    with station.reading() as connection:
        return log(connection, actor, log_id, number, _AT_ONCE)


def _look(
    request: Request, station: Station, log: Log, line: Line, number: int
) -> tuple[list[Event], int]:
    """Return the next events and the number to go on from; who asks is looked at anew."""
    actor = actor_of(request, station)
    with station.reading() as connection:
        told = log(connection, actor, line.log_id, number, _AT_ONCE)
        return told, told[-1].number if told else last_number(connection)

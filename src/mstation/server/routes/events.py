"""What happened: in pages, and live as server-sent events that resume where a line dropped."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from mstation.errors import MStationError
from mstation.server.asking import ActorHere, StationHere, actor_of
from mstation.server.following import Followers, Line
from mstation.server.pages import BIGGEST, Most
from mstation.station.access import access_to
from mstation.station.change import Actor
from mstation.station.events import Event, last_number
from mstation.station.sight import events_seen
from mstation.station.station import Station

router = APIRouter(prefix="/api", tags=["events"])

_AT_ONCE = 200

Number = Annotated[int, Query(ge=0, le=BIGGEST)]


@router.get("/projects/{project_id}/events")
def list_events(
    project_id: str,
    station: StationHere,
    actor: ActorHere,
    after: Number = 0,
    most: Most = 200,
) -> list[Event]:
    """List what happened after an event, in order: of rows that the asker may read."""
    with station.reading() as connection:
        return events_seen(connection, access_to(connection, actor, project_id), after, most)


async def take_line(
    project_id: str, request: Request, station: StationHere, actor: ActorHere
) -> AsyncIterator[Line]:
    """Give a line to one who may follow.

    Raises:
        NotFound: when the project is not theirs.
        Forbidden: when its events are not.
        TooOften: when they follow too often already.
    """
    followers: Followers = request.app.state.followers
    await run_in_threadpool(_require, station, actor, project_id)
    await run_in_threadpool(request.app.state.listener.start)
    followers.listen()
    with followers.line(actor.account_id or actor.id, project_id) as line:
        yield line


@router.get("/projects/{project_id}/events/live", response_class=EventSourceResponse)
async def follow_events(
    request: Request,
    station: StationHere,
    line: Annotated[Line, Depends(take_line)],
    after: Annotated[int | None, Query(ge=0, le=BIGGEST)] = None,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", max_length=20)] = None,
) -> AsyncIterable[ServerSentEvent]:
    """Follow what happens from now on, or from after the event that was seen last.

    The line ends when the server stops or the follower's right does; a comment is sent each
    15 seconds, so that both sides find a dead line.
    """
    number = await run_in_threadpool(_start, station, after, last_event_id)
    while not line.is_over and not await request.is_disconnected():
        try:
            told, number = await run_in_threadpool(_look, request, station, line.project_id, number)
        except MStationError:
            return
        for event in told:
            yield ServerSentEvent(data=event, event=event.noun, id=str(event.number))
        if not told:
            await line.news()


def _require(station: Station, actor: Actor, project_id: str) -> None:
    with station.reading() as connection:
        access_to(connection, actor, project_id).require("events.read")


def _start(station: Station, after: int | None, seen: str | None) -> int:
    if seen is not None and seen.isascii() and seen.isdecimal():
        return min(int(seen), BIGGEST)
    if after is not None:
        return after
    with station.reading() as connection:
        return last_number(connection)


def _look(
    request: Request, station: Station, project_id: str, number: int
) -> tuple[list[Event], int]:
    """Return the next events and the number to go on from; who asks is looked at anew."""
    actor = actor_of(request, station)
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        told = events_seen(connection, access, number, _AT_ONCE)
        return told, told[-1].number if told else last_number(connection)

"""Calendars that others subscribe to, by an address with a key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
)
from mstation.station.change import Actor, Change, find, find_where
from mstation.station.parties import acting_for
from mstation.station.space import feeds
from mstation.station.space.feeds import CalendarFeed, FeedOf

router = APIRouter(prefix="/api", tags=["space"])


class NewCalendarFeed(BaseModel):
    """What a calendar is to show."""

    of: FeedOf
    label: Annotated[str, Field(min_length=1, max_length=200)]
    resource_id: Annotated[str, Field(max_length=20)] | None = None


@dataclass(frozen=True, slots=True)
class ShownCalendarFeed:
    """A calendar without its key; key is told once, when it is made: `/api/calendars/KEY.ics`."""

    id: str
    revision: int
    party_id: str
    of: FeedOf
    label: str
    resource_id: str | None
    is_revoked: bool
    key: str | None = None


@router.get("/parties/{party_id}/calendar-feeds")
def list_calendar_feeds(
    party_id: str, station: StationHere, actor: ActorHere
) -> list[ShownCalendarFeed]:
    """List a party's calendars, without their keys."""
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "calendar_feeds.read")
        return [_shown(each) for each in find_where(connection, CalendarFeed, party_id=party_id)]


@router.post(
    "/parties/{party_id}/calendar-feeds", status_code=201, response_model=ShownCalendarFeed
)
def make_calendar_feed(party_id: str, body: NewCalendarFeed, making: MakingHere) -> Response:
    """Make a calendar that whoever has its address may read; pass it on yourself."""

    def make(change: Change, key: str) -> CalendarFeed:
        party = acting_for(change.connection, making.actor, party_id, "calendar_feeds.change")
        return feeds.add_feed(
            change, party, of=body.of, label=body.label, key=key, resource_id=body.resource_id
        )

    return making.once_with_key(make, shown=_shown)


@router.delete("/calendar-feeds/{feed_id}", status_code=204)
def revoke_calendar_feed(
    feed_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> None:
    """Take a calendar back: its address shows nothing any more."""
    with station.change(actor) as change:
        feed = _own(change.connection, actor, feed_id)
        require_revision(feed, seen)
        change.edit(feed, is_revoked=True)


@router.get(
    "/calendars/{key}.ics",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}},
)
def read_calendar_feed(key: str, station: StationHere) -> Response:
    """Read a calendar by its key, without signing in."""
    with station.reading() as connection:
        body = feeds.written_feed(connection, feeds.feed_by_key(connection, key))
    headers = {"Cache-Control": "private, max-age=300", "Referrer-Policy": "no-referrer"}
    return Response(body, headers=headers, media_type="text/calendar; charset=utf-8")


def _own(connection: Connection, actor: Actor, feed_id: str) -> CalendarFeed:
    feed = find(connection, CalendarFeed, feed_id)
    acting_for(connection, actor, feed.party_id, "calendar_feeds.change")
    return feed


def _shown(feed: CalendarFeed) -> ShownCalendarFeed:
    return ShownCalendarFeed(
        feed.id, feed.revision, feed.party_id, feed.of, feed.label, feed.resource_id,
        feed.is_revoked,
    )  # fmt: skip

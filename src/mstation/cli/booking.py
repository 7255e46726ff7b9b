"""`mstation free` and `book`: what is let, when it can be had, and having it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from mstation.cli.acting import market, name_of, party_named, sum_of, tell, tell_json
from mstation.cli.station import our_words, project_named
from mstation.cli.words import words
from mstation.client import Row
from mstation.errors import InvalidInput, NotFound
from mstation.market import Market


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when, by the clocks of the place; the end is not in it."""

    first: datetime
    end: datetime

    def written(self, place: Row) -> tuple[str, str]:
        """Return both as the station takes them."""
        zone = _zone(place)
        first, end = (each.replace(tzinfo=zone).isoformat() for each in (self.first, self.end))
        return first, end


@dataclass(frozen=True, slots=True)
class BookRequest:
    """What is booked."""

    resource: str
    span: Span
    title: str
    quantity: int
    is_option: bool
    project: str | None
    party: str | None
    yes: bool


def resources_and_tell(*, as_json: bool) -> None:
    """List what is let."""
    client = market()
    with our_words():
        rows = list(_let(client))
    if as_json:
        return tell_json(resource for resource, _ in rows)
    for resource, place in rows:
        where = f"{name_of(place)} {place['city']}".rstrip()
        tell(f"{resource['id']}  {resource['kind']}  {name_of(resource)}  {where}")


def free_and_tell(named: str, span: Span, *, minutes: int, quantity: int, as_json: bool) -> None:
    """Tell when something can be had, by the clocks of the place.

    Raises:
        NotFound: when nothing that is let is called so.
    """
    client, say = market(), words()
    with our_words():
        resource, place = _resource(client, named)
        told = client.free(resource["id"], *span.written(place), minutes=minutes, quantity=quantity)
    if as_json:
        return tell_json(told)
    for each in told["times"]:
        tell(_told(each, place))
    if told["next"] is None:
        tell(say["never_free"])
    else:
        tell(say["next_free"].format(time=_told(told["next"], place)))


def book_and_tell(request: BookRequest) -> None:
    """Show what a booking costs, and why; ask, and book.

    Raises:
        NotFound: when nothing that is let is called so, or there is no such project.
        Conflict: when it cannot be had then; what is free next is told.
    """
    client, say = market(), words()
    with our_words():
        party = party_named(client, request.party)
        resource, place = _resource(client, request.resource)
        starts_at, ends_at = request.span.written(place)
        times = {"starts_at": starts_at, "ends_at": ends_at, "quantity": request.quantity}
        body: Row = {"title": request.title, "wanted": [{"resource_id": resource["id"], **times}]}
        body["is_option"] = request.is_option
        if request.project is not None:
            body["project_id"] = project_named(client, request.project)["id"]
        price = client.booking_price(party["id"], body)
        for line in price["explained"]:
            tell(line)
        total = sum_of(price["total"], price["currency"])
        if not request.yes:
            typer.confirm(say["book_it"].format(sum=total, party=name_of(party)), abort=True)
        made = client.book(party["id"], body)
    tell(say["booked"].format(id=made["id"], state=made["state"], sum=total))


def _let(client: Market) -> Iterator[tuple[Row, Row]]:
    """Give everything that is let, and where it is."""
    for place in client.facilities():
        for resource in client.resources(place["id"]):
            if not resource["is_retired"]:
                yield resource, place


def _resource(client: Market, named: str) -> tuple[Row, Row]:
    """Return what is let under this id or, where only one thing has it, this name."""
    found = [
        (resource, place)
        for resource, place in _let(client)
        if named in (resource["id"], resource["name"], resource["name_zh"])
    ]
    if len(found) != 1:
        raise NotFound(
            f"{len(found)} things that are let are called `{named}`; `mstation free` lists them",
            zh=f"名为 `{named}` 的可租资源有 {len(found)} 个；`mstation free` 可列出资源",
        )
    return found[0]


def _told(time: Row, place: Row) -> str:
    """Return a time as the clocks of the place show it."""
    zone = _zone(place)
    first, end = (
        datetime.fromisoformat(time[name]).astimezone(zone) for name in ("starts_at", "ends_at")
    )
    return f"{first:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M} {place['time_zone']}"


def _zone(place: Row) -> ZoneInfo:
    try:
        return ZoneInfo(place["time_zone"])
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput(
            f"no time zone of IANA's is called `{place['time_zone']}`; is the zone data installed?",
            zh=f"没有名为 `{place['time_zone']}` 的 IANA 时区；请确认已安装时区数据",
        ) from error

"""Guest links: made by the production, opened by people without an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from mstation.errors import Forbidden
from mstation.server.asking import (
    GUEST_COOKIE,
    ActorHere,
    BrowserHere,
    MakingHere,
    SeenRevision,
    StationHere,
    answer,
    refuse_other_sites,
    require_revision,
)
from mstation.server.cookies import keep_key
from mstation.station import guests, passwords
from mstation.station.access import access_to
from mstation.station.accounts import written
from mstation.station.change import Actor, Change, find, find_where
from mstation.station.guests import LASTS_DAYS, MOST_DAYS, Guest, GuestLink
from mstation.station.schema import now

router = APIRouter(prefix="/api", tags=["guests"])

PAGE = "guest"
Name = Annotated[str, Field(min_length=1, max_length=200)]
Password = Annotated[str, Field(max_length=600)]
Days = Annotated[int, Field(ge=1, le=MOST_DAYS)]


class NewGuestLink(BaseModel):
    """What a guest link is made of."""

    subject_noun: Literal["entities", "playlists"]
    subject_id: Annotated[str, Field(max_length=20)]
    label: Name
    days: Days = LASTS_DAYS
    may_comment: bool = False
    password: Password | None = None


class GuestLinkChanges(BaseModel):
    """What of a guest link may be changed; what is left out stays. An empty password: none."""

    label: Name = ""
    days: Days = LASTS_DAYS  # from now
    may_comment: bool = False
    password: Password = ""


class HeldLink(BaseModel):
    """What a guest shows: the key behind the `#` of the link, its password, their name."""

    key: Annotated[str, Field(max_length=100)]
    name: Name
    password: Password | None = None


@dataclass(frozen=True, slots=True)
class ShownGuestLink:
    """A guest link as it may be shown; its key and link are told once, when it is made."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    subject_noun: str
    subject_id: str
    label: str
    ends_at: datetime
    may_comment: bool
    has_password: bool
    is_revoked: bool
    key: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Welcome:
    """What a guest may see."""

    guest_id: str
    name: str
    project_id: str
    subject_noun: str
    subject_id: str
    label: str
    may_comment: bool
    ends_at: datetime


@router.get("/projects/{project_id}/guest-links")
def list_guest_links(
    project_id: str, station: StationHere, actor: ActorHere
) -> list[ShownGuestLink]:
    """List a project's guest links, without their keys."""
    with station.reading() as connection:
        access_to(connection, actor, project_id).require("guest_links.read")
        return [_shown(each) for each in find_where(connection, GuestLink, project_id=project_id)]


@router.post("/projects/{project_id}/guest-links", status_code=201, response_model=ShownGuestLink)
def make_guest_link(project_id: str, body: NewGuestLink, making: MakingHere) -> Response:
    """Make a guest link; pass it on yourself."""
    kept = "" if not body.password else passwords.hashed(body.password)
    told = body.model_dump(exclude={"password"})

    def make(change: Change, key: str) -> GuestLink:
        access = access_to(change.connection, making.actor, project_id)
        access.require("guest_links.add")
        return guests.add_guest_link(change, access.project, **told, password_hash=kept, key=key)

    return making.once_with_key(make, PAGE, shown=_shown)


@router.get("/guest-links/{link_id}", response_model=ShownGuestLink)
def read_guest_link(
    link_id: str, response: Response, station: StationHere, actor: ActorHere
) -> Any:
    """Read a guest link, without its key."""
    with station.reading() as connection:
        link = _found(connection, actor, link_id, "guest_links.read")
    answer(link, response)
    return _shown(link)


@router.patch("/guest-links/{link_id}", response_model=ShownGuestLink)
def change_guest_link(
    link_id: str,
    body: GuestLinkChanges,
    response: Response,
    station: StationHere,
    actor: ActorHere,
    seen: SeenRevision,
) -> Any:
    """Change a guest link; those who are in already are in by it as it is now."""
    changes = body.model_dump(exclude_unset=True)
    if "label" in changes:
        changes["label"] = written(changes["label"], "label", "标签")
    if "days" in changes:
        changes["ends_at"] = now() + timedelta(days=changes.pop("days"))
    if "password" in changes:
        password = changes.pop("password")
        changes["password_hash"] = passwords.hashed(password) if password else ""
    with station.change(actor) as change:
        link = _found(change.connection, actor, link_id, "guest_links.change")
        require_revision(link, seen)
        link = change.edit(link, **changes)
    answer(link, response)
    return _shown(link)


@router.delete("/guest-links/{link_id}", status_code=204)
def revoke_guest_link(
    link_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> None:
    """Take a guest link back: who came by it is out."""
    with station.change(actor) as change:
        link = _found(change.connection, actor, link_id, "guest_links.remove")
        require_revision(link, seen)
        guests.revoke(change, link)


@router.post("/guest", status_code=201)
def come_in(
    body: HeldLink,
    request: Request,
    response: Response,
    station: StationHere,
    browser: BrowserHere,
) -> Welcome:
    """Open a guest link: the answer sets a cookie.

    401 with the type `urn:mstation:needs-password`: ask for the password and send all of it again.
    """
    refuse_other_sites(request)
    guest, link, key = guests.come_in(station, **body.model_dump(), browser=browser)
    lasts_s = max(1, int((link.ends_at - now()).total_seconds()))
    keep_key(request, response, GUEST_COOKIE, key, lasts_s)
    return _welcome(guest, link)


@router.get("/guest")
def read_guest(station: StationHere, actor: ActorHere) -> Welcome:
    """Tell a guest what they may see."""
    if actor.opens is None:
        raise Forbidden("you are no guest here: you are signed in", zh="您已登录，不是访客")
    with station.reading() as connection:
        guest = find(connection, Guest, actor.id)
        return _welcome(guest, find(connection, GuestLink, guest.link_id))


@router.delete("/guest", status_code=204)
def leave(request: Request, response: Response, station: StationHere, actor: ActorHere) -> None:
    """Leave: the browser opens nothing any more."""
    with station.change(actor) as change:
        guests.leave(change, request.cookies.get(GUEST_COOKIE, ""))
    response.delete_cookie(GUEST_COOKIE)


def _found(connection: Connection, actor: Actor, link_id: str, action: str) -> GuestLink:
    link = find(connection, GuestLink, link_id)
    access_to(connection, actor, link.project_id).require(action)
    return link


def _shown(link: GuestLink) -> ShownGuestLink:
    return ShownGuestLink(
        link.id, link.revision, link.organisation_id, link.project_id, link.subject_noun,
        link.subject_id, link.label, link.ends_at, link.may_comment, link.password_hash != "",
        link.is_revoked,
    )  # fmt: skip


def _welcome(guest: Guest, link: GuestLink) -> Welcome:
    return Welcome(
        guest.id, guest.name, link.project_id, link.subject_noun, link.subject_id, link.label,
        link.may_comment, link.ends_at,
    )  # fmt: skip

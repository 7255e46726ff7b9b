"""Invitations: made by producers, looked at and accepted by whoever holds the link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from mstation.server.asking import (
    ActorHere,
    BrowserHere,
    MakingHere,
    StationHere,
    own_account,
    refuse_other_sites,
)
from mstation.server.cookies import Person, keep_session, person_of
from mstation.station import accounts
from mstation.station.access import access_to, require_giving, require_in_organisation
from mstation.station.accounts import Account
from mstation.station.change import STATION, Actor, Change, find, find_where
from mstation.station.invitations import (
    LASTS_DAYS,
    MOST_DAYS,
    Invitation,
    accept,
    invite,
    open_invitation,
)
from mstation.station.organisations import Organisation, Project
from mstation.station.permissions import Role

router = APIRouter(prefix="/api", tags=["organisations"])

PAGE = "invitation"
Text = Annotated[str, Field(max_length=600)]
Key = Annotated[str, Field(max_length=100)]


class NewInvitation(BaseModel):
    """What an invitation is made of; without an address it is for whoever holds the link."""

    role: Role
    email: Annotated[str, Field(max_length=254)] = ""
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = LASTS_DAYS


class HeldKey(BaseModel):
    """The key of an invitation: what stands behind the `#` of its link."""

    key: Key


class NewcomersAccount(HeldKey):
    """The key of an invitation, and the account that its holder makes."""

    email: Text
    name: Text
    password: Text
    language: Annotated[str, Field(pattern="^(en|zh)$")] = "en"


@dataclass(frozen=True, slots=True)
class ShownInvitation:
    """An invitation as it may be shown; its key and link are told once, when it is made."""

    id: str
    revision: int
    organisation_id: str
    project_id: str | None
    role: Role
    email: str
    ends_at: datetime
    made_by: str
    used_by: str | None
    key: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invitation offers to its holder."""

    organisation: str
    project: str | None
    role: Role
    email: str
    ends_at: datetime


@router.post(
    "/organisations/{organisation_id}/invitations", status_code=201, response_model=ShownInvitation
)
def invite_to_organisation(
    organisation_id: str, body: NewInvitation, making: MakingHere
) -> Response:
    """Invite somebody into an organisation; pass the link on yourself."""

    def make(change: Change, key: str) -> Invitation:
        role = _required(change.connection, making.actor, organisation_id, None, "add")
        require_giving(role, body.role)
        return invite(
            change, organisation_id=organisation_id, project_id=None, key=key, **body.model_dump()
        )

    return making.once_with_key(make, PAGE, shown=_shown)


@router.post("/projects/{project_id}/invitations", status_code=201, response_model=ShownInvitation)
def invite_to_project(project_id: str, body: NewInvitation, making: MakingHere) -> Response:
    """Invite somebody into a project; pass the link on yourself."""

    def make(change: Change, key: str) -> Invitation:
        access = access_to(change.connection, making.actor, project_id)
        access.require("invitations.add")
        require_giving(access.role, body.role)
        where = access.project.organisation_id
        return invite(
            change, organisation_id=where, project_id=project_id, key=key, **body.model_dump()
        )

    return making.once_with_key(make, PAGE, shown=_shown)


@router.get("/organisations/{organisation_id}/invitations")
def list_organisation_invitations(
    organisation_id: str, station: StationHere, actor: ActorHere
) -> list[ShownInvitation]:
    """List the invitations into an organisation, used ones too."""
    with station.reading() as connection:
        _required(connection, actor, organisation_id, None, "read")
        own = {"organisation_id": organisation_id, "project_id": None}
        return [_shown(each) for each in find_where(connection, Invitation, **own)]


@router.get("/projects/{project_id}/invitations")
def list_project_invitations(
    project_id: str, station: StationHere, actor: ActorHere
) -> list[ShownInvitation]:
    """List the invitations into a project, used ones too."""
    with station.reading() as connection:
        access_to(connection, actor, project_id).require("invitations.read")
        return [_shown(each) for each in find_where(connection, Invitation, project_id=project_id)]


@router.delete("/invitations/{invitation_id}", status_code=204)
def remove_invitation(invitation_id: str, station: StationHere, actor: ActorHere) -> None:
    """Take an invitation back; what was made of it stays."""
    with station.change(actor) as change:
        found = find(change.connection, Invitation, invitation_id)
        where = (found.organisation_id, found.project_id)
        _required(change.connection, actor, *where, "remove")
        change.remove(found)


@router.post("/invitations/offer")
def read_offer(body: HeldKey, station: StationHere) -> Offer:
    """Tell what an invitation offers; its key is the right to ask."""
    with station.reading() as connection:
        found = open_invitation(connection, body.key)
        organisation = find(connection, Organisation, found.organisation_id)
        project = find(connection, Project, found.project_id) if found.project_id else None
    name = project.name if project is not None else None
    return Offer(organisation.name, name, found.role, found.email, found.ends_at)


@router.post("/invitations/acceptance", status_code=204)
def accept_invitation(body: HeldKey, station: StationHere, actor: ActorHere) -> None:
    """Accept an invitation by the account that is signed in."""
    with station.change(actor) as change:
        account = find(change.connection, Account, own_account(actor))
        accept(change, open_invitation(change.connection, body.key), account)


@router.post("/invitations/account", status_code=201)
def make_invited_account(
    body: NewcomersAccount,
    request: Request,
    response: Response,
    station: StationHere,
    browser: BrowserHere,
) -> Person:
    """Make an account by an invitation, accept it, and sign in."""
    refuse_other_sites(request)
    with station.change(STATION) as change:
        invitation = open_invitation(change.connection, body.key)
        account = accounts.add_account(change, **body.model_dump(exclude={"key"}))
        accept(change, invitation, account)
        key = accounts.start_session(change, account, browser)
    keep_session(request, response, key)
    return person_of(account)


def _required(
    connection: Connection, actor: Actor, organisation_id: str, project_id: str | None, verb: str
) -> Role | None:
    """Return the role of one who may do this with invitations there.

    Raises:
        NotFound: when they are not even of the place.
        Forbidden: when their role does not allow it.
    """
    action = f"invitations.{verb}"
    if project_id is None:
        return require_in_organisation(connection, actor, organisation_id, action)
    access = access_to(connection, actor, project_id)
    access.require(action)
    return access.role


def _shown(each: Invitation) -> ShownInvitation:
    return ShownInvitation(
        each.id, each.revision, each.organisation_id, each.project_id, each.role, each.email,
        each.ends_at, each.made_by, each.used_by,
    )  # fmt: skip

"""Invitations: a link that makes whoever holds it somebody in an organisation or a project, once.

The station sends no mail: whoever invites passes the link on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, ForeignKey, String, Table

from mstation.errors import Conflict, Forbidden, NotFound
from mstation.station.accounts import Account, address_of, checked_address, digest
from mstation.station.change import Change, find_where
from mstation.station.ids import new_id
from mstation.station.organisations import Member, Place
from mstation.station.permissions import Role
from mstation.station.schema import Id, Moment, keep, metadata, now, own_columns

LASTS_DAYS = 14
MOST_DAYS = 90


@dataclass(frozen=True, slots=True)
class Invitation:
    """A role that waits for somebody.

    project_id: None: the role is in the organisation.
    email: whom it is for; empty: whoever holds the link.
    """

    id: str
    revision: int
    organisation_id: str
    project_id: str | None
    role: Role
    email: str
    key_digest: str = field(metadata={"secret": True}, repr=False)
    ends_at: datetime
    made_by: str
    used_by: str | None = None


invitations = keep(
    Invitation,
    Table(
        "invitations",
        metadata,
        *own_columns(),
        Column("organisation_id", Id, ForeignKey("organisations.id"), nullable=False, index=True),
        Column("project_id", Id, ForeignKey("projects.id"), index=True),
        Column("role", String(16), nullable=False),
        Column("email", String(254), nullable=False),
        Column("key_digest", String(64), nullable=False, unique=True),
        Column("ends_at", Moment, nullable=False),
        Column("made_by", Id, ForeignKey("accounts.id"), nullable=False),
        Column("used_by", Id, ForeignKey("accounts.id")),
    ),
)


def invite(
    change: Change,
    *,
    organisation_id: str,
    project_id: str | None,
    role: Role,
    email: str,
    days: int,
    key: str,
) -> Invitation:
    """Make an invitation by whoever acts.

    Raises:
        InvalidInput: when the address is none.
        Forbidden: when nobody's account acts.
    """
    if change.actor.account_id is None:
        raise Forbidden("only people invite people", zh="只有用户本人才能邀请他人")
    return change.add(
        Invitation(
            new_id(),
            1,
            organisation_id,
            project_id,
            role,
            checked_address(email) if email.strip() else "",
            digest(key),
            change.at + timedelta(days=days),
            change.actor.account_id,
        )
    )


def open_invitation(connection: Connection, key: str) -> Invitation:
    """Return the invitation of a key, while it may be accepted.

    Raises:
        NotFound: when there is none, or it is over or used: nobody learns which.
    """
    found = find_where(connection, Invitation, key_digest=digest(key), used_by=None)
    if not found or found[0].ends_at <= now():
        raise NotFound(
            "this invitation was used, taken back or is over; ask for another",
            zh="此邀请已使用、撤回或过期，请重新索取",
        )
    return found[0]


def accept(change: Change, invitation: Invitation, account: Account) -> Member | Place:
    """Give somebody the role of an invitation, which is used by that.

    Raises:
        Forbidden: when it is for somebody else.
        Conflict: when they have a role there already.
        Stale: when somebody else was faster with the same key.
    """
    if invitation.email not in ("", address_of(account.email)):
        raise Forbidden(
            f"this invitation is for {invitation.email}; you are {account.email}",
            zh=f"此邀请发给 {invitation.email}，而您登录的是 {account.email}",
        )
    change.edit(invitation, used_by=account.id)
    organisation_id, project_id = invitation.organisation_id, invitation.project_id
    where = {"account_id": account.id, "organisation_id": organisation_id}
    if project_id is None:
        if find_where(change.connection, Member, **where):
            raise _has_role()
        return change.add(Member(new_id(), 1, organisation_id, account.id, invitation.role))
    if find_where(change.connection, Place, **where, project_id=project_id):
        raise _has_role()
    own = (organisation_id, project_id, account.id)
    return change.add(Place(new_id(), 1, *own, invitation.role))


def _has_role() -> Conflict:
    return Conflict("you have a role there already", zh="您在其中已有角色")

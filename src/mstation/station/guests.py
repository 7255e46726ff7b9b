"""Guest links: something of a project shown to somebody without an account, for a while."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Boolean, Column, Connection, ForeignKey, String, Table, select

from mstation.errors import InvalidInput, NotFound, NotSignedIn
from mstation.station import passwords
from mstation.station.accounts import Browser, digest, new_key, over, written
from mstation.station.change import STATION, Actor, Change, Opened, find_where
from mstation.station.guesses import counted
from mstation.station.ids import new_id
from mstation.station.organisations import Project
from mstation.station.schema import Id, Moment, keep, metadata, now, own_columns, project_columns
from mstation.station.station import Station

SUBJECTS = ("entities", "playlists")  # the nouns that a link may open
LASTS_DAYS = 14
MOST_DAYS = 365


@dataclass(frozen=True, slots=True)
class GuestLink:
    """A link that opens one thing of a project, until it ends or is taken back."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    subject_noun: str  # a table's name, one of SUBJECTS
    subject_id: str
    label: str
    key_digest: str = field(metadata={"secret": True}, repr=False)
    ends_at: datetime
    may_comment: bool = False
    password_hash: str = field(default="", metadata={"secret": True}, repr=False)  # empty: none
    is_revoked: bool = False


@dataclass(frozen=True, slots=True)
class Guest:
    """A browser that opened a guest link, by the name that was given there."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    link_id: str
    name: str
    key_digest: str = field(metadata={"secret": True}, repr=False)


guest_links = keep(
    GuestLink,
    Table(
        "guest_links",
        metadata,
        *own_columns(),
        *project_columns(indexed=True),
        Column("subject_noun", String(40), nullable=False),
        Column("subject_id", Id, nullable=False),
        Column("label", String(200), nullable=False),
        Column("key_digest", String(64), nullable=False, unique=True),
        Column("ends_at", Moment, nullable=False),
        Column("may_comment", Boolean, nullable=False),
        Column("password_hash", String(200), nullable=False),
        Column("is_revoked", Boolean, nullable=False),
    ),
)
guests = keep(
    Guest,
    Table(
        "guests",
        metadata,
        *own_columns(),
        *project_columns(),
        Column("link_id", Id, ForeignKey("guest_links.id"), nullable=False, index=True),
        Column("name", String(200), nullable=False),
        Column("key_digest", String(64), nullable=False, unique=True),
    ),
)


def add_guest_link(
    change: Change,
    project: Project,
    *,
    subject_noun: str,
    subject_id: str,
    label: str,
    days: int,
    may_comment: bool,
    password_hash: str,
    key: str,
) -> GuestLink:
    """Make a guest link.

    Raises:
        InvalidInput: when the project has nothing like what it is to open.
    """
    _check_subject(change.connection, project, subject_noun, subject_id)
    return change.add(
        GuestLink(
            new_id(),
            1,
            project.organisation_id,
            project.id,
            subject_noun,
            subject_id,
            written(label, "label", "标签"),
            digest(key),
            change.at + timedelta(days=days),
            may_comment,
            password_hash,
        )
    )


def revoke(change: Change, link: GuestLink) -> GuestLink:
    """Take a link back: who came by it is out. The row stays, for the names under their notes.

    Raises:
        Stale: when somebody else changed it since it was read.
    """
    return change.edit(link, is_revoked=True)


def come_in(
    station: Station, *, key: str, password: str | None, name: str, browser: Browser
) -> tuple[Guest, GuestLink, str]:
    """Open a link; return who is in by it, the link, and the key of the browser, told only now.

    Raises:
        NotFound: when the link is over, was taken back or never was.
        NotSignedIn: when its password is missing or wrong.
        TooOften: when the password was tried too often.
    """
    with station.reading() as connection:
        link = _open_link(connection, key)
    if link.password_hash:
        with counted(station, whom=f"link:{link.id}", address=browser.address):
            _require_password(link, password)
    own = new_key()
    with station.change(STATION) as change:
        link = _open_link(change.connection, key)
        of = (link.organisation_id, link.project_id, link.id)
        guest = change.add(Guest(new_id(), 1, *of, written(name), digest(own)))
    return guest, link, own


def actor_of_guest(connection: Connection, key: str) -> Actor:
    """Return who acts in a browser that opened a link.

    Raises:
        NotSignedIn: when it is unknown, or the link is over or was taken back.
    """
    query = (
        select(
            guests.c.id,
            guest_links.c.project_id,
            guest_links.c.subject_noun,
            guest_links.c.subject_id,
            guest_links.c.may_comment,
        )
        .join(guest_links, guest_links.c.id == guests.c.link_id)
        .where(guests.c.key_digest == digest(key))
        .where(guest_links.c.ends_at > now(), guest_links.c.is_revoked.is_(False))
    )
    row = connection.execute(query).first()
    if row is None:
        raise over()
    return Actor("guest", row[0], opens=Opened(*row[1:]))


def leave(change: Change, key: str) -> None:
    """Let a browser forget its link: its key opens nothing any more; the name stays."""
    for guest in find_where(change.connection, Guest, key_digest=digest(key)):
        change.edit(guest, key_digest=digest(new_key()))


def _open_link(connection: Connection, key: str) -> GuestLink:
    found = find_where(connection, GuestLink, key_digest=digest(key), is_revoked=False)
    if not found or found[0].ends_at <= now():
        raise NotFound(
            "this link is over or was taken back; ask for another",
            zh="此链接已过期或已撤回，请重新索取",
        )
    return found[0]


def _require_password(link: GuestLink, password: str | None) -> None:
    if password is None:
        raise NotSignedIn("this link needs its password", needs="password", zh="打开此链接需要密码")
    if not passwords.matches(link.password_hash, password):
        raise NotSignedIn("this is not the link's password", zh="链接密码不正确")


def _check_subject(connection: Connection, project: Project, noun: str, subject_id: str) -> None:
    table = metadata.tables.get(noun) if noun in SUBJECTS else None
    if table is not None and subject_id.isalnum():
        query = select(table.c.id).where(table.c.id == subject_id, table.c.project_id == project.id)
        if connection.execute(query).first() is not None:
            return
    raise InvalidInput(
        f"the project has no `{subject_id[:40]}` among its {noun[:40]}",
        zh=f"项目中没有 `{subject_id[:40]}`（{noun[:40]}）",
    )

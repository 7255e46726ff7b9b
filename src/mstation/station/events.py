"""The event table: who changed what, from what to what. It is the audit trail and the live feed.

Events are numbered in the order in which their transactions end. PostgreSQL hands out numbers
earlier than that, so a transaction takes a lock before it asks for its first number and gives it
back by ending: whoever has seen event 12 will never be shown an event 11 later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, Index, String, Table, func, select

from mstation.station.database import is_sqlite
from mstation.station.schema import BigId, Id, Moment, metadata

EVENTS_LOCK = 0x6D737461  # PostgreSQL's advisory locks are numbers: "msta"
EVENTS_CHANNEL = "mstation_events"


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one row.

    before and after hold the fields that changed; a new row has no before, a removed one no after.
    """

    number: int
    at: datetime
    actor_kind: str  # account, token, guest, worker, station
    actor_id: str
    verb: str  # added, changed, removed
    noun: str  # the table's name
    noun_id: str
    organisation_id: str | None
    project_id: str | None
    party_id: str | None  # who trades, works or is written about: in whose log it stands
    before: dict[str, Any] | None
    after: dict[str, Any] | None


events = Table(
    "events",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("actor_kind", String(16), nullable=False),
    Column("actor_id", Id, nullable=False),
    Column("verb", String(16), nullable=False),
    Column("noun", String(40), nullable=False),
    Column("noun_id", Id, nullable=False),
    Column("organisation_id", Id),
    Column("project_id", Id),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    Column("party_id", Id),
    Index("ix_events_project", "project_id", "number"),
    Index("ix_events_party", "party_id", "number"),
    Index("ix_events_noun", "noun", "noun_id", "number"),
    sqlite_autoincrement=True,  # a number is never given twice
)


# PostgreSQL tells it when the transaction has ended, whenever it was said.
_LOCK_AND_NOTIFY = select(
    func.pg_advisory_xact_lock(EVENTS_LOCK), func.pg_notify(EVENTS_CHANNEL, "")
)


def append(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write events, the last thing before the transaction ends."""
    if not rows:
        return
    if not is_sqlite(connection):
        connection.execute(_LOCK_AND_NOTIFY)
    connection.execute(events.insert(), list(rows))


def events_after(
    connection: Connection,
    number: int,
    *,
    project_id: str | None = None,
    party_id: str | None = None,
    most: int = 500,
) -> list[Event]:
    """Return the events after a number, in order, of one project or party, or of all."""
    query = select(events).where(events.c.number > number).order_by(events.c.number).limit(most)
    if project_id is not None:
        query = query.where(events.c.project_id == project_id)
    if party_id is not None:
        query = query.where(events.c.party_id == party_id)
    return [Event(**row) for row in connection.execute(query).mappings()]


def last_number(connection: Connection) -> int:
    """Return the number of the last event, 0 where nothing ever happened."""
    return connection.execute(select(func.max(events.c.number))).scalar() or 0

"""When somebody can work: busy, held and free times of a party, by hand or from their calendar.

Whatever nobody spoke of is free. A free time that is told over a busy one does not free it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    String,
    Table,
    and_,
    or_,
    select,
    true,
)

from mstation.errors import InvalidInput
from mstation.station.accounts import written
from mstation.station.calendars import read_calendar
from mstation.station.change import Change, find_where
from mstation.station.ids import new_id
from mstation.station.intervals import Interval, joined
from mstation.station.parties import Party
from mstation.station.schema import Id, Moment, keep, metadata, noun_of, own_columns


class AvailabilityKind(StrEnum):
    """Whether somebody works elsewhere, may have to, or asks for work."""

    BUSY = "busy"
    HOLD = "hold"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Availability:
    """A stretch of somebody's time; source: the calendar that says so, empty: by hand.

    expires_at: until when a hold counts; none: until it is taken back.
    """

    id: str
    revision: int
    party_id: str
    kind: AvailabilityKind
    starts_at: datetime
    ends_at: datetime
    note: str = ""
    source: str = ""
    expires_at: datetime | None = None


availabilities = keep(
    Availability,
    Table(
        "availabilities",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("kind", String(8), nullable=False),
        Column("starts_at", Moment, nullable=False),
        Column("ends_at", Moment, nullable=False),
        Column("note", String(200), nullable=False),
        Column("source", String(40), nullable=False),
        Column("expires_at", Moment),
        CheckConstraint("starts_at < ends_at", name="ends_after"),
        Index("ix_availabilities_party", "party_id", "ends_at", "starts_at"),
    ),
)


def add_availability(
    change: Change, party: Party, *, kind: AvailabilityKind, interval: Interval, note: str = "",
    expires_at: datetime | None = None,
) -> Availability:  # fmt: skip
    """Say that somebody is busy, held or free for a time.

    Raises:
        InvalidInput: when the time has no end.
    """
    if interval.end is None:
        raise InvalidInput("a time of somebody's ends", zh="时段须有结束时间")
    told = (interval.start, interval.end, note and written(note, "note", "备注"))
    return change.add(Availability(new_id(), 1, party.id, kind, *told, expires_at=expires_at))


def take_in_availability(
    change: Change, party: Party, data: bytes, *, source: str, zone: tzinfo
) -> list[Availability]:
    """Take a calendar's times as busy, tentative ones as held, in place of what it said before.

    What the events are called is not kept: whoever plans learns when, not why.

    Raises:
        InvalidInput: when the file is no calendar that is read.
    """
    source = written(source, "source", "来源")
    happenings = read_calendar(data, zone, change.at)
    for before in find_where(change.connection, Availability, party_id=party.id, source=source):
        change.remove(before)
    made = []
    for each in happenings:
        assert each.interval.end is not None
        kind = AvailabilityKind.HOLD if each.is_tentative else AvailabilityKind.BUSY
        told = (kind, each.interval.start, each.interval.end, "", source)
        made.append(Availability(new_id(), 1, party.id, *told))
    change.add_all(made)
    return made


def not_free(
    connection: Connection, party_ids: Collection[str], window: Interval, at: datetime
) -> dict[str, tuple[Interval, ...]]:
    """Return when each of some parties is busy or held within a window, joined.

    at: the moment at which it is asked; a hold that expired by then counts no more.
    """
    query = availabilities.select().where(
        availabilities.c.party_id.in_(list(party_ids)), _takes(window, at)
    )
    found: dict[str, list[Interval]] = {id_: [] for id_ in party_ids}
    for row in connection.execute(query).mappings():
        each = noun_of(Availability, dict(row))
        found[each.party_id].append(Interval(each.starts_at, each.ends_at))
    return {id_: joined(times) for id_, times in found.items()}


def is_free(party_id: ColumnElement[str], window: Interval, at: datetime) -> ColumnElement[bool]:
    """Return the condition under which a party is neither busy nor held within a window.

    It asks for each row by itself: PostgreSQL would gather everybody's times for an EXISTS.
    """
    taken = select(availabilities.c.id).where(
        availabilities.c.party_id == party_id, _takes(window, at)
    )
    return taken.limit(1).scalar_subquery().is_(None)


def _takes(window: Interval, at: datetime) -> ColumnElement[bool]:
    """Return the condition under which a time leaves somebody no room within a window."""
    times = availabilities.c
    held = and_(
        times.kind == AvailabilityKind.HOLD,
        or_(times.expires_at.is_(None), times.expires_at > at),
    )
    return and_(
        times.ends_at > window.start,
        true() if window.end is None else times.starts_at < window.end,
        or_(times.kind == AvailabilityKind.BUSY, held),
    )


def times_of(connection: Connection, party_id: str) -> Sequence[Availability]:
    """Return what is told of a party's time, in order."""
    found = find_where(connection, Availability, party_id=party_id)
    return sorted(found, key=lambda each: (each.starts_at, each.id))

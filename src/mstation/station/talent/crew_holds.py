"""Holds: a production that chose somebody asks for their time; they confirm or refuse.

A hold stands in the person's calendar until it is answered, taken back or expires. Holds of one
time are options, the first asked first; which to take is the person's choice, and whoever loses by
it is told by an event.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, String, Table

from mstation.errors import Conflict, InvalidInput
from mstation.station.change import Change, find, find_where, hold
from mstation.station.ids import new_id
from mstation.station.intervals import Interval
from mstation.station.organisations import Project
from mstation.station.parties import Party, parties
from mstation.station.schema import (
    Id,
    Moment,
    keep,
    metadata,
    noun_of,
    own_columns,
    project_columns,
)
from mstation.station.talent.availability import (
    Availability,
    AvailabilityKind,
    add_availability,
)
from mstation.station.talent.match_runs import MatchDecision, MatchRun
from mstation.station.talent.people import Person
from mstation.station.wording import MOST_SIGNS, prose

USUAL, LONGEST = timedelta(days=7), timedelta(days=30)


class HoldState(StrEnum):
    """Where a hold stands: asked, or how it ended."""

    HELD = "held"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    LOST = "lost"  # they confirmed another of the time
    RELEASED = "released"  # the production took it back
    LAPSED = "lapsed"  # nobody answered


@dataclass(frozen=True, slots=True)
class CrewHold:
    """A production's word that it wants somebody for a time.

    title: the film's name. rank: 1 the first option, 2 the second; 0: no option any more.
    availability_id: what stands in their calendar for it.
    """

    id: str
    revision: int
    organisation_id: str
    project_id: str
    party_id: str
    person_id: str
    run_id: str
    decision_id: str
    availability_id: str | None
    title: str
    role_code: str
    starts_at: datetime
    ends_at: datetime
    state: HoldState
    rank: int
    made_at: datetime
    expires_at: datetime
    answered_at: datetime | None = None
    reason: str = ""

    @property
    def interval(self) -> Interval:
        """The time that is held."""
        return Interval(self.starts_at, self.ends_at)


crew_holds = keep(
    CrewHold,
    Table(
        "crew_holds",
        metadata,
        *own_columns(),
        *project_columns(indexed=True),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("person_id", Id, ForeignKey("people.id"), nullable=False, index=True),
        Column("run_id", Id, ForeignKey("match_runs.id"), nullable=False),
        Column("decision_id", Id, ForeignKey("match_decisions.id"), nullable=False),
        Column("availability_id", Id, ForeignKey("availabilities.id")),
        Column("title", String(200), nullable=False),
        Column("role_code", String(80), nullable=False),
        Column("starts_at", Moment, nullable=False),
        Column("ends_at", Moment, nullable=False),
        Column("state", String(16), nullable=False),
        Column("rank", Integer, nullable=False),
        Column("made_at", Moment, nullable=False),
        Column("expires_at", Moment, nullable=False),
        Column("answered_at", Moment),
        Column("reason", String(MOST_SIGNS), nullable=False),
        Index("ix_crew_holds_state", "state", "expires_at"),
    ),
)


def place_hold(
    change: Change, run: MatchRun, decision: MatchDecision, person: Person,
    until: datetime | None = None,
) -> CrewHold:  # fmt: skip
    """Ask somebody who was chosen for their time; until: when they must have answered.

    Raises:
        InvalidInput: when it would be over already, or lasts too long.
    """
    until = until or change.at + USUAL
    if not change.at < until <= change.at + LONGEST:
        raise InvalidInput(
            f"a hold ends after now, within {LONGEST.days} days",
            zh=f"预留须在当前时间之后、{LONGEST.days} 天之内到期",
        )
    (need,) = (each for each in run.plan["requirements"] if each["id"] == decision.requirement_id)
    time = Interval(*(datetime.fromisoformat(need["interval"][side]) for side in ("start", "end")))
    assert time.end is not None
    hold(change.connection, parties, person.party_id)  # one after another: which option it is
    rank = 1 + len(_living(change, person.party_id, time))
    title = find(change.connection, Project, run.project_id).name
    stands = add_availability(
        change, find(change.connection, Party, person.party_id), kind=AvailabilityKind.HOLD,
        interval=time, note=title, expires_at=until,
    )  # fmt: skip
    own = (run.organisation_id, run.project_id, person.party_id, person.id, run.id, decision.id)
    return change.add(
        CrewHold(
            new_id(), 1, *own, stands.id, title, need["role"], time.start, time.end,
            HoldState.HELD, rank, change.at, until,
        )
    )  # fmt: skip


def confirm_hold(change: Change, held: CrewHold) -> CrewHold:
    """Say yes: the time is taken, and others who hold any of it are told that they lost it.

    Raises:
        Conflict: when it is no option any more, or the time is confirmed to others.
    """
    _require_held(change, held)
    for other in find_where(
        change.connection, CrewHold, party_id=held.party_id, state=HoldState.CONFIRMED
    ):
        if other.interval.overlaps(held.interval):
            raise Conflict(
                f"this time is confirmed to {other.title}", zh=f"该时段已确认给「{other.title}」"
            )
    assert held.availability_id is not None
    stands = find(change.connection, Availability, held.availability_id)
    change.edit(stands, kind=AvailabilityKind.BUSY, expires_at=None)
    told = {"state": HoldState.CONFIRMED, "rank": 0, "answered_at": change.at}
    confirmed = change.edit(held, **told)
    for other in _living(change, held.party_id, held.interval):
        _end(change, other, HoldState.LOST)
    return confirmed


def refuse_hold(change: Change, held: CrewHold, reason: str = "") -> CrewHold:
    """Say no, and why where they want to: the production is told, and options behind move up.

    Raises:
        Conflict: when it is no option any more.
    """
    _require_held(change, held)
    told = prose(reason, "reason", "理由")
    return _ended(change, held, HoldState.REFUSED, answered_at=change.at, reason=told)


def release_hold(change: Change, held: CrewHold) -> CrewHold:
    """Take a hold back that was not answered.

    Raises:
        Conflict: when it is no option any more.
    """
    _require_held(change, held)
    return _ended(change, held, HoldState.RELEASED)


def expired_holds(connection: Connection, at: datetime) -> list[CrewHold]:
    """Return the holds that nobody answered by a moment and that say so not yet."""
    query = crew_holds.select().where(
        crew_holds.c.state == HoldState.HELD, crew_holds.c.expires_at <= at
    )
    return list(_holds(connection, query.order_by(crew_holds.c.party_id)))


def lapse_holds(change: Change) -> int:
    """Say of the holds that nobody answered in time that they lapsed; return how many."""
    expired = expired_holds(change.connection, change.at)
    for party_id in dict.fromkeys(each.party_id for each in expired):
        hold(change.connection, parties, party_id)
    for each in expired:
        now_stands = find(change.connection, CrewHold, each.id)
        if now_stands.state is HoldState.HELD:
            _ended(change, now_stands, HoldState.LAPSED)
    return len(expired)


def _require_held(change: Change, held: CrewHold) -> None:
    hold(change.connection, parties, held.party_id)
    state = find(change.connection, CrewHold, held.id).state
    if state is HoldState.HELD and held.expires_at <= change.at:
        state = HoldState.LAPSED
    if state is not HoldState.HELD:
        raise Conflict(f"this hold is {state}: ask for another", zh=f"该预留已结束（{state}）")


def _ended(change: Change, held: CrewHold, state: HoldState, **more: Any) -> CrewHold:
    ended = _end(change, held, state, **more)
    for rank, other in enumerate(_living(change, held.party_id, held.interval), start=1):
        if other.rank > rank:
            before = _living(change, held.party_id, other.interval)
            change.edit(other, rank=1 + [each.id for each in before].index(other.id))
    return ended


def _end(change: Change, held: CrewHold, state: HoldState, **more: Any) -> CrewHold:
    ended = change.edit(held, state=state, rank=0, availability_id=None, **more)
    if held.availability_id is not None:
        change.remove(find(change.connection, Availability, held.availability_id))
    return ended


def _living(change: Change, party_id: str, time: Interval) -> list[CrewHold]:
    """Return the options on somebody's time, the first asked first."""
    query = crew_holds.select().where(
        crew_holds.c.party_id == party_id,
        crew_holds.c.state == HoldState.HELD,
        crew_holds.c.expires_at > change.at,
        crew_holds.c.starts_at < time.end,
        crew_holds.c.ends_at > time.start,
    )
    ordered = query.order_by(crew_holds.c.made_at, crew_holds.c.id)
    return list(_holds(change.connection, ordered))


def _holds(connection: Connection, query: Any) -> Iterable[CrewHold]:
    return (noun_of(CrewHold, dict(row)) for row in connection.execute(query).mappings())

"""What of a project's events one reader is shown: those of rows that they may read.

A task taken from somebody leaves their sight: they are told so, as if it had been removed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, Table, and_, cast, or_, select

from mstation.station.access import Access
from mstation.station.events import Event, events
from mstation.station.permissions import Reach, permissions
from mstation.station.production.tasks import tasks
from mstation.station.schema import metadata

_READ_AS = {  # rows read by the right to something else
    "change_orders": "contracts",
    "crew_holds": "match_runs",
    "match_people": "match_runs",
    "milestones": "contracts",
    "nonconformities": "contracts",
    "package_grants": "work_packages",
    "package_questions": "work_packages",
    "places": "members",
    "work_deliveries": "contracts",
}
_UNSHOWN = ("events", "members")  # no rows of a project


def events_seen(connection: Connection, access: Access, number: int, most: int) -> list[Event]:
    """Return the next events after a number that a reader may see, in order, `most` at most.

    Raises:
        Forbidden: when they may see none.
    """
    access.require("events.read")
    query = (
        select(events)
        .where(events.c.project_id == access.project_id, _may_see(access))
        .order_by(events.c.number)
        .limit(most)
    )
    while True:
        rows = connection.execute(query.where(events.c.number > number)).mappings()
        found = [Event(**row) for row in rows]
        shown = _as_seen(connection, access, found)
        if shown or len(found) < most:
            return shown
        number = found[-1].number


def own_before(account_id: str) -> ColumnElement[bool]:
    """Return the condition for events before which a task may have been somebody's.

    It looks for the id in the text of `before`: ask `was_theirs` about each event found.
    """
    return and_(
        events.c.noun == tasks.name, cast(events.c.before, String).contains(f'"{account_id}"')
    )


def was_theirs(before: dict[str, Any] | None, account_id: str) -> bool:
    """Return whether a task was given to somebody before an event."""
    return before is not None and account_id in before.get("assignee_ids", ())


@cache
def _read_actions() -> dict[str, str]:
    """Return the action by which rows of a table are read; other tables' events are not shown."""
    nouns = {
        action.removesuffix(".read") for action, _ in permissions() if action.endswith(".read")
    }
    actions = {noun: f"{noun}.read" for noun in nouns.difference(_UNSHOWN)}
    return {**actions, **{noun: f"{other}.read" for noun, other in _READ_AS.items()}}


def _tables(access: Access, reach: Reach) -> list[Table]:
    return [
        metadata.tables[noun]
        for noun, action in _read_actions().items()
        if noun in metadata.tables and access.reach(action) is reach
    ]


def _may_see(access: Access) -> ColumnElement[bool]:
    whole = events.c.noun.in_([table.name for table in _tables(access, Reach.ALL)])
    parts = []
    for table in _tables(access, Reach.OWN):
        mine = events.c.noun_id.in_(select(table.c.id).where(access.visible(table.name)))
        parts.append(and_(events.c.noun == table.name, mine))
        if table is tasks:
            parts.append(own_before(access.actor.account_id or ""))
    return or_(whole, *parts)


def _as_seen(connection: Connection, access: Access, found: list[Event]) -> list[Event]:
    """Return events as their reader sees them: what is no longer theirs was removed."""
    if tasks not in _tables(access, Reach.OWN):
        return found
    ids = {event.noun_id for event in found if event.noun == tasks.name}
    query = select(tasks.c.id).where(tasks.c.id.in_(ids), access.visible(tasks.name))
    theirs = set(connection.execute(query).scalars())
    shown = []
    for event in found:
        if event.noun != tasks.name or event.noun_id in theirs:
            shown.append(event)
        elif was_theirs(event.before, access.actor.account_id or ""):
            shown.append(replace(event, verb="removed", before=None, after=None))
    return shown

"""What of a list changed since an event: rows to take, ids to drop, as one reader sees them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Select, String, Table, and_, cast, or_, select

from mstation.errors import Conflict
from mstation.station.access import Access
from mstation.station.events import events, last_number
from mstation.station.organisations import members, places
from mstation.station.permissions import Reach
from mstation.station.production.entities import entities
from mstation.station.production.tasks import tasks
from mstation.station.sight import own_before, was_theirs


def require_known(connection: Connection, access: Access, since: int) -> None:
    """Refuse to tell a difference that cannot be known.

    Raises:
        Conflict: when there is no such event yet, or the reader's role changed since.
    """
    if since > last_number(connection):
        raise Conflict(
            f"there is no event {since} here; read the whole list, without `since`",
            zh=f"尚无事件 {since}；请去掉 since，重新读取整个列表",
        )
    if connection.execute(_roles_since(access, since).limit(1)).first() is not None:
        raise Conflict(
            "your role changed since; read the whole list, without `since`",
            zh="您的角色在此之后有变动；请去掉 since，重新读取整个列表",
        )


def changed_since(access: Access, table: Table, since: int) -> ColumnElement[bool]:
    """Return the condition for rows of which an event tells, or that came into sight since."""
    changed = table.c.id.in_(_told(access, table, since))
    if table is entities and access.reach("entities.read") is Reach.OWN:
        given = select(tasks.c.entity_id).where(tasks.c.id.in_(_told(access, tasks, since)))
        return or_(changed, table.c.id.in_(given))
    return changed


def removed_since(connection: Connection, access: Access, table: Table, since: int) -> list[str]:
    """Return the ids of rows that were removed since, or left the reader's sight; in order."""
    if access.reach(f"{table.name}.read") is Reach.ALL:
        query = _told(access, table, since).where(events.c.verb == "removed").distinct()
        return sorted(str(id_) for id_ in connection.execute(query).scalars())
    lost = _lost_tasks(connection, access, since)
    ids = set(lost) if table is tasks else set(lost.values())
    query = select(table.c.id).where(table.c.id.in_(ids), access.visible(table.name))
    return sorted(ids.difference(connection.execute(query).scalars()))


def _told(access: Access, table: Table, since: int) -> Select[tuple[str]]:
    return select(events.c.noun_id).where(
        events.c.number > since,
        events.c.project_id == access.project_id,
        events.c.noun == table.name,
    )


def _lost_tasks(connection: Connection, access: Access, since: int) -> dict[str, str]:
    """Return tasks that were the reader's before an event since → the entities they are of."""
    account_id = access.actor.account_id or ""
    query = (
        select(events.c.noun_id, events.c.before, tasks.c.entity_id)
        .outerjoin(tasks, tasks.c.id == events.c.noun_id)
        .where(events.c.number > since, events.c.project_id == access.project_id)
        .where(own_before(account_id))
    )
    lost = {}
    for task_id, before, entity_id in connection.execute(query):
        if was_theirs(before, account_id):
            lost[task_id] = entity_id or before.get("entity_id")
    return _with_entities(connection, access, lost)


def _with_entities(
    connection: Connection, access: Access, lost: dict[str, str | None]
) -> dict[str, str]:
    """Return the same; tasks taken away and then removed have their entity from their end."""
    gone = [task_id for task_id, entity_id in lost.items() if entity_id is None]
    query = select(events.c.noun_id, events.c.before).where(
        events.c.noun == tasks.name, events.c.noun_id.in_(gone), events.c.verb == "removed"
    )
    ends = {task_id: before["entity_id"] for task_id, before in connection.execute(query)}
    return {task_id: entity_id or ends[task_id] for task_id, entity_id in lost.items()}


def _roles_since(access: Access, since: int) -> Select[tuple[int]]:
    account_id = access.actor.account_id or ""
    parts = []
    for table, home in (
        (places, events.c.project_id == access.project_id),
        (members, events.c.organisation_id == access.project.organisation_id),
    ):
        mine = events.c.noun_id.in_(select(table.c.id).where(table.c.account_id == account_id))
        was = cast(events.c.before, String).contains(f'"{account_id}"')
        parts.append(and_(events.c.noun == table.name, home, or_(mine, was)))
    return select(events.c.number).where(events.c.number > since, or_(*parts))

"""One change by one actor: rows written together, with the events that tell of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import cache
from typing import Any

from psycopg.errors import UniqueViolation
from sqlalchemy import (
    Connection,
    Insert,
    PrimaryKeyConstraint,
    Select,
    Table,
    UniqueConstraint,
    bindparam,
    select,
)
from sqlalchemy.exc import IntegrityError

from mstation.errors import Conflict, NotFound, Stale
from mstation.station import events
from mstation.station.guards import refused_by
from mstation.station.schema import N, Noun, noun_of, now, plain, row_of, table_of


@dataclass(frozen=True, slots=True)
class Opened:
    """What a guest link opens: one row of a project, perhaps with the right to comment on it."""

    project_id: str
    subject_noun: str  # the table's name: entities, playlists
    subject_id: str
    may_comment: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person signed in or by a token, a guest by a link, a worker, the station."""

    kind: str
    id: str
    account_id: str | None = None  # whose rights count
    scopes: frozenset[str] | None = None  # of a token; None: whatever the account may
    opens: Opened | None = None  # to a guest


STATION = Actor("station", "station")


@dataclass(slots=True)
class Change:
    """A transaction: `add`, `edit` and `remove` nouns; the events are written when it ends.

    What the database refuses ends the change; what is to go on after a refusal is done `apart`.
    """

    connection: Connection
    actor: Actor
    at: datetime = field(default_factory=now)
    _told: list[dict[str, Any]] = field(default_factory=list)

    def add(self, noun: N) -> N:
        """Write a new row and return its noun.

        Raises:
            Conflict: when another row has what must be its own, or what it refers to is gone.
        """
        table = table_of(type(noun))
        try:
            self.connection.execute(_adding(table), row_of(noun))
        except IntegrityError as error:
            raise _taken(table, error) from error
        self._tell("added", noun, None, plain(noun))
        return noun

    def add_all(self, nouns: Sequence[N]) -> None:
        """Write many new rows of one kind at once: what refers to another stands after it.

        Raises:
            Conflict: when another row has what must be its own, or what one refers to is gone.
        """
        if not nouns:
            return
        table = table_of(type(nouns[0]))
        try:
            self.connection.execute(_adding(table), [row_of(noun) for noun in nouns])
        except IntegrityError as error:
            raise _taken(table, error) from error
        for noun in nouns:
            self._tell("added", noun, None, plain(noun))

    def edit(self, before: N, **changes: Any) -> N:
        """Write what changed of a row and return its noun; nothing is written when nothing did.

        Raises:
            Stale: when somebody else changed the row since `before` was read.
            Conflict: when another row has what must be its own, or what it refers to is gone.
        """
        changed = {name: value for name, value in changes.items() if getattr(before, name) != value}
        if not changed:
            return before
        after = replace(before, **changed, revision=before.revision + 1)
        table = table_of(type(before))
        row = {name: value for name, value in row_of(after).items() if name in changed}
        mine = (table.c.id == before.id) & (table.c.revision == before.revision)
        try:
            done = self.connection.execute(
                table.update().where(mine).values(**row, revision=after.revision)
            )
        except IntegrityError as error:
            raise _taken(table, error) from error
        if done.rowcount != 1:
            raise stale(table.name, before.id)
        names = {*changed, "revision"}
        self._tell("changed", after, plain(before, names), plain(after, names))
        return after

    def remove(self, before: Noun) -> None:
        """Remove a row.

        Raises:
            Stale: when somebody else changed the row since `before` was read.
            Conflict: when other rows still refer to it.
        """
        table = table_of(type(before))
        mine = (table.c.id == before.id) & (table.c.revision == before.revision)
        try:
            done = self.connection.execute(table.delete().where(mine))
        except IntegrityError as error:
            raise refused_by(error) or Conflict(
                f"other things still refer to this one of the {table.name}; remove them first",
                zh=f"仍有其他内容引用此项（{table.name}），请先移除它们",
            ) from error
        if done.rowcount != 1:
            raise stale(table.name, before.id)
        self._tell("removed", before, plain(before), None)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Do a part of the change; where it is refused, the rest may still be done.

        What was refused is not told of either.
        """
        told = len(self._told)
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            del self._told[told:]
            raise

    def tell_all(self) -> None:
        """Write the events of this change: the last thing before its transaction ends."""
        events.append(self.connection, self._told)
        self._told.clear()

    def _tell(
        self, verb: str, noun: Noun, before: dict[str, Any] | None, after: dict[str, Any] | None
    ) -> None:
        secret = {each.name for each in fields(noun) if each.metadata.get("secret")}
        self._told.append(
            {
                "at": self.at,
                "actor_kind": self.actor.kind,
                "actor_id": self.actor.id,
                "verb": verb,
                "noun": table_of(type(noun)).name,
                "noun_id": noun.id,
                "organisation_id": getattr(noun, "organisation_id", None),
                "project_id": getattr(noun, "project_id", None),
                "party_id": getattr(noun, "party_id", None),
                "before": _without(before, secret),
                "after": _without(after, secret),
            }
        )


def find(connection: Connection, kind: type[N], id_: str) -> N:
    """Return the noun with an id.

    Raises:
        NotFound: when there is none.
    """
    row = None
    if id_.isalnum():  # PostgreSQL refuses even to look for some other signs
        row = connection.execute(_by_id(table_of(kind)), {"wanted": id_}).mappings().first()
    if row is None:
        raise missing(kind, id_)
    return noun_of(kind, dict(row))


def missing(kind: type[N], id_: str) -> NotFound:
    """Return the error of a noun that is not there, or not for whoever asks."""
    return NotFound(
        f"there is no {kind.__name__.lower()} `{id_[:40]}`",
        zh=f"找不到 `{id_[:40]}`（{kind.__name__}）",
    )


def hold(connection: Connection, table: Table, id_: str) -> None:
    """Let whoever would hold or change the same row wait until this change ends."""
    mine = select(table.c.id).where(table.c.id == id_)
    connection.execute(mine.with_for_update(key_share=True))  # SQLite has one pen anyway


@cache
def _adding(table: Table) -> Insert:
    return table.insert()


@cache
def _by_id(table: Table) -> Select[Any]:
    return select(table).where(table.c.id == bindparam("wanted"))


def find_where(connection: Connection, kind: type[N], /, **values: Any) -> list[N]:
    """Return the nouns whose columns have these values, by id."""
    table = table_of(kind)
    query = select(table).filter_by(**values).order_by(table.c.id)
    return [noun_of(kind, dict(row)) for row in connection.execute(query).mappings()]


def stale(table: str, id_: str) -> Stale:
    """Return the error of one who would write over another's change."""
    return Stale(
        f"`{id_}` of the {table} was changed by somebody else meanwhile; "
        "read it again and make your change once more",
        zh=f"`{id_}`（{table}）已被他人修改；请重新读取后再改",
    )


def _taken(table: Table, error: IntegrityError) -> Conflict:
    law = refused_by(error)
    if law is not None:
        return law
    taken = ", ".join(_columns_taken(table, error))
    if taken:
        return Conflict(
            f"another of the {table.name} has the same {taken}; choose another",
            zh=f"{table.name} 中已有相同的 {taken}；请换一个",
        )
    return Conflict(
        f"this one of the {table.name} refers to something that is not there",
        zh=f"{table.name} 中的这一项引用了不存在的内容",
    )


def _columns_taken(table: Table, error: IntegrityError) -> list[str]:
    """Return the columns of the unique constraint that was broken; none where it was another."""
    told = str(error.orig)
    if told.startswith("UNIQUE constraint failed: "):  # SQLite: `table.column, table.column`
        return [name.split(".")[1] for name in told.split(": ", 1)[1].split(", ")]
    if isinstance(error.orig, UniqueViolation):
        for constraint in table.constraints:
            if constraint.name == error.orig.diag.constraint_name:
                assert isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint)
                return list(constraint.columns.keys())
    return []


def _without(row: dict[str, Any] | None, secret: set[str]) -> dict[str, Any] | None:
    if row is None or not secret & row.keys():
        return row
    return {name: "…" if name in secret else value for name, value in row.items()}

"""Laws that the database itself keeps: triggers, alike on SQLite and on PostgreSQL.

A guard refuses with its name, `guard:NAME`, from which its sentence in both languages is found. On
PostgreSQL a constraint of that name (an exclusion) speaks by it too. Migrations spell a guard's
statements out: they must go on making what they made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import IntegrityError

from mstation.errors import Conflict
from mstation.station.database import is_sqlite
from mstation.station.schema import metadata

_NAME = re.compile(r"guard:([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Guard:
    """What the database refuses, in words; and the statements that make it refuse.

    On SQLite: `CREATE TRIGGER … BEGIN SELECT RAISE(ABORT, 'guard:NAME') … END`. On PostgreSQL:
    functions that `RAISE EXCEPTION 'guard:NAME' USING ERRCODE = 'check_violation'`, their triggers,
    or a constraint named NAME.
    """

    name: str
    en: str
    zh: str
    sqlite: tuple[str, ...]
    postgresql: tuple[str, ...]


_guards: dict[str, Guard] = {}


def guard(
    name: str, en: str, zh: str, *, sqlite: Sequence[str], postgresql: Sequence[str]
) -> Guard:
    """Let the database keep a law from when its tables are made, and return the guard."""
    made = Guard(name, en, zh, tuple(sqlite), tuple(postgresql))
    _guards[name] = made
    return made


def on_one_line(statement: str) -> str:
    """Return SQL as it is kept, however it is written here."""
    return " ".join(statement.split())


def on_sqlite(name: str, when: str, *, guard_name: str = "") -> str:
    """Return the trigger that refuses; when: `BEFORE UPDATE ON … WHEN …`."""
    refusal = f"SELECT RAISE(ABORT, 'guard:{guard_name or name}')"
    return f"CREATE TRIGGER {name} {when} BEGIN {refusal}; END"


def function(name: str, body: str) -> str:
    """Return PostgreSQL's function of a trigger."""
    head = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
    return f"{head} AS $$ BEGIN {body} END $$"


def refusing(name: str, condition: str, *, answer: str = "NEW", guard_name: str = "") -> str:
    """Return PostgreSQL's function that refuses where a condition holds."""
    refusal = f"RAISE EXCEPTION 'guard:{guard_name or name}' USING ERRCODE = 'check_violation'"
    return function(name, f"IF {condition} THEN {refusal}; END IF; RETURN {answer};")


@event.listens_for(metadata, "after_create")
def _raise_guards(_metadata: Any, connection: Connection, **_: Any) -> None:
    for each in _guards.values():
        for statement in each.sqlite if is_sqlite(connection) else each.postgresql:
            connection.exec_driver_sql(statement)


def refused_by(error: IntegrityError) -> Conflict | None:
    """Return what a guard said; none where it was no guard."""
    found = _NAME.search(str(error.orig))
    diag = getattr(error.orig, "diag", None)
    name = found[1] if found else getattr(diag, "constraint_name", None)
    law = _guards.get(name or "")
    return None if law is None else Conflict(law.en, zh=law.zh)


@contextmanager
def unguarded(connection: Connection) -> Iterator[None]:
    """Let rows come back from a backup in any order; they were guarded when they were written."""
    if is_sqlite(connection):
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid"
        found = connection.exec_driver_sql(query).all()
        for name, _ in found:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        yield
        for _, statement in found:
            connection.exec_driver_sql(statement)
        return
    query = (
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger JOIN pg_class "
        "ON pg_class.oid = tgrelid WHERE NOT tgisinternal "
        "AND relnamespace = current_schema()::regnamespace ORDER BY 1"
    )
    tables = connection.exec_driver_sql(query).scalars().all()
    for table in tables:
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in tables:
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def forget_laws(connection: Connection) -> None:
    """Drop the functions that PostgreSQL keeps of laws whose tables are gone."""
    if is_sqlite(connection):
        return
    query = (
        "SELECT oid::regprocedure::text FROM pg_proc WHERE prorettype = 'trigger'::regtype "
        "AND pronamespace = current_schema()::regnamespace ORDER BY 1"
    )
    for function in connection.exec_driver_sql(query).scalars().all():
        connection.exec_driver_sql(f"DROP FUNCTION {function}")

"""A database's tables as lines of JSON, and back: alike from SQLite and from PostgreSQL.

The tables are read as the database itself describes them, so that rows of an older version are
written to tables of that version, which the migrations then bring up to date. Which tables are the
station's is known only when all nouns are: they are imported here.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Date,
    LargeBinary,
    MetaData,
    Table,
    func,
    inspect,
    null,
    select,
    text,
)
from sqlalchemy.exc import OperationalError, StatementError

from mstation.errors import InvalidInput
from mstation.station import nouns, search
from mstation.station.database import is_sqlite
from mstation.station.schema import metadata

_AT_ONCE = 500  # rows
assert nouns.__all__  # every noun has said which table keeps it


def tables_of(connection: Connection) -> list[Table]:
    """Return the station's tables that a database has, by name, but those of searching."""
    there = set(inspect(connection).get_table_names()) & metadata.tables.keys()
    there = {name for name in there if not search.is_of_search(name)}
    found = MetaData()
    found.reflect(connection, only=sorted(there))
    return [found.tables[name] for name in sorted(there)]


def lines_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """Return a table's rows as lines of JSON, in the order of their keys: names, then values."""
    yield orjson.dumps([column.name for column in table.columns]) + b"\n"
    query = select(table).order_by(*table.primary_key.columns)
    rows = connection.execution_options(yield_per=_AT_ONCE).execute(query)
    for row in rows:
        yield orjson.dumps([_told(value) for value in row]) + b"\n"


def fill(connection: Connection, table: Table, lines: Iterable[bytes]) -> int:
    """Write rows from lines of JSON and return how many they were.

    Raises:
        InvalidInput: when they are not rows of this table.
    """
    source = iter(lines)
    try:
        names = orjson.loads(next(source))
        columns = [table.columns[name] for name in names]
        count = 0
        while batch := [orjson.loads(line) for line in islice(source, _AT_ONCE)]:
            rows = [_row(columns, values) for values in batch]
            for alike in _alike(rows):
                connection.execute(table.insert(), alike)
            count += len(rows)
    except OperationalError:
        raise  # the database, not the rows
    except (StopIteration, ValueError, TypeError, KeyError, StatementError) as error:
        raise InvalidInput(
            f"these are no rows of {table.name}; is the file a backup, and whole?",
            zh=f"这些内容不是 {table.name} 的数据；请确认备份文件完整",
        ) from error
    return count


@contextmanager
def references_last(connection: Connection) -> Iterator[None]:
    """Let rows refer to rows that are written later: what refers to nothing fails at the end."""
    if is_sqlite(connection):
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        yield
        return
    found = connection.execute(
        text(
            "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint "
            "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    ).all()
    _alter(connection, found, "DEFERRABLE INITIALLY DEFERRED")
    yield
    connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    _alter(connection, found, "NOT DEFERRABLE")


def count_on(connection: Connection, table: Table) -> None:
    """Let a table's numbers go on after the greatest that was written."""
    column = table.autoincrement_column
    if column is None or is_sqlite(connection):  # SQLite goes on by itself
        return
    greatest = connection.execute(select(func.max(column))).scalar()
    if greatest is not None:
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        connection.execute(select(func.setval(sequence, greatest)))


def _alter(connection: Connection, found: Iterable[Any], how: str) -> None:
    for table, name in found:
        connection.exec_driver_sql(f"ALTER TABLE {table} ALTER CONSTRAINT {name} {how}")


def _told(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _row(columns: list[Column[Any]], values: list[Any]) -> dict[str, Any]:
    if len(values) != len(columns):
        raise ValueError("a row has as many values as there are names")
    pairs = zip(columns, values, strict=True)
    return {column.name: _value(column, value) for column, value in pairs}


def _value(column: Column[Any], value: Any) -> Any:
    match column.type:
        case JSON() if value is None:
            return null() if column.nullable else JSON.NULL
        case Date() if value is not None:
            return date.fromisoformat(value)
        case LargeBinary() if value is not None:
            return base64.b64decode(value)
    return value


def _alike(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Return rows in groups that one statement can write: NULL of JSON is part of a statement."""
    groups: dict[tuple[bool, ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(isinstance(v, type(null())) for v in row.values()), []).append(row)
    yield from groups.values()

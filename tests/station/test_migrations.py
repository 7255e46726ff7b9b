"""The migrations, run from nothing, make what the nouns say; so does a new station at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from mstation.station import nouns
from mstation.station.accounts import Account, Session
from mstation.station.change import find
from mstation.station.database import open_database, writing
from mstation.station.schema import metadata
from mstation.station.search import is_made_beside
from mstation.station.station import MIGRATIONS, Station, migrate


def test_the_migrations_make_what_the_nouns_say(new_database: Callable[[], str]) -> None:
    assert nouns.__all__
    with _opened(new_database()) as connection:
        _walk(connection, "head")
        opts = {"compare_type": True, "include_name": _is_of_a_noun}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []


def _is_of_a_noun(name: str | None, *_: Any) -> bool:
    return not is_made_beside(name or "")


def test_a_new_station_has_the_tables_that_the_migrations_make(
    station: Station, new_database: Callable[[], str]
) -> None:
    with _opened(new_database()) as connection:
        _walk(connection, "head")
        walked = _described(connection)
        (version,) = connection.exec_driver_sql("SELECT * FROM alembic_version").one()
    with station.engine.connect() as connection:
        assert _described(connection) == walked
        assert connection.exec_driver_sql("SELECT * FROM alembic_version").one() == (version,)


def test_migrating_twice_does_nothing(station: Station) -> None:
    with station.engine.begin() as connection:
        migrate(connection)


def test_people_and_sessions_of_an_older_station_stay() -> None:
    with _opened("sqlite://") as connection:
        _walk(connection, "0001")
        connection.exec_driver_sql("INSERT INTO accounts VALUES ('a', 1, 'a@b', 'A', '', 'en')")
        connection.exec_driver_sql("INSERT INTO sessions VALUES ('s', 1, 'a', 'd', 9)")
        migrate(connection)
        assert not find(connection, Account, "a").is_email_proven
        assert find(connection, Session, "s").agent == ""


@contextmanager
def _opened(database: str) -> Iterator[Connection]:
    engine = open_database(database)
    with writing(engine) as connection:
        yield connection
    engine.dispose()


def _walk(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


_LAWS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": """
        SELECT tgname, pg_get_triggerdef(pg_trigger.oid), prosrc FROM pg_trigger
        JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal
        UNION ALL
        SELECT conname, pg_get_constraintdef(oid), '' FROM pg_constraint WHERE contype = 'x'
        ORDER BY 1
    """,
}


def _described(connection: Connection) -> dict[str, Any]:
    """Return what the database says of its tables, whatever the order in which it was made."""
    seen = inspect(connection)
    laws = connection.exec_driver_sql(_LAWS[connection.dialect.name]).all()
    return {"laws": [str(law) for law in laws]} | {
        table: {
            "columns": sorted(map(_told, seen.get_columns(table))),
            "keys": _told(seen.get_pk_constraint(table)),
            "indexes": sorted(map(_told, seen.get_indexes(table))),
            "uniques": sorted(map(_told, seen.get_unique_constraints(table))),
            "references": sorted(map(_told, seen.get_foreign_keys(table))),
            "checks": sorted(map(_told, seen.get_check_constraints(table))),
        }
        for table in seen.get_table_names()
    }


def _told(described: Any) -> str:
    if isinstance(described, dict):
        return str(sorted((name, _told(value)) for name, value in described.items()))
    return str(described)

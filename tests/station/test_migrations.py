"""The migrations, run from nothing, make what the nouns say."""

from __future__ import annotations

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from mstation.station import nouns
from mstation.station.accounts import Account, Session
from mstation.station.change import find
from mstation.station.database import open_database, writing
from mstation.station.schema import metadata
from mstation.station.station import MIGRATIONS, Station, migrate


def test_the_tables_are_what_the_nouns_say(station: Station) -> None:
    assert nouns.__all__
    with station.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_does_nothing(station: Station) -> None:
    with station.engine.begin() as connection:
        migrate(connection)


def test_people_and_sessions_of_an_older_station_stay() -> None:
    with writing(open_database("sqlite://")) as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql("INSERT INTO accounts VALUES ('a', 1, 'a@b', 'A', '', 'en')")
        connection.exec_driver_sql("INSERT INTO sessions VALUES ('s', 1, 'a', 'd', 9)")
        migrate(connection)
        assert not find(connection, Account, "a").is_email_proven
        assert find(connection, Session, "s").agent == ""

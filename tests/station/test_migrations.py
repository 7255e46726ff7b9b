"""The migrations, run from nothing, make what the nouns say."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from mstation.station import nouns
from mstation.station.schema import metadata
from mstation.station.station import Station, migrate


def test_the_tables_are_what_the_nouns_say(station: Station) -> None:
    assert nouns.__all__
    with station.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_does_nothing(station: Station) -> None:
    with station.engine.begin() as connection:
        migrate(connection)

"""The station: one database, opened and brought up to date, and the ways to read and change it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from sqlalchemy import Connection, Engine, inspect

from mstation.station.blobs import Blobs, open_blobs
from mstation.station.change import Actor, Change
from mstation.station.database import asking, is_sqlite, open_database, reading, writing
from mstation.station.production.board import Boards

MIGRATIONS = Path(__file__).parent / "migrations"
_VERSIONS = "alembic_version"  # Alembic's own table
_MIGRATING = 0x6D736D67  # PostgreSQL's lock for those who bring the tables up to date: "msmg"


@dataclass(frozen=True, slots=True)
class Station:
    """What the server, the workers and the commands share."""

    engine: Engine
    folder: Path | None = None
    store: Blobs | None = None
    changed: Event = field(default_factory=Event, compare=False)  # set after a change of ours
    boards: Boards = field(default_factory=Boards, compare=False)

    @property
    def blobs(self) -> Blobs:
        """The station's files, by digest."""
        if self.store is None:
            raise ValueError("this station was opened without a folder for files")
        return self.store

    @property
    def data(self) -> Path:
        """The station's folder: one for all its processes."""
        if self.folder is None:
            raise ValueError("this station was opened without a folder for files")
        return self.folder

    @property
    def uploads(self) -> Path:
        """The folder of what is being uploaded."""
        return self.data / "uploads"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of everything."""
        with reading(self.engine) as connection:
            yield connection

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """Give a connection for a single question: cheaper than `reading`."""
        with asking(self.engine) as connection:
            yield connection

    @contextmanager
    def change(self, actor: Actor) -> Iterator[Change]:
        """Give a change: all of it is kept with its events when the block ends, or nothing."""
        with writing(self.engine) as connection:
            change = Change(connection, actor)
            yield change
            change.tell_all()
        self.changed.set()

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def open_station(address: str, *, folder: Path | None = None, store: str | None = None) -> Station:
    """Return the station on a database, its tables made or brought up to date.

    folder: of its files and uploads; who opens none can do everything but handle files.
    store: `s3://BUCKET/PREFIX`, where the files are not to be in the folder.

    Raises:
        InvalidInput: when an address names no database or store that we know.
        StoreFailed: when the database, the folder or the store refuses.
    """
    station = connected(address, folder=folder, store=store)
    with writing(station.engine) as connection:
        migrate(connection)
    return station


def connected(address: str, *, folder: Path | None = None, store: str | None = None) -> Station:
    """Return the station on a database whose tables are up to date: as `open_station` else."""
    engine = open_database(address)
    if folder is None:
        return Station(engine)
    station = Station(engine, folder, open_blobs(store, folder / "blobs"))
    station.uploads.mkdir(exist_ok=True)
    return station


def migrate(connection: Connection, revision: str = "head") -> None:
    """Bring the tables up to date, or to an older revision; one process at a time.

    An empty database gets the tables as they are today; one with tables walks the migrations.
    """
    if not is_sqlite(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING})")
    if revision == "head":
        tables = inspect(connection).get_table_names()
        if not tables:
            _make_tables(connection)
            return
        if _VERSIONS in tables and _revision(connection) == _newest():
            return
    from alembic import command  # takes long to load, for what is needed once
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _make_tables(connection: Connection) -> None:
    """Make what the migrations would have made, and say so to those that come."""
    from mstation.station import nouns
    from mstation.station.schema import metadata

    assert nouns.__all__  # every noun has said which table keeps it
    metadata.create_all(connection)
    connection.exec_driver_sql(
        f"CREATE TABLE {_VERSIONS} (version_num VARCHAR(32) NOT NULL, "
        f"CONSTRAINT {_VERSIONS}_pkc PRIMARY KEY (version_num))"
    )
    connection.exec_driver_sql(f"INSERT INTO {_VERSIONS} VALUES ('{_newest()}')")


def _revision(connection: Connection) -> str | None:
    """Return the last migration that was run."""
    return connection.exec_driver_sql(f"SELECT version_num FROM {_VERSIONS}").scalar()


def _newest() -> str:
    """Return the last migration that there is."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("0*.py")).split("_")[0]

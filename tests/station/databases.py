"""Empty databases, tables made: a copy of one that was brought up to date once."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from mstation.station.station import open_station
from tests.station import postgresql

KINDS = ("sqlite", "postgresql")

NewDatabase = Callable[[], str]
Databases = Callable[[str], NewDatabase]


@contextmanager
def new_databases(kind: str, folder: Path) -> Iterator[NewDatabase]:
    """Give what makes databases of a kind, each its own, and returns their addresses."""
    with ExitStack() as stack:
        if kind == "sqlite":
            yield _sqlite_files(folder)
            return
        bin_folder = postgresql.programs()
        if bin_folder is None:
            pytest.skip("PostgreSQL is not installed; on Debian: apt-get install postgresql")
        yield _postgresql_databases(stack.enter_context(postgresql.cluster(bin_folder)))


def _sqlite_files(folder: Path) -> NewDatabase:
    made = folder / "made.db"
    open_station(f"sqlite:///{made}").close()
    numbers = itertools.count()

    def new() -> str:
        return f"sqlite:///{shutil.copy(made, folder / f'{next(numbers)}.db')}"

    return new


def _postgresql_databases(server: str) -> NewDatabase:
    _administer(server, "CREATE DATABASE made")
    open_station(f"{server}/made").close()
    numbers = itertools.count()

    def new() -> str:
        name = f"station{next(numbers)}"
        _administer(server, f"CREATE DATABASE {name} TEMPLATE made")
        return f"{server}/{name}"

    return new


def forget(address: str) -> None:
    """Remove a database that its test is done with: those of all tests would fill a disk."""
    if address.startswith("sqlite:///"):
        for end in ("", "-wal", "-shm"):
            Path(address.removeprefix("sqlite:///") + end).unlink(missing_ok=True)
        return
    server, _, name = address.rpartition("/")
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(server: str, command: str) -> None:
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(command)
    engine.dispose()

"""A database address in, transactions out: SQLite in a file, or PostgreSQL for teams.

Reading sees one state of the database; writing takes SQLite's only pen at once (a transaction
that reads first and asks for the pen later would have to be thrown away).
"""

from __future__ import annotations

import select
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, DisconnectionError

from mstation.errors import InvalidInput, StoreFailed, refusal_zh

_WAIT_S = 30  # for SQLite's pen
_POOL, _OVERFLOW = 8, 24  # connections to PostgreSQL a process


def address_of(data: Path, database: str | None) -> str:
    """Make the data folder and return the database's address: the one given, or a file in it.

    Raises:
        StoreFailed: when the folder cannot be made.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreFailed(
            f"cannot make the folder {data}: {error.strerror}; choose another with --data",
            zh=f"无法创建目录 {data}：{refusal_zh(error)}。可用 --data 换一个目录",
        ) from error
    return database or f"sqlite:///{data.resolve() / 'station.db'}"


def open_database(address: str) -> Engine:
    """Return the engine of a database, `sqlite:///FILE` or `postgresql+psycopg://…`.

    Raises:
        InvalidInput: when the address is neither.
    """
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise _no_database(address) from error
    match url.drivername:
        case "sqlite":
            return _sqlite(address)
        case "postgresql+psycopg":
            return _postgresql(url)
    raise _no_database(address)


def _no_database(address: str) -> InvalidInput:
    scheme = address.split(":")[0]
    return InvalidInput(
        f"`{scheme}:…` is no database that the station knows; "
        "give sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME",
        zh=f"不支持数据库 `{scheme}:…`；请使用 sqlite:///文件 或 postgresql+psycopg://用户@主机/库名",
    )


def _sqlite(address: str) -> Engine:
    engine = create_engine(address, connect_args={"timeout": _WAIT_S, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL) -> Engine:
    engine = create_engine(url, pool_size=_POOL, max_overflow=_OVERFLOW)

    @event.listens_for(engine, "checkout")
    def refuse_closed(connection: Any, _record: Any, _proxy: Any) -> None:
        """Let the pool open a line anew that PostgreSQL closed, without asking PostgreSQL.

        A line that nobody uses is silent: where there is something to read, it is the goodbye.
        """
        line = select.poll()
        line.register(connection.fileno(), select.POLLIN)
        if line.poll(0):
            raise DisconnectionError

    return engine


def is_sqlite(connection: Connection) -> bool:
    """Return whether the database is SQLite."""
    return connection.dialect.name == "sqlite"


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one state of the database."""
    with _told(), engine.connect() as connection:
        if not is_sqlite(connection):
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def asking(engine: Engine) -> Iterator[Connection]:
    """Give a connection for one question: without a transaction where a question needs none."""
    if engine.dialect.name == "sqlite":
        with reading(engine) as connection:
            yield connection
        return
    with _told(), engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose changes are kept together when the block ends, or not at all."""
    with _told(), engine.connect() as connection:
        connection = connection.execution_options(writes=True)
        with connection.begin():
            yield connection


@contextmanager
def _told() -> Iterator[None]:
    """Say in a person's words what the database refused: a value, or everything."""
    try:
        yield
    except (DataError, UnicodeEncodeError, OverflowError) as error:
        raise InvalidInput(
            "a text holds characters that cannot be kept (NUL, half a surrogate pair), "
            "or a number is too large",
            zh="文字中含有无法保存的字符（NUL 或不成对的代理字符），或数字过大",
        ) from error
    except DBAPIError as error:
        if error.connection_invalidated or type(error.orig).__name__ == "OperationalError":
            reason = str(error.orig).strip().splitlines()[0]
            raise StoreFailed(
                f"the database refused: {reason}", zh=f"数据库拒绝了操作：{reason}"
            ) from error
        raise

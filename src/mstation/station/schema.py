"""What every table shares: one metadata, moments in UTC, the way from a noun to its table.

A noun is a frozen dataclass whose fields are its table's columns, by name. Each has `id` and
`revision`; the revision counts the changes of the row and is its ETag.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, ClassVar, Protocol, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Column, Dialect, ForeignKey, Integer, MetaData, String, Table
from sqlalchemy.types import TypeDecorator

from mstation.station.ids import ID_LENGTH

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = String(ID_LENGTH)
BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only INTEGER keys up


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, kept as whole microseconds since 1970: alike in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return the microseconds; `value` is aware of its time zone."""
        del dialect
        return None if value is None else round(value.timestamp() * 1e6)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return the moment, aware, in UTC."""
        del dialect
        return None if value is None else moment_of(value)


def moment_of(microseconds: int) -> datetime:
    """Return a moment from microseconds since 1970."""
    seconds, rest = divmod(microseconds, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)


def now() -> datetime:
    """Return this moment, in UTC."""
    return datetime.now(UTC)


class Noun(Protocol):
    """What rows look like to those who change them."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def id(self) -> str:
        """The row's id."""

    @property
    def revision(self) -> int:
        """How often the row was written."""


N = TypeVar("N", bound=Noun)

_tables: dict[type[Any], Table] = {}


def own_columns() -> tuple[Column[Any], Column[Any]]:
    """Return the columns that every noun has."""
    return Column("id", Id, primary_key=True), Column("revision", Integer, nullable=False)


def project_columns(
    *, indexed: bool = False, optional: bool = False
) -> tuple[Column[Any], Column[Any]]:
    """Return the columns of what belongs to a project; indexed: found by it alone.

    optional: some rows belong to none, but to a party.
    """
    place, by_it = ForeignKey("projects.id"), indexed or None
    return (
        Column("organisation_id", Id, ForeignKey("organisations.id"), nullable=optional),
        Column("project_id", Id, place, nullable=optional, index=by_it),
    )


def keep(noun: type[Any], table: Table) -> Table:
    """Say which table keeps a noun, and return it.

    Raises:
        ValueError: when the table lacks a field of the noun, or has a column more.
    """
    named = {field.name for field in fields(noun)}
    if named != set(table.columns.keys()):
        raise ValueError(f"{table.name} and {noun.__name__} differ: {named ^ set(table.c.keys())}")
    _tables[noun] = table
    return table


def table_of(noun: type[Any]) -> Table:
    """Return the table that keeps a noun."""
    return _tables[noun]


def kept_nouns() -> tuple[type[Any], ...]:
    """Return every noun that has a table, in the order of their making."""
    return tuple(_tables)


@cache
def reader_of(noun: type[N]) -> TypeAdapter[N]:
    """Return what reads and writes a noun as JSON: the same for API, events and files."""
    return TypeAdapter(noun)


def row_of(noun: Noun) -> dict[str, Any]:
    """Return a noun as the values of its row."""
    return {field.name: _row_value(getattr(noun, field.name)) for field in fields(noun)}


def _row_value(value: Any) -> Any:
    """Return a value as JSON can hold it; what is plain already is not copied, however long."""
    if isinstance(value, tuple):
        return tuple(_row_value(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value, dict_factory=_json_fields)
    return value


def _json_fields(named: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the fields of a dataclass within a noun: days and moments in ISO 8601."""
    return {
        name: each.isoformat() if isinstance(each, date) else each  # a datetime is a date
        for name, each in named
    }


def noun_of(kind: type[N], row: Mapping[str, Any]) -> N:
    """Return the noun that a row holds."""
    noun: N = reader_of(kind).validate_python(dict(row))
    return noun


def plain(noun: Noun, names: set[str] | None = None) -> dict[str, Any]:
    """Return a noun, or some of its fields, as JSON knows it."""
    return dict(reader_of(type(noun)).dump_python(noun, mode="json", include=names))

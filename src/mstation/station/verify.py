"""A station in, what is wrong with it out: rows, their events, and the content that they name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, ForeignKeyConstraint, Table, and_, exists, select

from mstation.errors import Tongue
from mstation.station.blobs import Blobs, read_through
from mstation.station.database import is_sqlite
from mstation.station.events import events
from mstation.station.exchange.ledger import overdrawn_accounts, wrong_transactions
from mstation.station.schema import kept_nouns, table_of
from mstation.station.tables import tables_of


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where."""

    where: str
    english: str
    chinese: str

    def told(self, language: Tongue) -> str:
        """Return it in a person's language."""
        return (
            f"{self.where}：{self.chinese}" if language == "zh" else f"{self.where}: {self.english}"
        )


def faults_of(connection: Connection, blobs: Blobs) -> Iterator[Fault]:
    """Return everything that is wrong with a station's rows, events and blobs."""
    tables = tables_of(connection)
    if is_sqlite(connection):
        yield from _broken_pages(connection)
    for table in tables:
        yield from _broken_references(connection, table)
    yield from _broken_chains(connection)
    yield from _broken_books(connection)
    there = set(blobs.digests())
    yield from missing_blobs(connection, there, kept_nouns())
    for digest in sorted(there):
        if read_through(blobs, digest).digest != digest:
            yield Fault(f"blob {digest}", "the content is not what its name says", "内容与名称不符")


def missing_blobs(
    connection: Connection, there: Collection[str], nouns: Iterable[type[Any]]
) -> Iterator[Fault]:
    """Return what rows name that is not there.

    A field named `digest`, or whose name ends with `_digest`, names a blob unless it is secret, or
    its `digest_of` says what else it is the digest of.
    """
    for noun in nouns:
        table = table_of(noun)
        for name in _blob_fields(noun):
            column = table.c[name]
            query = select(table.c.id, column).where(column.is_not(None)).order_by(table.c.id)
            for id_, digest in connection.execute(query):
                if digest not in there:
                    where = f"{table.name} {id_}"
                    yield Fault(where, f"its {name} {digest} is not there", f"缺少内容 {digest}")


def _blob_fields(noun: type[Any]) -> list[str]:
    return [
        each.name
        for each in fields(noun)
        if f"_{each.name}".endswith("_digest")
        and not {"secret", "digest_of"} & each.metadata.keys()
    ]


def _broken_pages(connection: Connection) -> Iterator[Fault]:
    for (told,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if told != "ok":
            yield Fault("database", told, told)


def _broken_references(connection: Connection, table: Table) -> Iterator[Fault]:
    for constraint in table.constraints:
        if not isinstance(constraint, ForeignKeyConstraint):
            continue
        pairs = [(each.parent, each.column) for each in constraint.elements]
        other = pairs[0][1].table.alias()
        there = exists().where(*(own == other.c[column.name] for own, column in pairs))
        named = and_(*(own.is_not(None) for own, _ in pairs))
        keys = list(table.primary_key.columns)
        for row in connection.execute(select(*keys).where(named, ~there)):
            names = ", ".join(own.name for own, _ in pairs)
            yield Fault(
                f"{table.name} {' '.join(map(str, row))}",
                f"its {names} names nothing",
                f"{names} 引用了不存在的内容",
            )


def _broken_chains(connection: Connection) -> Iterator[Fault]:
    """Return rows that are not what their events say, and events that do not follow each other."""
    kept = {table_of(noun).name: table_of(noun) for noun in kept_nouns()}
    query = select(
        events.c.noun, events.c.noun_id, events.c.number, events.c.verb, events.c.before,
        events.c.after,
    ).order_by(events.c.noun, events.c.noun_id, events.c.number)  # fmt: skip
    told: dict[str, dict[str, int | None]] = {name: {} for name in kept}
    streamed = connection.execution_options(yield_per=1000).execute(query)
    for (noun, noun_id), chain in groupby(streamed, key=lambda row: (row.noun, row.noun_id)):
        faults, revision = _walk(chain)
        yield from faults
        told.setdefault(noun, {})[noun_id] = revision
    for name, table in kept.items():
        found = connection.execute(select(table.c.id, table.c.revision))
        rows = {row.id: row.revision for row in found}
        yield from _differences(name, rows, told[name])


def _walk(chain: Iterable[Any]) -> tuple[list[Fault], int | None]:
    """Return what is wrong with a row's events, and the revision that they leave it at."""
    faults, revision = [], None
    for number, event in enumerate(chain):
        before = None if event.before is None else event.before["revision"]
        fits = before == revision and (event.verb == "added") == (number == 0)
        revision = None if event.after is None else event.after["revision"]
        if event.verb == "changed":
            fits = fits and revision == (before or 0) + 1
        if not fits:
            where = f"{event.noun} {event.noun_id}"
            told = f"event {event.number} does not follow the one before"
            faults.append(Fault(where, told, f"事件 {event.number} 与前一事件不衔接"))
    return faults, revision


def _broken_books(connection: Connection) -> Iterator[Fault]:
    for id_ in wrong_transactions(connection):
        told = "it does not sum to zero, or was left open: the books do not balance"
        yield Fault(f"ledger_transactions {id_}", told, "该交易未平衡或未入账，账簿不平")
    for name in overdrawn_accounts(connection):
        told = "there is less than nothing on this account of the books"
        yield Fault(f"ledger_accounts {name}", told, "该账户余额为负")


def _differences(
    table_name: str, rows: dict[str, int], told: dict[str, int | None]
) -> Iterator[Fault]:
    for id_ in sorted(rows.keys() | told.keys()):
        row, event = rows.get(id_), told.get(id_)
        if row == event:
            continue
        english = f"the row is at revision {row}, its events say {event}"
        if row is None:
            english = f"the row is missing; its events say revision {event}"
        elif event is None:
            english = f"the row, at revision {row}, has no events or was removed"
        chinese = f"数据修订号 {row} 与事件记录 {event} 不一致"
        yield Fault(f"{table_name} {id_}", english, chinese)

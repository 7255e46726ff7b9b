"""Search in English and Chinese: texts in, the rows whose texts hold what is sought out.

A text becomes terms: words without their accents, and of Chinese, Japanese and Korean every two
signs that stand beside each other, in simplified signs. So 面具 is found in 青铜面具, and 青銅面具
finds both. What is found is a law, the same on SQLite (FTS5) and PostgreSQL (a GIN index): each
word that is sought begins a word of the text, and each run of Chinese signs stands in it.

An index is derived of rows: verbs write it in the change that changes them, backups leave it out,
and it is made anew where one is restored.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic

from sqlalchemy import (
    DDL,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Select,
    Table,
    Text,
    TextClause,
    TextualSelect,
    and_,
    cast,
    event,
    func,
    insert,
    inspect,
    literal,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.types import TypeEngine

from mstation.errors import InvalidInput
from mstation.station.database import is_sqlite
from mstation.station.schema import BigId, Id, N, metadata, noun_of, table_of

MOST_TERMS = 16_000  # of one row: PostgreSQL counts places up to 16,383
MOST_SOUGHT = 32  # words and runs of one question
_MOST_WORD = 64  # signs
_ROWS_AT_ONCE = 500

_CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3041-\u3096\u309d-\u309f\u30a1-\u30fa"
    "\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_RUNS = re.compile(rf"([{_CJK}]+)|([^\W_{_CJK}]+)")


@dataclass(frozen=True, slots=True)
class SearchIndex(Generic[N]):
    """Where the rows of a noun are found by their words; `texts_of` is what of one is sought in."""

    noun: type[N]
    table: Table  # number, noun_id, terms
    texts_of: Callable[[Connection, N], Iterable[str]]

    def write(self, connection: Connection, noun: N) -> None:
        """Let a row be found by what it says now; a row that is removed takes its terms along."""
        self.forget(connection, noun.id)
        self._add(connection, [noun])

    def forget(self, connection: Connection, id_: str) -> None:
        """Let a row be found no more."""
        connection.execute(self.table.delete().where(self.table.c.noun_id == id_))

    def finds(self, connection: Connection, sought: str) -> ColumnElement[bool]:
        """Return the condition under which a row of the noun's table holds what is sought.

        Raises:
            InvalidInput: when nothing that is written is left of it, or it is too much.
        """
        rows = select(self.table.c.noun_id).where(self.holds(connection, sought))
        return table_of(self.noun).c.id.in_(rows)

    def holds(self, connection: Connection, sought: str) -> ColumnElement[bool]:
        """Return the condition under which a row of the index itself holds what is sought.

        Raises:
            InvalidInput: when nothing that is written is left of it, or it is too much.
        """
        asked = _asked(sought)
        if is_sqlite(connection):
            found = self._matches(asked, "SELECT rowid FROM {fts} WHERE {fts} MATCH :sought")
            return self.table.c.number.in_(found.columns(rowid=BigId))
        return self._says(asked)

    def reads(self, connection: Connection, sought: str) -> ColumnElement[bool]:
        """Return the same condition as `holds`, read in the row without the index.

        Quicker where one row after another is looked at and many hold it.

        Raises:
            InvalidInput: when nothing that is written is left of it, or it is too much.
        """
        asked = _asked(sought)
        if is_sqlite(connection):
            terms = literal(" ") + self.table.c.terms
            return and_(*(func.instr(terms, " " + " ".join(each)) > 0 for each in asked))
        return self._says(asked)

    def count(self, connection: Connection, sought: str, *, most: int) -> int:
        """Return how many rows hold what is sought; of more than `most`, only that many.

        Raises:
            InvalidInput: when nothing that is written is left of it, or it is too much.
        """
        asked = _asked(sought)
        rows: Select[Any] | TextualSelect
        if is_sqlite(connection):
            query = f"SELECT 1 AS one FROM {{fts}} WHERE {{fts}} MATCH :sought LIMIT {most:d}"
            rows = self._matches(asked, query).columns(one=BigId)
        else:
            rows = select(literal(1)).where(self._says(asked)).limit(most)
        counted = select(func.count()).select_from(rows.subquery())
        return connection.execute(counted).scalar() or 0

    def _matches(self, asked: list[tuple[str, ...]], query: str) -> TextClause:
        told = text(query.format(fts=f"{self.table.name}_fts"))
        return told.bindparams(sought=_for_sqlite(asked))

    def _says(self, asked: list[tuple[str, ...]]) -> ColumnElement[bool]:
        return self.table.c.terms.op("@@")(cast(_for_postgresql(asked), TSQUERY))

    def rebuild(self, connection: Connection) -> None:
        """Make the index anew of all rows there are."""
        connection.execute(self.table.delete().where(true()))
        table = table_of(self.noun)
        query, last = select(table).order_by(table.c.id).limit(_ROWS_AT_ONCE), ""
        while rows := connection.execute(query.where(table.c.id > last)).mappings().all():
            self._add(connection, [noun_of(self.noun, dict(row)) for row in rows])
            last = rows[-1]["id"]

    def _add(self, connection: Connection, nouns: list[N]) -> None:
        written = _sqlite_terms if is_sqlite(connection) else _postgresql_terms
        rows = [
            {"noun_id": noun.id, "terms": written(_terms_of(self.texts_of(connection, noun)))}
            for noun in nouns
        ]
        connection.execute(insert(self.table), rows)


_indexes: dict[str, SearchIndex[Any]] = {}


def search_index(
    name: str, noun: type[N], texts_of: Callable[[Connection, N], Iterable[str]]
) -> SearchIndex[N]:
    """Declare where a noun is found; its table comes with all others, the index beside it.

    A migration makes both: it executes what `index_statements` says, spelt out.
    """
    terms: TypeEngine[Any] = Text().with_variant(TSVECTOR(), "postgresql")
    table = Table(
        name,
        metadata,
        Column("number", BigId, primary_key=True, autoincrement=True),
        Column(
            "noun_id", Id, ForeignKey(table_of(noun).c.id, ondelete="CASCADE"),
            nullable=False, unique=True,
        ),
        Column("terms", terms, nullable=False),
    )  # fmt: skip
    for dialect, statements in index_statements(name).items():
        for statement in statements:
            made_beside: Any = DDL(statement)  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", made_beside.execute_if(dialect=dialect))
    made = SearchIndex(noun, table, texts_of)
    _indexes[name] = made
    return made


def index_statements(name: str) -> dict[str, tuple[str, ...]]:
    """Return what makes the index beside a table of terms, and keeps it the same, by dialect.

    Source: SQLite, FTS5, 4.4.3 External Content Tables.
    """
    fts = f"{name}_fts"
    add = f"INSERT INTO {fts} (rowid, terms) VALUES (new.number, new.terms);"
    out = f"INSERT INTO {fts} ({fts}, rowid, terms) VALUES ('delete', old.number, old.terms);"
    return {
        "sqlite": (
            f"CREATE VIRTUAL TABLE {fts} USING fts5(terms, content='{name}', "
            "content_rowid='number', tokenize='ascii')",
            f"CREATE TRIGGER {fts}_added AFTER INSERT ON {name} BEGIN {add} END",
            f"CREATE TRIGGER {fts}_removed AFTER DELETE ON {name} BEGIN {out} END",
            f"CREATE TRIGGER {fts}_changed AFTER UPDATE ON {name} BEGIN {out} {add} END",
        ),
        "postgresql": (f"CREATE INDEX {fts} ON {name} USING gin (terms)",),
    }


def is_of_search(table_name: str) -> bool:
    """Return whether a table holds what is made anew of others: in no backup, of no noun."""
    return table_name in _indexes or is_made_beside(table_name)


def is_made_beside(name: str) -> bool:
    """Return whether a table or an index comes by `index_statements`: the metadata knows none."""
    return any(name.startswith(f"{index}_fts") for index in _indexes)


def rebuild_all(connection: Connection) -> None:
    """Make every index anew."""
    for index in _indexes.values():
        index.rebuild(connection)


def drop_all(connection: Connection) -> None:
    """Remove every index with its table, before the tables that it is made of are removed."""
    there = inspect(connection).get_table_names()
    for name in _indexes:
        if is_sqlite(connection) and f"{name}_fts" in there:
            connection.exec_driver_sql(f"DROP TABLE {name}_fts")
        if name in there:
            connection.exec_driver_sql(f"DROP TABLE {name}")


def terms_of(written: str) -> list[str]:
    """Return what a text is found by, in order.

    A run of Chinese signs ends with its last sign alone, so that a single sign is found too.
    """
    terms: list[str] = []
    for run, word in _runs(written):
        if run:
            terms += [run[place : place + 2] for place in range(len(run))]
        else:
            terms.append(word)
    return terms


def _runs(written: str) -> list[tuple[str, str]]:
    """Return the runs of Chinese signs and the words of a text: of each pair, one is empty."""
    folded = unicodedata.normalize("NFKC", written).casefold()
    bare = "".join(map(_bare, folded))
    return [(run, word[:_MOST_WORD]) for run, word in _RUNS.findall(bare)]


@cache
def _bare(sign: str) -> str:
    """Return a letter without its accents, a Chinese sign as it is simplified.

    Each alone, whatever stands beside it: a part of a text is found as the whole is.
    """
    if sign < "\u00c0":
        return sign
    if _HAN.match(sign):
        simplified: str = _opencc().convert(sign)
        return simplified
    if sign >= "\u3040":
        return sign
    parts = unicodedata.normalize("NFD", sign)
    return "".join(part for part in parts if not unicodedata.combining(part))


@cache
def _opencc() -> Any:
    from opencc import OpenCC  # its tables take long to load

    return OpenCC("t2s")


def _terms_of(texts: Iterable[str]) -> list[str]:
    return [term for each in texts for term in terms_of(each)][:MOST_TERMS]


def _asked(sought: str) -> list[tuple[str, ...]]:
    """Return what is sought: each a phrase of terms, the last of a phrase only begun.

    Raises:
        InvalidInput: when there is nothing, or too much.
    """
    asked = [_phrase(run) if run else (word,) for run, word in _runs(sought)]
    if not asked:
        raise InvalidInput("write a word to search for", zh="请输入要搜索的词")
    if len(asked) > MOST_SOUGHT or sum(map(len, asked)) > MOST_SOUGHT * 8:
        raise InvalidInput(
            f"search for at most {MOST_SOUGHT} words at a time",
            zh=f"一次最多搜索 {MOST_SOUGHT} 个词",
        )
    return asked


def _phrase(run: str) -> tuple[str, ...]:
    """Return the terms of a run that is sought; a sign alone is looked for as the first of two."""
    return tuple(run[place : place + 2] for place in range(len(run) - 1)) or (run,)


def _for_sqlite(asked: list[tuple[str, ...]]) -> str:
    return " ".join(f'"{" ".join(phrase)}" *' for phrase in asked)


def _for_postgresql(asked: list[tuple[str, ...]]) -> str:
    phrases = (
        " <-> ".join([*(f"'{term}'" for term in phrase[:-1]), f"'{phrase[-1]}':*"])
        for phrase in asked
    )
    return " & ".join(f"({phrase})" for phrase in phrases)


def _sqlite_terms(terms: list[str]) -> str:
    return " ".join(terms)


def _postgresql_terms(terms: list[str]) -> str:
    """Return the terms with their places, as PostgreSQL writes them: no parser looks at them."""
    return " ".join(f"'{term}':{place}" for place, term in enumerate(terms, start=1))

"""Long lists in pages: a cursor that stays true while rows come and go; changes since an event."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields as fields_of
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Depends, Query, Response
from pydantic import BaseModel
from sqlalchemy import Connection, Select, Table

from mstation.errors import InvalidInput
from mstation.server.asking import answer
from mstation.station.access import Access
from mstation.station.delta import changed_since, removed_since, require_known
from mstation.station.events import last_number
from mstation.station.ids import ID_LENGTH
from mstation.station.schema import N, Noun, noun_of, plain

T = TypeVar("T")

MOST = 1000
BIGGEST = 2**53  # JavaScript counts no further
AS_CSV: dict[int | str, dict[str, Any]] = {  # how the description tells of a whole list as a sheet
    200: {"description": "The sheet", "content": {"text/csv": {"schema": {"type": "string"}}}}
}

After = Annotated[
    str, Query(max_length=ID_LENGTH, description="the cursor that the page before gave")
]
Most = Annotated[int, Query(ge=1, le=MOST, description="rows a page")]
Since = Annotated[
    int | None,
    Query(ge=0, le=BIGGEST, description="only what changed after this event; see `number`"),
]


class Page(BaseModel, Generic[T]):
    """Some rows, and the cursor of the page after; none: these are the last.

    `number` is the last event that the rows know of: the first page's is what to ask `since` with
    the next time. `removed` are ids of rows that are gone since, or out of the asker's sight; the
    first page tells all of them.
    """

    rows: list[T]
    next: str | None
    number: int | None = None
    removed: list[str] = []


def page_of(
    connection: Connection, kind: type[N], table: Table, query: Select[Any], after: str, most: int
) -> dict[str, Any]:
    """Return the page of a query's rows after a cursor, by id."""
    ordered = query.where(table.c.id > after).order_by(table.c.id).limit(most + 1)
    rows = [noun_of(kind, dict(row)) for row in connection.execute(ordered).mappings()]
    return {"rows": rows[:most], "next": rows[most - 1].id if len(rows) > most else None}


def page_since(
    connection: Connection,
    access: Access,
    kind: type[N],
    table: Table,
    query: Select[Any],
    *,
    since: int | None,
    after: str,
    most: int,
) -> dict[str, Any]:
    """Return a page of a query's rows, of all or of those changed since an event.

    Raises:
        Conflict: when the difference cannot be known.
    """
    told: dict[str, Any] = {"number": last_number(connection)}
    if since is not None:
        require_known(connection, access, since)
        query = query.where(changed_since(access, table, since))
        if not after:
            told["removed"] = removed_since(connection, access, table, since)
    return {**page_of(connection, kind, table, query, after, most), **told}


def _named(
    fields: Annotated[
        str | None, Query(max_length=400, description="only these, with commas: `id,label`")
    ] = None,
) -> tuple[str, ...] | None:
    return None if fields is None else tuple(name.strip() for name in fields.split(","))


Fields = Annotated[tuple[str, ...] | None, Depends(_named)]


def only(kind: type[Any], nouns: Collection[N], names: tuple[str, ...] | None) -> Any:
    """Return a list of nouns as a body; of each only the fields that are asked for.

    Raises:
        InvalidInput: when one is no field of theirs.
    """
    if names is None:
        return nouns
    return _body(_chosen(kind, nouns, names))


def only_page(kind: type[Any], page: dict[str, Any], names: tuple[str, ...] | None) -> Any:
    """Return a page as a body; of each row only the fields that are asked for.

    Raises:
        InvalidInput: when one is no field of theirs.
    """
    if names is None:
        return page
    rest = {name: value for name, value in page.items() if name != "rows"}
    return _body(
        {"number": None, "removed": [], **rest, "rows": _chosen(kind, page["rows"], names)}
    )


def answer_only(noun: Noun, response: Response, names: tuple[str, ...] | None) -> Any:
    """Return a noun as a body, its revision as the ETag; only the fields that are asked for.

    Raises:
        InvalidInput: when one is no field of it.
    """
    answer(noun, response)
    if names is None:
        return noun
    return _body(_chosen(type(noun), [noun], names)[0], ETag=response.headers["etag"])


def _chosen(
    kind: type[Any], nouns: Collection[Noun], names: tuple[str, ...]
) -> list[dict[str, Any]]:
    known = [each.name for each in fields_of(kind) if not each.metadata.get("secret")]
    if unknown := sorted(set(names).difference(known)):
        told, others = ", ".join(unknown)[:80], ", ".join(known)
        raise InvalidInput(
            f"no such fields: {told}; there are {others}", zh=f"没有字段 {told}；可用：{others}"
        )
    return [plain(noun, set(names)) for noun in nouns]


def _body(told: Any, **headers: str) -> Response:
    return Response(orjson.dumps(told), headers=headers, media_type="application/json")

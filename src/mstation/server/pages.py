"""Long lists in pages: a cursor that stays true while rows come and go."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel
from sqlalchemy import Connection, Select, Table

from mstation.station.ids import ID_LENGTH
from mstation.station.schema import N, noun_of

T = TypeVar("T")

MOST = 1000

After = Annotated[
    str, Query(max_length=ID_LENGTH, description="the cursor that the page before gave")
]
Most = Annotated[int, Query(ge=1, le=MOST, description="rows a page")]


class Page(BaseModel, Generic[T]):
    """Some rows, and the cursor of the page after; none: these are the last."""

    rows: list[T]
    next: str | None


def page_of(
    connection: Connection, kind: type[N], table: Table, query: Select[Any], after: str, most: int
) -> dict[str, Any]:
    """Return the page of a query's rows after a cursor, by id."""
    ordered = query.where(table.c.id > after).order_by(table.c.id).limit(most + 1)
    rows = [noun_of(kind, dict(row)) for row in connection.execute(ordered).mappings()]
    return {"rows": rows[:most], "next": rows[most - 1].id if len(rows) > most else None}

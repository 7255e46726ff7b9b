"""Lists that a column keeps as JSON, as rows: what is in them can be asked for in SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, String, column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Texts(FunctionElement[Any]):
    """The texts of a list, a row each."""

    name = "texts"
    inherit_cache = True


class _Objects(FunctionElement[Any]):
    """The objects of a list, a row each."""

    name = "objects"
    inherit_cache = True


@compiles(_Texts, "sqlite")
@compiles(_Objects, "sqlite")
def _in_sqlite(element: FunctionElement[Any], compiler: SQLCompiler, **how: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **how)})"


@compiles(_Texts, "postgresql")
def _texts(element: _Texts, compiler: SQLCompiler, **how: Any) -> str:
    return f"json_array_elements_text({compiler.process(element.clauses, **how)})"


@compiles(_Objects, "postgresql")
def _objects(element: _Objects, compiler: SQLCompiler, **how: Any) -> str:
    return f"json_array_elements({compiler.process(element.clauses, **how)})"


def texts_in(kept: Column[Any]) -> ColumnElement[str]:
    """Return the texts of the list that a column keeps.

    Select them from the column's table, named by `select_from`: each is a row of its own.
    """
    rows = _Texts(kept).table_valued(column("value", String()), joins_implicitly=True)
    text: ColumnElement[str] = rows.c.value
    return text


def values_in(kept: Column[Any], name: str) -> ColumnElement[str]:
    """Return one text of each object in the list that a column keeps: as `texts_in`."""
    rows = _Objects(kept).table_valued(column("value", JSON()), joins_implicitly=True)
    text: ColumnElement[str] = rows.c.value[name].as_string()
    return text

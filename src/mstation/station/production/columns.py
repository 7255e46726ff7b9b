"""The columns of the sheets of shots, assets and tasks: what they are called and what they take."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from mstation.station.production.kinds import Kind

Tongue = Literal["en", "zh"]


class Sheet(StrEnum):
    """What a sheet lists."""

    SHOTS = "shots"
    ASSETS = "assets"
    TASKS = "tasks"


KIND_OF = {Sheet.SHOTS: Kind.SHOT, Sheet.ASSETS: Kind.ASSET}


class Takes(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    LINES = "lines"
    INTEGER = "integer"
    DATE = "date"
    KIND = "kind"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a sheet: its key never changes, its headings stand in two languages."""

    key: str
    en: str
    zh: str
    takes: Takes

    def heading(self, tongue: Tongue) -> str:
        """Return what stands above the column."""
        return self.zh if tongue == "zh" else self.en


@cache
def columns_of(sheet: Sheet) -> tuple[SheetColumn, ...]:
    """Return the columns of a sheet, in order, without the project's own fields."""
    return tuple(
        SheetColumn(row["key"], row["en"], row["zh"], Takes(row["takes"]))
        for row in _table()["column"]
        if sheet in row["sheets"]
    )


@cache
def keys_by_heading(sheet: Sheet) -> dict[str, str]:
    """Return each heading of a sheet, folded → the column's key."""
    return {
        folded(heading): column.key
        for column in columns_of(sheet)
        for heading in (column.key, column.en, column.zh)
    }


def is_heading(name: str) -> bool:
    """Return whether a column of any sheet is called so."""
    return any(folded(name) in keys_by_heading(sheet) for sheet in Sheet)


def folded(heading: str) -> str:
    """Return a heading as it is compared: capitals and spaces make no difference."""
    return " ".join(heading.casefold().split())


def kind_named(name: str) -> Kind | None:
    """Return the kind that is called so in English or Chinese."""
    by_name = {told: Kind(kind) for kind, zh in _kinds().items() for told in (kind, zh)}
    return by_name.get(name.strip().casefold())


def name_of_kind(kind: Kind, tongue: Tongue) -> str:
    """Return what a kind is called."""
    return _kinds()[kind] if tongue == "zh" else str(kind)


def _kinds() -> dict[str, str]:
    kinds: dict[str, str] = _table()["kinds"]
    return kinds


@cache
def _table() -> dict[str, Any]:
    text = files("mstation.station.production").joinpath("columns.toml").read_text("utf-8")
    return tomllib.loads(text)

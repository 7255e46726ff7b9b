"""The noun of every list: named columns, rows, and the colour of each row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Cell = str | int | float | None  # None where there is nothing to say


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    DECIMAL = "decimal"  # to the hundredth
    PAGES = "pages"  # eighths of a page, whole
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its label in the reports' language, and what it holds."""

    label: str
    kind: Kind = Kind.TEXT
    csv_label: str = ""  # where a CSV file says it in another unit
    is_summed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One list."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    tints: tuple[str, ...] = ()  # `#RRGGBB` or nothing, one a row; empty where no row has one
    swatches: tuple[str, ...] = ()  # likewise, of each row's first cell: its category's
    colour: str = ""  # of the header: the category's that all of it is of

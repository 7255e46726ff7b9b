"""A list in, a CSV file out: UTF-8 that Excel knows for such, and no cell that it would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from mstation.breakdown.paging import pages_text
from mstation.breakdown.reports.table import Cell, Column, Kind, Table
from mstation.breakdown.reports.wording import one_line

# Source: OWASP, "CSV Injection", and its ASVS 1.2.10; the wide forms run as formulas in the
# spreadsheets of East Asia.
_RUN_AS_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_A_PAGE = 8


def write_csv(table: Table) -> bytes:
    """Return the list as CSV: pages both as crews write them and in eighths, times in seconds."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")  # Source: RFC 4180
    rows.writerow([label for column in table.columns for label in _labels(column)])
    for row in table.rows:
        cells = zip(table.columns, row, strict=True)
        rows.writerow([text for column, cell in cells for text in _cells(column, cell)])
    return out.getvalue().encode("utf-8-sig")


def _labels(column: Column) -> tuple[str, ...]:
    if column.kind is Kind.PAGES:
        return (column.label, column.csv_label)
    return (column.csv_label or column.label,)


def _cells(column: Column, cell: Cell) -> Iterator[str | int | float]:
    if cell is None:
        yield from [""] * len(_labels(column))
    elif isinstance(cell, str):
        yield harmless(one_line(cell))
    elif column.kind is Kind.PAGES:
        # a bare `3/8` would be opened as the eighth of March
        yield pages_text(int(cell)) if cell >= _A_PAGE else f"0 {int(cell)}/{_A_PAGE}"
        yield int(cell)
    elif column.kind is Kind.DECIMAL:
        yield round(cell, 2)
    else:
        yield round(cell)


def harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: such a one is quoted as text."""
    return f"'{text}" if text.startswith(_RUN_AS_FORMULA) else text

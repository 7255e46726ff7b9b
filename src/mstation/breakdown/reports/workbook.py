"""A breakdown in, an XLSX workbook out: a sheet a list, ready to be filtered and printed."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range

from mstation.breakdown.reports.department_lists import (
    category_list,
    continuity_list,
    day_list,
    overview,
    set_list,
    used_categories,
)
from mstation.breakdown.reports.dossier import Dossier, Paper
from mstation.breakdown.reports.lists import cast_list, element_list, scene_list
from mstation.breakdown.reports.table import Cell, Column, Kind, Table
from mstation.breakdown.reports.wording import ink_on, one_line
from mstation.screenplay.script import Language

# a workbook says when it was made; the same breakdown has to give the same bytes
_MADE = datetime(2000, 1, 1, tzinfo=UTC)
_FACES: dict[Language, str] = {"en": "Arial", "zh": "Microsoft YaHei"}
_PAPERS: dict[Paper, int] = {"letter": 1, "a4": 9}  # Source: ECMA-376 part 1, 18.3.1.63
_LONGEST_CELL = 32767  # Source: Microsoft, "Excel specifications and limits"
_NARROWEST, _WIDEST = 6, 40  # columns, in digits of the sheet's font
_HEADER = "#D9D9D9"
_EIGHTHS_A_PAGE, _SECONDS_A_DAY = 8, 86400
_FORMATS = {Kind.PAGES: "# ?/8", Kind.SECONDS: "[m]:ss", Kind.NUMBER: "0", Kind.TEXT: "@",
            Kind.DECIMAL: "0.00"}  # fmt: skip
_SUM_OF_SHOWN = 109  # Source: Excel's SUBTOTAL: what the filter hides is not counted


class _Styles:
    """The cell formats of one workbook, each made once."""

    def __init__(self, book: Any, face: str) -> None:
        self._book = book
        self._face = face
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            usual = {"font_name": self._face, "font_size": 10, "valign": "top", "border": 1}
            shown = {**usual, "border_color": "#BFBFBF", **properties}
            self._made[key] = self._book.add_format(shown)
        return self._made[key]


def write_workbook(dossier: Dossier, paper: Paper) -> bytes:
    """Return the workbook; the pages are true numbers in eighths, the totals follow the filter."""
    return write_tables(
        _tables(dossier),
        title=dossier.title,
        total=dossier.words["tables"]["total"],
        language=dossier.language,
        paper=paper,
    )


def write_tables(
    tables: Sequence[Table], *, title: str, total: str, language: Language, paper: Paper
) -> bytes:
    """Return a workbook of lists, a sheet each; `total` stands before the sums under a list."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": title[:200], "created": _MADE})
    styles = _Styles(book, _FACES[language])
    for table in tables:
        sheet = book.add_worksheet(table.title)
        _fill(sheet, table, styles, total)
        _dress(sheet, table, paper, title)
    book.close()
    return out.getvalue()


def _tables(dossier: Dossier) -> list[Table]:
    tables = [scene_list(dossier), cast_list(dossier), element_list(dossier), day_list(dossier)]
    tables += [set_list(dossier), overview(dossier)]
    if dossier.continuity:
        tables.append(continuity_list(dossier))
    return tables + [category_list(dossier, category) for category in used_categories(dossier)]


def _fill(sheet: Any, table: Table, styles: _Styles, total: str) -> None:
    header = styles.style(bold=True, text_wrap=True, **_painted(table.colour or _HEADER))
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.label, header)
    for index, row in enumerate(table.rows):
        fill = {"bg_color": table.tints[index]} if table.tints else {}
        swatch = _painted(table.swatches[index]) if table.swatches else fill
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            shown = fill if place else swatch
            style = styles.style(num_format=_FORMATS[column.kind], text_wrap=True, **shown)
            _put(sheet, index + 1, place, column, cell, style)
    if any(column.is_summed for column in table.columns) and table.rows:
        _total(sheet, table, styles, total)


def _painted(colour: str) -> dict[str, str]:
    return {"bg_color": colour, "font_color": ink_on(colour)}


def _put(sheet: Any, row: int, place: int, column: Column, cell: Cell, style: Any) -> None:
    if cell is None:
        sheet.write_blank(row, place, None, style)
    elif isinstance(cell, str):
        sheet.write_string(row, place, one_line(cell)[:_LONGEST_CELL], style)
    else:
        sheet.write_number(row, place, _in_unit(column, cell), style)


def _total(sheet: Any, table: Table, styles: _Styles, total: str) -> None:
    """Write the sums of what the filter shows under the list."""
    last = len(table.rows)
    for place, column in enumerate(table.columns):
        style = styles.style(bold=True, top=2, num_format=_FORMATS[column.kind])
        if column.is_summed:
            cells = xl_range(1, place, last, place)
            formula = f"=SUBTOTAL({_SUM_OF_SHOWN},{cells})"
            known = sum(_in_unit(column, _number(row[place])) for row in table.rows)
            sheet.write_formula(last + 1, place, formula, style, known)
        elif place == 0:
            sheet.write_string(last + 1, place, total, style)
        else:
            sheet.write_blank(last + 1, place, None, style)


def _number(cell: Cell) -> float:
    assert not isinstance(cell, str)
    return cell or 0


def _in_unit(column: Column, number: float) -> float:
    """Return a number as the sheet counts it: in pages, in days, as it is."""
    if column.kind is Kind.PAGES:
        return number / _EIGHTHS_A_PAGE
    return round(number) / _SECONDS_A_DAY if column.kind is Kind.SECONDS else number


def _dress(sheet: Any, table: Table, paper: Paper, title: str) -> None:
    """Freeze the header, set filters, widths and how it is printed."""
    last_column = len(table.columns) - 1
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(table.rows)), last_column)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _width(table, place, column))
    if table.colour:
        sheet.set_tab_color(table.colour)
    # scene 12 is a name, not a number that somebody forgot to type as one
    sheet.ignore_errors({"number_stored_as_text": xl_range(0, 0, len(table.rows) + 1, last_column)})
    sheet.set_landscape()
    sheet.set_paper(_PAPERS[paper])
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    shown = title[:120].replace("&", "&&")
    sheet.set_header(f"&L{shown}&R{table.title}")
    sheet.set_footer("&R&P / &N")


def _width(table: Table, place: int, column: Column) -> int:
    """Return a column's width by its longest cell; a Han character is as wide as two digits."""
    # a label is broken into lines, and the filter's button stands beside it
    words = column.label.split()
    longest = 3 + max(_columns_of(word) // (1 if word.isascii() else 2) for word in words)
    for row in table.rows:
        cell = row[place]
        if isinstance(cell, str):
            longest = max(longest, _columns_of(cell[:_WIDEST]) + 1)
    return min(max(longest, _NARROWEST), _WIDEST)


def _columns_of(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in text)

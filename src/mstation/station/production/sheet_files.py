"""Rows of text and numbers out to CSV and XLSX, and CSV back to rows of text.

A cell that a spreadsheet would run as a formula gets an apostrophe before it in CSV, and loses it
when it is read back; in XLSX texts are texts. Source: OWASP, CSV Injection.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NoReturn

from mstation.errors import InvalidInput

Cell = str | int | float | Decimal

MOST_BYTES = 32 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 200
# The wide forms run as formulas in the Chinese and Japanese editions.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def write_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return rows as CSV in UTF-8 with a byte order mark, which spreadsheets ask for."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([spared(cell) if isinstance(cell, str) else cell for cell in row])
    return codecs.BOM_UTF8 + out.getvalue().encode()


def write_xlsx(rows: Iterable[Sequence[Cell]], title: str) -> bytes:
    """Return rows as a workbook of one sheet, its headings kept in sight."""
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    import xlsxwriter  # only for who asks for a workbook: the server starts sooner

    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return out.getvalue()


def read_csv(data: bytes) -> Iterator[list[str]]:
    """Yield the rows of a CSV file, in UTF-8, UTF-16 with its mark, or GB18030.

    Raises:
        InvalidInput: when the bytes are no text, or a quotation mark is never closed.
    """
    text = _text(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for row in reader:
            yield [unspared(cell) for cell in row]
    except csv.Error as error:
        raise InvalidInput(
            f"line {reader.line_num} of the file is no CSV: {error}",
            zh=f"文件第 {reader.line_num} 行不是有效的 CSV：{error}",
        ) from error


def spared(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip("'").startswith(_RUNS) else text


def unspared(text: str) -> str:
    """Return what a spared cell says."""
    is_spared = text.startswith("'") and text.lstrip("'").startswith(_RUNS)
    return text[1:] if is_spared else text


def _text(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded(data, "utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decoded(data, "gb18030")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _refuse_bytes(line, error)


def _refuse_bytes(line: int, error: UnicodeDecodeError) -> NoReturn:
    raise InvalidInput(
        f"line {line} of the file is neither UTF-8 nor GB18030; save it as CSV in UTF-8",
        zh=f"文件第 {line} 行既不是 UTF-8 也不是 GB18030；请另存为 UTF-8 的 CSV",
    ) from error


def _delimiter(text: str) -> str:
    """Return what parts the headings: where decimals have commas, spreadsheets write semicolons."""
    first = text.lstrip("\r\n").partition("\n")[0]
    return max(",;\t", key=first.count)

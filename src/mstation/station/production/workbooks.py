"""XLSX bytes in, the rows of its first sheet out as text, within limits.

A small file may unpack to anything: what its parts come to is known before the first is opened,
and each part's tags are counted by a parser that keeps nothing before openpyxl builds trees of it.
"""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

from defusedxml.common import DefusedXmlException

from mstation.errors import InvalidInput
from mstation.station.production.sheet_files import MOST_COLUMNS, MOST_ROWS

MAGIC = b"PK\x03\x04"
_MOST_PARTS = 1000
_MOST_UNPACKED = 96 * 1024 * 1024  # bytes, of all parts
_MOST_TAGS = 8_000_000  # of a part, attributes counted
_MOST_TAGS_OF_TEXTS = 2_000_000  # of the part with the texts that cells share
_MOST_TAGS_OF_A_ROW = 20_000  # and of all that is no row: styles, widths, rules
_MOST_TAGS_OF_NO_ROW = 200_000
_MOST_DEPTH = 60
_CHUNK = 1 << 20
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError),
    *(ParseError, DefusedXmlException, expat.ExpatError),
    *(ValueError, TypeError, LookupError, AttributeError, ArithmeticError),
)


def read_xlsx(data: bytes) -> Iterator[list[str]]:
    """Yield the rows of a workbook's first sheet: dates as 2026-05-31, formulas as their results.

    Raises:
        InvalidInput: when the workbook is damaged, has no sheet, or unpacks to too much.
    """
    try:
        yield from _rows(_opened(data))
    except _UNREADABLE as error:
        raise InvalidInput(
            "the workbook is damaged; open it in a spreadsheet and save it again as XLSX or CSV",
            zh="工作簿已损坏；请用电子表格软件打开并重新另存为 XLSX 或 CSV",
        ) from error


def _opened(data: bytes) -> Any:
    """Return openpyxl's workbook, which sees only the parts that were looked at."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        checked = _checked_parts(archive)
    # Only for who brings a workbook: the server starts sooner.
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        reader: Any = ExcelReader(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False
        )
    except InvalidFileException as error:
        raise ValueError(str(error)) from error
    names = reader.archive.NameToInfo
    for name in set(names) - checked:
        del names[name]
    reader.valid_files = [name for name in reader.valid_files if name in checked]
    reader.read()
    return reader.wb


def _checked_parts(archive: zipfile.ZipFile) -> set[str]:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    unpacked = sum(part.file_size for part in parts)  # zipfile reads no byte more than that
    if len(parts) > _MOST_PARTS or unpacked > _MOST_UNPACKED or len(names) < len(parts):
        raise _too_large()
    checked = {name for name in names if name.endswith((".xml", ".rels"))}
    for name in checked:
        with archive.open(name) as part:
            _Tags().read(part)
    return checked


def _rows(book: Any) -> Iterator[list[str]]:
    sheets = book.worksheets
    if not sheets:
        raise InvalidInput("the workbook has no sheet", zh="工作簿中没有工作表")
    window = {"max_row": MOST_ROWS + 2, "max_col": MOST_COLUMNS + 1, "values_only": True}
    for row in sheets[0].iter_rows(**window):
        cells = list(row)
        while cells and cells[-1] is None:
            cells.pop()
        yield [_written(value) for value in cells]


def _written(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if math.isfinite(value) and value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
    return str(value)


@dataclass(slots=True)
class _Tags:
    """Counts the tags of a part, keeping none, and refuses what no sheet has."""

    depth: int = 0
    count: int = 0
    of_row: int = 0
    of_no_row: int = 0
    row_depth: int = 0  # how deep the row is that we are in; 0: in none
    row: str = "}row"
    most: int = _MOST_TAGS

    def read(self, part: Any) -> None:
        """Read a part to its end.

        Raises:
            InvalidInput: when it has more tags than any sheet, or declares what to put for a name.
        """
        parser = expat.ParserCreate(namespace_separator="}")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._doctype
        while chunk := part.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        size = 1 + len(attributes)
        self.count += size
        if self.depth == 1 and name.endswith("}sst"):
            self.row, self.most = "}si", _MOST_TAGS_OF_TEXTS
        if not self.row_depth and name.endswith(self.row):
            self.row_depth, self.of_row = self.depth, 0
            if int(attributes.get("r", "0")) > MOST_ROWS + 1:  # the rows before it would be filled
                raise _too_large()
        if self.row_depth:
            self.of_row += size
        else:
            self.of_no_row += size
        is_over = self.of_row > _MOST_TAGS_OF_A_ROW or self.of_no_row > _MOST_TAGS_OF_NO_ROW
        if is_over or self.count > self.most or self.depth > _MOST_DEPTH:
            raise _too_large()

    def _end(self, _name: str) -> None:
        if self.depth == self.row_depth:
            self.row_depth = 0
        self.depth -= 1

    def _doctype(self, *_told: Any) -> None:
        raise _too_large()


def _too_large() -> InvalidInput:
    return InvalidInput(
        "the workbook unpacks to more than a sheet of shots, assets or tasks holds; "
        "save the one sheet as CSV",
        zh="工作簿解压后的内容远超一张镜头、资产或任务表；请将该工作表另存为 CSV",
    )

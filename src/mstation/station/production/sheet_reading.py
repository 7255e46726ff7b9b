"""The bytes of a sheet in, values by their columns out, row by row; faults of cells are noted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mstation.errors import InvalidInput
from mstation.station.production.columns import (
    Sheet,
    SheetColumn,
    columns_of,
    folded,
    keys_by_heading,
)
from mstation.station.production.faults import Faults
from mstation.station.production.fields import CustomField
from mstation.station.production.sheet_cells import field_value_of, value_of
from mstation.station.production.sheet_files import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, read_csv
from mstation.station.production.workbooks import MAGIC, read_xlsx

Values = dict[str, Any]
"""What a row says, by the keys of its columns; None: an empty cell. `fields`: the project's own."""


def read_sheet(
    data: bytes, sheet: Sheet, own: tuple[CustomField, ...], faults: Faults
) -> Iterator[tuple[int, Values]]:
    """Yield the rows whose cells could be read, each with its number; the headings are row 1.

    Raises:
        InvalidInput: when the file cannot be read at all, or holds too much.
    """
    rows = numbered_rows(data)
    _, headings = next(rows, (1, []))
    head = _head(sheet, headings, own, faults)
    if faults.count:
        return
    for number, cells in rows:
        if any(cell.strip() for cell in cells):
            values = head.values(number, cells, faults)
            if values is not None:
                yield number, values


@dataclass(frozen=True, slots=True)
class _Head:
    """What the headings mean, place by place; None: a column without heading."""

    headings: list[str]
    columns: list[SheetColumn | CustomField | None]

    def values(self, number: int, cells: list[str], faults: Faults) -> Values | None:
        """Return what a row says; None where a cell of it has a fault."""
        before = faults.count
        values: Values = {"fields": {}}
        cells = cells + [""] * (len(self.columns) - len(cells))
        for place, cell in enumerate(cells):
            heading = self.headings[place] if place < len(self.headings) else None
            try:
                self._put(place, cell, values)
            except InvalidInput as error:
                faults.add_at(number, error, heading=heading)
        return values if faults.count == before else None

    def _put(self, place: int, cell: str, values: Values) -> None:
        match self.columns[place] if place < len(self.columns) else None:
            case SheetColumn() as column:
                values[column.key] = value_of(cell, column.takes)
            case CustomField() as field:
                values["fields"][field.name] = field_value_of(cell, field)
            case None if cell.strip():
                raise InvalidInput(
                    f"`{cell[:40]}` stands under no heading", zh=f"`{cell[:40]}` 上方没有标题"
                )


def numbered_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a file, CSV or XLSX, each with its number from 1.

    Raises:
        InvalidInput: when it is neither, or holds too much.
    """
    if len(data) > MOST_BYTES:
        raise InvalidInput(
            f"the file is larger than {MOST_BYTES >> 20} MiB; send it in parts",
            zh=f"文件超过 {MOST_BYTES >> 20} MiB，请分批提交",
        )
    rows = read_xlsx(data) if data.startswith(MAGIC) else read_csv(data)
    for number, cells in enumerate(rows, 1):
        if number > MOST_ROWS + 1 or len(cells) > MOST_COLUMNS:
            raise InvalidInput(
                f"a sheet has at most {MOST_ROWS} rows of {MOST_COLUMNS} columns; send it in parts",
                zh=f"表格最多 {MOST_ROWS} 行、{MOST_COLUMNS} 列，请分批提交",
            )
        yield number, cells


def _head(sheet: Sheet, headings: list[str], own: tuple[CustomField, ...], faults: Faults) -> _Head:
    """Return what the headings mean; unknown, doubled and missing ones are faults."""
    known: dict[str, SheetColumn | CustomField] = {folded(each.name): each for each in own}
    by_key = {column.key: column for column in columns_of(sheet)}
    known.update({heading: by_key[key] for heading, key in keys_by_heading(sheet).items()})
    head = _Head(headings, [])
    for heading in headings:
        column = known.get(folded(heading))
        if folded(heading) and column is None:
            faults.add_at(1, _unknown(heading))
        if column is not None and column in head.columns:
            faults.add_at(1, _doubled(heading))
        head.columns.append(column)
    missing = _missing(sheet, {each.key for each in head.columns if isinstance(each, SheetColumn)})
    if missing is not None:
        faults.add_at(1, missing)
    return head


def _unknown(heading: str) -> InvalidInput:
    return InvalidInput(
        f"there is no column `{heading[:40]}`; make a field of that name or take the column out",
        zh=f"没有「{heading[:40]}」这一列；请创建同名字段，或删除该列",
    )


def _doubled(heading: str) -> InvalidInput:
    return InvalidInput(
        f"the column `{heading[:40]}` stands there twice", zh=f"「{heading[:40]}」列重复"
    )


def _missing(sheet: Sheet, keys: set[str]) -> InvalidInput | None:
    """Return what is wrong with a sheet whose rows nothing names; None: nothing."""
    names = {"label", "type"} if sheet is Sheet.TASKS else {"label"}
    if "id" in keys or names <= keys:
        return None
    wanted = [column for column in columns_of(sheet) if column.key in names]
    return InvalidInput(
        "the headings lack " + " and ".join(f"`{each.en}`" for each in wanted),
        zh="缺少标题：" + "、".join(f"「{each.zh}」" for each in wanted),
    )

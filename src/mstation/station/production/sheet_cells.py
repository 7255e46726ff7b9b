"""Cells and values: how a value is written in a sheet, and what a cell's text means."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

from mstation.errors import InvalidInput
from mstation.station.accounts import written
from mstation.station.production.columns import Takes, Tongue, kind_named, name_of_kind
from mstation.station.production.fields import CustomField, FieldType, checked
from mstation.station.production.kinds import Kind
from mstation.station.production.sheet_files import Cell
from mstation.station.wording import prose

MOST_NUMBER = 100_000_000
_INTEGER = re.compile(r"\d{1,9}")
_NUMBER = re.compile(r"[+-]?\d{1,16}(\.\d{1,16})?([eE][+-]?\d{1,2})?")
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")  # spreadsheets write 2026/5/31 too
_PARTED = re.compile(r"[;,；，、\s]+")
_YES = ("true", "yes", "1", "是", "真")
_NO = ("false", "no", "0", "否", "假")


def cell_of(value: Any, tongue: Tongue) -> Cell:
    """Return a value as a cell shows it."""
    match value:
        case None:
            return ""
        case bool():
            return ("是" if value else "否") if tongue == "zh" else ("yes" if value else "no")
        case Kind():
            return name_of_kind(value, tongue)
        case int() | float():
            return value
        case date():
            return value.isoformat()
    return str(value)


def value_of(text: str, takes: Takes) -> Any:
    """Return what a cell's text means; None where it is empty.

    Raises:
        InvalidInput: when the column takes no such text.
    """
    text = text.strip()
    return _READ[takes](text) if text else None


def field_value_of(text: str, field: CustomField) -> Any:
    """Return what a cell means in a column that is the project's own; None where it is empty.

    Raises:
        InvalidInput: when the field takes no such text.
    """
    text = text.strip()
    if not text:
        return None
    value = _READ_FIELD[field.type](text) if field.type in _READ_FIELD else text
    return checked((field,), {field.name: value})[field.name]


def _line(text: str) -> str:
    return written(text, "cell", "单元格")


def _lines(text: str) -> str:
    return prose(text, "cell", "单元格")


def _integer(text: str) -> int:
    if not (text.isascii() and _INTEGER.fullmatch(text)) or int(text) > MOST_NUMBER:
        raise InvalidInput(
            f"`{text[:40]}` is not a whole number from 0 to {MOST_NUMBER}",
            zh=f"`{text[:40]}` 不是 0 到 {MOST_NUMBER} 之间的整数",
        )
    return int(text)


def _date(text: str) -> date:
    found = _DATE.fullmatch(text) if text.isascii() else None
    if found is not None:
        with suppress(ValueError):  # the 31st of June
            return date(int(found[1]), int(found[2]), int(found[3]))
    raise InvalidInput(
        f"`{text[:40]}` is not a date like 2026-05-31",
        zh=f"`{text[:40]}` 不是日期，应如 2026-05-31",
    )


def _kind(text: str) -> Kind:
    kind = kind_named(text)
    if kind is None:
        listed = ", ".join(Kind)
        listed_zh = "、".join(name_of_kind(each, "zh") for each in Kind)
        raise InvalidInput(
            f"`{text[:40]}` is none of: {listed}", zh=f"`{text[:40]}` 不是以下之一：{listed_zh}"
        )
    return kind


def _people(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in _PARTED.split(text.casefold()) if each))


def _number(text: str) -> int | float | str:
    if not (text.isascii() and _NUMBER.fullmatch(text)):
        return text  # the field says what it takes
    return int(text) if text.lstrip("+-").isdecimal() else float(text)


def _flag(text: str) -> bool | str:
    told = text.casefold()
    return True if told in _YES else False if told in _NO else text


def _day(text: str) -> str:
    return _date(text).isoformat()


_READ: dict[Takes, Callable[[str], Any]] = {
    Takes.TEXT: _line,
    Takes.LINES: _lines,
    Takes.INTEGER: _integer,
    Takes.DATE: _date,
    Takes.KIND: _kind,
    Takes.PEOPLE: _people,
}
_READ_FIELD: dict[FieldType, Callable[[str], Any]] = {
    FieldType.NUMBER: _number,
    FieldType.DATE: _day,
    FieldType.FLAG: _flag,
}

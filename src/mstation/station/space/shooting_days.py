"""Shooting days of a film: which day of the calendar is day 3, and where it shoots.

The schedule of a film writes them; until it does, they come as a list, or as CSV. A list is the
whole of it: days that it does not name are gone. All of it is taken, or nothing and every fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Column, Connection, Date, Integer, String, Table, UniqueConstraint

from mstation.errors import Faulty, InvalidInput
from mstation.station.change import Change, find_where
from mstation.station.ids import new_id
from mstation.station.organisations import Project
from mstation.station.production.sheet_files import read_csv
from mstation.station.schema import keep, metadata, own_columns, project_columns

MAIN_UNIT = "main"
MOST_DAYS = 2_000
COLUMNS = ("unit", "number", "day", "set_name", "location")
_HEADINGS_ZH = {
    "组": "unit",
    "拍摄日": "number",
    "日期": "day",
    "场景": "set_name",
    "地点": "location",
}
_SIGNS = 200
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class DayRow:
    """A shooting day as it is told: its number, its date, and what is shot where."""

    number: int
    day: date
    unit: str = MAIN_UNIT
    set_name: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class ShootingDay:
    """A day on which a unit of a film shoots; numbers count a unit's days."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    unit: str
    number: int
    day: date
    set_name: str = ""
    location: str = ""


shooting_days = keep(
    ShootingDay,
    Table(
        "shooting_days",
        metadata,
        *own_columns(),
        *project_columns(),
        Column("unit", String(40), nullable=False),
        Column("number", Integer, nullable=False),
        Column("day", Date, nullable=False),
        Column("set_name", String(_SIGNS), nullable=False),
        Column("location", String(_SIGNS), nullable=False),
        UniqueConstraint("project_id", "unit", "number"),
    ),
)


def days_of(connection: Connection, project_id: str) -> list[ShootingDay]:
    """Return a film's shooting days, by unit and number."""
    found = find_where(connection, ShootingDay, project_id=project_id)
    return sorted(found, key=lambda each: (each.unit, each.number))


def set_days(change: Change, project: Project, rows: Sequence[DayRow]) -> list[ShootingDay]:
    """Let a film shoot on these days and no others.

    Raises:
        Faulty: when rows cannot be, by row; nothing is changed.
    """
    _require_sound(rows)
    there = {(each.unit, each.number): each for each in days_of(change.connection, project.id)}
    made = []
    for row in rows:
        before = there.pop((row.unit, row.number), None)
        told = {"day": row.day, "set_name": row.set_name.strip(), "location": row.location.strip()}
        if before is None:
            own = (project.organisation_id, project.id, row.unit, row.number)
            made.append(change.add(ShootingDay(new_id(), 1, *own, **told)))  # type: ignore[arg-type]
        else:
            made.append(change.edit(before, **told))
    for gone in there.values():
        change.remove(gone)
    return sorted(made, key=lambda each: (each.unit, each.number))


def read_days(data: bytes) -> list[DayRow]:
    """Return the shooting days of a CSV file; headings in English or Chinese, in any order.

    Raises:
        InvalidInput: when it is no CSV, or lacks a heading.
        Faulty: when rows cannot be read, by row.
    """
    lines = read_csv(data)
    headings = [_HEADINGS_ZH.get(each.strip(), each.strip().casefold()) for each in next(lines, [])]
    if not {"number", "day"} <= set(headings):
        raise InvalidInput(
            f"the first line names the columns number and day; also {', '.join(COLUMNS)}",
            zh=f"首行应为列名，至少包含 拍摄日 与 日期（可用：{'、'.join(_HEADINGS_ZH)}）",
        )
    rows, faults = [], []
    for place, line in enumerate(lines, 2):
        if not any(cell.strip() for cell in line):
            continue
        cells = dict(zip(headings, (cell.strip() for cell in line), strict=False))
        try:
            rows.append(_row(cells))
        except ValueError:
            told = ", ".join(cells.get(name, "") for name in ("number", "day"))[:60]
            faults.append(
                (f"row {place}: `{told}` is no number and day (3, 2026-05-31)",
                 f"第 {place} 行：`{told}` 不是有效的拍摄日与日期（如 3, 2026-05-31）")
            )  # fmt: skip
        if place > MOST_DAYS + 1:
            break
    _refuse(faults)
    return rows


def day_cells(days: Iterable[ShootingDay]) -> Iterable[list[str | int]]:
    """Yield the headings, then a row a day, as `read_days` reads them."""
    yield list(COLUMNS)
    for each in days:
        yield [each.unit, each.number, each.day.isoformat(), each.set_name, each.location]


def _row(cells: dict[str, str]) -> DayRow:
    number, day = cells.get("number", ""), cells.get("day", "")
    if not re.fullmatch(r"[0-9]{1,4}", number) or not _DAY.fullmatch(day):
        raise ValueError
    return DayRow(
        int(number), date.fromisoformat(day), cells.get("unit") or MAIN_UNIT,
        cells.get("set_name", ""), cells.get("location", ""),
    )  # fmt: skip


def _require_sound(rows: Sequence[DayRow]) -> None:
    faults, seen = [], set[tuple[str, int]]()
    if len(rows) > MOST_DAYS:
        faults.append((f"a film has at most {MOST_DAYS} days", f"最多 {MOST_DAYS} 个拍摄日"))
    for place, row in enumerate(rows, 1):
        if not 1 <= row.number <= MOST_DAYS or not 2000 <= row.day.year < 2200:
            told = f"{row.number}, {row.day}"
            faults.append((f"day {place}: {told} cannot be", f"第 {place} 个拍摄日：{told} 无效"))
        if (row.unit, row.number) in seen:
            faults.append((f"day {place}: {row.unit} {row.number} is told twice",
                           f"第 {place} 个拍摄日：{row.unit} {row.number} 重复"))  # fmt: skip
        seen.add((row.unit, row.number))
        for text, most in ((row.unit, 40), (row.set_name, _SIGNS), (row.location, _SIGNS)):
            if len(text) > most or not text.isprintable():
                faults.append((f"day {place}: {text[:20]!r} is not one short line",
                               f"第 {place} 个拍摄日：文字应为一行且不超过 {most} 字"))  # fmt: skip
    _refuse(faults)


def _refuse(faults: list[tuple[str, str]]) -> None:
    if faults:
        raise Faulty(
            f"{len(faults)} faults in the shooting days; nothing was changed",
            zh=f"拍摄日列表有 {len(faults)} 处错误，未作任何更改", faults=faults[:100],
        )  # fmt: skip

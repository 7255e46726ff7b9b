"""Packages out as CSV and in again: a row an item, packages told apart by their titles.

What is taken in are drafts; a file with a fault is not taken in at all, and every fault is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from mstation.errors import InvalidInput
from mstation.station.change import Change, find_where
from mstation.station.organisations import Project
from mstation.station.production.entities import Entity, Kind
from mstation.station.production.faults import Faults
from mstation.station.production.sheet_files import MOST_BYTES, MOST_ROWS, Cell, read_csv
from mstation.station.production.workflow import TaskType
from mstation.station.work_orders.packages import (
    PackageItem,
    Security,
    WorkPackage,
    add_package,
)
from mstation.station.work_orders.splitting import frames_in_cut

COLUMNS = (
    "package", "item", "quantity", "unit", "frames", "type", "currency", "security",
    "bids_due_at", "due_on", "description",
)  # fmt: skip
_LEAST = {"package", "item", "currency"}


def package_rows(packages: Iterable[WorkPackage], types: dict[str, str]) -> Iterator[list[Cell]]:
    """Return packages as rows, headings first.

    types: the names of kinds of work, by id.
    """
    yield list(COLUMNS)
    for package in packages:
        due = package.bids_due_at.isoformat() if package.bids_due_at is not None else ""
        rest = [
            types.get(package.type_id or "", ""), package.currency, package.security, due,
            package.due_on.isoformat() if package.due_on is not None else "", package.description,
        ]  # fmt: skip
        for item in package.items:
            yield [package.title, item.label, item.quantity, item.unit, item.frames or "", *rest]


@dataclass(slots=True)
class _Read:
    """A package as its rows say it."""

    row: int
    told: dict[str, Any]
    items: list[PackageItem] = field(default_factory=list)


def take_in_packages(change: Change, project: Project, data: bytes) -> list[WorkPackage]:
    """Draft the packages of a CSV file: all of them, or none.

    Raises:
        Faulty: when rows have faults: each is told by its number.
        InvalidInput: when the file cannot be read at all.
        Conflict: when the project's organisation is no party.
    """
    faults = Faults()
    read = list(_read(change, project, data, faults).values())
    made = []
    for each in read:
        try:
            with change.apart():
                made.append(add_package(change, project, items=each.items, **each.told))
        except InvalidInput as error:
            faults.add_at(each.row, error)
    faults.refuse()
    return made


def _read(change: Change, project: Project, data: bytes, faults: Faults) -> dict[str, _Read]:
    if len(data) > MOST_BYTES:
        raise InvalidInput(
            f"the file is larger than {MOST_BYTES >> 20} MiB", zh=f"文件超过 {MOST_BYTES >> 20} MiB"
        )
    rows = read_csv(data)
    head = [cell.strip().casefold() for cell in next(rows, [])]
    if not set(head) >= _LEAST or set(head) - set(COLUMNS) or len(set(head)) < len(head):
        told = ", ".join(COLUMNS)
        raise InvalidInput(
            f"the headings are some of {told}, each once; package, item and currency always",
            zh=f"标题应取自 {told}，各一次，且必须含 package、item、currency",
        )
    known = _Known(change, project)
    found: dict[str, _Read] = {}
    for number, cells in enumerate(rows, 2):
        if number > MOST_ROWS:
            raise InvalidInput(f"at most {MOST_ROWS} rows", zh=f"最多 {MOST_ROWS} 行")
        if not any(cell.strip() for cell in cells):
            continue
        try:
            padded = [cell.strip() for cell in cells] + [""] * (len(head) - len(cells))
            _take(found, number, dict(zip(head, padded, strict=False)), known)
        except InvalidInput as error:
            faults.add_at(number, error)
    return found


class _Known:
    """The shots and kinds of work that a project has, by what people call them."""

    def __init__(self, change: Change, project: Project) -> None:
        shots = find_where(change.connection, Entity, project_id=project.id, kind=Kind.SHOT)
        types = find_where(change.connection, TaskType, project_id=project.id, of=Kind.SHOT)
        self.shots = {each.label: each for each in shots if not each.omitted}
        self.types = {each.name.casefold(): each.id for each in types}
        self.frames = frames_in_cut(change.connection, project)


def _take(found: dict[str, _Read], number: int, row: dict[str, str], known: _Known) -> None:
    """Add a row to its package; the first row of a package says what it is."""
    told = {
        "title": row["package"],
        "currency": row["currency"].upper(),
        "type_id": _type(row.get("type", ""), known),
        "security": _security(row.get("security", "")),
        "bids_due_at": _moment(row.get("bids_due_at", "")),
        "due_on": _day(row.get("due_on", "")),
        "description": row.get("description", ""),
    }
    package = found.setdefault(row["package"], _Read(number, told))
    if package.told != told:
        raise InvalidInput(
            f"row {package.row} says something else of `{row['package'][:60]}`",
            zh=f"第 {package.row} 行对 `{row['package'][:60]}` 的描述不同",
        )
    shot = known.shots.get(row["item"]) if told["type_id"] is not None else None
    frames = _count(row.get("frames", ""))
    if shot is not None:
        frames = frames or known.frames.get(shot.id) or shot.frames
    unit = row.get("unit", "") or ("shot" if shot is not None else "item")
    quantity = _count(row.get("quantity", "")) or 1
    entity_id = None if shot is None else shot.id
    package.items.append(PackageItem(row["item"], entity_id, frames, quantity, unit))


def _type(name: str, known: _Known) -> str | None:
    if not name:
        return None
    if name.casefold() not in known.types:
        raise InvalidInput(f"there is no kind of work `{name[:60]}`", zh=f"没有工序 `{name[:60]}`")
    return known.types[name.casefold()]


def _security(name: str) -> Security:
    if name and name not in set(Security):
        raise InvalidInput(
            f"`{name[:20]}` is none of {', '.join(Security)}", zh=f"`{name[:20]}` 不是保密级别"
        )
    return Security(name or Security.PUBLIC)


def _count(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or not 0 < int(text[:10]) < 10**9:
        raise InvalidInput(f"`{text[:20]}` is no number from 1", zh=f"`{text[:20]}` 不是正整数")
    return int(text)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            f"`{text[:40]}` is no moment: 2026-12-01T18:00:00+08:00",
            zh=f"`{text[:40]}` 不是时间，格式如 2026-12-01T18:00:00+08:00",
        ) from error
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            f"`{text[:40]}` is no day: 2026-12-01", zh=f"`{text[:40]}` 不是日期，格式如 2026-12-01"
        ) from error

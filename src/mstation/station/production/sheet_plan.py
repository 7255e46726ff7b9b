"""What a sheet would do: rows to be added, rows to be changed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from mstation.errors import InvalidInput
from mstation.station.production.entities import Entity
from mstation.station.production.faults import Faults
from mstation.station.production.tasks import Task
from mstation.station.schema import plain

MOST_SHOWN = 1000  # rows of a plan; the counts are of all

R = TypeVar("R", Entity, Task)


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What a row of the sheet would do: fields with their values before and after."""

    row: int
    id: str | None  # None: it would be added
    changes: dict[str, tuple[Any, Any]]


@dataclass(slots=True)
class Plan(Generic[R]):
    """What a sheet would do."""

    faults: Faults = field(default_factory=Faults)
    added: list[R] = field(default_factory=list)
    changed: list[tuple[R, dict[str, Any]]] = field(default_factory=list)
    unchanged: int = 0
    shown: list[PlannedRow] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)  # id → the row that speaks of it

    def claim(self, row: int, id_: str) -> InvalidInput | None:
        """Let a row speak of a thing; return what is wrong when another row does already."""
        before = self.rows.setdefault(id_, row)
        if before == row:
            return None
        return InvalidInput(f"row {before} speaks of the same one", zh=f"与第 {before} 行是同一项")

    def add(self, row: int, noun: R, told: Iterable[str]) -> None:
        """Plan to add a row; told: the fields of which the sheet says something."""
        self.added.append(noun)
        if len(self.shown) < MOST_SHOWN:
            values = plain(noun, set(told))
            said = {name: (None, value) for name, value in values.items()}
            self.shown.append(PlannedRow(row, None, said))

    def change(self, row: int, noun: R, values: Mapping[str, Any]) -> None:
        """Plan to change what differs of a row."""
        changes = {name: value for name, value in values.items() if getattr(noun, name) != value}
        if not changes:
            self.unchanged += 1
            return
        self.changed.append((noun, changes))
        if len(self.shown) < MOST_SHOWN:
            before = plain(noun, set(changes))
            said = {name: (before[name], value) for name, value in changes.items()}
            self.shown.append(PlannedRow(row, noun.id, said))


def check_revision(noun: Entity | Task, seen: int | None) -> InvalidInput | None:
    """Return what is wrong when somebody changed a row after the sheet was made."""
    if seen is None or seen == noun.revision:
        return None
    return InvalidInput(
        f"it was changed since this sheet was made (revision {noun.revision}, here {seen}); "
        "export it again, or take the column of revisions out",
        zh=f"导出后已被修改（当前修订 {noun.revision}，表中为 {seen}）；请重新导出，或删除修订列",
    )


def no_such(what: str, what_zh: str, told: str) -> InvalidInput:
    """Return the error of a cell that names what is not there."""
    return InvalidInput(
        f"there is no {what} `{told[:40]}` in this project",
        zh=f"本项目中没有{what_zh} `{told[:40]}`",
    )

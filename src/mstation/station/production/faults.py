"""Faults of many rows, gathered while they are read: each with its place, in two languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mstation.errors import Faulty, MStationError

MOST = 100_000  # are told; whoever has more mends these first


@dataclass(slots=True)
class Faults:
    """What is wrong with rows, in their order."""

    told: list[tuple[str, str]] = field(default_factory=list)
    count: int = 0

    def add(self, place: str, place_zh: str, error: MStationError) -> None:
        """Note what is wrong at a place."""
        self.count += 1
        if self.count <= MOST:
            self.told.append((f"{place}: {error}", f"{place_zh}：{error.told('zh')}"))

    def add_at(self, row: int, error: MStationError, *, heading: str | None = None) -> None:
        """Note what is wrong with a row of a sheet, or with a cell of it."""
        column = "" if heading is None else f", {heading[:40]}"
        column_zh = "" if heading is None else f"「{heading[:40]}」"
        self.add(f"row {row}{column}", f"第 {row} 行{column_zh}", error)

    def listed(self) -> Sequence[tuple[str, str]]:
        """Return what is told, and last how much more there is."""
        more = self.count - len(self.told)
        if not more:
            return self.told
        return [*self.told, (f"and {more} faults more", f"另有 {more} 处错误")]

    def refuse(self) -> None:
        """Refuse everything when there is any fault.

        Raises:
            Faulty: with all of them.
        """
        if self.count:
            raise Faulty(
                f"{self.count} faults; nothing was changed. Mend them and send it again",
                faults=self.listed(),
                zh=f"共 {self.count} 处错误，未作任何更改；请修正后重新提交",
            )

"""The nouns of a stripboard: days in order, their strips in order, and the boneyard.

A board says what is shot on which shooting day, not when: the calendar gives its days their dates
(`calendar.py`), the minutes their hours (`days.py`). Boards are documents; a film has several.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

SCHEMA = "mstation.board/1"
MAIN_UNIT = "main"


class BannerKind(StrEnum):
    """What stands between strips."""

    NOTE = "note"
    MOVE = "move"
    REHEARSAL = "rehearsal"
    TRAVEL = "travel"


@dataclass(frozen=True, slots=True)
class Banner:
    """A line of words on the board; it takes minutes of its day where it says so."""

    id: str
    text: str
    kind: BannerKind = BannerKind.NOTE
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class BoardDay:
    """One shooting day of a unit: ids of strips and banners, in the order in which they are shot.

    A locked day keeps its strips and its date; a strip may be locked to its day alone.
    """

    items: tuple[str, ...] = ()
    unit: str = MAIN_UNIT
    day: date | None = None  # where people said which date it is; else the calendar's next
    is_locked: bool = False
    note: str = ""
    call: time | None = None  # of the crew, where it is not the production's usual one


@dataclass(frozen=True, slots=True)
class Board:
    """One way to shoot the film."""

    name: str
    days: tuple[BoardDay, ...]
    boneyard: tuple[str, ...] = ()  # ids of strips that no day shoots
    banners: tuple[Banner, ...] = ()
    locked: tuple[str, ...] = ()  # ids of strips that stay on the day where they are

    def days_of(self, unit: str) -> Iterator[tuple[int, BoardDay]]:
        """Return a unit's days, each with its place on the board."""
        return ((place, day) for place, day in enumerate(self.days) if day.unit == unit)

    @property
    def units(self) -> tuple[str, ...]:
        """The units that shoot, in order of their first day."""
        return tuple(dict.fromkeys(day.unit for day in self.days))

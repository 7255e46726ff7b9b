"""The nouns of a report: faults with their place, and a row for every check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, where it is, and what would mend it.

    `kind` names a sentence of the check's word table, `values` fill its blanks; `mends` are
    further sentences of that table, the nearest first.
    """

    kind: str
    scene: str
    shot: str = ""
    line: str = ""  # the id of the line that is spoken there
    frame: int = -1  # of the film
    values: tuple[tuple[str, Value], ...] = ()
    mends: tuple[tuple[str, tuple[tuple[str, Value], ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One check over the whole film.

    `state` is "passed", "failed", "reported" (a figure without a bar) or "unmeasured" (the
    film does not hold what it takes, `detail` says what).
    """

    check: str  # a key of the word tables: axis, order, jump, …
    number: int  # of the reference sheet's table; 0 for one of our own
    state: Literal["passed", "failed", "reported", "unmeasured"]
    is_hard: bool  # a failure stops the film: exit 1
    tested: int  # how many pairs, cuts, shots or words were looked at
    value: float  # the figure: a count of faults, a share, seconds
    bar: str = ""  # what passes, as people write it: "0", "≥ 98 %"
    faults: tuple[Fault, ...] = ()
    detail: tuple[tuple[str, Value], ...] = ()  # further figures: what was tested, by name


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was found."""

    title: str
    scenes: int
    shots: int
    rows: tuple[Row, ...]
    rate: str = "24"  # frames a second, to write a frame as timecode
    lines: tuple[tuple[str, str], ...] = ()  # ids of lines, and what is said in them

    @property
    def is_sound(self) -> bool:
        """Whether no hard check failed."""
        return not any(row.is_hard and row.state == "failed" for row in self.rows)

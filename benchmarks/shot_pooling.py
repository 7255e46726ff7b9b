"""Rows of many films in, one row a check out: counts are added, shares weighed by what was tested.

A bar is read as people write it (`0`, `≥ 98 %`, `10–30 %`), so that the pooled figure is held
against what each film's was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from mstation.check.finding import Fault, Row
from mstation.check.telling import title_of

_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_ENOUGH = 1e-9
_EIGHTHS = 8


@dataclass(frozen=True, slots=True)
class Pooled:
    """One check over many films."""

    check: str
    title: str
    number: int
    bar: str
    films: int  # in which there was something to test
    tested: int
    value: float
    is_reported: bool  # a figure without a bar that must be met
    faults: tuple[Fault, ...]

    @property
    def is_count(self) -> bool:
        """Whether the figure is a number of faults."""
        return self.bar == "0"

    @property
    def meets(self) -> bool | None:
        """Whether the pooled figure meets the bar; None where there is none."""
        return meets(self.bar, self.value) if self.tested and not self.is_reported else None

    @property
    def told(self) -> str:
        """The figure as people write it."""
        if not self.tested:
            return "–"
        if self.is_count:
            return f"{self.value:.0f}"
        if "%" in self.bar:
            return f"{100 * self.value:.1f} %"
        return f"{self.value:.2f}"


def pool(films: Iterable[Sequence[Row]]) -> tuple[Pooled, ...]:
    """Return a row a check, in the order in which the checks first come."""
    found: dict[str, list[Row]] = {}
    for rows in films:
        for row in rows:
            found.setdefault(row.check, []).append(row)
    return tuple(_pooled(rows) for rows in found.values())


def _pooled(rows: list[Row]) -> Pooled:
    rows = [_SUMMED[row.check](row) if row.check in _SUMMED else row for row in rows]
    measured = [row for row in rows if row.state != "unmeasured" and row.tested]
    tested = sum(row.tested for row in measured)
    bar = next((row.bar for row in rows if row.bar), "")
    if bar == "0":
        value = sum(row.value for row in measured)
    else:
        value = sum(row.value * row.tested for row in measured) / tested if tested else 0.0
    return Pooled(
        check=rows[0].check,
        title=_TITLES.get(rows[0].check) or title_of(rows[0], "en"),
        number=rows[0].number,
        bar=bar,
        films=len(measured),
        tested=tested,
        value=value,
        is_reported=all(row.state == "reported" for row in measured),
        faults=tuple(fault for row in measured for fault in row.faults),
    )


def _pace(row: Row) -> Row:
    """Return the mean length against the style's: what can be weighed over films of two styles."""
    known = dict(row.detail)
    ratio = float(known["asl_s"]) / float(known["aim_s"]) if "aim_s" in known else row.value
    return replace(row, value=ratio, bar="0.85-1.15")


def _whole_scenes(row: Row) -> Row:
    """Return the share of scenes without a fault."""
    scenes = {fault.scene for fault in row.faults}
    value = 1.0 - len(scenes) / row.tested if row.tested else 1.0
    return replace(row, value=value, bar="100 %")


def _by_pages(row: Row) -> Row:
    """Return setups weighed by the script's eighths, so that a scrap of a page counts as little."""
    return replace(row, tested=round(_EIGHTHS * float(dict(row.detail).get("pages", 0.0))))


_SUMMED: dict[str, Callable[[Row], Row]] = {
    "lengths": _pace,
    "size_variety": _whole_scenes,
    "setups": _by_pages,
}
_TITLES = {
    "lengths": "Mean shot length, of the style's",
    "size_variety": "Scenes of many sizes (1.5 bits; three in talk)",
}


def meets(bar: str, value: float) -> bool | None:
    """Return whether a figure meets a bar; None for a bar that says no number."""
    numbers = [float(each) / (100 if "%" in bar else 1) for each in _NUMBER.findall(bar)]
    if not numbers:
        return None
    if len(numbers) > 1:
        return numbers[0] - _ENOUGH <= value <= numbers[1] + _ENOUGH
    if bar.startswith(("≤", "<")) or bar == "0":
        return value <= numbers[0] + _ENOUGH
    return value >= numbers[0] - _ENOUGH

"""Faults in, rows out: their state, their faults in order, their further figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from mstation.check.faults import Mend
from mstation.check.finding import Fault, Row, Value


def mend(kind: str, **values: Value) -> Mend:
    """Return what would mend a fault."""
    return (kind, tuple(values.items()))


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return faults in the order of the film."""
    return tuple(sorted(faults, key=lambda one: (one.frame, one.shot, one.kind)))


def verdict(tested: int, *, passes: bool) -> Literal["passed", "failed", "unmeasured"]:
    """Return the state of a row with a bar; nothing looked at is nothing measured."""
    if not tested:
        return "unmeasured"
    return "passed" if passes else "failed"


def figures(tested: int, missing: str, **values: Value) -> tuple[tuple[str, Value], ...]:
    """Return a row's further figures; where nothing was looked at, what the film lacks."""
    return tuple(values.items()) if tested else (("missing", missing),)


def none_of(
    check: str,
    number: int,
    tested: int,
    faults: Sequence[Fault],
    detail: tuple[tuple[str, Value], ...] = (),
) -> Row:
    """Return a hard row that counts faults and lets none pass; `missing` says it is unmeasured."""
    is_bare = any(name == "missing" for name, _ in detail)
    return Row(
        check=check,
        number=number,
        state="failed" if faults else "unmeasured" if is_bare else "passed",
        is_hard=True,
        tested=tested,
        value=len(faults),
        bar="0",
        faults=tuple(faults),
        detail=detail,
    )


def share_of(
    check: str,
    number: int,
    tested: int,
    faults: Sequence[Fault],
    missing: str,
    *,
    is_hard: bool,
    least: float = 1.0,
    **values: Value,
) -> Row:
    """Return a row of the share of what was tested that has no fault; `least` of it passes.

    `values` are its further figures.
    """
    share = 1.0 - len(faults) / tested if tested else 1.0
    return Row(
        check=check,
        number=number,
        state=verdict(tested, passes=share >= least),
        is_hard=is_hard,
        tested=tested,
        value=share,
        bar=f"{'≥ ' if least < 1 else ''}{100 * least:.0f} %",
        faults=tuple(faults),
        detail=figures(tested, missing, **values),
    )


def share_between(
    check: str,
    number: int,
    tested: int,
    counted: Sequence[Fault],
    others: Sequence[Fault],
    bars: tuple[float, float],
    *,
    enough: int,
    detail: tuple[tuple[str, Value], ...],
) -> Row:
    """Return a soft row of the share of what was tested that is counted, between two bars.

    Above them what is counted is at fault, below them the others are. Where fewer than `enough`
    were tested, one more or less would decide, and the share is only reported.
    """
    share = len(counted) / tested if tested else 0.0
    least, most = bars
    passes = least <= share <= most
    is_told = 0 < tested < enough
    faults = [] if passes or tested < enough else others if share < least else counted
    return Row(
        check=check,
        number=number,
        state="reported" if is_told else verdict(tested, passes=passes),
        is_hard=False,
        tested=tested,
        value=share,
        bar=f"{100 * least:.0f}-{100 * most:.0f} %",
        faults=tuple(faults),
        detail=detail,
    )

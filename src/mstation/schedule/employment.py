"""The dates that somebody works in, what they are paid for out: work, holds, travel, and gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt

from mstation.schedule.calendar import is_worked
from mstation.schedule.production import CastTerms, Production
from mstation.schedule.rules import most_drops
from mstation.schedule.strip import Player

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Employment:
    """What one of the cast is paid for. Held days lie between two of work, never on a day off."""

    worked: tuple[date, ...]
    held: tuple[date, ...]
    drops: tuple[tuple[date, date], ...]  # the last day before each gap, and the day of return
    travel_days: int

    @property
    def paid_days(self) -> int:
        """Days that are paid, travel among them."""
        return len(self.worked) + len(self.held) + self.travel_days


def rate_of(player: Player, production: Production) -> int:
    """Return what a day of somebody costs: as agreed, else by their number on the board."""
    agreed = production.terms(player.id).rate
    return agreed or round(production.costs.cast_day / sqrt(player.number))


def employment_of(dates: Sequence[date], terms: CastTerms, production: Production) -> Employment:
    """Return what somebody who works on these dates is paid for.

    Where they are away for more than `drop_after` days they are dropped and picked up, if that is
    cheaper than holding them: it costs another journey home and back. Where a rule says how often
    that may be, the gaps that save most are chosen, of equal ones the first.
    """
    worked = sorted(set(dates))
    if not worked:
        return Employment((), (), (), 0)
    journey = terms.travel_before + terms.travel_after
    gaps = [
        (before, after, _idle(before, after, production) if terms.may_hold else ())
        for before, after in pairwise(worked)
    ]
    droppable = [
        gap
        for gap in gaps
        if 0 < terms.drop_after < (gap[1] - gap[0]).days - 1 and len(gap[2]) > journey
    ]
    droppable.sort(key=lambda gap: (-len(gap[2]), gap[0]))
    dropped = droppable[: most_drops(production)]
    held = tuple(day for gap in gaps if gap not in dropped for day in gap[2])
    drops = tuple(sorted(gap[:2] for gap in dropped))
    return Employment(tuple(worked), held, drops, journey * (1 + len(drops)))


def _idle(before: date, after: date, production: Production) -> tuple[date, ...]:
    """Return the production's days of work between two days."""
    between = (before + _A_DAY * step for step in range(1, (after - before).days))
    return tuple(day for day in between if is_worked(production, day))

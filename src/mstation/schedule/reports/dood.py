"""A plan in, days out of days out: who and what works on which date, is held, travels, rests.

Source of the codes and of when they stand: Entertainment Partners, Movie Magic Scheduling,
"DOOD Rules"; "S" start, "W" work, "F" finish, "H" hold, "D" drop, "P" pick-up, "T" travel,
"R" rehearsal, "/" holiday.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from mstation.breakdown.reports.dossier import CATEGORIES, by_name
from mstation.schedule.calendar import holiday, is_worked
from mstation.schedule.employment import employment_of
from mstation.schedule.plan import Plan, location_name
from mstation.schedule.production import CastTerms
from mstation.schedule.strip import Strip

CAST, SETS, LOCATIONS = "cast", "sets", "locations"  # beside the categories of breakdown sheets
Drops = Sequence[tuple[date, date]]
"""The last day before each gap that somebody is let go for, and the day of their return."""

_A_DAY = timedelta(days=1)
_LONGEST_GAP = 31  # days


class Code(StrEnum):
    """What somebody or something does on a date."""

    START = "SW"
    WORK = "W"
    FINISH = "WF"
    ONLY = "SWF"
    DROP = "WD"  # works, and is let go until picked up
    PICKUP = "PW"
    START_DROP = "SWD"
    PICKUP_DROP = "PWD"
    PICKUP_FINISH = "PWF"
    HOLD = "H"  # idle between two days of work, and paid
    TRAVEL = "TR"
    REHEARSAL = "R"
    FITTING = "FT"
    HOLIDAY = "/"

    @property
    def is_work(self) -> bool:
        """Whether the camera sees them on that date."""
        return "W" in self.value

    @property
    def is_start(self) -> bool:
        """Whether it is their first day of work."""
        return self.value.startswith("SW")

    @property
    def is_finish(self) -> bool:
        """Whether it is their last day of work."""
        return self.value.endswith("WF")

    @property
    def is_drop(self) -> bool:
        """Whether they are let go after it, to be picked up."""
        return self.is_work and self.value.endswith("D")

    @property
    def is_pickup(self) -> bool:
        """Whether they were let go before it."""
        return self.value.startswith("P")


@dataclass(frozen=True, slots=True)
class Totals:
    """How many days of each kind somebody has."""

    worked: int
    held: int
    travel: int
    rehearse: int
    fitting: int
    holiday: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.worked + self.held + self.travel + self.rehearse + self.fitting + self.holiday


@dataclass(frozen=True, slots=True)
class DoodRow:
    """One person or thing."""

    name: str
    number: int  # of the cast; 0 for who has none
    codes: Mapping[date, Code]

    @property
    def worked(self) -> tuple[date, ...]:
        """The dates of work, in order."""
        return tuple(day for day, code in sorted(self.codes.items()) if code.is_work)

    @property
    def totals(self) -> Totals:
        """How many days of each kind it has."""
        codes = [*self.codes.values()]
        kinds = (Code.HOLD, Code.TRAVEL, Code.REHEARSAL, Code.FITTING, Code.HOLIDAY)
        return Totals(sum(code.is_work for code in codes), *(codes.count(kind) for kind in kinds))


@dataclass(frozen=True, slots=True)
class DayOutOfDays:
    """Everybody or everything of one category over the dates of a plan."""

    category: str  # `CAST`, `SETS`, `LOCATIONS`, or a `Category`'s value
    dates: tuple[date, ...]  # from the first to the last, and what lies apart from them
    rows: tuple[DoodRow, ...]


def days_out_of_days(plan: Plan) -> tuple[DayOutOfDays, ...]:
    """Return the day-out-of-days of every category that a board has anything of, cast first."""
    if not plan.days:
        return ()
    cast = _cast_rows(plan)
    needed: dict[str, dict[str, list[Strip]]] = defaultdict(lambda: defaultdict(list))
    sets: dict[str, str] = {}  # by key, as first written
    for strip in plan.strips.strips:
        for need in strip.needs:
            needed[need.category.value][need.name].append(strip)
        needed[SETS][sets.setdefault(strip.set_key, strip.set_name)].append(strip)
        needed[LOCATIONS][location_name(strip.location, plan)].append(strip)
    found = [(CAST, cast)]
    for category in (*(each.value for each in CATEGORIES), SETS, LOCATIONS):
        rows = [
            DoodRow(name, 0, _work_codes(_worked(plan, strips), ()))
            for name, strips in sorted(needed[category].items(), key=lambda each: by_name(each[0]))
        ]
        found.append((category, tuple(row for row in rows if row.codes)))
    return tuple(
        DayOutOfDays(category, _dates(plan, rows), rows) for category, rows in found if rows
    )


def codes_on(plan: Plan, day: date) -> dict[str, Code]:
    """Return what everybody of the cast does on a date, by id; nobody who is free."""
    found = {}
    for player in plan.strips.cast:
        code = _player_codes(plan, player.id).get(day)
        if code is not None:
            found[player.id] = code
    return found


def _cast_rows(plan: Plan) -> tuple[DoodRow, ...]:
    """Return a row for everybody who is seen in any strip; voices are called by the sound."""
    seen = {each for strip in plan.strips.strips for each in strip.cast}
    return tuple(
        DoodRow(player.name, player.number, _player_codes(plan, player.id))
        for player in plan.strips.cast
        if player.id in seen
    )


def _player_codes(plan: Plan, player_id: str) -> dict[date, Code]:
    own = [strip for strip in plan.strips.strips if player_id in strip.cast]
    terms = plan.production.terms(player_id)
    worked = _worked(plan, own)
    drops = employment_of(worked, terms, plan.production).drops
    codes = _work_codes(worked, drops)
    if plan.production.is_dated:  # else their dates are on no calendar that the board knows
        for code, days in ((Code.REHEARSAL, terms.rehearsals), (Code.FITTING, terms.fittings)):
            codes = {**dict.fromkeys(days, code), **codes}
    if worked:
        for day in _ways(worked, codes, terms):
            codes[day] = Code.TRAVEL
    for day in _idle(worked, drops):
        if day in codes:
            continue
        if holiday(plan.production, day) and not _shoots(plan, day):
            codes[day] = Code.HOLIDAY
        elif terms.may_hold and (_shoots(plan, day) or is_worked(plan.production, day)):
            codes[day] = Code.HOLD
    return dict(sorted(codes.items()))


def _shoots(plan: Plan, day: date) -> bool:
    return day in plan.dates


def _worked(plan: Plan, strips: Iterable[Strip]) -> list[date]:
    """Return the dates on which any of these strips is shot."""
    ids = {strip.id for strip in strips}
    return sorted({day.date for day in plan.days if ids.intersection(day.strips)})


def _work_codes(worked: Sequence[date], drops: Drops) -> dict[date, Code]:
    """Return the codes of the days of work: which is the first, the last, before a drop."""
    codes = {}
    for place, day in enumerate(worked):
        before = worked[place - 1] if place else None
        after = worked[place + 1] if place + 1 < len(worked) else None
        begins = "S" if before is None else "P" if (before, day) in drops else ""
        ends = "F" if after is None else "D" if (day, after) in drops else ""
        codes[day] = Code(f"{begins}W{ends}")
    return codes


def _idle(worked: Sequence[date], drops: Drops) -> Iterator[date]:
    """Yield the dates between two of work that nobody was let go for."""
    for before, after in itertools.pairwise(worked):
        if (before, after) not in drops:
            for days in range(1, (after - before).days):
                yield before + days * _A_DAY


def _ways(worked: Sequence[date], taken: Mapping[date, Code], terms: CastTerms) -> Iterator[date]:
    """Yield the days of travel: the nearest before the first of work and after the last."""
    for edge, step, count in (
        (worked[0], -_A_DAY, terms.travel_before),
        (worked[-1], _A_DAY, terms.travel_after),
    ):
        day = edge
        for _ in range(count):
            day += step
            while day in taken:
                day += step
            yield day


def _dates(plan: Plan, rows: Sequence[DoodRow]) -> tuple[date, ...]:
    """Return every date from the first day of shooting to the last, and those with codes apart.

    Where the company does not shoot for longer than a month, only dates with codes are told.
    """
    found = {day for row in rows for day in row.codes} | plan.dates
    for before, after in itertools.pairwise(sorted(plan.dates)):
        if (after - before).days <= _LONGEST_GAP:
            found.update(before + days * _A_DAY for days in range((after - before).days))
    return tuple(sorted(found))


def is_off(plan: Plan, day: date) -> bool:
    """Tell whether nobody of the company works on a date."""
    return not _shoots(plan, day) and not is_worked(plan.production, day)

"""A board with its days on the clock, as the checks read it, and what its days are called."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mstation.schedule.board import MAIN_UNIT, Board
from mstation.schedule.days import ShootingDay, plan_days
from mstation.schedule.production import Production
from mstation.schedule.strip import Player, Strip, Strips

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Planned:
    """A board, its days, and what they are checked against."""

    strips: Strips
    board: Board
    production: Production
    days: tuple[ShootingDay, ...]  # one of each of the board's, in its order
    known: dict[str, Strip]

    def strips_of(self, place: int) -> list[Strip]:
        """Return a day's strips in order."""
        return [self.known[each] for each in self.days[place].strips]

    def players_of(self, place: int) -> list[Player]:
        """Return who of the cast works on a day, by their numbers."""
        called = {call.character_id for call in self.days[place].calls}
        return [player for player in self.strips.cast if player.id in called]

    def of_unit(self, unit: str) -> list[int]:
        """Return the places of a unit's days that shoot, by date."""
        own = [place for place, _ in self.board.days_of(unit) if self.days[place].strips]
        return sorted(own, key=lambda place: self.days[place].date)

    def words(self, place: int) -> tuple[str, str]:
        """Return what a day is called, English and Chinese."""
        day = self.days[place]
        en, zh = f"day {day.number}", f"第 {day.number} 天"
        if day.unit != MAIN_UNIT:
            en, zh = f"{en} of unit {day.unit}", f"{day.unit} 组{zh}"
        if self.production.is_dated:
            en, zh = f"{en} ({day.date})", f"{zh}（{day.date}）"
        return en, zh

    def clock_minutes(self, place: int, minute: int) -> int:
        """Return a minute of a day as minutes since the calendar began."""
        return self.days[place].date.toordinal() * DAY_MINUTES + minute


def planned(strips: Strips, board: Board, production: Production) -> Planned:
    """Return a board on the clock; what it names that is not there is left out."""
    known = {strip.id: strip for strip in strips.strips}
    there = known.keys() | {banner.id for banner in board.banners}
    kept = replace(
        board,
        days=tuple(
            replace(day, items=tuple(item for item in day.items if item in there))
            for day in board.days
        ),
    )
    return Planned(strips, board, production, plan_days(strips, kept, production), known)


def clock(minute: int) -> str:
    """Return a minute of a day as a clock reads it: `07:00`, and `02:30 (+1)` past midnight."""
    late, now = divmod(minute, DAY_MINUTES)
    return f"{now // 60:02}:{now % 60:02}" + (f" (+{late})" if late else "")


def hours(minutes: int) -> str:
    """Return minutes as hours: `11 h 30`."""
    whole, rest = divmod(minutes, 60)
    return f"{whole} h {rest:02}" if rest else f"{whole} h"

"""The noun that reports are written from: what is shot, in which order, on which days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from mstation.schedule.board import MAIN_UNIT, Banner, Board
from mstation.schedule.days import ShootingDay, plan_days
from mstation.schedule.production import Production
from mstation.schedule.strip import Player, Strip, Strips
from mstation.screenplay.script import Language


@dataclass(frozen=True)
class Plan:
    """A film's strips, one board of them, and its days on the clock, in the board's order."""

    strips: Strips
    board: Board
    days: tuple[ShootingDay, ...]
    production: Production

    @property
    def language(self) -> Language:
        """The script's, which the reports are written in."""
        return self.strips.language

    @cached_property
    def strip(self) -> Mapping[str, Strip]:
        """The strips by id."""
        return {strip.id: strip for strip in self.strips.strips}

    @cached_property
    def banner(self) -> Mapping[str, Banner]:
        """The board's banners by id."""
        return {banner.id: banner for banner in self.board.banners}

    @cached_property
    def player(self) -> Mapping[str, Player]:
        """The cast by id."""
        return {player.id: player for player in self.strips.cast}

    @cached_property
    def dates(self) -> frozenset[date]:
        """The dates on which any unit shoots."""
        return frozenset(day.date for day in self.days)

    def shot_on(self, day: ShootingDay) -> tuple[Strip, ...]:
        """Return the strips of a day, in order."""
        return tuple(self.strip[item] for item in day.strips)

    def days_of(self, unit: str) -> tuple[ShootingDay, ...]:
        """Return the days of a unit, in order."""
        return tuple(day for day in self.days if day.unit == unit)

    def numbers_on(self, day: date) -> tuple[int, ...]:
        """Return the numbers of the shooting days of a date, the main unit's first."""
        found = (each for each in self.days if each.date == day)
        return tuple(each.number for each in sorted(found, key=lambda one: one.unit != MAIN_UNIT))

    def next_of(self, day: ShootingDay) -> ShootingDay | None:
        """Return the unit's next day; nothing after its last."""
        return next((each for each in self.days_of(day.unit) if each.number > day.number), None)


def plan_of(strips: Strips, board: Board, production: Production) -> Plan:
    """Return the plan that a board makes of strips.

    Raises:
        ValueError: when the board names a strip or a banner that is not there.
    """
    known = {strip.id for strip in strips.strips}
    for item in board.boneyard:
        if item not in known:
            raise ValueError(f"the boneyard names `{item}`, which is no strip")
    return Plan(strips, board, plan_days(strips, board, production), production)


def location_name(key: str, plan: Plan) -> str:
    """Return what a location is called; a set that is one of its own is named as it is written."""
    location = plan.production.location(key)
    if location.name != key:
        return location.name
    named = (strip.set_name for strip in plan.strips.strips if strip.location == key)
    return next(named, key)

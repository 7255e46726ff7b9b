"""A board in, what it costs out: line by line, each with its reason, to the last minor unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from mstation.money import split
from mstation.schedule.board import Board
from mstation.schedule.calendar import dates_of
from mstation.schedule.employment import employment_of, rate_of
from mstation.schedule.production import Production
from mstation.schedule.strip import Player, Strip, Strips


class CostKind(StrEnum):
    """What is paid for."""

    CREW = "crew"
    LOCATION = "location"
    MOVE = "move"
    SCRIPT_DAY = "script_day"
    WORK = "work"
    HOLD = "hold"
    TRAVEL = "travel"


@dataclass(frozen=True, slots=True)
class CostLine:
    """One thing that a plan pays for, and the strips that it is paid for."""

    kind: CostKind
    day: int | None  # place on the board; None where no day of it is meant
    item: str  # the character, the location, or the strip that it is about; else nothing
    amount: int
    en: str
    zh: str
    shares: tuple[tuple[str, int], ...]  # of the amount, by strip id; they add up to it


@dataclass(frozen=True, slots=True)
class PlanCost:
    """What a plan costs, in minor units of the production's currency."""

    total: int
    lines: tuple[CostLine, ...]

    def by_day(self) -> dict[int | None, int]:
        """Return what each day of the board costs; None: what lies between days."""
        found: dict[int | None, int] = {}
        for line in self.lines:
            found[line.day] = found.get(line.day, 0) + line.amount
        return found

    def by_strip(self) -> dict[str, int]:
        """Return what each strip costs where it stands."""
        found: dict[str, int] = {}
        for line in self.lines:
            for strip_id, amount in line.shares:
                found[strip_id] = found.get(strip_id, 0) + amount
        return found

    def by_kind(self) -> dict[CostKind, int]:
        """Return what each kind of thing costs."""
        found = dict.fromkeys(CostKind, 0)
        for line in self.lines:
            found[line.kind] += line.amount
        return found


@dataclass(frozen=True, slots=True)
class _Shot:
    """A day that shoots: its place, its date, its strips in order."""

    place: int
    date: date
    strips: tuple[Strip, ...]


def cost_of(strips: Strips, board: Board, production: Production) -> PlanCost:
    """Return what a board costs, with the reason of every sum.

    Fittings and rehearsals are not reckoned: no order of days changes them. A location is opened by
    each unit on its own.
    """
    known = {strip.id: strip for strip in strips.strips}
    shot = [
        _Shot(place, on, tuple(known[item] for item in day.items if item in known))
        for place, (day, on) in enumerate(zip(board.days, dates_of(board, production), strict=True))
    ]
    lines = [line for day in shot if day.strips for line in _of_day(day, production)]
    for player in strips.cast:
        lines += _of_player(player, shot, production)
    lines = [line for line in lines if line.amount]
    return PlanCost(sum(line.amount for line in lines), tuple(lines))


def _line(
    kind: CostKind, day: int | None, item: str, amount: int, said: tuple[str, str],
    among: Sequence[Strip],
) -> CostLine:  # fmt: skip
    """Return a line, shared among strips by how long they take."""
    weights = [max(1, strip.minutes) for strip in among]
    shares = zip((strip.id for strip in among), split(amount, weights), strict=True)
    return CostLine(kind, day, item, amount, *said, tuple(shares))


def _of_day(day: _Shot, production: Production) -> Iterator[CostLine]:
    costs = production.costs
    number = day.place + 1
    said = (f"day {number}: crew and gear", f"第 {number} 天：剧组与器材")
    yield _line(CostKind.CREW, day.place, "", costs.day, said, day.strips)
    for key in dict.fromkeys(strip.location for strip in day.strips):
        location = production.location(key)
        there = [strip for strip in day.strips if strip.location == key]
        said = (f"day {number}: {location.name} is opened", f"第 {number} 天：启用{location.name}")
        amount = location.fee + costs.location_day
        yield _line(CostKind.LOCATION, day.place, key, amount, said, there)
    for before, strip in pairwise(day.strips):
        if before.location != strip.location:
            name = production.location(strip.location).name
            said = (
                f"day {number}: the company moves to {name} for scene {strip.number}",
                f"第 {number} 天：为第 {strip.number} 场转场至{name}",
            )
            yield _line(CostKind.MOVE, day.place, strip.id, costs.move, said, [strip])
        if before.script_day != strip.script_day:
            said = (
                f"day {number}: wardrobe and make-up change to {strip.script_day} for scene "
                f"{strip.number}",
                f"第 {number} 天：为第 {strip.number} 场换至剧情日 {strip.script_day} 的服装化妆",
            )
            yield _line(CostKind.SCRIPT_DAY, day.place, strip.id, costs.script_day, said, [strip])


def _of_player(player: Player, shot: Sequence[_Shot], production: Production) -> Iterator[CostLine]:
    """Return what one of the cast is paid: days of work, holds between them, travel."""
    own = {day.date: day for day in shot if _of(player, day.strips)}
    terms, rate = production.terms(player.id), rate_of(player, production)
    paid = employment_of(list(own), terms, production)
    places = {day.date: day.place for day in reversed(shot)}  # of two units, the first on the board
    everything = [strip for day in own.values() for strip in _of(player, day.strips)]
    for on in paid.worked:
        day = own[on]
        numbers = ", ".join(strip.number for strip in _of(player, day.strips))
        said = (
            f"day {day.place + 1}: {player.name} works in {numbers}",
            f"第 {day.place + 1} 天：{player.name}出演第 {numbers} 场",
        )
        among = _of(player, day.strips)
        yield _line(CostKind.WORK, day.place, player.id, rate, said, among)
    for before, after, held in _holds(paid.worked, paid.held):
        said = (
            f"{player.name} is held {len(held)} days between day {own[before].place + 1} and "
            f"day {own[after].place + 1}",
            f"{player.name}在第 {own[before].place + 1} 天与第 {own[after].place + 1} 天之间"
            f"待命 {len(held)} 天",
        )
        among = [*_of(player, own[before].strips), *_of(player, own[after].strips)]
        for on in held:
            yield _line(CostKind.HOLD, places.get(on), player.id, rate, said, among)
    if paid.travel_days:
        said = (
            f"{player.name} travels {paid.travel_days} days",
            f"{player.name}往返路程 {paid.travel_days} 天",
        )
        amount = rate * paid.travel_days
        yield _line(CostKind.TRAVEL, None, player.id, amount, said, everything)


def _of(player: Player, strips: Sequence[Strip]) -> list[Strip]:
    return [strip for strip in strips if player.id in strip.cast]


def _holds(worked: Sequence[date], held: Sequence[date]) -> Iterator[tuple[date, date, list[date]]]:
    for before, after in pairwise(worked):
        between = [on for on in held if before < on < after]
        if between:
            yield before, after, between


def cost_words(cost: PlanCost) -> Mapping[str, tuple[str, str]]:
    """Return what the kinds of cost are called, English and Chinese, those that are paid."""
    names = {
        CostKind.CREW: ("crew days", "剧组日"),
        CostKind.LOCATION: ("locations", "场地"),
        CostKind.MOVE: ("moves within days", "日内转场"),
        CostKind.SCRIPT_DAY: ("changes of the script's day", "剧情日更换"),
        CostKind.WORK: ("cast, working", "演员出工"),
        CostKind.HOLD: ("cast, held", "演员待命"),
        CostKind.TRAVEL: ("cast, travelling", "演员路程"),
    }
    paid = cost.by_kind()
    return {kind: said for kind, said in names.items() if paid[kind]}

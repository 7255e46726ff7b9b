"""A plan in, its budget out: what the plan counts times what people or the house price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from mstation.breakdown.element import Category
from mstation.schedule.budget.budget import (
    Account,
    Budget,
    BudgetLine,
    Origin,
    Section,
    Told,
)
from mstation.schedule.budget.chart import UsualLine, accounts, sections
from mstation.schedule.days import ShootingDay
from mstation.schedule.production import Production
from mstation.schedule.strip import Strips

CAST_ACCOUNT, LOCATION_ACCOUNT, TRANSPORT_ACCOUNT = 1400, 3300, 3200
_NEEDED_ON = {
    "background_days": Category.BACKGROUND,
    "stunt_days": Category.STUNTS,
    "effects_days": Category.SPECIAL_EFFECTS,
    "vehicle_days": Category.VEHICLES,
    "animal_days": Category.ANIMALS,
}
_WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class PaidDays:
    """What a player is paid for: days of work, idle days that are paid, days of travel."""

    work: int
    held: int
    travel: int
    rate: int  # a day, minor units

    @property
    def days(self) -> int:
        """All that is paid."""
        return self.work + self.held + self.travel


@dataclass(frozen=True, slots=True)
class Counted:
    """What a plan says of quantities."""

    times: Mapping[str, int]  # by what lines are reckoned per
    cast: Mapping[str, PaidDays]  # by character id
    location_days: Mapping[str, int]  # by key
    moves: int


@dataclass(frozen=True, slots=True)
class Prices:
    """What things cost: lines, and fringes in hundredths of a percent."""

    lines: Sequence[UsualLine]
    fringes_bp: Mapping[str, int]
    own: frozenset[str] = frozenset()  # keys of the lines that people wrote


def count_plan(
    strips: Strips,
    days: Sequence[ShootingDay],
    cast: Mapping[str, PaidDays],
) -> Counted:
    """Return what a plan asks for, as often as it does."""
    by_id = {strip.id: strip for strip in strips.strips}
    needed = [{need.category for item in day.strips for need in by_id[item].needs} for day in days]
    times = {
        per: sum(category in found for found in needed) for per, category in _NEEDED_ON.items()
    }
    effects = {
        strip.scene_id
        for strip in strips.strips
        if any(need.category is Category.VISUAL_EFFECTS for need in strip.needs)
    }
    shot = [by_id[item] for day in days for item in day.strips]
    times |= {
        "once": 1,
        "shoot_days": sum(bool(day.strips) for day in days),
        "visual_effects_scenes": len(effects),
        "screen_minutes": ceil(sum(strip.screen_s for strip in shot) / 60),
    }
    keys = [key for day in days for key in day.locations]
    moves = sum(max(0, len(day.locations) - 1) for day in days)
    return Counted(times, cast, {key: keys.count(key) for key in dict.fromkeys(keys)}, moves)


def budget_of(
    strips: Strips, counted: Counted, prices: Prices, production: Production, board: str
) -> Budget:
    """Return the budget of a plan: cast and places as counted, the rest as lines say it."""
    lines = [
        *_cast_lines(strips, counted, prices),
        *_location_lines(counted, production),
        *(
            _line(usual, counted, prices, production.currency)
            for usual in prices.lines
            if not usual.share_bp
        ),
    ]
    lines = [line for line in lines if line.total or line.origin == "person"]
    so_far = _in_sections(lines)
    shares = [_share(usual, so_far, prices) for usual in prices.lines if usual.share_bp]
    return Budget(
        title=strips.title,
        language=strips.language,
        currency=production.currency,
        board=board,
        shooting_days=counted.times["shoot_days"],
        sections=_in_sections([*lines, *shares]),
    )


def cost_of_a_day(prices: Prices, currency: str) -> int:
    """Return what one more shooting day costs: crew, gear and meals, with their fringes."""
    each = (
        (usual.count * usual.rate.get(currency, 0), prices.fringes_bp.get(usual.fringe, 0))
        for usual in prices.lines
        if usual.per == "shoot_days"
    )
    return sum(amount + part_of(amount, bp) for amount, bp in each)


def _cast_lines(strips: Strips, counted: Counted, prices: Prices) -> list[BudgetLine]:
    found = []
    for player in strips.cast:
        paid = counted.cast.get(player.id)
        if paid is not None and paid.days:
            amount = paid.days * paid.rate
            found.append(
                BudgetLine(
                    f"cast {player.id}",
                    CAST_ACCOUNT,
                    Told(f"{player.number}. {player.name}", f"{player.number}. {player.name}"),
                    paid.days,
                    "days",
                    paid.rate,
                    amount,
                    part_of(amount, prices.fringes_bp.get("cast", 0)),
                    "plan",
                )
            )
    return found


def _location_lines(counted: Counted, production: Production) -> list[BudgetLine]:
    found = []
    for key, days in counted.location_days.items():
        location = production.location(key)
        rate = location.fee + production.costs.location_day
        name = Told(location.name, location.name)
        found.append(_planned(f"location {key}", LOCATION_ACCOUNT, name, days, "days", rate))
    name = Told("Moves of the company within a day", "当日转场")
    moves = _planned(
        "moves", TRANSPORT_ACCOUNT, name, counted.moves, "moves", production.costs.move
    )
    return [*found, moves]


def _planned(key: str, account: int, name: Told, quantity: int, unit: str, rate: int) -> BudgetLine:
    """Return a line that the plan counts and that has no fringes."""
    return BudgetLine(key, account, name, quantity, unit, rate, quantity * rate, origin="plan")


def _line(usual: UsualLine, counted: Counted, prices: Prices, currency: str) -> BudgetLine:
    times = counted.times[usual.per]
    quantity = usual.count * (usual.prep + times)
    rate = usual.rate.get(currency, 0)
    amount = quantity * rate
    return BudgetLine(
        usual.key,
        usual.account,
        usual.name,
        quantity,
        unit_of(usual),
        rate,
        amount,
        part_of(amount, prices.fringes_bp.get(usual.fringe, 0)),
        "person" if usual.key in prices.own else "house",
    )


def unit_of(usual: UsualLine) -> str:
    """Return what a line's quantity counts."""
    if usual.per == "once":
        return "pieces"
    return {"screen_minutes": "minutes", "visual_effects_scenes": "scenes"}.get(usual.per, "days")


def _share(usual: UsualLine, sections_so_far: Sequence[Section], prices: Prices) -> BudgetLine:
    base = sum(section.total for section in sections_so_far if section.key in usual.of)
    origin: Origin = "person" if usual.key in prices.own else "house"
    return BudgetLine(
        usual.key, usual.account, usual.name, usual.share_bp, "share_bp", base,
        part_of(base, usual.share_bp), 0, origin,
    )  # fmt: skip


def part_of(amount: int, bp: int) -> int:
    """Return hundredths of a percent of a sum, to the nearest minor unit, halves up."""
    return (amount * bp + _WHOLE_BP // 2) // _WHOLE_BP


def _in_sections(lines: Sequence[BudgetLine]) -> tuple[Section, ...]:
    chart = accounts()
    found = []
    for key, name in sections().items():
        filled = [
            Account(
                number,
                key,
                account.name,
                tuple(line for line in lines if line.account == number),
            )
            for number, account in chart.items()
            if account.section == key
        ]
        found.append(Section(key, name, tuple(each for each in filled if each.lines)))
    return tuple(found)

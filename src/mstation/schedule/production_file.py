"""`production.toml` in, what people said of a production out; nothing said is a plan all the same.

[production]
company = "Lantern Pictures"
currency = "USD"             # ISO 4217
first_day = 2027-03-01       # without it days have numbers and weekdays, no dates
country = "US"               # its public holidays are off
week = ["mon", "tue", "wed", "thu", "fri"]
off = [2027-03-15, { first = 2027-04-01, last = 2027-04-03 }]
on = [2027-03-20]
rules = ["sag-aftra"]
latitude = 34.05
longitude = -118.24
zone = "America/Los_Angeles"

[hours]                      # of a day, all of it may be left out
day_call = 07:00:00
length_minutes = 720

[costs]                      # in the currency's units: what one plan is weighed against another by
day = 12000                  # of every shooting day; left out: what the budget's lines add up to

[minutes]                    # as `minutes.toml`: how fast the crew works
new_side = 40

[[cast]]
character = "MARA"
actor = "Jo Lind"
rate = 1500
away = [2027-03-10]

[[location]]
name = "The Rex Cinema"
sets = ["PROJECTION BOOTH", "LOBBY"]
access = "night"
fee = 2500

[[unit]]
name = "second"

[[before]]
scene = "4"
earlier_than = "9"
reason = "the wall comes down"

[[contact]]
role = "First AD"
who = "Ada Lo, 555 0101"

The colours of strips stand under `[colours.EXT]` (`strip_colours.py`); what things cost under
`[[line]]` and `[fringes]` (`budget/priced.py`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import time
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from mstation.breakdown.element import Category
from mstation.breakdown.handwritten import Row, near_names, tables_of, text_of
from mstation.money import CURRENCIES
from mstation.schedule import said
from mstation.schedule.budget.estimate import Prices, cost_of_a_day
from mstation.schedule.budget.priced import priced
from mstation.schedule.minutes import Pace, usual_pace
from mstation.schedule.production import (
    Before,
    CastTerms,
    Costs,
    Hours,
    Location,
    Production,
    Unit,
    Weekday,
)
from mstation.schedule.rules import rule_sets
from mstation.schedule.strip_colours import read_colours
from mstation.screenplay.script import Language, ReadingNote
from mstation.shots.shot import Move

_Value = TypeVar("_Value")
_MOST_MINUTES = 24 * 60
_USUAL_WEEK = tuple(Weekday)[:5]
_CURRENCY_OF: dict[Language, str] = {"en": "USD", "zh": "CNY"}
_TABLES = (
    "production", "hours", "costs", "minutes", "cast", "location", "unit", "before", "contact",
    "line", "fringes", "colours",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What a file may speak of: the film's characters and sets by what people call them."""

    characters: Mapping[str, str]  # name → id
    sets: Mapping[str, str]  # name as written → key
    scenes: Sequence[str]  # numbers


@dataclass(frozen=True, slots=True)
class ReadProduction:
    """A production, how fast its crew works, what it pays; the rows that do not fit the film."""

    production: Production
    pace: Pace
    prices: Prices
    doubts: tuple[ReadingNote, ...] = ()


@cache
def _usual_costs() -> dict[str, dict[str, int]]:
    text = files(__package__).joinpath("defaults.toml").read_text("utf-8")
    found: dict[str, dict[str, int]] = tomllib.loads(text)
    return found


def read(data: bytes, *, path: str, language: Language, known: Known) -> ReadProduction:
    """Return what a `production.toml` says; an empty one says nothing, and that is enough.

    A row about somebody or something that the film does not have is a doubt, not an error: scripts
    change.

    Raises:
        InvalidInput: when it is no TOML, or says what we do not know; names the row and the remedy.
    """
    tables = tables_of(text_of(data, path), path)
    Row(path).check_keys(tables, _TABLES, "table", "表")
    head, where = _table(tables, "production", path)
    where.check_keys(head, _HEAD)
    currency = _currency(head, where, language)
    doubts: list[ReadingNote] = []
    reading = _Reading(path, currency, known, doubts)
    prices = priced(_rows(tables, "line", path), _table(tables, "fringes", path), currency)
    production = Production(
        currency=currency,
        costs=_costs(*_table(tables, "costs", path), currency, prices),
        company=said.words(head, "company", where),
        country=said.words(head, "country", where),
        week=_week(head, where),
        off=said.spans(head, "off", where),
        on=tuple(said.days(head, "on", where)),
        rules=_rules(head, where),
        place=said.place(head, where),
        hours=_hours(*_table(tables, "hours", path)),
        cast=tuple(_each(tables, "cast", path, reading.cast)),
        locations=tuple(_each(tables, "location", path, reading.location)),
        units=tuple(_each(tables, "unit", path, _unit)),
        before=tuple(_each(tables, "before", path, reading.before)),
        colours=read_colours(*_table(tables, "colours", path)),
        contacts=tuple(_each(tables, "contact", path, _contact)),
    )
    if "first_day" in head:
        production = replace(
            production, first_day=said.day(head, "first_day", where), is_dated=True
        )
    pace = _pace(*_table(tables, "minutes", path))
    return ReadProduction(production, pace, prices, tuple(doubts))


def location_of_sets(production: Production) -> dict[str, str]:
    """Return the key of the location where each set is shot, by the set's key."""
    return {key: location.key for location in production.locations for key in location.sets}


_HEAD = (
    "company", "currency", "first_day", "country", "week", "off", "on", "rules",
    "latitude", "longitude", "zone",
)  # fmt: skip
_CAST = (
    "character", "actor", "rate", "away", "first", "last", "may_hold", "drop_after",
    "travel_before", "travel_after", "fittings", "rehearsals", "age", "pickup_minutes",
    "makeup_minutes",
)  # fmt: skip
_LOCATION = (
    "key", "name", "sets", "address", "latitude", "longitude", "zone", "open", "closed", "access",
    "fee", "hospital", "parking",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reading:
    """The rows that speak of the film, read against what it has."""

    path: str
    currency: str
    known: Known
    doubts: list[ReadingNote]

    def cast(self, row: Mapping[str, Any], where: Row) -> CastTerms | None:
        where.check_keys(row, _CAST)
        name = where.words(row, "character", "MARA")
        character_id = self._found(name, self.known.characters, where, "character", "人物")
        usual = CastTerms("")
        terms = CastTerms(
            character_id=character_id or "",
            actor=said.words(row, "actor", where),
            rate=said.money(row, "rate", where, self.currency),
            away=said.spans(row, "away", where),
            first=said.day(row, "first", where) if "first" in row else None,
            last=said.day(row, "last", where) if "last" in row else None,
            may_hold=said.yes(row, "may_hold", where, usual.may_hold),
            drop_after=said.count(row, "drop_after", where, 0, 365),
            travel_before=said.count(row, "travel_before", where, 0, 30),
            travel_after=said.count(row, "travel_after", where, 0, 30),
            fittings=tuple(said.days(row, "fittings", where)),
            rehearsals=tuple(said.days(row, "rehearsals", where)),
            age=said.count(row, "age", where, 0, 120) if "age" in row else None,
            pickup_minutes=said.count(row, "pickup_minutes", where, usual.pickup_minutes, 600),
            makeup_minutes=said.count(row, "makeup_minutes", where, usual.makeup_minutes, 600),
        )
        return terms if character_id else None

    def location(self, row: Mapping[str, Any], where: Row) -> Location:
        where.check_keys(row, _LOCATION)
        name = where.words(row, "name", "The Rex Cinema")
        access = row.get("access", "any")
        if access not in ("any", "day", "night"):
            raise where.unknown("access", "可用时间", str(access), ("any", "day", "night"))
        written = said.list_of(row, "sets", where)
        sets = (self._found(str(each), self.known.sets, where, "set", "场景") for each in written)
        return Location(
            key=said.words(row, "key", where) or name,
            name=name,
            sets=tuple(key for key in sets if key),
            address=said.words(row, "address", where),
            place=said.place(row, where),
            open=said.spans(row, "open", where),
            closed=said.spans(row, "closed", where),
            access=access,
            fee=said.money(row, "fee", where, self.currency),
            hospital=said.words(row, "hospital", where),
            parking=said.words(row, "parking", where),
        )

    def before(self, row: Mapping[str, Any], where: Row) -> Before | None:
        where.check_keys(row, ("scene", "earlier_than", "reason"))
        numbers = [said.number(row, key, where) for key in ("scene", "earlier_than")]
        scenes = {number: number for number in self.known.scenes}
        found = [self._found(each, scenes, where, "scene", "场次") for each in numbers]
        if numbers[0] == numbers[1]:
            raise where.refuse(
                f"scene {numbers[0]} cannot be shot before itself",
                f"第 {numbers[0]} 场不可能先于自身拍摄",
            )
        return (
            Before(numbers[0], numbers[1], said.words(row, "reason", where)) if all(found) else None
        )

    def _found(
        self, written: str, known: Mapping[str, str], where: Row, noun: str, noun_zh: str
    ) -> str | None:
        """Return the id that people mean, or None with a doubt that names the nearest."""
        by_name = {name.casefold(): key for name, key in known.items()}
        found = by_name.get(written.strip().casefold())
        if found is None:
            hint, hint_zh = near_names(written, known)
            self.doubts.append(
                ReadingNote(
                    where.line,
                    "warning",
                    f"{where.path}: {where.called}: the film has no {noun} `{written[:60]}`{hint}",
                    f"{where.path}：{where.called_zh}：片中没有{noun_zh} `{written[:60]}`{hint_zh}",
                )
            )
        return found


def _table(tables: Mapping[str, Any], name: str, path: str) -> tuple[dict[str, Any], Row]:
    where = Row(path, f"[{name}]", f"[{name}]")
    table = tables.get(name, {})
    if not isinstance(table, dict):
        raise where.refuse(f"is a table: write [{name}]", f"应为一个表：写 [{name}]")
    return table, where


def _rows(tables: Mapping[str, Any], name: str, path: str) -> list[tuple[Mapping[str, Any], Row]]:
    """Return the rows of one kind, each with the place where it stands."""
    rows = tables.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Row(path).refuse(
            f"`{name}` must be rows: write [[{name}]] above each of them",
            f"`{name}` 应逐条书写：每一条上面写一行 [[{name}]]",
        )
    return [
        (row, Row(path, f"[[{name}]] {index}", f"第 {index} 条 [[{name}]]"))
        for index, row in enumerate(rows, start=1)
    ]


def _each(
    tables: Mapping[str, Any],
    name: str,
    path: str,
    read_row: Callable[[Mapping[str, Any], Row], _Value | None],
) -> Iterable[_Value]:
    """Return what the rows of one kind say; one that does not fit the film says nothing."""
    found = (read_row(row, where) for row, where in _rows(tables, name, path))
    return (each for each in found if each is not None)


def _unit(row: Mapping[str, Any], where: Row) -> Unit:
    where.check_keys(row, ("name", "first"))
    first = said.day(row, "first", where) if "first" in row else None
    return Unit(where.words(row, "name", "second"), first)


def _contact(row: Mapping[str, Any], where: Row) -> tuple[str, str]:
    where.check_keys(row, ("role", "who"))
    return where.words(row, "role", "First AD"), where.words(row, "who", "Ada Lo, 555 0101")


def _currency(head: Mapping[str, Any], where: Row, language: Language) -> str:
    currency = str(head.get("currency", _CURRENCY_OF[language]))
    if currency not in CURRENCIES:
        raise where.refuse(
            f"`{currency[:10]}` is no currency that is known; give its ISO 4217 code: CNY",
            f"未知货币 `{currency[:10]}`；请使用 ISO 4217 代码，例如 CNY",
        )
    return currency


def _costs(row: Mapping[str, Any], where: Row, currency: str, prices: Prices) -> Costs:
    """Return what days and ways cost; where nobody says, a house figure of the currency."""
    names = tuple(each.name for each in fields(Costs))
    where.check_keys(row, names)
    usual = _usual_costs().get(currency)
    missing = [] if usual else [name for name in names if name not in row and name != "script_day"]
    if missing:
        told = ", ".join(f"`{name}`" for name in missing)
        raise where.refuse(
            f"the house has no figures in {currency}; say {told}, or use "
            f"{', '.join(_usual_costs())}",
            f"系统没有 {currency} 的参考价；请写明 {told}，或改用 {'、'.join(_usual_costs())}",
        )
    given = {**(usual or {}), **row}
    costs = {name: said.money(given, name, where, currency) for name in names}
    if "day" not in row:
        costs["day"] = cost_of_a_day(prices, currency)
    return Costs(**costs)


def _hours(row: Mapping[str, Any], where: Row) -> Hours:
    names = tuple(each.name for each in fields(Hours))
    where.check_keys(row, names)
    given: dict[str, Any] = {}
    for name in row:
        if name.endswith("call"):
            value = row[name]
            if not isinstance(value, time):
                raise where.refuse(
                    f"`{name}` is a time of day: {name} = 07:00:00",
                    f"`{name}` 应为时刻：{name} = 07:00:00",
                )
            given[name] = value.replace(second=0, microsecond=0)
        else:
            given[name] = said.count(row, name, where, 0, _MOST_MINUTES)
    hours = Hours(**given)
    if hours.shooting_minutes < 1:
        raise where.refuse(
            "nothing is left to shoot in: `length_minutes` is used up by preparing, the meal and "
            "wrapping",
            "没有剩余的拍摄时间：`length_minutes` 已被准备、用餐与收工占满",
        )
    return hours


def _pace(row: Mapping[str, Any], where: Row) -> Pace:
    usual = usual_pace()
    names = tuple(each.name for each in fields(Pace))
    where.check_keys(row, names)
    given: dict[str, Any] = {
        name: said.count(row, name, where, 0, _MOST_MINUTES)
        for name in row
        if name not in ("moves", "needs")
    }
    for name, kinds in (("moves", Move), ("needs", Category)):
        table = row.get(name, {})
        if not isinstance(table, dict):
            raise where.refuse(f"`{name}` is a table", f"`{name}` 应为一个表")
        where.check_keys(table, tuple(kinds))
        of_kind = {kinds(key): said.count(table, key, where, 0, _MOST_MINUTES) for key in table}
        given[name] = {**getattr(usual, name), **of_kind}
    if given.get("takes") == 0:
        raise where.refuse("`takes` is at least 1", "`takes` 至少为 1")
    return replace(usual, **given)


def _week(head: Mapping[str, Any], where: Row) -> tuple[Weekday, ...]:
    if "week" not in head:
        return _USUAL_WEEK
    chosen = said.list_of(head, "week", where)
    for each in chosen:
        if each not in tuple(Weekday):
            raise where.unknown("weekday", "星期", str(each), tuple(Weekday))
    if not chosen:
        raise where.refuse("`week` has at least one day", "`week` 至少要有一天")
    return tuple(day for day in Weekday if day in chosen)


def _rules(head: Mapping[str, Any], where: Row) -> tuple[str, ...]:
    known = rule_sets()
    chosen = (
        [str(each) for each in said.list_of(head, "rules", where)] if "rules" in head else ["own"]
    )
    for each in chosen:
        if each not in known:
            raise where.unknown("set of rules", "规则", each, known)
    return tuple(dict.fromkeys(chosen))

"""What people price themselves, in `production.toml`: their lines instead of the house's.

[[line]]
key = "gaffer"          # one of the house's lines, or a new one
account = 2600          # of a new one
name = "Gaffer"
rate = 520              # in the currency's units
count = 1
prep = 3                # days before the shoot
per = "shoot_days"      # or once, background_days, stunt_days, …
fringe = "crew"         # or cast; left out: none
percent = 10            # instead: of the sections in `of`

[fringes]               # percent on top of a wage
cast = 21
crew = 18.5
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from math import isfinite
from typing import Any, get_args

from mstation.breakdown.handwritten import Row
from mstation.schedule import said
from mstation.schedule.budget.budget import Told
from mstation.schedule.budget.chart import (
    Per,
    UsualLine,
    accounts,
    fringes_bp,
    sections,
    usual_lines,
)
from mstation.schedule.budget.estimate import Prices

KEYS = (
    "key", "account", "name", "rate", "count", "prep", "per", "fringe", "percent", "of",
)  # fmt: skip
_WAGES = ("cast", "crew")
_MOST = 1_000_000
_MOST_PERCENT = 500


def priced(
    rows: Sequence[tuple[Mapping[str, Any], Row]],
    fringes: tuple[Mapping[str, Any], Row],
    currency: str,
) -> Prices:
    """Return what things cost: the house's lines, each as people wrote it where they did.

    Raises:
        InvalidInput: when a row says what we do not know; names it.
    """
    lines = {line.key: line for line in usual_lines()}
    own: dict[str, UsualLine] = {}
    for row, where in rows:
        line = _line(row, where, lines, currency)
        if line.key in own:
            raise where.refuse(f"`{line.key}` is priced twice", f"`{line.key}` 重复定价")
        own[line.key] = line
    return Prices(tuple((lines | own).values()), _fringes(*fringes, currency), frozenset(own))


def _line(
    row: Mapping[str, Any], where: Row, known: Mapping[str, UsualLine], currency: str
) -> UsualLine:
    where.check_keys(row, KEYS)
    key = where.words(row, "key", "gaffer")
    usual = known.get(key) or _new(row, where, key)
    if "name" in row:
        name = where.words(row, "name", "Gaffer")
        usual = replace(usual, name=Told(name, name))
    if "account" in row:
        usual = replace(usual, account=_account(row, where))
    if "percent" in row:
        share = _percent(row, "percent", where)
        return replace(usual, share_bp=share, of=_of(row, where) or usual.of or _paid_sections())
    if "rate" in row:
        rate = said.money(row, "rate", where, currency)
        usual = replace(usual, rate={**usual.rate, currency: rate}, share_bp=0)
    return replace(
        usual,
        count=said.count(row, "count", where, usual.count, _MOST),
        prep=said.count(row, "prep", where, usual.prep, _MOST),
        per=_one_of(row, "per", where, get_args(Per), usual.per),
        fringe=_one_of(row, "fringe", where, _WAGES, usual.fringe),
    )


def _new(row: Mapping[str, Any], where: Row, key: str) -> UsualLine:
    """Return a line that the house does not have; it needs an account, a name and a price."""
    for needed in ("account", "name"):
        if needed not in row:
            raise where.refuse(
                f"`{key}` is a line of your own: it needs `{needed}`",
                f"`{key}` 是自定的条目，需要写 `{needed}`",
            )
    if "rate" not in row and "percent" not in row:
        raise where.refuse(
            f"`{key}` is a line of your own: it needs `rate` or `percent`",
            f"`{key}` 是自定的条目，需要写 `rate` 或 `percent`",
        )
    return UsualLine(key, _account(row, where), Told(key, key))


def _account(row: Mapping[str, Any], where: Row) -> int:
    number = row["account"]
    if isinstance(number, bool) or not isinstance(number, int) or number not in accounts():
        raise where.unknown("account", "科目", str(number), [str(each) for each in accounts()])
    return number


def _of(row: Mapping[str, Any], where: Row) -> tuple[str, ...]:
    found = said.list_of(row, "of", where)
    for each in found:
        if each not in _paid_sections():
            raise where.unknown("section", "部分", str(each), _paid_sections())
    return tuple(dict.fromkeys(found))


def _paid_sections() -> tuple[str, ...]:
    """Return the sections that a share may be of: not the one in which shares stand."""
    return tuple(key for key in sections() if key != "other")


def _one_of(row: Mapping[str, Any], key: str, where: Row, known: Sequence[str], usual: str) -> Any:
    value = row.get(key, usual)
    if key in row and value not in known:
        raise where.unknown(f"`{key}`", f"`{key}`", str(value), known)
    return value


def _fringes(row: Mapping[str, Any], where: Row, currency: str) -> dict[str, int]:
    where.check_keys(row, _WAGES)
    return {**fringes_bp(currency), **{key: _percent(row, key, where) for key in row}}


def _percent(row: Mapping[str, Any], key: str, where: Row) -> int:
    """Return a percentage in its hundredths."""
    value = row[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise where.refuse(f"`{key}` is a number of percent", f"`{key}` 应为百分数")
    hundredths = Decimal(str(value)) * 100
    if not 0 <= hundredths <= _MOST_PERCENT * 100 or hundredths != int(hundredths):
        raise where.refuse(
            f"`{key}` is from 0 to {_MOST_PERCENT} percent, in hundredths at the finest",
            f"`{key}` 应为 0 到 {_MOST_PERCENT} 的百分数，最多两位小数",
        )
    return int(hundredths)

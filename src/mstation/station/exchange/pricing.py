"""A seller's price rule and what is asked for in; a price, and the lines that explain it, out.

A price is the base times a factor each for territories, media, term, exclusivity, seats and print
run. Factors are exact fractions; rounding, half up to the minor unit, is done once for each line's
end, so that the lines add up to the price.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from mstation.errors import InvalidInput
from mstation.money import CURRENCIES, MOST_MINOR, Money
from mstation.station.exchange.terms import Terms, span
from mstation.station.exchange.territories import WORLD, countries_of

_MOST_FACTOR, _MOST_ENTRIES = 10_000, 300
_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Step:
    """A factor up to some number, of days, seats or copies; None: of any number, or of no end."""

    up_to: int | None
    factor: str


@dataclass(frozen=True, slots=True)
class PriceRule:
    """What a seller asks: `base` minor units, and factors as decimals or fractions, `1.5`, `4/3`.

    territories: by country or region; the cheapest that covers all that is asked for counts.
    media: by medium; those asked for are added up, `*` stands for what is not named.
    term_days, seats, print_run: the first step that reaches far enough counts.
    """

    base: int
    territories: Mapping[str, str]
    media: Mapping[str, str]
    term_days: tuple[Step, ...] = ()
    seats: tuple[Step, ...] = ()
    print_run: tuple[Step, ...] = ()
    exclusive: str = "1"


@dataclass(frozen=True, slots=True)
class Line:
    """What one thing adds to a price, in minor units, and why; the lines add up to it."""

    en: str
    zh: str
    factor: str
    amount: int


def check_rule(rule: PriceRule, currency: str) -> PriceRule:
    """Return a price rule that gives a price for whatever is asked.

    Raises:
        InvalidInput: when the currency is none, a factor no number, or something has no price.
    """
    if currency not in CURRENCIES:
        raise _refused(
            f"`{currency[:10]}` is no currency of ISO 4217", f"未知货币 `{currency[:10]}`"
        )
    if not 0 <= rule.base <= MOST_MINOR:
        raise _refused("the base is 0 or more minor units", "基价应为不小于 0 的最小货币单位整数")
    steps_of = (rule.term_days, rule.seats, rule.print_run)
    if sum(map(len, (rule.territories, rule.media, *steps_of))) > _MOST_ENTRIES:
        raise _refused("it has too many factors", "系数过多")
    if WORLD not in rule.territories:
        raise _refused(
            "give a factor for the world, `001`: it is asked where no other covers",
            "请给出全球（`001`）的系数，其他地域不适用时使用",
        )
    countries_of(rule.territories)
    factors = [*rule.territories.values(), *rule.media.values(), rule.exclusive]
    for steps in steps_of:
        reaches = [each.up_to for each in steps]
        if reaches != sorted(reaches, key=_reach) or (steps and reaches[-1] is not None):
            raise _refused(
                "steps rise, and the last has no `up_to`: it is for whatever is more",
                "阶梯应递增，且最后一级不写 `up_to`，适用于更大的数量",
            )
        factors += [each.factor for each in steps]
    for factor in factors:
        _fraction(factor)
    return rule


def price(rule: PriceRule, terms: Terms, currency: str) -> tuple[Money, tuple[Line, ...]]:
    """Return what some terms cost, and the lines that explain it.

    Raises:
        InvalidInput: when a medium has no price, or it is more than can be paid.
    """
    exact, told = Fraction(rule.base), 0
    lines = []
    for en, zh, factor in _factors(rule, terms):
        exact *= factor
        upto = _rounded(exact)
        if upto > MOST_MINOR:
            raise _refused("that would be more money than can be kept", "金额过大")
        lines.append(Line(en, zh, str(factor), upto - told))
        told = upto
    return Money(told, currency), tuple(lines)


def _factors(rule: PriceRule, terms: Terms) -> Iterator[tuple[str, str, Fraction]]:
    yield "base", "基价", _ONE
    where = ", ".join(terms.territories)
    zone, factor = _zone(rule, terms)
    yield f"territories {where}, as {zone}", f"地域 {where}（按 {zone}）", factor
    media = ", ".join(terms.media)
    yield f"media {media}", f"媒介 {media}", _media(rule, terms)
    told, told_zh = span(terms.during)
    yield f"term {told}", f"期限 {told_zh}", _step(rule.term_days, _days(terms))
    if terms.is_exclusive:
        yield "exclusive", "独占", _fraction(rule.exclusive)
    for name, zh, steps, number in (
        ("seats", "席位", rule.seats, terms.seats),
        ("copies", "印数", rule.print_run, terms.print_run),
    ):
        if steps:
            many, many_zh = ("any number", "不限") if number is None else (str(number),) * 2
            yield (
                f"{many} of {name}" if number is None else f"{many} {name}",
                (f"{zh} {many_zh}"),
                _step(steps, number),
            )


def _zone(rule: PriceRule, terms: Terms) -> tuple[str, Fraction]:
    """Return the cheapest zone that covers all of the terms' territories, and its factor."""
    covering = [
        (_fraction(factor), code)
        for code, factor in rule.territories.items()
        if terms.countries <= countries_of((code,))
    ]
    factor, code = min(covering)
    return code, factor


def _media(rule: PriceRule, terms: Terms) -> Fraction:
    total = Fraction(0)
    for medium in terms.media:
        factor = rule.media.get(medium, rule.media.get("*"))
        if factor is None:
            raise _refused(f"the medium `{medium}` has no price", f"媒介 `{medium}` 没有价格")
        if medium in rule.media:
            total += _fraction(factor)
    unnamed = any(medium not in rule.media for medium in terms.media)
    return total + (_fraction(rule.media["*"]) if unnamed else 0)


def _step(steps: Sequence[Step], number: int | None) -> Fraction:
    for step in steps:
        if step.up_to is None or (number is not None and number <= step.up_to):
            return _fraction(step.factor)
    return _ONE


def _days(terms: Terms) -> int | None:
    """Return the days of a term, a begun one as a whole; None: it has no end."""
    if terms.ends_at is None:
        return None
    return -((terms.starts_at - terms.ends_at) // timedelta(days=1))


def _reach(up_to: int | None) -> float:
    return float("inf") if up_to is None else up_to


def _rounded(exact: Fraction) -> int:
    """Return the nearest whole number; a half goes up."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


# 4/3, 1.5: no exponents, which would make a few signs a number of a thousand digits.
_WRITTEN = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}|/[1-9][0-9]{0,5})?", re.ASCII)


def _fraction(written: str) -> Fraction:
    if not _WRITTEN.fullmatch(written) or Fraction(written) > _MOST_FACTOR:
        raise _refused(
            f"`{written[:20]}` is no factor; write 1.5 or 4/3, at most {_MOST_FACTOR}",
            f"`{written[:20]}` 不是有效系数；请写作 1.5 或 4/3，最大 {_MOST_FACTOR}",
        )
    return Fraction(written)


def _refused(en: str, zh: str) -> InvalidInput:
    return InvalidInput(f"the price rule cannot be used: {en}", zh=f"价格规则无法使用：{zh}")

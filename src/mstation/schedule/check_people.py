"""Days on the clock in, what people cannot do out: away, with two units, too young."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mstation.schedule.days import Call
from mstation.schedule.faults import Fault, FaultKind
from mstation.schedule.planned import Planned, clock, hours
from mstation.schedule.production import CastTerms
from mstation.schedule.rules import Rule, RuleKind, minor_rule, rules_of
from mstation.schedule.strip import Player


def people_faults(plan: Planned) -> Iterator[Fault]:
    """Yield what somebody of the cast cannot do."""
    for place in range(len(plan.days)):
        for player in plan.players_of(place):
            yield from _away_faults(plan, place, player)
            yield from _minor_faults(plan, place, player)
    yield from _unit_faults(plan)
    yield from _approval_faults(plan)


def is_free(terms: CastTerms, on: date) -> bool:
    """Tell whether somebody can come on a date."""
    if any(span.holds(on) for span in terms.away):
        return False
    return (terms.first is None or on >= terms.first) and (terms.last is None or on <= terms.last)


def age_of(player: Player, terms: CastTerms) -> int:
    """Return how old who plays somebody is; the character's age where nobody says."""
    return player.age if terms.age is None else terms.age


def _away_faults(plan: Planned, place: int, player: Player) -> Iterator[Fault]:
    terms, on = plan.production.terms(player.id), plan.days[place].date
    if is_free(terms, on):
        return
    en, zh = plan.words(place)
    why, why_zh = "is away", "没有档期"
    if terms.first is not None and on < terms.first:
        why, why_zh = f"comes on {terms.first} only", f"{terms.first} 才到组"
    elif terms.last is not None and on > terms.last:
        why, why_zh = f"is free until {terms.last} only", f"档期截至 {terms.last}"
    own = [strip for strip in plan.strips_of(place) if player.id in strip.cast]
    numbers = ", ".join(strip.number for strip in own)
    yield Fault(
        FaultKind.AWAY, "hard", place, (player.id, *(strip.id for strip in own)),
        f"{player.name} {why}, and is in {numbers} on {en}",
        f"{player.name}{why_zh}，而{zh}要拍第 {numbers} 场",
    )  # fmt: skip


def _minor_faults(plan: Planned, place: int, player: Player) -> Iterator[Fault]:
    age = age_of(player, plan.production.terms(player.id))
    rule = minor_rule(age, rules_of(plan.production, RuleKind.MINOR))
    if rule is None:
        return
    call = next(call for call in plan.days[place].calls if call.character_id == player.id)
    own = tuple(strip.id for strip in plan.strips_of(place) if player.id in strip.cast)
    en, zh = plan.words(place)
    for said, said_zh in _minor_excess(plan, own, call, rule):
        yield Fault(
            FaultKind.MINOR, "hard" if rule.is_hard else "soft", place, (player.id, *own),
            f"{en}: {player.name}, aged {age}, {said}: {rule.en}",
            f"{zh}：{player.name}（{age} 岁）{said_zh}：{rule.zh}", rule.id, rule.source,
        )  # fmt: skip


def _minor_excess(
    plan: Planned, own: tuple[str, ...], call: Call, rule: Rule
) -> Iterator[tuple[str, str]]:
    there = call.done - call.makeup
    work = sum(plan.known[item].minutes for item in own)
    if there > rule.place_hours * 60:
        yield f"is there for {hours(there)}", f"在现场 {hours(there)}"
    if work > rule.minutes:
        yield f"works {hours(work)}", f"工作 {hours(work)}"
    if rule.latest is not None and call.done > rule.latest.hour * 60 + rule.latest.minute:
        yield f"is done at {clock(call.done)}", f"{clock(call.done)} 才结束"


def _unit_faults(plan: Planned) -> Iterator[Fault]:
    """Yield who is called by two units on one date."""
    seen: dict[tuple[str, date], int] = {}
    for place, day in enumerate(plan.days):
        for player in plan.players_of(place):
            other = seen.setdefault((player.id, day.date), place)
            if plan.days[other].unit != day.unit:
                (en, zh), (en2, zh2) = plan.words(other), plan.words(place)
                yield Fault(
                    FaultKind.UNITS, "hard", place, (player.id,),
                    f"{player.name} is called by two units on one date: {en} and {en2}",
                    f"{player.name}同一天被两个组通告：{zh}与{zh2}",
                )  # fmt: skip


def _approval_faults(plan: Planned) -> Iterator[Fault]:
    """Yield who is so young that somebody has to approve, once each."""
    for rule in rules_of(plan.production, RuleKind.APPROVAL):
        for player in plan.strips.cast:
            age = age_of(player, plan.production.terms(player.id))
            days = [p for p in range(len(plan.days)) if player in plan.players_of(p)]
            if days and rule.from_age <= age < rule.to_age:
                yield Fault(
                    FaultKind.APPROVAL, "hard" if rule.is_hard else "soft", days[0], (player.id,),
                    f"{player.name} is {age}: {rule.en}", f"{player.name} {age} 岁：{rule.zh}",
                    rule.id, rule.source,
                )  # fmt: skip

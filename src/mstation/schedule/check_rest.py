"""Days on the clock in, rest that is missing between them out: by night, by week, by month."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from mstation.schedule.days import DayKind, SlotKind
from mstation.schedule.faults import Fault, FaultKind, Severity
from mstation.schedule.planned import Planned, hours
from mstation.schedule.rules import Rule, RuleKind, rules_of, strictest, weekly_rest_minutes

_WEEK_MINUTES = 7 * 24 * 60
_LEGAL_DAY_MINUTES = 8 * 60
_Period = Callable[[date], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _Work:
    """Work without a break: from the first call to the last wrap, since the calendar began."""

    place: int
    first: int
    end: int


def rest_faults(plan: Planned) -> Iterator[Fault]:
    """Yield where a crew or somebody of the cast rests too little, and where they work too long."""
    for unit in plan.board.units:
        work = [
            _Work(
                place,
                plan.clock_minutes(place, plan.days[place].crew_call),
                plan.clock_minutes(place, plan.days[place].wrap),
            )
            for place in plan.of_unit(unit)
        ]
        yield from _daily_faults(plan, work)
        yield from _weekly_faults(plan, work)
        yield from _hours_faults(plan, work)
    yield from _player_faults(plan)


def _severity(rule: Rule) -> Severity:
    return "hard" if rule.is_hard else "soft"


def _daily_faults(plan: Planned, work: Sequence[_Work]) -> Iterator[Fault]:
    rule = strictest(rules_of(plan.production, RuleKind.DAILY_REST))
    for before, then in pairwise(work):
        rest = then.first - before.end
        if rule is None or rest >= rule.minutes:
            continue
        (en, zh), (en2, zh2) = plan.words(before.place), plan.words(then.place)
        kinds = plan.days[before.place].kind, plan.days[then.place].kind
        hint, hint_zh = "", ""
        if kinds == (DayKind.NIGHT, DayKind.DAY):
            hint, hint_zh = ", a day after a night", "，夜班之后接日班"
        yield Fault(
            FaultKind.REST, _severity(rule), then.place, (),
            f"the crew rests {_signed(rest)} between {en} and {en2}{hint}: {rule.en}",
            f"剧组在{zh}与{zh2}之间只休息 {_signed(rest)}{hint_zh}：{rule.zh}",
            rule.id, rule.source,
        )  # fmt: skip


def _signed(minutes: int) -> str:
    return hours(max(0, minutes))


def _weekly_faults(plan: Planned, work: Sequence[_Work]) -> Iterator[Fault]:
    """Yield each day that goes beyond what a week holds without its long rest."""
    for rule in rules_of(plan.production, RuleKind.WEEKLY_REST):
        rest = weekly_rest_minutes(rule, plan.production)
        first = 0
        for index, then in enumerate(work):
            if index and then.first - work[index - 1].end >= rest:
                first = index
            run = then.end - work[first].first
            if run > _WEEK_MINUTES - rest:
                en, zh = plan.words(then.place)
                yield Fault(
                    FaultKind.WEEKLY_REST, _severity(rule), then.place, (),
                    f"{en} ends {index - first + 1} days without a rest of {hours(rest)}: "
                    f"{rule.en}",
                    f"截至{zh}已连续 {index - first + 1} 天没有 {hours(rest)} 的休息：{rule.zh}",
                    rule.id, rule.source,
                )  # fmt: skip


def _hours_faults(plan: Planned, work: Sequence[_Work]) -> Iterator[Fault]:
    """Yield days, weeks and months of more hours than a rule says; meals are none."""
    worked = {each.place: _worked(plan, each) for each in work}
    for rule in rules_of(plan.production, RuleKind.DAY_HOURS):
        for place, minutes in worked.items():
            if minutes > rule.minutes:
                yield _too_long(plan, [place], minutes, rule)
    for rule in rules_of(plan.production, RuleKind.WEEK_HOURS):
        for places in _by(plan, worked, lambda day: day.isocalendar()[:2]):
            minutes = sum(worked[place] for place in places)
            if minutes > rule.minutes:
                yield _too_long(plan, places, minutes, rule)
    for rule in rules_of(plan.production, RuleKind.MONTH_OVERTIME):
        for places in _by(plan, worked, lambda day: (day.year, day.month)):
            minutes = sum(max(0, worked[place] - _LEGAL_DAY_MINUTES) for place in places)
            if minutes > rule.minutes:
                yield _too_long(plan, places, minutes, rule)


def _worked(plan: Planned, each: _Work) -> int:
    meals = sum(slot.minutes for slot in plan.days[each.place].slots if slot.kind is SlotKind.MEAL)
    return each.end - each.first - meals


def _by(plan: Planned, worked: dict[int, int], key: _Period) -> list[list[int]]:
    groups: dict[tuple[int, ...], list[int]] = {}
    for place in worked:
        groups.setdefault(key(plan.days[place].date), []).append(place)
    return list(groups.values())


def _too_long(plan: Planned, places: Sequence[int], minutes: int, rule: Rule) -> Fault:
    en, zh = plan.words(places[0])
    if len(places) > 1:
        last, last_zh = plan.words(places[-1])
        en, zh = f"{en} to {last}", f"{zh}至{last_zh}"
    return Fault(
        FaultKind.HOURS, _severity(rule), places[0], (),
        f"{en}: {hours(minutes)}: {rule.en}", f"{zh}：{hours(minutes)}：{rule.zh}",
        rule.id, rule.source,
    )  # fmt: skip


def _player_faults(plan: Planned) -> Iterator[Fault]:
    """Yield who rests too little between two days: a forced call, which is paid for; soft."""
    rule = strictest(rules_of(plan.production, RuleKind.DAILY_REST))
    if rule is None:
        return
    last: dict[str, tuple[int, int]] = {}
    for place in sorted(range(len(plan.days)), key=lambda each: plan.days[each].date):
        for call in plan.days[place].calls:
            called = plan.clock_minutes(place, call.makeup)
            before, done = last.get(call.character_id, (place, called - rule.minutes))
            is_same_date = plan.days[before].date == plan.days[place].date  # told as such
            if called - done < rule.minutes and (before == place or not is_same_date):
                name = next(p.name for p in plan.strips.cast if p.id == call.character_id)
                (en, zh), (en2, zh2) = plan.words(before), plan.words(place)
                rest = _signed(called - done)
                yield Fault(
                    FaultKind.REST, "soft", place, (call.character_id,),
                    f"{name} rests {rest} between {en} and {en2}: {rule.en}",
                    f"{name}在{zh}与{zh2}之间只休息 {rest}：{rule.zh}", rule.id, rule.source,
                )  # fmt: skip
            last[call.character_id] = (place, plan.clock_minutes(place, call.done))

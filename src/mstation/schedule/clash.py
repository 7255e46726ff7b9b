"""A problem in, the conditions that leave no plan when they come together out, as few as suffice.

CP-SAT takes each condition as an assumption and names those that it refuted; one at a time is then
left out, to see whether the others suffice. One worker and a deterministic budget: the same answer
on any machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from mstation.schedule.check_people import is_free
from mstation.schedule.problem import REST, Problem, is_open, most_minutes
from mstation.schedule.production import Production
from mstation.schedule.strip import Strips

_MOST_WORK = 4.0  # CP-SAT's deterministic seconds, of each question
_MOST_KEPT = 24  # more conditions than this are told as they come


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that a plan has to keep to, and what it is about."""

    item: str
    en: str
    zh: str


def clashing(
    problem: Problem, strips: Strips, production: Production
) -> tuple[tuple[Condition, ...], ...]:
    """Return the conditions that leave no plan together; none where nothing is refuted."""
    conditions, model, literals = _model(problem, strips, production)
    core = _refuted(model, literals, range(len(conditions)))
    if core is None:
        return ()
    if len(core) <= _MOST_KEPT:
        for each in list(core):
            less = _refuted(model, literals, [c for c in core if c != each])
            if less is not None:
                core = [c for c in core if c in less]
    return (tuple(conditions[each] for each in core),)


def _refuted(model: Any, literals: Sequence[Any], held: Sequence[int]) -> list[int] | None:
    """Return which of the conditions were refuted; None where there is a plan, or nobody knows."""
    model.clear_assumptions()
    model.add_assumptions([literals[each] for each in held])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = _MOST_WORK
    if solver.solve(model) != cp_model.INFEASIBLE:
        return None
    named = set(solver.sufficient_assumptions_for_infeasibility())
    return [each for each in held if literals[each].index in named]


class _Model:
    """A model whose constraints each hang on a condition."""

    def __init__(self) -> None:
        self.model = cp_model.CpModel()
        self.conditions: list[Condition] = []
        self.literals: list[Any] = []

    def condition(self, item: str, en: str, zh: str) -> Any:
        """Return the literal of a new condition."""
        self.conditions.append(Condition(item, en, zh))
        self.literals.append(self.model.new_bool_var(""))
        return self.literals[-1]


def _model(
    problem: Problem, strips: Strips, production: Production
) -> tuple[list[Condition], Any, list[Any]]:
    made = _Model()
    free = {int(s) for s in problem.free}
    open_ = {int(d) for d in problem.open}
    shot: dict[tuple[int, int], Any] = {}
    for s, strip in enumerate(problem.strips):
        days = sorted(open_ if s in free else {*open_, int(problem.start[s])})
        for d in days:
            shot[s, d] = made.model.new_bool_var("")
        made.model.add_exactly_one(shot[s, d] for d in days)
        if s not in free:
            number = strip.number
            held = made.condition(
                strip.id, f"scene {number} is locked to its day", f"第 {number} 场已锁定在原日"
            )
            made.model.add_implication(held, shot[s, int(problem.start[s])])
    _add_people_and_places(made, problem, strips, production, shot)
    _add_days(made, problem, production, shot)
    _add_light(made, problem, shot)
    _add_order(made, problem, shot)
    return made.conditions, made.model, made.literals


def _add_people_and_places(
    made: _Model, problem: Problem, strips: Strips, production: Production, shot: dict[Any, Any]
) -> None:
    for number, player in enumerate(strips.cast):
        terms = production.terms(player.id)
        away = [
            shot[s, d]
            for s, d in shot
            if player.id in problem.strips[s].cast
            and (not is_free(terms, problem.dates[d]) or problem.facts.elsewhere[number, d])
        ]
        if away:
            held = made.condition(player.id, f"when {player.name} is free", f"{player.name}的档期")
            for each in away:
                made.model.add_implication(held, ~each)
    for key in dict.fromkeys(strip.location for strip in problem.strips):
        shut = [
            shot[s, d]
            for s, d in shot
            if problem.strips[s].location == key
            and not is_open(problem.strips[s], problem.dates[d], production)
        ]
        if shut:
            name = production.location(key).name
            held = made.condition(key, f"when {name} is open", f"{name}的开放日期")
            for each in shut:
                made.model.add_implication(held, ~each)


def _add_days(made: _Model, problem: Problem, production: Production, shot: dict[Any, Any]) -> None:
    """Add what a day holds; ways between strips are left out, so what is refuted is so for sure."""
    most, pages = most_minutes(production), production.hours.most_eighths
    length = made.condition("", f"{most} minutes of shooting a day", f"每天拍摄 {most} 分钟")
    eighths = made.condition("", f"{pages} eighths of a page a day", f"每天 {pages}/8 页")
    for d in range(len(problem.dates)):
        own = [(problem.strips[s], shot[s, d]) for s in range(len(problem.strips))
               if (s, d) in shot]  # fmt: skip
        for held, amounts, limit in (
            (length, [strip.minutes for strip, _ in own], most),
            (eighths, [strip.eighths for strip, _ in own], pages),
        ):
            load = sum(amount * var for amount, (_, var) in zip(amounts, own, strict=True))
            if own:
                made.model.add(load <= limit).only_enforce_if(held)


def _add_light(made: _Model, problem: Problem, shot: dict[Any, Any]) -> None:
    facts = problem.facts
    held = made.condition("", "day and night on days of their own", "日戏与夜戏分日拍摄")
    rest = made.condition("", "no day straight after a night", "夜班次日不排日班")
    nights = [made.model.new_bool_var("") for _ in problem.dates]
    for (s, d), var in shot.items():
        if facts.night[s]:
            made.model.add_bool_or([~held, ~var, nights[d]])
        if facts.light[s]:
            made.model.add_bool_or([~held, ~var, ~nights[d]])
            next_to = d and facts.ordinal[d] == facts.ordinal[d - 1] + 1
            if next_to and facts.rules[REST]:
                for dark in range(len(problem.strips)):
                    if facts.night[dark] and (dark, d - 1) in shot:
                        made.model.add_bool_or([~rest, ~var, ~shot[dark, d - 1]])


def _add_order(made: _Model, problem: Problem, shot: dict[Any, Any]) -> None:
    for first, then in problem.facts.before:
        one, other = problem.strips[first], problem.strips[then]
        held = made.condition(
            one.id,
            f"scene {one.number} before scene {other.number}",
            f"第 {one.number} 场先于第 {other.number} 场",
        )
        when = [sum(d * var for (s, d), var in shot.items() if s == each) for each in (first, then)]
        made.model.add(when[0] <= when[1]).only_enforce_if(held)

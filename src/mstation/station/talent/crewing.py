"""A film's needs and people in, who does what out: best by stated aims, each choice explained.

The aims, one after the other: as many needs filled as can be; then at the least cost; then the most
levels of skill above what is wanted; then the fewest different people. The same needs and people,
in any order, give the same answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from mstation.errors import InvalidInput
from mstation.station.talent.crew_rules import (
    Candidate,
    Fate,
    Reason,
    Requirement,
    Rule,
    Travel,
    cost_of,
    failures,
    surplus_of,
)

MOST_REQUIREMENTS = 200
MOST_CANDIDATES = 5_000
MOST_PAIRS = 50_000
MOST_RATE = 10**11  # minor units a day: all sums fit 63 bits
MOST_ALTERNATIVES = 5
_WORK = 0.5  # deterministic seconds that the solver may take for one aim
_SEED = 7


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be crewed; budget: minor units for all of it, none: no limit."""

    requirements: tuple[Requirement, ...]
    candidates: tuple[Candidate, ...]
    budget: int | None = None
    travel: Travel = field(default_factory=Travel)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody for a need, what they cost, and the rules that they meet."""

    requirement_id: str
    candidate_id: str
    cost: int
    surplus: int
    meets: tuple[Rule, ...] = tuple(Rule)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Who could do something instead of who was chosen, all else left as it is; dearer_by: by."""

    requirement_id: str
    instead_of: str
    candidate_id: str
    cost: int
    dearer_by: int


@dataclass(frozen=True, slots=True)
class Passed:
    """Somebody who was not chosen for a need, and the first reason."""

    requirement_id: str
    candidate_id: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Unfilled:
    """A need with places left, and why: `nobody`, `elsewhere` or `budget`.

    refusals: how many people fail by which rule first.
    """

    requirement_id: str
    missing: int
    why: str
    refusals: dict[str, int]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a budget five hundredths larger would fill, and cost."""

    budget: int
    filled: int
    cost: int


@dataclass(frozen=True, slots=True)
class Match:
    """Who does what. is_proven: nothing better by the aims exists; else the time ran out."""

    filled: int
    wanted: int
    cost: int
    is_proven: bool
    chosen: tuple[Chosen, ...]
    passed: tuple[Passed, ...]
    unfilled: tuple[Unfilled, ...]
    alternatives: tuple[Alternative, ...]
    with_more: WhatIf | None


def match_crew(plan: Plan, *, alternatives: int = 0) -> Match:
    """Return who does what, why, and for each as many of the next best as are asked for.

    Raises:
        InvalidInput: when ids are not each their own, or there is more than can be weighed.
    """
    table = _Table(plan)
    aims, is_proven = table.solve(plan.budget)
    chosen = table.chosen(aims)
    cost = sum(each.cost for each in chosen)
    unfilled = _unfilled(table, plan, chosen)
    more = None
    if plan.budget is not None and any(each.why == "budget" for each in unfilled):
        raised = plan.budget + plan.budget // 20
        then = table.chosen(table.solve(raised, most_aims=2)[0])
        more = WhatIf(raised, len(then), sum(each.cost for each in then))
    return Match(
        len(chosen), sum(each.count for each in table.requirements), cost, is_proven, chosen,
        tuple(_passed(table, plan, chosen)), unfilled,
        tuple(_instead(table, plan, chosen, min(alternatives, MOST_ALTERNATIVES))), more,
    )  # fmt: skip


Pair = tuple[int, int]  # the places of a requirement and a candidate in the table


class _Table:
    """Needs and people in the order of their ids, with who may do what, at what cost."""

    def __init__(self, plan: Plan) -> None:
        self.requirements = sorted(plan.requirements, key=lambda each: each.id)
        self.candidates = sorted(plan.candidates, key=lambda each: each.id)
        _require_sound(self.requirements, self.candidates)
        self.firsts: dict[Pair, Reason] = {}
        self.costs: dict[Pair, int] = {}
        for r, requirement in enumerate(self.requirements):
            for c, candidate in enumerate(self.candidates):
                first = next(failures(requirement, candidate), None)
                if first is None:
                    self.costs[r, c] = cost_of(requirement, candidate, plan.travel)
                else:
                    self.firsts[r, c] = first
        if len(self.costs) > MOST_PAIRS:
            raise InvalidInput(
                f"{len(self.costs)} pairs of needs and people are possible; at most {MOST_PAIRS} "
                "are weighed: ask for fewer people or more skills",
                zh=f"可能的组合有 {len(self.costs)} 个，最多 {MOST_PAIRS} 个；请减少人选或细化要求",
            )

    def surplus(self, pair: Pair) -> int:
        return surplus_of(self.requirements[pair[0]], self.candidates[pair[1]])

    def chosen(self, pairs: Iterable[Pair]) -> tuple[Chosen, ...]:
        return tuple(
            Chosen(
                self.requirements[r].id, self.candidates[c].id, self.costs[r, c],
                self.surplus((r, c)),
            )
            for r, c in sorted(pairs)
        )  # fmt: skip

    def solve(self, budget: int | None, *, most_aims: int = 4) -> tuple[list[Pair], bool]:
        """Return the best pairs by the first aims, and whether that is proved."""
        from ortools.sat.python import cp_model  # takes long to load: only for who matches

        model = cp_model.CpModel()
        x = {pair: model.new_bool_var("") for pair in sorted(self.costs)}
        self._limit(model, x, budget)
        works = self._works(model, x) if most_aims == 4 else []
        aims = [
            sum(x.values()),
            sum(-cost * x[pair] for pair, cost in sorted(self.costs.items())),
            sum(self.surplus(pair) * x[pair] for pair in x),
            -sum(works),
        ]
        return _best(model, x, aims[:most_aims])

    def _limit(self, model: Any, x: dict[Pair, Any], budget: int | None) -> None:
        for r, requirement in enumerate(self.requirements):
            of = [var for pair, var in x.items() if pair[0] == r]
            if of:
                model.add(sum(of) <= requirement.count)
        for c in sorted({pair[1] for pair in x}):
            theirs = [
                (self.requirements[pair[0]].interval, var)
                for pair, var in x.items()
                if pair[1] == c
            ]
            for interval, _ in theirs:  # nobody is at two places at any moment at which one begins
                at_once = [var for other, var in theirs if other.contains(interval.start)]
                if len(at_once) > 1:
                    model.add_at_most_one(at_once)
        if budget is not None and x:
            model.add(sum(self.costs[pair] * var for pair, var in x.items()) <= budget)

    def _works(self, model: Any, x: dict[Pair, Any]) -> list[Any]:
        """Return a variable for each person who may do more than one thing: whether they work."""
        by_person: dict[int, list[Any]] = {}
        for (_, c), var in x.items():
            by_person.setdefault(c, []).append(var)
        works = []
        for theirs in by_person.values():
            if len(theirs) == 1:
                works.append(theirs[0])
            else:
                works.append(model.new_bool_var(""))
                model.add_max_equality(works[-1], theirs)
        return works


def _best(model: Any, x: dict[Pair, Any], aims: Sequence[Any]) -> tuple[list[Pair], bool]:
    """Solve for one aim after the other, each as good as can be beside those before it."""
    from ortools.sat.python import cp_model

    best: list[Pair] = []
    is_proven = True
    for aim in aims:
        if isinstance(aim, int):  # nothing to choose
            continue
        model.maximize(aim)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = _SEED
        solver.parameters.max_deterministic_time = _WORK
        status = solver.solve(model)
        is_proven = is_proven and status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            break
        best = [pair for pair, var in x.items() if solver.value(var)]
        model.add(aim >= round(solver.objective_value))
        model.clear_hints()
        for var in x.values():
            model.add_hint(var, solver.value(var))
    return best, is_proven


def _instead(
    table: _Table, plan: Plan, chosen: Sequence[Chosen], most: int
) -> Iterator[Alternative]:
    """Yield for each need the cheapest others who are free and within budget, best first."""
    needs = {each.id: each for each in table.requirements}
    total = sum(each.cost for each in chosen)
    working: dict[str, list[str]] = {}
    for each in chosen:
        working.setdefault(each.candidate_id, []).append(each.requirement_id)
    places = {each.id: r for r, each in enumerate(table.requirements)}
    for each in chosen:
        r, interval = places[each.requirement_id], needs[each.requirement_id].interval
        found = []
        for c, candidate in enumerate(table.candidates):
            cost = table.costs.get((r, c))
            if cost is None or any(
                needs[need].interval.overlaps(interval) for need in working.get(candidate.id, [])
            ):
                continue
            if plan.budget is None or total - each.cost + cost <= plan.budget:
                found.append((cost, -table.surplus((r, c)), candidate.id))
        for cost, _, id_ in sorted(found)[:most]:
            yield Alternative(each.requirement_id, each.candidate_id, id_, cost, cost - each.cost)


def _passed(table: _Table, plan: Plan, chosen: Sequence[Chosen]) -> Iterable[Passed]:
    """Yield everybody who was not chosen, need by need, with the first reason."""
    by_need: dict[str, list[Chosen]] = {}
    by_person: dict[str, list[str]] = {}
    for each in chosen:
        by_need.setdefault(each.requirement_id, []).append(each)
        by_person.setdefault(each.candidate_id, []).append(each.requirement_id)
    needs = {each.id: each for each in table.requirements}
    left = None if plan.budget is None else plan.budget - sum(each.cost for each in chosen)
    for r, requirement in enumerate(table.requirements):
        mine = by_need.get(requirement.id, [])
        has = {each.candidate_id for each in mine}
        dearest = max((each.cost for each in mine), default=None)
        for c, candidate in enumerate(table.candidates):
            if candidate.id in has:
                continue
            reason = table.firsts.get((r, c))
            if reason is None:
                at_once = [
                    need for need in by_person.get(candidate.id, [])
                    if needs[need].interval.overlaps(requirement.interval)
                ]  # fmt: skip
                is_open = len(mine) < requirement.count
                reason = _fate(table.costs[r, c], at_once, None if is_open else dearest, left)
            yield Passed(requirement.id, candidate.id, reason)


def _fate(cost: int, at_once: Sequence[str], dearest: int | None, left: int | None) -> Reason:
    if at_once:
        return Reason(Fate.ELSEWHERE, at_once[0])
    if dearest is None:
        return Reason(Fate.OVER_BUDGET, str(cost - (left or 0)))
    if cost > dearest:
        return Reason(Fate.DEARER, str(cost - dearest))
    return Reason(Fate.NOT_NEEDED)


def _unfilled(table: _Table, plan: Plan, chosen: Sequence[Chosen]) -> tuple[Unfilled, ...]:
    has = Counter(each.requirement_id for each in chosen)
    short = [
        (r, requirement.count - has[requirement.id])
        for r, requirement in enumerate(table.requirements)
        if has[requirement.id] < requirement.count
    ]
    if not short:
        return ()
    without = has
    if plan.budget is not None:
        without = Counter(
            each.requirement_id for each in table.chosen(table.solve(None, most_aims=1)[0])
        )
    told = []
    for r, missing in short:
        requirement = table.requirements[r]
        may = sum(1 for pair in table.costs if pair[0] == r)
        refusals = Counter(str(table.firsts[pair].why) for pair in table.firsts if pair[0] == r)
        why = "nobody" if may <= has[requirement.id] else "elsewhere"
        if why == "elsewhere" and without[requirement.id] > has[requirement.id]:
            why = "budget"
        told.append(Unfilled(requirement.id, missing, why, dict(sorted(refusals.items()))))
    return tuple(told)


def _require_sound(requirements: Sequence[Requirement], candidates: Sequence[Candidate]) -> None:
    for what, ids, most in (
        ("needs", [each.id for each in requirements], MOST_REQUIREMENTS),
        ("people", [each.id for each in candidates], MOST_CANDIDATES),
    ):
        if len(set(ids)) != len(ids) or len(ids) > most:
            raise InvalidInput(
                f"there are at most {most} {what}, each with an id of its own",
                zh=f"{what} 最多 {most} 项，且编号不得重复",
            )
    if any(not 1 <= each.count <= 100 or each.interval.end is None for each in requirements) or any(
        not 0 <= rate <= MOST_RATE
        for each in candidates
        for rate in (each.day_rate, *each.role_rates.values())
    ):
        raise InvalidInput(
            f"a need is for 1 to 100 people and ends; a rate is 0 to {MOST_RATE} minor units",
            zh=f"每项需求 1 至 100 人且有结束时间；日薪为 0 至 {MOST_RATE}（最小货币单位）",
        )

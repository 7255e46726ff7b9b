"""A changed plan in, slots that break nothing and move the fewest strips out.

CP-SAT with one worker, a fixed seed and a deterministic budget: the same answer on any machine. Its
model holds what moves strips between days; what a plan costs is left to the solver, which starts
from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from mstation.schedule.problem import (
    LENGTH,
    MEAL,
    MOST_EIGHTHS,
    MOVE_MINUTES,
    PREPARE,
    REST,
    SET_MINUTES,
    WRAP,
    Ints,
    Problem,
)

_MOST_WORK = 3.0  # CP-SAT's deterministic seconds


def repaired(problem: Problem) -> Ints | None:
    """Return slots in which as few strips as possible leave their home; None: none were found."""
    facts = problem.facts
    model = cp_model.CpModel()
    shot = _shot(model, problem)
    _add_loads(model, problem, shot)
    _add_light(model, problem, shot)
    for first, then in facts.before:
        when = [sum(int(d) * var for d, var in shot[s].items()) for s in (first, then)]
        is_same = facts.set[first] == facts.set[then]
        model.add(when[0] + (0 if is_same else 1) <= when[1])
    stays = [
        shot[s][int(home)] for s, home in enumerate(facts.home) if home >= 0 and home in shot[s]
    ]
    for each in stays:
        model.add_hint(each, 1)
    model.maximize(sum(stays))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = _MOST_WORK
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = [next(d for d, var in days.items() if solver.value(var)) for days in shot]
    return np.array(chosen, np.int64)


def _shot(model: Any, problem: Problem) -> list[dict[int, Any]]:
    """Return of each strip whether it is shot in a slot, by those that it can be shot in."""
    free = set(problem.free.tolist())
    shot: list[dict[int, Any]] = []
    for s, at in enumerate(problem.start.tolist()):
        days = problem.open.tolist() if s in free else [at]
        days = [d for d in days if not problem.facts.bad[s, d]] or days
        shot.append({d: model.new_bool_var("") for d in days})
        model.add_exactly_one(shot[-1].values())
    return shot


def _add_loads(model: Any, problem: Problem, shot: Sequence[dict[int, Any]]) -> None:
    """Add what a day holds: minutes with the ways between places and sets, and pages."""
    facts, rules = problem.facts, problem.facts.rules
    room = int(rules[LENGTH] - rules[PREPARE] - rules[WRAP] - rules[MEAL])
    way, change = int(rules[MOVE_MINUTES]), int(rules[SET_MINUTES])
    for d in range(len(problem.dates)):
        own = [s for s, days in enumerate(shot) if d in days]
        if not own:
            continue
        used = model.new_bool_var("")
        opened = [
            {key: model.new_bool_var("") for key in {int(group[s]) for s in own}}
            for group in (facts.place, facts.set)
        ]
        for s in own:
            model.add_implication(shot[s][d], used)
            model.add_implication(shot[s][d], opened[0][int(facts.place[s])])
            model.add_implication(shot[s][d], opened[1][int(facts.set[s])])
        places, sets = (sum(each.values()) for each in opened)
        minutes = sum(int(facts.minutes[s]) * shot[s][d] for s in own)
        ways = way * (places - used) + change * (sets - places)
        model.add(places <= sets)
        model.add(minutes + ways + int(facts.banner[d]) <= room)
        pages = sum(int(facts.eighths[s]) * shot[s][d] for s in own)
        model.add(pages <= int(rules[MOST_EIGHTHS]))
        for group in opened:
            for each in group.values():
                model.add_implication(each, used)


def _add_light(model: Any, problem: Problem, shot: Sequence[dict[int, Any]]) -> None:
    """Add that a day is for day or for night, and that no day comes straight after a night."""
    facts = problem.facts
    dark = [model.new_bool_var("") for _ in problem.dates]
    lit = [model.new_bool_var("") for _ in problem.dates]
    for s, days in enumerate(shot):
        for d, var in days.items():
            if facts.night[s]:
                model.add_implication(var, dark[d])
            if facts.light[s]:
                model.add_implication(var, ~dark[d])
            model.add_bool_or([~var, dark[d], lit[d]])
    for d in range(len(problem.dates)):
        nights = [days[d] for s, days in enumerate(shot) if d in days and facts.night[s]]
        model.add(sum(nights) >= dark[d])  # a night is one by what it shoots
        if d and facts.rules[REST] and facts.ordinal[d] == facts.ordinal[d - 1] + 1:
            model.add_bool_or([~dark[d - 1], ~lit[d]])

"""The real plan against CP-SAT's plain model: same films, same costs, the same processor time.

    python benchmarks/schedule.py [--seconds 60] [--films 40,80,120] [--seeds 1,2,3]

Both plans are turned into boards the same way; `check_board` and `cost_of` judge both, which share
nothing with either solver. The peer `stripboard-optimizer` is a repository of its own, on no
package index, and is not run.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from threading import Thread

import numpy as np
from ortools.sat.python import cp_model
from tests.schedule.generated import film

from mstation.schedule.anneal import anneal, state_of
from mstation.schedule.checking import check_board
from mstation.schedule.cost import cost_of
from mstation.schedule.problem import (
    DAY_COST,
    LENGTH,
    MEAL,
    MOST_EIGHTHS,
    MOVE_COST,
    MOVE_MINUTES,
    PREPARE,
    SCRIPT_COST,
    SET_MINUTES,
    WRAP,
    Ints,
    Problem,
    problem_of,
)
from mstation.schedule.production import Production
from mstation.schedule.solve import _board, plan
from mstation.schedule.strip import Strips

SIZES = {40: (8, 8, 5.0), 80: (12, 15, 60.0), 120: (20, 25, 60.0)}  # cast, places, seconds


def moves_for(strips: Strips, production: Production, seconds: float) -> int:
    """Return how many moves the solver makes in some seconds of this machine."""
    problem = problem_of(strips, production, None, keep=False)
    slots = problem.open[np.arange(len(problem.strips)) % len(problem.open)]
    is_open = np.zeros(len(problem.dates), np.int64)
    is_open[problem.open] = 1
    for count in (10, 20_000):
        state = state_of(problem, slots, 1)
        began = time.process_time()
        anneal(problem.facts, state, problem.free, problem.open, is_open, 0, count, count, 1e5, 1e3)
    return int(0.9 * seconds / ((time.process_time() - began) / 20_000))


def cp_plan(problem: Problem, seconds: float) -> Ints | None:
    """Return the slots that CP-SAT finds within some seconds, one worker; None: none."""
    facts, rules = problem.facts, problem.facts.rules
    model = cp_model.CpModel()
    count, days = len(facts.minutes), range(len(problem.dates))
    x = [[model.new_bool_var("") for _ in days] for _ in range(count)]
    used = [model.new_bool_var("") for _ in days]
    night = [model.new_bool_var("") for _ in days]
    for s in range(count):
        model.add_exactly_one(x[s])
        for d in days:
            model.add_implication(x[s][d], used[d])
            if facts.bad[s, d] or d not in problem.open:
                model.add(x[s][d] == 0)
            if facts.night[s]:
                model.add_implication(x[s][d], night[d])
            if facts.light[s]:
                model.add_implication(x[s][d], ~night[d])
    at_place = _opened(model, x, facts.place, used)
    at_set = _opened(model, x, facts.set, used)
    room = rules[LENGTH] - rules[PREPARE] - rules[WRAP] - rules[MEAL]
    cost = []
    for d in days:
        places, sets = (sum(each[d] for each in group) for group in (at_place, at_set))
        load = sum(int(facts.minutes[s]) * x[s][d] for s in range(count))
        ways = int(rules[MOVE_MINUTES]) * (places - used[d])
        ways += int(rules[SET_MINUTES]) * (sets - places)
        model.add(load + ways <= int(room))
        model.add(
            sum(int(facts.eighths[s]) * x[s][d] for s in range(count)) <= int(rules[MOST_EIGHTHS])
        )
        cost.append(int(rules[DAY_COST]) * used[d] + int(rules[MOVE_COST]) * (places - used[d]))
        cost += [int(fee) * each[d] for fee, each in zip(facts.fee, at_place, strict=True)]
        if d and facts.ordinal[d] == facts.ordinal[d - 1] + 1:  # no day after a night
            model.add_bool_or([~used[d - 1], ~night[d - 1], ~used[d], night[d]])
        dark = [x[s][d] for s in range(count) if facts.night[s]]
        model.add(sum(dark) >= night[d])  # a night is one by what it shoots
    cost += _cast_cost(model, problem, x)
    script_days = _opened(model, x, facts.script_day, used)
    cost += [
        int(rules[SCRIPT_COST]) * (sum(each[d] for each in script_days) - used[d]) for d in days
    ]
    model.minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    Thread(target=_stop_after, args=(solver, seconds), daemon=True).start()
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = [next(d for d in days if solver.value(x[s][d])) for s in range(count)]
    return np.array(chosen, np.int64)


def _stop_after(solver: cp_model.CpSolver, seconds: float) -> None:
    """Stop a search when it has used its seconds of the processor, however busy the machine."""
    began = time.process_time()
    while time.process_time() - began < seconds:
        time.sleep(0.05)
    solver.stop_search()


def _opened(model: cp_model.CpModel, x: list, group: Ints, used: list) -> list:  # type: ignore[type-arg]
    """Return whether each place, or set, is opened on each day."""
    found = [[model.new_bool_var("") for _ in used] for _ in range(int(group.max()) + 1)]
    for s, row in enumerate(x):
        for d, var in enumerate(row):
            model.add_implication(var, found[group[s]][d])
    for d, day in enumerate(used):  # never more of them than strips: tightens what `ways` may be
        for each in found:
            model.add_implication(each[d], day)
    return found


def _cast_cost(model: cp_model.CpModel, problem: Problem, x: list) -> list:  # type: ignore[type-arg]
    """Return what players are paid from their first day to their last, days off not counted."""
    facts, days = problem.facts, range(len(problem.dates))
    cost = []
    for p, rate in enumerate(facts.rate):
        own = [
            s for s in range(len(facts.minutes))
            if p in facts.cast[facts.cast_from[s] : facts.cast_from[s + 1]]
        ]  # fmt: skip
        begun, over, paid = ([model.new_bool_var("") for _ in days] for _ in range(3))
        for d in days:
            if d:
                model.add_implication(begun[d - 1], begun[d])
                model.add_implication(over[d - 1], over[d])
            model.add_bool_or([~begun[d], over[d], paid[d]])
            for s in own:
                model.add_implication(x[s][d], begun[d])
                model.add_implication(x[s][d], ~over[d])
            cost.append(int(rate) * paid[d])
    return cost


def judged(strips: Strips, production: Production, problem: Problem, slots: Ints | None) -> str:
    """Return what a plan of slots costs, and how many hard faults it has."""
    if slots is None:
        return "none found"
    board = _board(problem, slots, strips, production, None)
    hard = [fault for fault in check_board(strips, board, production) if fault.is_hard]
    return f"{cost_of(strips, board, production).total} ({len(hard)} hard faults)"


def replanned(strips: Strips, production: Production, board: object) -> str:
    """Return how a plan is kept where its longest scene takes two hours more."""
    longest = max(strips.strips, key=lambda each: each.minutes)
    longer = replace(longest, minutes=longest.minutes + 120)
    changed = replace(strips, strips=tuple(longer if s is longest else s for s in strips.strips))
    began, used = time.perf_counter(), time.process_time()
    kept = plan(changed, production, board=board, keep=True, moves=30_000)  # type: ignore[arg-type]
    took = f"{time.perf_counter() - began:.2f} s, {time.process_time() - used:.2f} s of CPU"
    hard = sum(fault.is_hard for fault in kept.faults)
    return f"re-plan {took}: {len(kept.moved)} strips moved, {hard} hard faults"


def main() -> None:
    """Print a line a film."""
    said = argparse.ArgumentParser()
    said.add_argument("--films", default="40,80,120")
    said.add_argument("--seeds", default="1,2")
    said.add_argument("--seconds", type=float, default=0)
    asked = said.parse_args()
    for scenes in map(int, asked.films.split(",")):
        cast, places, usual = SIZES[scenes]
        seconds = asked.seconds or usual
        for seed in map(int, asked.seeds.split(",")):
            strips, production = film(scenes, cast, places, seed)
            problem = problem_of(strips, production, None, keep=False)
            moves = moves_for(strips, production, seconds)
            began, used = time.perf_counter(), time.process_time()
            ours = plan(strips, production, moves=moves)
            took, cpu = time.perf_counter() - began, time.process_time() - used
            hard = sum(fault.is_hard for fault in ours.faults)
            print(
                f"{scenes} scenes, seed {seed}: ours {ours.cost.total} ({hard} hard faults) in "
                f"{len(ours.board.days)} days, {took:.1f} s, {cpu:.1f} s of CPU, {moves} moves, "
                f"bound {ours.bound}",
                flush=True,
            )
            print("  ", replanned(strips, production, ours.board), flush=True)
            slots = cp_plan(problem, seconds)
            theirs = judged(strips, production, problem, slots)
            ratio = int(theirs.split()[0]) / ours.cost.total if slots is not None else float("nan")
            print(
                f"   CP-SAT, 1 worker, {seconds:.0f} s: {theirs}: {ratio:.3f} of ours", flush=True
            )


if __name__ == "__main__":
    main()

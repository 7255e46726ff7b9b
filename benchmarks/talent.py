"""How soon the best order of scenes is proved, beside CP-SAT on the same machine in the same run.

Usage: PYTHONPATH=src python benchmarks/talent.py [FOLDER] [--peer-seconds 10] [--without-peer]

FOLDER holds instances as `mstation talent` reads them (docs/schedule.md). Film-like ones are drawn
besides: few leads in many scenes, many players in few. CP-SAT has the plain model (a start for
each scene, no overlap, a span for each actor) and two workers; what it had found when ours was
done is printed, and how long it took to a proof, or that it had none.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from pathlib import Path

from ortools.sat.python import cp_model

from mstation.schedule.talent import Actor, Instance, paid_cost, read_instance, solve
from mstation.schedule.talent.preprocess import reduce

NAMED = Path(__file__).resolve().parents[1].parent / "shared" / "benchmarks" / "talent-scheduling"
FILM_LIKE = ((24, 8), (40, 8), (40, 20), (50, 8))
SEEDS = range(3)


def a_film(scenes: int, people: int, seed: int) -> Instance:
    """Return scenes of one to four people, drawn by how large their parts are."""
    chance = random.Random(f"{scenes} {people} {seed}")
    shares = [1 / (rank + 1) ** 1.2 for rank in range(people)]
    dear = [8, 4, 4] + [1] * people
    costs = [dear[rank] * chance.randrange(4, 12) for rank in range(people)]
    own: list[set[int]] = [set() for _ in range(people)]
    for scene in range(scenes):
        for _ in range(chance.choice((1, 2, 2, 3, 3, 4))):
            own[chance.choices(range(people), shares)[0]].add(scene)
    return Instance(
        f"film {scenes}x{people} #{seed}",
        tuple(chance.randrange(1, 9) for _ in range(scenes)),
        tuple(Actor(f"a{rank}", costs[rank], tuple(sorted(own[rank]))) for rank in range(people)),
    )


class _Heard(cp_model.CpSolverSolutionCallback):
    """When CP-SAT found each cost."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = time.perf_counter()
        self.costs: list[tuple[float, int]] = []

    def on_solution_callback(self) -> None:
        """Write down a cost and when it was found."""
        self.costs.append((time.perf_counter() - self.begun, round(self.objective_value)))


def by_peer(instance: Instance, limit_s: float) -> tuple[_Heard, bool, float]:
    """Return what CP-SAT found and when, whether it proved the last, and how long it took."""
    model = cp_model.CpModel()
    length = sum(instance.durations)
    starts = [model.new_int_var(0, length - each, "") for each in instance.durations]
    model.add_no_overlap(
        model.new_fixed_size_interval_var(start, duration, "")
        for start, duration in zip(starts, instance.durations, strict=True)
    )
    paid = []
    for actor in instance.actors:
        if actor.scenes:
            first, last = model.new_int_var(0, length, ""), model.new_int_var(0, length, "")
            for scene in actor.scenes:
                model.add(first <= starts[scene])
                model.add(last >= starts[scene] + instance.durations[scene])
            paid.append(actor.cost * (last - first))
    model.minimize(sum(paid))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit_s
    solver.parameters.num_workers = 2
    heard = _Heard()
    status = solver.solve(model, heard)
    return heard, status == cp_model.OPTIMAL, time.perf_counter() - heard.begun


def instances(folder: Path) -> Iterator[Instance]:
    """Yield the named instances and the drawn ones."""
    for path in sorted(folder.glob("*.json")):
        yield read_instance(path.read_bytes(), str(path))
    for scenes, people in FILM_LIKE:
        for seed in SEEDS:
            yield a_film(scenes, people, seed)


def _peer_columns(instance: Instance, ours_s: float, limit_s: float) -> str:
    heard, is_proven, took_s = by_peer(instance, max(limit_s, ours_s))
    then = [cost for at_s, cost in heard.costs if at_s <= ours_s]
    ratio = f"{'' if is_proven else '≥ '}{took_s / ours_s:.0f}"
    last = heard.costs[-1][1] if heard.costs else "-"
    return f"| {then[-1] if then else '-'} | {last} | {is_proven} | {took_s:.2f} | {ratio} |"


def main() -> None:
    """Print a row an instance."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path, default=NAMED)
    parser.add_argument("--peer-seconds", type=float, default=10.0)
    parser.add_argument("--without-peer", action="store_true")
    given = parser.parse_args()
    solve(a_film(24, 8, 9))  # compiled code is loaded
    solve(a_film(50, 8, 9), states=1_000, moves=1_000)
    print(
        "| instance | reduced | cost | proven | s | CP-SAT by then | at last | proven | s | times |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for instance in instances(given.folder):
        sizes = "+".join(
            f"{len(part.instance.durations)}×{len(part.instance.actors)}"
            for part in reduce(instance).parts
        )
        begun = time.perf_counter()
        solution = solve(instance)
        took_s = time.perf_counter() - begun
        assert paid_cost(instance, solution.order) == solution.cost
        row = (
            f"| {instance.name} | {sizes} | {solution.cost} | {solution.is_proven} | {took_s:.3f} "
        )
        peer = "|" if given.without_peer else _peer_columns(instance, took_s, given.peer_seconds)
        print(row + peer, flush=True)


if __name__ == "__main__":
    main()

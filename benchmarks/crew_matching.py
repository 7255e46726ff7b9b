"""How soon people are found for a film: 40 needs, 400 people, budget, skills and busy days.

Usage: PYTHONPATH=src python benchmarks/crew_matching.py
"""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta

from mstation.station.intervals import Interval
from mstation.station.talent.crew_rules import Candidate, Requirement
from mstation.station.talent.crewing import Plan, match_crew

START = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
ROLES = [f"role_{n}" for n in range(20)]
SKILLS = [f"skill_{n}" for n in range(30)]


def a_plan(seed: int, *, needs: int, people: int) -> Plan:
    """Return a film of a season: who is asked knows two roles and six skills."""
    chance = random.Random(seed)
    requirements = []
    for n in range(needs):
        first = chance.randrange(60)
        stretch = Interval(START + first * DAY, START + (first + chance.randrange(2, 20)) * DAY)
        skills = {chance.choice(SKILLS): 2} if n % 2 else {}
        requirements.append(Requirement(f"n{n:03}", ROLES[n % len(ROLES)], stretch, skills=skills))
    candidates = []
    for n in range(people):
        busy = [START + chance.randrange(80) * DAY for _ in range(3)]
        candidates.append(
            Candidate(
                f"p{n:03}", frozenset(chance.sample(ROLES, 2)), chance.randrange(800, 4_000) * 100,
                {skill: chance.randrange(1, 6) for skill in chance.sample(SKILLS, 6)},
                busy=tuple(Interval(each, each + 5 * DAY) for each in sorted(busy)),
            )
        )  # fmt: skip
    return Plan(tuple(requirements), tuple(candidates), budget=needs * 10 * 1_200 * 100)


def main() -> None:
    """Print seconds and what was found, plain and with the three next best answers."""
    for alternatives in (0, 3):
        for seed in range(3):
            plan = a_plan(seed, needs=40, people=400)
            begun = time.perf_counter()
            match = match_crew(plan, alternatives=alternatives)
            took_s = time.perf_counter() - begun
            print(
                f"40 needs, 400 people, {alternatives} alternatives, seed {seed}: {took_s:.2f} s, "
                f"{match.filled}/{match.wanted} filled, proven {match.is_proven}"
            )


if __name__ == "__main__":
    main()

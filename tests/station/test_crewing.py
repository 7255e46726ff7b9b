"""Crews: nobody busy, unskilled, twice at once or beyond the budget; the best that there is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.errors import InvalidInput
from mstation.station.intervals import Interval
from mstation.station.talent.crew_rules import (
    Candidate,
    Fate,
    Reason,
    Requirement,
    Rule,
    Spot,
    Travel,
    cost_of,
    distance_km,
    failures,
    surplus_of,
)
from mstation.station.talent.crewing import Match, Plan, match_crew

START = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
ROLES = ("gaffer", "grip", "boom")


def _days(first: int, length: int = 1) -> Interval:
    return Interval(START + first * DAY, START + (first + length) * DAY)


stretches = st.builds(_days, st.integers(0, 5), st.integers(1, 3))
levels = st.dictionaries(st.sampled_from(("rigging", "steadicam")), st.integers(1, 5), max_size=2)
needs = st.builds(
    Requirement, id=st.just(""), role=st.sampled_from(ROLES), interval=stretches,
    count=st.integers(1, 2), skills=levels,
    languages=st.frozensets(st.sampled_from(("zh", "en")), max_size=1),
    is_remote=st.booleans(), most_rate=st.none() | st.integers(1, 9),
)  # fmt: skip
people = st.builds(
    Candidate, id=st.just(""), roles=st.frozensets(st.sampled_from(ROLES)),
    day_rate=st.integers(0, 9), skills=levels,
    languages=st.frozensets(st.sampled_from(("zh", "en"))),
    busy=st.lists(stretches, max_size=1).map(tuple), only_remote=st.booleans(),
)  # fmt: skip


@st.composite
def plans(draw: st.DrawFn, most: int) -> Plan:
    wanted = draw(st.lists(needs, max_size=most))
    asked = draw(st.lists(people, max_size=most + 1))
    return Plan(
        tuple(replace(each, id=f"n{n}") for n, each in enumerate(wanted)),
        tuple(replace(each, id=f"p{n}") for n, each in enumerate(asked)),
        draw(st.none() | st.integers(0, 40)),
    )


def _require_lawful(plan: Plan, match: Match) -> None:
    of = {each.id: each for each in plan.requirements}
    who = {each.id: each for each in plan.candidates}
    for each in match.chosen:
        assert next(failures(of[each.requirement_id], who[each.candidate_id]), None) is None
    for one, other in combinations(match.chosen, 2):
        if one.candidate_id == other.candidate_id:
            assert not of[one.requirement_id].interval.overlaps(of[other.requirement_id].interval)
    for requirement in plan.requirements:
        mine = [each for each in match.chosen if each.requirement_id == requirement.id]
        assert len(mine) <= requirement.count
    assert plan.budget is None or match.cost <= plan.budget
    told = {(each.requirement_id, each.candidate_id) for each in (*match.chosen, *match.passed)}
    assert told == set(product(of, who))  # everybody is spoken of, for every need


@settings(max_examples=60, deadline=None)
@given(plan=plans(most=5), seed=st.integers(0, 99))
def test_the_law_is_kept_and_order_does_not_matter(plan: Plan, seed: int) -> None:
    match = match_crew(plan, alternatives=2)
    _require_lawful(plan, match)
    wanted, asked = list(plan.requirements), list(plan.candidates)
    random.Random(seed).shuffle(wanted)
    random.Random(seed).shuffle(asked)
    mixed = replace(plan, requirements=tuple(wanted), candidates=tuple(asked))
    assert match_crew(mixed, alternatives=2) == match
    for each in match.alternatives:
        one = next(c for c in match.chosen
                   if c.requirement_id == each.requirement_id
                   and c.candidate_id == each.instead_of)  # fmt: skip
        swapped = replace(one, candidate_id=each.candidate_id, cost=each.cost)
        rest = tuple(swapped if c is one else c for c in match.chosen)
        cost = match.cost + each.dearer_by
        _require_lawful(plan, replace(match, chosen=rest, cost=cost, passed=_others(plan, rest)))


def _others(plan: Plan, chosen: tuple) -> tuple:  # type: ignore[type-arg]
    """Return somebody passed over for every pair that is not chosen."""
    taken = {(each.requirement_id, each.candidate_id) for each in chosen}
    return tuple(
        replace(chosen[0], requirement_id=one.id, candidate_id=other.id)
        for one in plan.requirements
        for other in plan.candidates
        if (one.id, other.id) not in taken
    )


@settings(max_examples=40, deadline=None)
@given(plan=plans(most=3))
def test_no_better_crew_exists_than_the_one_found(plan: Plan) -> None:
    match = match_crew(plan)
    assert match.is_proven
    best = max(_worth(plan, pairs) for pairs in _all_crews(plan))
    pairs = [(each.requirement_id, each.candidate_id) for each in match.chosen]
    assert _worth(plan, pairs) == best


def _worth(plan: Plan, pairs: list[tuple[str, str]]) -> tuple[int, int, int, int]:
    of = {each.id: each for each in plan.requirements}
    who = {each.id: each for each in plan.candidates}
    cost = sum(cost_of(of[need], who[person], plan.travel) for need, person in pairs)
    surplus = sum(surplus_of(of[need], who[person]) for need, person in pairs)
    return len(pairs), -cost, surplus, -len({person for _, person in pairs})


def _all_crews(plan: Plan) -> Iterator[list[tuple[str, str]]]:
    """Yield every crew that keeps the law: brute force."""
    teams = []
    for need in plan.requirements:
        may = [each.id for each in plan.candidates if next(failures(need, each), None) is None]
        teams.append([team for size in range(need.count + 1) for team in combinations(may, size)])
    of = {each.id: each for each in plan.requirements}
    for chosen in product(*teams):
        pairs = [(need.id, person) for need, team in zip(plan.requirements, chosen, strict=True)
                 for person in team]  # fmt: skip
        is_lawful = all(
            one[1] != other[1] or not of[one[0]].interval.overlaps(of[other[0]].interval)
            for one, other in combinations(pairs, 2)
        )
        if is_lawful and (plan.budget is None or -_worth(plan, pairs)[1] <= plan.budget):
            yield pairs


def _gaffer(id_: str, rate: int, **more: object) -> Candidate:
    return Candidate(id_, frozenset({"gaffer"}), rate, **more)  # type: ignore[arg-type]


def test_everybody_who_is_not_chosen_is_told_the_first_reason() -> None:
    need = Requirement("n", "gaffer", _days(0, 2), skills={"rigging": 3}, most_rate=100)
    skilled = {"rigging": 3}
    asked = (
        _gaffer("a", 50, skills=skilled), _gaffer("b", 60, skills=skilled), _gaffer("c", 10),
        _gaffer("d", 10, skills=skilled, busy=(_days(1),)), _gaffer("e", 101, skills=skilled),
        Candidate("f", frozenset({"grip"}), 10),
        _gaffer("g", 10, skills=skilled, only_remote=True),
    )  # fmt: skip
    match = match_crew(Plan((need,), asked), alternatives=3)
    assert [(each.candidate_id, each.cost) for each in match.chosen] == [("a", 100)]
    assert {each.candidate_id: each.reason for each in match.passed} == {
        "b": Reason(Fate.DEARER, "20"), "c": Reason(Rule.SKILL, "rigging 0/3"),
        "d": Reason(Rule.FREE, "2026-06-02T00:00Z"), "e": Reason(Rule.RATE, "1"),
        "f": Reason(Rule.ROLE, "gaffer"), "g": Reason(Rule.PLACE),
    }  # fmt: skip
    assert [(each.candidate_id, each.dearer_by) for each in match.alternatives] == [("b", 20)]
    told = match.passed[0].reason
    assert (told.told("en"), told.told("zh")) == (
        "is free, but dearer by 20",
        "有档期，但费用高出 20",
    )


def test_what_cannot_be_filled_says_why_and_what_a_twentieth_more_would_do() -> None:
    needs = (Requirement("a", "gaffer", _days(0)), Requirement("b", "gaffer", _days(0)),
             Requirement("c", "pilot", _days(0)))  # fmt: skip
    match = match_crew(Plan(needs, (_gaffer("p", 100), _gaffer("q", 100)), budget=195))
    assert [each.why for each in match.unfilled] == ["budget", "nobody"]
    assert match.with_more is not None
    assert (match.with_more.budget, match.with_more.filled) == (204, 2)
    assert match.unfilled[1].refusals == {"role": 2}
    alone = match_crew(Plan(needs[:2], (_gaffer("p", 100),)))
    assert [each.why for each in alone.unfilled] == ["elsewhere"]


def test_the_same_person_goes_on_where_that_costs_no_more() -> None:
    needs = tuple(Requirement(f"n{n}", "gaffer", _days(n)) for n in range(3))
    match = match_crew(Plan(needs, tuple(_gaffer(f"p{n}", 100) for n in range(4))))
    assert len({each.candidate_id for each in match.chosen}) == 1


def test_a_journey_is_paid_by_the_way_or_by_the_border() -> None:
    shanghai = Spot("CN", "Shanghai", 31.2304, 121.4737)
    beijing = Spot("CN", "Beijing", 39.9042, 116.4074)
    assert distance_km(shanghai, beijing) == pytest.approx(1067, abs=3)
    need = Requirement("n", "gaffer", _days(0), spot=shanghai)
    travel = Travel(per_km=2, at_home=500, abroad=9_000)
    by_spot = [
        cost_of(need, _gaffer("p", 0, spot=spot), travel)
        for spot in (shanghai, beijing, Spot("CN", "shanghai"), Spot("CN", "Xi'an"), Spot("FR"))
    ]
    assert by_spot == [0, pytest.approx(4_270, abs=12), 0, 500, 9_000]
    assert cost_of(replace(need, is_remote=True), _gaffer("p", 0, spot=Spot("FR")), travel) == 0


def test_nothing_is_known_of_people_by_which_they_might_be_ranked() -> None:
    words = {each.name for each in fields(Candidate)}
    assert words == {
        "id",
        "roles",
        "day_rate",
        "skills",
        "languages",
        "busy",
        "spot",
        "only_remote",
        "role_rates",
    }


def test_what_cannot_be_weighed_is_refused() -> None:
    need = Requirement("n", "gaffer", _days(0))
    for plan in (Plan((need, need), ()), Plan((replace(need, count=0),), ()),
                 Plan((), (_gaffer("p", 10**12),)),
                 Plan((replace(need, interval=Interval(START)),), ())):  # fmt: skip
        with pytest.raises(InvalidInput):
            match_crew(plan)

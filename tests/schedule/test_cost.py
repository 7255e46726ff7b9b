from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mstation.schedule.board import Board, BoardDay
from mstation.schedule.cost import CostKind, cost_of
from mstation.schedule.employment import employment_of
from mstation.schedule.production import CastTerms, Costs, Location
from tests.schedule.generated import FIRST, film, production, strip, strips_of


def board(*days: tuple[str, ...], boneyard: tuple[str, ...] = ()) -> Board:
    return Board("a", tuple(BoardDay(items) for items in days), boneyard)


def test_a_day_costs_its_crew_its_places_its_ways_and_who_works() -> None:
    strips = strips_of(
        strip(1, cast=("ana",), location="A"),
        strip(2, cast=("ana", "ben"), location="B", script_day="D2"),
    )
    where = (Location("B", "The Bar", (), fee=7),)
    told = production(
        costs=Costs(day=1000, move=100, location_day=10, cast_day=400, script_day=1),
        locations=where,
    )
    cost = cost_of(strips, board(("s1", "s2")), told)
    assert {kind: sum_ for kind, sum_ in cost.by_kind().items() if sum_} == {
        CostKind.CREW: 1000, CostKind.LOCATION: 27, CostKind.MOVE: 100, CostKind.SCRIPT_DAY: 1,
        CostKind.WORK: 400 + 283,  # number 2 has 1/√2 of it
    }  # fmt: skip
    assert "The Bar" in next(line.en for line in cost.lines if line.kind is CostKind.MOVE)


def test_who_waits_between_two_days_is_held_and_never_on_a_day_off() -> None:
    # Friday, Monday and Tuesday: the weekend between is nobody's to pay
    strips = strips_of(strip(1, cast=("ana",)), strip(2), strip(3, cast=("ana",)))
    told = production(first_day=date(2027, 3, 5))
    cost = cost_of(strips, board(("s1",), ("s2",), ("s3",)), told)
    held = [line for line in cost.lines if line.kind is CostKind.HOLD]
    assert [(line.day, line.amount) for line in held] == [(1, told.costs.cast_day)]
    assert {strip_id for strip_id, _ in held[0].shares} == {"s1", "s3"}


def test_a_drop_is_taken_where_it_is_allowed_and_cheaper_than_the_hold() -> None:
    days = [FIRST, FIRST + timedelta(days=21)]
    held = employment_of(days, CastTerms("ana"), production())
    assert (len(held.held), held.drops, held.travel_days) == (14, (), 0)
    near = CastTerms("ana", drop_after=10, travel_before=1, travel_after=1)
    dropped = employment_of(days, near, production())
    assert (dropped.held, dropped.drops, dropped.travel_days) == ((), ((days[0], days[1]),), 4)
    far = CastTerms("ana", drop_after=10, travel_before=7, travel_after=7)
    assert employment_of(days, far, production()).drops == ()  # the journey costs as much
    patient = CastTerms("ana", drop_after=20)
    assert employment_of(days, patient, production()).drops == ()  # 20 days away are not more


def test_sag_aftra_drops_once_and_at_the_gap_that_saves_most() -> None:
    days = [FIRST, FIRST + timedelta(days=14), FIRST + timedelta(days=35)]
    terms = CastTerms("ana", drop_after=10)
    assert len(employment_of(days, terms, production()).drops) == 2
    bound = production(rules=("sag-aftra",))
    assert employment_of(days, terms, bound).drops == ((days[1], days[2]),)


def test_who_may_not_be_held_is_paid_for_work_alone() -> None:
    days = [FIRST, FIRST + timedelta(days=4)]
    paid = employment_of(days, CastTerms("ana", may_hold=False), production())
    assert (paid.paid_days, paid.held) == (2, ())


@given(st.integers(0, 10_000), st.integers(1, 30), st.randoms(use_true_random=False))
def test_lines_days_and_strips_add_up_to_the_last_unit(
    seed: int, scenes: int, dice: object
) -> None:
    strips, told = film(max(3, scenes), 6, 4, seed)
    ids = [each.id for each in strips.strips]
    dice.shuffle(ids)  # type: ignore[attr-defined]
    cuts = [ids[at : at + 4] for at in range(0, len(ids), 4)]
    cost = cost_of(strips, board(*(tuple(cut) for cut in cuts)), told)
    assert cost.total == sum(cost.by_day().values()) == sum(cost.by_strip().values())
    assert cost.total == sum(cost.by_kind().values())
    assert all(line.amount == sum(share for _, share in line.shares) for line in cost.lines)
    assert set(cost.by_strip()) == set(ids)


def test_what_lies_in_the_boneyard_costs_nothing() -> None:
    strips = strips_of(strip(1, cast=("ana",)), strip(2, cast=("ana",)))
    without = cost_of(strips_of(strip(1, cast=("ana",))), board(("s1",)), production())
    assert cost_of(strips, board(("s1",), boneyard=("s2",)), production()).total == without.total

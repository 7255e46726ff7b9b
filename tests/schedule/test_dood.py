import csv
import io
import itertools
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.breakdown.element import Category
from mstation.breakdown.reports.csv_tables import write_csv
from mstation.schedule.board import Board, BoardDay
from mstation.schedule.calendar import is_worked
from mstation.schedule.employment import employment_of
from mstation.schedule.plan import Plan, plan_of
from mstation.schedule.production import CastTerms, Dates, Production
from mstation.schedule.reports.dood import CAST, LOCATIONS, SETS, Code, codes_on, days_out_of_days
from mstation.schedule.reports.dood_paper import dood_list, dood_table, print_dood
from tests.schedule.plans import COSTS, MONDAY, long_plan, small_plan, strip, strips
from tests.sheets.film import words_of_pdf


def dood_of(plan, category=CAST):
    return next(each for each in days_out_of_days(plan) if each.category == category)


def codes_of(plan, name, category=CAST):
    row = next(row for row in dood_of(plan, category).rows if row.name == name)
    return {day: code.value for day, code in row.codes.items()}


def plan_with(worked, terms=None, **production):
    """A plan of ten weekdays on which `a` works where told."""
    shot = [strip(str(number), cast=("a",) if number in worked else ()) for number in range(10)]
    days = tuple(BoardDay((each.id,)) for each in shot)
    terms = (terms,) if terms else ()
    return plan_of(
        strips(*shot, cast=("A",)),
        Board("b", days),
        Production("USD", COSTS, first_day=MONDAY, is_dated=True, cast=terms, **production),
    )


def line_of(plan):
    codes = codes_of(plan, "A")
    return " ".join(codes.get(day, "-") for day in dood_of(plan).dates)


def test_somebody_starts_works_is_held_and_finishes():
    assert line_of(plan_with({1, 3, 4})) == "- SW H W WF - - - - - - -"


def test_one_day_of_work_is_start_and_finish():
    assert line_of(plan_with({2})) == "- - SWF - - - - - - - - -"


def test_nobody_is_held_on_a_day_off():
    # Friday to Monday: the week-end between is nobody's
    assert line_of(plan_with({4, 5})) == "- - - - SW - - WF - - - -"


def test_who_is_not_held_has_nothing_between():
    assert line_of(plan_with({0, 3}, CastTerms("a", may_hold=False))).startswith("SW - - WF")


def test_a_gap_longer_than_agreed_is_a_drop_and_a_pick_up():
    # three calendar days between Monday and Friday
    assert line_of(plan_with({0, 4}, CastTerms("a", drop_after=3))).startswith("SW H H H WF")
    assert line_of(plan_with({0, 4}, CastTerms("a", drop_after=2))).startswith("SWD - - - PWF")


def test_a_day_between_two_gaps_is_picked_up_and_dropped():
    line = line_of(plan_with({0, 3, 7}, CastTerms("a", drop_after=1)))
    assert line == "SWD - - PWD - - - - - PWF - -"


def test_travel_stands_beside_the_first_and_the_last_day_of_work():
    plan = plan_with({0, 1}, CastTerms("a", travel_before=2, travel_after=1))
    assert line_of(plan).split()[:5] == ["TR", "TR", "SW", "WF", "TR"]


def test_fittings_and_rehearsals_stand_on_their_dates():
    days = {"fittings": (date(2027, 2, 20),), "rehearsals": (MONDAY, date(2027, 3, 2))}
    plan = plan_with({0, 3}, CastTerms("a", travel_before=1, **days))
    codes = codes_of(plan, "A")
    assert codes[date(2027, 2, 20)] == "FT"
    assert codes[date(2027, 3, 2)] == "R"  # in place of a hold
    assert codes[MONDAY] == "SW"  # work is what counts
    assert codes[date(2027, 2, 28)] == "TR"


def test_a_public_holiday_between_two_days_of_work_is_one():
    plan = plan_with(set(range(10)), country="US")
    independence = replace(plan.production, first_day=date(2027, 6, 30))
    codes = codes_of(plan_of(plan.strips, plan.board, independence), "A")
    assert codes[date(2027, 7, 5)] == "/"  # the fourth is a Sunday
    assert list(codes.values()).count("/") >= 1


def test_without_a_date_only_what_is_shot_counts():
    terms = CastTerms("a", fittings=(date(2027, 2, 20),), travel_before=1)
    plan = plan_with({0, 2}, terms)
    undated = plan_of(plan.strips, plan.board, Production("USD", COSTS, cast=plan.production.cast))
    assert list(codes_of(undated, "A").values()) == ["TR", "SW", "H", "WF"]


def test_things_sets_and_places_work_and_are_never_held():
    plan = small_plan()
    assert list(codes_of(plan, "film can", Category.PROPS.value).values()) == ["SW", "WF"]
    assert list(codes_of(plan, "dog", Category.ANIMALS.value).values()) == ["SWF"]
    assert list(codes_of(plan, "The Rex Cinema", LOCATIONS).values()) == ["SW", "W", "WF"]
    assert "KITCHEN" in {row.name for row in dood_of(plan, SETS).rows}


def test_a_set_written_in_two_ways_is_one():
    shot = [strip("1", set_name="KITCHEN"), strip("2", set_name="Kitchen")]
    board = Board("b", (BoardDay(("sc-1",)), BoardDay(("sc-2",))))
    plan = plan_of(strips(*shot), board, Production("USD", COSTS))
    assert [(row.name, row.totals.worked) for row in dood_of(plan, SETS).rows] == [("KITCHEN", 2)]


def test_a_voice_has_no_row_and_who_is_in_the_boneyard_has_an_empty_one():
    shot = (strip("1", cast=("a",), voices=("b",)), strip("2", cast=("c",)))
    board = Board("b", (BoardDay(("sc-1",)),), boneyard=("sc-2",))
    plan = plan_of(strips(*shot, cast=("A", "B", "C")), board, Production("USD", COSTS))
    assert [(row.name, row.totals.total) for row in dood_of(plan).rows] == [("A", 1), ("C", 0)]


def test_a_board_without_days_has_no_day_out_of_days():
    plan = plan_of(strips(strip("1")), Board("b", (), ("sc-1",)), Production("USD", COSTS))
    assert days_out_of_days(plan) == ()
    assert "Noshootingdaysyet." in words_of_pdf(print_dood((), plan, "letter"))


@st.composite
def plans(draw):
    count = draw(st.integers(1, 12))
    cast = ("A", "B", "C")
    shot = [
        strip(str(n), cast=tuple(draw(st.sets(st.sampled_from(["a", "b", "c"])))))
        for n in range(count)
    ]
    cuts = sorted(draw(st.sets(st.integers(1, count), max_size=5)) | {count})
    days = []
    for first, end in itertools.pairwise([0, *cuts]):
        unit = draw(st.sampled_from(["main", "main", "second"]))
        days.append(BoardDay(tuple(each.id for each in shot[first:end]), unit=unit))
    terms = tuple(
        CastTerms(
            key,
            may_hold=draw(st.booleans()),
            drop_after=draw(st.integers(0, 4)),
            travel_before=draw(st.integers(0, 2)),
            travel_after=draw(st.integers(0, 2)),
        )
        for key in ("a", "b", "c")
    )
    first = MONDAY + timedelta(days=draw(st.integers(0, 364)))
    off = first + timedelta(days=draw(st.integers(0, 6)))
    production = Production(
        "USD", COSTS, first_day=first, is_dated=True, country="US", cast=terms,
        off=(Dates(off, off),),
    )  # fmt: skip
    return plan_of(strips(*shot, cast=cast), Board("b", tuple(days)), production)


@given(plans())
@settings(max_examples=60, deadline=None)
def test_codes_say_what_the_board_says(plan: Plan):
    players = {player.name: player for player in plan.strips.cast}
    for row in (row for each in days_out_of_days(plan)[:1] for row in each.rows if row.number):
        player = players[row.name]
        terms = plan.production.terms(player.id)
        shot = {
            day.date for day in plan.days
            if any(player.id in plan.strip[item].cast for item in day.strips)
        }  # fmt: skip
        assert set(row.worked) == shot
        paid = employment_of(sorted(shot), terms, plan.production)
        codes = [row.codes[day] for day in row.worked]
        assert sum(code.is_start for code in codes) == 1
        assert sum(code.is_finish for code in codes) == 1
        assert codes[0].is_start
        assert codes[-1].is_finish
        for (before, after), (one, other) in zip(
            itertools.pairwise(row.worked), itertools.pairwise(codes), strict=True
        ):
            gap = (after - before).days - 1
            assert one.is_drop == other.is_pickup == ((before, after) in paid.drops)
            between = [row.codes.get(before + timedelta(days=n)) for n in range(1, gap + 1)]
            if one.is_drop or not terms.may_hold:
                assert Code.HOLD not in between
        for day, code in row.codes.items():
            if code is Code.HOLD:
                assert is_worked(plan.production, day) or day in plan.dates
                assert row.worked[0] < day < row.worked[-1]
        totals = row.totals
        assert totals.worked == len(shot)
        assert totals.travel == terms.travel_before + terms.travel_after
        assert totals.total == len(row.codes)


@given(plans())
@settings(max_examples=20, deadline=None)
def test_a_date_asked_alone_says_the_same(plan: Plan):
    for dood in days_out_of_days(plan)[:1]:
        if dood.category == CAST:
            for day in dood.dates:
                named = {row.name.lower(): row.codes[day] for row in dood.rows if day in row.codes}
                assert codes_on(plan, day) == named


def test_the_paper_has_every_name_and_is_always_the_same():
    for language, heading in (("en", "Dayoutofdays"), ("zh", "演员出场统计表")):
        plan = small_plan(language)
        found = days_out_of_days(plan)
        printed = print_dood(found, plan, "a4")
        told = words_of_pdf(printed)
        assert heading in told
        for dood in found:
            for row in dood.rows:
                assert "".join(row.name.split()) in told
        assert printed == print_dood(days_out_of_days(plan), plan, "a4")


def test_more_dates_than_a_page_is_wide_go_on_overleaf():
    plan = long_plan(count=120)
    dood = dood_of(plan)
    assert len(dood.dates) > 20
    told = words_of_pdf(print_dood((dood,), plan, "letter"))
    assert told.count("MR.ABERNATHY10") == 2 * told.count("TOTAL")


def test_years_without_a_day_of_shooting_are_not_a_column_a_day():
    plan = plan_with({0, 1}, CastTerms("a", may_hold=False))
    days = (plan.board.days[0], replace(plan.board.days[1], day=date(2090, 1, 2)))
    boneyard = tuple(f"sc-{number}" for number in range(2, 10))
    moved = plan_of(plan.strips, Board("b", days, boneyard), plan.production)
    assert dood_of(moved).dates == (MONDAY, date(2090, 1, 2))


def test_the_list_has_a_row_a_day_and_the_sheet_a_column_a_date():
    plan = small_plan()
    found = days_out_of_days(plan)
    rows = [*csv.reader(io.StringIO(write_csv(dood_list(found, plan)).decode("utf-8-sig")))]
    assert rows[0] == ["Category", "No.", "Name", "Date", "Code"]
    assert ["Cast", "1", "MARA", "2027-03-01", "SW"] in rows
    assert len(rows) == 1 + sum(len(row.codes) for dood in found for row in dood.rows)
    table = dood_table(found[0], plan)
    heads = [column.label for column in table.columns]
    mara = dict(zip(heads, table.rows[0], strict=True))
    assert mara["2027-03-01 Mon"] == "SW"
    assert (mara["Work"], mara["TOTAL"], mara["First"]) == (3, 9, "2027-03-01")

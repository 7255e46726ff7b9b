import itertools
from functools import cache
from pathlib import Path

import pypdfium2
import pytest

from mstation.breakdown import break_down
from mstation.schedule.board import Board, BoardDay
from mstation.schedule.minutes import usual_pace
from mstation.schedule.plan import plan_of
from mstation.schedule.production import Production
from mstation.schedule.reports import write_reports
from mstation.schedule.reports.sides import print_sides, sides_of
from mstation.schedule.strips import strips_of
from mstation.screenplay import read
from mstation.timebase import FrameRate
from tests.schedule.plans import COSTS
from tests.sheets.film import pages_of_pdf, words_of_pdf

EXAMPLES = Path(__file__).parents[2] / "examples"
FILMS = {"en": "the-last-reel.fountain", "zh": "the-tea-on-platform-three.fountain"}


@cache
def film(language):
    """An example's script, and a plan that shoots its scenes from the last to the first."""
    path = EXAMPLES / FILMS[language]
    script = read(path.read_bytes(), path=path.name, language=language)
    strips = strips_of(
        break_down(script), {}, rate=FrameRate(24), pace=usual_pace(), locations={},
        most_minutes=600,
    )  # fmt: skip
    ids = [strip.id for strip in strips.strips][::-1]
    days = tuple(BoardDay(tuple(ids[at : at + 2])) for at in range(0, len(ids), 2))
    return script, plan_of(strips, Board("b", days), Production("USD", COSTS))


@pytest.mark.parametrize(("language", "paper"), [("en", "letter"), ("zh", "a4")])
def test_the_pages_of_the_days_scenes_are_there_whole(language, paper):
    script, plan = film(language)
    for day in plan.days:
        told = words_of_pdf(print_sides(day, plan, script, paper))
        for strip in plan.shot_on(day):
            assert "".join(strip.set_name.split()) in told


def test_what_is_not_shot_is_crossed_out_and_what_is_shot_is_not():
    script, plan = film("en")
    headings = [element for element in script.elements if element.kind == "scene_heading"]
    for day in plan.days:
        ids = {strip.scene_id for strip in plan.shot_on(day)}
        sides = sides_of(script, ids, "letter")
        seen = set()
        for page, rows in sides:
            of_row = {line.row: line for line in page.lines if line.element >= 0}
            for first, end, is_played in rows:
                for row in range(first, end):
                    line = of_row.get(row)
                    if line is not None and line.kind == "scene_heading":
                        element = script.elements[line.element]
                        number = str(headings.index(element) + 1)
                        wanted = number in {strip.number for strip in plan.shot_on(day)}
                        assert is_played == wanted
                        seen |= {number} if wanted else set()
        assert seen == {strip.number for strip in plan.shot_on(day)}


def test_rows_follow_each_other_without_a_gap():
    script, plan = film("zh")
    ids = {strip.scene_id for strip in plan.shot_on(plan.days[0])}
    for _, rows in sides_of(script, ids, "a4"):
        assert all(one[1] == other[0] for one, other in itertools.pairwise(rows))
        assert all(first < end for first, end, _ in rows)


def test_two_pages_stand_on_a_lying_sheet():
    script, plan = film("en")
    every = {strip.scene_id for strip in plan.strips.strips}
    pages = len(sides_of(script, every, "letter"))
    day = plan.days[0]
    own = len(sides_of(script, {strip.scene_id for strip in plan.shot_on(day)}, "letter"))
    printed = print_sides(day, plan, script, "letter")
    assert own < pages
    assert pages_of_pdf(printed) == -(-own // 2)
    document = pypdfium2.PdfDocument(printed)
    width, height = document[0].get_size()
    document.close()
    assert width > height


def test_a_day_that_the_script_does_not_have_gets_a_sheet_without_pages():
    script, _ = film("en")
    _, other = film("zh")
    assert pages_of_pdf(print_sides(other.days[0], other, script, "a4")) == 1


def test_sides_are_among_the_papers_where_the_script_is_given():
    script, plan = film("en")
    made = write_reports(plan, script=script)
    sides = {name: data for name, data in made.items() if name.startswith("sides/")}
    assert len(sides) == len(plan.days)
    assert sides["sides/day-01.pdf"] == print_sides(plan.days[0], plan, script, "letter")
    assert not any(name.startswith("sides/") for name in write_reports(plan))


def test_headings_have_their_scenes_numbers_even_where_the_script_prints_none():
    script, plan = film("en")
    day = plan.days[0]  # scenes 6 and 5
    document = pypdfium2.PdfDocument(print_sides(day, plan, script, "letter"))
    lines = document[0].get_textpage().get_text_bounded().splitlines()
    document.close()
    assert any(line.split()[:2] == ["5", "INT."] for line in lines)
    assert any(line.split()[:2] == ["6", "EXT."] for line in lines)
    script, plan = film("zh")  # 第4场 is a number already
    told = words_of_pdf(print_sides(plan.days[0], plan, script, "a4"))
    assert "第4场" in told
    assert "4第4场" not in told

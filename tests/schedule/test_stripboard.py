import csv
import io

import pypdfium2
import pytest

from mstation.breakdown.element import Category
from mstation.breakdown.reports.csv_tables import write_csv
from mstation.breakdown.scene import Interior, TimeOfDay
from mstation.schedule.board import Board, BoardDay
from mstation.schedule.plan import plan_of
from mstation.schedule.production import Production
from mstation.schedule.reports.call_sheet import print_call_sheet
from mstation.schedule.reports.grid import MARGIN, Cell, Part, Row, print_parts
from mstation.schedule.reports.one_line import one_line_table, print_one_line
from mstation.schedule.reports.shooting_schedule import print_shooting_schedule
from mstation.schedule.reports.stripboard import print_stripboard, strip_table
from mstation.schedule.reports.wording import usual_colours
from tests.schedule.plans import COSTS, long_plan, small_plan, strip, strips
from tests.sheets.film import pages_of_pdf, words_of_pdf


def rows_of(table):
    text = write_csv(table).decode("utf-8-sig")
    return [*csv.DictReader(io.StringIO(text))]


def test_strips_stand_in_the_order_of_shooting_and_the_boneyard_last():
    told = words_of_pdf(print_stripboard(small_plan(), "letter"))
    marks = ["PROJECTIONBOOTH", "Everybodyrides", "COMPANYMOVE", "KITCHEN",
             "ENDOFDAY1–Mon1Mar2027", "26/8pp",
             "LOBBY", "ENDOFDAY2", "ENDOFSECONDUNIT", "ENDOFDAY3", "BONEYARD"]  # fmt: skip
    places = [told.index(mark) for mark in marks]
    assert places == sorted(places)
    assert told.index("BONEYARD") < told.rindex("NIGHT")


def test_every_strip_is_on_the_board_once():
    plan = long_plan()
    rows = rows_of(strip_table(plan))
    assert sorted(int(row["Sc."]) for row in rows) == [*range(1, 61)]
    assert [row["Sc."] for row in rows] == [
        plan.strip[item].number for day in plan.days for item in day.strips
    ]


def test_strips_have_the_colours_of_the_field_unless_told():
    table = strip_table(small_plan())
    assert table.tints == ("#FFFFFF", "#FFFFFF", "#FFFFFF", "#F8CFE0", "#BFE3B4", "#BDD7F2")
    colours = {**usual_colours(), (Interior.EXT, TimeOfDay.NIGHT): "#123456"}
    assert strip_table(small_plan(), colours).tints[4] == "#123456"
    usual = print_stripboard(small_plan(), "letter")
    assert print_stripboard(small_plan(), "letter", colours) != usual
    assert print_stripboard(small_plan(), "letter", usual_colours()) == usual


def test_the_one_liner_sums_its_days():
    plan = small_plan()
    told = words_of_pdf(print_one_line(plan, "letter"))
    assert "Total–2sc.–26/8pp–5:10h" in told
    assert "Crewcall18:00" in told
    rows = rows_of(one_line_table(plan))
    assert sum(int(row["Eighths"]) for row in rows) == sum(day.eighths for day in plan.days)
    assert [row["Sc."] for row in rows] == ["1", "4", "2", "5", "3"]
    assert rows[3]["Unit"] == "second"


def test_the_shooting_schedule_has_everything_that_a_scene_needs():
    told = words_of_pdf(print_shooting_schedule(small_plan(), "letter"))
    for words in ("1MARA", "3MR.ABERNATHY", "filmcan", "ushers(6)", "deliveryvan", "dog", "rain",
                  "ladderfall", "crane", "Voices2TOM", "ENDOFDAY3"):  # fmt: skip
        assert words in told


def test_a_long_film_takes_more_pages_and_loses_nothing():
    plan = long_plan()
    printed = print_shooting_schedule(plan, "a4")
    assert pages_of_pdf(printed) > 5
    told = words_of_pdf(printed)
    assert all(f"ENDOFDAY{day.number}–" in told for day in plan.days)


def test_chinese_boards_speak_chinese():
    plan = small_plan("zh")
    assert "大表" in words_of_pdf(print_stripboard(plan, "a4"))
    assert "未排场次" in words_of_pdf(print_stripboard(plan, "a4"))
    assert "拍摄顺序表" in words_of_pdf(print_one_line(plan, "a4"))
    assert "第1天（共3天）–2027年3月1日周一" in words_of_pdf(print_shooting_schedule(plan, "a4"))


def test_a_board_without_days_says_so():
    plan = plan_of(strips(strip("1")), Board("b", (), ("sc-1",)), Production("USD", COSTS))
    assert "BONEYARD" in words_of_pdf(print_stripboard(plan, "letter"))
    for printed in (print_one_line(plan, "letter"), print_shooting_schedule(plan, "letter")):
        assert "Noshootingdaysyet." in words_of_pdf(printed)


def test_without_a_date_nothing_says_a_year():
    plan = small_plan(is_dated=False)
    for printed in (print_stripboard, print_one_line, print_shooting_schedule):
        assert "2001" not in words_of_pdf(printed(plan, "letter"))


def test_a_boneyard_that_names_nothing_of_the_film_is_no_plan():
    board = Board("b", (), ("sc-9",))
    with pytest.raises(ValueError, match="the boneyard names `sc-9`"):
        plan_of(strips(strip("1")), board, Production("USD", COSTS))


def test_what_is_longer_than_a_page_goes_on_overleaf():
    names = [f"usher number {number}" for number in range(200)]
    needs = tuple((Category.BACKGROUND, name) for name in names)
    shot = strip("1", needs=needs, cast=("ann",))
    board = Board("b", (BoardDay(("sc-1",)),))
    plan = plan_of(strips(shot, cast=("ANN",)), board, Production("USD", COSTS))
    for printed in (
        print_shooting_schedule(plan, "letter"),
        print_call_sheet(plan.days[0], plan, "letter"),
    ):
        told = words_of_pdf(printed)
        assert all(f"ushernumber{number}" in told for number in range(200))
        assert pages_of_pdf(printed) > 1


def test_no_row_leaves_the_page_and_none_is_lost():
    for count in range(15, 19):  # sixteen rows of this size fill a page
        cells = [Cell(f"row{number}.", size=31) for number in range(1, count + 1)]
        rows = tuple(Row((cell,), is_held=cell is cells[-1]) for cell in cells)
        printed = print_parts([Part("", rows)], title="T", kind="K", language="en", paper="letter")
        document = pypdfium2.PdfDocument(printed)
        lows, told = [], ""
        for page in document:
            text = page.get_textpage()
            told += text.get_text_bounded()
            lows.append(min(text.get_charbox(at)[1] for at in range(text.count_chars())))
        document.close()
        assert all(f"row{number}." in told for number in range(1, count + 1))
        assert min(lows) > MARGIN

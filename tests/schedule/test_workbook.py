import csv
import io
import tomllib
from dataclasses import replace
from importlib.resources import files

import openpyxl
import pytest

from mstation.schedule.board import Banner, Board, BoardDay
from mstation.schedule.plan import plan_of
from mstation.schedule.production import Production
from mstation.schedule.reports import write_reports
from tests.schedule.plans import COSTS, long_plan, small_plan, strip, strips


def book_of(plan):
    return openpyxl.load_workbook(io.BytesIO(write_reports(plan)["schedule.xlsx"]))


def rows_of(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_every_paper_is_there_by_name():
    files_of = write_reports(small_plan())
    assert set(files_of) == {
        "stripboard.pdf", "stripboard.csv", "one-line.pdf", "one-line.csv",
        "shooting-schedule.pdf", "day-out-of-days.pdf", "day-out-of-days.csv", "calls.csv",
        "calendar.pdf", "schedule.xlsx", "schedule.uss", "schedule.ics",
        *(f"{folder}/{stem}.pdf" for folder in ("call-sheets", "progress")
          for stem in ("day-01", "day-02", "day-03", "second-01")),
    }  # fmt: skip
    assert "schedule.ics" not in write_reports(small_plan(is_dated=False))


def test_units_have_files_of_their_own_whatever_they_are_called():
    shot = [strip(str(number)) for number in range(5)]
    units = ("main", "a/b", "a:b", "day", "../x")
    days = tuple(BoardDay((each.id,), unit=unit) for each, unit in zip(shot, units, strict=True))
    plan = plan_of(strips(*shot), Board("b", days), Production("USD", COSTS))
    names = [name for name in write_reports(plan) if name.startswith("call-sheets/")]
    assert len(names) == 5
    assert all(name.count("/") == 1 for name in names)
    assert {"call-sheets/day-01.pdf", "call-sheets/day (2)-01.pdf"} <= set(names)


def test_the_workbook_has_a_sheet_a_list():
    book = book_of(small_plan())
    assert book.sheetnames[:4] == ["Stripboard", "One-line schedule", "Calls", "DOOD Cast"]
    assert {"DOOD Animals", "DOOD Sets", "DOOD Locations"} <= set(book.sheetnames)
    assert {"大表", "拍摄顺序表", "通告时间", "统计 演员"} <= set(
        book_of(small_plan("zh")).sheetnames
    )


def test_calls_in_the_workbook_are_those_of_the_day():
    head, *rows = rows_of(book_of(small_plan())["Calls"])
    mara = dict(zip(head, rows[0], strict=True))
    assert (mara["Character"], mara["Status"], mara["Pickup"]) == ("MARA", "SW", "06:00")
    plan = small_plan()
    assert len(rows) == sum(len(day.calls) for day in plan.days)


def test_the_lists_are_the_same_as_csv():
    plan = small_plan("zh")
    made = write_reports(plan)
    listed = [*csv.reader(io.StringIO(made["calls.csv"].decode("utf-8-sig")))]
    sheet = rows_of(openpyxl.load_workbook(io.BytesIO(made["schedule.xlsx"]))["通告时间"])
    assert listed == [[str(cell or "") for cell in row] for row in sheet]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_same_plan_gives_the_same_bytes(language):
    small_plan.cache_clear()
    first = write_reports(small_plan(language))
    small_plan.cache_clear()
    assert write_reports(small_plan(language)) == first


def test_a_day_without_strips_and_a_board_without_days_have_papers_too():
    shot = strips(strip("1", cast=("a",)), cast=("A",))
    shot = replace(shot, cast=tuple(replace(each, id="a") for each in shot.cast))
    banner = Banner("b", "Build the set", minutes=90)
    for days in ((), (BoardDay(),), (BoardDay(("b",)), BoardDay(("sc-1",)))):
        board = Board("b", days, () if len(days) == 2 else ("sc-1",), (banner,))
        made = write_reports(plan_of(shot, board, Production("USD", COSTS)))
        assert len([name for name in made if name.startswith("call-sheets/")]) == len(days)


def test_names_from_outside_break_nothing():
    odd = '=HYPERLINK("x")\u0000\u202e' + "长" * 300
    plan = small_plan()
    people = tuple(replace(each, name=odd) for each in plan.strips.cast)
    each = tuple(
        replace(one, set_name=odd, synopsis=odd * 20, number=one.number + "A" * 40)
        for one in plan.strips.strips
    )
    shot = replace(plan.strips, strips=each, cast=people, title=odd)
    made = write_reports(plan_of(shot, plan.board, plan.production))
    book = openpyxl.load_workbook(io.BytesIO(made["schedule.xlsx"]))
    assert all(cell.data_type != "f" or "SUBTOTAL" in cell.value
               for sheet in book for row in sheet.iter_rows() for cell in row)  # fmt: skip
    assert b"\r\n=HYPERLINK" not in made["calls.csv"]


def test_a_long_film_has_a_call_sheet_a_day():
    plan = long_plan()
    made = write_reports(plan)
    assert len([name for name in made if name.startswith("call-sheets/")]) == len(plan.days) == 15


def test_both_languages_say_everything():
    table = tomllib.loads(files("mstation.schedule.reports").joinpath("words.toml").read_text())

    def keys(node, path=()):
        if not isinstance(node, dict):
            return {path}
        return set().union(*(keys(value, (*path, key)) for key, value in node.items()))

    assert keys(table["en"]) == keys(table["zh"])

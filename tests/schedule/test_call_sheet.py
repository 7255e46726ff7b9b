from dataclasses import replace

from mstation.schedule.board import Board, BoardDay
from mstation.schedule.plan import plan_of
from mstation.schedule.production import Production
from mstation.schedule.reports.call_sheet import print_call_sheet
from mstation.schedule.reports.wording import clock_text
from tests.schedule.plans import COSTS, long_plan, small_plan, strip, strips
from tests.sheets.film import pages_of_pdf, words_of_pdf


def sheet(plan, day=0):
    return words_of_pdf(print_call_sheet(plan.days[day], plan, "letter"))


def test_it_says_who_comes_where_and_when():
    told = sheet(small_plan())
    for words in (
        "LanternPictures", "CALLSHEET", "Day1of3", "Mon1Mar2027", "Crewcall07:00",
        "Firstsetup07:45",
        "Meal10:15", "Est.wrap15:25", "TheRexCinema14VineStreet",
        "LotbehindColeStreet", "St.Anne's,0.8mi", "Studio2", "INTPROJECTIONBOOTH", "Marathreads",
        "1MARAJoLindSW06:0006:4507:3014:55", "2TOMAdaPeelSW10:30", "filmcan(sc.1)", "crane(sc.4)",
        "Wetweathergear.",
        "COMPANYMOVEtoStudio2", "Everybodyridesinthetwovans", "AdaLo,5550101",
        "Rulesofwork:theproduction'sown",
    ):  # fmt: skip
        assert words in told


def test_the_sun_is_that_of_the_place():
    assert "06:21" in sheet(small_plan())
    assert "06:21" not in sheet(small_plan(is_dated=False))


def test_the_next_day_stands_in_the_advance_schedule():
    told = sheet(small_plan())
    assert "ADVANCESCHEDULE–Day2・Thu4Mar2027" in told.replace("·", "・")
    assert "2INTLOBBYDAY1,2,323/8TheRexCinema" in told
    assert "Thisistheunit'slastday." in sheet(small_plan(), 3)


def test_who_is_held_is_listed_and_not_called():
    plan = small_plan()
    held = words_of_pdf(print_call_sheet(plan.days[1], plan, "letter"))
    assert "3MR.ABERNATHYRexOteroSWF" in held
    # a second unit shoots on the first day without any cast: those who work for the main one
    # stand on its sheet, not on this
    assert "Nocasttoday." in sheet(plan, 2)


def test_a_voice_is_named_and_not_called():
    shot = strip("1", cast=("ann",), voices=("bob",))
    board = Board("b", (BoardDay(("sc-1",)),))
    plan = plan_of(strips(shot, cast=("ANN", "BOB")), board, Production("USD", COSTS))
    told = sheet(plan)
    assert "Voices,notcalled:2BOB" in told
    assert "2BOBSW" not in told


def test_a_child_is_marked():
    assert "minor:11" in sheet(small_plan(), 3)
    assert "未成年：11岁" in sheet(small_plan("zh"), 3)


def test_a_chinese_sheet_uses_the_words_of_the_trade():
    told = sheet(small_plan("zh"), 3)
    for words in ("通告单", "全组集合18:00", "2027年3月8日周一", "夜", "外影院后巷", "林晚王珏WF",
                  "就近医院", "狗（第3场）", "剧组自定"):  # fmt: skip
        assert words in told


def test_without_a_date_days_have_numbers_and_weekdays():
    told = sheet(small_plan(is_dated=False))
    assert "Day1of3Mon" in told
    assert "2001" not in told


def test_hours_after_midnight_say_so():
    assert [clock_text(each, "en") for each in (420, 1590, -30)] == [
        "07:00", "02:30 (+1)", "23:30 (−1)",
    ]  # fmt: skip
    assert clock_text(1590, "zh") == "次日 02:30"
    plan = long_plan()
    assert "02:47(+1)" in sheet(plan, 12)


def test_calls_are_on_the_five_minutes():
    plan = long_plan()
    assert all(call.on_set % 5 == 0 for day in plan.days for call in day.calls)
    firsts = (day.slots[0].first_minute for day in plan.days)
    assert all(first % 5 == 0 for first in firsts)


def test_a_crowded_day_takes_two_pages_at_most():
    plan = long_plan()
    for day in plan.days:
        assert pages_of_pdf(print_call_sheet(day, plan, "letter")) <= 2


def test_words_from_outside_neither_run_nor_break_the_sheet():
    plan = small_plan()
    odd = "W\u0000W" + "W" * 400 + "\n☃" * 40
    days = tuple(replace(day, note=odd) for day in plan.days)
    changed = replace(plan, days=days, production=replace(plan.production, company=odd))
    assert pages_of_pdf(print_call_sheet(days[0], changed, "letter")) <= 3


def test_the_same_plan_gives_the_same_bytes():
    plan = small_plan("zh")
    assert print_call_sheet(plan.days[0], plan, "a4") == print_call_sheet(plan.days[0], plan, "a4")

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.breakdown import break_down
from mstation.screenplay import read


def days(*paragraphs: str) -> list[str]:
    film = break_down(read("\n\n".join(paragraphs).encode(), path="x"))
    return [sheet.script_day for sheet in film.sheets]


def english(*headings: str) -> list[str]:
    return days(*(f"{heading}\n\nThe room is quiet." for heading in headings))


def chinese(*headings: str) -> list[str]:
    return days("\n".join(f"第{n}场 {text}\n△走。" for n, text in enumerate(headings, start=1)))


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (("INT. A - DAY", "EXT. B - DAY", "INT. C - NIGHT"), "1 1 1"),
        (("INT. A - NIGHT", "EXT. B - DAY"), "1 2"),
        (("INT. A - NIGHT", "INT. A - MORNING", "INT. A - AFTERNOON"), "1 2 2"),
        (("INT. A - DAY", "INT. A - MORNING"), "1 2"),
        (("INT. A - AFTERNOON", "INT. A - DAY"), "1 1"),
        (("INT. A - LATE NIGHT", "INT. A - NIGHT"), "1 1"),
        (("INT. A - NIGHT", "INT. B - 3:30 AM", "INT. B - DAWN"), "1 1 2"),
        (("INT. A - NIGHT", "INT. B - CONTINUOUS", "INT. C - MOMENTS LATER"), "1 1 1"),
        (("INT. A - NIGHT", "INT. B - LATER THAT NIGHT"), "1 1"),
        (("INT. A - DAY", "INT. A - THE NEXT DAY", "INT. B - THE FOLLOWING MORNING"), "1 2 3"),
        (("INT. A - DAY", "INT. A - DAY - TWO WEEKS LATER", "INT. A - HOURS LATER"), "1 2 2"),
        (("INT. A - DAY", "INT. A - NIGHT (THREE MONTHS LATER)"), "1 2"),
        (("INT. A", "INT. B"), "1 1"),
        (("INT. NEXT DAY CLEANERS - DAY", "INT. NEXT DAY CLEANERS - NIGHT"), "1 1"),
    ],
)
def test_days_follow_the_clock_and_the_words(headings: tuple[str, ...], expected: str) -> None:
    assert english(*headings) == expected.split()


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (("内 客厅 日", "外 街道 日", "内 客厅 夜"), "1 1 1"),
        (("内 客厅 夜", "内 客厅 清晨", "内 客厅 下午"), "1 2 2"),
        (("内 客厅 夜", "内 客厅 凌晨", "内 客厅 晨"), "1 1 2"),
        (("内 客厅 日", "内 客厅 次日", "外 街道 夜 三天后"), "1 2 3"),
        (("内 客厅 夜", "内 客厅 稍后", "内 同前 同前"), "1 1 1"),
        (("内 客厅 日", "内 客厅 日 半年后", "内 客厅 日 几小时后"), "1 2 2"),
        (("内 客厅 日", "内 客厅 第二天 日", "内 客厅 第五天 日"), "1 2 5"),
    ],
)
def test_chinese_days_follow_the_clock_and_the_words(
    headings: tuple[str, ...], expected: str
) -> None:
    assert chinese(*headings) == expected.split()


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (("INT. A - DAY 3", "INT. A - NIGHT 3", "INT. B - MORNING"), "3 3 4"),
        (("INT. A - DAY (D7)", "INT. B - NIGHT - D7", "INT. B - NIGHT (N9)"), "7 7 9"),
        (("INT. A - NIGHT (DAY TWO)", "INT. A - DAY (DAY ONE)"), "2 1"),
    ],
)
def test_a_day_that_the_heading_counts_wins(headings: tuple[str, ...], expected: str) -> None:
    assert english(*headings) == expected.split()


@pytest.mark.parametrize("note", ["[[Day 4]]", "[[day: 4]]", "[[tag Script Day: D4]]"])
def test_a_day_noted_at_the_heading_wins(note: str) -> None:
    text = ("INT. A - DAY", note, "Quiet.", "INT. B - NIGHT\n\nQuiet.")
    assert days(*text) == ["4", "4"]


def test_a_caption_turns_the_page_of_the_calendar() -> None:
    assert days(
        "INT. A - DAY\n\nSUPER: Two weeks later\n\nQuiet.",
        "INT. B - DAY\n\nSUPER: “Three days later”\n\nQuiet.",
        "INT. C - DAY\n\nQuiet.\n\nMARA\nYes.\n\nSUPER: A YEAR LATER",
        "INT. D - DAY\n\n> Ten years later <\n\nQuiet.",
        "INT. E - DAY\n\nSUPER: London\n\nQuiet.",
    ) == ["1", "2", "2", "3", "3"]
    assert chinese("内 客厅 日", "内 客厅 日\n字幕：三年后", "内 客厅 日\n△（字幕：上海）") == [
        "1",
        "2",
        "2",
    ]


def test_another_date_is_another_day_and_the_same_date_is_not() -> None:
    captions = ("LONDON, 1944", "Paris, 1944", "Paris, June 1945", "Present day")
    scenes = [f"INT. ROOM - DAY\n\nSUPER: {caption}\n\nQuiet." for caption in captions]
    assert days(*scenes) == ["1", "1", "2", "3"]


def test_a_flashback_has_a_day_of_its_own_and_the_day_before_goes_on() -> None:
    assert english(
        "INT. A - NIGHT", "INT. B - DAY (FLASHBACK)", "INT. A - NIGHT", "INT. C - DREAM - DAY"
    ) == ["1", "FB1", "1", "FB2"]
    assert chinese("内 客厅 夜", "内 教室 日（回忆）", "内 客厅 夜", "内 云上 日 梦境") == [
        "1",
        "FB1",
        "1",
        "FB2",
    ]


def test_a_flashback_lasts_until_its_end_is_said() -> None:
    quiet = "Quiet."
    text = ("INT. A - DAY", quiet, "FLASHBACK TO:", "INT. B - NIGHT", quiet, "INT. C - MORNING",
            quiet, "END FLASHBACK.", "INT. A - DAY", quiet)  # fmt: skip
    assert days(*text) == ["1", "FB1", "FB2", "1"]
    zh = ("第1场 内 客厅 日", "闪回", "第2场 内 教室 日", "△走。", "第3场 外 操场 日", "△走。",
          "闪回结束", "第4场 内 客厅 日", "△走。")  # fmt: skip
    assert days("\n".join(zh)) == ["1", "FB1", "FB1", "1"]


def test_a_flashback_whose_end_nobody_says_is_one_scene_and_what_continues_it() -> None:
    quiet = "Quiet."
    text = ("INT. A - DAY", quiet, "FLASHBACK TO:", "INT. B - DAY", quiet, "INT. C - CONTINUOUS",
            quiet, "INT. A - DAY", quiet)  # fmt: skip
    assert days(*text) == ["1", "FB1", "FB1", "1"]


def test_a_flash_within_a_scene_leaves_the_day_alone() -> None:
    zh = "第1场 内 客厅 日\n△走。\n△画面闪回：雪。\n△走。\n第2场 内 客厅 日\n△走。"
    assert days(zh) == ["1", "1"]


def test_years_earlier_returns_with_the_present() -> None:
    text = [
        "INT. A - DAY\n\nQuiet.",
        "INT. B - DAY\n\nSUPER: FIVE YEARS EARLIER\n\nQuiet.",
        "INT. C - NIGHT\n\nQuiet.",
        "INT. A - DAY\n\nSUPER: PRESENT DAY\n\nQuiet.",
    ]
    assert days(*text) == ["1", "FB1", "FB1", "1"]
    assert days(*text[:3]) == ["1", "2", "2"]  # the story stays there: another day of it


def test_a_montage_moves_no_clock() -> None:
    quiet = "Quiet."
    text = ("INT. A - DAY", quiet, "BEGIN MONTAGE:", "INT. B - NIGHT", quiet, "INT. C - DAY",
            quiet, "END MONTAGE.", "INT. A - NIGHT", quiet)  # fmt: skip
    assert days(*text) == ["1", "1", "1", "1"]


@given(
    st.lists(
        st.sampled_from(
            ("DAY", "NIGHT", "MORNING", "LATER", "NEXT DAY", "DAY (FLASHBACK)", "DAY 2", "PRESENT",
             "NIGHT - MONTAGE", "THREE YEARS EARLIER", "CONTINUOUS")
        ),
        min_size=1,
        max_size=12,
    )
)  # fmt: skip
def test_every_scene_has_a_day_and_flashbacks_count_up(times: list[str]) -> None:
    found = english(*(f"INT. ROOM - {time}" for time in times))
    assert len(found) == len(times)
    memories = [int(day[2:]) for day in found if day.startswith("FB")]
    assert memories == sorted(memories)
    assert set(memories) == set(range(1, max(memories, default=0) + 1))
    assert all(int(day) >= 1 for day in found if not day.startswith("FB"))

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.breakdown import break_down
from mstation.breakdown.billing import numbered
from mstation.breakdown.element import Category, FoundBy, SceneElement
from mstation.breakdown.elements.naming import element_id
from mstation.breakdown.paging import eighths_of_lines, pages_text
from mstation.breakdown.scene import Breakdown, Character
from mstation.breakdown.sheets import all_found
from mstation.errors import InvalidInput
from mstation.screenplay import read
from tests.screenplay.scraps import scripts

MARKED = (FoundBy.TAG, FoundBy.LIST)


def film(text: str) -> Breakdown:
    return break_down(read(text.encode(), path="x"))


def marked(text: str) -> list[tuple[str, str, int, str]]:
    """Category, name, line and finder of what the first scene's marks say."""
    return [
        (e.category.value, e.name, e.line, e.found_by.value)
        for e in film(text).sheets[0].elements
        if e.found_by in MARKED
    ]


@given(scripts())
def test_every_scene_of_any_script_has_its_sheet(text: str) -> None:
    try:
        found = film(text)
    except InvalidInput:
        return
    assert [(s.scene_id, s.number, s.eighths) for s in found.sheets] == [
        (s.id, s.number, s.eighths) for s in found.scenes
    ]
    assert found.eighths == sum(sheet.eighths for sheet in found.sheets)
    assert found.adjusted_eighths == sum(sheet.adjusted_eighths for sheet in found.sheets)
    assert found.seconds_low <= found.est_seconds <= found.seconds_high
    assert sorted(person.number for person in found.cast) == [*range(1, len(found.cast) + 1)]
    pages = [sheet.page for sheet in found.sheets]
    assert pages == sorted(pages)
    assert not pages or 1 <= pages[0] <= pages[-1] <= found.pages
    last = text.count("\n") + 1
    for scene, sheet in zip(found.scenes, found.sheets, strict=True):
        assert 1 <= sheet.adjusted_eighths <= sheet.eighths
        assert 0 < sheet.seconds_low <= scene.est_seconds <= sheet.seconds_high
        assert all(1 <= element.line <= last for element in sheet.elements)


@pytest.mark.parametrize(
    ("lines", "standard", "adjusted"),
    [(0, 1, 1), (1, 1, 1), (6, 1, 1), (7, 2, 1), (8, 2, 2), (42, 7, 6), (43, 8, 7)],
)
def test_a_part_of_an_eighth_is_an_eighth(lines: int, standard: int, adjusted: int) -> None:
    assert eighths_of_lines(lines) == standard
    assert eighths_of_lines(lines, adjusted=True) == adjusted


def test_the_wider_lines_of_a_chinese_page_fill_an_eighth_sooner() -> None:
    assert [eighths_of_lines(lines, language="zh") for lines in (4, 5, 8, 9)] == [1, 2, 2, 3]


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_lines_added_up_are_never_more_eighths_than_scenes_rounded_up(a: int, b: int) -> None:
    assert eighths_of_lines(a + b) <= eighths_of_lines(a) + eighths_of_lines(b)


@pytest.mark.parametrize(
    ("eighths", "written"), [(1, "1/8"), (8, "1"), (11, "1 3/8"), (16, "2"), (2, "2/8")]
)
def test_eighths_are_written_as_on_breakdown_sheets(eighths: int, written: str) -> None:
    assert pages_text(eighths) == written


def test_a_long_scene_moves_the_next_one_to_a_later_page() -> None:
    long = "\n\n".join(["A quiet room, where nothing at all happens for a while."] * 60)
    sheets = film(f"INT. A - DAY\n\n{long}\n\nINT. B - DAY\n\nQuiet.").sheets
    assert (sheets[0].page, sheets[1].page) == (1, 3)
    assert sheets[0].lines > 100 > sheets[1].lines


def test_talk_may_be_faster_or_slower_and_the_estimate_lies_between() -> None:
    talk = " ".join(["We waited at the station for the last train of the night."] * 10)
    (sheet,) = film(f"INT. A - DAY\n\nMARA\n{talk}").sheets
    assert sheet.seconds_high / sheet.seconds_low == pytest.approx(190 / 140, rel=1e-3)
    (zh,) = film("第1场 内 客厅 日\n林晚：" + "我在车站等你，等了一夜。" * 10).sheets
    assert zh.seconds_high / zh.seconds_low == pytest.approx(300 / 180, rel=1e-3)


def test_tags_and_lists_name_what_a_scene_needs() -> None:
    text = (
        "INT. A - DAY\n\nMara waits. [[prop: the two old lanterns]]\n\n"
        "[[wardrobe: red coat; hat]]\n\n[[VFX: ghost]] [[remember this]]\n"
    )
    assert marked(text) == [
        ("props", "old lantern", 3, "tag"),
        ("wardrobe", "red coat", 5, "tag"),
        ("wardrobe", "hat", 5, "tag"),
        ("visual_effects", "ghost", 7, "tag"),
    ]


def test_a_chinese_props_list_is_parted_outside_its_brackets() -> None:
    text = "第1场 内 客厅 日\n道具：信（三封，旧）、灯笼 一把刀\n[[服装：红外套]]\n△走。"
    assert marked(text) == [
        ("props", "信", 2, "list"),
        ("props", "灯笼", 2, "list"),
        ("props", "刀", 2, "list"),
        ("wardrobe", "红外套", 3, "tag"),
    ]
    assert marked("第1场 内 客厅 日\n道具：无\n△走。") == []


def test_categories_of_final_draft_that_are_not_ours_find_a_place() -> None:
    text = "INT. A - DAY\n\nQuiet. [[tag Camera: crane]] [[tag Greenery: ferns]] [[tag Unit: B]]"
    assert marked(text) == [
        ("special_equipment", "crane", 3, "tag"),
        ("set_dressing", "fern", 3, "tag"),
    ]


def thing(
    name: str, found_by: FoundBy, *, line: int = 3, category: str = "props", holder: str = ""
) -> SceneElement:
    kind = Category(category)
    return SceneElement(element_id(kind, name), kind, name, name, line, found_by, holder)


def test_who_is_surer_wins_and_what_was_found_tells_who_holds_it() -> None:
    tag = thing("old lantern", FoundBy.TAG)
    lexicon = thing("lantern", FoundBy.LEXICON, holder="mara")
    other = thing("lantern", FoundBy.LEXICON, line=9)
    (first, second) = all_found((tag,), (lexicon, other))
    assert (first.name, first.found_by, first.holder_id) == ("old lantern", FoundBy.TAG, "mara")
    assert second == other
    dressing = thing("old lantern", FoundBy.CAPS, line=9, category="set_dressing")
    assert all_found((tag,), (dressing,)) == (tag,)


def test_a_cut_scene_keeps_its_number_and_is_never_staged() -> None:
    text = "\n\n".join(
        (
            "INT. A - DAY #1#\n\nQuiet.",
            ".OMITTED #2#",
            "INT. B - DAY (OMITTED) #3#\n\nA ghost.",
            "INT. C - DAY\n\nQuiet.",
            "INT. OMITTED FILES ROOM - DAY #5#\n\nQuiet.",
        )
    )
    found = film(text)
    assert [scene.number for scene in found.scenes] == ["1", "4", "5"]
    assert [sheet.number for sheet in found.sheets] == ["1", "4", "5"]
    zh = film("第1场 内 客厅 日\n△走。\n第2场 删除\n第3场 外 街道 日\n△走。")
    assert [scene.number for scene in zh.scenes] == ["1", "3"]


def test_a_script_of_cut_scenes_has_no_scene() -> None:
    with pytest.raises(InvalidInput):
        film(".OMITTED #1#\n\n.OMITTED #2#")


def test_cast_numbers_go_by_lines_then_words_then_scenes_then_appearance() -> None:
    text = (
        "INT. A - DAY\n\nTOM (20) and UNA (30) and VERA (40) wait.\n\nMARA\nHi.\n\nBENNO\n"
        "Hello there.\n\nMARA\nYes.\n\nALICE\nNo.\n\nINT. B - DAY\n\nVera waits."
    )
    cast = film(text).cast
    assert [person.name for person in sorted(cast, key=lambda person: person.number)] == [
        "MARA", "BENNO", "ALICE", "VERA", "TOM", "UNA",
    ]  # fmt: skip


def test_numbering_a_cast_keeps_its_order() -> None:
    cast = (Character("a", "A"), Character("b", "B", lines=2), Character("c", "C"))
    assert [(person.id, person.number) for person in numbered(cast, ())] == [
        ("a", 2), ("b", 1), ("c", 3),
    ]  # fmt: skip

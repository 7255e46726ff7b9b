import csv
import io
import tomllib
from importlib.resources import files
from itertools import combinations

import openpyxl
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.breakdown.element import (
    Carried,
    Category,
    ContinuityNote,
    FoundBy,
    SceneElement,
    Sheet,
)
from mstation.breakdown.reports import write_reports
from mstation.breakdown.reports.boxes import Box, Entry
from mstation.breakdown.reports.csv_tables import harmless
from mstation.breakdown.reports.dossier import CATEGORIES
from mstation.breakdown.reports.layout import Area, lay_out
from mstation.breakdown.reports.typeface import broken, fitted, printable, width_of
from mstation.breakdown.reports.wording import clock_text, day_text, range_text
from mstation.breakdown.scene import (
    Action,
    Beat,
    Breakdown,
    Character,
    Interior,
    Line,
    Mood,
    Presence,
    Scene,
    TimeOfDay,
)
from mstation.identity import opaque_id

FIRST = Area(36, 54, 540, 560)
FOLLOWING = Area(36, 54, 540, 650)


def person(number, name):
    return Character(opaque_id("ch", (str(number), name)), name, lines=3, words=20, number=number)


def element(category, name, *, line=5, found_by=FoundBy.LEXICON, holder=""):
    key = opaque_id("el", (category, name))
    return SceneElement(key, Category(category), name, name.upper(), line, found_by, holder)


def scene(number, cast=(), *, place="KITCHEN", interior="INT", time="day", voices=(), action=""):
    beats = [Beat("bt-0", action=Action("ac-0", action))] if action else []
    beats += [
        Beat("bt-1", line=Line("ln-1", one.id, "Hello.", presence=Presence.VOICE_OVER))
        for one in voices
    ]
    return Scene(
        id=f"sc-{number}",
        number=number,
        heading=f"{interior}. {place} - {time.upper()}",
        interior=Interior(interior),
        place=place,
        set_key=place.lower(),
        time=TimeOfDay(time),
        time_text=time.upper(),
        mood=Mood.CALM,
        tension=0.2,
        beats=tuple(beats),
        present=tuple(one.id for one in cast),
    )


def sheet(number, elements=(), *, eighths=3, day="1", carried=()):
    return Sheet(
        scene_id=f"sc-{number}",
        number=number,
        page=1,
        lines=eighths * 6,
        eighths=eighths,
        adjusted_eighths=max(1, eighths - 1),
        script_day=day,
        seconds_low=eighths * 5.0,
        seconds_high=eighths * 9.0,
        elements=tuple(elements),
        carried=tuple(carried),
    )


def breakdown(scenes, sheets, cast=(), *, title="The Last Reel", language="en", continuity=()):
    return Breakdown(
        title=title,
        language=language,
        scenes=tuple(scenes),
        cast=tuple(cast),
        eighths=sum(one.eighths for one in sheets),
        est_seconds=0.0,
        sheets=tuple(sheets),
        continuity=tuple(continuity),
    )


def rich_breakdown():
    """A film of five scenes: one crowded, one empty, names of both languages."""
    mara, lin, wolf = person(1, "MARA"), person(2, "林晚"), person(12, "Wolfeschlegelstein" * 4)
    many = [
        element(category, f"{category.value.replace('_', ' ')} {index}", line=40 + index)
        for index, category in zip(range(60), list(CATEGORIES) * 5, strict=False)
    ]
    coat = element("wardrobe", "red coat", found_by=FoundBy.TAG, holder=mara.id)
    reel = element("props", "film reel", found_by=FoundBy.CAPS, holder=lin.id)
    lantern = element("props", "灯笼", line=0, found_by=FoundBy.PERSON)
    scenes = (
        scene("1", (mara, lin), action="Mara doesn’t look up. “Reel four,” says the label."),
        scene("2", (), place="ROOF", interior="EXT", time="night"),
        scene(
            "12A", (mara, lin, wolf), place="天桥下的旧书店" * 9, interior="INT/EXT", time="dawn"
        ),
        scene("13", (lin,), place="KITCHEN", time="night", voices=(mara,)),
        scene("14", (lin, mara), place="STREET", interior="EXT"),
    )
    sheets = (
        sheet("1", (coat, reel, lantern), eighths=11),
        sheet("2", eighths=1),
        sheet("12A", many, eighths=16),
        sheet(
            "13",
            (reel,),
            day="FB1",
            carried=(Carried(mara.id, Category.WARDROBE, "red coat", "1"),),
        ),
        sheet("14", (lantern, reel), day="2"),
    )
    notes = (
        ContinuityNote("holder", mara.id, "film reel", lin.id, "14", "13", 210),
        ContinuityNote("wardrobe", mara.id, "blue coat", "red coat", "14", "1", 212),
    )
    return breakdown(scenes, sheets, (lin, wolf, mara), continuity=notes)


def reports(film=None, **choices):
    return write_reports(film or rich_breakdown(), **{"language": "en", **choices})


def pdf_pages(data):
    document = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_bounded() for page in document]


def csv_rows(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def workbook(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def rows_of(page):
    return [[cell.value for cell in row] for row in page.iter_rows()]


def overlap(one, other):
    across = min(one.right, other.right) - max(one.left, other.left)
    along = min(one.top, other.top) - max(one.bottom, other.bottom)
    return across > 0.01 and along > 0.01


def is_inside(area, page):
    return (
        area.left >= page.left - 0.01
        and area.right <= page.right + 0.01
        and area.bottom >= page.bottom - 0.01
        and area.top <= page.top + 0.01
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_same_breakdown_gives_the_same_bytes(language):
    assert reports(language=language) == reports(language=language)


def test_every_report_is_there():
    assert set(reports()) == {
        "breakdown-sheets.pdf",
        "scenes.csv",
        "cast.csv",
        "elements.csv",
        "breakdown.xlsx",
    }


def test_a_scene_without_its_sheet_is_refused():
    with pytest.raises(ValueError, match="scene 2"):
        reports(breakdown([scene("1"), scene("2")], [sheet("1")]))


def test_each_scene_has_a_sheet_with_its_number_set_and_elements():
    pages = pdf_pages(reports()["breakdown-sheets.pdf"])
    assert len(pages) == 5
    assert all(word in pages[0] for word in ("KITCHEN", "1 3/8", "0:55–1:39", "D1", "film reel"))
    assert "Mara doesn't look up." in pages[0]
    assert "12A" in pages[2]
    assert "special effects 22" in pages[2]
    assert "FB1" in pages[3]


def test_a_sheet_says_what_is_carried_in_and_what_contradicts():
    pages = pdf_pages(reports()["breakdown-sheets.pdf"])
    assert "MARA: red coat" in pages[3]
    assert "since sc. 1" in pages[3]
    text = " ".join(pages[4].split())
    assert "MARA has film reel; in sc. 13 林晚 had it" in text
    assert "MARA wears blue coat; in sc. 1, same day, red coat" in text


def test_who_is_only_heard_is_called_as_a_voice():
    assert "voice" in pdf_pages(reports()["breakdown-sheets.pdf"])[3]
    head, *rows = csv_rows(reports()["scenes.csv"])
    scene_13 = dict(zip(head, rows[3], strict=True))
    assert (scene_13["Cast"], scene_13["Voices only"]) == ("林晚", "MARA")
    assert scene_13["Cast no."] == "1, 2"


def test_chinese_names_are_in_an_english_report_and_the_reverse():
    for language in ("en", "zh"):
        text = "".join(pdf_pages(reports(language=language)["breakdown-sheets.pdf"]))
        assert all(word in text for word in ("林晚", "MARA", "灯笼", "red coat"))


def test_each_font_of_the_sheets_is_embedded():
    data = reports()["breakdown-sheets.pdf"]
    assert data.count(b"/FontFile2") == data.count(b"/FontDescriptor ") > 0
    assert b"/Helvetica" not in data


@pytest.mark.parametrize(("paper", "size"), [("letter", (612, 792)), ("a4", (595, 842))])
def test_sheets_are_on_the_paper_asked_for(paper, size):
    data = reports(paper=paper)["breakdown-sheets.pdf"]
    assert tuple(round(side) for side in pypdfium2.PdfDocument(data)[0].get_size()) == size


def test_paper_is_by_the_language_what_is_usual():
    english, chinese = (
        pypdfium2.PdfDocument(reports(language=one)["breakdown-sheets.pdf"])[0].get_size()[0]
        for one in ("en", "zh")
    )
    assert english > chinese


def test_adjusted_eighths_are_said_to_be_so():
    text = pdf_pages(reports(eighths="adjusted")["breakdown-sheets.pdf"])[0]
    assert "1 2/8" in text
    assert "Pages (adjusted)" in text


def test_too_much_for_a_page_goes_on_on_the_next():
    things = [element("props", f"thing {index}", line=index + 1) for index in range(400)]
    film = breakdown([scene("1")], [sheet("1", things)])
    pages = pdf_pages(reports(film)["breakdown-sheets.pdf"])
    assert len(pages) > 1
    assert "Props (cont.)" in pages[1]
    words = " ".join(" ".join(pages).split())
    assert all(f"thing {index} " in words for index in range(400))


entries = st.builds(
    Entry,
    sign=st.sampled_from(["", "●", "★", "3", "112"]),
    text=st.text(max_size=400),
    aside=st.sampled_from(["", "7", "12345", "since sc. 12A"]),
)
some_boxes = st.dictionaries(
    st.sampled_from(["cast", "props", "wardrobe", "carried", "music", "background"]),
    st.lists(entries, max_size=80),
)


def whole_form(filled):
    keys = ["cast", *(one.value for one in CATEGORIES), "carried", "continuity", "notes"]
    return {key: Box(key, key.title(), tuple(filled.get(key, ()))) for key in keys}


@given(some_boxes)
@settings(max_examples=60, deadline=None)
def test_no_boxes_overlap_or_leave_the_page(filled):
    for index, page in enumerate(lay_out(whole_form(filled), FIRST, FOLLOWING)):
        areas = [placed.area for placed in page]
        assert all(is_inside(area, FOLLOWING if index else FIRST) for area in areas)
        assert not any(overlap(one, other) for one, other in combinations(areas, 2))
        assert all(placed.area.height >= placed.box.height - 0.01 for placed in page)


@given(some_boxes)
@settings(max_examples=60, deadline=None)
def test_every_entry_is_set_once_in_its_box_in_order(filled):
    pages = lay_out(whole_form(filled), FIRST, FOLLOWING)
    for key, expected in filled.items():
        placed = [one.box for page in pages for one in page if one.box.key == key]
        assert [entry.sign for box in placed for entry in box.entries] == [
            entry.sign for entry in expected
        ]


def test_an_empty_scene_keeps_every_box_for_a_pencil():
    (page,) = lay_out(whole_form({}), FIRST, FOLLOWING)
    assert len(page) == 18


@given(st.text(max_size=300), st.floats(20, 300), st.integers(1, 4))
@settings(deadline=None)
def test_no_line_is_wider_than_its_column(text, width, lines):
    assert all(width_of(line, 8.5) <= width for line in broken(text, width=width, size=8.5))
    kept = fitted(text, width=width, size=8.5, lines=lines)
    assert len(kept) <= lines
    assert all(width_of(line, 8.5) <= width for line in kept)


@given(st.text("ab 林晚，。", max_size=200), st.floats(20, 300))
@settings(deadline=None)
def test_breaking_loses_no_letter(text, width):
    lines = broken(text, width=width, size=8.5)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_quotes_are_those_of_the_writing_around_them():
    assert printable("“Don’t,” says Mara") == '"Don\'t," says Mara'
    assert printable("林晚说：“Mara’s coat”") == "林晚说：“Mara's coat”"


def test_what_the_face_lacks_is_printed_as_an_empty_box():
    assert printable("😀 tea") == "□ tea"


def test_a_chinese_comma_opens_no_line():
    lines = broken("一二三四五，六七八九十", width=5 * 8.5, size=8.5)
    assert lines == ("一二三四", "五，六七八", "九十")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "\t=", "\r@", " +"])
def test_no_cell_of_a_csv_file_is_run(start):
    bad = f"{start}HYPERLINK(1)"
    film = breakdown(
        [scene("1", (person(1, bad),), place=bad, action=bad)],
        [sheet("1", [element("props", bad)])],
        (person(1, bad),),
    )
    made = reports(film)
    for name in ("scenes.csv", "cast.csv", "elements.csv"):
        cells = [cell for row in csv_rows(made[name]) for cell in row]
        assert sum("HYPERLINK" in cell for cell in cells) >= 1
        assert not any(cell[:1] in ("=", "+", "-", "@", "＝", "\t", "\r") for cell in cells if cell)
    cells = [cell for page in workbook(made["breakdown.xlsx"]) for row in page for cell in row]
    told = [cell for cell in cells if "HYPERLINK" in str(cell.value)]
    assert told
    assert all(cell.data_type == "s" for cell in told)


@given(st.text())
def test_a_harmless_cell_begins_with_nothing_that_runs(text):
    assert harmless(text)[:1] not in ("=", "+", "-", "@")


def test_csv_files_tell_excel_that_they_are_utf_8():
    for name, data in reports().items():
        if name.endswith(".csv"):
            assert data.startswith(b"\xef\xbb\xbf")


def test_pages_in_csv_are_never_read_as_a_date():
    head, *rows = csv_rows(reports()["scenes.csv"])
    pages = [(row[head.index("Pages")], row[head.index("Eighths")]) for row in rows]
    assert pages == [("1 3/8", "11"), ("0 1/8", "1"), ("2", "16"), ("0 3/8", "3"), ("0 3/8", "3")]


def test_a_thing_that_returns_is_listed_once_with_all_of_its_scenes():
    head, *rows = csv_rows(reports()["elements.csv"])
    (reel,) = [row for row in rows if "film reel" in row]
    found = dict(zip(head, reel, strict=True))
    assert found["In scenes"] == "1, 13, 14"
    assert found["Times"] == "3"
    assert found["Script lines"] == "5, 5, 5"
    assert found["Found by"] == "capitals"
    assert found["Held or worn by"] == "林晚"


def test_elements_stand_by_category_then_name():
    things = [
        element("sound", "bell"),
        element("props", "灯笼"),
        element("props", "crate 10"),
        element("props", "crate 2"),
        element("props", "Axe"),
        element("props", "一把刀"),
    ]
    rows = csv_rows(reports(breakdown([scene("1")], [sheet("1", things)]))["elements.csv"])[1:]
    assert [row[1] for row in rows] == ["Axe", "crate 2", "crate 10", "灯笼", "一把刀", "bell"]


def test_the_cast_stands_by_number_with_scenes_and_pages():
    head, *rows = csv_rows(reports()["cast.csv"])
    mara = dict(zip(head, rows[0], strict=True))
    assert [row[0] for row in rows] == ["1", "2", "12"]
    assert (mara["Scenes"], mara["Pages"], mara["Eighths"]) == ("4", "4 1/8", "33")
    assert (mara["First scene"], mara["Last scene"], mara["Script days"]) == ("1", "14", "3")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_workbook_has_every_list_with_frozen_filtered_headers(language):
    book = workbook(reports(language=language)["breakdown.xlsx"])
    table = tomllib.loads(files("mstation.breakdown.reports").joinpath("words.toml").read_text())
    names = table[language]["tables"]
    listed = ("scenes", "cast", "elements", "days", "sets", "overview", "continuity")
    assert {names[key] for key in listed} <= set(book.sheetnames)
    assert table[language]["categories"]["props"] in book.sheetnames
    for page in book:
        assert page.freeze_panes == "B2"
        assert page.auto_filter.ref is not None
        assert page.page_setup.orientation == "landscape"
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert page.page_setup.fitToWidth in (None, 1)  # which is its default
        assert page.page_setup.fitToHeight == 0  # as many pages as it takes
        assert page.print_title_rows == "$1:$1"


def test_pages_of_the_workbook_are_numbers_that_add_up():
    page = workbook(reports()["breakdown.xlsx"])["Scenes"]
    head, *rows = rows_of(page)
    column = head.index("Pages")
    assert [row[column] for row in rows[:5]] == [1.375, 0.125, 2, 0.375, 0.375]
    assert page.cell(2, column + 1).number_format == "# ?/8"
    assert rows[5][column].startswith("=SUBTOTAL(109,")
    known = openpyxl.load_workbook(io.BytesIO(reports()["breakdown.xlsx"]), data_only=True)
    assert rows_of(known["Scenes"])[6][column] == 4.25


def test_scene_rows_have_the_colours_of_their_strips():
    page = workbook(reports()["breakdown.xlsx"])["Scenes"]
    fills = [page.cell(row, 1).fill.fgColor.rgb[2:] for row in range(2, 7)]
    assert fills == ["FFFFFF", "BFE3B4", "F8CFE0", "BDD7F2", "FFF2A6"]


def test_columns_are_wide_enough_for_chinese():
    places = ("上海", "上海外滩十六铺码头旧仓库")
    narrow, wide = (
        workbook(reports(breakdown([scene("1", place=place)], [sheet("1")]))["breakdown.xlsx"])
        for place in places
    )
    assert wide["Scenes"].column_dimensions["C"].width >= 2 * len(places[1])
    assert narrow["Scenes"].column_dimensions["C"].width < 2 * len(places[1])


def test_elements_have_the_colour_of_their_category():
    page = workbook(reports()["breakdown.xlsx"])["Elements"]
    colours = {cell.value: cell.fill.fgColor.rgb[2:] for (cell,) in page.iter_rows(2, max_col=1)}
    assert (colours["Stunts"], colours["Special effects"]) == ("F57C00", "1E5FBF")


def test_a_category_lists_its_things_scene_by_scene_with_their_line():
    head, *rows = rows_of(workbook(reports()["breakdown.xlsx"])["Wardrobe"])
    coat = dict(zip(head, rows[0], strict=True))
    assert (coat["Scene"], coat["Name"], coat["Script line"]) == ("1", "red coat", 5)
    assert (coat["Found by"], coat["Held or worn by"]) == ("tag", "MARA")


def test_sets_gather_their_scenes():
    head, *rows = rows_of(workbook(reports()["breakdown.xlsx"])["Sets"])
    kitchen = dict(zip(head, rows[0], strict=True))
    assert (kitchen["Set"], kitchen["In scenes"], kitchen["Pages"]) == ("KITCHEN", "1, 13", 1.75)
    assert kitchen["D/N"] == "DAY NIGHT"


def test_the_signs_say_who_found_a_thing():
    things = [
        element("props", by.value, line=number, found_by=by)
        for number, by in enumerate(FoundBy, start=1)
    ]
    text = pdf_pages(reports(breakdown([scene("1")], [sheet("1", things)]))["breakdown-sheets.pdf"])
    words = " ".join(text[0].split())
    for sign, by in zip("★●■▲○", FoundBy, strict=True):
        assert f"{sign} {by.value}" in words
    assert "Found by: ★ person · ● tag · ■ list · ▲ capitals · ○ word list" in words


def test_a_script_day_gathers_its_scenes_and_what_is_worn():
    head, *rows = rows_of(workbook(reports()["breakdown.xlsx"])["Day by day"])
    days = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert days["D1"]["In scenes"] == "1, 2, 12A"
    assert days["D1"]["Wardrobe"].startswith("MARA: red coat")
    assert days["FB1"]["Wardrobe"] == "MARA: red coat"
    assert days["FB1"]["Cast"] == "1 MARA, 2 林晚"


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(st.lists(names, min_size=1, max_size=6), names, st.sampled_from(["en", "zh"]))
@settings(max_examples=25, deadline=None)
def test_no_name_breaks_a_report(odd, title, language):
    people = [person(index + 1, name) for index, name in enumerate(odd)]
    things = [
        element(category, name, holder=people[0].id)
        for category, name in zip(CATEGORIES, odd, strict=False)
    ]
    film = breakdown(
        [scene("1", people, place=odd[0], action=odd[-1])],
        [sheet("1", things)],
        people,
        title=title,
    )
    made = reports(film, language=language)
    assert len(pypdfium2.PdfDocument(made["breakdown-sheets.pdf"])) >= 1
    assert len(csv_rows(made["elements.csv"])) == 1 + len({one.id for one in things})
    assert len(csv_rows(made["cast.csv"])) == 1 + len(people)
    lists = workbook(made["breakdown.xlsx"]).worksheets
    assert lists[1].max_row == 1 + len(people)


def test_both_languages_say_everything():
    table = tomllib.loads(files("mstation.breakdown.reports").joinpath("words.toml").read_text())

    def keys(node, path=()):
        if not isinstance(node, dict):
            return {path}
        return set().union(*(keys(value, (*path, key)) for key, value in node.items()))

    assert keys(table["en"]) == keys(table["zh"])
    for words in (table["en"], table["zh"]):
        assert set(words["categories"]) >= {one.value for one in Category}
        assert set(words["found"]) == {one.value for one in FoundBy}
        titles = [*words["tables"].values(), *(words["categories"][one] for one in Category)]
        assert len({title.casefold() for title in titles}) == len(titles)
        assert not any(set(title) & set("[]:*?/\\") or len(title) > 31 for title in titles)


def test_every_category_and_every_strip_has_its_colour():
    table = tomllib.loads(files("mstation.breakdown.reports").joinpath("colours.toml").read_text())
    assert {one.value for one in Category} <= set(table["categories"])
    assert set(CATEGORIES) == set(Category)
    for interior in Interior:
        assert {one.value for one in TimeOfDay} == set(table["strips"][interior.value])


def test_lengths_are_written_as_crews_write_them():
    assert [day_text(day) for day in ("1", "12", "FB1")] == ["D1", "D12", "FB1"]
    assert [clock_text(one) for one in (0, 4.5, 59.6, 75)] == ["0:00", "0:05", "1:00", "1:15"]
    assert range_text(45, 80) == "0:45–1:20"
    assert range_text(45, 45.2) == "0:45"

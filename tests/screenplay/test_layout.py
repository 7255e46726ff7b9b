import itertools
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.screenplay import read
from mstation.screenplay.layout import lay_out_pages, lines_of_scenes
from mstation.screenplay.layout.printed import Added, PrintedLine, PrintedPage
from mstation.screenplay.layout.wrapping import cells, columns_of, wrap
from mstation.screenplay.script import ElementKind, Language, Run, Script
from tests.screenplay.scraps import scripts

K = ElementKind
SENTENCE = "She turns the key again and nothing happens at all. "
HAN_SENTENCE = "她又转了一次钥匙，什么也没有发生。"


def script_of(text: str, language: Language | None = None) -> Script:
    return read(text.encode("utf-8", "replace"), path="x", language=language or "auto")


def printed(pages: tuple[PrintedPage, ...]) -> list[PrintedLine]:
    return [line for page in pages for line in page.lines]


def only(pages: tuple[PrintedPage, ...], kind: K | Added) -> list[PrintedLine]:
    return [line for line in printed(pages) if line.kind == kind]


def body(page: PrintedPage) -> list[PrintedLine]:
    beside = (Added.HEADER, Added.PAGE_NUMBER, Added.SCENE_NUMBER, Added.REVISION_MARK)
    return [line for line in page.lines if line.kind not in beside]


def words(text: str) -> str:
    return "".join(text.split())


def test_every_kind_stands_in_its_column() -> None:
    text = "INT. ROOM - DAY\n\nShe waits.\n\nMARA\n(softly)\nHello.\n\n> THE END <\n\nCUT TO:\n"
    pages = lay_out_pages(script_of(text))
    columns = {line.kind: line.column for line in printed(pages)}
    assert columns == {
        K.SCENE_HEADING: 15, K.ACTION: 15, K.CHARACTER: 37, K.PARENTHETICAL: 31, K.DIALOGUE: 25,
        K.CENTERED: 41, K.TRANSITION: 68,
    }  # fmt: skip
    assert only(pages, K.PARENTHETICAL)[0].text == "(softly)"


@pytest.mark.parametrize(("paper", "rows"), [("letter", 54), ("a4", 58)])
def test_a_page_holds_as_many_lines_as_the_field_counts(paper: str, rows: int) -> None:
    action = "\n".join(["A line of action."] * 200)
    pages = lay_out_pages(script_of(action), paper=paper)  # type: ignore[arg-type]
    assert [len(body(page)) for page in pages] == [rows] * (200 // rows) + [200 % rows]


def test_two_blank_lines_stand_before_a_heading_and_one_before_all_else() -> None:
    pages = lay_out_pages(script_of("FADE IN:\n\nINT. A - DAY\n\nOne.\n\nMARA\nTwo.\n\nThree.\n"))
    assert [line.row for line in pages[0].lines] == [0, 3, 5, 7, 8, 10]


def test_an_empty_script_has_no_page() -> None:
    assert lay_out_pages(Script("en", (), ())) == ()
    assert lay_out_pages(script_of("# Act\n\n= synopsis\n\n[[note]]\n")) == ()


def test_a_long_speech_breaks_at_a_sentence_with_more_and_continued() -> None:
    lead = "Waiting.\n\n" * 24
    pages = lay_out_pages(script_of(f"{lead}MARA (V.O.)\n{SENTENCE * 12}\n"))
    first, second = body(pages[0]), body(pages[1])
    assert (first[-1].text, first[-1].kind, first[-1].column) == ("(MORE)", Added.MORE, 37)
    assert first[-2].text.endswith("at all.")
    assert (second[0].text, second[0].kind) == ("MARA (V.O.) (CONT'D)", Added.CUE_AGAIN)
    assert second[1].text.startswith("She turns")
    assert (first[-1].element, second[0].element) == (-1, -1)


@pytest.mark.parametrize("lead", range(20, 26))
def test_a_point_after_an_abbreviation_ends_no_sentence(lead: int) -> None:
    speech = "You know it as well as I do, and so does Mr. Adler, and so did the late Dr. Voss. "
    pages = lay_out_pages(script_of("Waiting.\n\n" * lead + f"MARA\n{speech * 6}\n"))
    ends = [line for page in pages[:-1] for line in body(page) if line.kind is not Added.MORE]
    assert not ends[-1].text.endswith(("Mr.", "Dr."))


@pytest.mark.parametrize("lead", range(40, 52))
def test_a_parenthetical_goes_with_the_words_that_it_is_for(lead: int) -> None:
    speech = "(low)\nOne of us has to.\n(high)\nAnd one of us will.\n" * 3
    pages = lay_out_pages(script_of("Waiting.\n" * lead + f"\nMARA\n{speech}\n"))
    for page in pages:
        last = [line for line in body(page) if line.kind is not Added.MORE][-1]
        assert last.kind not in (K.PARENTHETICAL, K.CHARACTER)


def test_the_same_speaker_after_action_is_continued_if_wished() -> None:
    text = "INT. A - DAY\n\nMARA\nOne.\n\nShe sits.\n\nMARA\nTwo.\n\nBENNO\nThree.\n\nMARA\nFour.\n"
    cues = [line.text for line in only(lay_out_pages(script_of(text)), K.CHARACTER)]
    assert cues == ["MARA", "MARA (CONT'D)", "BENNO", "MARA"]
    plain = lay_out_pages(script_of(text), continued=False)
    assert [line.text for line in only(plain, K.CHARACTER)] == ["MARA", "MARA", "BENNO", "MARA"]


def test_a_new_scene_and_a_written_contd_need_no_other() -> None:
    text = "MARA\nOne.\n\nINT. A - DAY\n\nMARA\nTwo.\n\nShe sits.\n\nMARA (cont'd)\nThree.\n"
    cues = [line.text for line in only(lay_out_pages(script_of(text)), K.CHARACTER)]
    assert cues == ["MARA", "MARA", "MARA (cont'd)"]


def test_dual_dialogue_stands_side_by_side() -> None:
    pages = lay_out_pages(script_of("MARA\nHello.\n\nBENNO ^\n(low)\nHello.\n\nThey laugh.\n"))
    rows = {(line.text, line.row, line.column) for line in printed(pages)}
    assert rows == {
        ("MARA", 0, 23), ("Hello.", 1, 15), ("BENNO", 0, 55), ("(low)", 1, 50), ("Hello.", 2, 47),
        ("They laugh.", 4, 15),
    }  # fmt: skip


def test_scene_numbers_stand_in_both_margins_beside_the_headings_first_line() -> None:
    heading = "INT. " + "VERY " * 14 + "LONG - DAY #12A#"
    numbers = only(lay_out_pages(script_of(f"{heading}\n\nShe waits.\n")), Added.SCENE_NUMBER)
    assert [(line.text, line.row, line.column) for line in numbers] == [
        ("12A", 0, 8),
        ("12A", 0, 76),
    ]


def test_revised_lines_have_an_asterisk_and_their_page_its_latest_colour() -> None:
    text = "One. [[revision: pink]]\n\nTwo.\n\nThree.[[revision: blue]]\n\n===\n\nFour.\n"
    pages = lay_out_pages(script_of(text))
    assert [line.row for line in only(pages[:1], Added.REVISION_MARK)] == [0, 4]
    assert [page.revision for page in pages] == ["pink", ""]
    assert [line.text for line in only(pages, Added.HEADER)] == ["PINK REVISION"]


def test_a_page_break_begins_a_page_and_pages_are_numbered_from_two() -> None:
    pages = lay_out_pages(script_of("===\n\nOne.\n\n===\n\n===\n\nTwo.\n\n===\n"))
    assert len(pages) == 2
    numbers = only(pages, Added.PAGE_NUMBER)
    assert [(line.text, line.row, line.column) for line in numbers] == [("2.", -3, 73)]


def test_emphasis_moves_with_its_words() -> None:
    pages = lay_out_pages(script_of("*" + "long " * 14 + "words* and _more_.\n"))
    first, second = printed(pages)
    assert first.runs[0] == Run(0, len(first.text), first.runs[0].emphasis)
    shown = [second.text[run.start : run.end] for run in second.runs]
    assert shown == ["long long words", "more"]


def test_a_transition_is_never_alone_on_a_page() -> None:
    for lead in range(20, 28):
        text = "Waiting.\n\n" * lead + "She turns the key.\n\nCUT TO:\n\nINT. B - DAY\n\nOne.\n"
        for page in lay_out_pages(script_of(text)):
            assert body(page)[0].kind is not K.TRANSITION


def test_a_heading_takes_what_follows_to_the_next_page() -> None:
    text = "Waiting.\n\n" * 26 + "INT. B - DAY\n\nOne.\n"
    pages = lay_out_pages(script_of(text))
    assert [line.text for line in body(pages[1])] == ["INT. B - DAY", "One."]


# lines of scenes


def test_a_scene_is_as_long_as_it_is_printed() -> None:
    text = "FADE IN:\n\nINT. A - DAY\n\nOne.\n\nINT. B - DAY\n\nTwo.\nThree.\n"
    script = script_of(text)
    scenes = lines_of_scenes(lay_out_pages(script), script)
    assert {at: (scene.page, scene.row, scene.lines) for at, scene in scenes.items()} == {
        1: (1, 3, 5),
        3: (1, 8, 4),
    }
    assert {scene.eighth_lines for scene in scenes.values()} == {6.75}


def test_lines_that_a_page_break_adds_do_not_make_a_scene_longer() -> None:
    lead = "INT. A - DAY\n\n" + "Waiting.\n\n" * 23
    script = script_of(f"{lead}MARA\n{SENTENCE * 12}\n")
    pages = lay_out_pages(script)
    assert only(pages, Added.MORE)
    scene = lines_of_scenes(pages, script)[0]
    rows = [{line.row for line in body(page)} for page in pages]
    assert scene.lines == (max(rows[0]) + 1 - 1) + (max(rows[1]) + 1 - 1)


def test_a_heading_without_words_is_a_scene_without_lines() -> None:
    script = script_of("INT. A - DAY\n\nOne.\n\nINT. B - DAY\n\nTwo.\n")
    wordless = replace(script.elements[2], text="")
    script = replace(script, elements=(*script.elements[:2], wordless, script.elements[3]))
    scenes = lines_of_scenes(lay_out_pages(script), script)
    assert [(scene.page, scene.lines) for scene in scenes.values()] == [(1, 5), (1, 0)]


# Chinese


def test_a_chinese_page_has_number_lists_actions_and_speeches_on_their_lines() -> None:
    text = (
        "第3场 夜 外 街道\n人物：林晚、老周\n道具：信\n△林晚走进来。\n"
        "林晚（画外音）：你好。（停顿）再见。\n字幕：十年后\n切至：\n"
    )
    pages = lay_out_pages(script_of(text))
    rows: dict[int, str] = {}
    for line in pages[0].lines:
        rows[line.row] = rows.get(line.row, "") + line.text
    assert list(rows.values()) == [
        "第3场　夜 外 街道", "人物：林晚、老周", "道具：信", "△林晚走进来。",
        "林晚（画外音）：你好。（停顿）再见。", "字幕：十年后", "切至：", "1",
    ]  # fmt: skip
    assert (pages[0].form.paper, pages[0].form.columns, pages[0].form.rows) == ("a4", 68, 38)


def test_the_lines_of_a_chinese_speech_hang_under_its_first_word() -> None:
    pages = lay_out_pages(script_of(f"第3场 夜 外 街道\n林晚：{HAN_SENTENCE * 4}\n"))
    lines = only(pages, K.DIALOGUE)
    assert len({line.column for line in lines}) == 1
    assert lines[0].column == 15 + 6


def test_a_chinese_speech_that_goes_on_overleaf_names_its_speaker() -> None:
    text = "第3场 夜 外 街道\n" + "△走。\n" * 33 + f"林晚：{HAN_SENTENCE * 20}\n"
    pages = lay_out_pages(script_of(text))
    assert [line.text for line in only(pages, Added.CUE_AGAIN)] == ["林晚（续）："]
    assert not only(pages, Added.MORE)
    assert body(pages[0])[-1].text.endswith("。")
    assert not only(pages, K.ACTION)[-1].text.startswith("△△")


def test_an_episode_begins_a_page() -> None:
    text = "第一集：雨\n第1场 夜 外 街道\n△雨。\n第二集：雪\n第2场 夜 外 街道\n△雪。\n"
    assert [page.lines[0].text for page in lay_out_pages(script_of(text))] == [
        "第一集：雨",
        "第二集：雪",
    ]


HAN = st.text(
    alphabet="林晚走了来去看见那个人一封信，。！：（）《》“”、…ab1- ", min_size=30, max_size=120
)


@given(HAN, st.integers(24, 68), st.integers(0, 12))
def test_no_line_begins_or_ends_with_a_mark_that_must_not(text: str, width: int, hang: int) -> None:
    lines = wrap(text, width, language="zh", hang=hang)
    assert words("".join(text[a:b] for a, b in lines)) == words(text)
    for number, (start, end) in enumerate(lines):
        assert columns_of(text[start:end], "zh") <= width - (hang if number else 0)
    marks = set("，。！？：）》”、…") | set("（《“")
    for (start, end), (after, _) in itertools.pairwise(lines):
        near = text[max(start, end - 8) : after + 1]
        if sum(c in marks for c in near) <= 2 and not re.search(r"[ab1-]{5}", near):
            assert text[after] not in "，。！？：）》”、…"
            assert text[end - 1] not in "（《“"


def test_latin_words_in_chinese_stay_whole() -> None:
    text = "他看了一眼WhatsApp上的消息"
    lines = [text[a:b] for a, b in wrap(text, 12, language="zh")]
    assert lines == ["他看了一眼", "WhatsApp上的", "消息"]


def test_marks_that_stand_on_letters_take_no_column() -> None:
    assert cells("e\u0301\u200dx", "en") == [1, 0, 0, 1]
    assert columns_of("“林”—don’t", "zh") == 2 + 2 + 2 + 2 + 5


# laws


def blocks(language: Language) -> st.SearchStrategy[str]:
    sentence, cue = (SENTENCE, "MARA\n") if language == "en" else (HAN_SENTENCE, "林晚：")
    paragraph = st.integers(1, 9).map(lambda n: sentence * n)
    kinds = [
        st.just("INT. ROOM - DAY\n" if language == "en" else "第3场 夜 外 街道"),
        paragraph if language == "en" else paragraph.map(lambda t: "△" + t),
        paragraph.map(lambda t: cue + t),
        st.just("CUT TO:\n" if language == "en" else "切至："),
    ]
    if language == "en":
        kinds.append(paragraph.map(lambda t: f"BENNO\n(low)\n{t}\n(high)\n{t}"))
    joint = "\n\n" if language == "en" else "\n"
    return st.lists(st.one_of(kinds), max_size=60).map(joint.join)


def rows_of(pages: tuple[PrintedPage, ...], element: int) -> list[int]:
    """How many rows of an element stand on each page that has any."""
    counts = [len({ln.row for ln in page.lines if ln.element == element}) for page in pages]
    return [count for count in counts if count]


@pytest.mark.parametrize("language", ["en", "zh"])
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_page_ends_with_a_heading_a_cue_or_a_lone_line(
    language: Language, data: st.DataObject
) -> None:
    text = data.draw(blocks(language))
    if not text.strip():
        return
    script = script_of(text, language)
    pages = lay_out_pages(script)
    last = len(script.elements) - 1
    for page in pages[:-1]:
        ending = body(page)[-1]
        assert ending.kind not in (K.CHARACTER, K.PARENTHETICAL, Added.CUE_AGAIN)
        assert ending.kind is not K.SCENE_HEADING or ending.element == last
    for page in pages[1:]:
        assert body(page)[0].kind not in (K.TRANSITION, Added.MORE)
    for index, element in enumerate(script.elements):
        counts = rows_of(pages, index)
        if element.kind is K.ACTION:
            assert len(counts) == 1 or min(counts) >= 2
        if element.kind is K.DIALOGUE and language == "zh":
            assert len(counts) == 1 or min(counts) >= 2


@pytest.mark.parametrize("language", ["en", "zh"])
@settings(max_examples=60, deadline=None)
@given(scripts())
def test_every_word_is_printed_once_inside_the_page(language: Language, text: str) -> None:
    if not text.strip() or any(c < " " and c not in "\n\r\t" for c in text) or "\x7f" in text:
        return
    script = script_of(text, language)
    pages = lay_out_pages(script)
    unprinted = (K.SECTION, K.SYNOPSIS, K.NOTE, K.BONEYARD, K.PAGE_BREAK)
    for index, element in enumerate(script.elements):
        shown = words("".join(ln.text for ln in printed(pages) if ln.element == index))
        if element.kind in unprinted:
            assert not shown
        else:
            assert words(element.text).casefold() in shown.casefold()
    for page in pages:
        taken: dict[int, int] = {}
        assert all(line.row < page.form.rows for line in body(page))
        for line in sorted(page.lines, key=lambda ln: (ln.row, ln.column)):
            assert line.column >= taken.get(line.row, 0)
            taken[line.row] = line.column + columns_of(line.text, script.language)
            assert all(0 <= run.start <= run.end <= len(line.text) for run in line.runs)


@given(scripts())
@settings(max_examples=40, deadline=None)
def test_scenes_cover_the_page_without_a_gap(text: str) -> None:
    if not text.strip() or any(c < " " and c not in "\n\r\t" for c in text) or "\x7f" in text:
        return
    script = script_of(text)
    pages = lay_out_pages(script)
    scenes = lines_of_scenes(pages, script)
    headings = [i for i, e in enumerate(script.elements) if e.kind is K.SCENE_HEADING]
    assert list(scenes) == headings
    assert all(scenes[at].lines >= bool(script.elements[at].text) for at in headings)
    added = (Added.MORE, Added.CUE_AGAIN)
    rows = sum(
        max(ln.row for ln in body(page)) + 1 - sum(ln.kind in added for ln in body(page))
        for page in pages
    )
    assert sum(scene.lines for scene in scenes.values()) <= rows


HOSTILE = (
    "word " * 100_000,
    "x" * 500_000,
    "MARA\n" + "(low)\nwords\n" * 50_000,
    "*a* " * 50_000,
    "INT. A - DAY\n\n" * 30_000,
    "CUT TO:\n\n" * 30_000,
    "MARA\n" + "One. " * 100_000 + "\n\nBENNO ^\n" + "Two. " * 100_000,
    "第1场 夜 外 街道\n林晚：" + "走。（停）" * 50_000,
    "第1场 夜 外 街道\n△" + "“" * 300_000,
)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_what_is_no_script_is_laid_out_all_the_same(text: str) -> None:
    script = script_of(text)
    pages = lay_out_pages(script)
    shown = sum(len(words(ln.text)) for ln in printed(pages) if ln.element >= 0)
    written = sum(len(words(e.text)) for e in script.elements)
    assert shown >= written
    assert lines_of_scenes(pages, script).keys() == {
        at for at, e in enumerate(script.elements) if e.kind is K.SCENE_HEADING
    }

"""What is written as Fountain reads back as the same script."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mstation.errors import InvalidInput
from mstation.screenplay import fountain, read
from mstation.screenplay.draft import with_ids
from mstation.screenplay.fountain.normal import normal
from mstation.screenplay.marks import CATEGORIES
from mstation.screenplay.script import (
    Element,
    ElementKind,
    Emphasis,
    Language,
    Mark,
    Run,
    Script,
    TitleField,
)
from tests.screenplay import scraps, written

Kind = ElementKind
ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
BOLD, ITALIC, UNDERLINE = Emphasis.BOLD, Emphasis.ITALIC, Emphasis.UNDERLINE


def again(script: Script) -> Script:
    return fountain.read(fountain.write(script), path="x.fountain", language=script.language)


def script_of(*elements: Element, language: Language = "en") -> Script:
    return Script(language=language, title_page=(), elements=with_ids(elements))


def element(kind: Kind, text: str, **parts: object) -> Element:
    return Element("", kind, text, 1, **parts)  # type: ignore[arg-type]


def lines_of(*elements: Element) -> list[str]:
    return fountain.write(script_of(*elements)).decode().splitlines()


@settings(max_examples=150, deadline=None)
@given(written.scripts())
def test_a_script_reads_back_as_it_was(script: Script) -> None:
    assert normal(script) == script
    assert again(script) == script


@settings(max_examples=250, deadline=None)
@given(scraps.scripts(), st.sampled_from(("en", "zh")), st.booleans())
def test_whatever_was_read_reads_back(text: str, language: Language, as_fountain: bool) -> None:
    reader = fountain.read if as_fountain else read
    try:
        script = reader(text.encode("utf-8", "replace"), path="x", language=language)
    except InvalidInput:
        return
    assert normal(script) == script
    assert again(script) == script


WILD = st.one_of(
    st.text(max_size=10),
    st.text("ab \n\t*_\\[]/(~)^#@!.>=<内：日", max_size=8),
    written.many_lines("zh"),
    st.sampled_from(("", "人物小传", "人物：甲", "林晚：你好", "prop: x", "\\prop: x", "《片名》")),
    st.sampled_from(("element: dialogue", "Title: x", "INT. A - DAY", "CUT TO:", "BOB", "△走")),
)


def wild_elements() -> st.SearchStrategy[Element]:
    """Elements as no reader gives them: any words, any parts, in any order."""
    places = st.integers(0, 8)
    styles = st.lists(st.sampled_from(tuple(Emphasis)), max_size=3).map(tuple)
    return st.builds(
        Element,
        id=st.just(""),
        kind=st.sampled_from(tuple(Kind)),
        text=WILD,
        line=st.just(1),
        scene_number=WILD,
        extensions=st.lists(WILD, max_size=2).map(tuple),
        is_dual=st.booleans(),
        depth=st.integers(-1, 8),
        runs=st.lists(st.builds(Run, places, places, styles), max_size=2).map(tuple),
        notes=st.lists(WILD, max_size=2).map(tuple),
        marks=st.lists(
            st.builds(Mark, st.one_of(WILD, st.sampled_from(CATEGORIES)), WILD), max_size=1
        ).map(tuple),
    )


BACKSLASHED = element(Kind.CHARACTER, "", extensions=("\\)",))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(wild_elements(), max_size=6),
    st.lists(st.builds(TitleField, WILD, st.lists(WILD, max_size=3).map(tuple)), max_size=2),
)
@example([element(Kind.SCENE_HEADING, "")] * 3 + [BACKSLASHED], [])
def test_a_script_that_no_reader_gives_loses_what_normal_says_and_no_more(
    elements: list[Element], fields: list[TitleField]
) -> None:
    script = Script("en", tuple(fields), tuple(elements))
    assert normal(normal(script)) == normal(script)
    assert again(script) == normal(script)


OUR_OWN = [
    path
    for folder in ("examples", "tests/samples")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".fountain", ".txt")
]


@pytest.mark.parametrize("path", OUR_OWN, ids=lambda path: path.name)
def test_our_own_scripts_read_back(path: Path) -> None:
    script = read(path.read_bytes(), path=path.name)
    assert again(script) == script


def test_an_example_is_written_as_its_author_wrote_it() -> None:
    data = (ROOT / "examples" / "the-last-reel.fountain").read_bytes()
    assert fountain.write(read(data, path="x")) == data


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no scripts of others at {CORPUS}")
def test_every_script_of_the_corpus_reads_back() -> None:
    paths = sorted(CORPUS.rglob("*.fountain"))
    assert len(paths) > 40
    for path in paths:
        script = read(path.read_bytes(), path=path.name)
        assert again(script) == script, path


def test_a_chinese_script_becomes_fountain() -> None:
    text = (
        "第1场 内 客厅 夜\n人物：林晚、老周\n△林晚坐下。\n"
        "林晚（画外音，低声）：走。（起身）快走！\n切至："
    )
    assert fountain.write(read(text.encode(), path="x")).decode() == (
        ".内 客厅 夜 #1#\n\n人物：林晚、老周\n\n林晚坐下。\n\n"
        "@林晚（画外音）\n（低声）\n走。\n（起身）\n快走！\n\n切至：\n"
    )


@pytest.mark.parametrize(
    ("kind", "text", "line"),
    [
        (Kind.SCENE_HEADING, "INT. HOUSE - DAY", "INT. HOUSE - DAY"),
        (Kind.SCENE_HEADING, "KITCHEN", ".KITCHEN"),
        (Kind.SCENE_HEADING, "内 客厅 日", ".内 客厅 日"),
        (Kind.SCENE_HEADING, "“X” #2#", ".\\“X” #2\\#"),
        (Kind.TRANSITION, "CUT TO:", "CUT TO:"),
        (Kind.TRANSITION, "Burn to White.", "> Burn to White."),
        (Kind.TRANSITION, "TO <", "> TO \\<"),
        (Kind.CENTERED, "THE END", "> THE END <"),
        (Kind.SYNOPSIS, "So", "= So"),
        (Kind.LYRIC, "la\nli", "~la\n~li"),
        (Kind.PAGE_BREAK, "", "==="),
        (Kind.NOTE, "a\n\nb ]] c", "[[a\n  \nb ]\\] c]]"),
        (Kind.BONEYARD, "a /* b", "/* a /\\* b */"),
        (Kind.ACTION, "She waits.", "She waits."),
        (Kind.ACTION, "    indented", "    indented"),
        (Kind.ACTION, "INT. is a word", "!INT. is a word"),
        (Kind.ACTION, "BANG\nBANG", "!BANG\nBANG"),
        (Kind.ACTION, "老周：走！", "!老周：走！"),
        (Kind.ACTION, "Title: none", "!Title: none"),
        (Kind.ACTION, "one\n\n# two", "one\n!\n!# two"),
        (Kind.ACTION, "*69 and 5 * 3, snake_case", "*69 and 5 * 3, snake_case"),
        (Kind.ACTION, "*69* and [[x]]", "\\*69\\* and [\\[x]]"),
        (Kind.EPISODE, "第3集：重逢", "第3集：重逢"),
        (Kind.PROPS_LIST, "道具：信", "道具：信"),
        (Kind.DIALOGUE, "Nobody speaks.", "!Nobody speaks. [[element: dialogue]]"),
    ],
)
def test_a_sign_stands_only_where_it_is_needed(kind: Kind, text: str, line: str) -> None:
    assert "\n".join(lines_of(element(kind, text))) == line


@pytest.mark.parametrize(
    ("name", "parts", "line"),
    [
        ("MARA", {}, "MARA"),
        ("MARA", {"extensions": ("V.O.", "CONT'D")}, "MARA (V.O.) (CONT'D)"),
        ("McCABE", {}, "@McCABE"),
        ("林晚", {"extensions": ("画外音",)}, "@林晚（画外音）"),
        ("MAN (30)", {}, "MAN \\(30)"),
        ("23", {}, "@23"),
        ("FADE IN", {}, "@FADE IN"),
    ],
)
def test_a_name_is_forced_where_the_reader_would_not_know_it(
    name: str, parts: dict[str, object], line: str
) -> None:
    cue = element(Kind.CHARACTER, name, **parts)
    said = lines_of(cue, element(Kind.DIALOGUE, "(so) it is\n\n~now"))
    assert said == [line, "\\(so) it is", "  ", "\\~now"]


@pytest.mark.parametrize("name", ["", "MARA", "\\", "\\(", "甲"])
@pytest.mark.parametrize("end", ["", ")", "(", "）", "*", "^"])
@pytest.mark.parametrize("backslashes", range(4))
def test_backslashes_stay_in_an_extension(name: str, backslashes: int, end: str) -> None:
    extension = "\\" * backslashes + end
    cue = element(Kind.CHARACTER, name, extensions=tuple(filter(None, (extension, "V.O."))))
    script = script_of(cue, element(Kind.DIALOGUE, "Now."))
    assert again(script) == script


def test_a_name_without_words_is_forced() -> None:
    assert lines_of(element(Kind.CHARACTER, "MARA")) == ["@MARA"]


def test_two_speak_at_once_and_notes_stand_behind_words() -> None:
    first = element(Kind.CHARACTER, "MARA")
    other = element(Kind.CHARACTER, "BENNO", is_dual=True, extensions=("O.S.",))
    words = element(
        Kind.DIALOGUE,
        "Go!",
        runs=(Run(0, 2, (BOLD, ITALIC)),),
        notes=("why?", "prop: a word"),
        marks=(Mark("props", "lantern"), Mark("tag Greenery", "fern")),
    )
    assert lines_of(first, element(Kind.DIALOGUE, "No."), other, words) == [
        *("MARA", "No.", "", "BENNO (O.S.) ^"),
        "***Go***! [[why?]] [[\\prop: a word]] [[prop: lantern]] [[tag Greenery: fern]]",
    ]


@pytest.mark.parametrize(
    ("text", "runs", "marked"),
    [
        ("a b", (Run(0, 1, (BOLD,)), Run(2, 3, (ITALIC,))), "**a** *b*"),
        ("ab", (Run(0, 1, (BOLD,)), Run(1, 2, (ITALIC,))), "**a***b*"),
        ("abc", (Run(1, 2, (UNDERLINE,)),), "a__b__c"),
        ("a\\b", (Run(2, 3, (BOLD,)),), "a\\\\**b**"),
        ("a/b", (Run(2, 3, (ITALIC,)),), "a\\/*b*"),
        ("*b*", (Run(1, 2, (UNDERLINE,)),), "\\*_b_\\*"),
    ],
)
def test_styles_are_marked_wherever_they_begin(
    text: str, runs: tuple[Run, ...], marked: str
) -> None:
    script = script_of(element(Kind.ACTION, text, runs=runs))
    assert fountain.write(script).decode() == f"{marked}\n"
    assert again(script) == script


def test_a_title_page_has_its_lines_below_its_keys() -> None:
    fields = (
        TitleField("Title", ("A *Lamp*",)),
        TitleField("Contact", ("Mill Lane", "", "Lantern 2")),
        TitleField("编剧", ("林渡",)),
    )
    script = Script("en", fields, ())
    assert fountain.write(script).decode() == (
        "Title: A \\*Lamp\\*\nContact:\n    Mill Lane\n    \\\n    Lantern 2\n编剧：林渡\n"
    )
    assert again(script) == script


def test_a_title_page_of_unknown_keys_says_that_it_is_one() -> None:
    script = Script("en", (TitleField("Studio", ("Lantern",)),), ())
    assert fountain.write(script) == b"Studio: Lantern [[element: title page]]\n"
    assert again(script) == script


def test_people_stay_in_their_list_before_the_first_scene() -> None:
    text = "《末班车》\n\n人物小传\n\n林晚：女，32岁。\n老周：男。\n\n第1场 内 客厅 日\n林晚：走。"
    script = read(text.encode(), path="x")
    assert again(script) == script
    assert "林晚：女，32岁。" in fountain.write(script).decode().splitlines()


def test_a_script_of_nothing_is_an_empty_file() -> None:
    assert fountain.write(Script("en", (), ())) == b""
    assert again(Script("en", (), ())) == Script("en", (), ())


def test_the_same_script_gives_the_same_bytes() -> None:
    data = (ROOT / "examples" / "the-tea-on-platform-three.fountain").read_bytes()
    once = fountain.write(read(data, path="x"))
    assert fountain.write(read(once, path="x")) == once

import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.errors import InvalidInput
from mstation.screenplay import fdx, read
from mstation.screenplay.draft import with_ids
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
from tests.screenplay.written import scripts

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
EXAMPLES = sorted((ROOT / "examples").glob("*.fountain"))
Kind = ElementKind


def document(content: str, *, after: str = "", head: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="no" ?>\n<FinalDraft {head}'
        f'DocumentType="Script" Template="No" Version="5">\n<Content>\n{content}\n</Content>\n'
        f"{after}\n</FinalDraft>\n"
    ).encode()


def paragraph(type_: str, *texts: str, attributes: str = "", inside: str = "") -> str:
    told = "".join(t if t.startswith("<Text") else f"<Text>{t}</Text>" for t in texts)
    return f'<Paragraph Type="{type_}" {attributes}>{inside}{told}</Paragraph>\n'


def elements(content: str, *, after: str = "") -> tuple[Element, ...]:
    return fdx.read(document(content, after=after), path="x").elements


def told(content: str, *, after: str = "") -> list[tuple[Kind, str]]:
    return [(element.kind, element.text) for element in elements(content, after=after)]


def script_of(
    *found: Element, language: Language = "en", title: tuple[TitleField, ...] = ()
) -> Script:
    return Script(language=language, title_page=title, elements=with_ids(found))


def element(kind: Kind, text: str = "", **parts: object) -> Element:
    return Element(id="", kind=kind, text=text, line=0, **parts)  # type: ignore[arg-type]


# the law


@given(scripts())
def test_what_is_written_reads_back_the_same(script: Script) -> None:
    assert fdx.read(fdx.write(script), path="x") == script


ODD = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        ("", " ", "\n", " a \nb", "(x)", "()", "BOB (V.O.) ^", "a\r\nb\x01\ufffe", "prop: x", "ß")
    ),
)
ODD_VALUES = st.one_of(ODD, st.sampled_from(("a", "blue", "Blue", "white", "red", "#FF0000")))
ODD_KEYS = ("props", "cast", "color", "revision", "shot", "tag Greenery", "tag Props", "?")


@st.composite
def odd_elements(draw: st.DrawFn, number: int) -> Element:
    """Elements that no reader makes: anything in any field."""
    text = draw(ODD)
    places = st.integers(0, max(0, len(text) - 1))
    starts = draw(st.lists(places, max_size=2)) if text else []
    style = st.lists(st.sampled_from(Emphasis), min_size=1, max_size=2).map(tuple)
    return Element(
        id=draw(st.sampled_from((f"el-{number}", f"kept-{number}"))),
        kind=draw(st.sampled_from(Kind)),
        text=text,
        line=0,
        scene_number=draw(ODD),
        extensions=tuple(draw(st.lists(ODD, max_size=2))),
        is_dual=draw(st.booleans()),
        depth=draw(st.integers(-1, 8)),
        runs=tuple(Run(start, len(text), draw(style)) for start in starts),
        notes=tuple(draw(st.lists(ODD, max_size=2))),
        marks=tuple(
            draw(st.lists(st.builds(Mark, st.sampled_from(ODD_KEYS), ODD_VALUES), max_size=2))
        ),
    )


@st.composite
def odd_scripts(draw: st.DrawFn) -> Script:
    keys = st.sampled_from(("Title", "Author", "Contact", "标题", "", "\n"))
    fields = st.builds(TitleField, keys, st.lists(ODD, max_size=2).map(tuple))
    return Script(
        language=draw(st.sampled_from(("en", "zh"))),
        title_page=tuple(draw(st.lists(fields, max_size=3))),
        elements=tuple(draw(odd_elements(number)) for number in range(draw(st.integers(0, 5)))),
    )


@given(odd_scripts())
def test_even_scripts_that_no_reader_makes_read_back_the_same(script: Script) -> None:
    data = fdx.write(script)
    assert fdx.read(data, path="x") == script
    assert fdx.write(script) == data


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_read_back_the_same(path: Path) -> None:
    script = read(path.read_bytes(), path=path.name)
    assert fdx.read(fdx.write(script), path="x") == script


def test_half_a_character_is_no_text_and_breaks_nothing() -> None:
    script = script_of(element(Kind.ACTION, "a", notes=("\udfff",)))
    assert fdx.read(fdx.write(script), path="x").elements[0].notes == ("\ufffd",)


# what Final Draft's own file says


def test_every_type_of_paragraph_is_the_element_it_is_on_the_page() -> None:
    content = "".join(
        paragraph(type_, "words")
        for type_ in (
            *("Scene Heading", "Action", "General", "Shot", "Character", "Parenthetical"),
            *("Dialogue", "Lyrics", "Transition", "Cast List", "New Act", "End of Act"),
            *("Outline Body", "Summary", "Note"),
        )
    )
    assert [kind for kind, _ in told(content)] == [
        *(Kind.SCENE_HEADING, Kind.ACTION, Kind.ACTION, Kind.ACTION, Kind.CHARACTER),
        *(Kind.PARENTHETICAL, Kind.DIALOGUE, Kind.LYRIC, Kind.TRANSITION, Kind.CAST_LIST),
        *(Kind.CENTERED, Kind.CENTERED, Kind.SYNOPSIS, Kind.SYNOPSIS, Kind.NOTE),
    ]


def test_outlines_are_sections_of_their_depth() -> None:
    content = paragraph("Outline 1", "One") + paragraph("Outline 3", "Three")
    assert [(e.kind, e.depth) for e in elements(content)] == [(Kind.SECTION, 1), (Kind.SECTION, 3)]


def test_an_unknown_type_is_action_and_said_once() -> None:
    content = paragraph("Bubble", "a") + "\n" + paragraph("Bubble", "b")
    script = fdx.read(document(content), path="x")
    assert [e.kind for e in script.elements] == [Kind.ACTION, Kind.ACTION]
    assert [(note.line, "`Bubble`" in note.text) for note in script.notes] == [(4, True)]
    assert "动作" in script.notes[0].told("zh")


def test_lines_are_those_of_the_file() -> None:
    assert [e.line for e in elements("\n" + paragraph("Action", "a") * 3)] == [5, 6, 7]


def test_a_cue_has_its_name_and_its_extensions() -> None:
    (cue, _) = elements(
        paragraph("Character", "MARA (V.O.) (CONT'D)") + paragraph("Dialogue", "Hi.")
    )
    assert (cue.text, cue.extensions) == ("MARA", ("V.O.", "CONT'D"))


def test_a_parenthetical_has_no_parentheses() -> None:
    assert elements(paragraph("Parenthetical", "（低声）"))[0].text == "低声"


def test_speech_over_paragraphs_is_one_speech() -> None:
    content = "".join(
        paragraph("Dialogue", *words) for words in (["One."], ["Two."], [], ["Three."])
    )
    assert told(content) == [(Kind.DIALOGUE, "One.\nTwo.\n\nThree.")]


def test_empty_paragraphs_between_actions_are_empty_lines() -> None:
    content = paragraph("Action", "a") + paragraph("Action") * 2 + paragraph("Action", "b")
    assert told(content) == [(Kind.ACTION, "a"), (Kind.ACTION, "\n\nb")]


def test_text_is_shown_in_capitals_where_its_style_or_its_type_says_so() -> None:
    settings = (
        '<ElementSettings Type="Character"><FontSpec Style="Bold+AllCaps"/></ElementSettings>'
    )
    content = (
        paragraph("Character", "Mara")
        + paragraph("Character", '<Text Style="">McCabe</Text>')
        + paragraph("Action", '<Text Style="AllCaps">bang</Text>', "!")
    )
    assert [text for _, text in told(content, after=settings)] == ["MARA", "McCabe", "BANG!"]


def test_styles_are_runs_that_end_with_their_lines_and_hold_no_spaces() -> None:
    texts = ('<Text Style="Bold+Italic">a</Text>', '<Text Style="Bold"> b \n c </Text>', "d")
    found = elements(paragraph("Action", *texts))[0]
    assert found.text == "a b\n c d"
    assert [(found.text[r.start : r.end], r.emphasis) for r in found.runs] == [
        ("a", (Emphasis.ITALIC, Emphasis.BOLD)),
        (" b", (Emphasis.BOLD,)),
        ("c", (Emphasis.BOLD,)),
    ]


def test_two_speeches_side_by_side_are_a_dual_pair() -> None:
    speeches = "".join(
        paragraph("Character", name) + paragraph("Dialogue", "Hi.") for name in ("A", "B")
    )
    found = elements(f"<Paragraph><DualDialogue>{speeches}</DualDialogue></Paragraph>")
    assert [(e.text, e.is_dual) for e in found if e.kind is Kind.CHARACTER] == [
        ("A", False),
        ("B", True),
    ]


def test_a_heading_has_its_number_its_colour_its_title_and_its_summary() -> None:
    properties = (
        '<SceneProperties Color="#00008080FFFF" Length="3/8" Page="1" Title="Home again">'
        "<Summary><Paragraph><Text>She is back.</Text></Paragraph></Summary>"
        '<SceneArcBeats><CharacterArcBeat Name="DAVE"><Paragraph/></CharacterArcBeat>'
        "</SceneArcBeats></SceneProperties>"
    )
    heading, title, summary = elements(
        paragraph("Scene Heading", "INT. HOUSE", attributes='Number="12A"', inside=properties)
    )
    assert (heading.text, heading.scene_number) == ("INT. HOUSE", "12A")
    assert heading.marks == (Mark("color", "#0080FF"),)
    assert (title.kind, title.text) == (Kind.SYNOPSIS, "Home again")
    assert (summary.kind, summary.text) == (Kind.SYNOPSIS, "She is back.")


def test_an_omitted_scene_keeps_its_number_and_is_not_filmed() -> None:
    body = paragraph("Scene Heading", "EXT. YARD") + paragraph("Character", "A")
    body += paragraph("Dialogue", "Hi.") + paragraph("Action", "They go.")
    content = (
        f'<Paragraph Number="21" Type="Scene Heading"><Text>OMITTED</Text>'
        f"<OmittedScene>{body}</OmittedScene></Paragraph>"
    )
    heading, left_out = elements(content)
    assert (heading.text, heading.scene_number) == ("OMITTED", "21")
    assert left_out.kind is Kind.BONEYARD
    assert left_out.text == "EXT. YARD\n\nA\nHi.\n\nThey go."


def test_a_page_that_starts_anew_is_a_page_break() -> None:
    content = paragraph("Action", "a") + paragraph("Action", "b", attributes='StartsNewPage="Yes"')
    assert [kind for kind, _ in told(content)] == [Kind.ACTION, Kind.PAGE_BREAK, Kind.ACTION]


TAGS = """<TagData><TagCategories>
<TagCategory Id="01fc9642-84ff-4366-b37c-a3068dee57e8" Name="Personnages" Number="1"/>
<TagCategory Id="05c556eb-6bc1-4a3a-b09f-f8b5ba1b6afa" Name="Props" Number="5"/>
<TagCategory Id="x" Name="Drones" Number="40"/></TagCategories>
<TagDefinitions><TagDefinition CatId="05c556eb-6bc1-4a3a-b09f-f8b5ba1b6afa" Id="a"
Label="the old lantern" Number="1"/><TagDefinition CatId="x" Id="b" Label="drone" Number="2"/>
<TagDefinition CatId="01fc9642-84ff-4366-b37c-a3068dee57e8" Id="c" Label="MARA" Number="3"/>
</TagDefinitions><Tags><Tag Number="7"><DefId>a</DefId></Tag>
<Tag Number="8"><DefId>b</DefId></Tag><Tag Number="9"><DefId>c</DefId></Tag></Tags></TagData>"""


def test_tags_are_marks_of_their_category() -> None:
    texts = (
        '<Text TagNumber="9">MARA</Text>',
        " drops the ",
        '<Text TagNumber="7">lan</Text>',
        '<Text TagNumber="7" Style="Bold">tern</Text>',
        '<Text TagNumber="8"> from a drone</Text>',
        '<Text TagNumber="99">.</Text>',
    )
    found = elements(paragraph("Action", *texts), after=TAGS)[0]
    assert found.text == "MARA drops the lantern from a drone."
    assert found.marks == (
        Mark("cast", "MARA"),
        Mark("props", "the old lantern"),
        Mark("tag Drones", "drone"),
    )


def test_revised_words_have_the_colour_of_their_revision() -> None:
    sets = '<Revisions><Revision ID="3" Name="Double Blue"/></Revisions>'
    texts = ('<Text RevisionID="0">a</Text>', '<Text RevisionID="1">b</Text>')
    found = elements(paragraph("Action", *texts, '<Text RevisionID="3">c</Text>'), after=sets)[0]
    assert found.marks == (Mark("revision", "blue"), Mark("revision", "Double Blue"))


def notes_at(*ranges: str) -> str:
    notes = "".join(
        f'<ScriptNote Id="{i}" Range="{range_}"><Paragraph><Text>{range_}</Text></Paragraph>'
        "</ScriptNote>"
        for i, range_ in enumerate(ranges)
    )
    return f"<ScriptNotes>{notes}</ScriptNotes>"


def test_script_notes_are_on_the_words_they_were_pinned_to() -> None:
    # paragraphs start at 0, 5 (two units of dual dialogue), 8 (a rare character) and 12
    dual = paragraph("Character", "MARA") + paragraph("Dialogue", "Yes.")
    content = (
        paragraph("Action", "Hum.")
        + f"<Paragraph><DualDialogue>{dual}</DualDialogue></Paragraph>"
        + paragraph("Action", "𠀀a")
        + paragraph("Action", "Go.")
    )
    found = elements(content, after=notes_at("0,4", "5,7", "8,11", "12,15", "99,99"))
    assert [(e.text, e.notes) for e in found] == [
        ("Hum.", ("0,4",)),
        ("MARA", ("5,7",)),
        ("Yes.", ()),
        ("𠀀a", ("8,11",)),
        ("Go.", ("12,15",)),
        ("99,99", ()),
    ]
    assert found[-1].kind is Kind.NOTE


def test_a_note_inside_a_paragraph_is_on_it_and_a_mark_is_a_mark() -> None:
    inside = (
        '<ScriptNote Name="Geography"><Paragraph><Text>Where?</Text></Paragraph></ScriptNote>'
        "<ScriptNote><Paragraph><Text>prop: lantern</Text></Paragraph></ScriptNote>"
    )
    found = elements(paragraph("Action", "She waits.", inside=inside))[0]
    assert (found.text, found.notes) == ("She waits.", ("Geography: Where?",))
    assert found.marks == (Mark("props", "lantern"),)


def test_a_title_page_is_read_by_its_layout() -> None:
    lines = (
        ("Center", "THE LAST REEL"), ("Center", ""), ("Center", "Written by"), ("Center", ""),
        ("Center", "Ann Bo\nCy Do"), ("Center", ""), ("Center", "Based on the novel by Ed Fu"),
        ("Left", ""), ("Left", "© 2026 Ann Bo"), ("Left", ""), ("Left", "Second draft\n3 May 2026"),
        ("Left", ""), ("Left", "ann@example.org"),
    )  # fmt: skip
    content = "".join(
        f'<Paragraph Alignment="{side}"><Text>{text}</Text></Paragraph>' for side, text in lines
    )
    page = f"<TitlePage><Content>{content}</Content></TitlePage>"
    assert fdx.read(document("", after=page), path="x").title_page == (
        TitleField("Title", ("THE LAST REEL",)),
        TitleField("Credit", ("Written by",)),
        TitleField("Author", ("Ann Bo", "Cy Do")),
        TitleField("Source", ("Based on the novel by Ed Fu",)),
        TitleField("Copyright", ("© 2026 Ann Bo",)),
        TitleField("Draft date", ("Second draft", "3 May 2026")),
        TitleField("Contact", ("ann@example.org",)),
    )


# what we write


def written(*found: Element, **rest: object) -> ElementTree.Element:
    return ElementTree.fromstring(fdx.write(script_of(*found, **rest)))  # type: ignore[arg-type]


def test_plain_scripts_need_no_words_but_those_of_final_draft() -> None:
    script = read(EXAMPLES[0].read_bytes(), path="x")
    assert (
        b"MStation:Says"
        not in fdx.write(script).partition(b"<Content>")[2].partition(b"</Content>")[0]
    )


def test_what_is_not_printed_stands_beside_the_script_or_is_hidden() -> None:
    kinds = (Kind.ACTION, Kind.NOTE, Kind.BONEYARD, Kind.SECTION, Kind.SYNOPSIS)
    root = written(*(element(kind, kind.value, depth=1) for kind in kinds))
    types = [node.get("Type") for node in root.findall("Content/Paragraph")]
    assert types == ["Action", "Outline 1", "Outline Body"]
    styles = {
        row.get("Type"): row.find("FontSpec").get("Style")  # type: ignore[union-attr]
        for row in root.findall("ElementSettings")
    }
    assert all("HiddenText" in str(styles[name]) for name in types if name != "Action")
    notes = [node.get("Type") for node in root.findall("ScriptNotes/ScriptNote")]
    assert notes == ["General", "Boneyard"]


def test_marks_are_tags_revisions_and_colours_where_final_draft_has_them() -> None:
    heading = element(Kind.SCENE_HEADING, "INT. HOUSE", marks=(Mark("color", "blue"),))
    marks = (Mark("props", "lantern"), Mark("revision", "pink"), Mark("sound", "thunder"))
    root = written(heading, element(Kind.ACTION, "A Lantern falls.", marks=marks))
    properties = root.find("Content/Paragraph/SceneProperties")
    assert properties is not None
    assert properties.get("Color") == "#00000000FFFF"
    texts = root.findall("Content/Paragraph[2]/Text")
    assert [(t.text, t.get("TagNumber"), t.get("RevisionID")) for t in texts] == [
        ("A ", None, "2"),
        ("Lantern", "1", "2"),
        (" falls.", None, "2"),
    ]
    assert [node.text for node in root.findall("ScriptNotes/ScriptNote/Paragraph/Text")] == [
        "sound: thunder"
    ]


def test_a_tag_is_on_a_whole_word_or_on_none() -> None:
    marks = (Mark("vehicles", "car"), Mark("props", "灯笼"))
    root = written(element(Kind.ACTION, "A scared man, two CARS, 红灯笼。", marks=marks))
    texts = root.findall("Content/Paragraph/Text")
    assert [t.text for t in texts if t.get("TagNumber")] == ["CAR", "灯笼"]


def test_a_boneyard_stays_one_though_final_draft_forgets_our_words() -> None:
    script = script_of(element(Kind.ACTION, "a"), element(Kind.BONEYARD, "cut\n\nout"))
    data = fdx.write(script).replace(b"MStation:", b"Other")
    assert fdx.read(data, path="x").elements == script.elements


def test_small_letters_stay_small_under_a_type_in_capitals() -> None:
    root = written(element(Kind.CHARACTER, "McCABE"), element(Kind.CHARACTER, "MARA"))
    assert [t.get("Style") for t in root.findall("Content/Paragraph/Text")] == ["", None]


def test_two_speeches_stand_side_by_side() -> None:
    cues = (element(Kind.CHARACTER, "A"), element(Kind.CHARACTER, "B", is_dual=True))
    said = element(Kind.DIALOGUE, "Hi.")
    root = written(cues[0], said, cues[1], said)
    names = [t.text for t in root.findall("Content/Paragraph/DualDialogue/Paragraph/Text")]
    assert names == ["A", "Hi.", "B", "Hi."]


def test_the_ranges_of_notes_are_those_that_final_draft_counts() -> None:
    one = element(Kind.ACTION, "𠀀a", notes=("first",))
    two = element(Kind.ACTION, "Go.", notes=("second",))
    root = written(one, two)
    assert [n.get("Range") for n in root.findall("ScriptNotes/ScriptNote")] == ["0,3", "4,7"]


def test_words_changed_by_another_program_are_believed() -> None:
    script = script_of(element(Kind.PARENTHETICAL, " low ", depth=3))
    data = fdx.write(script).replace(b">( low )<", b">(high)<")
    (found,) = fdx.read(data, path="x").elements
    assert (found.text, found.depth) == ("high", 3)


def test_bytes_are_stable() -> None:
    script = script_of(
        element(Kind.ACTION, "She waits.", marks=(Mark("props", "waits"),), notes=("Why?",)),
        title=(TitleField("Title", ("X",)),),
    )
    assert fdx.write(script) == fdx.write(fdx.read(fdx.write(script), path="x"))
    assert b'<Text TagNumber="1">waits</Text>' in fdx.write(script)


# files that cannot be read


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 1, "no element"),
        (b"<FinalDraft>\n<Content>\n<Text></Content></FinalDraft>", 3, "mismatched tag"),
        (document("<Paragraph><Text>a & b</Text></Paragraph>"), 4, "invalid token"),
        (document("<Paragraph><Text>\x01</Text></Paragraph>"), 4, "invalid token"),
        (document("<Paragraph><Text>&x;</Text></Paragraph>"), 4, "undefined entity"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]>\n<FinalDraft/>', 1, "entities"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><FinalDraft/>', 1, "entities"),
        (b'\n<!DOCTYPE FinalDraft SYSTEM "http://example.org/x.dtd"><FinalDraft/>', 2, "type"),
        (b"<FinalDraft>" + b"\n<a>" * 100, 65, "deep"),
        (b"<FinalDraft><a/>" + b"<a/>" * 400_000 + b"</FinalDraft>", None, "more elements"),
        (b"<FinalDraft>" + b" " * (33 << 20), None, "32 MB"),
        (b"<opml/>", 1, "`opml`"),
        (b"\n<FinalDraft><TitlePage/></FinalDraft>", 2, "<Content>"),
        (b'<?xml version="1.0" encoding="klingon"?><FinalDraft/>', 1, "`klingon`"),
        (b'<?xml version="1.0" encoding="gbk"?><FinalDraft>\xff</FinalDraft>', 1, "`gbk`"),
    ],
)
def test_what_cannot_be_read_is_refused_in_both_languages(
    data: bytes, line: int | None, words: str
) -> None:
    with pytest.raises(InvalidInput, match=words) as refusal:
        fdx.read(data, path="x.fdx")
    assert refusal.value.line == line
    assert refusal.value.told("zh") != str(refusal.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "big5"])
def test_every_declared_encoding_is_read(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    text = document(paragraph("Action", "你好")).decode().replace("UTF-8", name)
    assert fdx.read(text.encode(encoding), path="x").elements[0].text == "你好"


def test_a_file_that_says_utf_16_and_is_not_is_read() -> None:
    data = document(paragraph("Action", "你好")).replace(b"UTF-8", b"UTF-16")
    assert fdx.read(data, path="x").elements[0].text == "你好"


@pytest.mark.parametrize(
    "says",
    [
        *("", "[", "1", "null", '{"kind":"x"}', '{"depth":"a"}', "[" * 90_000),
        '{"runs":[{"start":-4,"end":99,"emphasis":["bold"]}],"beside":"a"}',
        '{"text":"b","runs":[{"start":0,"end":1,"emphasis":["bold"]}]}',
    ],
)
def test_nonsense_said_beside_the_words_changes_no_words(says: str) -> None:
    told = says.replace('"', "&quot;")
    content = paragraph("Action", "a", attributes=f'M:Says="{told}"')
    script = fdx.read(document(content, head='xmlns:M="urn:mstation:fdx" '), path="x")
    assert [(e.kind, e.text, e.runs) for e in script.elements] == [(Kind.ACTION, "a", ())]


def test_two_elements_never_have_one_id() -> None:
    content = paragraph("Action", "a", attributes='M:Says="{&quot;id&quot;:&quot;i&quot;}"') * 3
    script = fdx.read(document(content, head='xmlns:M="urn:mstation:fdx" '), path="x")
    ids = [e.id for e in script.elements]
    assert ids[0] == "i"
    assert len(set(ids)) == 3


def test_the_language_is_that_of_the_words_unless_it_is_named() -> None:
    data = document(paragraph("Action", "林晚走进来。"))
    assert fdx.read(data, path="x").language == "zh"
    assert fdx.read(data, path="x", language="en").language == "en"


def test_the_reader_of_any_format_reads_fdx() -> None:
    assert read(document(paragraph("Action", "a")), path="x").elements[0].text == "a"


HOSTILE = {
    "dialogue": "<Paragraph Type='Dialogue'><Text>a</Text></Paragraph>",
    "styles": "<Text Style='Bold'>a&#10;</Text><Text>b</Text>",
    "empty": "<Paragraph/>",
    "notes": "<ScriptNote Range='0,1'><Paragraph><Text>prop: x</Text></Paragraph></ScriptNote>",
    "dual": "<DualDialogue><Paragraph Type='Character'><Text>A</Text></Paragraph></DualDialogue>",
}


def seconds_to_read(unit: str, times: int) -> float:
    content = unit * times
    is_inside = unit.startswith(("<Text", "<Dual"))
    data = document(
        paragraph("Action", inside=content) if is_inside else content,
        after=f"<ScriptNotes>{content}</ScriptNotes>",
    )
    start = time.process_time()
    fdx.read(data, path="x")
    return time.process_time() - start


@pytest.mark.slow
@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_reading_takes_linear_time(unit: str) -> None:
    small, large = seconds_to_read(unit, 6_000), seconds_to_read(unit, 24_000)
    assert large < 8 * (small + 0.05)


# the corpus

needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no scripts of others at {CORPUS}")


@pytest.mark.corpus
@needs_corpus
def test_every_script_of_the_corpus_reads_back_the_same() -> None:
    paths = sorted([*CORPUS.rglob("*.fountain"), *CORPUS.rglob("*.fdx")])
    assert len(paths) > 60
    for path in paths:
        script = read(path.read_bytes(), path=str(path))
        assert fdx.read(fdx.write(script), path="x") == script, path


@pytest.mark.corpus
@needs_corpus
def test_every_export_of_the_corpus_holds_what_its_fountain_twin_holds() -> None:
    twins = [
        (p, t) for p in sorted(CORPUS.rglob("*.fdx")) if (t := p.with_suffix(".fountain")).exists()
    ]
    assert len(twins) == 11
    for path, twin in twins:
        script = read(path.read_bytes(), path=str(path))
        assert script.elements == read(twin.read_bytes(), path=str(twin)).elements, path
        assert not script.notes


@pytest.mark.corpus
@needs_corpus
def test_the_title_page_of_fade_in_is_that_of_its_twin() -> None:
    folder = CORPUS / "screenplay-tools-tests"
    found = read((folder / "TestFDX-FI.fdx").read_bytes(), path="x").title_page
    twin = read((folder / "TestFDX-FI.fountain").read_bytes(), path="x").title_page
    assert {field.key: field.lines for field in found} == {
        "Credit": ("Written by",),
        **{field.key: field.lines for field in twin},
    }


def test_an_encoding_that_nobody_knows_is_refused() -> None:
    data = b'<?xml version="1.0" encoding="UTF-8' + b"9" * 90 + b'"?><FinalDraft/>'
    with pytest.raises(InvalidInput, match="text is"):
        fdx.read(data, path="x.fdx")

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import docx as word
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.errors import InvalidInput, Unsupported
from mstation.screenplay import read
from mstation.screenplay.script import ElementKind, Emphasis, Mark, Script

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
CENTER, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
SCENE = [
    ("scene_heading", "INT. HOUSE - DAY"),
    ("action", "Mara comes in. She is tired."),
    ("character", "MARA"),
    ("parenthetical", "softly"),
    ("dialogue", "Is anybody here?"),
    ("character", "BEN"),
    ("dialogue", "Only me."),
    ("transition", "CUT TO:"),
]


def told(script: Script) -> list[tuple[str, str]]:
    return [(element.kind.value, element.text) for element in script.elements]


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def of_docx(document: Any) -> Script:
    return read(saved(document), path="x.docx")


def in_styles(names: dict[str, str]) -> Any:
    document = word.Document()
    for name in names.values():
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    for kind, text in SCENE:
        document.add_paragraph(f"({text})" if kind == "parenthetical" else text, names[kind])
    return document


def row(paragraph: Any, name: str, **attributes: str) -> Any:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    paragraph.append(element)
    return element


ENGLISH = {
    "scene_heading": "Scene Heading",
    "action": "Action",
    "character": "Character",
    "parenthetical": "Parenthetical",
    "dialogue": "Dialogue",
    "transition": "Transition",
}
CELTX = {
    "scene_heading": "sceneheading",
    "action": "action",
    "character": "character",
    "parenthetical": "parenthetical",
    "dialogue": "dialog",
    "transition": "transition",
}
CHINESE = {
    "scene_heading": "场景标题",
    "action": "动作",
    "character": "角色",
    "parenthetical": "括号",
    "dialogue": "对白",
    "transition": "转场",
}


@pytest.mark.parametrize("names", [ENGLISH, CELTX, CHINESE], ids=["english", "celtx", "chinese"])
def test_elements_are_told_by_styles(names: dict[str, str]) -> None:
    assert told(of_docx(in_styles(names))) == SCENE


def test_a_style_is_what_it_is_based_on() -> None:
    document = in_styles(ENGLISH)
    style = document.styles.add_style("My own", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Action"]
    document.add_paragraph("INT. is how a heading begins.", "My own")
    assert told(of_docx(document))[-1] == ("action", "INT. is how a heading begins.")


@pytest.mark.parametrize("unit", [1.0, 0.8])
def test_elements_are_told_by_indents(unit: float) -> None:
    lefts = {"character": 2.2, "parenthetical": 1.6, "dialogue": 1.0}
    document = word.Document()
    for _ in range(2):
        for kind, text in SCENE:
            text = f"({text})" if kind == "parenthetical" else text
            paragraph = document.add_paragraph(text)
            paragraph.paragraph_format.left_indent = Inches(unit * lefts.get(kind, 0))
            paragraph.alignment = RIGHT if kind == "transition" else None
    assert told(of_docx(document)) == SCENE * 2


def test_elements_are_told_by_tabs() -> None:
    tabs = {"character": 4, "parenthetical": 3, "dialogue": 2, "transition": 9}
    document = word.Document()
    for kind, text in SCENE:
        text = f"({text})" if kind == "parenthetical" else text
        document.add_paragraph("\t" * tabs.get(kind, 0) + text)
    assert told(of_docx(document)) == SCENE


@pytest.mark.parametrize("is_parted", [True, False])
def test_plain_paragraphs_read_as_text(is_parted: bool) -> None:
    document = word.Document()
    for kind, text in SCENE:
        if is_parted and kind not in ("parenthetical", "dialogue"):
            document.add_paragraph("")
        document.add_paragraph(f"({text})" if kind == "parenthetical" else text)
    assert told(of_docx(document)) == SCENE


def test_emphasis_is_kept() -> None:
    document = in_styles(ENGLISH)
    paragraph = document.add_paragraph("A ", "Action")
    paragraph.add_run("very ").bold = True
    paragraph.add_run("loud").bold = True
    paragraph.add_run(" noise").underline = True
    element = of_docx(document).elements[-1]
    assert element.text == "A very loud noise"
    assert [(element.text[r.start : r.end], r.emphasis) for r in element.runs] == [
        ("very loud", (Emphasis.BOLD,)),
        (" noise", (Emphasis.UNDERLINE,)),
    ]


def test_capitals_that_a_style_makes_are_read() -> None:
    document = in_styles(ENGLISH)
    document.styles["Character"].font.all_caps = True
    document.add_paragraph("Lena (v.o.)", "Character")
    document.add_paragraph("Yes.", "Dialogue")
    cue = of_docx(document).elements[-2]
    assert (cue.text, cue.extensions) == ("LENA", ("V.O.",))


def test_a_title_page_ends_with_its_page() -> None:
    document = word.Document()
    for text in ("THE LAST REEL", "", "written by", "Ida Adler", "", "March 4, 2026"):
        document.add_paragraph(text).alignment = CENTER
    contact = document.add_paragraph("ida@example.com")
    contact.add_run().add_break(WD_BREAK.PAGE)
    for text in ("INT. HOUSE - DAY", "", "Rain."):
        document.add_paragraph(text)
    script = of_docx(document)
    assert [(entry.key, entry.lines) for entry in script.title_page] == [
        ("Title", ("THE LAST REEL",)),
        ("Credit", ("written by",)),
        ("Author", ("Ida Adler",)),
        ("Draft date", ("March 4, 2026",)),
        ("Contact", ("ida@example.com",)),
    ]
    assert told(script) == [("scene_heading", "INT. HOUSE - DAY"), ("action", "Rain.")]


def test_a_chinese_script_reads_with_its_tables_and_soft_breaks() -> None:
    document = word.Document()
    document.add_paragraph("《末班车》").alignment = CENTER
    document.add_paragraph("编剧：林晚").alignment = CENTER
    document.add_paragraph("第1场 内 候车室 夜")
    table = document.add_table(2, 2)
    for cell, text in zip(
        [cell for row in table.rows for cell in row.cells],
        ["人物", "林晚、周师傅", "道具：", "茶杯"],
        strict=True,
    ):
        cell.text = text
    document.add_paragraph("△林晚推门进来。\n林晚（笑）：还有车吗？\n周师傅：走了。")
    script = of_docx(document)
    assert script.language == "zh"
    assert [(entry.key, entry.lines) for entry in script.title_page] == [
        ("标题", ("末班车",)),
        ("编剧", ("林晚",)),
    ]
    assert told(script) == [
        ("scene_heading", "内 候车室 夜"),
        ("cast_list", "人物：林晚、周师傅"),
        ("props_list", "道具：茶杯"),
        ("action", "林晚推门进来。"),
        ("character", "林晚"),
        ("parenthetical", "笑"),
        ("dialogue", "还有车吗？"),
        ("character", "周师傅"),
        ("dialogue", "走了。"),
    ]


def test_chinese_speeches_in_one_style_are_told_by_their_words() -> None:
    document = word.Document()
    for name in ("场景标题", "对白", "动作"):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    for name, text in (
        ("场景标题", "第1场 内 候车室 夜"),
        ("动作", "林晚推门进来。"),
        ("对白", "林晚：还有车吗？"),
        ("对白", "周师傅：走了。"),
    ):
        document.add_paragraph(text, name)
    kinds = [element.kind for element in of_docx(document).elements]
    assert kinds.count(ElementKind.CHARACTER) == 2


def numbered(document: Any, text: str, label: str, form: str) -> None:
    """Add paragraphs to a list that counts like `label`."""
    numbering = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "90")
    level = row(abstract, "w:lvl", ilvl="0")
    row(level, "w:start", val="1")
    row(level, "w:numFmt", val=form)
    row(level, "w:lvlText", val=label)
    numbering.insert(0, abstract)
    row(row(numbering, "w:num", numId="90"), "w:abstractNumId", val="90")
    for line in text.split("\n"):
        paragraph = document.add_paragraph(line.removeprefix("*"))
        if line.startswith("*"):
            listed = row(paragraph._p.get_or_add_pPr(), "w:numPr")
            row(listed, "w:ilvl", val="0")
            row(listed, "w:numId", val="90")


@pytest.mark.parametrize(
    ("label", "form", "number"),
    [("第%1场", "chineseCounting", "二"), ("%1.", "decimal", "2"), ("第%1场", "decimal", "2")],
)
def test_numbers_that_word_counts_are_scene_numbers(label: str, form: str, number: str) -> None:
    document = word.Document()
    numbered(document, "*内 客厅 日\n林晚坐下。\n*外 街道 夜\n下雨了。", label, form)
    headings = [e for e in of_docx(document).elements if e.kind is ElementKind.SCENE_HEADING]
    assert [(e.scene_number, e.text) for e in headings][1] == (number, "外 街道 夜")


def test_a_numbered_list_in_prose_stays_prose() -> None:
    document = word.Document()
    numbered(document, "She reads:\n*Bread and salt.\n*A lamp.", "%1.", "decimal")
    assert [text for _, text in told(of_docx(document))] == [
        "She reads:",
        "Bread and salt.",
        "A lamp.",
    ]


def test_tracked_changes_read_as_accepted() -> None:
    document = in_styles(ENGLISH)
    paragraph = document.add_paragraph("She ", "Action")
    for name, text_name, words in (
        ("w:del", "w:delText", "runs"),
        ("w:ins", "w:t", "walks"),
    ):
        change = row(paragraph._p, name, id="1", author="x")
        row(row(change, "w:r"), text_name).text = words
    paragraph.add_run(" home.")
    assert told(of_docx(document))[-1] == ("action", "She walks home.")


def test_a_deleted_paragraph_mark_joins_two_paragraphs() -> None:
    document = in_styles(ENGLISH)
    first = document.add_paragraph("She walks ", "Action")
    row(row(first._p.get_or_add_pPr(), "w:rPr"), "w:del", id="1", author="x")
    document.add_paragraph("home.", "Action")
    assert told(of_docx(document))[-1] == ("action", "She walks home.")


def test_comments_are_notes_and_marks() -> None:
    document = in_styles(ENGLISH)
    paragraph = document.add_paragraph("She lifts the lantern.", "Action")
    document.add_comment(paragraph.runs, text="prop: lantern", author="x", initials="x")
    document.add_comment(paragraph.runs, text="Is it lit?", author="x", initials="x")
    element = of_docx(document).elements[-1]
    assert element.marks == (Mark("props", "lantern"),)
    assert element.notes == ("Is it lit?",)


def test_headers_and_hidden_words_are_no_text() -> None:
    document = in_styles(ENGLISH)
    document.sections[0].header.paragraphs[0].text = "THE LAST REEL"
    document.sections[0].footer.paragraphs[0].text = "Confidential"
    document.add_paragraph("Rain.", "Action").add_run(" And snow.").font.hidden = True
    assert told(of_docx(document)) == [*SCENE, ("action", "Rain.")]


def test_speeches_side_by_side_in_a_table_are_dual() -> None:
    document = in_styles(ENGLISH)
    left, right = document.add_table(1, 2).rows[0].cells
    for cell, name, words in ((left, "MARA", "No!"), (right, "BEN", "Yes!")):
        cell.paragraphs[0].text = name
        cell.add_paragraph(words)
    tail = of_docx(document).elements[-4:]
    assert [(e.kind.value, e.text, e.is_dual) for e in tail] == [
        ("character", "MARA", False),
        ("dialogue", "No!", False),
        ("character", "BEN", True),
        ("dialogue", "Yes!", False),
    ]


def test_words_in_a_text_box_are_read_once() -> None:
    document = in_styles(ENGLISH)
    run = document.add_paragraph("Rain.", "Action").add_run()
    fallback = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    choices = run._r.makeelement(f"{{{fallback}}}AlternateContent")
    run._r.append(choices)
    for name in ("Choice", "Fallback"):
        choice = choices.makeelement(f"{{{fallback}}}{name}")
        choices.append(choice)
        box = row(choice, "w:txbxContent")
        paragraph = row(box, "w:p")
        row(row(paragraph, "w:pPr"), "w:pStyle", val="Action")
        row(row(paragraph, "w:r"), "w:t").text = "A letter."
    assert [text for _, text in told(of_docx(document))][-2:] == ["Rain.", "A letter."]


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("members", "program"),
    [
        ({"document.xml": b"<document/>"}, "Fade In"),
        ({"project.rdf": b"", "script-1.html": b""}, "Celtx"),
        ({"Index/Document.iwa": b"x"}, "Pages"),
        ({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b""}, "ODT"),
        ({"mimetype": b"application/epub+zip", "META-INF/container.xml": b""}, "EPUB"),
        ({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b""}, "Excel"),
        ({"a.txt": b"INT. HOUSE - DAY"}, "ZIP"),
        ({}, "ZIP"),
    ],
)
def test_other_programs_files_are_named(members: dict[str, bytes], program: str) -> None:
    data = zipped(members) if members else b"PK\x03\x04" + zipped({"a": b""})[4:]
    with pytest.raises(Unsupported, match=program) as caught:
        read(data, path="x")
    assert caught.value.zh


def test_a_highland_document_is_read() -> None:
    data = zipped({"The Film.textbundle/text.md": b"INT. HOUSE - DAY\n\nRain.", "a.json": b"{}"})
    assert told(read(data, path="x.highland")) == [
        ("scene_heading", "INT. HOUSE - DAY"),
        ("action", "Rain."),
    ]


GOOD = saved(in_styles(ENGLISH))


def changed(name: str, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        members = {item: archive.read(item) for item in archive.namelist()}
    members[name] = change(members[name])
    return zipped(members)


BOMB = b"<!DOCTYPE x [" + b"".join(
    b'<!ENTITY e%d "%s">' % (index, b"&e%d;" % (index - 1) * 10 if index else b"ha" * 10)
    for index in range(9)
)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("word/document.xml", lambda xml: xml.replace(b"<w:document", BOMB + b"]><w:document", 1)),
        (
            "word/document.xml",
            lambda xml: xml.replace(
                b"<w:document", b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><w:document', 1
            ),
        ),
        ("word/styles.xml", lambda xml: b"<!DOCTYPE x><styles/>"),
        ("word/document.xml", lambda xml: xml[:-20]),
        ("word/document.xml", lambda xml: b""),
        ("word/document.xml", lambda xml: xml.replace(b"UTF-8", b"x-none")),
        ("word/document.xml", lambda xml: xml.replace(b"INT.", b"IN\x00.")),
        ("word/document.xml", lambda xml: b"<w>" * 300_000),
        ("word/document.xml", lambda xml: xml.replace(b"<w:t>", b"<w:t>" + b" " * 30_000_000, 1)),
        ("word/document.xml", lambda xml: xml.replace(b"<w:t>", b"<w:t>" + b"a" * 4_100_000, 1)),
        ("word/document.xml", lambda xml: b"<a>" + b"<b/>" * 410_000 + b"</a>"),
        (
            "word/document.xml",
            lambda xml: b"<a>" + b"".join(b"<b%d/>" % i for i in range(3000)) + b"</a>",
        ),
        ("word/document.xml", lambda xml: xml[: xml.index(b"<w:body>")] + b"</w:document>"),
    ],
    ids=[
        "entities", "external", "doctype", "cut", "empty", "encoding", "null", "deep", "spaces",
        "long", "tags", "names", "no words",
    ],
)  # fmt: skip
def test_a_hostile_document_is_refused(name: str, change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(InvalidInput, match=r"x\.docx") as caught:
        read(changed(name, change), path="x.docx")
    assert caught.value.zh


def test_a_part_that_is_named_twice_is_refused() -> None:
    out = io.BytesIO(GOOD)
    with (
        pytest.warns(UserWarning, match="Duplicate"),
        zipfile.ZipFile(out, "a") as archive,
    ):
        archive.writestr("word/document.xml", b"<w/>")
    with pytest.raises(InvalidInput, match="damaged"):
        read(out.getvalue(), path="x")


def test_pictures_are_never_unpacked() -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        members = {item: archive.read(item) for item in archive.namelist()}
    members["word/media/image1.bmp"] = b"\0" * 80_000_000
    assert told(read(zipped(members), path="x")) == SCENE


@given(st.integers(4, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_a_damaged_document_reads_or_is_refused(at: int, other: bytes) -> None:
    with suppress(InvalidInput):
        script = read(GOOD[:at] + other + GOOD[at + len(other) :], path="x")
        assert script.elements


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["INT. HOUSE - DAY", "MARA", "(softly)", "Rain falls.", "CUT TO:", "林晚：好。"]
            ),
            st.sampled_from([0.0, 72.0, 110.0, 160.0]),
        ),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=25, deadline=None)
def test_no_word_of_a_document_is_lost(rows: list[tuple[str, float]]) -> None:
    document = word.Document()
    for text, left in rows:
        document.add_paragraph(text).paragraph_format.left_indent = Pt(left)
    script = of_docx(document)
    found = " ".join(element.text for element in script.elements)
    for text, _ in rows:
        assert text.strip("()").rstrip("：好。") in found


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no scripts of others at {CORPUS}")
def test_a_real_fade_in_script_is_named() -> None:
    path = CORPUS / "screenplay-tools-tests" / "TestFDX-FI.fadein"
    with pytest.raises(Unsupported, match="Fade In"):
        read(path.read_bytes(), path=path.name)


def test_a_zip_whose_parts_lie_before_its_start_is_damaged() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>" * 9)
        archive.writestr("word/document.xml", b"<document/>" * 9)
    data = bytearray(out.getvalue())
    data[data.rindex(b"PK\x05\x06") + 16] += 200  # the directory's place, said too far on
    with pytest.raises(InvalidInput):
        read(bytes(data), path="x.docx")

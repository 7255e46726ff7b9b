"""Notes on how to shoot reach the beats that they are about, from every format."""

import io
from collections.abc import Callable
from dataclasses import replace

import docx
import pytest
from hypothesis import given

from mstation.breakdown import break_down
from mstation.breakdown.scene import Beat, Scene
from mstation.errors import InvalidInput
from mstation.screenplay import read
from mstation.screenplay.script import Element, ElementKind, Mark, Script
from mstation.screenplay.writing import write
from tests.screenplay.scraps import scripts

SCRIPT = """Title: T

[[STYLE: low-static]]

INT. KITCHEN - DAY [[STYLE: tense]]

[[SHOT: WS]]

MARA (34) sits by a lantern. [[SHOT: MCU MARA]]

TOM (40) enters.

[[SHOT: CU MARA, 85mm, slow push in]]

MARA
(low)
Now. [[SHOT: CU MARA]]

[[BREAK AXIS: panic]]

TOM
Never.

[[SHOT: insert LETTER]]

EXT. ROAD - DAY

Tom walks.
"""
WANTED = [
    ("style: low-static", "style: tense", "shot: WS", "shot: MCU MARA"),
    (),
    ("shot: CU MARA, 85mm, slow push in", "shot: CU MARA"),
    ("break_axis: panic", "shot: insert LETTER"),
    (),
]
CHINESE = """第1场 内 客厅 日
人物：林晚、周师傅
[[风格：紧张]]
△林晚走进来。[[镜头：全景，跟拍]]
[[镜头：特写 林晚，85毫米，慢推]]
林晚：你好。
周师傅：坐。[[越轴：惊慌]]
"""


def scenes(text: str) -> tuple[Scene, ...]:
    return break_down(read(text.encode(), path="x")).scenes


def marks(script: Script) -> list[tuple[str, ...]]:
    return [
        tuple(f"{mark.key}: {mark.value}" for mark in beat.marks)
        for scene in break_down(script).scenes
        for beat in scene.beats
    ]


def test_a_note_belongs_to_the_beat_it_stands_in_or_before() -> None:
    assert marks(read(SCRIPT.encode(), path="x")) == WANTED


def test_a_mark_knows_its_line() -> None:
    lines = [mark.line for scene in scenes(SCRIPT) for beat in scene.beats for mark in beat.marks]
    assert lines == [3, 5, 7, 9, 13, 17, 19, 24]


@pytest.mark.parametrize("suffix", [".fountain", ".fdx"])
def test_notes_outlive_another_format(suffix: str) -> None:
    script = read(SCRIPT.encode(), path="x.fountain")
    data = write(script, path=f"x{suffix}")
    assert marks(read(data, path=f"x{suffix}")) == WANTED


def test_script_notes_of_final_draft_reach_their_paragraphs_beat() -> None:
    data = """<?xml version="1.0" encoding="UTF-8"?>
    <FinalDraft DocumentType="Script" Template="No" Version="5"><Content>
    <Paragraph Type="Scene Heading"><Text>INT. ROOM - DAY</Text></Paragraph>
    <Paragraph Type="Action"><Text>MARA (34) waits.</Text></Paragraph>
    <Paragraph Type="Character"><Text>MARA</Text></Paragraph>
    <Paragraph Type="Dialogue"><ScriptNote><Paragraph><Text>SHOT: CU MARA</Text></Paragraph>
    </ScriptNote><Text>Now.</Text></Paragraph>
    </Content></FinalDraft>"""
    assert marks(read(data.encode(), path="x.fdx")) == [(), ("shot: CU MARA",)]


def test_comments_of_word_reach_their_paragraphs_beat(docx_of: Callable[..., bytes]) -> None:
    data = docx_of("INT. ROOM - DAY", "MARA (34) waits.", comment=(1, "SHOT: CU MARA"))
    assert marks(read(data, path="x.docx")) == [("shot: CU MARA",)]


@pytest.fixture
def docx_of() -> Callable[..., bytes]:
    def saved(*paragraphs: str, comment: tuple[int, str]) -> bytes:
        document = docx.Document()
        rows = [document.add_paragraph(text) for text in paragraphs]
        document.add_comment(rows[comment[0]].runs, text=comment[1], author="x", initials="x")
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()

    return saved


def test_notes_typed_into_a_page_are_no_words_of_it() -> None:
    script = read(SCRIPT.encode(), path="x.fountain")
    printed = replace(script, elements=tuple(map(_as_typed, script.elements)))
    typed = read(write(printed, path="x.pdf"), path="x.pdf")
    # a printed heading stands in capitals, its note too
    assert [[each.lower() for each in beat] for beat in marks(typed)] == [
        [each.lower() for each in beat] for beat in WANTED
    ]
    lines = [beat.line for scene in break_down(typed).scenes for beat in scene.beats]
    assert [line.text for line in lines if line] == ["Now.", "Never."]


def _as_typed(element: Element) -> Element:
    """Return an element with its notes printed on the page, as action where they stood alone."""
    typed = "".join(f" [[{mark.key.replace('_', ' ')}: {mark.value}]]" for mark in element.marks)
    if element.kind is not ElementKind.NOTE:
        return replace(element, text=element.text + typed, marks=())
    return replace(element, kind=ElementKind.ACTION, text=f"[[{element.text}]]")


def test_chinese_notes_reach_their_beats() -> None:
    assert marks(read(CHINESE.encode(), path="x.txt")) == [
        ("style: 紧张", "shot: 全景，跟拍"),
        ("shot: 特写 林晚，85毫米，慢推",),
        ("break_axis: 惊慌",),
    ]


def test_a_note_between_the_lines_of_a_speech_belongs_to_it() -> None:
    text = "INT. A - DAY\n\nMARA\nNow.\n[[SHOT: CU]]\nThen.\n\nTOM\nNo."
    assert marks(read(text.encode(), path="x")) == [("shot: CU",), ()]


def test_a_note_below_a_speech_belongs_to_what_follows() -> None:
    text = "INT. A - DAY\n\nMARA\nNow.\n\n[[SHOT: CU]]\n\nTOM\nNo."
    assert marks(read(text.encode(), path="x")) == [(), ("shot: CU",)]


def test_the_axis_may_be_broken_without_a_reason() -> None:
    text = "INT. A - DAY\n\n[[BREAK AXIS]]\n\nTom waits. [[越轴]]"
    (beat,) = scenes(text)[0].beats
    assert beat.marks == (Mark("break_axis", ""),)


def test_a_heading_with_nothing_under_it_keeps_its_notes() -> None:
    (beat,) = scenes("INT. A - DAY\n\n[[SHOT: EWS]]\n")[0].beats
    assert beat.marks == (Mark("shot", "EWS"),)


def test_notes_of_other_kinds_are_no_directions() -> None:
    (beat,) = scenes("INT. A - DAY\n\n[[prop: lantern]] [[a thought]]\n\nTom waits.")[0].beats
    assert beat.marks == ()


def test_notes_on_how_to_shoot_are_no_elements_of_the_breakdown() -> None:
    with_notes = break_down(read(SCRIPT.encode(), path="x"))
    names = {each.name for sheet in with_notes.sheets for each in sheet.elements}
    assert "lantern" in names
    assert not {name for name in names if "letter" in name.lower() or "cu " in name.lower()}


def _undirected(beat: Beat) -> Beat:
    return replace(
        beat,
        marks=(),
        line=beat.line and replace(beat.line, source_line=0),
        action=beat.action and replace(beat.action, source_line=0),
    )


def _fountain(text: str) -> Script:
    return read(text.encode(), path="x.fountain", language="en")


@given(scripts())
def test_a_note_changes_nothing_else_of_the_beats(text: str) -> None:
    heading = "\n\nINT. HOUSE - DAY\n\nMARA waits.\n\n"
    note = "[[SHOT: CU MARA]]\n\n"
    try:
        plain = break_down(_fountain(f"{text}{heading}Tom sits.\n"))
    except InvalidInput:
        return  # scraps of no text
    noted = break_down(_fountain(f"{text}{heading}{note}Tom sits.\n"))
    last = noted.scenes[-1].beats[-1]
    assert [mark.value for mark in last.marks if mark.key == "shot"][-1:] == ["CU MARA"]
    for one, other in zip(plain.scenes, noted.scenes, strict=True):
        assert one.present == other.present
        assert list(map(_undirected, one.beats)) == list(map(_undirected, other.beats))

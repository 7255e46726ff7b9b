import re
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings

from mstation.screenplay import pdf, read
from mstation.screenplay.pdf import missing_characters
from mstation.screenplay.script import Script
from tests.screenplay.scraps import scripts

REPOSITORY = Path(__file__).resolve().parents[2]
CORPUS = REPOSITORY.parent / "shared" / "corpus"
OTHER_ALPHABETS = ("UTF8.fountain", "extended-characters.fountain")  # Hangul, Arabic, emoji
ENGLISH = """Title: The Mill
Author: Jane Doe
Contact: jane@example.com
Draft date: 2026-01-02

INT. ROOM - DAY #4#

She waits for *everybody*. [[revision: blue]]

MARA
I don’t know — “yes”?
"""
CHINESE = """标题：夜航
编剧：林某
日期：2026年3月

第3场 夜 外 街道
人物：林晚、老周
△林晚拿着iPhone走进来，招牌亮着——“营业中”。
林晚（画外音）：你好，我是Lisa。
"""


def script_of(text: str) -> Script:
    return read(text.encode("utf-8", "replace"), path="x")


def texts_of(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]
    finally:
        document.close()


@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_the_same_script_gives_the_same_bytes(text: str) -> None:
    assert pdf.write(script_of(text)) == pdf.write(script_of(text))


@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_every_font_is_embedded(text: str) -> None:
    data = pdf.write(script_of(text))
    names = set(re.findall(rb"/BaseFont /(\S+)", data))
    assert names
    assert all(re.match(rb"[A-Z]{6}\+(CourierPrime|Noto)", name) for name in names)
    assert data.count(b"/FontFile2") == data.count(b"/Type /FontDescriptor") == len(names)


def test_english_text_can_be_copied_line_by_line() -> None:
    title, page = texts_of(pdf.write(script_of(ENGLISH)))
    for words in ("The Mill", "written by", "Jane Doe", "jane@example.com", "2026-01-02"):
        assert words in title
    for words in ("BLUE REVISION", "INT. ROOM - DAY", "She waits for everybody.", "MARA"):
        assert words in page
    assert "I don’t know — “yes”?" in page


def test_chinese_text_can_be_copied_line_by_line() -> None:
    title, page = texts_of(pdf.write(script_of(CHINESE)))
    assert title.split("\n")[:2] == ["夜航", "编剧：林某"]
    assert page.split("\n") == [
        "第3场\u3000夜 外 街道",
        "人物：林晚、老周",
        "△林晚拿着iPhone走进来，招牌亮着——“营业中”。",
        "林晚（画外音）：你好，我是Lisa。",
        "1",
    ]


def test_the_pdf_says_its_title_its_author_and_its_scenes() -> None:
    document = pypdfium2.PdfDocument(pdf.write(script_of(ENGLISH)))
    said = document.get_metadata_dict()
    assert (said["Title"], said["Author"], said["Creator"]) == ("The Mill", "Jane Doe", "M-Station")
    assert [entry.get_title() for entry in document.get_toc()] == ["4 INT. ROOM - DAY"]
    document.close()


def test_paper_follows_the_language_unless_said() -> None:
    sizes = []
    for text, paper in ((ENGLISH, None), (CHINESE, None), (ENGLISH, "a4"), (CHINESE, "letter")):
        document = pypdfium2.PdfDocument(pdf.write(script_of(text), paper=paper))  # type: ignore[arg-type]
        sizes.append(tuple(round(side) for side in document[0].get_size()))
        document.close()
    assert sizes == [(612, 792), (595, 842), (595, 842), (612, 792)]


def test_a_revised_page_is_tinted_when_asked() -> None:
    corners = []
    for tint in (False, True):
        document = pypdfium2.PdfDocument(pdf.write(script_of(ENGLISH), tint=tint))
        corners.append(document[1].render(scale=0.1).to_pil().convert("RGB").getpixel((2, 2)))
        document.close()
    assert corners == [(255, 255, 255), (0xDC, 0xE9, 0xF7)]


def test_what_no_font_has_is_a_box_that_can_be_copied_and_is_told() -> None:
    script = script_of("INT. ROOM - DAY\n\nA sign: สวัสดี and 😆.\n")
    (note,) = missing_characters(script)
    assert note.line == 3
    assert "U+0E2A" in note.text
    assert "U+1F606" in note.told("zh")
    (page,) = texts_of(pdf.write(script))
    assert "A sign: สวัสดี and" in page
    assert not missing_characters(script_of(ENGLISH + CHINESE + "Щука, žluťoučký, tiếng Việt"))


def test_characters_stand_where_the_layout_put_them() -> None:
    document = pypdfium2.PdfDocument(pdf.write(script_of("INT. ROOM - DAY\n\nQ 林晚 X Щ Z\n")))
    page = document[0].get_textpage()
    text = page.get_text_range()
    lefts = {c: page.get_charbox(text.index(c), loose=True)[0] for c in "QXZ"}
    document.close()
    assert lefts["Q"] == pytest.approx(108, abs=1)
    assert lefts["X"] - lefts["Q"] == pytest.approx(7 * 7.2, abs=1)
    assert lefts["Z"] - lefts["X"] == pytest.approx(4 * 7.2, abs=1)


@settings(max_examples=30, deadline=None)
@given(scripts())
def test_any_script_can_be_printed(text: str) -> None:
    if not text.strip() or any(c < " " and c not in "\n\r\t" for c in text) or "\x7f" in text:
        return
    document = pypdfium2.PdfDocument(pdf.write(script_of(text)))
    assert len(document) >= 1
    document.close()


def test_a_title_page_too_long_for_one_goes_on() -> None:
    lines = "\n".join(f"    Line {number}" for number in range(200))
    texts = texts_of(pdf.write(script_of(f"Title: X\nContact:\n{lines}\n\nINT. A - DAY\n\nOne.\n")))
    found = [int(number) for number in re.findall(r"Line (\d+)", "".join(texts))]
    assert found == list(range(200))
    assert all(a < b for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("name", "pages"), [("the-last-reel", 4), ("the-tea-on-platform-three", 2)]
)
def test_the_examples_are_as_long_as_they_were(name: str, pages: int) -> None:
    script = read((REPOSITORY / "examples" / f"{name}.fountain").read_bytes(), path=name)
    assert len(texts_of(pdf.write(script))) == pages + 1


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of others' scripts is not here")
@pytest.mark.parametrize("path", sorted(CORPUS.rglob("*.fountain")), ids=lambda path: path.name)
def test_the_corpus_is_printed_with_all_its_characters(path: Path) -> None:
    script = read(path.read_bytes(), path=path.name)
    assert texts_of(pdf.write(script))
    lost = "".join(note.text for note in missing_characters(script))
    assert bool(lost) == (path.name in OTHER_ALPHABETS)

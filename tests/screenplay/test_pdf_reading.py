import io
import textwrap
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from mstation import assets
from mstation.errors import InvalidInput, Unsupported
from mstation.screenplay import read
from mstation.screenplay.script import Element, ElementKind, Emphasis, Mark, Script

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LETTER, A4 = (612.0, 792.0), (595.28, 841.89)
PITCH = 7.2
NOT_PRINTED = ("section", "synopsis", "note", "boneyard", "page_break")

Typed = tuple[float, float, str]  # x, distance from the top, text


def printed(
    pages: Iterable[Iterable[Typed]],
    *,
    size: tuple[float, float] = LETTER,
    font: str = "Courier",
    points: float = 12,
) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=1)
    for page in pages:
        for x, top, text in page:
            canvas.setFont("Courier-Bold" if text.startswith("INT.") else font, points)
            canvas.drawString(x, size[1] - top, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def column(rows: Iterable[tuple[float, str]], *, top: float = 72, step: float = 12) -> list[Typed]:
    """Rows one below the other; an empty text leaves a row free."""
    return [(x, top + step * index, text) for index, (x, text) in enumerate(rows) if text]


def told(script: Script) -> list[tuple[str, str]]:
    return [(e.kind.value, " ".join(e.text.split())) for e in script.elements]


def of_pdf(data: bytes) -> Script:
    return read(data, path="x.pdf")


def speech(left: float, name: str, words: str) -> list[tuple[float, str]]:
    said = textwrap.wrap(words, 35)
    return [(left + 158, name), *((left + 72, line) for line in said), (left, "")]


@pytest.mark.parametrize("size", [LETTER, A4])
@pytest.mark.parametrize("left", [86.0, 108.0, 121.5])
def test_elements_are_told_by_columns_wherever_these_stand(
    size: tuple[float, float], left: float
) -> None:
    words = "I came as soon as I heard, but the road was closed and the bridge is gone."
    rows = [
        (left, "FADE IN:"),
        (left, ""),
        (left, "INT. HOUSE - DAY"),
        (left, ""),
        *((left, line) for line in textwrap.wrap("Mara comes in from the rain. " * 6, 58)),
        (left, ""),
        *speech(left, "MARA (V.O.)", words),
        (left + 158, "BEN"),
        (left + 108, "(softly, with his"),
        (left + 115, "back to her)"),
        (left + 72, "Sit."),
        (left, ""),
        (left + 300, "CUT TO:"),
        (left, ""),
        (left, "EXT. ROAD - NIGHT"),
        (left, ""),
        (left, "Rain."),
    ]
    script = of_pdf(printed([column(rows)], size=size))
    assert told(script) == [
        ("transition", "FADE IN:"),
        ("scene_heading", "INT. HOUSE - DAY"),
        ("action", ("Mara comes in from the rain. " * 6).strip()),
        ("character", "MARA"),
        ("dialogue", words),
        ("character", "BEN"),
        ("parenthetical", "softly, with his back to her"),
        ("dialogue", "Sit."),
        ("transition", "CUT TO:"),
        ("scene_heading", "EXT. ROAD - NIGHT"),
        ("action", "Rain."),
    ]
    assert script.elements[3].extensions == ("V.O.",)
    assert "\n" not in script.elements[2].text


def test_what_pagination_added_is_taken_off() -> None:
    left = 108.0
    first = [
        *column([(left, "INT. HOUSE - DAY"), (0, ""), (left, "Mara waits for a long time.")]),
        *column([(left + 158, "MARA"), (left + 72, "It began with a letter.")], top=680),
        (left + 158, 704, "(MORE)"),
        (400, 728, "(CONTINUED)"),
    ]
    second = [
        (left, 36, "THE LAST REEL - Blue Rev. 3/4/26"),
        (500, 36, "2."),
        (54, 60, "1   CONTINUED: (2)"),
        *column(
            [
                (left + 158, "MARA (CONT'D)"),
                (left + 72, "Then came another."),
                (0, ""),
                (left, "She stops."),
            ],
            top=84,
        ),
        (560, 120, "*"),
    ]
    third = [
        (left, 36, "THE LAST REEL - Blue Rev. 3/4/26"),
        (500, 36, "3."),
        (left, 84, "The end of it."),
    ]
    script = of_pdf(printed([first, second, third]))
    assert told(script) == [
        ("scene_heading", "INT. HOUSE - DAY"),
        ("action", "Mara waits for a long time."),
        ("character", "MARA"),
        ("dialogue", "It began with a letter. Then came another."),
        ("action", "She stops."),
        ("action", "The end of it."),
    ]
    assert [e.marks for e in script.elements][-2:] == [(Mark("revision", "blue"),), ()]


def test_a_name_that_opens_many_pages_is_no_header() -> None:
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Sunday"]
    pages = [
        column([(266, "MARA"), (180, f"{day} again."), (0, ""), (108, f"{day} goes by.")])
        for day in days
    ]
    script = of_pdf(printed(pages))
    assert [e.text for e in script.elements if e.kind is ElementKind.CHARACTER] == ["MARA"] * 6


def test_headers_go_and_headings_stay() -> None:
    def page(name: str) -> list[Typed]:
        rows = column([(108, "INT. HOUSE - DAY"), (0, ""), (108, f"{name} waits.")])
        return [(108, 40, "The Last Reel"), (300, 750, "- 7 -"), *rows]

    script = of_pdf(printed([page("Mara"), page("Ben")]))
    assert told(script) == [
        ("scene_heading", "INT. HOUSE - DAY"),
        ("action", "Mara waits."),
        ("scene_heading", "INT. HOUSE - DAY"),
        ("action", "Ben waits."),
    ]


def test_action_that_a_page_cuts_goes_on() -> None:
    lines = textwrap.wrap("the long road winds on past houses and fields and rivers " * 4, 60)
    pages = [column([(108, line) for line in lines[:2]], top=684)]
    pages.append(column([(108, line) for line in lines[2:]]))
    [element] = of_pdf(printed(pages)).elements
    assert element.text == " ".join(lines)


def test_speeches_side_by_side_are_dual() -> None:
    rows: list[Typed] = [
        (108, 72, "INT. HOUSE - DAY"),
        (190, 96, "MARA"),
        (400, 96, "BEN (O.S.)"),
        (115, 108, "I never said that I"),
        (330, 108, "(over her)"),
        (115, 120, "would come."),
        (330, 120, "Nobody asked you to"),
        (330, 132, "say it."),
        (108, 156, "They stop."),
    ]
    script = of_pdf(printed([rows]))
    assert told(script) == [
        ("scene_heading", "INT. HOUSE - DAY"),
        ("character", "MARA"),
        ("dialogue", "I never said that I would come."),
        ("character", "BEN"),
        ("parenthetical", "over her"),
        ("dialogue", "Nobody asked you to say it."),
        ("action", "They stop."),
    ]
    assert [e.is_dual for e in script.elements if e.kind is ElementKind.CHARACTER] == [False, True]


def test_scene_numbers_stand_in_the_margins() -> None:
    rows: list[Typed] = [
        (54, 72, "12A"),
        (108, 72, "INT. HOUSE - DAY"),
        (540, 72, "12A"),
        (108, 96, "Mara waits."),
        (54, 120, "13"),
        (108, 120, "THE ROAD BEHIND THE HOUSE"),
        (540, 120, "13"),
        (108, 144, "Rain."),
    ]
    headings = [e for e in of_pdf(printed([rows])).elements if e.kind is ElementKind.SCENE_HEADING]
    assert [(e.scene_number, e.text) for e in headings] == [
        ("12A", "INT. HOUSE - DAY"),
        ("13", "THE ROAD BEHIND THE HOUSE"),
    ]


def test_emphasis_is_kept_but_not_what_is_style() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=LETTER, invariant=1)
    for top, pieces in (
        (72, [("Courier-Bold", "INT. HOUSE - DAY")]),
        (96, [("Courier", "A "), ("Courier-Bold", "loud"), ("Courier", " and ")]),
        (120, [("Courier-Oblique", "Her letter.")]),
    ):
        x = 108.0
        for font, text in pieces:
            canvas.setFont(font, 12)
            canvas.drawString(x, 792 - top, text)
            x += PITCH * len(text)
    canvas.setFont("Courier", 12)
    canvas.drawString(108 + PITCH * 11, 792 - 96, "low noise.")
    canvas.line(108 + PITCH * 11, 792 - 98, 108 + PITCH * 14, 792 - 98)
    canvas.showPage()
    canvas.save()
    heading, action, letter = of_pdf(out.getvalue()).elements
    assert heading.runs == ()
    assert action.text == "A loud and low noise."
    assert [(action.text[r.start : r.end], r.emphasis) for r in action.runs] == [
        ("loud", (Emphasis.BOLD,)),
        ("low", (Emphasis.UNDERLINE,)),
    ]
    assert letter.runs == () or letter.runs[0].emphasis == (Emphasis.ITALIC,)


def test_a_title_page_is_taken_apart() -> None:
    def middle(top: float, text: str) -> Typed:
        return (306 - PITCH * len(text) / 2, top, text)

    cover = [
        middle(260, "THE LAST REEL"),
        middle(308, "written by"),
        middle(332, "Ida Adler"),
        middle(344, "Benno Voss"),
        middle(380, "based on the novel by Lena Ruiz"),
        (108, 680, "Adler Pictures"),
        (108, 692, "(555) 123-4567"),
        (430, 692, "March 4, 2026"),
    ]
    body = column([(108, "INT. HOUSE - DAY"), (0, ""), (108, "Rain.")])
    script = of_pdf(printed([cover, body]))
    assert [(entry.key, entry.lines) for entry in script.title_page] == [
        ("Title", ("THE LAST REEL",)),
        ("Credit", ("written by",)),
        ("Author", ("Ida Adler", "Benno Voss")),
        ("Source", ("based on the novel by Lena Ruiz",)),
        ("Draft date", ("March 4, 2026",)),
        ("Contact", ("Adler Pictures", "(555) 123-4567")),
    ]
    assert len(script.elements) == 2


def test_a_page_that_lies_sideways_reads_the_same() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(792, 612), invariant=1)
    canvas.rotate(90)
    canvas.setFont("Courier", 12)
    for x, top, text in column([(108, "INT. HOUSE - DAY"), (0, ""), (108, "Mara waits.")]):
        canvas.drawString(x, -top, text)
    canvas.showPage()
    canvas.save()
    assert told(of_pdf(out.getvalue())) == [
        ("scene_heading", "INT. HOUSE - DAY"),
        ("action", "Mara waits."),
    ]


def test_a_watermark_is_no_text_of_the_script() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=LETTER, invariant=1)
    canvas.setFont("Courier", 12)
    canvas.drawString(108, 700, "INT. HOUSE - DAY")
    canvas.drawString(108, 676, "Mara waits.")
    canvas.translate(200, 300)
    canvas.rotate(45)
    canvas.setFont("Courier", 60)
    canvas.drawString(0, 0, "FOR B. VOSS ONLY")
    canvas.showPage()
    canvas.save()
    assert len(of_pdf(out.getvalue()).elements) == 2


@pytest.fixture(scope="module")
def han() -> str:
    path = assets.folder() / "fonts" / "NotoSansSC_400Regular.ttf"
    pdfmetrics.registerFont(TTFont("Han", str(path)))
    return "Han"


@pytest.mark.parametrize("set_in", [0, 24])
def test_a_chinese_script_is_joined_to_paragraphs(han: str, set_in: float) -> None:
    action = "林晚推门进来，外面的雨还没有停，她把湿透的伞靠在门边，慢慢地走到桌子前面坐下。" * 2
    words = "车呢？六点十分那一班呢？我从省城赶回来，换了三趟车，就为坐这一班，你说没有就没有了？"
    rows: list[tuple[float, str]] = []
    for paragraph in ("第1场 内 候车室 夜", "人物：林晚、周师傅", action, f"林晚：{words}"):
        at, x = 0, 90 + (set_in if paragraph in (action, f"林晚：{words}") else 0)
        while at < len(paragraph):
            room = round((498 - x) / 12)
            rows.append((x, paragraph[at : at + room]))
            at, x = at + room, 90
    rows.append((90 + set_in, "周师傅（笑）：昨天就走了。"))
    script = of_pdf(printed([column(rows, step=18)], size=A4, font=han))
    assert told(script) == [
        ("scene_heading", "内 候车室 夜"),
        ("cast_list", "人物：林晚、周师傅"),
        ("action", action),
        ("character", "林晚"),
        ("dialogue", words),
        ("character", "周师傅"),
        ("parenthetical", "笑"),
        ("dialogue", "昨天就走了。"),
    ]
    assert script.elements[0].scene_number == "1"


def with_picture(pages: Iterable[str]) -> bytes:
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")
        for name, body in (
            (b"IHDR", b"\0\0\0\x01\0\0\0\x01\x08\0\0\0\0"),
            (b"IDAT", zlib.compress(b"\0\x80")),
            (b"IEND", b""),
        )
    )
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=LETTER, invariant=1)
    for text in pages:
        if text:
            canvas.setFont("Courier", 12)
            canvas.drawString(108, 700, text)
        else:
            canvas.drawImage(ImageReader(io.BytesIO(png)), 0, 0, 612, 792)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_scanned_pages_are_said() -> None:
    script = of_pdf(with_picture(["INT. HOUSE - DAY", "", "Rain.", "", ""]))
    [note] = script.notes
    assert "2, 4-5" in note.text
    assert "2, 4-5" in note.told("zh")


def test_a_pdf_of_pictures_alone_says_what_to_do() -> None:
    with pytest.raises(InvalidInput, match="OCR") as caught:
        of_pdf(with_picture(["", ""]))
    assert "文字识别" in caught.value.told("zh")


def test_a_locked_pdf_is_said() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt="secret")
    canvas.drawString(100, 100, "INT. HOUSE - DAY")
    canvas.save()
    with pytest.raises(Unsupported, match="password") as caught:
        of_pdf(out.getvalue())
    assert "密码" in caught.value.told("zh")


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n",
        printed([[(108, 72, "INT. HOUSE - DAY")]])[:400],
    ],
)
def test_a_broken_pdf_is_an_error_that_says_so(data: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"x\.pdf: .*PDF") as caught:
        of_pdf(data)
    assert caught.value.zh


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(InvalidInput, match="1501 pages"):
        of_pdf(printed([[]] * 1501))


GOOD = printed([column([(108, "INT. HOUSE - DAY"), (0, ""), (266, "MARA"), (180, "Hello.")])])


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
@settings(max_examples=12, deadline=None)
def test_a_damaged_pdf_reads_or_is_refused(at: int, other: bytes) -> None:
    with suppress(InvalidInput):
        assert of_pdf(GOOD[:at] + other + GOOD[at + len(other) :] if at > 8 else GOOD).elements


def objects(bodies: list[bytes]) -> bytes:
    out = b"%PDF-1.5\n"
    for number, body in enumerate(bodies, 1):
        out += b"%d 0 obj%sendobj\n" % (number, body)
    return out + b"trailer<</Root 1 0 R/Size %d>>\n" % (len(bodies) + 1)


@pytest.mark.slow
def test_a_form_that_draws_itself_tenfold_is_refused() -> None:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page + b"/Resources<</XObject<</X 5 0 R>>>>>>",
        b"<</Length 60>>stream\n" + b"/X Do " * 10 + b"\nendstream\n",
    ]
    for number in range(6, 18):
        inner = b"/X Do " * 10 if number < 17 else b"0 0 m 1 1 l S"
        bodies.append(
            b"<</Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</XObject<</X %d 0 R>>>>"
            b"/Length %d>>stream\n%s\nendstream\n" % (number, len(inner), inner)
        )
    with pytest.raises(InvalidInput, match="far more than a screenplay"):
        of_pdf(objects(bodies))


def shown(script: Script) -> list[tuple[object, ...]]:
    """What a printed page shows of a script; lyrics are printed as italic speech."""
    return [
        (
            e.kind.value,
            " ".join(e.text.split()),
            e.scene_number,
            _without_again(e),
            e.is_dual,
        )
        for e in script.elements
        if e.kind.value not in NOT_PRINTED and e.text.strip()
    ]


def _without_again(element: Element) -> tuple[str, ...]:
    return tuple(e for e in element.extensions if not e.upper().startswith("CONT"))


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.fountain")), ids=lambda path: path.stem)
def test_our_own_pages_read_back_as_they_were_written(path: Path) -> None:
    from mstation.screenplay.pdf import write

    script = read(path.read_bytes(), path=path.name)
    again = of_pdf(write(script))
    assert shown(again) == shown(script)
    assert again.language == script.language
    assert again.title == script.title


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no scripts of others at {CORPUS}")
@pytest.mark.parametrize(
    "name",
    ["dialogue-with-blank-line", "dual-dialogue", "indentation", "scene-numbers", "title-page"],
)
def test_pages_of_others_read_as_their_fountain_twins(name: str) -> None:
    folder = CORPUS / "screenplain-tests"
    twin = read((folder / f"{name}.fountain").read_bytes(), path=name)
    script = of_pdf((folder / f"{name}.pdf").read_bytes())
    assert shown(script) == shown(twin)
    assert [e.text for e in script.elements] == [e.text for e in twin.elements]
    assert script.title_page == twin.title_page

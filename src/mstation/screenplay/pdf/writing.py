"""Script to PDF: its title page and its printed pages, the same bytes for the same script."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from mstation.screenplay.layout import lay_out_pages, page_format
from mstation.screenplay.layout.printed import PageFormat, Paper, PrintedLine, PrintedPage
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.pdf.fonts import Style, faces, missing
from mstation.screenplay.pdf.writing_pen import Pen
from mstation.screenplay.pdf.writing_title import draw_title_page, title_entries
from mstation.screenplay.script import Element, ElementKind, ReadingNote, Script

SIZE_PT = 12.0
_BASELINE = 0.78  # of a line's height, from its top: where 12-point Courier stands
_COLOURS: dict[str, dict[str, str]] = lexicon("mstation.screenplay.layout", "printed")["colours"]
_HEADS = (ElementKind.SCENE_HEADING, ElementKind.EPISODE)
_MOST_LABEL = 120  # characters of a heading in the outline
_MOST_NAMED = 12  # characters that a note names

Marking = Callable[[Any, PrintedPage], None]
"""Draws upon a printed page, on the canvas that it was written on."""


def write(
    script: Script,
    *,
    paper: Paper | None = None,
    tint: bool = False,
    marking: Marking | None = None,
) -> bytes:
    """Return the PDF of a script as the field prints it.

    `paper` is letter for English and A4 for Chinese, unless said. With `tint` the pages of a
    revision have the colour of its paper; `marking` draws upon each page. A character that no
    font has is drawn as a box and can still be copied; `missing_characters` tells which they are.

    Raises:
        NotFound: when set-up has not brought the fonts.
    """
    form = page_format(script.language, paper)
    out = io.BytesIO()
    canvas = Canvas(
        out,
        pagesize=(form.width_pt, form.height_pt),
        invariant=1,
        pageCompression=1,
        pdfVersion=(1, 5),
        lang="zh-CN" if script.language == "zh" else "en",
        initialFontName=faces(Style(), "latin")[0].name,
    )
    _describe(canvas, script)
    pen = Pen(canvas, script.language, form.column_pt, SIZE_PT)
    if script.title_page:
        draw_title_page(pen, script, form)
        canvas.showPage()
    pages = lay_out_pages(script, paper=paper)
    outline = _Outline(canvas, script)
    for page in pages:
        if tint and page.revision in _COLOURS:
            _tint(canvas, form, _COLOURS[page.revision]["tint"])
        for line in page.lines:
            draw_line(pen, line, form)
            outline.note(line, form)
        if marking:
            marking(canvas, page)
        canvas.showPage()
    if not pages and not script.title_page:
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def missing_characters(script: Script) -> tuple[ReadingNote, ...]:
    """Return a note for every element that holds characters which the PDF shows as boxes."""
    texts = [(1, line) for entry in script.title_page for line in (entry.key, *entry.lines)]
    texts += [
        (element.line, element.text + "".join(element.extensions)) for element in script.elements
    ]
    notes = []
    for line, text in texts:
        lost = [] if text.isascii() else missing(text)
        if lost:
            shown = " ".join(f"{c} (U+{ord(c):04X})" for c in lost[:_MOST_NAMED])
            notes.append(
                ReadingNote(
                    line=line,
                    severity="warning",
                    text=f"no font has {shown}; the PDF shows a box there",
                    zh=f"字体里没有 {shown}；PDF 中以方框代替",
                )
            )
    return tuple(notes)


def _describe(canvas: Canvas, script: Script) -> None:
    entries = title_entries(script)
    canvas.setTitle(script.title or "Untitled")
    canvas.setAuthor(", ".join(line for line in entries["author"] if line.strip()))
    canvas.setSubject("剧本" if script.language == "zh" else "Screenplay")
    canvas.setCreator("M-Station")


def _tint(canvas: Canvas, form: PageFormat, colour: str) -> None:
    canvas.setFillColor(HexColor(colour))
    canvas.rect(0, 0, form.width_pt, form.height_pt, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#000000"))


def draw_line(pen: Pen, line: PrintedLine, form: PageFormat) -> None:
    """Write a line of a printed page where it stands."""
    is_strong = form.language == "zh" and line.kind in _HEADS
    pen.write(
        line.text,
        line.column * form.column_pt,
        baseline_pt(form, line.row),
        runs=line.runs,
        style=Style(is_bold=is_strong),
    )


def baseline_pt(form: PageFormat, row: int) -> float:
    """Return the height of a row's baseline over the sheet's lower edge."""
    return form.height_pt - form.top_pt - (row + _BASELINE) * form.row_pt


class _Outline:
    """The PDF's table of scenes; episodes hold theirs."""

    def __init__(self, canvas: Canvas, script: Script) -> None:
        self.canvas = canvas
        self.elements = script.elements
        self.noted: set[int] = set()
        self.depth = 0

    def note(self, line: PrintedLine, form: PageFormat) -> None:
        """Enter the heading that a line begins, once."""
        if line.kind not in _HEADS or line.element in self.noted:
            return
        self.noted.add(line.element)
        element = self.elements[line.element]
        is_episode = element.kind is ElementKind.EPISODE
        level = 0 if is_episode else self.depth
        self.depth = 1 if is_episode else self.depth
        key = f"heading-{line.element}"
        top = baseline_pt(form, line.row) + form.row_pt
        self.canvas.bookmarkHorizontalAbsolute(key, top)
        self.canvas.addOutlineEntry(_label(element), key, level, closed=False)


def _label(element: Element) -> str:
    words = " ".join((element.scene_number, *element.text.split()))
    return words.strip()[:_MOST_LABEL].encode("utf-16", "replace").decode("utf-16") or "—"

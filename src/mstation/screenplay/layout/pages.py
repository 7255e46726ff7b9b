"""Script in, printed pages out: what stands on which line of which page.

English pages follow the usual US layout: 12-point Courier, ten columns and six lines an inch,
54 lines on letter paper (of the 54 or 55 that the field counts) and 58 on A4; margins of 1.5
inches at the left and one elsewhere. Source: Final Draft's screenplay template; C. Riley, The
Hollywood Standard. Chinese pages are A4 with 34 characters of 12 points in 38 lines, 18 points
apart: 宋体 小四 at one and a half lines, the form in which Chinese scripts are handed in.

Notes, boneyards, sections and synopses are not printed. What a page break must not part, and
what it adds, is told in `paging` and `splitting`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from mstation.screenplay.layout.block import IS_ADDED
from mstation.screenplay.layout.chinese import chinese_blocks
from mstation.screenplay.layout.english import english_blocks
from mstation.screenplay.layout.paging import PlacedRow, fill_pages
from mstation.screenplay.layout.printed import (
    Added,
    PageFormat,
    Paper,
    PrintedLine,
    PrintedPage,
    PrintedScene,
)
from mstation.screenplay.layout.wrapping import columns_of
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.marks import REVISION_COLORS
from mstation.screenplay.script import ElementKind, Language, Script

_SIZES_PT: dict[Paper, tuple[float, float]] = {"letter": (612.0, 792.0), "a4": (595.28, 841.89)}
_INCH_PT = 72.0
_HEADER_ROW = -3  # half an inch from the edge
_NUMBER_GAP = 1  # columns between the body and the scene numbers
_LEFT_NUMBER = 8  # column: 0.8 inches
_STAR = 5  # columns from the body's right edge to the asterisk
_WORDS = lexicon("mstation.screenplay.layout", "printed")
_COLOURS: dict[str, dict[str, str]] = _WORDS["colours"]


def lay_out_pages(
    script: Script, *, paper: Paper | None = None, continued: bool = True
) -> tuple[PrintedPage, ...]:
    """Return the printed pages of a script, without its title page; none for an empty one.

    `paper` is letter for English and A4 for Chinese, unless said. With `continued` an English
    cue whose speaker goes on after an action says (CONT'D).
    """
    form = page_format(script.language, paper)
    if script.language == "zh":
        blocks = chinese_blocks(script.elements, form)
    else:
        blocks = english_blocks(script.elements, form, continued=continued)
    revised = {
        index: mark.value
        for index, element in enumerate(script.elements)
        for mark in element.marks
        if mark.key == "revision"
    }
    pages = []
    for number, rows in enumerate(fill_pages(blocks, form.rows, form.language), start=1):
        revision = _revision_of(rows, revised)
        lines = (
            *_header(number, revision, form),
            *_body(rows, script, revised, form),
            *_footer(number, form),
        )
        pages.append(PrintedPage(number, form, lines, revision))
    return tuple(pages)


def page_format(language: Language, paper: Paper | None = None) -> PageFormat:
    """Return how a page is ruled: letter for English and A4 for Chinese, unless said."""
    paper = paper or ("a4" if language == "zh" else "letter")
    width_pt, height_pt = _SIZES_PT[paper]
    column_pt, row_pt = (6.0, 18.0) if language == "zh" else (7.2, 12.0)
    left, columns = 15, 60
    if language == "zh":
        columns = int((width_pt - 2 * left * column_pt) / column_pt) // 2 * 2
    rows = int((height_pt - 2 * _INCH_PT) / row_pt)
    return PageFormat(
        paper, language, width_pt, height_pt, column_pt, row_pt, _INCH_PT, left, columns, rows
    )


def lines_of_scenes(pages: Sequence[PrintedPage], script: Script) -> dict[int, PrintedScene]:
    """Return where each scene stands and how long it is, by the index of its heading element.

    A scene goes from its heading to the next; the blank lines before that belong to it. Lines
    that a page break adds, and lines that it leaves empty, do not. A heading without words
    takes no line, and stands where the scene before it does.
    """
    found: dict[int, PrintedScene] = {}
    heading = -1
    for page in pages:
        rows: dict[int, bool] = {}
        starts: dict[int, int] = {}  # row → the heading that begins there
        for line in page.lines:
            if line.kind in IS_ADDED and line.kind not in (Added.MORE, Added.CUE_AGAIN):
                continue
            rows[line.row] = rows.get(line.row, False) or line.kind not in IS_ADDED
            if line.kind is ElementKind.SCENE_HEADING and line.element not in found:
                starts.setdefault(line.row, line.element)
                found[line.element] = PrintedScene(page.number, line.row, 0, page.form.rows / 8)
        last = max(rows, default=-1)
        bounds = [(0, heading), *sorted(starts.items()), (last + 1, -1)]
        for (row, scene), (end, _) in pairwise(bounds):
            if scene >= 0:
                printed = end - row - sum(not rows.get(at, True) for at in range(row, end))
                found[scene] = replace(found[scene], lines=found[scene].lines + printed)
            heading = scene
    return _with_wordless(found, script)


def _with_wordless(found: dict[int, PrintedScene], script: Script) -> dict[int, PrintedScene]:
    """Return the scenes of every heading in order, those too that print nothing."""
    last = PrintedScene(1, 0, 0, page_format(script.language).rows / 8)
    scenes: dict[int, PrintedScene] = {}
    for index, element in enumerate(script.elements):
        if element.kind is ElementKind.SCENE_HEADING:
            last = found.get(index, replace(last, lines=0))
            scenes[index] = last
    return scenes


def _body(
    rows: Sequence[PlacedRow], script: Script, revised: dict[int, str], form: PageFormat
) -> Iterator[PrintedLine]:
    numbered = form.language == "en"
    shown: int = -1  # the heading whose number stands already
    for number, row in rows:
        is_numbered = False
        if numbered and row and row[0][1] is ElementKind.SCENE_HEADING and row[0][3] != shown:
            shown = row[0][3]
            label = script.elements[shown].scene_number
            is_numbered = bool(label)
            if label:
                yield PrintedLine(label, Added.SCENE_NUMBER, number, _LEFT_NUMBER, shown)
        for text, kind, column, element, runs in row:
            yield PrintedLine(text, kind, number, column, element, runs)
        right = form.left + form.columns
        star = right + _STAR
        if is_numbered:
            right += _NUMBER_GAP
            yield PrintedLine(label, Added.SCENE_NUMBER, number, right, shown)
            star = max(star, right + columns_of(label, form.language) + 1)
        if revised and any(piece[3] in revised for piece in row):
            yield PrintedLine("*", Added.REVISION_MARK, number, star)


def _header(number: int, revision: str, form: PageFormat) -> Iterator[PrintedLine]:
    """A revised page names its revision in the middle, a page from 2 on its number at the right."""
    if revision:
        text = _revision_text(revision, form.language)
        column = form.left + (form.columns - columns_of(text, form.language)) // 2
        yield PrintedLine(text, Added.HEADER, _HEADER_ROW, max(0, column))
    if form.language == "en" and number > 1:
        text = f"{number}."
        column = form.left + form.columns - len(text)
        yield PrintedLine(text, Added.PAGE_NUMBER, _HEADER_ROW, column)


def _footer(number: int, form: PageFormat) -> Iterator[PrintedLine]:
    """Chinese pages have their number below, in the middle."""
    if form.language == "zh":
        column = form.left + (form.columns - len(str(number))) // 2
        yield PrintedLine(str(number), Added.PAGE_NUMBER, form.rows + 1, column)


def _revision_of(rows: Sequence[PlacedRow], revised: dict[int, str]) -> str:
    """Return the latest colour of what stands on a page: the one that the page is issued in."""
    if not revised:
        return ""
    values = [revised[piece[3]] for _, row in rows for piece in row if piece[3] in revised]
    return max(map(_colour_of, values), key=_rank, default="")


def _colour_of(value: str) -> str:
    """Return the colour that a mark's value names, or the value itself."""
    low = value.casefold()
    for colour, row in _COLOURS.items():
        if colour in low or row["zh"] in value or row["zh"].rstrip("色") in value:
            return colour
    return " ".join(value.split())


def _rank(colour: str) -> tuple[int, str]:
    known = REVISION_COLORS.index(colour) if colour in REVISION_COLORS else -1
    return known, colour


def _revision_text(revision: str, language: Language) -> str:
    shown = _COLOURS.get(revision, {}).get("zh", revision) if language == "zh" else revision
    text: str = _WORDS[language]["revision"].format(colour=shown)
    return text if language == "zh" else text.upper()

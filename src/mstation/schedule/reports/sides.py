"""A day of a plan and the script in, its sides out: the pages to be played, two on a sheet.

What is not shot on the day is crossed out, and stays to be read: it is what comes before.
"""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from mstation.breakdown.numbering import scene_id_of
from mstation.breakdown.reports.dossier import Paper
from mstation.breakdown.reports.drawing import draw_title
from mstation.breakdown.reports.ink import PAPERS_PT, RULE, new_canvas, rectangle, tint
from mstation.breakdown.reports.layout import Area
from mstation.schedule.days import ShootingDay
from mstation.schedule.plan import Plan
from mstation.schedule.reports.wording import dated_text, words_of
from mstation.screenplay.layout import lay_out_pages
from mstation.screenplay.layout.block import IS_ADDED
from mstation.screenplay.layout.printed import Added, PrintedLine, PrintedPage
from mstation.screenplay.pdf.writing import SIZE_PT, draw_line
from mstation.screenplay.pdf.writing_pen import Pen
from mstation.screenplay.script import ElementKind, Script

_MARGIN, _TITLE_HEIGHT, _GAP = 24.0, 22.0, 12.0
_PAGES_A_SHEET = 2
_NUMBER_COLUMNS = 6  # left of a heading
_VEIL, _CROSS = 0.62, "#555555"  # how white what is crossed out becomes; the lines over it

_Rows = tuple[int, int, bool]  # from row to row of a page, and whether they are played


def print_sides(day: ShootingDay, plan: Plan, script: Script, paper: Paper) -> bytes:
    """Return the script's pages that a day's scenes stand on, as PDF on lying paper.

    A day whose scenes the script does not have gets a sheet without pages.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    strips = plan.shot_on(day)
    numbered = _numbered(script, plan)
    pages = sides_of(script, {strip.scene_id for strip in strips}, paper)
    sheets = [pages[at : at + _PAGES_A_SHEET] for at in range(0, len(pages), _PAGES_A_SHEET)]
    height, width = PAPERS_PT[paper]
    out = io.BytesIO()
    words = words_of(plan.language)
    kind = words["papers"]["sides"]
    numbers = ", ".join(strip.number for strip in strips)
    named = words["in_scenes"].format(what=f"{kind} – {dated_text(day, plan)}", scenes=numbers)
    title = f"{plan.strips.title} – {kind}"
    canvas = new_canvas(out, (width, height), title=title, language=plan.language)
    for number, sheet in enumerate(sheets or [[]], start=1):
        top = Area(_MARGIN, height - _MARGIN - _TITLE_HEIGHT, width - 2 * _MARGIN, _TITLE_HEIGHT)
        draw_title(canvas, top, plan.strips.title, f"{named}  {number}/{max(len(sheets), 1)}")
        _draw_sheet(canvas, sheet, numbered, (width, top.bottom - _MARGIN))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def sides_of(
    script: Script, scene_ids: Collection[str], paper: Paper
) -> list[tuple[PrintedPage, tuple[_Rows, ...]]]:
    """Return the pages that hold any of the scenes, each with its rows: played, or crossed out."""
    headings = [
        index
        for index, element in enumerate(script.elements)
        if element.kind is ElementKind.SCENE_HEADING
    ]
    played = [scene_id_of(script.elements[index]) in scene_ids for index in headings]
    found = []
    for page in lay_out_pages(script, paper=paper):
        rows = _rows(page, headings, played)
        if any(is_played for _, _, is_played in rows):
            found.append((page, rows))
    return found


def _rows(page: PrintedPage, headings: Sequence[int], played: Sequence[bool]) -> tuple[_Rows, ...]:
    """Return a page's rows in runs: a run goes to where the next one begins."""
    of_row: dict[int, bool] = {}
    for line in page.lines:
        if line.element >= 0 and line.kind not in IS_ADDED:
            scene = bisect_right(headings, line.element) - 1
            of_row.setdefault(line.row, scene >= 0 and played[scene])
    runs = [
        (next(rows)[0], is_played)
        for is_played, rows in groupby(sorted(of_row.items()), key=lambda each: each[1])
    ]
    ends = [*(first for first, _ in runs[1:]), max(of_row, default=0) + 1]
    return tuple((first, end, is_) for (first, is_), end in zip(runs, ends, strict=True))


def _draw_sheet(
    canvas: Any,
    sheet: Sequence[tuple[PrintedPage, tuple[_Rows, ...]]],
    numbered: Mapping[int, str],
    size: tuple[float, float],
) -> None:
    """Draw two pages beside each other, as large as they fit."""
    room = (size[0] - 2 * _MARGIN - _GAP) / _PAGES_A_SHEET
    for place, (page, rows) in enumerate(sheet):
        form = page.form
        scale = min(room / form.width_pt, size[1] / form.height_pt)
        canvas.saveState()
        left = _MARGIN + place * (room + _GAP) + (room - form.width_pt * scale) / 2
        canvas.translate(left, _MARGIN + size[1] - form.height_pt * scale)
        canvas.scale(scale, scale)
        rectangle(canvas, Area(0, 0, form.width_pt, form.height_pt), rule=RULE)
        canvas.setFillColor(tint("#000000"))
        pen = Pen(canvas, form.language, form.column_pt, SIZE_PT)
        lines = (*page.lines, *_numbers(page, numbered))
        for line in sorted(lines, key=lambda each: (each.row, each.column)):
            draw_line(pen, line, form)
        for area in _crossed(page, rows):
            _cross(canvas, area)
        canvas.restoreState()


def _numbered(script: Script, plan: Plan) -> dict[int, str]:
    """Return the numbers of scenes by the index of their heading: sides are asked for by them.

    Chinese headings that are numbered say so themselves.
    """
    numbers = {strip.scene_id: strip.number.split(" ")[0] for strip in plan.strips.strips}
    return {
        index: numbers.get(scene_id_of(element), "")
        for index, element in enumerate(script.elements)
        if element.kind is ElementKind.SCENE_HEADING
        and not (script.language == "zh" and element.scene_number)
    }


def _numbers(page: PrintedPage, numbered: Mapping[int, str]) -> Iterator[PrintedLine]:
    """Yield the scenes' numbers left of their headings, where the script prints none there."""
    printed = {line.row for line in page.lines if line.kind is Added.SCENE_NUMBER}
    headings = {line.element: line for line in reversed(page.lines) if numbered.get(line.element)}
    for element, line in headings.items():
        if line.row not in printed and line.kind is ElementKind.SCENE_HEADING:
            column = max(0, line.column - _NUMBER_COLUMNS)
            yield PrintedLine(numbered[element], Added.SCENE_NUMBER, line.row, column)


def _crossed(page: PrintedPage, rows: Sequence[_Rows]) -> Iterator[Area]:
    """Yield what of a page is not played."""
    form = page.form
    left = form.left * form.column_pt - form.column_pt
    width = (form.columns + 2) * form.column_pt
    for first, end, is_played in rows:
        if not is_played:
            top = form.height_pt - form.top_pt - first * form.row_pt
            yield Area(left, top - (end - first) * form.row_pt, width, (end - first) * form.row_pt)


def _cross(canvas: Any, area: Area) -> None:
    canvas.saveState()
    canvas.setFillColor(tint("#FFFFFF"))
    canvas.setFillAlpha(_VEIL)
    canvas.rect(area.left, area.bottom, area.width, area.height, stroke=0, fill=1)
    canvas.setStrokeColor(tint(_CROSS))
    canvas.setLineWidth(1.2)
    canvas.line(area.left, area.bottom, area.right, area.top)
    canvas.line(area.left, area.top, area.right, area.bottom)
    canvas.restoreState()

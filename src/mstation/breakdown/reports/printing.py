"""A breakdown in, the breakdown sheets out: a PDF of one sheet a scene, in the field's layout."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from mstation.breakdown.reports.boxes import boxes_of
from mstation.breakdown.reports.dossier import Dossier, Paper, ScenePaper
from mstation.breakdown.reports.drawing import draw_box, draw_cells, draw_foot, draw_title
from mstation.breakdown.reports.head import Cell, head_of, row_height
from mstation.breakdown.reports.ink import PAPERS_PT, new_canvas
from mstation.breakdown.reports.layout import Area, PlacedBox, lay_out
from mstation.breakdown.reports.typeface import fitted
from mstation.breakdown.reports.wording import strip_colour

_MARGIN = 36.0
_TITLE_HEIGHT, _FOOT_HEIGHT = 20.0, 18.0
_GAP = 8.0


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One page of a scene's sheet, ready to be drawn."""

    paper: ScenePaper
    sheet: int  # from 1
    head: tuple[tuple[Cell, ...], ...]
    boxes: tuple[PlacedBox, ...]
    is_continued: bool


def print_sheets(dossier: Dossier, paper: Paper) -> bytes:
    """Return the breakdown sheets as PDF; the fonts are embedded, the bytes always the same.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    pages = sheet_pages(dossier, paper)
    out = io.BytesIO()
    title = f"{dossier.title} – {dossier.words['sheet_title']}"
    canvas = new_canvas(out, PAPERS_PT[paper], title=title, language=dossier.language)
    for number, page in enumerate(pages, start=1):
        _draw(canvas, page, dossier, paper, f"{number}/{len(pages)}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def sheet_pages(dossier: Dossier, paper: Paper) -> list[SheetPage]:
    """Return every page of the sheets, laid out."""
    pages = []
    for sheet, scene in enumerate(dossier.papers, start=1):
        whole = head_of(dossier, scene, sheet)
        heads = (whole, whole[:1])
        first, following = (_body(paper, head) for head in heads)
        for index, boxes in enumerate(lay_out(boxes_of(dossier, scene), first, following)):
            head = heads[min(index, 1)]
            pages.append(SheetPage(scene, sheet, head, tuple(boxes), index > 0))
    return pages


def _body(paper: Paper, head: tuple[tuple[Cell, ...], ...]) -> Area:
    """Return where the boxes stand under such a head."""
    width, height = PAPERS_PT[paper]
    above = _TITLE_HEIGHT + sum(row_height(row) for row in head) + _GAP
    bottom = _MARGIN + _FOOT_HEIGHT
    return Area(_MARGIN, bottom, width - 2 * _MARGIN, height - _MARGIN - above - bottom)


def _draw(canvas: Any, page: SheetPage, dossier: Dossier, paper: Paper, number: str) -> None:
    width, height = PAPERS_PT[paper]
    inner = width - 2 * _MARGIN
    words = dossier.words
    title = words["sheet_title"]
    if page.is_continued:
        title = words["continued"].format(title=title)
    else:
        _bookmark(canvas, page, dossier)
    top = height - _MARGIN
    draw_title(
        canvas, Area(_MARGIN, top - _TITLE_HEIGHT, inner, _TITLE_HEIGHT), dossier.title, title
    )
    top -= _TITLE_HEIGHT
    for row in page.head:
        top -= row_height(row)
        area = Area(_MARGIN, top, inner, row_height(row))
        draw_cells(canvas, area, row, strip_colour(page.paper.scene))
    for placed in page.boxes:
        draw_box(canvas, placed, words["continued"])
    draw_foot(canvas, Area(_MARGIN, _MARGIN, inner, _FOOT_HEIGHT), words, number)


def _bookmark(canvas: Any, page: SheetPage, dossier: Dossier) -> None:
    key = f"sheet-{page.sheet}"
    canvas.bookmarkPage(key)
    name = f"{page.paper.scene.number}  {page.paper.scene.heading}"
    canvas.addOutlineEntry((fitted(name, width=400, size=10) or (key,))[0], key, 0)

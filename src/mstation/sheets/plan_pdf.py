"""A sheet of techvis in, the same sheet drawn on a page of a PDF out."""

from __future__ import annotations

from typing import Any

from mstation.breakdown.reports.ink import tint
from mstation.breakdown.reports.typeface import FACE, printable, width_of
from mstation.sheets.plan import Item, Point, Sheet, View, Words

_HALO, _HEAVIER = 2.2, 0.028  # points; of the size


class _Paper:
    """Where a sheet's upper left corner lies on the page; y up, as PDF counts."""

    def __init__(self, left: float, top: float) -> None:
        self.left = left
        self.top = top

    def place(self, point: Point) -> Point:
        return self.left + point[0], self.top - point[1]


def draw_sheet(canvas: Any, sheet: Sheet, left: float, top: float) -> None:
    """Draw a sheet with its upper left corner there."""
    paper = _Paper(left, top)
    for view in sheet.views:
        canvas.saveState()
        _clip(canvas, view, paper)
        for item in view.items:
            _draw(canvas, item, paper, view)
        canvas.restoreState()
    for item in sheet.items:
        _draw(canvas, item, paper, None)


def _clip(canvas: Any, view: View, paper: _Paper) -> None:
    (x0, y0), (x1, y1) = (
        paper.place(view.on_page(at)) for at in (view.window.low, view.window.high)
    )
    path = canvas.beginPath()
    path.rect(x0, y1, x1 - x0, y0 - y1)
    canvas.clipPath(path, stroke=0)


def _draw(canvas: Any, item: Item, paper: _Paper, view: View | None) -> None:
    if isinstance(item, Words):
        _draw_words(canvas, item, paper.place(view.on_page(item.at) if view else item.at))
        return
    path = canvas.beginPath()
    for index, point in enumerate(item.points):
        at = paper.place(view.on_page(point) if view else point)
        path.lineTo(*at) if index else path.moveTo(*at)
    if item.is_closed:
        path.close()
    if item.fill:
        canvas.setFillColor(tint(item.fill))
        canvas.setFillAlpha(item.opacity)
    if item.width_pt > 0:
        canvas.setStrokeColor(tint(item.stroke))
        canvas.setLineWidth(item.width_pt)
        canvas.setDash(list(item.dash_pt))
    canvas.setLineJoin(1)
    canvas.drawPath(path, fill=int(bool(item.fill)), stroke=int(item.width_pt > 0))
    if item.fill and item.opacity < 1.0:
        canvas.setFillAlpha(1.0)


def _draw_words(canvas: Any, words: Words, at: Point) -> None:
    text = printable(words.text)
    if not text:
        return
    shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor]
    left = -shift * width_of(text, words.size_pt)
    canvas.saveState()
    canvas.translate(*at)
    canvas.rotate(-words.turn_deg)
    canvas.setFont(FACE, words.size_pt)
    canvas.setDash([])
    if words.has_halo:
        canvas.setStrokeColor(tint("#FFFFFF"))
        canvas.setLineWidth(_HALO)
        canvas.drawString(left, 0, text, mode=1)
    canvas.setFillColor(tint(words.colour))
    if words.is_strong:
        canvas.setStrokeColor(tint(words.colour))
        canvas.setLineWidth(words.size_pt * _HEAVIER)
    canvas.drawString(left, 0, text, mode=2 if words.is_strong else 0)
    canvas.restoreState()

"""A film and its script in, the lined script out: a line down the page for each shot.

As script supervisors draw it: straight where who speaks or acts is seen, wavy where they are
only heard; a bar at either end, the shot's label at its head.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mstation.breakdown.reports.ink import PALE, say, tint
from mstation.breakdown.reports.typeface import face, width_of
from mstation.screenplay.layout import lay_out_pages
from mstation.screenplay.layout.printed import PageFormat, Paper, PrintedPage
from mstation.screenplay.pdf import write
from mstation.screenplay.script import Script
from mstation.sheets.coverage import coverage_of
from mstation.sheets.lined_layout import (
    LABEL_HEIGHT,
    LABEL_PT,
    PlacedStroke,
    Stroke,
    page_strokes,
    placed_strokes,
    row_top,
)
from mstation.sheets.reel import Reel
from mstation.sheets.wording import words_of

_LINE_PT, _BAR_PT = 1.2, 4.0
_WAVE_PT, _WAVE_STEP_PT = 1.9, 3.2
_OPACITY = 0.8
_FOOT_PT = 26.0


def lined_script(reel: Reel, script: Script, *, paper: Paper | None = None) -> bytes:
    """Return the lined script as PDF: the pages as they print, each shot a line down them.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    face()
    pages = lay_out_pages(script, paper=paper)
    strokes = page_strokes(coverage_of(reel, script, pages), reel.language)

    def mark(canvas: Any, page: PrintedPage) -> None:
        for placed in placed_strokes(strokes.get(page.number - 1, ()), page):
            _draw(canvas, placed, page.form)
        _legend(canvas, page.form, reel)

    return write(script, paper=paper, marking=mark)


def _draw(canvas: Any, placed: PlacedStroke, form: PageFormat) -> None:
    stroke, x = placed.stroke, placed.x
    canvas.saveState()
    canvas.setStrokeColor(tint(stroke.colour))
    canvas.setStrokeAlpha(_OPACITY)
    canvas.setLineWidth(_LINE_PT)
    canvas.setLineJoin(1)
    for high, low, is_seen in _pieces(stroke, form):
        _draw_piece(canvas, x, high, low, is_seen=is_seen)
    top, bottom = row_top(form, stroke.rows[0].row), row_top(form, stroke.rows[-1].row + 1)
    if stroke.begins:
        canvas.line(x - _BAR_PT, top, x + _BAR_PT, top)
    if stroke.ends:
        canvas.line(x - _BAR_PT, bottom, x + _BAR_PT, bottom)
    else:
        canvas.lines([(x - 3, bottom + 4, x, bottom), (x + 3, bottom + 4, x, bottom)])
    canvas.setLineWidth(0.5)
    if placed.reaches:
        box = placed.box
        near = box.right if box.right < x else box.left
        canvas.lines([(near, (box.low + box.high) / 2, near + (4 if near < x else -4), top),
                      (near + (4 if near < x else -4), top, x, top)])  # fmt: skip
    canvas.restoreState()
    _draw_label(canvas, placed)


def _draw_label(canvas: Any, placed: PlacedStroke) -> None:
    box, colour = placed.box, placed.stroke.colour
    canvas.setFillColor(tint("#FFFFFF"))
    canvas.setStrokeColor(tint(colour))
    canvas.setLineWidth(0.5)
    canvas.roundRect(box.left, box.low, box.right - box.left, LABEL_HEIGHT, 2, fill=1)
    base = box.low + 2.1
    say(canvas, box.left + 2.5, base, placed.stroke.label, LABEL_PT, colour=colour, is_strong=True)


def _pieces(stroke: Stroke, form: PageFormat) -> Iterator[tuple[float, float, bool]]:
    """Yield the line's pieces down the page: from where to where, and whether straight.

    What stands between two rows that it covers is passed as the row before.
    """
    rows = stroke.rows
    start = 0
    for index in range(1, len(rows) + 1):
        if index == len(rows) or rows[index].is_seen != rows[start].is_seen:
            end = rows[index].row if index < len(rows) else rows[-1].row + 1
            yield row_top(form, rows[start].row), row_top(form, end), rows[start].is_seen
            start = index


def _draw_piece(canvas: Any, x: float, high: float, low: float, *, is_seen: bool) -> None:
    if is_seen:
        canvas.line(x, high, x, low)
        return
    path = canvas.beginPath()
    path.moveTo(x, high)
    steps = max(2, round((high - low) / _WAVE_STEP_PT))
    for step in range(1, steps):
        aside = _WAVE_PT if step % 2 else -_WAVE_PT
        path.lineTo(x + aside, high - (high - low) * step / steps)
    path.lineTo(x, low)
    canvas.drawPath(path, stroke=1, fill=0)


def _legend(canvas: Any, form: PageFormat, reel: Reel) -> None:
    """Draw at the foot what straight and wavy lines mean."""
    words = words_of(reel.language)["lined"]
    x = form.left * form.column_pt
    canvas.setStrokeColor(tint(PALE))
    canvas.setLineWidth(_LINE_PT)
    for key, is_seen in (("legend_on", True), ("legend_off", False)):
        _draw_piece(canvas, x + 2, _FOOT_PT + 9, _FOOT_PT - 3, is_seen=is_seen)
        say(canvas, x + 9, _FOOT_PT, words[key], LABEL_PT, colour=PALE)
        x += width_of(words[key], LABEL_PT) + 30

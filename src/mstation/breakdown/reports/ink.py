"""Letters, boxes and pages as printed sheets draw them, on a reportlab canvas."""

from __future__ import annotations

from functools import cache
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from mstation.breakdown.reports.dossier import Paper
from mstation.breakdown.reports.layout import Area
from mstation.breakdown.reports.typeface import FACE, face, printable
from mstation.screenplay.script import Language

PAPERS_PT: dict[Paper, tuple[float, float]] = {"letter": (612.0, 792.0), "a4": (595.28, 841.89)}
INK, PALE, RULE = "#111111", "#666666", "#9A9A9A"
_HEAVIER = 0.028  # of the size: the outline that makes a line of the one weight bold


def new_canvas(out: Any, size: tuple[float, float], *, title: str, language: Language) -> Any:
    """Return a canvas whose PDF embeds its fonts and is always the same bytes.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    face()
    canvas = Canvas(
        out, pagesize=size, invariant=1, lang=language, initialFontName=FACE, pageCompression=1
    )
    canvas.setTitle(printable(title))
    canvas.setAuthor("")
    canvas.setCreator("M-Station")
    return canvas


def rectangle(canvas: Any, area: Area, *, fill: str = "", rule: str = RULE) -> None:
    """Draw a box, filled where a colour is given."""
    canvas.setStrokeColor(tint(rule))
    canvas.setLineWidth(0.5)
    if fill:
        canvas.setFillColor(tint(fill))
    canvas.rect(area.left, area.bottom, area.width, area.height, fill=1 if fill else 0)


def say(
    canvas: Any,
    left: float,
    base: float,
    text: str,
    size: float,
    *,
    colour: str = INK,
    is_strong: bool = False,
) -> None:
    """Write one line of letters, all of them in the face."""
    if not text:
        return
    canvas.setFillColor(tint(colour))
    canvas.setFont(FACE, size)
    if is_strong:
        canvas.setStrokeColor(tint(colour))
        canvas.setLineWidth(size * _HEAVIER)
    canvas.drawString(left, base, text, mode=2 if is_strong else 0)


@cache
def tint(code: str) -> Any:
    """Return the colour that `#RRGGBB` names."""
    return HexColor(code)

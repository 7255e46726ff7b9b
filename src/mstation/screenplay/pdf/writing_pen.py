"""A pen that sets text in cells: every character where the layout put it, whatever its face."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from mstation.screenplay.layout.wrapping import cells, columns_of
from mstation.screenplay.pdf.fonts import (
    DASHES,
    MONO_EM,
    Face,
    Glyph,
    Style,
    Writing,
    faces,
    glyphs,
    is_invisible,
)
from mstation.screenplay.script import Emphasis, Language, Run

_SLANT = 0.21  # tangent of twelve degrees
_UNDERLINE_PT, _UNDERLINE_DEPTH_PT = 0.6, 1.9
_NEAR_PT = 0.02  # a difference that nobody sees
_CONTROL = re.compile("[\x00-\x1f\x7f-\xa0]")
_HALF = re.compile("[\ud800-\udfff]")
_NO_CHARACTER = "\uffff"  # in no font, so that its box is drawn


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Characters of one face, each `cell` columns wide: 0 for a mark that stands on a letter."""

    text: str
    glyph: Glyph | None  # of each of them; None where no font has the characters
    start: int  # columns from the start of the line
    cell: int


class Pen:
    """Writes on the page that is open; `column_pt` is how wide a column is."""

    def __init__(self, canvas: Any, language: Language, column_pt: float, size_pt: float) -> None:
        self.canvas = canvas
        self.language = language
        self.column_pt = column_pt
        self.size_pt = size_pt

    def write(
        self, text: str, x: float, y: float, *, runs: Sequence[Run] = (), style: Style | None = None
    ) -> None:
        """Set one line with its baseline at y, all of it in `style` and its runs in theirs."""
        text = _printable(text)
        at = 0
        for start, end, run_style in _styled(len(text), runs, style or Style()):
            words = text[start:end]
            width = columns_of(words, self.language)
            left = x + at * self.column_pt
            self._set(words, left, y, run_style)
            if run_style.is_underlined and words.strip():
                self._underline(words, left, y)
            at += width

    def _set(self, text: str, x: float, y: float, style: Style) -> None:
        for stretch in self._stretches(text, style):
            left = x + stretch.start * self.column_pt
            if stretch.glyph is None:
                self._missing(stretch, left, y)
            else:
                self._show(stretch, stretch.glyph, left, y)

    def _stretches(self, text: str, style: Style) -> Iterator[_Stretch]:
        """Part a text where its face or the width of its cells changes."""
        courier, mono, _ = faces(style, "latin")
        lacking = {character for character in text if ord(character) not in courier.widths}
        if self.language == "en" and not lacking:
            yield _Stretch(text, glyphs(style, "latin")["n"], 0, 1)
            return
        narrow: Writing = "latin"
        if (self.language == "zh" and style.is_bold) or self._holds_letters(lacking, mono):
            narrow = "mono"
        wide_glyphs, narrow_glyphs = glyphs(style, "han"), glyphs(style, narrow)
        start = at = 0
        run: list[str] = []
        shown: Glyph | None = None
        wide = 0
        for character, cell in _clusters(text, self.language):
            glyph = (wide_glyphs if cell > 1 else narrow_glyphs)[character]
            if run and not _joins(shown, wide, glyph, cell):
                yield _Stretch("".join(run), shown, start, wide)
                run.clear()
            if not run:
                start, shown, wide = at, glyph, cell
            run.append(character)
            at += cell
        if run:
            yield _Stretch("".join(run), shown, start, wide)

    @staticmethod
    def _holds_letters(lacking: set[str], mono: Face) -> bool:
        """Whether a line is in an alphabet that Courier lacks, so that all of it looks alike."""
        return any(c.isalpha() and ord(c) in mono.widths for c in lacking)

    def _show(self, stretch: _Stretch, glyph: Glyph, x: float, y: float) -> None:
        cell_pt = stretch.cell * self.column_pt
        advance_pt = glyph.advance * self.size_pt
        scale, space = 1.0, 0.0
        if stretch.cell and (advance_pt > cell_pt + _NEAR_PT or stretch.text in DASHES):
            scale = cell_pt / advance_pt
        elif stretch.cell:
            space = cell_pt - advance_pt
        self._text(stretch.text, glyph.face, x + space / 2, y, scale=scale, space=space)

    def _text(
        self, text: str, face: Face, x: float, y: float, *, scale: float, space: float
    ) -> None:
        shown = self.canvas.beginText()
        shown.setFont(face.name, self.size_pt)
        if face.is_slanted:
            shown.setTextTransform(1, 0, _SLANT, 1, x, y)
        else:
            shown.setTextOrigin(x, y)
        is_fitted = abs(space) > _NEAR_PT or scale != 1.0
        if is_fitted:
            shown.setCharSpace(space)
            shown.setHorizScale(100 * scale)
        shown.textOut(text)
        if is_fitted:  # both outlast the text
            shown.setCharSpace(0)
            shown.setHorizScale(100)
        self.canvas.drawText(shown)

    def _missing(self, stretch: _Stretch, x: float, y: float) -> None:
        """Draw boxes where no font has the characters; copying the text still finds them."""
        face = faces(Style(), "latin")[0]
        boxes = max(1, columns_of(stretch.text, self.language) // max(1, stretch.cell))
        scale = max(1, stretch.cell) * self.column_pt / (MONO_EM * self.size_pt)
        units = stretch.text.encode("utf-16-be").hex().upper()
        self.canvas.addLiteral(f"/Span <</ActualText <FEFF{units}>>> BDC")
        self._text(_NO_CHARACTER * boxes, face, x, y, scale=scale, space=0.0)
        self.canvas.addLiteral("EMC")

    def _underline(self, text: str, x: float, y: float) -> None:
        end = x + columns_of(text, self.language) * self.column_pt
        self.canvas.setLineWidth(_UNDERLINE_PT)
        self.canvas.line(x, y - _UNDERLINE_DEPTH_PT, end, y - _UNDERLINE_DEPTH_PT)


def _joins(run: Glyph | None, wide: int, glyph: Glyph | None, cell: int) -> bool:
    """Whether a character can be set in one go with a run of glyphs in cells `wide` columns."""
    if glyph is None or run is None:
        return glyph is run and cell in (0, wide)
    is_alike = run.face is glyph.face and run.advance == glyph.advance and wide == cell
    return is_alike and glyph.is_even and cell > 0


def _printable(text: str) -> str:
    """Return a text without halves of characters, its controls and spaces as plain spaces."""
    return _HALF.sub("\ufffd", _CONTROL.sub(" ", text))


def _clusters(text: str, language: Language) -> Iterable[tuple[str, int]]:
    """Yield each character that is drawn with its columns; marks join their letters."""
    shown: list[tuple[str, int]] = []
    for character, cell in zip(text, cells(text, language), strict=True):
        if cell == 0 and is_invisible(character):
            continue
        if cell == 0 and shown:
            composed = unicodedata.normalize("NFC", shown[-1][0] + character)
            if len(composed) == 1:
                shown[-1] = (composed, shown[-1][1])
                continue
        shown.append((character, cell))
    return shown


def _styled(length: int, runs: Sequence[Run], style: Style) -> Iterator[tuple[int, int, Style]]:
    """Yield the stretches of a line that are set alike."""
    if not runs:
        yield 0, length, style
        return
    edges = sorted({0, length, *(e for run in runs for e in (run.start, run.end) if e < length)})
    for start, end in pairwise(edges):
        marks = {mark for run in runs if run.start <= start < run.end for mark in run.emphasis}
        yield (
            start,
            end,
            Style(
                style.is_bold or Emphasis.BOLD in marks,
                style.is_italic or Emphasis.ITALIC in marks,
                style.is_underlined or Emphasis.UNDERLINE in marks,
            ),
        )

"""The nouns of a printed script: pages of lines, each at its row and column."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from mstation.screenplay.script import ElementKind, Language, Run

Paper = Literal["letter", "a4"]


class Added(StrEnum):
    """What the printed page adds to the words of the script."""

    MORE = "more"  # (MORE): the speech goes on overleaf
    CUE_AGAIN = "cue_again"  # MARA (CONT'D) on the page where the speech goes on
    SCENE_NUMBER = "scene_number"
    REVISION_MARK = "revision_mark"  # the asterisk in the right margin
    PAGE_NUMBER = "page_number"
    HEADER = "header"


PrintedKind = ElementKind | Added


@dataclass(frozen=True, slots=True)
class PageFormat:
    """A sheet ruled in rows and columns.

    English is 12-point Courier: 10 columns and 6 rows an inch. In Chinese a column is half a
    12-point Han character, 12 columns an inch, and rows are 18 points apart.
    """

    paper: Paper
    language: Language
    width_pt: float
    height_pt: float
    column_pt: float
    row_pt: float
    top_pt: float  # from the sheet's upper edge to that of row 0
    left: int  # the first column of the body, counted from the sheet's left edge
    columns: int  # of the body
    rows: int  # of the body: what a full page holds


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A stretch of one line of the page, all of it of one element.

    `row` counts from 0 at the first line of the body; a header has a negative row, a footer one
    past the body. `column` counts from the sheet's left edge. A row may hold several of these:
    a scene number beside its heading, two speeches side by side.
    """

    text: str
    kind: PrintedKind
    row: int
    column: int
    element: int = -1  # index into `script.elements`; -1 where the page added the line
    runs: tuple[Run, ...] = ()  # within `text`


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """One page; `revision` is the colour (or the name) of the revision that it was issued for."""

    number: int
    form: PageFormat
    lines: tuple[PrintedLine, ...]
    revision: str = ""


@dataclass(frozen=True, slots=True)
class PrintedScene:
    """Where a scene begins, and how many lines it fills.

    Blank lines count as they are laid out; what a page break adds or leaves empty does not.
    `eighth_lines` is how many lines an eighth of this page is: 6.75 of 54.
    """

    page: int
    row: int
    lines: int
    eighth_lines: float

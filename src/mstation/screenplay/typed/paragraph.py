"""The noun of typed pages: a paragraph, its words and where on the page it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mstation.screenplay.script import ElementKind, Mark, Run

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph as it was typed; lengths are points from the page's left edge."""

    text: str
    line: int
    left: float = 0.0
    align: Align = "left"
    blanks: int = 0  # empty lines above it
    runs: tuple[Run, ...] = ()
    notes: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    kind: ElementKind | None = None  # where its style or its column says so
    scene_number: str = ""
    is_dual: bool = False


def trimmed(text: str, runs: tuple[Run, ...], start: int, end: int) -> tuple[str, tuple[Run, ...]]:
    """Return text[start:end] and the runs that are left of it."""
    kept = tuple(
        Run(max(run.start, start) - start, min(run.end, end) - start, run.emphasis)
        for run in runs
        if run.start < end and run.end > start
    )
    return text[start:end], kept


def glue(before: str, after: str) -> str:
    """Return what stood between two lines before they were broken: a space, or nothing."""
    last, first = before[-1:], after[:1]
    is_hyphen = last == "-" and before[-2:-1].isalnum() and first.isalnum()
    return "" if is_hyphen or (_is_wide(last) and _is_wide(first)) else " "


Piece = tuple[str, Paragraph]  # what joins a paragraph to the one before it, and the paragraph


def run_on(pieces: Sequence[Piece]) -> Paragraph:
    """Return several paragraphs as the one that they are."""
    first = pieces[0][1]
    if len(pieces) == 1:
        return first
    texts: list[str] = []
    runs: list[Run] = []
    marks: dict[Mark, None] = {}
    size = 0
    for between, piece in pieces:
        between = between if texts else ""
        start = size + len(between)
        for run in piece.runs:
            last = runs[-1] if runs and "\n" not in between else None
            touches = last is not None and last.end == size and run.start == 0
            if last is not None and touches and last.emphasis == run.emphasis:
                runs[-1] = Run(last.start, start + run.end, run.emphasis)
            else:
                runs.append(Run(start + run.start, start + run.end, run.emphasis))
        texts += [between, piece.text]
        size = start + len(piece.text)
        marks.update(dict.fromkeys(piece.marks))
    return replace(
        first,
        text="".join(texts),
        runs=tuple(runs),
        notes=tuple(note for _, piece in pieces for note in piece.notes),
        marks=tuple(marks),
    )


def _is_wide(letter: str) -> bool:
    return "\u2e80" <= letter <= "\u9fff" or "\uff00" <= letter <= "\uff60" or letter in "“”‘’…—"

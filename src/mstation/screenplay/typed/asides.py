"""Marks that were typed into the words of a page: `[[shot: CU MARA]]` in Word, on a PDF."""

from __future__ import annotations

import re
from dataclasses import replace

from mstation.screenplay.marks import mark_of
from mstation.screenplay.script import Element, ElementKind, Mark, Run

_ASIDE = re.compile(r"[^\S\n]*\[\[((?:(?!\[\[|\]\]).)+)\]\]", re.DOTALL)


def marks_lifted(element: Element) -> list[Element]:
    """Return the element with its typed marks as marks; an element of nothing else is a note.

    Any other words in double brackets stay words: whoever printed them wants them read.
    """
    if "[[" not in element.text:
        return [element]
    kept = element
    notes: list[str] = []
    marks: list[Mark] = []
    for found in reversed(list(_ASIDE.finditer(element.text))):
        note = " ".join(found[1].split())
        mark = mark_of(note)
        if mark is not None:
            notes.insert(0, note)
            marks.insert(0, mark)
            kept = _without(kept, found.start(), found.end())
    if marks and not kept.text.strip():
        bare = replace(element, kind=ElementKind.NOTE, runs=(), notes=(), marks=())
        return [replace(bare, text=note) for note in notes]
    return [replace(kept, marks=tuple(dict.fromkeys((*element.marks, *marks))))]


def _without(element: Element, start: int, end: int) -> Element:
    """Return an element without a stretch of its words, nor the empty line that this leaves."""
    text = element.text
    is_line = text[:start].rstrip(" ")[-1:] in ("", "\n") and text[end : end + 1] in ("", "\n")
    if is_line and text[end : end + 1]:
        end += 1
    elif is_line and start:
        start = text.rindex("\n", 0, start)
    runs = (
        Run(_moved(run.start, start, end), _moved(run.end, start, end), run.emphasis)
        for run in element.runs
    )
    return replace(
        element,
        text=text[:start] + text[end:],
        runs=tuple(run for run in runs if run.start < run.end),
    )


def _moved(at: int, start: int, end: int) -> int:
    return at - (end - start) if at >= end else min(at, start)

"""Blocks: what stands together on a printed page, already broken into rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

from mstation.screenplay.layout.printed import Added, PrintedKind
from mstation.screenplay.layout.wrapping import columns_of, wrap
from mstation.screenplay.script import ElementKind, Language, Run

# text, kind, column, element, runs: what becomes a `PrintedLine` once its row is known
Piece = tuple[str, PrintedKind, int, int, tuple[Run, ...]]
Row = tuple[Piece, ...]

Align = Literal["left", "right", "centre"]


@dataclass(frozen=True, slots=True)
class Span:
    """Where the words of one element end in a part's text."""

    end: int
    kind: PrintedKind
    element: int


@dataclass(frozen=True, slots=True)
class Part:
    """A text that is set in one measure; several elements only where they share lines."""

    text: str
    spans: tuple[Span, ...]
    runs: tuple[Run, ...]
    column: int
    width: int
    indent: int = 0  # of the first line
    hang: int = 0  # of every other line
    align: Align = "left"

    @property
    def kind(self) -> PrintedKind:
        """The kind of its first words."""
        return self.spans[0].kind


@dataclass(frozen=True, slots=True)
class Block:
    """Parts that follow each other without a blank line.

    A cue, when `has_cue`, is the first part. `again` is the cue that opens the rest of a speech
    overleaf, `more` what closes it here; in Chinese the cue stands on the line of the words.
    """

    parts: tuple[Part, ...]
    rows: tuple[Row, ...]
    before: int  # blank lines, unless a page begins
    is_head: bool = False  # never parted from what follows
    is_tail: bool = False  # never parted from what precedes
    starts_page: bool = False
    has_cue: bool = False
    more: str = ""
    again: str = ""


def part_of(
    text: str,
    kind: PrintedKind,
    element: int,
    *,
    column: int,
    width: int,
    runs: tuple[Run, ...] = (),
    hang: int = 0,
    align: Align = "left",
) -> Part:
    """Return the part that one element, or one added line, is."""
    spans = (Span(len(text), kind, element),)
    return Part(text, spans, runs, column, width, hang=hang, align=align)


def rows_of(part: Part, language: Language) -> tuple[Row, ...]:
    """Return the rows of a part."""
    text = part.text
    stretches = wrap(text, part.width, language=language, indent=part.indent, hang=part.hang)
    if len(part.spans) == 1 and not part.runs and part.align == "left":
        span = part.spans[0]
        kind, element = span.kind, span.element
        first, other = part.column + part.indent, part.column + part.hang
        return tuple(
            ((text[start:end], kind, other if index else first, element, ()),)
            if end > start
            else ()
            for index, (start, end) in enumerate(stretches)
        )
    if len(stretches) == 1 and part.align == "left":
        column = part.column + part.indent
        return (_row(text, stretches[0], column, part.spans, part.runs, language),)
    return tuple(_styled_rows(part, stretches, language))


def _styled_rows(part: Part, stretches: list[tuple[int, int]], language: Language) -> Iterator[Row]:
    """Yield the rows of a part of several elements or styles; goes over each of them once."""
    runs = deque(sorted(part.runs, key=lambda run: run.start))
    spans = deque(part.spans)
    styled: list[Run] = []
    for index, (start, end) in enumerate(stretches):
        while runs and runs[0].start < end:
            styled.append(runs.popleft())
        styled = [run for run in styled if run.end > start]
        while len(spans) > 1 and spans[0].end <= start:
            spans.popleft()
        column = part.column + (part.hang if index else part.indent)
        if part.align != "left":
            spare = part.width - columns_of(part.text[start:end], language)
            column = part.column + (spare if part.align == "right" else spare // 2)
        yield _row(part.text, (start, end), column, spans, tuple(styled), language)


def _row(
    text: str,
    stretch: tuple[int, int],
    column: int,
    spans: Iterable[Span],
    runs: tuple[Run, ...],
    language: Language,
) -> Row:
    pieces: list[Piece] = []
    at, end = stretch
    for span in spans:
        stop = min(span.end, end)
        if stop > at:
            words = text[at:stop]
            styled = runs_within(runs, at, stop)
            pieces.append((words, span.kind, column, span.element, styled))
            column += columns_of(words, language)
            at = stop
        if at >= end:
            break
    return tuple(pieces)


def runs_within(runs: tuple[Run, ...], start: int, end: int) -> tuple[Run, ...]:
    """Return the styled runs of a stretch of the text, counted from its start."""
    if not runs:
        return ()
    return tuple(
        Run(max(run.start, start) - start, min(run.end, end) - start, run.emphasis)
        for run in runs
        if run.start < end and run.end > start
    )


def moved(run: Run, by: int) -> Run:
    """Return a run of a text that has `by` more characters before it, or fewer."""
    return Run(max(0, run.start + by), max(0, run.end + by), run.emphasis)


def beside(left: Sequence[Row], right: Sequence[Row]) -> tuple[Row, ...]:
    """Return the rows of two speeches that stand side by side."""
    return tuple(one + two for one, two in zip_longest(left, right, fillvalue=()))


def block_of(
    parts: tuple[Part, ...],
    language: Language,
    *,
    before: int = 1,
    is_head: bool = False,
    is_tail: bool = False,
    starts_page: bool = False,
) -> Block:
    """Return the block of some parts, with its rows."""
    rows = tuple(row for part in parts for row in rows_of(part, language))
    return Block(parts, rows, before, is_head=is_head, is_tail=is_tail, starts_page=starts_page)


def rest_of(part: Part, at: int) -> Part:
    """Return what is left of a part from a character on; its first line hangs like the others."""
    while at < len(part.text) and part.text[at].isspace():
        at += 1
    spans = tuple(
        Span(span.end - at, span.kind, span.element) for span in part.spans if span.end > at
    )
    runs = runs_within(part.runs, at, len(part.text))
    return replace(part, text=part.text[at:], spans=spans, runs=runs, indent=part.hang)


def start_of(part: Part, at: int) -> Part:
    """Return a part up to a character."""
    text = part.text[:at].rstrip()
    spans: list[Span] = []
    for span in part.spans:
        spans.append(replace(span, end=min(span.end, len(text))))
        if span.end >= len(text):
            break
    return replace(part, text=text, spans=tuple(spans), runs=runs_within(part.runs, 0, len(text)))


def joined(first: Part, second: Part) -> Part:
    """Return two parts run on in one text: a cue and its words on one line."""
    at = len(first.text)
    spans = (*first.spans, *(replace(span, end=span.end + at) for span in second.spans))
    runs = (
        *first.runs,
        *(Run(run.start + at, run.end + at, run.emphasis) for run in second.runs),
    )
    return replace(second, text=first.text + second.text, spans=spans, runs=runs, indent=0)


def kind_at(part: Part, at: int) -> PrintedKind:
    """Return the kind of the element that a character belongs to."""
    for span in part.spans:
        if at < span.end:
            return span.kind
    return part.spans[-1].kind


IS_ADDED = frozenset(Added)
SPEECH_KINDS = frozenset((ElementKind.PARENTHETICAL, ElementKind.DIALOGUE, ElementKind.LYRIC))
UNPRINTED = frozenset(
    (ElementKind.SECTION, ElementKind.SYNOPSIS, ElementKind.NOTE, ElementKind.BONEYARD)
)

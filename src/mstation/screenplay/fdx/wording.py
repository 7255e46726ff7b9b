"""The words of a paragraph: its pieces joined, stray spaces gone, styles as runs of the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mstation.screenplay.script import Emphasis, Run

_ORDER = tuple(Emphasis)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph's words, as one `<Text>` holds it."""

    text: str
    styles: tuple[Emphasis, ...] = ()
    tags: tuple[int, ...] = ()  # the numbers of its tags
    revision: int = 0  # the number of its revision


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as it stands in the paragraph, and in what is kept of it; half-open."""

    start: int
    end: int
    kept_at: int  # where `start` stands in the text that is kept


def words_of(pieces: Sequence[Piece], *, is_stripped: bool) -> tuple[str, tuple[Run, ...]]:
    """Return the text without stray spaces around its lines, and its runs.

    A run ends with its line and has no spaces at its ends, as in Fountain; only indents are
    kept where `is_stripped` is false.
    """
    whole = "".join(piece.text for piece in pieces)
    is_styled = any(piece.styles for piece in pieces)
    if not is_styled and "\n" not in whole:
        return (whole.strip() if is_stripped else whole.rstrip()), ()
    lines: list[_Line] = []
    kept: list[str] = []
    at = length = 0
    for line in whole.split("\n"):
        words = line.strip() if is_stripped else line.rstrip()
        start = at + (len(line) - len(line.lstrip()) if is_stripped and words else 0)
        lines.append(_Line(start, start + len(words), length))
        kept.append(words)
        at += len(line) + 1
        length += len(words) + 1
    runs = _runs(pieces, whole, lines) if is_styled else ()
    return "\n".join(kept), runs


def clip_runs(runs: Iterable[Run], start: int, end: int) -> tuple[Run, ...]:
    """Return the runs of the text from `start` to `end`, counted from there."""
    clipped = (
        Run(max(run.start, start) - start, min(run.end, end) - start, run.emphasis) for run in runs
    )
    return tuple(run for run in clipped if run.start < run.end)


def _runs(pieces: Sequence[Piece], whole: str, lines: Sequence[_Line]) -> tuple[Run, ...]:
    """Cut the styles into runs that each have one set of them."""
    events: dict[int, list[tuple[Emphasis, int]]] = {}
    for style in _ORDER:
        for start, end in _on_lines(_spans(pieces, style), whole, lines):
            events.setdefault(start, []).append((style, 1))
            events.setdefault(end, []).append((style, -1))
    depth = dict.fromkeys(_ORDER, 0)
    runs: list[Run] = []
    before = 0
    for place in sorted(events):
        styles = tuple(style for style in _ORDER if depth[style])
        if styles:
            runs.append(Run(before, place, styles))
        for style, step in events[place]:
            depth[style] += step
        before = place
    return tuple(runs)


def _spans(pieces: Sequence[Piece], style: Emphasis) -> list[tuple[int, int]]:
    """Return where a style reaches in the paragraph, neighbours as one."""
    spans: list[tuple[int, int]] = []
    at = 0
    for piece in pieces:
        end = at + len(piece.text)
        if style in piece.styles and end > at:
            if spans and spans[-1][1] == at:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((at, end))
        at = end
    return spans


def _on_lines(
    spans: Sequence[tuple[int, int]], whole: str, lines: Sequence[_Line]
) -> Iterator[tuple[int, int]]:
    """Return the spans line by line without spaces at their ends, as places in the kept text."""
    index = 0
    for start, end in spans:
        while lines[index].end <= start and index + 1 < len(lines):
            index += 1
        for line in _reached(lines, index, end):
            first, last = max(start, line.start), min(end, line.end)
            words = whole[first:last]
            first += len(words) - len(words.lstrip())
            last -= len(words) - len(words.rstrip())
            if first < last:
                shift = line.kept_at - line.start
                yield first + shift, last + shift


def _reached(lines: Sequence[_Line], index: int, end: int) -> Iterator[_Line]:
    """Return the lines from `index` on that begin before `end`."""
    while index < len(lines) and lines[index].start < end:
        yield lines[index]
        index += 1

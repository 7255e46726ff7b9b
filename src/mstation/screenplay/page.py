"""Text to page: lines with the boneyards and notes lifted out of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mstation.screenplay.script import ElementKind, ReadingNote

_TOKEN = re.compile(r"/\*|\*/|\[\[|\]\]")
_EMPTY_LINE = re.compile(r"\n\n")


@dataclass(frozen=True, slots=True)
class Aside:
    """A note or a boneyard that was lifted out of the text."""

    kind: ElementKind
    text: str
    line: int


@dataclass(slots=True)
class Page:
    """A script's lines without asides; `numbers` are the lines' numbers in the file."""

    lines: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    notes: dict[int, tuple[str, ...]] = field(default_factory=dict)  # that stood in line [i]
    asides: dict[int, list[Aside]] = field(default_factory=dict)  # that stand before line [i]
    doubts: list[ReadingNote] = field(default_factory=list)

    def doubt(self, line: int, text: str) -> None:
        """Note a line that could be read in more than one way."""
        self.doubts.append(ReadingNote(line=line, severity="warning", text=text))


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    kind: ElementKind


def lay_out(text: str) -> Page:
    r"""Return the page of a text whose line breaks are `\n`."""
    page = Page()
    if _TOKEN.search(text) is None:
        page.lines = text.split("\n")
        page.numbers = list(range(1, len(page.lines) + 1))
        return page
    writer = _PageWriter(page)
    at = 0
    for span in _aside_spans(text, page):
        writer.write(text[at : span.start])
        writer.lift(text[span.start : span.end], span.kind)
        at = span.end
    writer.write(text[at:])
    writer.end_line()
    return page


class _PageWriter:
    """Writes lines one piece after another, setting asides apart as it goes."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.number = 1
        self.started = 1
        self.pieces: list[str] = []
        self.lifted: list[Aside] = []
        self.skips_blank = False

    def write(self, text: str) -> None:
        first, *rest = text.split("\n")
        if self.lifted and first.startswith(" ") and self.pieces[-1].endswith((" ", "\t")):
            first = first[1:]
        self.pieces.append(first)
        for piece in rest:
            self.end_line()
            self.number += 1
            self.started = self.number
            self.pieces.append(piece)

    def lift(self, text: str, kind: ElementKind) -> None:
        self.lifted.append(Aside(kind, text[2:-2].strip(), self.number))
        self.number += text.count("\n")

    def end_line(self) -> None:
        line = "".join(self.pieces)
        lifted = self.lifted
        self.pieces, self.lifted = [], []
        if lifted and not line.strip():
            self._stand_alone(lifted)
            return
        if self.skips_blank and not line.strip():
            self.skips_blank = False
            return
        self.skips_blank = False
        index = len(self.page.lines)
        notes = tuple(aside.text for aside in lifted if aside.kind is ElementKind.NOTE)
        if notes:
            self.page.notes[index] = notes
        self._append(line.rstrip() if lifted else line)
        self._stand(index + 1, [a for a in lifted if a.kind is ElementKind.BONEYARD])

    def _stand_alone(self, asides: list[Aside]) -> None:
        """A boneyard of several paragraphs parts what it stands between; a note does not."""
        lines = self.page.lines
        after_blank = not lines or not lines[-1].strip()
        if not after_blank and any(_EMPTY_LINE.search(aside.text) for aside in asides):
            self._append("")
            after_blank = True
        self._stand(len(lines), asides)
        self.skips_blank = after_blank and bool(lines)

    def _append(self, line: str) -> None:
        self.page.lines.append(line)
        self.page.numbers.append(self.started)

    def _stand(self, index: int, asides: list[Aside]) -> None:
        if asides:
            self.page.asides.setdefault(index, []).extend(asides)


def _aside_spans(text: str, page: Page) -> Iterator[_Span]:
    """Find what to lift, outermost first; every pointer moves forward, so time is linear."""
    tokens = [(match.start(), match[0]) for match in _TOKEN.finditer(text)]
    boneyard_ends = _boneyard_ends(tokens)
    notes = _NoteEnds(text, [start for start, token in tokens if token == "]]"])
    done = 0
    for index, (start, token) in enumerate(tokens):
        if start < done or token not in ("/*", "[["):
            continue
        if token == "/*":
            end = boneyard_ends.get(index)
            kind = ElementKind.BONEYARD
        else:
            end = notes.end_of(start)
            kind = ElementKind.NOTE
        if end is not None:
            done = end + 2
            yield _Span(start, done, kind)
        elif token == "/*" and not page.doubts:
            page.doubt(_line_of(text, start), "`/*` is never closed by `*/`; read as text")


class _NoteEnds:
    """Finds where each `[[` closes; asked in rising order, so nothing is read twice."""

    def __init__(self, text: str, closings: list[int]) -> None:
        self.text = text
        self.closings = closings
        self.next = 0
        self.empty_line = -1

    def end_of(self, start: int) -> int | None:
        while self.next < len(self.closings) and self.closings[self.next] < start:
            self.next += 1
        if self.next == len(self.closings):
            return None
        end = self.closings[self.next]
        if self.empty_line < start:
            found = self.text.find("\n\n", start)
            self.empty_line = len(self.text) if found < 0 else found
        is_note = end < self.empty_line or _fills_paragraphs(self.text, start, end + 2)
        return end if is_note else None


def _boneyard_ends(tokens: list[tuple[int, str]]) -> dict[int, int]:
    """Map every `/*` to the place of its `*/`: nested pairs match, else the nearest closes."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    for index, (start, token) in enumerate(tokens):
        if token == "/*":
            opened.append(index)
        elif token == "*/" and opened:
            ends[opened.pop()] = start
    nearest: int | None = None
    left_open = set(opened)
    for index in range(len(tokens) - 1, -1, -1):
        start, token = tokens[index]
        if token == "*/":
            nearest = start
        elif index in left_open and nearest is not None:
            ends[index] = nearest
    return ends


def _fills_paragraphs(text: str, start: int, end: int) -> bool:
    """Whether a note over blank lines starts and ends lines and holds no other `[[`."""
    starts_line = start == 0 or text[start - 1] == "\n"
    ends_line = end == len(text) or text[end] == "\n"
    return starts_line and ends_line and text.find("[[", start + 2, end) < 0


def _line_of(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1

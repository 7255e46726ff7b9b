"""Text to page: lines with the boneyards and notes lifted out of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mstation.screenplay.script import ElementKind, ReadingNote

_TOKENS = (("/*", "*/"), ("[[", "]]"))
_EMPTY_LINE = re.compile(r"\n\n")
_BLANK_LINE = re.compile(r"(?<=\n)[^\S\n]+(?=\n)")
_Token = tuple[int, str]  # where it stands, and what it is
# a backslash within a token makes it text: `]\]` in a note, `/\*` and `*\/` in a boneyard
_BRACKETS, _GUARDED_BRACKETS = re.compile(r"\](\\*)(?=\])"), re.compile(r"\]\\(\\*)(?=\])")
_OPENS, _GUARDED_OPENS = re.compile(r"/(\\*)\*"), re.compile(r"/\\(\\*)\*")
_CLOSES, _GUARDED_CLOSES = re.compile(r"\*(\\*)/"), re.compile(r"\*\\(\\*)/")
# the first bytes of what is written in Han characters, kana or full-width forms, in UTF-8
_EAST_ASIAN = tuple(bytes([lead]) for lead in (*range(0xE3, 0xEA), 0xF0))


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
    numbers: Sequence[int] = field(default_factory=list)
    notes: dict[int, tuple[str, ...]] = field(default_factory=dict)  # that stood in line [i]
    asides: dict[int, list[Aside]] = field(default_factory=dict)  # that stand before line [i]
    doubts: list[ReadingNote] = field(default_factory=list)
    may_hold_han: bool = True

    def doubt(self, line: int, text: str, zh: str = "") -> None:
        """Note a line that could be read in more than one way."""
        self.doubts.append(ReadingNote(line=line, severity="warning", text=text, zh=zh))


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    kind: ElementKind


def lay_out(text: str) -> Page:
    r"""Return the page of a text whose line breaks are `\n`; tabs are four spaces wide."""
    page = Page(may_hold_han=_may_hold_han(text))
    tokens = _tokens(text)
    if tokens:
        _lift_asides(text, tokens, page)
    else:
        page.lines = text.split("\n")
        page.numbers = range(1, len(page.lines) + 1)
    if "\t" in text:
        page.lines = [line.expandtabs(4) if line.strip() else line for line in page.lines]
    return page


def _lift_asides(text: str, tokens: list[_Token], page: Page) -> None:
    writer = _PageWriter(page)
    at = 0
    for span in _aside_spans(text, tokens, page):
        writer.write(text[at : span.start])
        writer.lift(text[span.start : span.end], span.kind)
        at = span.end
    writer.write(text[at:])
    writer.end_line()


def note_text(marked: str) -> str:
    """Return the words of a note from between its brackets; two spaces keep a blank line."""
    text = marked.strip()
    if "\n" in text:
        text = _BLANK_LINE.sub("", text)
    return _GUARDED_BRACKETS.sub(r"]\1", text) if "\\" in text else text


def marked_note(text: str) -> str:
    """Return a note as it stands in a text, brackets and all."""
    lines = [line or "  " for line in _BRACKETS.sub(r"]\1\\", text).split("\n")]
    joined = "\n".join(lines)
    return f"[[ {joined} ]]" if text[:1] == "[" or text[-1:] == "]" else f"[[{joined}]]"


def marked_boneyard(text: str) -> str:
    """Return a boneyard as it stands in a text, signs and all."""
    guarded = _CLOSES.sub(r"*\1\\/", _OPENS.sub(r"/\1\\*", text))
    return f"/*\n{guarded}\n*/" if "\n" in guarded else f"/* {guarded} */"


def _boneyard_text(marked: str) -> str:
    text = marked.strip()
    if "\\" not in text:
        return text
    return _GUARDED_CLOSES.sub(r"*\1/", _GUARDED_OPENS.sub(r"/\1*", text))


def _may_hold_han(text: str) -> bool:
    if text.isascii():
        return False
    raw = text.encode("utf-8", "surrogatepass")
    return any(lead in raw for lead in _EAST_ASIAN)


class _PageWriter:
    """Writes lines one piece after another, setting asides apart as it goes."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.numbers: list[int] = []
        page.numbers = self.numbers
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
        if not rest:
            return
        self.end_line()
        last = rest.pop()
        self._write_whole(rest)
        self.number += len(rest) + 1
        self.started = self.number
        self.pieces.append(last)

    def _write_whole(self, lines: list[str]) -> None:
        """Write lines that nothing was lifted out of."""
        if not lines:
            return
        first = self.number + 1
        skipped = int(self.skips_blank and not lines[0].strip())
        self.skips_blank = False
        self.page.lines.extend(lines[skipped:])
        self.numbers.extend(range(first + skipped, first + len(lines)))

    def lift(self, text: str, kind: ElementKind) -> None:
        words = note_text(text[2:-2]) if kind is ElementKind.NOTE else _boneyard_text(text[2:-2])
        self.lifted.append(Aside(kind, words, self.number))
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
        if not after_blank and any(
            aside.kind is ElementKind.BONEYARD and _EMPTY_LINE.search(aside.text)
            for aside in asides
        ):
            self._append("")
            after_blank = True
        self._stand(len(lines), asides)
        self.skips_blank = after_blank and bool(lines)

    def _append(self, line: str) -> None:
        self.page.lines.append(line)
        self.numbers.append(self.started)

    def _stand(self, index: int, asides: list[Aside]) -> None:
        if asides:
            self.page.asides.setdefault(index, []).extend(asides)


def _aside_spans(text: str, tokens: list[_Token], page: Page) -> Iterator[_Span]:
    """Find what to lift, outermost first; every pointer moves forward, so time is linear."""
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
            page.doubt(
                _line_of(text, start),
                "`/*` is never closed by `*/`; read as text",
                "`/*` 没有对应的 `*/`，读作正文",
            )


def _tokens(text: str) -> list[_Token]:
    """Return what opens and closes notes and boneyards, in order; none within another."""
    found: list[_Token] = []
    for opening, closing in _TOKENS:
        openings = _places(text, opening)
        found += openings
        if openings:
            found += _places(text, closing)
    found.sort()
    tokens: list[_Token] = []
    end = 0
    for start, token in found:
        if start >= end:
            tokens.append((start, token))
            end = start + 2
    return tokens


def _places(text: str, token: str) -> list[_Token]:
    places: list[_Token] = []
    at = text.find(token)
    while at >= 0:
        if token != "/*" or text[at - 1 : at] != "\\":
            places.append((at, token))
        at = text.find(token, at + 2)
    return places


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


def _boneyard_ends(tokens: list[_Token]) -> dict[int, int]:
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

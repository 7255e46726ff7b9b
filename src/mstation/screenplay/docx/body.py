"""A document's body to typed paragraphs: as it reads with every tracked change accepted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from mstation.screenplay.docx.lists import Lists, read_lists
from mstation.screenplay.docx.package import Package, local
from mstation.screenplay.docx.styles import (
    Manner,
    Styles,
    attribute,
    paragraph_manner,
    read_styles,
    run_manner,
)
from mstation.screenplay.docx.tables import paragraphs_of_table
from mstation.screenplay.marks import mark_of
from mstation.screenplay.script import ElementKind, Emphasis, Mark, Run
from mstation.screenplay.typed import LETTER, Paragraph, is_heading, run_on, trimmed

_TAB = 36.0  # points; where Word stops when a paragraph sets no tabs
_GONE = frozenset(("del", "moveFrom", "Fallback", "rt", "pPr", "rPr", "sdtPr", "sdtEndPr"))
_LETTERS = {"noBreakHyphen": "-", "softHyphen": "", "cr": "\n", "tab": "\t", "ptab": "\t"}
_BOXES = frozenset(("txbxContent",))
_MOST_HELD = 20_000  # characters of paragraphs whose marks are deleted
_MOST_LEAD = 200  # tabs and spaces before a paragraph
_MOST_LABEL = 16  # characters of a list's number


@dataclass(slots=True)
class _Typing:
    """What a paragraph's runs have written so far."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    runs: list[Run] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    page_breaks: list[int] = field(default_factory=list)  # where, in characters

    def write(self, text: str, emphasis: tuple[Emphasis, ...]) -> None:
        start = self.length
        self.pieces.append(text)
        self.length += len(text)
        if not emphasis or not text:
            return
        last = self.runs[-1] if self.runs else None
        if last is not None and last.end == start and last.emphasis == emphasis:
            self.runs[-1] = Run(last.start, self.length, emphasis)
        else:
            self.runs.append(Run(start, self.length, emphasis))


@dataclass(slots=True)
class Body:
    """Reads the blocks of a document one after the other."""

    styles: Styles
    lists: Lists
    comments: dict[str, str]
    line: int = 0
    blanks: int = 0
    held: Paragraph | None = None  # its mark is deleted: it runs on into the next
    held_space: str = ""  # at its end

    def paragraphs(self, blocks: Iterable[Element]) -> Iterator[Paragraph]:
        """Return the paragraphs that blocks hold, with a page break where one is."""
        for block in blocks:
            match local(block.tag):
                case "p":
                    yield from self._paragraph(block)
                case "tbl":
                    yield from paragraphs_of_table(block, self.paragraphs)
                case "sdt" | "sdtContent" | "ins" | "moveTo" | "customXml" | "txbxContent":
                    yield from self.paragraphs(block)
                case _:
                    continue

    def _paragraph(self, block: Element) -> Iterator[Paragraph]:
        properties = next((child for child in block if local(child.tag) == "pPr"), None)
        style_id, own = self.styles.usual, Manner()
        if properties is not None:
            own = paragraph_manner(properties)
            named = next((c for c in properties if local(c.tag) == "pStyle"), None)
            style_id = style_id if named is None else attribute(named, "val")
        style = self.styles.style(style_id)
        manner = own.over(style.manner)
        typing = _Typing()
        self._runs(block, typing, replace(Manner(), is_capital=manner.is_capital))
        self.line += 1
        if manner.breaks_page:
            yield self._page_break()
        text = "".join(typing.pieces)
        runs = tuple(typing.runs)
        start = 0
        for at in typing.page_breaks:
            if text[start:at].strip():
                yield from self._typed(text, runs, (start, at), manner, style.kind, typing)
            yield self._page_break()
            start = at
        rest = self._typed(text, runs, (start, len(text)), manner, style.kind, typing)
        space = " " if text[-1:].isspace() else ""
        yield from self._held_back(rest, space, is_deleted=_is_mark_deleted(properties))
        for box in typing.boxes:
            yield from self.paragraphs(box)

    def _held_back(
        self, paragraphs: Iterable[Paragraph], space: str, *, is_deleted: bool
    ) -> Iterator[Paragraph]:
        """Join a paragraph whose mark is deleted to the one that follows it."""
        for paragraph in paragraphs:
            if self.held is not None:
                paragraph = run_on([("", self.held), (self.held_space, paragraph)])
                self.held = None
            if is_deleted and len(paragraph.text) < _MOST_HELD:
                self.held, self.held_space = paragraph, space
            else:
                yield paragraph

    def _page_break(self) -> Paragraph:
        self.blanks = 1
        return Paragraph("", self.line, kind=ElementKind.PAGE_BREAK)

    def _typed(
        self,
        text: str,
        runs: tuple[Run, ...],
        span: tuple[int, int],
        manner: Manner,
        kind: ElementKind | None,
        typing: _Typing,
    ) -> Iterator[Paragraph]:
        """Return the paragraph that a stretch of text is, set in as far as it stands."""
        text, runs = trimmed(text, runs, *span)
        before = len(text) - len(text.lstrip())
        lead = text[:before]
        text, runs = trimmed(text, runs, before, len(text.rstrip()))
        if not text:
            self.blanks += 1
            return
        left = (manner.left or 0.0) + (manner.first or 0.0)
        left = _after(lead.rpartition("\n")[2], left, manner.tabs)
        label = self.lists.label(manner.list_id, manner.list_level or 0)
        marks, notes = _parted(self.comments.get(key, "") for key in typing.comments)
        typing.comments = []
        paragraph = Paragraph(
            text=text,
            line=self.line,
            left=left,
            align=manner.align or "left",
            blanks=self.blanks,
            runs=runs,
            notes=notes,
            marks=marks,
            kind=kind,
        )
        self.blanks = 0
        yield _labelled(paragraph, label)

    def _runs(self, parent: Element, typing: _Typing, manner: Manner) -> None:
        for child in parent:
            name = local(child.tag)
            if name in _GONE:
                continue
            if name == "r":
                self._run(child, typing, manner)
            elif name in _BOXES:
                typing.boxes.append(child)
            else:
                self._runs(child, typing, manner)

    def _run(self, run: Element, typing: _Typing, manner: Manner) -> None:
        properties = next((child for child in run if local(child.tag) == "rPr"), None)
        if properties is not None:
            own = run_manner(properties)
            named = next((c for c in properties if local(c.tag) == "rStyle"), None)
            if named is not None:
                own = own.over(self.styles.style(attribute(named, "val")).manner)
            manner = own.over(manner)
        if manner.is_hidden:
            return
        emphasis = tuple(style for style in Emphasis if manner.emphasis.get(style, False))
        for child in run:
            name = local(child.tag)
            if name == "t":
                text = child.text or ""
                typing.write(text.upper() if manner.is_capital else text, emphasis)
            elif name == "br":
                self._break(child, typing)
            elif name in _LETTERS:
                typing.write(_LETTERS[name], ())
            elif name == "commentReference":
                typing.comments.append(attribute(child, "id"))
            elif name in ("AlternateContent", "drawing", "pict", "object", "ruby"):
                self._runs(child, typing, manner)

    def _break(self, child: Element, typing: _Typing) -> None:
        if attribute(child, "type") == "page":
            typing.page_breaks.append(typing.length)
        else:
            typing.write("\n", ())


def read_body(package: Package) -> Iterator[Paragraph]:
    """Return the paragraphs of a Word document."""
    comments = {
        attribute(item, "id"): " ".join("".join(item.itertext()).split())
        for item in package.items(package.beside("comments.xml"), "comments")
    }
    body = Body(read_styles(package), read_lists(package), comments)
    yield from body.paragraphs(package.items(package.main, "body"))
    if body.held is not None:
        yield body.held


def _is_mark_deleted(properties: Element | None) -> bool:
    if properties is None:
        return False
    of_mark = next((child for child in properties if local(child.tag) == "rPr"), None)
    return of_mark is not None and any(local(c.tag) in ("del", "moveFrom") for c in of_mark)


def _after(lead: str, left: float, tabs: tuple[float, ...]) -> float:
    """Return where the first letter stands after the tabs and spaces before it."""
    for character in lead[-_MOST_LEAD:]:
        if character == "\t":
            usual = (left // _TAB + 1) * _TAB
            left = next((stop for stop in tabs if stop > left + 0.1), usual)
        else:
            left += 12.0 if character == "\u3000" else LETTER
    return left


def _parted(comments: Iterable[str]) -> tuple[tuple[Mark, ...], tuple[str, ...]]:
    """Part comments into marks of production and notes to a reader."""
    marks: list[Mark] = []
    notes: list[str] = []
    for comment in filter(None, comments):
        mark = mark_of(comment)
        if mark is None:
            notes.append(comment)
        else:
            marks.append(mark)
    return tuple(marks), tuple(notes)


def _labelled(paragraph: Paragraph, label: str) -> Paragraph:
    """Write a list's number before a scene's heading; any other list only looks like one."""
    label = label.strip()
    if not label or len(label) > _MOST_LABEL:
        return paragraph
    text = paragraph.text
    is_sign = label in "△▲▶▷►"
    first_line = text.partition("\n")[0]
    if paragraph.kind is ElementKind.SCENE_HEADING or is_heading(first_line):
        number = label.rstrip(".)、．） ")
        if number.isascii():
            return replace(paragraph, scene_number=number, kind=ElementKind.SCENE_HEADING)
    elif not is_sign and not is_heading(f"{label} {first_line}"):
        return paragraph
    before = label if is_sign else label + " "
    runs = tuple(
        Run(r.start + len(before), r.end + len(before), r.emphasis) for r in paragraph.runs
    )
    return replace(paragraph, text=before + text, runs=runs)

"""Paragraphs of an FDX file, and the element that each one is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from mstation.screenplay.fdx.legend import Legend
from mstation.screenplay.fdx.wording import Piece, clip_runs, words_of
from mstation.screenplay.fountain.cue import read_forced_cue
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.marks import mark_of
from mstation.screenplay.script import Element, ElementKind, Mark, Run

_TABLE = lexicon("mstation.screenplay.fdx", "fdx")
KINDS = {name: ElementKind(kind) for name, kind in _TABLE["types"].items()}
_COLOR_NAMES = {value: name for name, value in _TABLE["scene_colors"].items()}
_LONGEST_CUE = 500  # characters; whatever is longer is a name as it stands
_LONGEST_MARK = 1000  # characters; whatever is longer is a note to a reader
_STRIPPED = frozenset(
    (
        ElementKind.SCENE_HEADING,
        ElementKind.CHARACTER,
        ElementKind.PARENTHETICAL,
        ElementKind.DIALOGUE,
        ElementKind.LYRIC,
        ElementKind.TRANSITION,
        ElementKind.CENTERED,
        ElementKind.SECTION,
        ElementKind.SYNOPSIS,
        ElementKind.CAST_LIST,
        ElementKind.NOTE,
    )
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the script; capitals are already those of the page."""

    type: str
    pieces: tuple[Piece, ...] = ()
    line: int = 0
    number: str = ""  # of a scene
    color: str = ""  # of a scene, `#RRRRGGGGBBBB`
    is_centered: bool = False

    @property
    def text(self) -> str:
        """The words as the file holds them."""
        return "".join(piece.text for piece in self.pieces)


def kind_of(paragraph: Paragraph) -> ElementKind:
    """Return what a paragraph is by its type; unknown types are action."""
    kind = KINDS.get(paragraph.type.casefold(), ElementKind.ACTION)
    if kind is ElementKind.ACTION and paragraph.is_centered:
        return ElementKind.CENTERED
    return kind


def element_of(paragraph: Paragraph, legend: Legend, *, is_dual: bool = False) -> Element:
    """Return the element that a paragraph is, by what Final Draft itself says of it."""
    kind = kind_of(paragraph)
    text, runs = words_of(paragraph.pieces, is_stripped=kind in _STRIPPED)
    extensions: tuple[str, ...] = ()
    if kind is ElementKind.PARENTHETICAL:
        text, runs = _without_parentheses(text, runs)
    elif kind is ElementKind.CHARACTER and 0 < len(text) <= _LONGEST_CUE:
        cue = read_forced_cue(text)
        start = max(0, text.find(cue.name))
        text, extensions = cue.name, cue.extensions
        runs = clip_runs(runs, start, start + len(text))
    return Element(
        id="",
        kind=kind,
        text=text,
        line=paragraph.line,
        scene_number=paragraph.number.strip() if kind is ElementKind.SCENE_HEADING else "",
        extensions=extensions,
        is_dual=is_dual and kind is ElementKind.CHARACTER,
        depth=_depth(paragraph.type) if kind is ElementKind.SECTION else 0,
        runs=runs,
        marks=_marks(paragraph, kind, legend),
    )


def with_notes(element: Element, notes: Iterable[str]) -> Element:
    """Return the element with script notes on it; those that are marks become marks."""
    told = list(element.notes)
    marks = dict.fromkeys(element.marks)
    for note in notes:
        mark = mark_of(note) if len(note) <= _LONGEST_MARK else None
        if mark is None:
            told.append(note)
        else:
            marks[mark] = None
    return replace(element, notes=tuple(told), marks=tuple(marks))


def joined(first: Element, more: Iterable[tuple[str, Element]]) -> Element:
    """Return elements of a kind as one; before each of the others stands what parts it."""
    texts, runs, marks = [first.text], list(first.runs), dict.fromkeys(first.marks)
    length = len(first.text)
    for between, element in more:
        length += len(between)
        runs += [Run(run.start + length, run.end + length, run.emphasis) for run in element.runs]
        marks.update(dict.fromkeys(element.marks))
        texts += [between, element.text]
        length += len(element.text)
    return replace(first, text="".join(texts), runs=tuple(runs), marks=tuple(marks))


def hex_color(color: str) -> str:
    """Return `#RRGGBB` for a colour of FDX (`#RRRRGGGGBBBB`), or '' for none and for white."""
    digits = color.strip().removeprefix("#").upper()
    if len(digits) == 12:
        digits = digits[0:2] + digits[4:6] + digits[8:10]
    is_color = len(digits) == 6 and not digits.strip("0123456789ABCDEF") and digits != "FFFFFF"
    return f"#{digits}" if is_color else ""


def _depth(type_: str) -> int:
    number = type_[-1:]
    return int(number) if number in ("1", "2", "3", "4") else 1


def _marks(paragraph: Paragraph, kind: ElementKind, legend: Legend) -> tuple[Mark, ...]:
    """Return the tags in the order of the words, then the revisions, then the colour."""
    marks: dict[Mark, None] = {}
    for piece in paragraph.pieces:
        for tag in piece.tags:
            marks.update(dict.fromkeys(legend.tags.get(tag, ())))
    for piece in paragraph.pieces:
        if piece.revision and piece.revision in legend.revisions:
            marks[Mark("revision", legend.revisions[piece.revision])] = None
    color = hex_color(paragraph.color) if kind is ElementKind.SCENE_HEADING else ""
    if color:
        marks[Mark("color", _COLOR_NAMES.get(color, color))] = None
    return tuple(marks)


def _without_parentheses(text: str, runs: tuple[Run, ...]) -> tuple[str, tuple[Run, ...]]:
    if len(text) < 2 or text[0] not in "(（" or text[-1] not in ")）":
        return text, runs
    inner = text[1:-1].strip()
    start = len(text) - len(text[1:].lstrip())
    return inner, clip_runs(runs, start, start + len(inner))

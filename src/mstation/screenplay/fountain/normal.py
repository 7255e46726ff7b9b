"""Script to script: what Fountain can say of it, which is nearly all.

What a script loses when it is written in Fountain, it loses here, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate

from mstation.screenplay.draft import with_ids
from mstation.screenplay.emphasis import marked_text, normal_runs
from mstation.screenplay.marks import mark_of, note_of
from mstation.screenplay.script import Element, ElementKind, Run, Script, TitleField
from mstation.screenplay.title_page import MAX_KEY

ASIDES = frozenset((ElementKind.NOTE, ElementKind.BONEYARD))
SPOKEN = frozenset(
    (ElementKind.CHARACTER, ElementKind.PARENTHETICAL, ElementKind.DIALOGUE, ElementKind.LYRIC)
)
_LISTS = frozenset((ElementKind.CAST_LIST, ElementKind.PROPS_LIST, ElementKind.EPISODE))
_INDENTED = frozenset((ElementKind.ACTION, *_LISTS))
_OF_LINES = frozenset((*_INDENTED, *ASIDES, ElementKind.DIALOGUE, ElementKind.LYRIC))
_FILLED = frozenset((*ASIDES, ElementKind.DIALOGUE))  # with no blank line at either end
_UNSTYLED = frozenset((*ASIDES, ElementKind.PAGE_BREAK))
_TAB = "    "
_OTHERS = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ufeff\ud800-\udfff]")
_NOT_IN_NUMBERS = re.compile(r"[#\\]")
_LINE_BREAKS = "\x0b\x0c\r\x85\u2028\u2029"


def normal(script: Script) -> Script:
    """Return the script as it comes back from Fountain.

    Words lose control characters and the spaces at the ends of their lines, and at the beginnings
    where the element is no action; notes and boneyards keep those within them. Tabs become four
    spaces. A heading, a name, a parenthetical, a transition, a section, a synopsis and
    centred words have one line, and a page break has none. A style reaches over no line break and
    neither begins nor ends with a space; notes and boneyards have none. A speech is spoken beside
    another only where another stands before it. An empty note goes, and so does a part that its
    kind has not, such as the scene number of a speech; a mark of no known key is a note. A title
    page's keys hold no colons and at most 40 characters, and scene numbers neither `#` nor a
    backslash. Ids are those of the words.
    """
    elements: list[Element] = []
    after_speech = False
    for element in script.elements:
        elements.append(_normal(element, after_speech=after_speech))
        if element.kind not in ASIDES:
            after_speech = element.kind in SPOKEN
    fields = tuple(filter(None, map(_normal_field, script.title_page)))
    return replace(script, title_page=fields, elements=with_ids(elements), notes=())


def _normal(element: Element, *, after_speech: bool) -> Element:
    kind = element.kind
    text, runs = _normal_words(element)
    number = element.scene_number if kind is ElementKind.SCENE_HEADING else ""
    extensions = element.extensions if kind is ElementKind.CHARACTER else ()
    beside = element if kind not in ASIDES else replace(element, notes=(), marks=())
    marks = [replace(mark, value=_lines_of_a_note(mark.value)) for mark in beside.marks]
    unknown = [note_of(mark) for mark in marks if mark_of(note_of(mark)) != mark]
    return replace(
        element,
        text=text,
        scene_number=one_line(_NOT_IN_NUMBERS.sub("", number)),
        extensions=tuple(filter(None, map(one_line, extensions))),
        is_dual=element.is_dual and kind is ElementKind.CHARACTER and after_speech,
        depth=min(6, max(1, element.depth)) if kind is ElementKind.SECTION else 0,
        runs=() if kind in _UNSTYLED else normal_runs(text, runs),
        notes=tuple(filter(None, map(_lines_of_a_note, (*beside.notes, *unknown)))),
        marks=tuple(mark for mark in marks if mark_of(note_of(mark)) == mark),
    )


def one_line(text: str) -> str:
    """Return words as they stand on one line."""
    return "".join(_pieces(text, ElementKind.SYNOPSIS))


def _lines_of_a_note(text: str) -> str:
    return "".join(_pieces(text, ElementKind.NOTE))


def _normal_field(entry: TitleField) -> TitleField | None:
    key = one_line(re.sub("[:：]", " ", entry.key))[:MAX_KEY].strip()
    while len(marked_text(key)) > MAX_KEY:
        key = key[:-1].strip()
    return TitleField(key, tuple(map(one_line, entry.lines))) if key else None


def _normal_words(element: Element) -> tuple[str, tuple[Run, ...]]:
    """Return the words of an element, and its runs where the words now are."""
    pieces = _pieces(element.text, element.kind)
    text = "".join(pieces)
    if text == element.text:
        return text, element.runs
    places = [0, *accumulate(map(len, pieces))]
    last = len(pieces)
    return text, tuple(
        replace(run, start=places[min(run.start, last)], end=places[min(run.end, last)])
        for run in element.runs
    )


def _pieces(text: str, kind: ElementKind) -> list[str]:
    """Return what becomes of each character of an element's words."""
    if kind is ElementKind.PAGE_BREAK:
        return [""] * len(text)
    pieces = list(text)
    if _OTHERS.search(text):
        text = text.replace("\r\n", "\x00\n")
        pieces = [_said(character) for character in text]
    if kind not in ASIDES:
        pieces = [_TAB if piece == "\t" else piece for piece in pieces]
    ends = [index for index, piece in enumerate(pieces) if piece == "\n"]
    for start, end in zip([0, *(end + 1 for end in ends)], [*ends, len(pieces)], strict=True):
        is_blank = not "".join(pieces[start:end]).strip()
        if kind not in ASIDES or (kind is ElementKind.NOTE and is_blank):
            _drop_spaces(pieces, range(end - 1, start - 1, -1))
        if kind not in _INDENTED and kind not in ASIDES:
            _drop_spaces(pieces, range(start, end))
    if kind not in _OF_LINES:
        pieces = [" " if piece == "\n" else piece for piece in pieces]
    if kind in _FILLED or kind not in _OF_LINES:
        _drop_spaces(pieces, range(len(pieces)))
        _drop_spaces(pieces, range(len(pieces) - 1, -1, -1))
    return pieces


def _drop_spaces(pieces: list[str], places: Iterable[int]) -> None:
    """Empty the pieces in these places up to the first that is seen."""
    for place in places:
        if pieces[place].strip():
            return
        pieces[place] = ""


def _said(character: str) -> str:
    if character in _LINE_BREAKS:
        return "\n"
    if "\ud800" <= character <= "\udfff":
        return "\N{REPLACEMENT CHARACTER}"
    return "" if _OTHERS.match(character) else character

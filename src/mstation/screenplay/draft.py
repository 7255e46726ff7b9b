"""Elements as a reader writes them, one after the other, and the ids they get at the end."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from itertools import repeat

from mstation.identity import hashed_ids, opaque_id
from mstation.screenplay.emphasis import plain_text
from mstation.screenplay.marks import note_and_marks
from mstation.screenplay.page import Page
from mstation.screenplay.script import (
    Element,
    ElementKind,
    Language,
    Mark,
    Run,
    Script,
    TitleField,
)

MAX_NOTES = 500
_LEADS = {kind: f"el\x1f{kind.value}\x1f" for kind in ElementKind}
_ASIDES = frozenset((ElementKind.NOTE, ElementKind.BONEYARD))
_NOTHING: tuple[tuple[str, ...], tuple[Mark, ...]] = ((), ())
# kind, marked text, line, forced, scene number, extensions, is dual, depth, notes, marks
_Row = tuple[
    ElementKind, str, int, bool, str, tuple[str, ...], bool, int, tuple[str, ...], tuple[Mark, ...]
]
_SETTERS: tuple[Callable[[Element, object], None], ...] = tuple(
    Element.__dict__[field.name].__set__ for field in fields(Element)
)


class Draft:
    """The elements read so far from a page, with the asides that stood between them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.last: ElementKind | None = None  # the kind that was written last
        self._rows: list[_Row] = []
        self._notes = page.notes
        self._numbers = page.numbers
        # the lines that asides stand before; the next one is the last
        self._waiting = sorted(page.asides, reverse=True)
        self._elements: list[Element] = []

    def add(
        self,
        kind: ElementKind,
        marked: str,
        first: int,
        end: int,
        forced: bool = False,
        *,
        scene_number: str = "",
        extensions: tuple[str, ...] = (),
        is_dual: bool = False,
        depth: int = 0,
    ) -> None:
        """Write the element that lines [first, end) of the page are."""
        if self._waiting and self._waiting[-1] <= first:
            self.flush_asides(first)
        notes, marks = _NOTHING
        if self._notes and (first in self._notes or end - first > 1):
            notes, marks = self._beside(first, end)
        line = self._numbers[first]
        self.last = kind
        self._rows.append(
            (kind, marked, line, forced, scene_number, extensions, is_dual, depth, notes, marks)
        )

    def flush_asides(self, index: int) -> None:
        """Write the notes and boneyards that stand before a line."""
        while self._waiting and self._waiting[-1] <= index:
            for aside in self.page.asides[self._waiting.pop()]:
                self.last = aside.kind
                self._rows.append(
                    (aside.kind, aside.text, aside.line, False, "", (), False, 0, (), ())
                )

    def kinds_back(self) -> Iterable[ElementKind]:
        """Return the kinds written so far, the last one first."""
        return (row[0] for row in reversed(self._rows))

    @property
    def elements(self) -> list[Element]:
        """The elements written so far, with their ids."""
        if len(self._elements) != len(self._rows):
            self._elements = _elements_of(self._rows)
        return self._elements

    def _beside(self, first: int, end: int) -> tuple[tuple[str, ...], tuple[Mark, ...]]:
        """Return the notes and the marks that stood in lines [first, end)."""
        found = [note for index in range(first, end) for note in self._notes.get(index, ())]
        return note_and_marks(found) if found else _NOTHING


def _elements_of(rows: list[_Row]) -> list[Element]:
    """Return the elements of rows, made a column at a time: a script has thousands of them."""
    kinds, marked, *others = zip(*rows, strict=True)
    lines, forced, numbers, extensions, duals, depths, notes, marks = others
    texts, runs = _plain_texts(kinds, marked)
    columns: tuple[Iterable[object], ...] = (
        *(_ids_of(kinds, texts), kinds, texts, lines, forced, numbers),
        *(extensions, duals, depths, runs, notes, marks),
    )
    elements = list(map(object.__new__, repeat(Element, len(rows))))
    for set_field, column in zip(_SETTERS, columns, strict=True):
        deque(map(set_field, elements, column), maxlen=0)
    return elements


def _plain_texts(
    kinds: Sequence[ElementKind], marked: Sequence[str]
) -> tuple[list[str], list[tuple[Run, ...]]]:
    texts = list(marked)
    runs: list[tuple[Run, ...]] = [()] * len(texts)
    for index, text in enumerate(marked):
        if ("*" in text or "_" in text or "\\" in text) and kinds[index] not in _ASIDES:
            texts[index], runs[index] = plain_text(text)
    return texts, runs


def _ids_of(kinds: Iterable[ElementKind], texts: Iterable[str]) -> list[str]:
    turns: dict[str, int] = {}
    contents: list[str] = []
    for kind, text in zip(kinds, texts, strict=True):
        words = _LEADS[kind] + text
        turn = turns.get(words, 0)
        turns[words] = turn + 1
        contents.append(f"{words}\x1f{turn}")
    return hashed_ids("el", contents)


def script_of(
    page: Page,
    title_page: tuple[TitleField, ...],
    elements: Iterable[Element],
    *,
    language: Language,
) -> Script:
    """Return the script of a page, with notes on what could be read in more than one way."""
    doubts = sorted(page.doubts, key=lambda note: note.line)[:MAX_NOTES]
    return Script(language, title_page, tuple(elements), tuple(doubts))


def new_id(kind: ElementKind, text: str, turn: int) -> str:
    """Return the id of an element that is new, the `turn`th of its kind with these words."""
    return opaque_id("el", (kind.value, text, str(turn)))


def with_ids(elements: Iterable[Element]) -> tuple[Element, ...]:
    """Return the elements with the ids that their kinds, words and turns give."""
    turns: Counter[tuple[ElementKind, str]] = Counter()
    numbered = []
    for element in elements:
        key = element.kind, element.text
        numbered.append(replace(element, id=new_id(*key, turns[key])))
        turns[key] += 1
    return tuple(numbered)

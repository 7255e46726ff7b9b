"""Elements as a reader writes them, one after the other, and the ids they get at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from mstation.identity import opaque_id
from mstation.screenplay.emphasis import plain_text
from mstation.screenplay.page import Page
from mstation.screenplay.script import Element, ElementKind


@dataclass(slots=True)
class Draft:
    """The elements read so far from a page, with the asides that stood between them."""

    page: Page
    elements: list[Element] = field(default_factory=list)
    next_aside: int = 0  # asides before lines below this one are written
    turns: Counter[tuple[ElementKind, str]] = field(default_factory=Counter)

    def add(
        self,
        kind: ElementKind,
        marked: str,
        first: int,
        end: int,
        *,
        forced: bool = False,
        scene_number: str = "",
        extensions: tuple[str, ...] = (),
        is_dual: bool = False,
        depth: int = 0,
    ) -> None:
        """Write the element that lines [first, end) of the page are."""
        self.flush_asides(first)
        text, runs = plain_text(marked)
        self.elements.append(
            Element(
                id=self._next_id(kind, text),
                kind=kind,
                text=text,
                line=self.page.numbers[first],
                forced=forced,
                scene_number=scene_number,
                extensions=extensions,
                is_dual=is_dual,
                depth=depth,
                runs=runs,
                notes=self._notes(first, end),
            )
        )

    def flush_asides(self, index: int) -> None:
        """Write the notes and boneyards that stand before a line."""
        if not self.page.asides:
            return
        for at in range(self.next_aside, index + 1):
            for aside in self.page.asides.get(at, ()):
                id_ = self._next_id(aside.kind, aside.text)
                self.elements.append(Element(id_, aside.kind, aside.text, aside.line))
        self.next_aside = max(self.next_aside, index + 1)

    def _notes(self, first: int, end: int) -> tuple[str, ...]:
        notes = self.page.notes
        if not notes:
            return ()
        return tuple(note for index in range(first, end) for note in notes.get(index, ()))

    def _next_id(self, kind: ElementKind, text: str) -> str:
        turn = self.turns[kind, text]
        self.turns[kind, text] += 1
        return new_id(kind, text, turn)


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

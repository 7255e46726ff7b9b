"""A find: one place in a paragraph whose words show that a scene needs something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mstation.breakdown.element import Category, FoundBy
from mstation.screenplay.lexicon import lexicon

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Find:
    """A thing as a paragraph names it; half-open in the paragraph's characters."""

    category: Category
    start: int
    end: int
    name: str = ""  # where it is not the words themselves: `falls` is fall
    found_by: FoundBy = FoundBy.LEXICON
    is_held: bool = False  # somebody handles or wears it here
    is_standing: bool = False  # the place is described, and it is there
    is_again: bool = False  # the words say that it is known: the bird


def words_of_table(name: str) -> Iterator[tuple[Category | None, str, str]]:
    """Return category, theme and words of every list of a lexicon; no category hides words."""
    for heading, themes in lexicon("mstation.breakdown.elements", f"lexicon/{name}").items():
        category = None if heading == "none" else Category(heading)
        for theme, words in themes.items():
            yield category, theme, words

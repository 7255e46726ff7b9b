"""The Chinese lexicon, ready to be looked up by the first characters of a word."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mstation.breakdown.element import Category
from mstation.breakdown.finds import words_of_table
from mstation.screenplay.characters import simplified
from mstation.screenplay.lexicon import lexicon

GRAMMAR = lexicon("mstation.breakdown", "lexicon/grammar_zh")

_DIRECTION = re.compile("((?:出|过|下|起)(?:去|来))$")

Word = tuple[str, Category | None, str]  # as written, what it is, its theme


def any_of(words: Iterable[str]) -> str:
    """Return a pattern of some words, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


def _by_first() -> dict[str, tuple[Word, ...]]:
    found: dict[str, dict[str, Word]] = {}
    for category, theme, words in words_of_table("zh"):
        for written in words.split():
            word = simplified(written)
            found.setdefault(word[0], {}).setdefault(word, (word, category, theme))
    for kind, verbs in GRAMMAR["verbs"].items():
        for verb in verbs.split():
            for form in (verb, _DIRECTION.sub(r"了\1", verb)):
                found.setdefault(form[0], {}).setdefault(form, (form, Category(kind), "verbs"))
    return {
        first: tuple(sorted(words.values(), key=lambda word: -len(word[0])))
        for first, words in found.items()
    }


BY_FIRST = _by_first()
SUFFIXES = {
    character: Category(category)
    for category, characters in GRAMMAR["suffixes"].items()
    for character in characters
}

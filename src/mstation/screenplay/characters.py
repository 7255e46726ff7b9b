"""Traditional and simplified characters, one for one: words are known in both."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from mstation.screenplay.lexicon import lexicon

_FOLD = lexicon("mstation.screenplay", "fold")
_TO_SIMPLIFIED = str.maketrans(_FOLD["traditional"], _FOLD["simplified"])
_MOST_VARIANTS = 8  # of one word, whose characters may each have several forms


def _variants() -> dict[str, str]:
    variants: dict[str, str] = {}
    for traditional, simplified in zip(_FOLD["traditional"], _FOLD["simplified"], strict=True):
        if not traditional.isspace():
            variants[simplified] = variants.get(simplified, simplified) + traditional
    return variants


_VARIANTS = _variants()


def simplified(text: str) -> str:
    """Return a text in simplified characters, as long as it was."""
    return text.translate(_TO_SIMPLIFIED)


def in_both_scripts(words: Iterable[str]) -> list[str]:
    """Return the words as they are, and as they are written in traditional characters."""
    found: dict[str, None] = {}
    for word in words:
        found[word] = None
        forms = [_VARIANTS.get(character, character) for character in word]
        for index, form in enumerate(product(*forms)):
            if index >= _MOST_VARIANTS:
                break
            found["".join(form)] = None
    return list(found)

"""Chinese text in, words out: the lexicon and common words, cut where the likelier ones meet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from mstation.breakdown.element import Category
from mstation.breakdown.elements.finds import words_of_table
from mstation.screenplay.characters import simplified
from mstation.screenplay.lexicon import lexicon

GRAMMAR = lexicon("mstation.breakdown.elements", "lexicon/grammar_zh")
BOUNDARIES = frozenset(GRAMMAR["boundaries"])
SUFFIXES = {
    character: Category(category)
    for category, characters in GRAMMAR["suffixes"].items()
    for character in characters
}

_DIRECTION = re.compile("((?:出|过|下|起)(?:去|来))$")
_RUN = re.compile(r"[\u3400-\u9fffA-Za-z]+")
# Costs are logarithms of how rare a word is; a word of the lexicon is as rare as one in 20 000.
_ASPECT = 9.0  # of a verb with 着, and of one that says how a thing breaks
_THING, _PLAIN = 10.0, (8.5, 10.0, 11.5, 13.0)
_GLUE, _UNKNOWN = 7.5, 10.5


class Word(NamedTuple):
    """What a word is."""

    category: Category | None  # of what it names; None where it names no thing
    theme: str
    is_noun: bool
    cost: float


class Token(NamedTuple):
    """A word as it stands in a text, half-open."""

    start: int
    end: int
    word: Word | None  # None for a character that no list has


def any_of(words: Iterable[str]) -> str:
    """Return a pattern of some words, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


def _vocabulary() -> dict[str, Word]:
    words: dict[str, Word] = {}
    for is_noun, table in ((True, "nouns"), (False, "others")):
        for key, text in lexicon("mstation.breakdown.elements", "lexicon/plain_zh")[table].items():
            word = Word(None, "", is_noun, _PLAIN[int(key.removeprefix("class_"))])
            words.update(dict.fromkeys(text.split(), word))
    verb_form = Word(None, "", is_noun=False, cost=_ASPECT)
    touching = GRAMMAR["hands"].split() + GRAMMAR["wears"].split()
    verbs = [f"{verb}着" for verb in touching if len(verb) == 1]
    verbs += [*GRAMMAR["stands"].split(), *GRAMMAR["acts"]["breaks"].split()]
    words.update(dict.fromkeys(verbs, verb_form))
    named: dict[str, Word] = {}
    for category, theme, text in words_of_table("zh"):
        word = Word(category, theme, is_noun=category is not None, cost=_THING)
        for written in simplified(text).split():
            named.setdefault(written, word)
    for kind, verbs in GRAMMAR["verbs"].items():
        word = Word(Category(kind), "verbs", is_noun=False, cost=_THING)
        for verb in verbs.split():
            named.setdefault(verb, word)
            named.setdefault(_DIRECTION.sub(r"了\1", verb), word)
    return words | named


VOCABULARY = _vocabulary()


def _sizes() -> dict[str, tuple[int, ...]]:
    sizes: dict[str, set[int]] = {}
    for written in VOCABULARY:
        if len(written) > 1:
            sizes.setdefault(written[:2], set()).add(len(written))
    return {first: tuple(sorted(found)) for first, found in sizes.items()}


_SIZES = _sizes()  # how long the words are that begin with two characters


def words_of(plain: str, barred: Iterable[tuple[int, int]]) -> list[Token]:
    """Return the words of a text in order, without particles and what is `barred` (names)."""
    tokens: list[Token] = []
    at = 0
    for start, end in (*sorted(barred), (len(plain), len(plain))):
        if at < start:
            for match in _RUN.finditer(plain, at, start):
                tokens += _cut(match[0], match.start())
        at = max(at, end)
    return tokens


def longest_word(plain: str) -> tuple[str, Word] | None:
    """Return the longest word that a text begins with."""
    for size in (*reversed(_SIZES.get(plain[:2], ())), 1):
        word = VOCABULARY.get(plain[:size])
        if word is not None and size <= len(plain):
            return plain[:size], word
    return None


def _cut(run: str, offset: int) -> list[Token]:
    """The cheapest way to cut a run of characters, from its start to its end."""
    size_of_run = len(run)
    best = [0.0] + [1e9] * size_of_run
    from_: list[tuple[int, Word | None]] = [(0, None)] * (size_of_run + 1)
    for at, first in enumerate(run):
        base = best[at]
        single = base + (_GLUE if first in BOUNDARIES else _UNKNOWN)
        if single < best[at + 1]:
            best[at + 1], from_[at + 1] = single, (at, VOCABULARY.get(first))
        for size in _SIZES.get(run[at : at + 2], ()):
            end = at + size
            if end > size_of_run:
                break
            word = VOCABULARY.get(run[at:end])
            if word is not None and base + word.cost < best[end]:
                best[end], from_[end] = base + word.cost, (at, word)
    tokens: list[Token] = []
    end = size_of_run
    while end:
        at, word = from_[end]
        if word is not None or end - at > 1 or run[at] not in BOUNDARIES:
            tokens.append(Token(offset + at, offset + end, word))
        end = at
    tokens.reverse()
    return tokens

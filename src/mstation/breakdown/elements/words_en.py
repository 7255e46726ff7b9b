"""The English lexicon, ready to be looked up by the last word of a thing's name."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from mstation.breakdown.element import Category
from mstation.breakdown.elements.common_nouns import (
    common_thing,
    is_also_verb,
    is_known_noun,
    is_known_word,
)
from mstation.breakdown.elements.finds import words_of_table
from mstation.breakdown.elements.naming import singular
from mstation.screenplay.lexicon import lexicon

_GRAMMAR = lexicon("mstation.breakdown.elements", "lexicon/grammar_en")
_IRREGULAR: dict[str, str] = lexicon("mstation.breakdown.elements", "naming")["en"]["irregular"]
_DOUBLED = frozenset("bdgmnprt")


def word_set(name: str) -> frozenset[str]:
    """Return one list of the grammar."""
    return frozenset(_GRAMMAR[name].split())


class Entry(NamedTuple):
    """One name in the lexicon: the words before its last one, and what it is."""

    before: tuple[str, ...]
    category: Category | None
    theme: str
    is_plural: bool
    lemma: str  # the last word in the singular
    is_also_verb: bool
    is_sure: bool = True  # unsure where most uses of the word name no thing


def plural(word: str) -> str:
    """Return the regular plural of a noun in small letters."""
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


def verb_forms(verb: str) -> tuple[str, ...]:
    """Return how a verb is written in action lines: dive, dives, diving, dived."""
    stem = verb[:-1] if verb.endswith("e") else verb
    is_doubled = verb[-1] in _DOUBLED and verb[-2] in "aeiou" and verb[-3:-2] not in "aeiou"
    stem = verb + verb[-1] if is_doubled else stem
    return (verb, plural(verb), f"{stem}ing", f"{stem}ed")


def verbs(name: str) -> dict[str, str]:
    """Return every form of the verbs of a list, and which verb it is of."""
    forms: dict[str, str] = {}
    for verb in _GRAMMAR[name].split():
        for form in (*verb_forms(verb), *_STRONG.get(verb, ())):
            forms.setdefault(form, verb)
    return forms


_STRONG = {
    "hold": ("held",), "take": ("took", "taken"), "draw": ("drew", "drawn"), "throw": ("threw",),
    "swing": ("swung",), "bring": ("brought",), "catch": ("caught",), "steal": ("stole",),
    "fall": ("fell",), "burst": ("burst",), "give": ("gave",), "ring": ("rang",), "eat": ("ate",),
}  # fmt: skip


def _entries() -> dict[str, tuple[Entry, ...]]:
    also_verbs = word_set("also_verbs")
    many = {one: word for word, one in _IRREGULAR.items()}
    found: dict[str, dict[tuple[str, ...], Entry]] = {}
    for category, theme, words in words_of_table("en"):
        for name in filter(None, re.split(r"\s*,\s*", words.strip(" \n,"))):
            *before, last = name.split()
            stem = last.removesuffix("s")
            is_also_verb = not before and bool({last, stem} & also_verbs)
            is_form = is_also_verb and last not in also_verbs  # bellows, braces
            entry = Entry(tuple(before), category, theme, is_form, last, is_also_verb)
            found.setdefault(last, {}).setdefault(entry.before, entry)
            if category is not None and (last.endswith("ss") or not last.endswith("s")):
                more = entry._replace(is_plural=True)
                found.setdefault(many.get(last, plural(last)), {}).setdefault(more.before, more)
    return {
        last: tuple(sorted(entries.values(), key=lambda entry: -len(entry.before)))
        for last, entries in found.items()
    }


ENTRIES = _entries()


_BODILY = word_set("doubtful") | word_set("parts")
_JOINED = (Category.PROPS, Category.SET_DRESSING, Category.WARDROBE, Category.VEHICLES)
_NO_NOUNS = frozenset().union(
    *(
        word_set(name)
        for name in ("not_things", "stops", "particles", "modals", "prepositions", "parts")
    )
)


@cache
def entries_of(word: str) -> tuple[Entry, ...]:
    """Return what may end with a word: the names of the lexicon, else what the noun usually is."""
    known = ENTRIES.get(word, ())
    if any(not entry.before for entry in known):
        return known
    one = singular(word)
    thing = None if word in _NO_NOUNS or one in _NO_NOUNS else common_thing(one)
    if thing is None:
        whole = None if known else _joined(word)
        return known if whole is None else (whole,)
    is_many, is_verb = one != word, is_also_verb(one)
    entry = Entry((), thing.category, "common", is_many, one, is_verb, thing.is_sure)
    return (*known, entry)


def _joined(word: str) -> Entry | None:
    """Return what a compound in one word is by its last part: a deckchair, a jamjar."""
    if is_known_word(word) or "-" in word:
        return None
    for at in range(3, len(word) - 3):
        last = entry_of(word[at:]) if is_known_noun(word[:at]) else None
        is_thing = last is not None and last.category in _JOINED and last.is_sure
        if last is not None and is_thing and last.lemma not in _BODILY:
            return last._replace(is_also_verb=False, lemma=singular(word))
    return None


@cache
def words_before(word: str) -> frozenset[str]:
    """Return what stands right before a word in the names that end with it."""
    return frozenset(entry.before[-1] for entry in entries_of(word) if entry.before)


@cache
def entry_of(word: str) -> Entry | None:
    """Return what a word alone names."""
    return next((entry for entry in entries_of(word) if not entry.before), None)

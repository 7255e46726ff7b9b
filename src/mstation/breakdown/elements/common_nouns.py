"""A common English noun in, what it usually is out: a thing, somebody, or no thing at all."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from mstation.breakdown.element import Category
from mstation.breakdown.elements.naming import singular
from mstation.screenplay.lexicon import lexicon

_TABLE: dict[str, dict[str, str]] = lexicon("mstation.breakdown.elements", "lexicon/nouns_en")
_WORDS = {theme: frozenset(words.split()) for theme, words in _TABLE["words"].items()}
_NARROW = ("boat", "ship", "plane", "car", "truck", "motorcycle")
_AGAIN = {name: frozenset(words.split()) for name, words in _TABLE["again"].items()}


class CommonNoun(NamedTuple):
    """What a noun usually names; unsure where many of its uses are no thing."""

    category: Category
    is_sure: bool


def _things() -> dict[str, CommonNoun]:
    found: dict[str, CommonNoun] = {}
    for heading, themes in _TABLE.items():
        if heading in ("words", "again"):
            continue
        for theme, words in themes.items():
            noun = CommonNoun(Category(heading), theme == "sure")
            found.update(dict.fromkeys(words.split(), noun))
    return found


_THINGS = _things()


def common_thing(word: str) -> CommonNoun | None:
    """Return what a noun in the singular names, None where it is no thing or not known."""
    return _THINGS.get(word)


def is_somebody(word: str) -> bool:
    """Whether a noun in the singular says who somebody is: widow, sprinter."""
    return word in _WORDS["people"]


def is_known_noun(word: str) -> bool:
    """Whether a word in the singular is a noun first of all."""
    return word in _THINGS or word in _WORDS["other"] or word in _WORDS["people"]


def is_also_verb(word: str) -> bool:
    """Whether a noun is used as a verb too."""
    return word in _WORDS["also_verbs"] or word in _WORDS["mostly_verbs"]


def is_mostly_verb(word: str) -> bool:
    """Whether a word is a verb more often than a noun, or only a verb."""
    return word in _WORDS["mostly_verbs"] or word in _WORDS["verbs"]


def is_known_word(word: str) -> bool:
    """Whether a word is in the table at all, as noun, verb or adjective."""
    one = singular(word)
    return (
        is_known_noun(one)
        or one in _WORDS["adjectives"]
        or any(stem in _WORDS["verbs"] or is_also_verb(stem) for stem in verb_stems(word))
    )


@cache
def verb_stems(word: str) -> tuple[str, ...]:
    """Return what a verb may be in its plain form: rocks, rocking, rocked are of rock."""
    stems = [word]
    for ending in ("s", "es", "ing", "ed"):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            stem = word.removesuffix(ending)
            stems += [stem, f"{stem}e"]
            if len(stem) > 3 and stem[-1] == stem[-2]:
                stems.append(stem[:-1])
    if word.endswith("ies"):
        stems.append(f"{word[:-3]}y")
    return tuple(stems)


def may_be_make(one: str, other: str) -> bool:
    """Whether one name is of a kind and the other a make of it: the car, a Mercedes."""
    return one in _AGAIN and other not in _THINGS


def may_be_like(one: str, other: str) -> bool:
    """Whether two names are of one narrow kind: the ferry, a flatboat."""
    return any(one in _AGAIN[kind] and other in _AGAIN[kind] for kind in _NARROW)


def may_be_same(one: str, other: str) -> bool:
    """Whether one name says of what kind the other is: the bird is the hen of a line ago."""
    return other in _AGAIN.get(one, ()) or one in _AGAIN.get(other, ())
